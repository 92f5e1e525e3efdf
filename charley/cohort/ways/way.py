"""What a way of running a program can do. Both ways are held to each other, and to the meaning, by the laws.

Planes are the rows of one table of 64-bit words: bit `i % 64` of word `i // 64` speaks of row i of the batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from charley.cohort.code import Code
from charley.documents.diagnostic import Diagnostic, Faulty

__all__ = ["Way", "way"]


class Way(Protocol):
    """Runs the code of one plan over planes."""

    name: str

    def cut(self, numbers: Any, limits: Any, planes: Any, places: Sequence[int]) -> None:
        """Where the numbers are at least each limit. Both are of one type of numpy; NaN is never."""

    def run(self, planes: Any) -> None:
        """All results, from inputs that stand in their places."""

    def numbers(self, planes: Any, places: Sequence[int], rows: int, bits: int, signed: bool) -> Any:
        """The numbers, `bits` wide, whose digits are these planes, the lowest first."""

    def packed(self, planes: Any, places: Sequence[int], rows: int) -> Any:
        """For each row one word of 64 bits, with a bit for each of up to 64 planes."""


def way(code: Code, accelerate: bool) -> Way:
    """The way in numpy, or the accelerated one. Raises `Faulty` where numba is wanted and not installed."""
    if not accelerate:
        from charley.cohort.ways.numpy_way import NumpyWay

        return NumpyWay(code)
    try:
        from charley.cohort.ways.numba_way import NumbaWay
    except ImportError as error:
        message = f"the accelerated way needs numba, which cannot be imported: {error}"
        help = "install it with `pip install numba`, or leave `--accelerate` out: the results are the same"
        raise Faulty([Diagnostic("numba", 0, 0, "C000", message, help)]) from error
    return NumbaWay(code)
