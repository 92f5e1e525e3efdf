"""The one place where a number, a choice or a truth is compared with a constant."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charley.rules.interval import Interval, compare, exact, holds
from charley.rules.language.condition import Operator

PYTHON: dict[Operator, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
NUMBERS = st.integers(-20, 20) | st.integers(-200, 200).map(lambda n: n / 10)


@given(NUMBERS, st.sampled_from(list(PYTHON)), NUMBERS)
def test_a_known_number_is_an_interval_of_one(known: float, op: Operator, k: float) -> None:
    assert holds(op, known, k) is PYTHON[op](known, k)
    assert compare(Interval(exact(known), exact(known)), op, k) is PYTHON[op](known, k)


@given(st.tuples(NUMBERS, NUMBERS).map(sorted), st.sampled_from(list(PYTHON)), NUMBERS)
def test_an_interval_is_decided_when_all_its_numbers_agree(ends: list[float], op: Operator, k: float) -> None:
    low, high = map(exact, ends)
    inside = [low, high, (low + high) / 2, *([exact(k)] if low <= exact(k) <= high else [])]
    if low < exact(k) < high:
        inside += [(low + exact(k)) / 2, (high + exact(k)) / 2]
    found = {PYTHON[op](number, exact(k)) for number in inside}
    assert compare(Interval(low, high), op, k) is (found.pop() if len(found) == 1 else None)


def test_choices_and_truths() -> None:
    assert holds("in", "left", ("left", "right")) and not holds("in", "both", ("left", "right"))
    assert holds("==", "left", "left") and not holds("==", "right", "left")
    assert holds("==", True, True) and not holds("==", False, True)
    with pytest.raises(ValueError, match="not compared with `in`"):
        compare(Interval(exact(1), exact(2)), "in", 1)
