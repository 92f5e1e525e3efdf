"""Which of several mentions of a fact is taken, and what else has to be stated for it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from itertools import pairwise
from typing import Final

from charley.facts.text.mentions import Mention
from charley.facts.text.passage import Passage
from charley.facts.vocabulary import Fact

__all__ = ["choose"]

_SIDES: Final = {
    **dict.fromkeys(("left", "l", "lt"), "left"),
    **dict.fromkeys(("right", "r", "rt"), "right"),
}
_NOW_WITHIN: Final = 4
_TIME_WITHIN: Final = 6
"""So near before it is told that something is so now: `this time it's the right`."""

_SIDE_WITHIN: Final = 4
"""So near to a mention its side is named."""


def choose(
    mentions: list[Mention], passage: Passage, corrections: list[int]
) -> tuple[list[Mention], list[Mention]]:
    """One mention of every fact that is stated, and one of each that is doubtful.

    `corrections` are the places of words such as `no, sorry` in order.
    """
    by_fact: dict[str, list[Mention]] = {}
    for mention in mentions:
        by_fact.setdefault(mention.fact.id, []).append(mention)
    told = _told_clauses(mentions, passage)

    def one_of(said: list[Mention]) -> Mention | None:
        return _chosen(said, passage, corrections, lambda stated: _nearest(stated, told, passage))

    chosen = {fact: one for fact, said in by_fact.items() if (one := one_of(said))}
    stated = {fact: one for fact, one in chosen.items() if one.status == "stated"}
    taken = [one for fact, one in stated.items() if _stands(one, stated, by_fact, passage)]
    doubtful = [one for fact, one in chosen.items() if fact not in stated]
    standing = {each.fact.id for each in taken}
    for fact in [fact for fact in stated if fact not in standing]:
        again = one_of([each for each in by_fact[fact] if _stands(each, stated, by_fact, passage)])
        if again is not None and again.status == "stated":
            taken.append(again)
        else:
            doubtful.append(stated[fact])
    return taken, doubtful


def _weight(mention: Mention, passage: Passage) -> int:
    """How many words of a phrase say something: two of `had rigors for days`."""
    return sum(not passage.is_a("LIGHT", place) for place in mention.match.used)


def _stands(
    mention: Mention, stated: dict[str, Mention], said: dict[str, list[Mention]], passage: Passage
) -> bool:
    """Whether what else is stated lets the words state this fact (`said_beside`, `said_unless`).

    A phrase that says more than the other one stands: `prednisolone for years` beside `prednisolone`.
    """
    fact, used = mention.fact, set(mention.match.used)
    for other in fact.said_unless:
        if other in stated and any(
            _weight(each, passage) >= _weight(mention, passage)
            and not used.isdisjoint(range(each.match.first, each.match.last + 1))
            for each in said[other]
        ):
            return False
    if not fact.said_beside or mention.value is False:
        return True
    return any(other in stated and stated[other].value is not False for other in fact.said_beside)


def _told_clauses(mentions: list[Mention], passage: Passage) -> set[tuple[str, int]]:
    """The clauses in which a yes-or-no fact of a group is stated, by the group and where they begin."""
    return {
        (mention.fact.group, passage.clause(mention.match.first)[0])
        for mention in mentions
        if mention.status == "stated" and mention.value is True
    }


def _nearest(stated: list[Mention], told: set[tuple[str, int]], passage: Passage) -> list[Mention]:
    """Of a choice said twice, where it stands beside its subject: the side of the pain, not of a scar."""
    group, tokens = stated[0].fact.group, passage.tokens
    for each in reversed(stated):  # `it was the left, and now it is the right`
        before = [token.low for token in tokens[max(each.match.first - _TIME_WITHIN, 0) : each.match.first]]
        if "now" in before[-_NOW_WITHIN:] or ("this", "time") in pairwise(before):
            return [each]
    return [each for each in stated if (group, passage.clause(each.match.first)[0]) in told] or stated


def _chosen(
    mentions: list[Mention],
    passage: Passage,
    corrections: list[int],
    nearest: Callable[[list[Mention]], list[Mention]],
) -> Mention | None:
    """One of several mentions of a fact: what it is taken from, or doubtful, or None."""
    if not mentions:
        return None
    fact = mentions[0].fact
    stated = sorted((each for each in mentions if each.status == "stated"), key=lambda each: each.match.first)
    if not stated:
        return next((each for each in mentions if each.status == "doubtful" and each.value is not None), None)
    stated = _corrected(stated, corrections)
    last = stated[-1]
    complaint = last.value is True and fact.when_past is None and fact.within_days is None
    complaint = complaint and not any(passage.is_a("MEDICINE", place) for place in last.match.used)
    if complaint and any(each.over and each.match.first > last.match.last for each in mentions):
        return Mention(fact, True, last.match, "doubtful", last.because)  # `.. The swelling has gone.`
    if len({each.value for each in stated}) == 1:
        return stated[0]
    if fact.kind == "boolean":
        return _weighed(fact, stated, passage)
    if fact.kind == "number" and fact.answered_by == "lab":
        return stated[-1]  # of two results of one test the later counts
    if fact.kind == "choice" and fact.answered_by != "patient":  # `reflexes normal, ankle jerks absent`
        return max(stated, key=lambda each: len(each.match.used))
    return nearest(stated)[0] if fact.kind == "choice" else stated[0]


def _weighed(fact: Fact, stated: list[Mention], passage: Passage) -> Mention | None:
    """Of a fact both stated and denied: the longer phrase; what was found somewhere was found.

    So is a part that is enough (`not numb, but tingling`), and what is there on one side (`R cool, L warm`).
    """
    if fact.answered_by == "clinician":
        return next(each for each in stated if each.value is True)
    longest = {
        value: max((e for e in stated if e.value is value), key=lambda e: len(e.match.used))
        for value in (True, False)
    }
    yes, no = longest[True], longest[False]
    if yes.match.meaning.role == "enough" or _on_other_sides(yes, no, passage) or _goes_on(no, yes, passage):
        return yes
    if fact.when_past == "denies" and _of_other_medicines(yes, no, passage):
        return yes  # `off warfarin, started dalteparin`
    over = fact.when_past == "denies"  # `a bottle a day until I got sober`
    if over or len(yes.match.used) == len(no.match.used):
        return Mention(fact, yes.value, yes.match, "doubtful", yes.because)
    return yes if len(yes.match.used) > len(no.match.used) else no


def _goes_on(no: Mention, yes: Mention, passage: Passage) -> bool:
    """Whether a sentence goes on from what is normal to this: `my arms are fine but my hands are weak`."""
    together = passage.sentence(no.match.last) == passage.sentence(yes.match.first)
    return together and no.match.meaning.role == "denies" and no.match.last < yes.match.first


def _on_other_sides(yes: Mention, no: Mention, passage: Passage) -> bool:
    """Whether a fact is stated of one side and denied of the other."""
    of_yes, of_no = (_sides(each, passage) for each in (yes, no))
    return bool(of_yes and of_no) and of_yes.isdisjoint(of_no)


def _of_other_medicines(yes: Mention, no: Mention, passage: Passage) -> bool:
    """Whether one medicine is denied, and another one is stated after it."""
    names = [
        {passage.tokens[place].stem for place in each.match.used if passage.is_a("MEDICINE", place)}
        for each in (yes, no)
    ]
    alike = any(one in other or other in one for one in names[0] for other in names[1])
    return all(names) and not alike and yes.match.first > no.match.first


def _sides(mention: Mention, passage: Passage) -> set[str]:
    """The sides that are named in the clause of a mention."""
    low, high = passage.clause(mention.match.first)
    low, high = max(low, mention.match.first - _SIDE_WITHIN), min(high, mention.match.last + _SIDE_WITHIN + 1)
    return {_SIDES[token.low] for token in passage.tokens[low:high] if token.low in _SIDES}


def _corrected(stated: list[Mention], corrections: list[int]) -> list[Mention]:
    """Without what was taken back at once: `left, no, the right one`."""
    kept: list[Mention] = []
    for mention in stated:
        if kept:
            at = bisect_left(corrections, kept[-1].match.last)
            place = corrections[at] if at < len(corrections) else mention.match.first
            if (
                place < mention.match.first
                and mention.match.first - place < 8
                and place - kept[-1].match.last < 6
            ):
                kept.pop()
        kept.append(mention)
    return kept
