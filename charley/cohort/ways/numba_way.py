"""The accelerated way: the same program by one interpreter of gates, compiled by numba once for all bases.

A block of 64 words of every plane stays in the processor's caches while inputs are fetched, all gates are run
and all outputs are written. What is compiled does not depend on the base, so numba can keep it between runs.
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np

from charley.cohort.code import Code
from charley.cohort.outputs import Outputs
from charley.cohort.ways import vectors
from charley.cohort.ways.memory import table

__all__ = ["NumbaWay"]

_BLOCK = vectors.LANES
"""Words of a plane that are worked on together."""
_BIT, _BYTE, _SHORT = 1, 8, 16


class NumbaWay:
    """Runs the code of one plan with machine code."""

    name = "numba"

    def __init__(self, code: Code, outputs: Outputs) -> None:
        self._steps = np.array(code.steps, np.int32).reshape(-1, 4)
        self._inputs = np.array(sorted(code.inputs.values()), np.int64)
        # Where the bits of each input are: an address, how far into its byte, and how many bytes there are.
        self._lying: Any = np.zeros((len(self._inputs), 3), np.int64)
        self._borrowed: dict[int, tuple[int, int, int]] = {}
        self._outputs = np.array([(o.bits, o.start) for o in outputs.all], np.int64).reshape(-1, 2)
        places: Any = np.zeros((len(outputs.all), 64), np.int32)
        for row, output in zip(places, outputs.all, strict=True):
            row[: output.bits] = output.places
        self._places = places
        self._block = table(code.places, _BLOCK)
        self._number = {place: at for at, place in enumerate(self._inputs.tolist())}

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
        _run(
            self._steps,
            self._inputs,
            self._lying,
            self._outputs,
            self._places,
            self._block,
            planes.shape[1],
            memory,
        )


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
def _run(
    steps: Any, inputs: Any, lying: Any, outputs: Any, places: Any, block: Any, words: int, memory: Any
) -> None:
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
        for number in range(len(outputs)):
            bits, start, digits = outputs[number, 0], outputs[number, 1] * words, places[number]
            for word in range(count):
                at = start + bits * (first + word)
                if bits == _BIT:
                    memory[at] = block[digits[0], word]
                elif bits == _BYTE:
                    vectors.put_bytes(block, word, digits, memory, at)
                elif bits == _SHORT:
                    vectors.put_shorts(block, word, digits, memory, at)
                else:
                    vectors.put_words(block, word, digits, memory, at)


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator, unused-ignore]
def _cut(numbers: Any, limits: Any, planes: Any, places: Any) -> None:
    whole = len(numbers) // 64
    for word in range(whole):  # each number is fetched from memory once
        for at in range(len(limits)):
            vectors.mark_reaching(planes, places[at], word, numbers, limits[at])
    for at in range(len(limits)):
        plane = planes[places[at]]
        plane[whole:] = np.uint64(0)
        for row in range(64 * whole, len(numbers)):
            if numbers[row] >= limits[at]:
                plane[whole] |= np.uint64(1) << np.uint64(row % 64)
