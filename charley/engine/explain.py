"""From a conclusion down to what was observed. Built from the differential and the base alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from charley.engine.differential import Contribution, Differential, Firing, Place, Support
from charley.facts.vocabulary import words
from charley.rules.knowledge_base import KnowledgeBase

__all__ = ["How", "Reason", "how", "show_support"]


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule behind a conclusion: what it did and the observations that made it fire.

    `effect` is what a reader sees in the margin (`+7`, `flag`); `note` says why it does not count, if so.
    `support` is as a person reads it, nested: a finding is followed by what it rests on.
    """

    rule: str
    effect: str
    because: str
    counted: bool
    note: str
    support: tuple[str, ...]
    citations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class How:
    """How a candidate came to stand where it stands; `str()` of it is the explanation."""

    name: str
    place: Place
    reasons: tuple[Reason, ...]

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def lines(self) -> Iterator[str]:
        """The explanation a line at a time."""
        place = self.place
        urgency = f", {words(place.urgency)}" if place.urgency else ""
        yield f"{self.name}  {place.score:+d} db   {words(place.section)}{urgency}"
        yield f"  {place.prior:+5d}  before anything was known"
        for reason in self.reasons:
            effect = reason.effect if reason.counted else f"({reason.effect})"
            note = f"  {reason.note}" if reason.note else ""
            yield f"  {effect:>5}  {reason.because}{note}  [{reason.rule}]"
            for line in reason.support:
                yield f"           {line}"


def how(base: KnowledgeBase, d: Differential, candidate: str) -> How:
    """Why the candidate stands where it does. Raises `KeyError` for a candidate that is not ranked."""
    place = d.standing(candidate)
    firings = {firing.rule: firing for firing in d.firings}
    counted = sorted(place.contributions, key=lambda c: (not c.counted, -abs(c.weight)))
    reasons = [_weight(base, d, firings, contribution) for contribution in counted]
    for flag in d.flags:
        if flag.candidate == candidate:
            reasons += [_said(base, d, firings, rule, "flag") for rule in flag.rules]
            reasons += [_said(base, d, firings, cleared.rule, "clear") for cleared in flag.cleared_by]
    return How(place.name, place, tuple(reasons))


def _weight(base: KnowledgeBase, d: Differential, firings: Mapping[str, Firing], c: Contribution) -> Reason:
    note = ""
    if not c.counted:
        why = "replaced by" if c.superseded else "measures the same as"
        note = f"Not counted: {why} {c.passed_over_for}."
    return _reason(base, d, firings, c.rule, f"{c.weight:+d}", c.counted, note)


def _said(
    base: KnowledgeBase, d: Differential, firings: Mapping[str, Firing], rule: str, effect: str
) -> Reason:
    return _reason(base, d, firings, rule, effect, True, "")


def _reason(
    base: KnowledgeBase,
    d: Differential,
    firings: Mapping[str, Firing],
    rule: str,
    effect: str,
    counted: bool,
    note: str,
) -> Reason:
    return Reason(
        rule=rule,
        effect=effect,
        because=base.rules[rule].because,
        counted=counted,
        note=note,
        support=tuple(show_support(base, firings, firings[rule])),
        citations=base.rules[rule].evidence.citations,
    )


def show_support(
    base: KnowledgeBase, firings: Mapping[str, Firing], firing: Firing, depth: int = 0
) -> Iterator[str]:
    """The observations under a firing, each finding followed by what it rests on in turn."""
    for part in firing.support:
        yield "  " * depth + _observed(base, part)
        if part.name in base.findings and part.value is True and depth < 6:
            for rule in base.concluded_by[part.name]:
                if rule.id in firings:
                    yield from show_support(base, firings, firings[rule.id], depth + 1)


def _observed(base: KnowledgeBase, part: Support) -> str:
    """An atom with the value it met: `age: 67 years  (>= 60)`."""
    compared = part.atom.removeprefix("not ").removeprefix(part.name).strip()
    asked = f"  ({compared})" if compared else ""
    if part.name in base.vocabulary:
        fact = base.vocabulary[part.name]
        assert not isinstance(part.value, tuple)
        shown = fact.show(part.value)
        return f"{fact.label}: {shown}" + (asked if fact.kind == "number" else "")
    if part.name in base.findings:
        return f"{words(part.name)}: {'yes' if part.value else 'no'}"
    title = base.instruments[part.name].title if part.name in base.instruments else ""
    title = title or (base.derived[part.name].title if part.name in base.derived else "") or words(part.name)
    value = part.value
    shown = (
        f"{value[0]:g} to {value[1]:g}"
        if isinstance(value, tuple)
        else f"{value:g}"
        if not isinstance(value, str)
        else value
    )
    return f"{title}: {shown}{asked}"
