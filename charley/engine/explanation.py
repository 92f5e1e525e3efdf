"""What can be shown: data, and its words in rows that any face can lay out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from charley.engine import maker

__all__ = ["Explanation", "Row", "Shown"]


class Row(NamedTuple):
    """A row of an explanation: what stands in the margin, and the text that goes on beside it.

    No row is broken to a width; that is for the face that shows it.
    """

    margin: str
    text: str

    def __str__(self) -> str:
        return f"{self.margin}{self.text}".rstrip()


class Shown:
    """What can show itself as a text, as Markdown and as HTML. Notebooks show it so without being asked."""

    __slots__ = ()

    def text(self) -> str:
        """It in plain words, for a terminal or a letter."""
        return self._shown("text")

    def markdown(self) -> str:
        """The same as Markdown. Nothing in it is taken for markup that was not meant so."""
        return self._shown("markdown")

    def html(self) -> str:
        """The same as a piece of HTML with its picture, to stand in a page. It needs no script."""
        return self._shown("html")

    def _shown(self, way: str) -> str:
        shown: str = maker(f"shown as {way}")(self)
        return shown

    def _repr_markdown_(self) -> str:
        return self.markdown()

    def _repr_html_(self) -> str:
        return self.html()


class Explanation(Shown):
    """An explanation is frozen data. `str()` is its rows, one a line."""

    __slots__ = ()

    def rows(self) -> Iterator[Row]:
        """The explanation in words, a row at a time."""
        raise NotImplementedError

    def __str__(self) -> str:
        return "\n".join(map(str, self.rows()))

    def __repr__(self) -> str:
        first = next(iter(self.rows()), Row("", ""))
        return f"<{type(self).__name__}: {first.text}>"
