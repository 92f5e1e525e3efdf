"""Plain text that fits the terminal: width, wrapping, colour that nothing depends on, and safe characters.

Everything that a command prints goes through `echo`, `echo_json` or `echo_xml`. They hold for every text,
whoever wrote it: control characters are shown and not sent, and what the encoding of the terminal cannot
hold is replaced or escaped.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import click

from charley.documents.diagnostic import Diagnostic

if TYPE_CHECKING:  # `charley --help` and `--version` wait for no model
    from charley.engine.explanation import Row
    from charley.rules.rule import OverallUrgency

__all__ = [
    "COLOURS",
    "SIGNS",
    "Painted",
    "echo",
    "echo_json",
    "echo_xml",
    "heading",
    "laid_out",
    "paint",
    "shortened",
    "show_diagnostics",
    "show_warnings",
    "terminal_width",
    "visible",
    "wrapped",
]

COLOURS: dict[OverallUrgency, str] = {"emergency": "red", "same_day": "magenta", "soon": "yellow"}
SIGNS: dict[OverallUrgency, str] = {"emergency": "!!!", "same_day": "!!", "soon": "!", "not_known_yet": "?"}
"""How urgency looks; the signs say it in black and white too."""

_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # C0, DEL and C1: what a terminal obeys
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # what turns the direction of writing
    "\u2028\u2029\ufeff\ud800-\udfff]"  # line ends that no terminal shows, a byte order mark, half a sign
)
_BLANKS = str.maketrans("\t\n\x0b\x0c\r", "     ")


class Painted(str):
    """A text with colour in it, made by `paint`. Its escape sequences are ours; all others are shown."""

    __slots__ = ()


def visible(text: str) -> str:
    """The text with every character that a terminal would obey written out: `\\x1b`, `\\u202e`."""
    return text if isinstance(text, Painted) else _UNSAFE.sub(_written_out, text)


def _written_out(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def terminal_width() -> int:
    """The columns to write in: those of the terminal, within what is easy to read."""
    return max(40, min(shutil.get_terminal_size((100, 24)).columns, 110))


def paint(text: str, colour: str | None = None, *, bold: bool = False, dim: bool = False) -> Painted:
    """The text in a colour. Colour is never the only sign."""
    return Painted(click.style(visible(text), fg=colour, bold=bold or None, dim=dim or None))


def heading(text: str) -> Painted:
    """A heading: bold, and in capitals, so that it needs no colour."""
    return paint(text.upper() if text.isascii() else text, bold=True)


def wrapped(text: str, first: str = "", rest: str | None = None, width: int | None = None) -> Iterator[str]:
    """The text in lines: the first after `first`, the others after `rest` (default: as many blanks)."""
    rest = " " * len(first) if rest is None else rest
    lines = textwrap.wrap(
        visible(text.translate(_BLANKS)),
        width or terminal_width(),
        initial_indent=" " * len(first),
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
    yield (first + lines[0][len(first) :]).rstrip() if lines else first.rstrip()
    yield from lines[1:]


def shortened(text: str, width: int) -> str:
    """The text in so many columns: what is longer ends in an ellipsis."""
    return text if len(text) <= width else f"{text[: width - 1].rstrip()}…"


def laid_out(rows: Iterable[Row], width: int | None = None) -> Iterator[str]:
    """Rows broken to the width. Each goes on beside its margin, a little further in where that is blank."""
    width = width or terminal_width()
    for margin, text in rows:
        if len(margin) + len(text) <= width:
            yield f"{margin}{text}".rstrip()
        else:
            further = len(margin) if margin.strip() else len(margin) + 2
            yield from wrapped(text, margin, " " * min(further, width // 2), width)


def echo(lines: Iterable[str], *, err: bool = False) -> None:
    """Write the lines; in colour only to a terminal, and never when NO_COLOR is set."""
    colour = False if os.environ.get("NO_COLOR") else None
    for line in lines:
        click.echo(
            _encodable(visible(line), "backslashreplace" if err else "replace", err), err=err, color=colour
        )


def echo_json(text: str, *, err: bool = False) -> None:
    """Write JSON. Within its strings, what is unsafe or cannot be encoded is escaped, as JSON allows."""
    safe = "\n".join(_UNSAFE.sub(_escaped, line) for line in text.split("\n"))
    if _encodable(safe, "replace", err) != safe:
        safe = re.sub(r"[^\x00-\x7f]", _escaped, safe)
    click.echo(safe, err=err)


def echo_xml(text: str) -> None:
    """Write XML; what cannot be encoded is written as a reference, as XML allows."""
    safe = "\n".join(visible(line) for line in text.split("\n"))
    click.echo(_encodable(safe, "xmlcharrefreplace"), nl=False)


def show_diagnostics(diagnostics: Iterable[Diagnostic], as_json: bool = False) -> None:
    """Print diagnostics on standard error; as JSON, one a line."""
    for diagnostic in diagnostics:
        if as_json:
            echo_json(json.dumps(diagnostic.as_json(), ensure_ascii=False), err=True)
        else:
            echo(diagnostic.lines(), err=True)


def show_warnings(warnings: Iterable[str]) -> Iterator[str]:
    """What must be read before anything else, and a blank line under it."""
    found = [line for warning in warnings for line in wrapped(warning, "!! ")]
    yield from (paint(line, COLOURS["emergency"], bold=True) for line in found)
    yield from [""] if found else []


def _escaped(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1] if ord(found[0]) != 0x7F else "\\u007f"


def _encodable(text: str, otherwise: str, err: bool = False) -> str:
    """The text, with what the encoding of the stream cannot hold replaced."""
    encoding = getattr(sys.stderr if err else sys.stdout, "encoding", None) or "utf-8"
    safe = text.encode(encoding, otherwise).decode(encoding)
    return Painted(safe) if isinstance(text, Painted) else safe
