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

__all__ = ["NumbaWay"]

_BLOCK = 64
"""Words of a plane that are worked on together."""


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
        _cut(numbers, limits, planes, np.array(places, np.int64))

    def run(self, planes: Any) -> None:
        """All results."""
        _run(self._steps, self._inputs, self._results, self._block, planes)

    def numbers(self, planes: Any, places: Sequence[int], rows: int, bits: int, signed: bool) -> Any:
        """The numbers whose digits are these planes."""
        width = np.uint8 if bits == 8 else np.uint16
        worth = [1 << digit for digit in range(len(places))]
        if signed and places:
            worth[-1] = (1 << bits) - worth[-1]
        found: Any = np.empty(-(-rows // 64) * 64, width)
        _numbers(planes, np.array(places, np.int64), np.array(worth, width), found)
        return found[:rows].view(np.int8 if bits == 8 else np.int16)

    def packed(self, planes: Any, places: Sequence[int], rows: int) -> Any:
        """For each row one word."""
        found: Any = np.empty(-(-rows // 64) * 64, np.uint64)
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
    rows = len(numbers)
    whole = rows // 64
    for at in range(len(limits)):
        limit, place = limits[at], places[at]
        for word in range(whole):
            bits = np.uint64(0)
            for bit in range(64):
                bits |= np.uint64(numbers[64 * word + bit] >= limit) << np.uint64(bit)
            planes[place, word] = bits
        for word in range(whole, planes.shape[1]):
            bits = np.uint64(0)
            for bit in range(rows - 64 * word):
                bits |= np.uint64(numbers[64 * word + bit] >= limit) << np.uint64(bit)
            planes[place, word] = bits


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator, unused-ignore]
def _numbers(planes: Any, places: Any, worth: Any, found: Any) -> None:
    found[:] = 0
    for word in range(len(found) // 64):
        for digit in range(len(places)):
            bits = planes[places[digit], word]
            if bits:
                each = worth[digit]
                for bit in range(64):
                    if (bits >> np.uint64(bit)) & np.uint64(1):
                        found[64 * word + bit] |= each


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator, unused-ignore]
def _packed(planes: Any, places: Any, found: Any) -> None:
    square: Any = np.zeros(64, np.uint64)
    for word in range(len(found) // 64):
        for at in range(len(places)):
            square[at] = planes[places[at], word]
        square[len(places) :] = 0
        # The square of 64 times 64 bits is mirrored: halves change places, then halves of halves.
        size = np.uint64(32)
        mask = np.uint64(0xFFFFFFFF)
        while size > np.uint64(0):
            for row in range(64):
                if not row & int(size):
                    other = row + int(size)
                    swap = ((square[row] >> size) ^ square[other]) & mask
                    square[other] ^= swap
                    square[row] ^= swap << size
            size >>= np.uint64(1)
            mask ^= mask << size
        for at in range(64):
            found[64 * word + at] = square[at]
