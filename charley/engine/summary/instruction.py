"""What a face says first: how urgent it is, why, and what to do; then whatever else was raised.

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
    "Instruction",
    "Point",
    "advised",
    "by_leader",
    "instruction",
    "leader_steps",
    "open_signs",
    "points",
    "raised",
    "suits_urgency",
    "urgency_in_short",
    "urgency_words",
]

ANSWER_FIRST = "Answer the open warning signs first. If one of them is so, this may be urgent."
"""What to do while it is not known how urgent it is."""

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


class Instruction(NamedTuple):
    """Why it is as urgent as it is, what to do, and what else was raised, most urgent first.

    `told` says to a patient what of their own answers it was, where a reason names several things.
    """

    reasons: tuple[str, ...]
    actions: tuple[str, ...]
    first: tuple[Point, ...]
    others: tuple[Point, ...]
    told: str | None = None


def instruction(base: KnowledgeBase, d: Differential) -> Instruction:
    """The one instruction of a differential."""
    every = points(base, d)
    first = [each for each in every if each.urgency == d.urgency and not each.done]
    others = [each for each in every if each not in first]
    behind = [each for each in first if each.kind != "advice"] or first
    reasons = [reason for each in behind for reason in each.reasons]
    actions = [each.action for each in first]
    if (leads := by_leader(d)) is not None:
        reasons.insert(0, leads)
    if d.urgency == "not_known_yet":
        actions.append(HAVE_CHECKED if set(d.unanswered) <= set(d.unknown) else ANSWER_FIRST)
    elif d.scope == "outside":
        actions.append(d.scope_note)
    actions += leader_steps(base, d)
    if d.audience == "patient":
        actions = list(_each_sentence_once(actions))
    told = _told_behind(base, d, behind) if d.audience == "patient" else None
    return Instruction(
        tuple(dict.fromkeys(reasons)), tuple(dict.fromkeys(actions)), tuple(first), tuple(others), told
    )


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


def points(base: KnowledgeBase, d: Differential) -> list[Point]:
    """Every alert, flag and advice, most urgent first; advice after what is raised."""
    found = [*raised(base, d), *advised(base, d)]
    return sorted(found, key=lambda each: (URGENCY_RANK[each.urgency], each.kind == "advice"))


def raised(base: KnowledgeBase, d: Differential) -> list[Point]:
    """Every alert and flag, most urgent first."""
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
    return _in_view(base, d, found)


def advised(base: KnowledgeBase, d: Differential) -> list[Point]:
    """Every advice, most urgent first."""
    found = []
    for a in d.advice:
        why = rule_reasons(base, [a.rule], d.audience)
        found.append(Point("advice", a.rule, "", a.urgency, a.text, (a.rule,), why, done=a.done))
    return _in_view(base, d, found)


def _in_view(base: KnowledgeBase, d: Differential, found: Sequence[Point]) -> list[Point]:
    """The points beside what is known and how urgent the patient is as a whole, most urgent first.

    Tests that were done are told with their result. What is less urgent than the patient is as a whole says
    what to do without saying how soon.
    """
    actions = with_told(base, d.record, [each.action for each in found])
    overall = len(URGENCY_RANK) if d.urgency is None else URGENCY_RANK[d.urgency]
    said = [
        each._replace(action=untimed(action) if URGENCY_RANK[each.urgency] > overall else action)
        for each, action in zip(found, actions, strict=True)
    ]
    return sorted(said, key=lambda each: URGENCY_RANK[each.urgency])


def suits_urgency(base: KnowledgeBase, d: Differential, candidate: str) -> bool:
    """Whether what is said of the candidate does not reassure beside a greater urgency.

    The words about a candidate that needs nobody soon are said only of a patient who is known to be routine.
    """
    return base.candidates[candidate].disposition != "routine" or d.urgency == "routine"


def leader_steps(base: KnowledgeBase, d: Differential) -> tuple[str, ...]:
    """The next steps of the leader, where something speaks for it and they suit the overall urgency.

    A patient is given them only where the leader is as urgent as the patient is as a whole.
    """
    if d.leader is None or d.lead != "supported" or not suits_urgency(base, d, d.leader):
        return ()
    leader = base.candidates[d.leader]
    if d.audience == "patient" and leader.disposition != d.urgency:
        return ()
    steps = leader.next_steps.to(d.audience)
    return with_told(base, d.record, steps)


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
        return f"{URGENCY_NAMES[d.urgency]}: {_counted_signs(d)} not answered"
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


def open_signs(base: KnowledgeBase, d: Differential, most: int | None = None) -> str | None:
    """The warning signs that must be answered before anybody is reassured; None where none is open.

    The text gives their number and then names them: all, or the first `most` and how many more.
    """
    if d.urgency not in ("not_known_yet", "soon") or not d.unanswered:
        return None
    shown = d.unanswered if most is None else d.unanswered[:most]
    facts = [base.vocabulary[id] for id in shown]
    patient = d.audience == "patient"
    named = in_a_row([fact.listed("patient") if patient else fact.label for fact in facts])
    more = len(d.unanswered) - len(shown)
    rest = f"{'' if named.endswith('?') else ';'} and {more} more" if more else ""
    return f"{_counted_signs(d)} not answered yet: {named}{rest}"


def _counted_signs(d: Differential) -> str:
    number = len(d.unanswered)
    return "One warning sign is" if number == 1 else f"{number} warning signs are"
