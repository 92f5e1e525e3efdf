"""What is wrong with what is asked, and when it ends. See `lints_of_words.py`.

What was told, and what that denies or implies, is what the knowledge base says: its gates (`opens`), premises
(`ask_when`, `ask_unless`) and contradictions (`cannot_both`). Only what is a kind of what, and what the words
of a question take for granted, stands in `said.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from lints_of_words import DATA, Lint, Stumble
from playing import Played

from benchmarks.screens import dangers, raised
from charley.engine.ask.asking import Asking
from charley.engine.ask.draft import FURTHER, WARNINGS
from charley.engine.ask.question import BESIDES
from charley.facts.record import Answers
from charley.rules.rule import URGENCIES

MOST_SCREENS = 20
BASICS_BY = 10


def asks_again(played: Played) -> Iterator[Stumble]:
    """It is asked what was answered, be it with `not sure`."""
    for turn in played.screens:
        for fact in turn.asked:
            if fact in turn.record or fact in turn.unknown:
                yield Stumble(f"{fact} was told", turn)


def asks_the_story_again(played: Played) -> Iterator[Stumble]:
    """It is asked what the story said, since that was not understood."""
    for turn in played.screens:
        for fact in turn.asked:
            if fact in played.person.says and fact not in turn.record:
                yield Stumble(f"the story said {fact}", turn)


def asks_behind_a_no(played: Played) -> Iterator[Stumble]:
    """A question for several things was denied, and one of them is asked for."""
    gates = played.base.part(Asking).gates
    for turn in played.screens:
        for fact in turn.asked:
            if turn.record.get(gates.get(fact, "")) is False:
                yield Stumble(f"{fact} after a no to {gates[fact]}", turn)


def names_again_what_was_answered(played: Played) -> Iterator[Stumble]:
    """A question for several things names one that was answered before, and does not say that it is for the
    others; or one that stands on the same list.
    """
    opens = played.base.part(Asking).opens
    for turn in played.screens:
        for gate in opens.keys() & set(turn.asked):
            answered = [fact for fact in opens[gate] if fact in turn.record or fact in turn.unknown]
            said = any(BESIDES.strip() in each.shown for each in played.screens if each.asked == turn.asked)
            if answered and not said and gate not in DATA["names_no_single_thing"]:
                yield Stumble(f"{gate} names {', '.join(answered)}", turn)
            for fact in set(opens[gate]) & set(turn.asked):
                yield Stumble(f"{gate} and {fact} on one list", turn)


def asks_a_kind_of_what_was_denied(played: Played) -> Iterator[Stumble]:
    """What was denied is asked as a kind of it, or what was told as a kind is asked in general."""
    for turn in played.screens:
        for general, kinds in DATA["kinds_of"].items():
            for kind in kinds:
                if kind in turn.asked and turn.record.get(general) is False:
                    yield Stumble(f"{kind} after a no to {general}", turn)
                if general in turn.asked and turn.record.get(kind) is True:
                    yield Stumble(f"{general} after a yes to {kind}", turn)
                if general in turn.asked and kind in turn.asked:
                    yield Stumble(f"{general} and {kind} on one list", turn)


def asks_without_premise(played: Played) -> Iterator[Stumble]:
    """A question whose premise is not known to be true, or from which an answer excuses."""
    asking = played.base.part(Asking)
    for turn in played.screens:
        assessment = played.at(turn)
        for fact in turn.asked:
            if fact in asking.premises and assessment.truth(asking.premises[fact]) is not True:
                yield Stumble(f"{fact} wants {asking.wants[fact]}", turn)
            if fact in played.base.excused and assessment.truth(played.base.excused[fact]) is True:
                yield Stumble(f"{fact} is spared by what was told", turn)


def asks_what_would_contradict(played: Played) -> Iterator[Stumble]:
    """What was told leaves one answer only: every other one would contradict it."""
    base = played.base
    for turn in played.screens:
        for fact in turn.asked:
            named = [(c, each) for c, each in base.contradictions if fact in base.facts_of(c)]
            if not named or fact in turn.record:
                continue
            left = [
                value
                for value in base.values.of(fact, turn.record)
                if not any(
                    base.assess(Answers({**turn.record, fact: value})).truth(condition) is True
                    for condition, _ in named
                )
            ]
            if len(left) < 2:
                yield Stumble(f"{fact} can only be {left}", turn)


def takes_for_granted(played: Played) -> Iterator[Stumble]:
    """The words of a question take something for granted that was not told."""
    base, audience = played.base, played.person.audience
    for turn in played.screens:
        for fact in turn.asked:
            words = base.vocabulary[fact].question(audience) or ""
            for each in DATA["takes_for_granted"]:
                told = any(turn.record.get(id, False) is not False for id in each["facts"])
                found = re.search(each["words"], words, re.IGNORECASE)
                if found and not told and fact not in each["facts"]:
                    yield Stumble(f"`{found[0]}` in {fact}", turn)


def jumps(played: Played) -> Iterator[Stumble]:
    """A list comes back to a topic that it had left."""
    topic = played.base.part(Asking).topic
    for turn in played.screens:
        topics = [topic[fact] for fact in turn.asked]
        changes = sum(one != other for one, other in pairwise(topics))
        if changes > len(set(topics)) - 1:
            yield Stumble(f"{changes} changes between {len(set(topics))} topics", turn)


def mixes_topics(played: Played) -> Iterator[Stumble]:
    """A list that is not of warning signs has more than two topics."""
    topic = played.base.part(Asking).topic
    for turn in played.screens:
        topics = {topic[fact] for fact in turn.asked}
        if turn.topic not in (WARNINGS, FURTHER) and len(topics) > 2:
            yield Stumble(f"{len(topics)} topics: {', '.join(sorted(topics))}", turn)


def impossible_of_this_person(played: Played) -> Iterator[Stumble]:
    """A question or a cause that the sex or the age rules out."""
    base = played.base
    for turn in played.turns:
        sex, age = turn.record.get("sex_at_birth"), turn.record.get("age")
        for of, ids in DATA["only_of"].items():
            if (sex is None or sex == of) and not (isinstance(age, int | float) and age >= 60):
                continue
            for id in ids:
                name = base.candidates[id].name.to(played.person.audience) if id in base.candidates else None
                if id in turn.asked or (name is not None and name in turn.shown):
                    yield Stumble(f"{id}, {sex}, {age}", turn)


def never_offers_to_stop(played: Played) -> Iterator[Stumble]:
    """It is not offered to stop within so many screens, or it does not end."""
    if not played.ended:
        yield Stumble("it does not end", played.turns[-1])
        return
    if "quits" in played.person.manner:
        return
    offer = played.offer
    before = played.turns.index(offer) if offer else len(played.turns)
    screens = sum(turn.kind in ("ticks", "question") for turn in played.turns[:before])
    if offer is None or screens > MOST_SCREENS:
        yield Stumble(f"{screens} screens", offer or played.turns[-1])


def stops_below_the_truth(played: Played) -> Iterator[Stumble]:
    """Where it is offered to stop, it is not called as urgent as it is. An emergency waits for nothing."""
    offer = played.offer
    if offer is not None:
        due, now = played.whole.urgency, played.at(offer).urgency
        if due != now != "emergency":
            yield Stumble(f"{now} instead of {due}", offer)


def lacks_a_warning(played: Played) -> Iterator[Stumble]:
    """A flag or an alert of the whole truth is not raised where it is offered to stop.

    What is less urgent than what is known by then can wait for whoever sees the person.
    """
    offer, base = played.offer, played.base
    if offer is not None and played.at(offer).urgency != "emergency":
        due, now = dangers(base, played.whole.record), dangers(base, offer.record)
        worst = min(now.values(), default=len(URGENCIES))
        lacking = [id for id in due if due[id] <= worst and not raised({id: due[id]}, now)]
        if lacking:
            yield Stumble(", ".join(lacking), offer)


def asks_the_basics_late(played: Played) -> Iterator[Stumble]:
    """Age, sex, side, place and time are neither told nor asked by the tenth screen or the end."""
    offer, screens = played.offer, played.screens[:BASICS_BY]
    if offer is not None and played.at(offer).urgency == "emergency":
        return
    before = played.turns.index(offer) if offer is not None else len(played.turns)
    asked = [turn for turn in screens if played.turns.index(turn) < before]
    if not asked or "quits" in played.person.manner:
        return
    known = {fact for turn in asked for fact in (*turn.asked, *turn.record)}
    for basic, facts in DATA["basics"].items():
        if known.isdisjoint(facts):
            yield Stumble(basic, asked[-1])


def stops_before_the_essential(played: Played) -> Iterator[Stumble]:
    """One answer of this person alone would still put another cause first where it is offered to stop.

    Who is to be seen today need not wait for that.
    """
    offer = played.offer
    if offer is None or offer.kind != "offer" or played.at(offer).urgency in ("emergency", "same_day"):
        return
    base, known = played.base, Answers(dict(offer.record), offer.unknown)
    then = base.consult(known, engine="kernel", audience=played.person.audience, gates=True)
    leading = [f for f in then.recommendation.robust.leading if base.vocabulary[f].burden == "history"]
    if leading:
        yield Stumble(f"{', '.join(leading)} could put another before {played.at(offer).leader}", offer)


LINTS: tuple[Lint, ...] = (
    asks_again,
    asks_the_story_again,
    asks_behind_a_no,
    names_again_what_was_answered,
    asks_a_kind_of_what_was_denied,
    asks_without_premise,
    asks_what_would_contradict,
    takes_for_granted,
    jumps,
    mixes_topics,
    impossible_of_this_person,
    never_offers_to_stop,
    stops_below_the_truth,
    lacks_a_warning,
    asks_the_basics_late,
    stops_before_the_essential,
)
