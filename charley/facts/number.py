"""A number as a person or a laboratory writes it, in the fact's own unit: one number, or its bounds.

`4,0 mmol/L`, `6/10`, `3 weeks 2 days` and `a week` are one number. `<0.3 mg/L` and `3-4 days` give bounds;
whether these are enough depends on what the rules compare the number with (`bounds`).
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

from charley.documents.diagnostic import CharleyError
from charley.facts.units import NotConvertible, convert, unit_name
from charley.facts.vocabulary import Fact

__all__ = ["Between", "NotUnderstood", "bare", "brief", "in_range", "in_unit", "read_number"]


class NotUnderstood(CharleyError, ValueError):
    """The answer is not acceptable: `str()` says why, `help` what to write, `code` which check it was."""

    def __init__(self, message: str, help: str = "", code: str = "F011") -> None:
        super().__init__(message)
        self.help = help
        self.code = code


class Between(NamedTuple):
    """The bounds of a number, in the fact's own unit, and whether each of them is included."""

    low: float | int
    low_itself: bool
    high: float | int
    high_itself: bool


_DIGITS = r"[-+−]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)(?:[eE][-+]?[0-9]{1,3})?"
_PLAIN = re.compile(rf"({_DIGITS})\s*(.*)", re.DOTALL)
# The others are texts: `re` compiles each when it is first used, and most commands use none.
_BOUND = (
    r"(?is)(<=|>=|=<|=>|≤|≥|<|>|less than|more than|fewer than|greater than|at least|at most|under|over|below"
    r"|above|up to)\s*(.*)"
)
_OR_MORE = rf"(?is)({_DIGITS})\s*(?:\+|or more\b|or over\b)\s*([^0-9]*)"
_AT_MOST = {"<=", "=<", "≤", "at most", "up to"}
_AT_LEAST = {">=", "=>", "≥", "at least"}
_BELOW = {"<", "less than", "fewer than", "under", "below"}
_RANGE = (
    rf"(?is)(?:between\s+)?({_DIGITS})\s*([^\W\d]*)\s*(?:[-–—]|\bto\b|\band\b|\bor\b)\s*({_DIGITS})\s*(.*)"
)
_OUT_OF = rf"({_DIGITS})\s*(?:/|out of|of)\s*({_DIGITS})"
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
_SECOND = r"[-–/+.,:]?\s*[0-9]"
_FLAG = r"(?s)(.*?)\s*[\[(]?(HH?|LL?|A|N|\*+|[↑↓]+|high|low|normal|abnormal|raised|elevated)[\])]?"
_LONGEST = 200
"""Characters of the longest answer. Whatever follows takes the square of a text's length, or more."""
_TIMES = ("a", "mo", "wk", "d", "h", "min", "s")
_SHORTHAND = {7: "d", 52: "wk", 12: "mo"}
"""How clinicians write a time: 3/7 is three days, 2/52 two weeks, 6/12 six months."""


def read_number(fact: Fact, text: str) -> float | int | Between | None:
    """The number in the fact's own unit, or its bounds; None for a text that is not a number.

    Raises `NotUnderstood`.
    """
    plain = _PLAIN.fullmatch(text)
    if plain is not None and plain[2].isalpha():  # a number and one word, which is its unit
        return in_unit(fact, number(text, plain[1]), plain[2])
    if plain is not None and not plain[2]:
        return bare(fact, number(text, plain[1]))
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
    if plain is None:
        return None
    unit = plain[2].strip()
    if re.match(_SECOND, unit) and not re.match(r"10[*^]|1$", unit):
        raise _not_one(text)
    value = number(text, plain[1])
    return in_unit(fact, value, unit) if unit else bare(fact, value)


def _not_one(text: str, help: str = "write one number, with or without a unit") -> NotUnderstood:
    return NotUnderstood(f"`{brief(text)}` is not one number", help, "F019")


def number(text: str, digits: str) -> float | int:
    """The number that the digits are. A comma is the decimal point where it cannot group thousands."""
    if re.fullmatch(r"[-+−]?[1-9][0-9]{0,2},[0-9]{3}", digits):
        whole, part = digits.replace(",", ""), digits.replace(",", ".").rstrip("0").rstrip(".")
        raise NotUnderstood(
            f"the comma in `{brief(text)}` may group thousands or begin decimals",
            f"write {whole} or {part}",
            "F019",
        )
    plain = digits.replace(",", ".").replace("−", "-")
    return int(plain) if re.fullmatch(r"[-+]?[0-9]{1,15}", plain) else float(plain)


def bare(fact: Fact, value: float | int) -> float | int:
    """A number without a unit. Raises `NotUnderstood` for a percentage that may be a fraction."""
    if fact.unit == "%" and 0 < abs(value) < 1:
        raise NotUnderstood(
            f"`{fact.id}` is {brief(value)}: a percentage under 1, or a fraction of 1?",
            f"write `{value:g} %` or `{float(f'{value * 100:.12g}'):g} %`",
            "F019",
        )
    return value


def in_unit(fact: Fact, value: float | int, unit: str) -> float | int:
    """A number in a unit, in the fact's own. Raises `NotUnderstood`."""
    assert fact.unit is not None
    if not abs(value) < 1e18:  # beyond every range, or NaN: refused later, without pint
        return value
    try:
        return _converted(fact, value, unit)
    except NotConvertible as error:
        name = unit_name(fact.unit)
        help = f"give `{fact.id}` in {name}" if name else "leave the unit out"
        flag = re.fullmatch(_FLAG, unit)
        if flag is not None and flag[2] and _fits(fact, flag[1]):
            number = f"{value:g} {flag[1]}".strip()
            message = f"`{fact.id}`: `{flag[2]}` is a laboratory's flag, and no unit"
            raise NotUnderstood(message, f"write the number and its unit alone: `{number}`", "F013") from None
        raise NotUnderstood(f"`{fact.id}`: {error}", help, "F013") from error


def in_range(fact: Fact, value: float | int) -> float | int:
    """The number, where it is plausible. Raises `NotUnderstood`."""
    assert fact.plausible_range is not None
    low, high = fact.plausible_range
    if not low <= value <= high:  # NaN, too
        raise NotUnderstood(
            f"`{fact.id}` is {brief(value)}, outside the plausible range",
            f"expected {fact.expected()}",
            "F012",
        )
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _bound(fact: Fact, word: str, rest: str) -> Between | None:
    value = read_number(fact, rest)
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


def _converted(fact: Fact, value: float | int, unit: str) -> float | int:
    assert fact.unit is not None
    return convert(
        value,
        unit,
        fact.unit,
        molar_mass=fact.molar_mass,
        charge=fact.charge,
        annotations=fact.annotations,
        conversions=fact.conversions,
    )


def _fits(fact: Fact, unit: str) -> bool:
    """Whether the fact may be given in this unit, or in none."""
    try:
        return not unit or _converted(fact, 1, unit) is not None
    except NotConvertible:
        return False


def brief(given: object) -> str:
    """What was given, short enough for a message."""
    try:
        text = {True: "true", False: "false"}[given] if isinstance(given, bool) else str(given)
    except ValueError:  # Python refuses to print an integer of thousands of digits
        text = "a number of thousands of digits"
    return text if len(text) <= 40 else text[:37] + "..."
