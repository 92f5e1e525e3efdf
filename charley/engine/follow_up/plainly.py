"""Answers for somebody who wants no numbers and no rules: where a diagnosis stands, and what would change it.

Nothing here reassures: what is not warned of is not ruled out, and how urgent it is so far is said first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from charley.engine.consult.consultation import Consultation
from charley.engine.explain.justification import answers_behind
from charley.engine.explain.what_if import WhatIf
from charley.engine.explain.why_not import WhyNot
from charley.engine.explain.words import (
    answer_words,
    danger_name,
    name_of,
)
from charley.engine.explanation import Row
from charley.engine.summary.summary import Point, summary, urgency_words
from charley.facts.vocabulary import Value

__all__ = [
    "SIGNS",
    "contrasted",
    "how",
    "raised_of",
    "so_far",
    "some",
    "standing",
    "what_if",
    "why_not",
]

SIGNS, WAYS, SENTENCES = 3, 3, 3
"""Open warning signs, sets of answers, and sentences that are named; more would not be read."""

_NOT_RULED_OUT = "That does not rule it out."


def so_far(c: Consultation) -> Iterator[Row]:
    """How urgent it is by what was told, and which warning signs are not answered."""
    said = summary(c.base, c.differential)
    yield Row("", f"So far: {said.urgency}.")
    signs = said.open_signs(SIGNS)
    if signs is not None:
        yield Row("  ", signs)


def how(c: Consultation, target: str) -> Iterator[Row]:
    """Where it stands, what to do where it is warned of, and the answers for it and against it."""
    raised = raised_of(c, target)
    if any(point.urgency != c.differential.urgency for point in raised):
        yield from so_far(c)  # there is something more urgent
    yield Row("", f"{danger_name(c.base, target, c.audience).rstrip('.')}: {_standing(c, target)}")
    for point in raised:
        yield Row("  ", f"Do: {point.action}")
        for note in point.answered:
            yield Row("  ", f"Answered, and still shown: {note}")
    yield from _both_sides(c, target)


def why_not(c: Consultation, found: WhyNot) -> Iterator[Row]:
    """Where it stands, the answers on both sides, and what would warn of it or speak for it."""
    yield from how(c, found.id)
    if found.flagged:
        return
    ways = [] if found.to_flag is None else _ways(c, found.to_flag.ways)
    if found.to_flag is not None:
        if ways:
            yield Row("", "You would be warned of it if this were so:")
            yield from some([_joined(c, way) for way in ways], WAYS)
        elif not found.to_flag.possible:
            yield Row("", "Nothing more that you can tell would warn of it; an examination or a test could.")
    if not found.leads and not ways:
        sentences = list(dict.fromkeys(_would_speak_for(c, found)))
        if sentences:
            yield Row("", "This would speak for it, and was not told:")
        yield from some(sentences, SENTENCES, count=False)


def what_if(c: Consultation, found: WhatIf) -> Iterator[Row]:
    """What would be said if it were so, beside what is said now."""
    base, now, then = c.base, found.before, found.after
    yield Row("", f"If this were so: {found.assumed}")
    for name, _ in found.raised:
        yield Row("  ! ", f"You would be warned: {name.rstrip('.')}.")
    for name, _ in found.gone:
        yield Row("  ", f"This would no longer be warned of: {name.rstrip('.')}.")
    if now.urgency != then.urgency:
        was, is_ = (urgency_words(base, each.urgency, c.audience) for each in (now, then))
        yield Row("  ", f"How urgent: {is_} (now {was}).")
    if now.leader != then.leader and then.leader is not None:
        was = "" if now.leader is None else f", not {now.standing(now.leader).name}"
        yield Row("  ", f"Most likely would then be {then.standing(then.leader).name}{was}.")
    elif not (found.raised or found.gone) and now.urgency == then.urgency:
        yield Row("  ", "No warning would come or go, and the same would be the most likely.")
        yield Row("  ", f"It would still be {urgency_words(base, then.urgency, c.audience)}.")


def contrasted(c: Consultation, first: str, second: str) -> Iterator[Row]:
    """What each of two candidates is, then the answers for and against each."""
    for each in (first, second):
        description = c.base.candidates[each].description.to(c.audience)
        yield Row("", f"{name_of(c.base, each, c.audience)}: {description}")
    for each in (first, second):
        yield Row("", "")
        yield from how(c, each)


def standing(c: Consultation, target: str) -> str:
    """Where it stands by what was told, in a sentence."""
    said = _standing(c, target)
    return said[:1].upper() + said[1:]


def raised_of(c: Consultation, target: str) -> list[Point]:
    """The flag or alert of a target, with its time frame only where that is the most urgent one."""
    return [each for each in summary(c.base, c.differential).raised if each.id == target]


def _standing(c: Consultation, target: str) -> str:
    """Where it stands, as the rest of a sentence."""
    base, d = c.base, c.differential
    if raised_of(c, target):
        return "you are warned of it."
    caution = f" {_NOT_RULED_OUT}"
    if target in base.alerts:
        return f"nothing that you told warns of it so far.{caution}"
    if not d.standings or d.leader is None:
        return f"nothing is ranked. {d.scope_note}{caution}".rstrip()
    supported = d.standing(target).has_reason
    if not supported:
        return f"{_NO_REASON}{caution}"
    if target == d.leader:
        return "this fits best with what you told."
    if d.lead != "supported":
        return f"something that you told speaks for it, though no single cause stands out so far.{caution}"
    better = f"{d.standing(d.leader).name} fits better with what you told so far."
    return f"something that you told speaks for it, but {better}{caution}"


_NO_REASON = "nothing that you told speaks for it so far."


def _both_sides(c: Consultation, target: str) -> Iterator[Row]:
    """Which of their own answers speak for it, and which against."""
    base, d = c.base, c.differential
    raising = [rule for each in raised_of(c, target) for rule in each.rules]
    lowering: list[str] = []
    if target in base.candidates and d.standings:
        counted = [each for each in d.standing(target).contributions if each.counted]
        raising += [each.rule for each in counted if each.weight > 0]
        lowering += [each.rule for each in counted if each.weight < 0]
    sides = {"You said, and it speaks for it:": raising, "You said, and it speaks against it:": lowering}
    for heading, rules in sides.items():
        facts = answers_behind(base, d, rules)
        if facts:
            yield Row("", heading)
        for fact in facts:
            yield Row("  * ", answer_words(base, fact, d.record[fact], c.audience))


def _ways(c: Consultation, ways: Iterable[Sequence[tuple[str, object]]]) -> list[list[tuple[str, Value]]]:
    """The sets of answers to questions that are still open and would be put to this person."""
    asked = {question.fact for question in c.open_questions()}
    found: dict[tuple[str, ...], list[tuple[str, Value]]] = {}
    for way in ways:
        answers = [(fact, value) for fact, value in way if isinstance(value, Value)]
        facts = tuple(fact for fact, _ in answers)
        if facts and len(answers) == len(way) and asked.issuperset(facts):
            found.setdefault(facts, answers)
    return list(found.values())


def _would_speak_for(c: Consultation, found: WhyNot) -> Iterator[str]:
    """What open rules that raise it say of themselves, where the person could tell what they wait for."""
    base, record = c.base, c.record
    asked = {question.fact for question in c.open_questions()}
    for missed in found.missed:
        rule = base.rules[missed.rule]
        waits = [fact for fact in base.facts_of_rule[missed.rule] if fact not in record]
        if missed.state is None and rule.because_patient and waits and asked.issuperset(waits):
            yield rule.because_patient


def _joined(c: Consultation, way: Sequence[tuple[str, Value]]) -> str:
    return "; and ".join(answer_words(c.base, *each, c.audience) for each in way)


def some(texts: Sequence[str], most: int | None, count: bool = True) -> Iterator[Row]:
    """The texts as a list: all of them, or the first and how many more there are."""
    for text in islice(texts, most):
        yield Row("  * ", text)
    if count and most is not None and len(texts) > most:
        yield Row("    ", f"(and {len(texts) - most} more)")
