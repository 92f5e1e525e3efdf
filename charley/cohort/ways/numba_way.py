"""The accelerated way: the same program by one interpreter of gates, compiled by numba once for all bases.

A block of 64 words of every plane stays in the processor's caches while all gates are run over it. What is
compiled does not depend on the base, so numba can keep it between runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numba
import numpy as np

from charley.cohort.code import Code
from charley.cohort.ways.compare import reaching

__all__ = ["NumbaWay"]

_BLOCK = 64
"""Words of a plane that are worked on together."""
_LANE = 32
"""Words that lie beside each other when bits change places: enough of them to make loops into vectors pay."""


def _whole(rows: int) -> int:
    """So many rows, up to the end of the last word."""
    return -(-rows // 64) * 64


class NumbaWay:
    """Runs the code of one plan with machine code."""

    name = "numba"

    def __init__(self, code: Code) -> None:
        self._steps = np.array(code.steps, np.int32).reshape(-1, 4)
        self._inputs = np.array(sorted(code.inputs.values()), np.int32)
        self._results = np.array(sorted(set(code.results)), np.int32)
        self._block: Any = np.zeros((code.places, _BLOCK), np.uint64)

    def cut(self, numbers: Any, limits: Any, planes: Any, places: Sequence[int]) -> None:
        """Where the numbers are at least each limit."""
        _cut(np.ascontiguousarray(numbers), limits, planes, np.array(places, np.int64))

    def run(self, planes: Any) -> None:
        """All results."""
        _run(self._steps, self._inputs, self._results, self._block, planes)

    def numbers(self, planes: Any, places: Sequence[int], rows: int, bits: int, signed: bool) -> Any:
        """The numbers whose digits are these planes, eight digits at a time."""
        # A number that is short of digits goes on with its sign; place 0 holds no lane.
        digits = np.array([*places, *[places[-1] if signed else 0] * (bits - len(places))], np.int64)
        found: Any = np.empty(_whole(rows) // 8 * (bits // 8), np.uint64)
        for half in range(bits // 8):
            _bytes(
                planes,
                digits[8 * half : 8 * half + 8],
                found[half * (_whole(rows) // 8) :][: _whole(rows) // 8],
            )
        if bits == 8:
            return found.view(np.int8)[:rows]
        low, high = found.view(np.uint8).reshape(2, -1)[:, :rows]
        return (high.astype(np.int16) << 8) | low

    def packed(self, planes: Any, places: Sequence[int], rows: int) -> Any:
        """For each row one word."""
        found: Any = np.empty(_whole(rows), np.uint64)
        _packed(planes, np.array(places, np.int64), found)
        return found[:rows]


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator, unused-ignore]
def _run(steps: Any, inputs: Any, results: Any, block: Any, planes: Any) -> None:
    words = planes.shape[1]
    block[1, :] = ~np.uint64(0)
    for first in range(0, words, 64):
        count = min(64, words - first)
        for place in inputs:
            for word in range(count):
                block[place, word] = planes[place, first + word]
        for step in range(steps.shape[0]):
            op, a, b, to = steps[step, 0], steps[step, 1], steps[step, 2], steps[step, 3]
            if op == 0:
                for word in range(64):
                    block[to, word] = block[a, word] & block[b, word]
            elif op == 1:
                for word in range(64):
                    block[to, word] = block[a, word] | block[b, word]
            else:
                for word in range(64):
                    block[to, word] = block[a, word] ^ block[b, word]
        for place in results:
            for word in range(count):
                planes[place, first + word] = block[place, word]


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator, unused-ignore]
def _cut(numbers: Any, limits: Any, planes: Any, places: Any) -> None:
    whole = len(numbers) // 64
    for first in range(0, whole, 16):  # a block of numbers stays at hand for all limits
        for at in range(len(limits)):
            limit, plane = limits[at], planes[places[at]]
            for word in range(first, min(first + 16, whole)):
                plane[word] = reaching(numbers, 64 * word, limit)
    for at in range(len(limits)):
        limit, plane = limits[at], planes[places[at]]
        plane[whole:] = np.uint64(0)
        for row in range(64 * whole, len(numbers)):
            if numbers[row] >= limit:
                plane[whole] |= np.uint64(1) << np.uint64(row % 64)


@numba.njit(cache=True, nogil=True, inline="always")  # type: ignore[untyped-decorator, unused-ignore]
def _swap(square: Any, one: int, other: int, size: Any, mask: Any) -> None:
    """Exchange the bits of a mask, `size` higher in one row, with those of another row."""
    for lane in range(_LANE):
        change = ((square[one, lane] >> size) ^ square[other, lane]) & mask
        square[other, lane] ^= change
        square[one, lane] ^= change << size


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator, unused-ignore]
def _bytes(planes: Any, places: Any, found: Any) -> None:
    """A byte for each row, from eight planes: bytes change places with planes, then bits with bits."""
    words = planes.shape[1]
    square: Any = np.zeros((8, _LANE), np.uint64)
    for first in range(0, words, _LANE):
        count = min(_LANE, words - first)
        for digit in range(8):
            for lane in range(count):
                square[digit, lane] = planes[places[digit], first + lane]
        for row in range(4):
            _swap(square, row, row + 4, np.uint64(32), np.uint64(0x00000000FFFFFFFF))
        for row in (0, 1, 4, 5):
            _swap(square, row, row + 2, np.uint64(16), np.uint64(0x0000FFFF0000FFFF))
        for row in (0, 2, 4, 6):
            _swap(square, row, row + 1, np.uint64(8), np.uint64(0x00FF00FF00FF00FF))
        for row in range(8):
            for lane in range(_LANE):
                bits = square[row, lane]
                change = (bits ^ (bits >> np.uint64(7))) & np.uint64(0x00AA00AA00AA00AA)
                bits ^= change ^ (change << np.uint64(7))
                change = (bits ^ (bits >> np.uint64(14))) & np.uint64(0x0000CCCC0000CCCC)
                bits ^= change ^ (change << np.uint64(14))
                change = (bits ^ (bits >> np.uint64(28))) & np.uint64(0x00000000F0F0F0F0)
                square[row, lane] = bits ^ change ^ (change << np.uint64(28))
        for lane in range(count):
            for row in range(8):
                found[8 * (first + lane) + row] = square[row, lane]


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator, unused-ignore]
def _packed(planes: Any, places: Any, found: Any) -> None:
    """A word for each row, from up to 64 planes. Squares of 64 times 64 bits are mirrored, some of them at
    once: halves change places, then halves of halves.
    """
    words = planes.shape[1]
    square: Any = np.zeros((64, _LANE), np.uint64)
    for first in range(0, words, _LANE):
        count = min(_LANE, words - first)
        square[len(places) :, :] = np.uint64(0)
        for at in range(len(places)):
            for lane in range(count):
                square[at, lane] = planes[places[at], first + lane]
        size = 32
        mask = np.uint64(0xFFFFFFFF)
        while size > 0:
            for row in range(64):
                if not row & size:
                    _swap(square, row, row + size, np.uint64(size), mask)
            size >>= 1
            mask ^= mask << np.uint64(size)
        for lane in range(count):
            for row in range(64):
                found[64 * (first + lane) + row] = square[row, lane]
