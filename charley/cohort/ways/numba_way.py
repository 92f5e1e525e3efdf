"""The accelerated way: the same program by one interpreter of gates, compiled by numba once for all bases.

A block of 64 words of every plane stays in the processor's caches while inputs are fetched, all gates are run
and all outputs are written. What is compiled does not depend on the base, so numba can keep it between runs.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from charley.cohort.code import Code
from charley.cohort.outputs import Digits, Highest, Outputs, Sum
from charley.cohort.ways import vectors, writers
from charley.cohort.ways.memory import table

__all__ = ["NumbaWay"]

_BLOCK = vectors.LANES
"""Words of a plane that are worked on together."""
_BIT, _BYTE = 1, 8


class NumbaWay:
    """Runs the code of one plan with machine code."""

    name = "numba"

    def __init__(self, code: Code, outputs: Outputs) -> None:
        self._steps = np.array(code.steps, np.int32).reshape(-1, 4)
        self._inputs = np.array(sorted(code.inputs.values()), np.int64)
        # Where the bits of each input are: an address, how far into its byte, and how many bytes there are.
        self._lying: Any = np.zeros((len(self._inputs), 3), np.int64)
        self._borrowed: dict[int, tuple[int, int, int]] = {}
        self._block = table(code.places, _BLOCK)
        self._number = {place: at for at, place in enumerate(self._inputs.tolist())}
        digits = [output for output in outputs.all if isinstance(output, Digits)]
        sums = [output for output in outputs.all if isinstance(output, Sum)]
        highest = [output for output in outputs.all if isinstance(output, Highest)]
        places: Any = np.zeros((len(digits), 64), np.int64)
        for row, output in zip(places, digits, strict=True):
            row[: output.bits] = output.places
        # An output is its width, where it begins, what it is added to, and which part of a table it uses.
        self._outputs = (
            _rows([(each.bits, each.start, 0) for each in digits], 3),
            places,
            *_parts([(each.bits, each.start, each.base, each.summands) for each in sums], 2),
            *_parts(
                [(each.sums[0].bits, each.start, 0, [(s.start,) for s in each.sums]) for each in highest], 1
            ),
        )

    def borrow(self, planes: Any, place: int, buffer: Any, offset: int, length: int) -> None:
        """The bits are fetched from where they are."""
        byte, shift = divmod(offset, 8)
        self._borrowed[self._number[place]] = buffer.address + byte, shift, (shift + length + 7) // 8

    def cut(self, numbers: Any, limits: Any, planes: Any, places: Any) -> None:
        """Where the numbers are at least each limit."""
        _cut(np.ascontiguousarray(numbers), limits, planes, places)

    def run(self, planes: Any, memory: Any) -> None:
        """All outputs."""
        size = 8 * planes.shape[1]
        self._lying[:, 0] = self._inputs * size + planes.ctypes.data
        self._lying[:, 1:] = 0, size
        for number, lying in self._borrowed.items():
            self._lying[number] = lying
        self._borrowed.clear()
        _run(self._steps, self._inputs, self._lying, self._outputs, self._block, planes.shape[1], memory)


def _rows(rows: list[tuple[int, ...]], width: int) -> Any:
    return np.array(rows, np.int64).reshape(-1, width)


def _parts(rows: list[tuple[int, int, int, Any]], width: int) -> tuple[Any, Any]:
    """Rows with a part of a table each, and the table."""
    table = [entry for *_, entries in rows for entry in entries]
    found, first = [], 0
    for *about, entries in rows:
        found.append((*about, first, first + len(entries)))
        first += len(entries)
    return _rows(found, 5), _rows(table, width)


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator, unused-ignore]
def _word(address: int, shift: Any, size: int, word: int) -> Any:
    """A word of the bits at an address, of which only so many bytes may be read."""
    found = np.uint64(0)
    for byte in range(8 * word, min(8 * word + 8, size)):
        found |= vectors.byte_at(address + byte) << np.uint64(8 * (byte - 8 * word))
    if shift:
        found >>= np.uint64(shift)
        if 8 * word + 8 < size:
            found |= vectors.byte_at(address + 8 * word + 8) << np.uint64(64 - shift)
    return found


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator, unused-ignore]
def _run(steps: Any, inputs: Any, lying: Any, outputs: Any, block: Any, words: int, memory: Any) -> None:
    block[1, :] = ~np.uint64(0)
    for first in range(0, words, 64):
        count = min(64, words - first)
        for number in range(len(inputs)):
            address, shift, size = lying[number, 0], lying[number, 1], lying[number, 2]
            if 8 * (first + 64) + min(8 * shift, 8) <= size:
                vectors.fetch(block, inputs[number], address + 8 * first, shift)
            else:
                for word in range(count):
                    block[inputs[number], word] = _word(address, shift, size, first + word)
        for step in range(len(steps)):
            op, one, other, to = steps[step, 0], steps[step, 1], steps[step, 2], steps[step, 3]
            if op == 0:
                vectors.in_both(block, one, other, to)
            elif op == 1:
                vectors.in_either(block, one, other, to)
            else:
                vectors.in_one(block, one, other, to)
        _put(outputs, block, first, count, words, memory)


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator, unused-ignore]
def _put(outputs: Any, block: Any, first: int, count: int, words: int, memory: Any) -> None:
    """All outputs of a block, whose first word is this of so many."""
    digits, places, sums, summands, highest, starts = outputs
    for number in range(len(digits)):
        bits, its = digits[number, 0], places[number]
        at = digits[number, 1] * words + bits * first
        for word in range(count):
            if bits == _BIT:
                memory[at + word] = block[its[0], word]
            elif bits == _BYTE:
                writers.put_bytes(block, word, its, memory, at + _BYTE * word)
            else:
                writers.put_words(block, word, its, memory, at + 64 * word)
    for number in range(len(sums)):
        bits, start, base, begin, end = sums[number]
        for word in range(count):
            at = start * words + bits * (first + word)
            if bits == _BYTE:
                writers.sum_bytes(block, word, summands, begin, end, base, memory, at)
            else:
                writers.sum_shorts(block, word, summands, begin, end, base, memory, at)
    for number in range(len(highest)):
        bits, start, _, begin, end = highest[number]
        for word in range(first, first + count):
            if bits == _BYTE:
                writers.highest_bytes(memory, starts, begin, end, words, word, start * words + _BYTE * word)
            else:
                writers.highest_shorts(memory, starts, begin, end, words, word, start * words + _BYTE * word)


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator, unused-ignore]
def _cut(numbers: Any, limits: Any, planes: Any, places: Any) -> None:
    whole = len(numbers) // 64
    lines = whole // 8
    for line in range(
        lines
    ):  # each number is fetched from memory once, and a line of each plane written whole
        for at in range(len(limits)):
            for word in range(8 * line, 8 * line + 8):
                vectors.mark_reaching(planes, places[at], word, numbers, limits[at])
    for at in range(len(limits)):
        for word in range(8 * lines, whole):
            vectors.mark_reaching(planes, places[at], word, numbers, limits[at])
        plane = planes[places[at]]
        plane[whole:] = np.uint64(0)
        for row in range(64 * whole, len(numbers)):
            if numbers[row] >= limits[at]:
                plane[whole] |= np.uint64(1) << np.uint64(row % 64)
