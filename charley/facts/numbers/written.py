"""A number as a person or a laboratory writes it, where it is more than digits and a unit.

`4,0 mmol/L`, `6/10`, `3 weeks 2 days` and `a week` are one number. `<0.3 mg/L` and `3-4 days` give bounds;
whether these are enough depends on what the rules compare the number with (`bounds`).
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

from charley.facts.numbers.number import DIGITS, NotUnderstood, bare, brief, in_unit, number, plain_number
from charley.facts.units import NotConvertible, convert, unit_name
from charley.facts.vocabulary import Fact

__all__ = ["Between", "written_number"]


class Between(NamedTuple):
    """The bounds of a number, in the fact's own unit, and whether each of them is included."""

    low: float | int
    low_itself: bool
    high: float | int
    high_itself: bool


# Texts, which `re` compiles when they are first used: most commands use none.
_BOUND = (
    r"(?is)(<=|>=|=<|=>|≤|≥|<|>|less than|more than|fewer than|greater than|at least|at most|under|over|below"
    r"|above|up to)\s*(.*)"
)
_OR_MORE = rf"(?is)({DIGITS})\s*(?:\+|or more\b|or over\b)\s*([^0-9]*)"
_AT_MOST = {"<=", "=<", "≤", "at most", "up to"}
_AT_LEAST = {">=", "=>", "≥", "at least"}
_BELOW = {"<", "less than", "fewer than", "under", "below"}
_RANGE = rf"(?is)(?:between\s+)?({DIGITS})\s*([^\W\d]*)\s*(?:[-–—]|\bto\b|\band\b|\bor\b)\s*({DIGITS})\s*(.*)"
_OUT_OF = rf"({DIGITS})\s*(?:/|out of|of)\s*({DIGITS})"
_PART = r"\s*(?:,|and\b)?\s*([0-9]+(?:\.[0-9]+)?)\s*([A-Za-z]+)\.?"
_WORDED = r"(?i)(half an?|an?|[a-z]+)\s+([a-z]+)"
_ONE_TO_TEN = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_COUNTS = {
    **{word: at for at, word in enumerate(_ONE_TO_TEN, 1)},
    "a": 1,
    "an": 1,
    "half a": 0.5,
    "half an": 0.5,
}
_MEASURED = rf"(?s)({DIGITS})\s*(.*)"
_SECOND = r"[-–/+.,:]?\s*[0-9]"
_LONGEST = 200
"""Characters of the longest answer. Whatever follows takes the square of a text's length, or more."""
_TIMES = ("a", "mo", "wk", "d", "h", "min", "s")
_SHORTHAND = {7: "d", 52: "wk", 12: "mo"}
"""How clinicians write a time: 3/7 is three days, 2/52 two weeks, 6/12 six months."""


def written_number(fact: Fact, text: str) -> float | int | Between | None:
    """The number that a text is which is no plain one (`number.plain_number`), or its bounds; None for none.

    It is in the fact's own unit. Raises `NotUnderstood`.
    """
    if len(text) > _LONGEST:
        return None
    found = _time_in_words(fact, text) or _time_in_parts(fact, text)
    if found is not None:
        return found
    if more := re.fullmatch(_OR_MORE, text):
        return _bound(fact, ">=", f"{more[1]} {more[2]}".strip())
    if bound := re.fullmatch(_BOUND, text):
        return _bound(fact, bound[1].lower(), bound[2])
    if (out_of := re.fullmatch(_OUT_OF, text)) and fact.unit is not None:
        return _out_of(fact, text, number(text, out_of[1]), number(text, out_of[2]))
    if span := re.fullmatch(_RANGE, text):
        return _span(fact, text, span)
    measured = re.fullmatch(_MEASURED, text)
    if measured is None:
        return None
    unit = measured[2].strip()
    if re.match(_SECOND, unit) and not re.match(r"10[*^]|1$", unit):
        raise _not_one(text)
    value = number(text, measured[1])
    return in_unit(fact, value, unit) if unit else bare(fact, value)


def _not_one(text: str, help: str = "write one number, with or without a unit") -> NotUnderstood:
    return NotUnderstood(f"`{brief(text)}` is not one number", help, "F019")


def _bound(fact: Fact, word: str, rest: str) -> Between | None:
    value: float | int | Between | None = plain_number(fact, rest)
    if value is None:
        value = written_number(fact, rest)
    if value is None or isinstance(value, Between):
        return None
    if word in _AT_MOST | _BELOW:
        return Between(-float("inf"), False, value, word in _AT_MOST)
    return Between(value, word in _AT_LEAST, float("inf"), False)


def _span(fact: Fact, text: str, span: re.Match[str]) -> Between:
    first, between, second, unit = span[1], span[2].strip(), span[3], span[4].strip()
    ends = [number(text, first), number(text, second)]
    if between and between.lower() != unit.lower():
        raise _not_one(text)
    low, high = (in_unit(fact, end, unit) if unit else bare(fact, end) for end in ends)
    if not low < high:
        raise _not_one(text)
    return Between(low, True, high, True)


def _out_of(fact: Fact, text: str, value: float | int, of: float | int) -> float | int:
    """`6/10` on a scale from 0 to 10, `3/7` of a time. Raises `NotUnderstood` for anything else."""
    assert fact.plausible_range is not None and fact.unit is not None
    if fact.unit in _TIMES and of in _SHORTHAND:
        return in_unit(fact, value, _SHORTHAND[int(of)])
    low, high = fact.plausible_range
    if unit_name(fact.unit) == "" and low == 0:
        if of == high:
            return value
        help = f"write one number from {low} to {high}"
        raise NotUnderstood(f"`{brief(text)}` is not one number: the scale goes to {high}", help, "F019")
    if fact.unit == "mm[Hg]":
        pressures = f"the first is the systolic, {value:g}, and the second the diastolic, {of:g}"
        raise _not_one(text, f"of a blood pressure {pressures}; write one of them")
    raise _not_one(text)


def _time_in_words(fact: Fact, text: str) -> float | int | None:
    """`a week`, `two weeks`, `half an hour`."""
    found = re.fullmatch(_WORDED, text) if fact.unit in _TIMES else None
    count = _COUNTS.get(found[1].lower()) if found else None
    return None if found is None or count is None else in_unit(fact, count, found[2])


def _time_in_parts(fact: Fact, text: str) -> float | int | None:
    """`3 weeks 2 days`, `1 h 30 min`, `2 years and 3 months`; a part is smaller than the one before."""
    parts = list(re.finditer(_PART, text))
    if fact.unit not in _TIMES or len(parts) < 2 or "".join(part[0] for part in parts) != text:
        return None
    lengths = [_TIMES.index(unit) for part in parts if (unit := _time(part[2])) is not None]
    if len(lengths) < len(parts):
        return None
    if any(long >= short for long, short in pairwise(lengths)):
        raise _not_one(text)
    total = sum(in_unit(fact, float(part[1]), part[2]) for part in parts)
    return float(f"{total:.12g}")


def _time(word: str) -> str | None:
    """The unit of time that a word stands for."""
    for unit in _TIMES:
        try:
            if convert(1, word, unit) == 1:
                return unit
        except NotConvertible:
            continue
    return None
