"""Interval arithmetic on known values and plausible ranges, and the one comparison with a constant."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple, assert_never

from charley.facts.record import Record
from charley.facts.vocabulary import Value, Vocabulary
from charley.rules.instrument import Derived, Instrument
from charley.rules.language.condition import Constant, Operator

__all__ = ["Interval", "compare", "derived_interval", "exact", "holds", "range_of"]

Number = int | float | Fraction


class Interval(NamedTuple):
    """The lowest and the highest value of a number, both included and exact."""

    low: Fraction
    high: Fraction


def exact(number: float | int) -> Fraction:
    """The number as it was written: 0.1 is one tenth, not the binary fraction next to it."""
    return Fraction(number) if isinstance(number, int) else Fraction(repr(number))


def holds(op: Operator, known: Value, value: Constant | tuple[str, ...]) -> bool:
    """Whether a known value compares like this with a constant."""
    if isinstance(value, tuple):
        return known in value
    if op == "==" or isinstance(known, str) or isinstance(value, str):
        return known == value
    return _decided(op, known, known, value) is True


def compare(interval: Interval, op: Operator, value: float | int) -> bool | None:
    """The comparison, as soon as it is the same for every number in the interval; else None."""
    return _decided(op, *interval, exact(value))


def _decided(op: Operator, low: Number, high: Number, k: Number) -> bool | None:
    match op:
        case ">=":
            return True if low >= k else False if high < k else None
        case ">":
            return True if low > k else False if high <= k else None
        case "<=":
            return True if high <= k else False if low > k else None
        case "<":
            return True if high < k else False if low >= k else None
        case "==":
            return True if low == high == k else None if low <= k <= high else False
        case "in":
            raise ValueError("numbers are not compared with `in`")
        case _:
            assert_never(op)


def derived_interval(derived: Derived, record: Record, vocabulary: Vocabulary) -> Interval:
    """By interval arithmetic over what is known and the plausible ranges of what is not."""
    parts = [fact_interval(id, record, vocabulary) for id in derived.of]
    lows, highs = [part.low for part in parts], [part.high for part in parts]
    match derived.kind:
        case "difference":
            return Interval(lows[0] - highs[1], highs[0] - lows[1])
        case "ratio":
            corners = [a / b for a in parts[0] for b in parts[1]]
            return Interval(min(corners), max(corners))
        case "minimum":
            return Interval(min(lows), min(highs))
        case "maximum":
            return Interval(max(lows), max(highs))
        case "sum":
            return Interval(sum(lows, Fraction(0)), sum(highs, Fraction(0)))
        case _:
            assert_never(derived.kind)


def fact_interval(id: str, record: Record, vocabulary: Vocabulary) -> Interval:
    """A number fact: the known value, or its plausible range."""
    value = record.get(id)
    if isinstance(value, int | float):
        return Interval(exact(value), exact(value))
    plausible = vocabulary[id].plausible_range
    assert plausible is not None
    return Interval(exact(plausible[0]), exact(plausible[1]))


def range_of(
    name: str, vocabulary: Vocabulary, derived: Mapping[str, Derived], instruments: Mapping[str, Instrument]
) -> Interval | None:
    """All values of a number, derived value or score; None where a part of it is not defined."""
    if name in instruments:
        score = instruments[name]
        unit = 10**score.decimals
        low = sum(min(0, points) for points in score.scaled)
        high = sum(max(0, points) for points in score.scaled)
        return Interval(Fraction(low, unit), Fraction(high, unit))
    if name in derived:
        inputs = [vocabulary.get(id) for id in derived[name].of]
        if any(fact is None or fact.kind != "number" for fact in inputs):
            return None
        if derived[name].kind == "ratio" and fact_interval(derived[name].of[1], {}, vocabulary).low <= 0:
            return None
        return derived_interval(derived[name], {}, vocabulary)
    return fact_interval(name, {}, vocabulary)
