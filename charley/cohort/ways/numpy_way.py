"""The way that needs numpy alone: a call of numpy for each gate, over a whole batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from charley.cohort.code import OPS, Code
from charley.cohort.reading.bitmaps import set_bits

__all__ = ["NumpyWay"]

_GATES: dict[str, Callable[..., Any]] = {"&": np.bitwise_and, "|": np.bitwise_or, "^": np.bitwise_xor}


class NumpyWay:
    """Runs the code of one plan with numpy."""

    name = "numpy"

    def __init__(self, code: Code) -> None:
        self._code = code
        self._prepared: tuple[Any, list[tuple[Callable[..., Any], Any, Any, Any]]] = (None, [])

    def cut(self, numbers: Any, limits: Any, planes: Any, places: Sequence[int]) -> None:
        """Where the numbers are at least each limit."""
        reached: Any = np.empty(len(numbers), np.bool_)
        for limit, place in zip(limits, places, strict=True):
            np.greater_equal(numbers, limit, out=reached)
            set_bits(planes[place], reached)

    def run(self, planes: Any) -> None:
        """All results. The same planes are mostly handed in again, so their rows are looked up once."""
        before, steps = self._prepared
        if before is not planes:
            rows, gates = list(planes), [_GATES[op] for op in OPS]
            steps = [(gates[op], rows[a], rows[b], rows[to]) for op, a, b, to in self._code.steps]
            self._prepared = planes, steps
        for gate, a, b, to in steps:
            gate(a, b, to)

    def numbers(self, planes: Any, places: Sequence[int], rows: int, bits: int, signed: bool) -> Any:
        """The numbers whose digits are these planes."""
        dtype = np.dtype(np.uint8 if bits == 8 else np.uint16)
        found: Any = np.zeros(rows, dtype)
        for at, place in enumerate(
            reversed(places)
        ):  # from the highest digit on, doubled for each further one
            each: Any = np.unpackbits(planes[place].view(np.uint8), count=rows, bitorder="little")
            each = each.astype(dtype, copy=False)
            if at == 0:
                found = np.negative(each, out=each) if signed else each
            else:
                np.add(found, found, out=found)
                np.bitwise_or(found, each, out=found)
        return found.view(np.int8 if bits == 8 else np.int16)

    def packed(self, planes: Any, places: Sequence[int], rows: int) -> Any:
        """For each row one word, eight planes to a byte of it."""
        found: Any = np.zeros((rows, 8), np.uint8)
        for byte in range(-(-len(places) // 8)):
            found[:, byte] = self.numbers(planes, places[8 * byte : 8 * byte + 8], rows, 8, False)
        return found.view(np.uint64).reshape(rows)
