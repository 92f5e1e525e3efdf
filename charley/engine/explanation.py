"""What explanations have in common: data, and its words in rows that any face can lay out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["Explanation", "Row"]


class Row(NamedTuple):
    """A row of an explanation: what stands in the margin, and the text that goes on beside it.

    No row is broken to a width; that is for the face that shows it.
    """

    margin: str
    text: str

    def __str__(self) -> str:
        return f"{self.margin}{self.text}".rstrip()


class Explanation:
    """An explanation is frozen data. `str()` is its rows, one a line."""

    __slots__ = ()

    def rows(self) -> Iterator[Row]:
        """The explanation in words, a row at a time."""
        raise NotImplementedError

    def __str__(self) -> str:
        return "\n".join(map(str, self.rows()))
