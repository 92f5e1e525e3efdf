"""The way that needs numpy alone: a call of numpy for each gate, over a whole batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from charley.cohort.code import OPS, ZERO, Code
from charley.cohort.outputs import Digits, Highest, Outputs, Sum
from charley.cohort.reading.bitmaps import bitmap
from charley.cohort.ways.memory import table

__all__ = ["NumpyWay"]

_GATES: dict[str, Callable[..., Any]] = {"&": np.bitwise_and, "|": np.bitwise_or, "^": np.bitwise_xor}
_NEAR = 32_768
"""Numbers that are compared with all limits before the next are fetched from memory."""
_APART = 8
"""Words between the rows of a square, whose columns are read: where rows lie a power of two apart, all words
of a column fall on a few places of the processor's cache, and take eight times as long to read.
"""
_FEW = 32
"""Digits up to which a word is put together byte by byte."""


class NumpyWay:
    """Runs the code of one plan with numpy."""

    name = "numpy"

    def __init__(self, code: Code, outputs: Outputs) -> None:
        self._code, self._outputs = code, outputs
        self._prepared: tuple[Any, list[tuple[Callable[..., Any], Any, Any, Any]]] = (None, [])
        self._square, self._change, self._turned = table(64, 0), table(32, 0), table(64, 0)

    def borrow(self, planes: Any, place: int, buffer: Any, offset: int, length: int) -> None:
        """The bits are copied."""
        planes[place] = bitmap(buffer, offset, length, planes.shape[1])

    def cut(self, numbers: Any, limits: Any, planes: Any, places: Any) -> None:
        """Where the numbers are at least each limit."""
        into = planes.view(np.uint8)
        for first in range(0, len(numbers), _NEAR):
            reached = np.greater_equal(numbers[first : first + _NEAR], limits[:, None])
            packed = np.packbits(reached, axis=1, bitorder="little")
            into[places, first // 8 : first // 8 + packed.shape[1]] = packed
        into[places, -(-len(numbers) // 8) :] = 0

    def run(self, planes: Any, memory: Any) -> None:
        """All outputs. The same planes are mostly handed in again, so their rows are looked up once."""
        before, steps = self._prepared
        if before is not planes:
            rows, gates = list(planes), [_GATES[op] for op in OPS]
            steps = [(gates[op], rows[a], rows[b], rows[to]) for op, a, b, to in self._code.steps]
            self._prepared = planes, steps
        for gate, a, b, to in steps:
            gate(a, b, to)
        words = planes.shape[1]

        def part(output: Any) -> Any:
            return memory[output.start * words :][: output.bits * words]

        for output in self._outputs.all:
            match output:
                case Digits():
                    self._put_digits(output, planes, part(output))
                case Sum():
                    _put_sum(output, planes, part(output))
                case Highest(sums=sums):
                    _put_highest([part(each).view(f"i{each.bits // 8}") for each in sums], part(output))

    def _put_digits(self, output: Digits, planes: Any, memory: Any) -> None:
        if output.bits == 1:
            memory[:] = planes[output.places[0]]
        elif sum(place != ZERO for place in output.places) > _FEW:
            self._mirror(planes, output.places, memory)
        else:
            memory.fill(0)
            by_byte = memory.view(np.uint8).reshape(-1, output.bits // 8)
            for byte in range(output.bits // 8):
                places = output.places[8 * byte : 8 * byte + 8]
                if any(place != ZERO for place in places):
                    _put_bytes(planes, places, by_byte[:, byte])

    def _mirror(self, planes: Any, places: Sequence[int], memory: Any) -> None:
        """A word for each row, from 64 planes: squares of 64 times 64 bits are mirrored, all of them at once.

        Halves change places, then halves of halves.
        """
        words = planes.shape[1]
        if self._square.shape[1] != words:
            self._square, self._change = table(64, words), table(32, words)
            self._turned = table(64, words + _APART)[:, :words]
        square = self._square
        np.take(planes, places, axis=0, out=square, mode="clip")  # unchecked: they are there
        size, mask = 32, (1 << 32) - 1
        while size:
            halves = square.reshape(32 // size, 2, size, words)
            upper, lower = halves[:, 0], halves[:, 1]
            change = self._change.reshape(upper.shape)
            np.right_shift(upper, np.uint64(size), out=change)
            change ^= lower
            change &= np.uint64(mask)
            to = halves if size > 1 else self._turned.reshape(32, 2, 1, words)
            np.bitwise_xor(lower, change, out=to[:, 1])
            np.left_shift(change, np.uint64(size), out=change)
            np.bitwise_xor(upper, change, out=to[:, 0])
            size //= 2
            mask ^= mask << size & (1 << 64) - 1
        memory.reshape(words, 64)[:] = self._turned.T


def _put_bytes(planes: Any, places: Sequence[int], found: Any) -> None:
    """The bytes whose digits are these planes, of which one at least is not empty."""
    sum_: Any = None
    for place in reversed(places):  # from the highest digit on, doubled for each further one
        if sum_ is None:
            if place != ZERO:
                sum_ = _truths(planes[place])
            continue
        np.add(sum_, sum_, out=sum_)
        if place != ZERO:
            sum_ |= _truths(planes[place])
    found[:] = sum_


def _put_sum(output: Sum, planes: Any, memory: Any) -> None:
    """A value beyond the width wraps around, and wraps back."""
    type = np.dtype(f"u{output.bits // 8}").type
    sum_ = memory.view(type)
    sum_.fill(output.base % 2**output.bits)
    weighed = np.empty_like(sum_)
    for place, weight in output.summands:
        sum_ += np.multiply(_truths(planes[place]), type(weight % 2**output.bits), out=weighed)


def _put_highest(sums: Sequence[Any], memory: Any) -> None:
    found = memory.view(np.uint8)
    highest = sums[0].copy()
    found.fill(0)
    for number, sum_ in enumerate(sums[1:], 1):
        reaching = np.greater_equal(sum_, highest).view(np.uint8)
        np.maximum(highest, sum_, out=highest)
        np.maximum(found, np.multiply(reaching, np.uint8(number), out=reaching), out=found)


def _truths(plane: Any) -> Any:
    """A byte for each row, 1 where it is set in the plane."""
    return np.unpackbits(plane.view(np.uint8), bitorder="little")
