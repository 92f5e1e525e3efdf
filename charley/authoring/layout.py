"""One layout for the files of a base, with every comment kept: what `charley fmt` writes.

ruamel.yaml reads and writes the text; it keeps comments, quotes and the order of keys. What it wrote is then
read by our own reader. The values, their order and the comments must be those of before. Otherwise the text
is refused and left as it is.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

from charley.authoring.format.modeline import with_modeline
from charley.documents.atomic import write_whole
from charley.documents.diagnostic import Diagnostic, Faulty
from charley.documents.document import Document, read_text

__all__ = ["formatted", "layout_files"]

WIDTH = 110
_COMMENT = re.compile(r"#.*")
_STEP = "  "
_LAYOUT = {"mapping": 2, "sequence": 4, "offset": 2}


def layout_files(files: Iterable[Path], *, write: bool) -> list[Path]:
    """The files whose layout is another one; with `write` they are written in ours, each whole.

    Raises `Faulty` with every file that cannot be read or laid out. Then nothing was written.
    """
    problems: list[Diagnostic] = []
    changed: dict[Path, str] = {}
    for file in files:
        try:
            shown, text = read_text(file)
            new = with_modeline(file, formatted(shown, text))
        except Faulty as faulty:
            problems += faulty.diagnostics
            continue
        if new != text:
            changed[file] = new
    if problems:
        raise Faulty(problems)
    if write:
        for file, new in changed.items():
            write_whole(file, new)
    return list(changed)


def formatted(file: str, text: str) -> str:
    """The text in our layout. Raises `Faulty` where it is not YAML that we read, or cannot be kept."""
    before = Document(file, text)
    if before.value is None:
        return _stripped(text)
    try:
        new = _stripped(_round_trip(text))
        if new != text:
            new = _stripped(_round_trip(new))
        kept = _ordered(Document(file, new).value) == _ordered(before.value) and _comments(new) == _comments(
            text
        )
    except Faulty as faulty:
        if any(each.code == "A000" for each in faulty.diagnostics):
            raise
        kept = False
    except Exception:  # ruamel.yaml raises many kinds; each of them means that it cannot be laid out
        kept = False
    if not kept:
        help = "move comments to lines of their own, or leave the file as it is"
        message = "this file cannot be laid out with all its values and comments"
        raise Faulty([Diagnostic(file, 0, 0, "F005", message, help)])
    return new


def _round_trip(text: str) -> str:
    """The text as ruamel.yaml writes it, with a list that is the whole file at the left edge.

    ruamel.yaml indents such a list like any other, and leaves comments in their column. So everything goes
    in by one step, comments too, and out again afterwards.
    """
    listed = re.match(r"(?:\s*#.*\n|\s*\n)*\s*- ", text) is not None
    if listed:
        text = re.sub(r"^(?=.)", _STEP, text, flags=re.MULTILINE)
    out = io.StringIO()
    layout = _layout(WIDTH + len(_STEP) if listed else WIDTH)
    layout.dump(layout.load(text), out)
    new = out.getvalue()
    return re.sub(rf"^{_STEP}", "", new, flags=re.MULTILINE) if listed else new


def _layout(width: int) -> Any:
    try:
        from ruamel.yaml import YAML
    except ModuleNotFoundError:
        message = "a layout that keeps comments needs ruamel.yaml, which is not installed"
        help = "install it with `pip install 'charley[author]'`"
        raise Faulty([Diagnostic("charley[author]", 0, 0, "A000", message, help)]) from None
    found = YAML()
    found.indent(**_LAYOUT)
    found.width = width
    found.preserve_quotes = True
    return found


def _stripped(text: str) -> str:
    """No blanks at line ends, and one line end at the end."""
    return re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE).strip("\n") + "\n" if text.strip() else text


def _ordered(value: Any) -> str:
    """The values with the order of their keys."""
    return json.dumps(value, default=lambda each: f"{type(each).__name__} {each}", ensure_ascii=False)


def _comments(text: str) -> list[str]:
    """The comments in the order of the text: what stands between its tokens."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found: list[str] = []
    end = 0
    for token in yaml.scan(text, Loader=loader):
        found += _COMMENT.findall(text[end : token.start_mark.index])
        end = max(end, token.end_mark.index)
    return [each.rstrip() for each in [*found, *_COMMENT.findall(text[end:])]]
