"""Broken knowledge bases: each says what is wrong with it in the exact words that stand beside it.

A folder of `tests/bad` holds the faulty files only; they are laid over `tests/small_base`. After a change of
words `pytest tests/rules/test_bad.py --update` rewrites the texts, and the difference is reviewed like code.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from charley.cli import main

HERE = Path(__file__).parents[1]
FAULTS = sorted(folder for folder in (HERE / "bad").iterdir() if folder.is_dir())


def said(*arguments: str) -> str:
    """The command, everything that it prints and its exit status."""
    result = CliRunner().invoke(main, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return f"$ charley {' '.join(arguments)}\n{result.output}exit status {result.exit_code}\n"


def test_the_ground_is_good(lay: Callable[..., Path]) -> None:
    lay()
    assert said("check", "plants") == "$ charley check plants\nplants: nothing found\nexit status 0\n"


@pytest.mark.parametrize("fault", FAULTS, ids=lambda folder: folder.name)
def test_fault(fault: Path, lay: Callable[..., Path], update: bool) -> None:
    lay(fault)
    found = said("check", "plants")
    expected = fault / "expected.txt"
    if update:
        expected.write_text(found, encoding="utf-8")
    assert found == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("fault", FAULTS, ids=lambda folder: folder.name)
def test_the_words_keep_to_the_house(fault: Path) -> None:
    text = (fault / "expected.txt").read_text(encoding="utf-8")
    assert "exit status 0" not in text
    messages = re.findall(r"^(?:\S+): ([FR]\d{3}) (?:warning: )?(.*)$", text, re.MULTILINE)
    assert messages
    for _, message in messages:
        assert not message[:1].isupper(), message
        assert not message.endswith("."), message
        assert message.count("`") % 2 == 0, message
    for help in re.findall(r"= help: (.*)$", text, re.MULTILINE):
        assert not help[:1].isupper(), help
        assert not help.endswith("."), help
        assert help.count("`") % 2 == 0, help
