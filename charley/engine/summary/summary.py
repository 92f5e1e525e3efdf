"""What every face says of a differential: how urgent it is, why, and what to do; then what else was raised.

A person is given one time frame, the most urgent. What is less urgent is named beneath it, with its reason
and without its own time frame, which would contradict the first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, Literal, NamedTuple

from charley.engine.differential import Alarm, Differential, Raised
from charley.engine.explain.justification import answers_behind
from charley.engine.explain.words import URGENCY_NAMES, answer_words, danger_name, in_a_row, rule_reasons
from charley.engine.summary.told_results import with_told
from charley.facts.wording import Audience
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.rule import URGENCY_RANK, OverallUrgency, Urgency
from charley.rules.time_frame import TIME_FRAMES, untimed

__all__ = [
    "Point",
    "Summary",
    "by_leader",
    "suits_urgency",
    "summary",
    "urgency_in_short",
    "urgency_words",
    "while_not_known",
]

ANSWER_FIRST = "Answer the open warning signs first. If one of them is so, this may be urgent."
"""Said to whoever can still answer them."""

HAVE_CHECKED = "Have the open warning signs checked by a doctor or a nurse. If one is so, this may be urgent."
"""The same where the person was asked for each of them, and could not answer."""


_NAMES_SEVERAL: Final = re.compile(r"\bor\b|\bat least one\b|\banother\b|\bsigns?\b", re.IGNORECASE)
"""What a reason says that does not name what was told: `a medicine, an illness or another cause`."""

MOST_TOLD = 3
"""Answers that are named behind a reason."""


class Point(NamedTuple):
    """A flag, an alert or an advice: what to do and why. `answered` are the notes that answer it."""

    kind: Literal["alert", "flag", "advice"]
    id: str
    name: str
    urgency: Urgency
    action: str
    rules: tuple[str, ...]
    reasons: tuple[str, ...]
    answered: tuple[str, ...] = ()
    done: bool = False


class Summary(NamedTuple):
    """What is said of a differential, and laid out by every face.

    `points` are all that was `raised` or `advised`, most urgent first; `steps` are the next steps of the
    leader. Of the points, `first` are as urgent as the patient is as a whole: `reasons` say why, and
    `actions` what to do. `told` says to a patient what of their own answers it was, where a reason names
    several things. `signs` are the warning signs that must be answered before anybody is reassured.
    """

    urgency: str
    by_leader: str | None
    signs: tuple[str, ...]
    points: tuple[Point, ...]
    raised: tuple[Point, ...]
    advised: tuple[Point, ...]
    first: tuple[Point, ...]
    reasons: tuple[str, ...]
    actions: tuple[str, ...]
    steps: tuple[str, ...]
    told: str | None

    @property
    def others(self) -> tuple[Point, ...]:
        """The points that are less urgent than the patient is as a whole, or done."""
        return tuple(each for each in self.points if each not in self.first)

    def open_signs(self, most: int | None = None) -> str | None:
        """How many warning signs are open, then their names: all, or the first `most` and how many more."""
        if not self.signs:
            return None
        named, more = in_a_row(self.signs[:most]), len(self.signs[most:]) if most is not None else 0
        rest = f"{'' if named.endswith('?') else ';'} and {more} more" if more else ""
        return f"{_counted_signs(len(self.signs))} not answered yet: {named}{rest}"


def summary(base: KnowledgeBase, d: Differential) -> Summary:
    """What is said of a differential."""
    patient = d.audience == "patient"
    points = _points(base, d)
    first = [each for each in points if each.urgency == d.urgency and not each.done]
    behind = [each for each in first if each.kind != "advice"] or first
    leads = by_leader(d)
    reasons = [] if leads is None else [leads]
    reasons += [reason for each in behind for reason in each.reasons]
    actions = [each.action for each in first]
    signs: tuple[str, ...] = ()
    if d.urgency in ("not_known_yet", "soon"):
        facts = [base.vocabulary[id] for id in d.unanswered]
        signs = tuple(fact.listed("patient") if patient else fact.label for fact in facts)
    if d.urgency == "not_known_yet":
        actions.append(while_not_known(d))
    elif d.scope == "outside":
        actions.append(d.scope_note)
    steps: tuple[str, ...] = ()
    if d.leader is not None and d.lead == "supported" and suits_urgency(base, d, d.leader):
        leader = base.candidates[d.leader]
        # A patient is given them only where the leader is as urgent as the patient is as a whole.
        if not patient or leader.disposition == d.urgency:
            steps = with_told(base, d.record, leader.next_steps.to(d.audience))
    actions += steps
    return Summary(
        urgency=urgency_words(base, d.urgency, d.audience),
        by_leader=leads,
        signs=signs,
        points=tuple(points),
        raised=tuple([each for each in points if each.kind != "advice"]),
        advised=tuple([each for each in points if each.kind == "advice"]),
        first=tuple(first),
        reasons=tuple(dict.fromkeys(reasons)),
        actions=tuple(dict.fromkeys(_each_sentence_once(actions) if patient else actions)),
        steps=steps,
        told=_told_behind(base, d, behind) if patient else None,
    )


def _points(base: KnowledgeBase, d: Differential) -> list[Point]:
    """Every alert, flag and advice, most urgent first; advice after what is raised.

    Tests that were done are told with their result. What is less urgent than the patient is as a whole says
    what to do without saying how soon.
    """
    dangers: list[tuple[Literal["alert", "flag"], str, Alarm | Raised]] = [
        *(("alert", alarm.alert, alarm) for alarm in d.alerts),
        *(("flag", flag.candidate, flag) for flag in d.flags),
    ]
    found = [
        Point(
            kind,
            id,
            danger_name(base, id, d.audience),
            each.urgency,
            each.action,
            each.rules,
            rule_reasons(base, each.rules, d.audience),
            tuple(cleared.note for cleared in each.cleared_by),
        )
        for kind, id, each in dangers
    ]
    for a in d.advice:
        why = rule_reasons(base, [a.rule], d.audience)
        found.append(Point("advice", a.rule, "", a.urgency, a.text, (a.rule,), why, done=a.done))
    actions = with_told(base, d.record, [each.action for each in found])
    overall = len(URGENCY_RANK) if d.urgency is None else URGENCY_RANK[d.urgency]
    said = [
        each._replace(action=untimed(action) if URGENCY_RANK[each.urgency] > overall else action)
        for each, action in zip(found, actions, strict=True)
    ]
    return sorted(said, key=lambda each: (URGENCY_RANK[each.urgency], each.kind == "advice"))


def while_not_known(d: Differential) -> str:
    """What to do while it is not known how urgent it is."""
    return HAVE_CHECKED if set(d.unanswered) <= set(d.unknown) else ANSWER_FIRST


def _told_behind(base: KnowledgeBase, d: Differential, raised: Sequence[Point]) -> str | None:
    """Which of a patient's answers are meant by reasons that name several things, in a sentence."""
    rules = [
        rule
        for each in raised
        for rule in each.rules
        if _NAMES_SEVERAL.search(base.rules[rule].because_patient or base.rules[rule].because)
    ]
    said: list[str] = []
    for id in answers_behind(base, d, rules):
        fact, value = base.vocabulary[id], d.record[id]
        if value is True and fact.sign is not None:
            said.append(fact.sign)
        elif value is not False and not fact.fixed:
            said.append(answer_words(base, id, value, "patient"))
    more = f"; and {len(said) - MOST_TOLD} more" if len(said) > MOST_TOLD else ""
    return f"You said: {'; '.join(said[:MOST_TOLD])}{more}." if said else None


def _each_sentence_once(texts: Sequence[str]) -> Iterator[str]:
    """The texts without the sentences that stood in one before ("See a doctor today.")."""
    said: set[str] = set()
    for text in texts:
        sentences = [each for each in re.split(r"(?<=[.!?]) ", text) if each not in said]
        said.update(sentences)
        if sentences:
            yield " ".join(sentences)


def suits_urgency(base: KnowledgeBase, d: Differential, candidate: str) -> bool:
    """Whether what is said of the candidate does not reassure beside a greater urgency.

    The words about a candidate that needs nobody soon are said only of a patient who is known to be routine.
    """
    return base.candidates[candidate].disposition != "routine" or d.urgency == "routine"


def urgency_words(base: KnowledgeBase, urgency: OverallUrgency | None, audience: Audience) -> str:
    """An overall urgency and how soon that is: `SAME DAY: be assessed today`."""
    if urgency is None:
        return "NOT JUDGED: outside what these rules are for"
    if urgency == "not_known_yet":
        return f"{URGENCY_NAMES[urgency]}: too little is told to call this harmless"
    frame = base.about.time_frames.get(urgency, TIME_FRAMES[urgency])
    return f"{URGENCY_NAMES[urgency]}: {frame.wording.to(audience)}"


def urgency_in_short(d: Differential) -> str:
    """The overall urgency in a few words, for the margin of a screen."""
    if d.urgency is None:
        return "no urgency so far"
    if d.urgency == "not_known_yet":
        return f"{URGENCY_NAMES[d.urgency]}: {_counted_signs(len(d.unanswered))} not answered"
    return URGENCY_NAMES[d.urgency]


def by_leader(d: Differential) -> str | None:
    """Why the overall urgency is above all that is flagged, alerted or advised; None where it is not."""
    said: set[OverallUrgency | None] = {None, "routine", "not_known_yet"}
    said.update(flag.urgency for flag in d.flags)
    said.update(alarm.urgency for alarm in d.alerts)
    said.update(advice.urgency for advice in d.advice)
    if d.leader is None or d.urgency in said:
        return None
    name = d.leader_name
    assert name is not None
    if d.audience == "patient":
        return f"What fits best, {name[:1].lower()}{name[1:]}, needs to be seen that soon."
    return f"{name} stands first, and is as urgent as this whenever it does."


def _counted_signs(number: int) -> str:
    return "One warning sign is" if number == 1 else f"{number} warning signs are"
