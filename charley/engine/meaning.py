"""What a knowledge base means: the definition, slow and plain. Read this first.

Every other reading of the same rules (the session, the kernel, the proofs) is held to this one by tests.
It works on the language that the rule author writes, and nobody optimises it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import assert_never

from charley.facts.record import Record
from charley.rules.instrument import Instrument
from charley.rules.interval import Interval, compare, derived_interval, holds
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.language.condition import And, AtLeast, Atom, Condition, Not, Or

__all__ = ["Kleene", "Look", "Valuation", "atom_values", "score_interval", "truth", "valuation"]

Kleene = bool | None
"""True, False, or None for unknown."""

Look = Callable[[Atom], Kleene]
"""The value of an atom. The definition is the same wherever the values come from: a record (`atom_values`),
what a case was seen to be, or what is only supposed.
"""


@dataclass(frozen=True)
class Valuation:
    """What a record makes of every rule and finding, derived value and score.

    A rule is true when it fires, false when no further answer can make it fire, and None while it is open.
    Scores are whole numbers of smallest points, lowest and highest; whether their gate is open is `gates`.
    """

    rules: Mapping[str, Kleene]
    findings: Mapping[str, Kleene]
    derived: Mapping[str, Interval]
    scores: Mapping[str, tuple[int, int]]
    gates: Mapping[str, Kleene]


def valuation(base: KnowledgeBase, record: Record) -> Valuation:
    """The meaning of the base for this record."""
    findings: dict[str, Kleene] = {}
    look = atom_values(base, record, findings)
    # In an order in which no finding needs a later one, so each is there when it is looked at.
    for finding, condition in base.definitions.items():
        findings[finding] = truth(condition, look)
    return Valuation(
        rules={id: truth(rule.condition, look) for id, rule in base.rules.items()},
        findings={finding: findings.get(finding) for finding in base.findings},
        derived={id: derived_interval(d, record, base.vocabulary) for id, d in base.derived.items()},
        scores={id: score_interval(score, look) for id, score in base.instruments.items()},
        gates={id: True if s.gate is None else truth(s.gate, look) for id, s in base.instruments.items()},
    )


def truth(condition: Condition, look: Look) -> Kleene:
    """The value of a condition by strong Kleene logic, from the values of its atoms."""
    match condition:
        case Atom():
            return look(condition)
        case Not(part):
            inner = truth(part, look)
            return None if inner is None else not inner
        case And(parts):
            return _at_least(len(parts), [truth(part, look) for part in parts])
        case Or(parts):
            return _at_least(1, [truth(part, look) for part in parts])
        case AtLeast(count, parts):
            return _at_least(count, [truth(part, look) for part in parts])
        case _:
            assert_never(condition)


def _at_least(count: int, values: list[Kleene]) -> Kleene:
    """Enough are true; or too many are false; or it is open."""
    if values.count(True) >= count:
        return True
    return False if len(values) - values.count(False) < count else None


def atom_values(base: KnowledgeBase, record: Record, findings: Mapping[str, Kleene]) -> Look:
    """The value of an atom for this record, when the findings that it needs are decided."""

    concluded, derived, instruments = base.findings, base.derived, base.instruments

    def look(atom: Atom) -> Kleene:
        name, op, value = atom.name, atom.op, atom.value
        if name in record:
            return holds(op, record[name], value)
        if name in concluded:
            return findings.get(name)
        if name in derived:
            assert isinstance(value, int | float)
            return compare(derived_interval(derived[name], record, base.vocabulary), op, value)
        if name in instruments:
            score = instruments[name]
            if score.gate is not None and truth(score.gate, look) is not True:
                return None
            unit = 10**score.decimals
            low, high = (Fraction(points, unit) for points in score_interval(score, look))
            assert isinstance(value, int | float)
            return compare(Interval(low, high), op, value)
        return None

    return look


def score_interval(score: Instrument, look: Look) -> tuple[int, int]:
    """The lowest and highest sum of points: an unknown item of p points gives min(0, p) to max(0, p)."""
    low = high = 0
    for item, points in zip(score.items, score.scaled, strict=True):
        match truth(item.condition, look):
            case True:
                low, high = low + points, high + points
            case None:
                low, high = low + min(0, points), high + max(0, points)
    return low, high
