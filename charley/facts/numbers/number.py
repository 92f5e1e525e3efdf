"""A number in the fact's own unit: alone, with a unit, and within what is plausible.

How people write numbers otherwise (`6/10`, `3 weeks 2 days`, `<0.3 mg/L`) is in `written.py`.
"""

from __future__ import annotations

import re

from charley.documents.diagnostic import CharleyError
from charley.facts.units import NotConvertible, convert, unit_name
from charley.facts.vocabulary import Fact

__all__ = [
    "DIGITS",
    "NotUnderstood",
    "bare",
    "brief",
    "in_range",
    "in_unit",
    "number",
    "plain_number",
]


class NotUnderstood(CharleyError, ValueError):
    """The answer is not acceptable: `str()` says why, `help` what to write, `code` which check it was."""

    def __init__(self, message: str, help: str = "", code: str = "F011") -> None:
        super().__init__(message)
        self.help = help
        self.code = code


DIGITS = r"[-+−]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)(?:[eE][-+]?[0-9]{1,3})?"
"""A number in digits."""

_PLAIN = re.compile(rf"({DIGITS})\s*(\w*)")
_FLAG = r"(?s)(.*?)\s*[\[(]?(HH?|LL?|A|N|\*+|[↑↓]+|high|low|normal|abnormal|raised|elevated)[\])]?"


def plain_number(fact: Fact, text: str) -> float | int | None:
    """The number that a text is, in the fact's own unit: digits alone, or digits and one word, their unit.

    None for any other text. Raises `NotUnderstood`.
    """
    plain = _PLAIN.fullmatch(text)
    if plain is None or not (plain[2].isalpha() or not plain[2]):
        return None
    value = number(text, plain[1])
    return in_unit(fact, value, plain[2]) if plain[2] else bare(fact, value)


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
