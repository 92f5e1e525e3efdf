"""Where the columns of a result lie in memory: one piece for a batch, in which every output has its part.

A batch is written into one piece so that a way can fill it in one pass, and so that Arrow's pool, which keeps
what is given back to it, hands out the same memory for every batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from charley.cohort.code import ZERO

__all__ = ["BITS", "Digits", "Highest", "Output", "Outputs", "Sum"]

BITS = {"bit": 1, "byte": 8, "short": 16, "word": 64}
"""The width of a number, by the kind of an output."""


@dataclass(frozen=True)
class _Numbers:
    """Numbers of one width, from a word on."""

    kind: str
    start: int

    @property
    def bits(self) -> int:
        """The width of each number."""
        return BITS[self.kind]


@dataclass(frozen=True)
class Digits(_Numbers):
    """Numbers whose digits are the planes in `places`: all of them, the lowest first."""

    places: tuple[int, ...]


@dataclass(frozen=True)
class Sum(_Numbers):
    """Signed numbers: `base`, and the weight of every plane (its place and its weight) that is set.

    No number is beyond its width, though what it is added up from may be.
    """

    base: int
    summands: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Highest(_Numbers):
    """Which of the sums is the highest, by its place among them; of equal ones the last."""

    sums: tuple[Sum, ...]


Output = Digits | Sum | Highest


class Outputs:
    """All outputs of a plan. `start` and `words` count words of memory for 64 rows."""

    def __init__(self) -> None:
        self.all: list[Output] = []
        self.words = 0

    def digits(self, kind: str, places: Sequence[int]) -> Digits:
        """Numbers of a kind, which go on with nothing where they are short of digits."""
        rest = [ZERO] * (BITS[kind] - len(places))
        output = Digits(kind, self._room(kind), (*places, *rest))
        self.all.append(output)
        return output

    def sum(self, kind: str, base: int, summands: Sequence[tuple[int, int]]) -> Sum:
        """Bytes or shorts that are added up."""
        output = Sum(kind, self._room(kind), base, tuple(summands))
        self.all.append(output)
        return output

    def highest(self, sums: Sequence[Sum]) -> Highest:
        """Which of these sums, at most 128 and all of one kind, is the highest."""
        output = Highest("byte", self._room("byte"), tuple(sums))
        self.all.append(output)
        return output

    def _room(self, kind: str) -> int:
        start = self.words
        self.words += BITS[kind]
        return start
