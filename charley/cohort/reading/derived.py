"""Differences, ratios and sums: the interval of each row, compared with every limit, exactly.

A minimum or a maximum is drawn from planes (`charley.cohort.inputs`), and never comes here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from charley.cohort.inputs import Reaches
from charley.facts.vocabulary import Value, Vocabulary
from charley.rules.instrument import Derived
from charley.rules.interval import Interval, derived_interval, exact

__all__ = ["Column", "read_derived"]

Column = tuple[Any, Any]
"""The values of a number fact as doubles, and where each of them is known."""

_NEAR = 16_384
"""Rows of which everything is found out before the next, so that it need not be fetched from memory again."""
WHOLE = float(2**53)
"""Up to here doubles hold every whole number, and add and subtract them exactly."""


def read_derived(
    derived: Derived,
    vocabulary: Vocabulary,
    columns: Mapping[str, Column],
    limits: Sequence[Reaches],
    planes: Any,
    places: Sequence[int],
    rows: int,
) -> None:
    """Fill a plane for each limit. `columns` has the facts of which anything is known."""
    ranges = [vocabulary[fact].plausible_range or (0, 0) for fact in derived.of]
    nothing: Column = (np.zeros(_NEAR), np.zeros(_NEAR, np.bool_))
    compared = sorted({each.limit for each in limits})
    into = planes.view(np.uint8)
    least, most = _interval(derived, *(list(each) for each in zip(*ranges, strict=True)))
    size = float(sum(abs(number) for number in (least, most, *(end for both in ranges for end in both))))
    near: list[Any] = [np.zeros(0, np.int64)]
    for first in range(0, rows, _NEAR):
        count = min(_NEAR, rows - first)
        lows, highs = [], []
        for fact, (low, high) in zip(derived.of, ranges, strict=True):
            values, known = (
                (each[first : first + count] for each in columns[fact])
                if fact in columns
                else (each[:count] for each in nothing)
            )
            lows.append(np.where(known, values, float(low)))
            highs.append(np.where(known, values, float(high)))
        least, most = _interval(derived, lows, highs)
        for limit, place in zip(limits, places, strict=True):
            end = least if limit.end == "low" else most
            reached = end > limit.limit if limit.beyond else end >= limit.limit
            packed = np.packbits(reached, bitorder="little")
            into[place, first // 8 : first // 8 + len(packed)] = packed
        near.append(first + _doubtful(derived, lows, highs, (least, most), compared, size))
    into[list(places), -(-rows // 8) :] = 0
    doubtful = np.concatenate(near)
    if len(doubtful):
        _decide(derived, vocabulary, columns, limits, planes, places, doubtful)


def _interval(derived: Derived, lows: list[Any], highs: list[Any]) -> tuple[Any, Any]:
    """The lowest and the highest, rounded as doubles are."""
    match derived.kind:
        case "difference":
            return lows[0] - highs[1], highs[0] - lows[1]
        case "ratio":
            corners = [a / b for a in (lows[0], highs[0]) for b in (lows[1], highs[1])]
            return np.minimum.reduce(corners), np.maximum.reduce(corners)
        case "sum":
            return np.add.reduce(lows), np.add.reduce(highs)
        case _:
            raise AssertionError(f"`{derived.id}` is drawn from planes")


def _doubtful(
    derived: Derived,
    lows: list[Any],
    highs: list[Any],
    ends: tuple[Any, Any],
    limits: list[float | int],
    size: float,
) -> Any:
    """The rows that lie so close to a limit that the rounding could decide. No number is beyond `size`."""
    near: Any = np.zeros(len(ends[0]), np.bool_)
    for limit in limits:
        for end in ends:
            near |= np.abs(end - limit) <= 1e-12 * size
    rows = np.flatnonzero(near)
    if derived.kind == "ratio" or size >= WHOLE or not all(float(limit).is_integer() for limit in limits):
        return rows
    whole: Any = np.ones(len(rows), np.bool_)
    for each in (*lows, *highs):
        whole &= each[rows] == np.floor(each[rows])
    return rows[~whole]


def _decide(
    derived: Derived,
    vocabulary: Vocabulary,
    columns: Mapping[str, Column],
    limits: Sequence[Reaches],
    planes: Any,
    places: Sequence[int],
    rows: Any,
) -> None:
    """By exact numbers, once for all rows with the same values."""
    told = [fact for fact in dict.fromkeys(derived.of) if fact in columns]
    table = np.array([np.where(columns[f][1][rows], columns[f][0][rows], np.nan) for f in told])
    if not told:
        table = np.zeros((1, len(rows)))
    distinct, which = np.unique(table.T, axis=0, return_inverse=True, equal_nan=True)
    decided = np.array([_exactly(derived, vocabulary, told, row, limits) for row in distinct.tolist()])
    for number, place in enumerate(places):
        plane = planes[place].view(np.uint8)
        bits = np.uint8(1) << (rows % 8).astype(np.uint8)
        yes = decided[:, number][which.reshape(-1)]
        np.bitwise_or.at(plane, rows[yes] // 8, bits[yes])
        np.bitwise_and.at(plane, rows[~yes] // 8, ~bits[~yes])


def _exactly(
    derived: Derived, vocabulary: Vocabulary, facts: list[str], row: list[float], limits: Sequence[Reaches]
) -> list[bool]:
    record: dict[str, Value] = {
        fact: int(value) if value.is_integer() else value
        for fact, value in zip(facts, row, strict=False)
        if value == value
    }
    interval: Interval = derived_interval(derived, record, vocabulary)
    found = []
    for each in limits:
        end = interval.low if each.end == "low" else interval.high
        found.append(end > exact(each.limit) if each.beyond else end >= exact(each.limit))
    return found
