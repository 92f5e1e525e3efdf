"""The reasons behind a conclusion: each rule with what made it fire, or the sentences for and against."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from charley.engine.differential import Contribution, Differential, Place
from charley.engine.explain.justification import Ground, Grounds, evidence_line, observations, observed_words
from charley.engine.explain.words import rule_reasons
from charley.rules.knowledge_base import KnowledgeBase

__all__ = ["Reason", "Sides", "counting", "reasons", "sides", "speaks_for"]

DEEPEST = 12
"""Findings that rest on findings are shown so far down; `How.step` looks further."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One rule behind a conclusion: what it did and the observations that made it fire.

    `effect` is what a reader sees in the margin (`+7`, `flag`); `note` says why it does not count, if so.
    `support` is as a person reads it, nested: a finding is followed by what it rests on. `sources` are the
    cited works in full, `evidence` how well they support it.
    """

    rule: str
    effect: str
    because: str
    counted: bool
    note: str
    support: tuple[str, ...]
    citations: tuple[str, ...]
    title: str = ""
    when: str = ""
    evidence: str = ""
    sources: tuple[str, ...] = ()
    grounds: tuple[Ground, ...] = ()


@dataclass(frozen=True, slots=True)
class Sides:
    """What speaks for a candidate and what speaks against it, as sentences."""

    in_favour: tuple[str, ...]
    against: tuple[str, ...]


def sides(base: KnowledgeBase, d: Differential, place: Place) -> Sides:
    """The sentences for a candidate (its flags are for it) and against it, what counts most first."""
    flags = [rule for flag in d.flags if flag.candidate == place.candidate for rule in flag.rules]
    raising = [*flags, *(c.rule for c in place.counting if c.weight > 0)]
    in_favour = rule_reasons(base, raising, d.audience)
    lowering = rule_reasons(base, [c.rule for c in place.counting if c.weight < 0], d.audience)
    # One sentence cannot speak for and against; it stands where it raises the alarm.
    return Sides(in_favour, tuple(each for each in lowering if each not in in_favour))


def speaks_for(d: Differential) -> list[Place]:
    """The candidates that are flagged or that a counted rule speaks for, in the order of the ranking."""
    return [place for place in d.standings if place.has_reason]


def reasons(
    base: KnowledgeBase, d: Differential, target: str, grounds: Grounds | None = None
) -> Iterator[Reason]:
    """The rules behind a candidate or an alert: what counts most first, then what is raised and what
    answers it.

    With `grounds`, each goes down to what it rests on.
    """
    maker = _Maker(base, d, grounds)
    for alarm in d.alerts:
        if alarm.alert == target:
            yield from (maker.reason(rule, "alert") for rule in alarm.rules)
            yield from (maker.reason(cleared.rule, "clear") for cleared in alarm.cleared_by)
    for place in d.standings:
        if place.candidate == target:
            counted = sorted(place.contributions, key=lambda c: (not c.counted, -abs(c.weight)))
            yield from map(maker.weight, counted)
    for flag in d.flags:
        if flag.candidate == target:
            yield from (maker.reason(rule, "flag") for rule in flag.rules)
            yield from (maker.reason(cleared.rule, "clear") for cleared in flag.cleared_by)


def counting(base: KnowledgeBase, d: Differential, candidate: str) -> list[Reason]:
    """The rules whose weight counts for a candidate or against it, the strongest first."""
    maker = _Maker(base, d, None)
    ranked = [place for place in d.standings if place.candidate == candidate]
    return [maker.weight(c) for place in ranked for c in place.counting]


class _Maker:
    def __init__(self, base: KnowledgeBase, d: Differential, grounds: Grounds | None) -> None:
        self._base, self._grounds = base, grounds
        self._firings = {firing.rule: firing for firing in d.firings}

    def weight(self, c: Contribution) -> Reason:
        note = "" if c.counted else f"Not counted: {c.why_not_counted}."
        return self.reason(c.rule, f"{c.weight:+d}", c.counted, note)

    def reason(self, id: str, effect: str, counted: bool = True, note: str = "") -> Reason:
        base, rule = self._base, self._base.rules[id]
        return Reason(
            rule=id,
            effect=effect,
            because=rule.because,
            counted=counted,
            note=note,
            support=tuple(
                "  " * depth + observed_words(base, part)
                for depth, part in observations(base, self._firings, [id])
                if depth <= DEEPEST
            ),
            citations=rule.evidence.citations,
            title=rule.title,
            when=rule.when,
            evidence=evidence_line(rule),
            sources=tuple(
                f"{base.citations[key]} ({base.citations[key].seen})" for key in rule.evidence.citations
            ),
            grounds=() if self._grounds is None else self._grounds.of_rule(id),
        )
