"""Representative answers: one value for each class of values that the rules cannot distinguish.

A boolean has two, a choice has its choices. A number has infinitely many values, but rules compare it with a
few constants only, so one value on each constant and one between each two of them represent the rest.
A derived value compares a number with another one; the values at which its comparisons change are added.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from fractions import Fraction
from itertools import pairwise
from typing import assert_never

from charley.facts.record import Record
from charley.facts.vocabulary import Fact, Value
from charley.rules.interval import exact, range_of
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.language.condition import Atom, atoms

__all__ = ["AnswerClasses", "Representatives", "between"]


class Representatives:
    """The values of every fact of a base that its rules can tell apart."""

    def __init__(self, base: KnowledgeBase) -> None:
        self._base = base
        self._limits = _limits(base)
        self._plain = {
            id: self._of(fact, self._limits.get(id, set())) for id, fact in base.vocabulary.items()
        }
        self._in_derived = {id for derived in base.derived.values() for id in derived.of}

    def of(self, fact: str, record: Record | None = None) -> tuple[Value, ...]:
        """The values of a fact, in rising order; yes before no.

        With a `record`, derived values are taken as they are with what is known there, so that the values
        include those at which one of them turns.
        """
        if record is None or fact not in self._in_derived:
            return self._plain[fact]
        return self._of(self._base.vocabulary[fact], self._turning(fact, record))

    def _of(self, fact: Fact, limits: Iterable[Fraction]) -> tuple[Value, ...]:
        if fact.kind == "boolean":
            return (True, False)
        if fact.kind == "choice":
            return fact.choices
        assert fact.plausible_range is not None
        low, high = (exact(end) for end in fact.plausible_range)
        inner = sorted({limit for limit in limits if low <= limit <= high} | {low, high})
        found: list[Fraction] = []
        for below, above in pairwise(inner):
            found += [below, between(below, above)]
        return tuple(dict.fromkeys(_number(each) for each in [*found, inner[-1]]))

    def _turning(self, fact: str, record: Record) -> set[Fraction]:
        """The limits of a fact, with those that derived values put on it while others are what they are."""
        found = set(self._limits.get(fact, set()))
        for derived in self._base.derived.values():
            if fact not in derived.of:
                continue
            limits = self._limits.get(derived.id, set())
            others = [self._marks(id, record) for id in derived.of if id != fact]
            first = derived.of[0] == fact
            for limit in limits:
                match derived.kind:
                    case "minimum" | "maximum":
                        found.add(limit)
                    case "difference":
                        found.update(limit + x if first else x - limit for x in others[0])
                    case "ratio":
                        found.update(limit * x if first else x / limit for x in others[0] if first or limit)
                    case "sum":
                        rest = {Fraction(0)}
                        for marks in others:
                            rest = {a + b for a in rest for b in marks}
                        found.update(limit - x for x in rest)
                    case _:
                        assert_never(derived.kind)
        return found

    def _marks(self, fact: str, record: Record) -> set[Fraction]:
        """Where another number of a derived value can stand: known, its limits, or its ends."""
        known = record.get(fact)
        marks = set(self._limits.get(fact, set()))
        if isinstance(known, int | float):
            marks.add(exact(known))
        interval = range_of(fact, self._base.vocabulary, self._base.derived, self._base.instruments)
        return marks if interval is None else marks | set(interval)


class AnswerClasses:
    """Answers to one fact that meet the same literals are one class, which has a number.

    `held` has the literals that hold of each value (`LiteralIndex.held`). `literals` are what each class
    meets, `classes_of` the classes of a fact. `class_of` has the class of the representative values (and of
    None, unknown) at hand; other values are classified when they are met, and not kept, so that no patient's
    value stays in a table.
    """

    def __init__(self, base: KnowledgeBase, held: Mapping[str, Mapping[Value, tuple[int, ...]]]) -> None:
        self._held = held
        self.literals: list[tuple[int, ...]] = []
        self.classes_of: dict[str, list[int]] = {fact: [] for fact in base.vocabulary}
        values = Representatives(base)
        self.class_of: dict[str, dict[Value | None, int]] = {
            fact: {value: self.classify(fact, value) for value in (None, *values.of(fact))}
            for fact in base.vocabulary
        }

    def classify(self, fact: str, value: Value | None) -> int:
        """The class of an answer."""
        met = self._held[fact][value] if value is not None and fact in self._held else ()
        for number in self.classes_of[fact]:
            # Answers that meet the same are given the same tuple by the index.
            if self.literals[number] is met:
                return number
        self.classes_of[fact].append(len(self.literals))
        self.literals.append(met)
        return len(self.literals) - 1


def _limits(base: KnowledgeBase) -> dict[str, set[Fraction]]:
    """Every number that a rule compares a name with."""
    found: dict[str, set[Fraction]] = {}
    conditions = [rule.condition for rule in base.rules.values()]
    for score in base.instruments.values():
        conditions += [item.condition for item in score.items]
        conditions += [] if score.gate is None else [score.gate]
    if base.scope is not None:
        conditions.append(base.scope)
    conditions += [*base.minimum, *(condition for condition, _ in base.contradictions)]
    for condition in conditions:
        for atom in atoms(condition):
            _add(found, atom)
    return found


def _add(found: dict[str, set[Fraction]], atom: Atom) -> None:
    if isinstance(atom.value, int | float) and not isinstance(atom.value, bool):
        found.setdefault(atom.name, set()).add(exact(atom.value))


def between(low: Fraction, high: Fraction) -> Fraction:
    """The shortest decimal strictly between two numbers, nearest to their middle."""
    middle = (low + high) / 2
    for digits in range(-6, 30):
        step = Fraction(1, 1) / Fraction(10) ** digits
        shortest = round(middle / step) * step
        if low < shortest < high:
            return shortest
    return middle


def _number(value: Fraction) -> float | int:
    if value.denominator == 1:
        return int(value)
    number = float(value)
    return number if math.isfinite(number) else 0.0
