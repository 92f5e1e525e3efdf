"""The tutorial, typed command by command: it prints what the page says.

`pytest tests/docs/test_tutorial.py --update` writes what was printed into the blocks that differ.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from charley.cli import main

PAGE = Path(__file__).parents[2] / "docs" / "tutorial.md"
BLOCK = re.compile(r"^```(console|yaml)\n(.*?)^```", re.MULTILINE | re.DOTALL)
PLACE = re.compile(r'# (\S+)(, at the end|, above "(.*)"|, with "(.*)" changed to)?\n')
LINES_LEFT_OUT = "...\n"


def printed(command: str) -> str:
    """What a command of the page prints: `charley ...`, or `echo '...' | charley ...`."""
    words = shlex.split(command)
    typed = words[1] if words[0] == "echo" else None
    arguments = words[words.index("charley") + 1 :]
    result = CliRunner().invoke(main, arguments, input=typed)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    text = re.sub(r"[ \t]+$", "", result.output, flags=re.MULTILINE)
    return text if text.endswith("\n") or not text else f"{text}\n"


def as_said(expected: str, found: str) -> bool:
    """Whether the page says this, `...` standing for lines that it leaves out."""
    pattern = re.sub(r"(?m)^\\\.\\\.\\\.\\\n", r"(?:.*\\n)*?", re.escape(expected))
    return re.fullmatch(pattern.replace(r"\.\.\.", ".*"), found) is not None


def write(block: str) -> None:
    """A file of the page: a whole one, or a part for one that is there."""
    place = PLACE.match(block)
    assert place is not None, f"the first line of an example names its file: {block[:60]}"
    file, text = Path(place[1]), block[place.end() :]
    old = file.read_text() if place[2] else ""
    if place[3]:
        assert old.count(f"\n{place[3]}\n") == 1
        file.write_text(old.replace(f"\n{place[3]}\n", f"\n{text}{place[3]}\n"))
    elif place[4]:
        assert old.count(place[4]) == 1
        file.write_text(old.replace(place[4], text.rstrip("\n")))
    else:
        file.write_text(old + text if place[2] else block)


def test_the_tutorial_prints_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, update: bool
) -> None:
    pytest.importorskip("z3", reason="the tutorial proves; z3 comes with the extra `audit`")
    monkeypatch.chdir(tmp_path)
    page = PAGE.read_text(encoding="utf-8")
    wrong = []
    for kind, block in BLOCK.findall(page):
        if kind == "yaml":
            write(block)
            continue
        played = ""
        for turn in re.split(r"^(?=\$ )", block, flags=re.MULTILINE):
            command, _, expected = turn.partition("\n")
            if not command:
                continue
            found = printed(command.removeprefix("$ "))
            kept = re.sub(r"in \d+\.\d s$", "in ... s", found, flags=re.MULTILINE)
            if not as_said(expected, found):
                wrong.append((command, expected, found))
            said = update and (expected == LINES_LEFT_OUT or not as_said(expected, found))
            played += f"{command}\n{kept if said else expected}"
        page = page.replace(block, played, 1)
    if update:
        PAGE.write_text(page, encoding="utf-8")
        return
    for command, expected, found in wrong:
        assert found == expected, command
    assert not wrong
