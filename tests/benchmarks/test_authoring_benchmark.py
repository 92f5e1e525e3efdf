"""The bases that authoring is measured on are good ones, and the page claims no more than was measured."""

from __future__ import annotations

from pathlib import Path

import pytest

import charley
from benchmarks.authoring import PAGE, SIZES, Line, Time, consultation, edits, page
from benchmarks.large_base import write_large


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("large") / "base"
    write_large(folder, 200)
    return folder


def test_the_base_can_be_used_and_has_as_many_rules_as_were_asked_for(base: Path, tmp_path: Path) -> None:
    assert [each for each in charley.check(base) if each.severity == "error"] == []
    kb = charley.load(base)
    assert (len(kb.rules), len(kb.vocabulary), len(kb.candidates)) == (200, 40, 4)
    write_large(tmp_path / "again", 200)
    assert charley.load(tmp_path / "again").digest == kb.digest


def test_the_consultation_asks_and_the_edits_change_something(base: Path) -> None:
    questions, answers = consultation(charley.load(base))
    assert len(questions) == len(answers) > 5
    before = charley.load(base).digest
    assert len(edits(base, 2)) == 2
    assert charley.load(base).digest != before


def test_the_page_says_what_was_stopped_and_what_was_not_reached() -> None:
    lines = [
        Line(1500, "quick", [Time(0.5, 0.05), Time(0.1, 0.04), Time(0.2, 0.06)], 1),
        Line(1500, "slow", [Time(2.0, 0.5)], 1),
        Line(1500, "stopped", [], 1),
        Line(1500, "free", [Time(1.5, 1.5)]),
    ]
    text = "\n".join(page(lines, "a command", 7))
    assert "| 1,500 | quick | 200 ms (100 ms to 500 ms) | 50 ms | < 1.0 s: reached |" in text
    assert "| 1,500 | slow | 2.0 s | 500 ms | < 1.0 s: **not reached** |" in text
    assert "| 1,500 | stopped | stopped after 7 s |  | < 1.0 s: **not reached** |" in text
    assert "| 1,500 | free | 1.5 s | 1.5 s |  |" in text


def test_the_page_has_a_line_for_each_of_both_sizes() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for size in SIZES:
        assert text.count(f"| {size:,} | ") == 8
