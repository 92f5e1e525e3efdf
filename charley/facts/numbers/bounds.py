"""A number of which only bounds are told (`<0.3 mg/L`, `3-4 days`), and whether that is enough."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

from charley.facts.numbers.number import NotUnderstood, brief, in_range
from charley.facts.numbers.written import Between
from charley.facts.vocabulary import Comparison, Fact

__all__ = ["decided"]

_HOLDS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


def decided(fact: Fact, text: str, where: Between, compared: Iterable[Comparison] | None) -> float | int:
    """One number that represents all numbers within the bounds. Raises `NotUnderstood`.

    It exists where each comparison that the rules make has the same result for all of them. `compared` are
    these comparisons; None where the number is also calculated with.
    """
    assert fact.plausible_range is not None
    low, high = fact.plausible_range
    if where.low > high or where.high < low:
        in_range(fact, where.low if where.low > high else where.high)
    told = where.high if where.low < low or where.low == -float("inf") else where.low
    where = Between(
        max(where.low, low),
        where.low_itself or where.low < low,
        min(where.high, high),
        where.high_itself or where.high > high,
    )
    shown = f"`{brief(text)}`"
    if compared is None:
        message = f"{shown} is not one number, and `{fact.id}` is calculated with"
        raise NotUnderstood(message, "write one number, or `unknown`", "F019")
    comparisons = list(compared)
    points = list(_points(where, sorted({limit for _, limit in comparisons})))
    for op, limit in comparisons:
        if len({_HOLDS[op](point, limit) for point in points}) > 1:
            message = f"{shown} is not one number, and `{fact.id}` is judged at {brief(limit)}"
            help = "which lies within it: write one number, or `unknown`"
            raise NotUnderstood(message, help, "F019")
    same = all(_HOLDS[op](told, limit) is _HOLDS[op](points[0], limit) for op, limit in comparisons)
    if same and low <= told <= high:  # prefer a number that was really told
        return in_range(fact, told)
    return in_range(fact, min(points, key=lambda point: abs(point - told)))


def _points(where: Between, limits: list[float | int]) -> Iterator[float | int]:
    """Numbers to compare: each included end, each limit inside, and one between any two neighbours."""
    inner = [limit for limit in limits if where.low < limit < where.high]
    marks = [where.low, *inner, where.high]
    if where.low_itself:
        yield where.low
    yield from inner
    if where.high_itself:
        yield where.high
    for low, high in pairwise(marks):
        if low < high:
            yield from (_near(high, low), _near(low, high), float(f"{(low + high) / 2:.12g}"))


def _near(end: float | int, other: float | int) -> float:
    """A short number close to one end, on the side of the other."""
    step = abs(other - end) / 2
    while step > abs(end) / 100 and step > 1e-6:
        step /= 2
    moved = end + (step if other > end else -step)
    short = float(f"{moved:.3g}")
    return short if min(end, other) < short < max(end, other) else moved
