"""A page of Markdown that was made here, as it reads in a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator

from charley.terminal.text import heading, paint, wrapped

__all__ = ["show_page"]

_MARKUP = re.compile(r"(?<!\\)(?:\*\*|`)")
_ESCAPED = re.compile(r"\\([\\`*_<>\[\]])")


def show_page(markdown: str) -> Iterator[str]:
    """The lines of the page: headings stand out, lists are broken beside their sign, pictures are kept."""
    picture, blank = False, True
    for line in markdown.splitlines():
        if line == "```":
            picture = not picture
            continue
        if picture:
            yield line
            continue
        text = _ESCAPED.sub(r"\1", _MARKUP.sub("", line)).strip()
        if text or not blank:
            yield from _laid_out(line, text)
        blank = not text


def _laid_out(line: str, text: str) -> Iterator[str]:
    if line.startswith("#"):
        yield heading(text.lstrip("# "))
    elif re.match(r" *- ", line):
        yield from wrapped(text.removeprefix("- "), f"{' ' * (len(line) - len(line.lstrip()))}- ")
    elif line.startswith("**") and line.endswith("**"):
        yield from (paint(each, bold=True) for each in wrapped(text))
    else:
        yield from wrapped(text)
