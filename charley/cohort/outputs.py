"""Where the columns of a result lie in memory: one piece for a batch, in which every output has its part.

A batch is written into one piece so that a way can fill it in one pass, and so that Arrow's pool, which keeps
what is given back to it, hands out the same memory for every batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from charley.cohort.code import ZERO

__all__ = ["BITS", "Output", "Outputs"]

BITS = {"bit": 1, "byte": 8, "short": 16, "word": 64}
"""The width of a number, by the kind of an output."""


@dataclass(frozen=True)
class Output:
    """Numbers of one width, whose digits are the planes in `places`: all of them, the lowest first."""

    kind: str
    places: tuple[int, ...]
    start: int

    @property
    def bits(self) -> int:
        """The width of each number."""
        return BITS[self.kind]


class Outputs:
    """All outputs of a plan. `start` and `words` count words of memory for 64 rows."""

    def __init__(self) -> None:
        self.all: list[Output] = []
        self.words = 0

    def add(self, kind: str, places: Sequence[int], signed: bool = False) -> Output:
        """One more output. A number that is short of digits goes on with its sign, or with nothing."""
        rest = places[-1] if signed else ZERO
        digits = (*places, *[rest] * (BITS[kind] - len(places)))
        output = Output(kind, digits, self.words)
        self.all.append(output)
        self.words += BITS[kind]
        return output
