"""What a way of running a program can do. Both ways are held to each other, and to the meaning, by the laws.

Planes are the rows of one table of 64-bit words: bit `i % 64` of word `i // 64` speaks of row i of the batch.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec
from typing import Any, Protocol

from charley.cohort.code import Code
from charley.cohort.outputs import Outputs
from charley.documents.diagnostic import Diagnostic, Faulty

__all__ = ["WORTH_ACCELERATING", "Way", "way", "worth_accelerating"]

WORTH_ACCELERATING = 30_000_000
"""Rows from which on machine code repays the seconds that it takes to be made."""


class Way(Protocol):
    """Runs the code of one plan over planes."""

    name: str

    def borrow(self, planes: Any, place: int, buffer: Any, offset: int, length: int) -> None:
        """A plane is the `length` bits of a buffer from the bit `offset` on. It must stay until `run`."""

    def cut(self, numbers: Any, limits: Any, planes: Any, places: Any) -> None:
        """Where the numbers are at least each limit. Both are of one type of numpy; NaN is never.

        `places` is an array of as many places, in 64 bits.
        """

    def run(self, planes: Any, memory: Any) -> None:
        """Write all outputs, each into its part of the memory (64-bit words), from inputs in their places.

        Every output is written for as many rows as the planes have bits.
        """


def way(code: Code, outputs: Outputs, accelerate: bool) -> Way:
    """The way in numpy, or the accelerated one. Raises `Faulty` where numba is wanted and not installed."""
    if not accelerate:
        from charley.cohort.ways.numpy_way import NumpyWay

        return NumpyWay(code, outputs)
    try:
        from charley.cohort.ways.numba_way import NumbaWay
    except ImportError as error:
        message = f"the accelerated way needs numba, which cannot be imported: {error}"
        help = "install it with `pip install numba`, or leave `--accelerate` out: the results are the same"
        raise Faulty([Diagnostic("numba", 0, 0, "C000", message, help)]) from error
    return NumbaWay(code, outputs)


def worth_accelerating(rows: Iterable[int]) -> bool:
    """Whether numba is installed and these numbers of rows, together, repay what it compiles.

    The rows are counted only where numba is there.
    """
    return find_spec("numba") is not None and sum(rows) >= WORTH_ACCELERATING
