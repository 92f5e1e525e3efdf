"""Plain text that fits the terminal: width, wrapping, and colour that nothing depends on."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator

import click

from charley.rules.rule import Urgency

__all__ = ["COLOURS", "SIGNS", "echo", "echo_json", "heading", "paint", "terminal_width", "wrapped"]

COLOURS: dict[Urgency, str] = {"emergency": "red", "same_day": "magenta", "soon": "yellow"}
SIGNS: dict[Urgency, str] = {"emergency": "!!!", "same_day": "!!", "soon": "!"}
"""How urgency looks; the signs say it in black and white too."""


def terminal_width() -> int:
    """Columns to write in: what there is, but no line longer than can be read."""
    return max(40, min(shutil.get_terminal_size((100, 24)).columns, 110))


def paint(text: str, colour: str | None = None, *, bold: bool = False, dim: bool = False) -> str:
    """The text in a colour; the words must say everything without it."""
    return click.style(text, fg=colour, bold=bold or None, dim=dim or None)


def heading(text: str) -> str:
    """A heading that is one without colour too."""
    return paint(text.upper() if text.isascii() else text, bold=True)


def wrapped(text: str, first: str = "", rest: str | None = None, width: int | None = None) -> Iterator[str]:
    """The text in lines: the first after `first`, the others after `rest` (default: as many blanks)."""
    start = len(click.unstyle(first))
    rest = " " * start if rest is None else rest
    lines = textwrap.wrap(
        text,
        width or terminal_width(),
        initial_indent=" " * start,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
    yield (first + lines[0][start:]).rstrip() if lines else first.rstrip()
    yield from lines[1:]


def echo_json(text: str) -> None:
    """Write JSON; what the stream cannot say is escaped, as JSON allows within its strings."""
    try:
        click.echo(text)
    except UnicodeEncodeError:
        click.echo(re.sub(r"[^\x00-\x7f]", lambda sign: json.dumps(sign[0])[1:-1], text))


def echo(lines: Iterable[str], *, err: bool = False) -> None:
    """Write the lines; in colour only to a terminal, and never when NO_COLOR is set."""
    colour = False if os.environ.get("NO_COLOR") else None
    stream = sys.stderr if err else sys.stdout
    for line in lines:
        try:
            click.echo(line, err=err, color=colour)
        except UnicodeEncodeError:
            plain = line.encode(stream.encoding or "ascii", "replace").decode(stream.encoding or "ascii")
            click.echo(plain, err=err, color=colour)
