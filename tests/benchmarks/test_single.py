"""The page on one patient names what was measured, and says of every goal whether it was reached."""

from __future__ import annotations

import json

import pytest

pytest.importorskip("clips", reason="needs clipspy")

from benchmarks.single import ANSWER, CLIPS, GOALS, MILLISECONDS, ONE_ANSWER_CLIPS, lines, measure


def test_the_page_says_what_was_measured() -> None:
    found = measure(rounds=1, patients=4, least=1e-6)
    again = json.loads(json.dumps(found))  # as a process of its own hands it over
    page = "\n".join(lines({"pure Python": [again], "machine code": [again]}, "a command", 0.0))
    assert all(f"| {name} |" in page for name in found)
    goals = sum(len(each) for each in (*GOALS.values(), *MILLISECONDS.values()))
    assert page.count("reached") == goals + 1  # and the heading
    assert {CLIPS, ONE_ANSWER_CLIPS, ANSWER, *GOALS, *MILLISECONDS} <= set(found)


def test_ratios_are_to_clips_in_the_same_round() -> None:
    found = {
        CLIPS: [1.0, 2.0, 3.0],
        ONE_ANSWER_CLIPS: [1.0, 1.0, 1.0],
        "it": [0.5, 1.0, 1.5],
        ANSWER: [0.1] * 3,
    }
    page = "\n".join(lines({"pure Python": [found]}, "a command", 0.0))
    assert "| it | 1,000,000.0 | 1/2.0 |" in page and f"| {ANSWER} | 100,000.0 | 1/10.0 |" in page
