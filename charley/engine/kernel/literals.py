"""Where answers meet conditions: which literals hold of a value.

Numbers go by sorted thresholds, so that a value is found by bisection whatever the number of comparisons;
choices and booleans by a table. No value of a patient is kept in any of these tables.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from math import ceil, floor
from typing import assert_never

from charley.facts.record import Record
from charley.facts.vocabulary import Fact, Value
from charley.rules.core import Literal
from charley.rules.instrument import Derived
from charley.rules.interval import Interval, compare, derived_interval, holds
from charley.rules.knowledge_base import KnowledgeBase

__all__ = ["LiteralIndex", "Range", "literal_holds"]

Held = tuple[int, ...]
"""What the literals that hold are given as: the number of each, or several numbers."""

Numbered = list[tuple[Literal, Held]]


def literal_holds(literal: Literal, known: Value) -> bool:
    """Whether a literal on a fact holds of a known value."""
    return holds(literal.op, known, literal.value) is literal.wanted


class LiteralIndex:
    """The literals of a base, by what they are about.

    `held[fact][value]` are the numbers of the literals that hold of the value. `ranges` are the derived
    values, `ranges_of` those that a fact enters.
    """

    def __init__(self, base: KnowledgeBase, literals: Mapping[Literal, Held]) -> None:
        by_name: dict[str, Numbered] = {}
        for literal, numbers in literals.items():
            by_name.setdefault(literal.name, []).append((literal, numbers))
        # By the very texts of the vocabulary, as records have them: they are found faster than equal ones.
        self.held: dict[str, dict[Value, Held]] = {
            id: _table(fact, by_name[id]) for id, fact in base.vocabulary.items() if id in by_name
        }
        self.ranges = tuple(Range(base, derived, by_name.get(id, [])) for id, derived in base.derived.items())
        self.ranges_of: dict[str, tuple[Range, ...]] = {
            fact: tuple(each for each in self.ranges if fact in each.derived.of)
            for derived in base.derived.values()
            for fact in derived.of
        }


def _table(fact: Fact, literals: Numbered) -> dict[Value, Held]:
    if fact.kind == "number":
        return _Cuts(literals, *_plausible(fact))
    values: Iterable[Value] = (False, True) if fact.kind == "boolean" else fact.choices
    return {value: _that_hold(literals, value) for value in values}


def _that_hold(literals: Numbered, value: Value) -> Held:
    return tuple(
        number for literal, numbers in literals if literal_holds(literal, value) for number in numbers
    )


SHORT = 256
"""Whole numbers of a range no longer than this are looked up, not searched for."""


class _Cuts(dict[Value, Held]):
    """Numbers, looked up by where they stand among the thresholds; no patient's number is ever stored.

    The whole numbers of a short range (an age, a pulse) stand in the table from the beginning.
    """

    def __init__(self, literals: Numbered, low: float, high: float) -> None:
        super().__init__()
        self.cuts = sorted({_number(literal.value) for literal, _ in literals})
        self._ends = [*self.cuts, None]
        # A place below, on and above each threshold: all numbers of one compare alike.
        held: list[list[int]] = [[] for _ in range(2 * len(self.cuts) + 1)]
        on = {cut: 2 * at + 1 for at, cut in enumerate(self.cuts)}
        for literal, numbers in literals:
            for place in _places(literal, on[_number(literal.value)], len(held)):
                held[place] += numbers
        self._held = [tuple(numbers) for numbers in held]
        if high - low <= SHORT:
            for whole in range(ceil(low), floor(high) + 1):
                self[whole] = self.__missing__(whole)

    def __missing__(self, value: Value) -> Held:
        at = bisect_left(self.cuts, value)
        # The last is no threshold, so that there is always one to compare with.
        return self._held[2 * at + 1 if self._ends[at] == value else 2 * at]


def _places(literal: Literal, on: int, count: int) -> Iterable[int]:
    """The places at which a literal holds whose threshold is at the place `on`."""
    match literal.op:
        case ">=":
            run = range(on, count)
        case ">":
            run = range(on + 1, count)
        case "<=":
            run = range(on + 1)
        case "<":
            run = range(on)
        case "==":
            run = range(on, on + 1)
        case "in":
            raise ValueError("numbers are not compared with `in`")
        case _:
            assert_never(literal.op)
    return run if literal.wanted else [place for place in range(count) if place not in run]


class Range:
    """A derived value: its interval, and which literals an interval decides."""

    def __init__(self, base: KnowledgeBase, derived: Derived, literals: Numbered) -> None:
        self._vocabulary = base.vocabulary
        self.derived = derived
        self._literals = literals
        self.numbers = tuple(number for _, numbers in literals for number in numbers)
        """Everything that literals on it are given as."""
        self._ends = [(fact, *_plausible(base.vocabulary[fact])) for fact in derived.of]
        self.widest = derived_interval(derived, {}, base.vocabulary)
        self.always = self._decide(self.widest)
        self._cuts = sorted({_number(literal.value) for literal, _ in literals})
        self._held: dict[tuple[int, int], Held] = {}

    def interval(self, record: Record) -> Interval:
        """What the derived value can be."""
        if any(fact in record for fact in self.derived.of):
            return derived_interval(self.derived, record, self._vocabulary)
        return self.widest

    def decided(self, record: Record) -> Held:
        """The literals that hold whatever the derived value still turns out to be."""
        low, high, doubt = self._about(record)
        cuts = self._cuts
        below, above = bisect_left(cuts, low), bisect_left(cuts, high)
        for at, end in ((below, low), (above, high)):
            for cut in cuts[max(0, at - 1) : at + 1]:
                if abs(cut - end) <= doubt:
                    # Too close to a threshold for floating point: the exact numbers decide.
                    return self._decide(self.interval(record))
        held = self._held.get((below, above))
        if held is None:
            held = self._held[below, above] = self._decide(self.interval(record))
        return held

    def _about(self, record: Record) -> tuple[float, float, float]:
        """The lowest, the highest, and by how much either may be wrong (generously)."""
        lows: list[float] = []
        highs: list[float] = []
        for fact, low, high in self._ends:
            known = record.get(fact)
            lows.append(low if known is None else _number(known))
            highs.append(high if known is None else _number(known))
        match self.derived.kind:
            case "difference":
                least, most = lows[0] - highs[1], highs[0] - lows[1]
            case "ratio":
                corners = [a / b for a in (lows[0], highs[0]) for b in (lows[1], highs[1])]
                least, most = min(corners), max(corners)
            case "minimum":
                least, most = min(lows), min(highs)
            case "maximum":
                least, most = max(lows), max(highs)
            case "sum":
                least, most = sum(lows), sum(highs)
            case _:
                assert_never(self.derived.kind)
        size = sum(map(abs, lows)) + sum(map(abs, highs)) + abs(least) + abs(most)
        return least, most, 1e-12 * size

    def _decide(self, interval: Interval) -> Held:
        return tuple(
            number
            for literal, numbers in self._literals
            if compare(interval, literal.op, _number(literal.value)) is literal.wanted
            for number in numbers
        )


def _number(value: object) -> float | int:
    assert isinstance(value, int | float)
    return value


def _plausible(fact: Fact) -> tuple[float | int, float | int]:
    assert fact.plausible_range is not None
    return fact.plausible_range
