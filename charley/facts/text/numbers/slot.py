"""The numbers that a phrase can be about: `NUMBER>=38<43`, `DURATION<84`, `SLASHED`, `FIGURE`."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from functools import cache
from typing import Final

from charley.facts.text.numbers.number import Number

__all__ = ["SLOT", "fits", "is_slot"]

_BOUND: Final = r"(?:(<=|>=|<|>|=)([\d.]+))?"
SLOT: Final = re.compile(rf"(NUMBER|DURATION|SLASHED|FIGURE){_BOUND}{_BOUND}")
"""A number in a phrase, with the conditions on it."""

_INITIALS: Final = {"N", "D", "S", "F"}
"""What the name of a number begins with."""

_COMPARE: Final[dict[str, Callable[[float, float], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
}


def is_slot(step: str) -> bool:
    """Whether a step of a phrase is a number, and no word."""
    return step[0] in _INITIALS and SLOT.fullmatch(step) is not None


def fits(slot: str, number: Number) -> bool:
    """Whether a number can stand where a phrase has this slot."""
    of_time, slashed, bounds = _condition(slot)
    if of_time != (number.days is not None) or (slashed and not number.slashed):
        return False
    if not bounds:
        return True
    value = number.days if number.days is not None else number.value
    return (not number.vague or of_time) and all(compare(value, bound) for compare, bound in bounds)


@cache
def _condition(slot: str) -> tuple[bool, bool, tuple[tuple[Callable[[float, float], bool], float], ...]]:
    """Whether a span of time is meant, whether one with a slash, and what it is compared with."""
    found = SLOT.fullmatch(slot)
    assert found is not None
    bounds = [(found[2], found[3]), (found[4], found[5])]
    compared = tuple((_COMPARE[sign], float(bound)) for sign, bound in bounds if sign)
    return found[1] in ("DURATION", "SLASHED"), found[1] == "SLASHED", compared
