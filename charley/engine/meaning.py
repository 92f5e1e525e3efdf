"""What a knowledge base means: the definition, slow and plain. Read this first.

Every other reading of the same rules (the session, the kernel, the proofs) is held to this one by tests.
It works on the language that the rule author writes, and nobody optimises it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import assert_never

from charley.facts.record import Record
from charley.rules.instrument import Instrument
from charley.rules.interval import Interval, compare, derived_interval
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.language.condition import And, AtLeast, Atom, Condition, Not, Or

__all__ = ["Kleene", "Valuation", "score_interval", "truth", "valuation"]

Kleene = bool | None
"""True, False, or None for unknown."""


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
    for finding, condition in base.definitions.items():
        findings[finding] = truth(condition, base, record, findings)
    return Valuation(
        rules={id: truth(rule.condition, base, record, findings) for id, rule in base.rules.items()},
        findings={finding: findings.get(finding) for finding in base.findings},
        derived={id: derived_interval(d, record, base.vocabulary) for id, d in base.derived.items()},
        scores={id: score_interval(s, base, record, findings) for id, s in base.instruments.items()},
        gates={
            id: True if s.gate is None else truth(s.gate, base, record, findings)
            for id, s in base.instruments.items()
        },
    )


def truth(
    condition: Condition, base: KnowledgeBase, record: Record, findings: Mapping[str, Kleene]
) -> Kleene:
    """The value of a condition by strong Kleene logic."""
    match condition:
        case Atom():
            return _atom(condition, base, record, findings)
        case Not(part):
            inner = truth(part, base, record, findings)
            return None if inner is None else not inner
        case And(parts):
            return _at_least(len(parts), [truth(part, base, record, findings) for part in parts])
        case Or(parts):
            return _at_least(1, [truth(part, base, record, findings) for part in parts])
        case AtLeast(count, parts):
            return _at_least(count, [truth(part, base, record, findings) for part in parts])
        case _:
            assert_never(condition)


def _at_least(count: int, values: list[Kleene]) -> Kleene:
    """Enough are true; or too many are false; or it is open."""
    if values.count(True) >= count:
        return True
    return False if len(values) - values.count(False) < count else None


def _atom(atom: Atom, base: KnowledgeBase, record: Record, findings: Mapping[str, Kleene]) -> Kleene:
    name, op, value = atom.name, atom.op, atom.value
    if name in base.findings:
        return findings.get(name)
    if name in base.derived:
        assert isinstance(value, int | float)
        return compare(derived_interval(base.derived[name], record, base.vocabulary), op, value)
    if name in base.instruments:
        score = base.instruments[name]
        if score.gate is not None and truth(score.gate, base, record, findings) is not True:
            return None
        low, high = score_interval(score, base, record, findings)
        assert isinstance(value, int | float)
        return compare(Interval(*(_points(score, points) for points in (low, high))), op, value)
    if name not in record:
        return None
    known = record[name]
    if isinstance(value, tuple):
        return known in value
    if isinstance(value, bool | str):
        return known == value
    assert isinstance(known, int | float)
    match op:
        case ">=":
            return known >= value
        case ">":
            return known > value
        case "<=":
            return known <= value
        case "<":
            return known < value
        case _:
            return known == value


def score_interval(
    score: Instrument, base: KnowledgeBase, record: Record, findings: Mapping[str, Kleene]
) -> tuple[int, int]:
    """The lowest and highest sum of points: an unknown item of p points gives min(0, p) to max(0, p)."""
    low = high = 0
    for item, points in zip(score.items, score.scaled, strict=True):
        match truth(item.condition, base, record, findings):
            case True:
                low, high = low + points, high + points
            case None:
                low, high = low + min(0, points), high + max(0, points)
    return low, high


def _points(score: Instrument, scaled: int) -> Fraction:
    return Fraction(scaled, 10**score.decimals)
