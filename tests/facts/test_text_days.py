"""Weekdays in a text: counted back from a day where that is known, and else said not to be understood."""

from __future__ import annotations

import datetime

import pytest

import charley
from charley.facts.text.reader import Reader

READER = Reader(charley.load().vocabulary.values())
WEDNESDAY = datetime.date(2026, 1, 7)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("My calf hurts since Tuesday.", 1),
        ("My calf swelled up on Saturday.", 4),
        ("It started on Wednesday.", 7),
        ("The pain came on last Thursday.", 6),
        ("I saw my doctor on Friday. My calf hurts.", None),
        ("I take methotrexate on Mondays and my calf hurts.", None),
    ],
)
def test_a_weekday_is_counted_back_from_today(text: str, days: int | None) -> None:
    assert READER.read(text, today=WEDNESDAY).facts.get("symptom_duration_days") == days


def test_a_weekday_without_a_day_to_count_from_is_not_understood() -> None:
    reading = READER.read("My calf hurts since Tuesday.")
    assert "symptom_duration_days" not in reading.facts
    assert "Tuesday" in "".join(reading.text[start:end] for start, end in reading.not_understood)
