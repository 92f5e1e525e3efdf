"""Words of time: what they come to in days, and what is no instruction."""

from __future__ import annotations

import pytest

from charley.rules.time_frame import time_words


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Go now", [0]),
        ("Call emergency services", [0]),
        ("Come off it at once, and see a doctor today", [0, 1]),
        ("Same-day advice", [1]),
        ("With the result within 4 hours", [1]),
        ("Within the hour", [0]),
        ("Scan within 48 hours", [2]),
        ("See a doctor tomorrow", [2]),
        ("See a doctor in a few days", [3]),
        ("See a doctor in 3 to 5 days", [5]),
        ("See a doctor this week, or within ten days", [7, 10]),
        ("See a doctor within two weeks", [14]),
        ("See a doctor within a fortnight", [14]),
        ("Ask again in a month", [30]),
        ("Best within 3 days of the rash, or 6 to 8 days after the first", []),
        ("Pain now and then, once a day, for three weeks", []),
        ("Call 1123 for 999 days in pain", [0]),
    ],
)
def test_days(text: str, days: list[float]) -> None:
    assert [each.days for each in time_words(text)] == days


@pytest.mark.parametrize(
    ("text", "conditional"),
    [
        ("Within two weeks, sooner if worse", [False]),
        ("Within two weeks; today if it spreads", [False, True]),
        ("Within two weeks. If it gets worse, go to the emergency department now.", [False, True]),
        ("Today, or now when the leg turns cold", [False, True]),
        ("Now, unless you are in hospital", [False]),
        ("Go at once", [False]),
        ("Go today once it is dry", [True]),
    ],
)
def test_a_condition_goes_with_its_own_words(text: str, conditional: list[bool]) -> None:
    assert [each.conditional for each in time_words(text)] == conditional


def test_a_course_is_told_apart_from_a_deadline() -> None:
    instruction, course = time_words("See a doctor within 2 days. Weakness can grow within days.")
    assert (instruction.vague, course.vague) == (False, True)
