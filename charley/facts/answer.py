"""An answer as a person types it or a file holds it, turned into a value or refused with a reason."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from charley.documents.diagnostic import CharleyError, nearest
from charley.facts.units import NotConvertible, convert, unit_name
from charley.facts.vocabulary import NOT_KNOWN, Fact, Value

__all__ = ["UNKNOWN", "NotUnderstood", "Unknown", "parse_answer"]


class Unknown:
    """The answer "I don't know": the fact stays unknown, and the question counts as asked."""

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __reduce__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()

_YES = {"yes", "y", "true", "t", "yeah", "yep", "present", "positive", "+"}
_NO = {"no", "n", "false", "f", "nope", "absent", "negative", "-"}
_NUMBER = re.compile(r"([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,3})?)\s*(.*)", re.DOTALL)
_SECOND = re.compile(r"(?:to |and |[-–/+.])\s*\d|(?!10[*^e]|1$)\d")
"""What follows a number and is a number again, and not a unit such as `10*9/L` or `1`."""


class NotUnderstood(CharleyError, ValueError):
    """The answer is not acceptable: `str()` says why, `help` what to write, `code` which check it was."""

    def __init__(self, message: str, help: str = "", code: str = "F011") -> None:
        super().__init__(message)
        self.help = help
        self.code = code


def parse_answer(fact: Fact, given: Any, *, prompted: bool = False) -> Value | Unknown:
    """The value that was meant, in the fact's own unit, or `UNKNOWN`.

    `given` is text (`yes`, `67`, `12 mmol/L`, `don't know`), a Python value, or a mapping with `value`
    and `unit`. A choice is answered by its name. Only who was `prompted`, and saw the choices, may answer
    with the number or the beginning of one, or `none` for no. Nothing at all (`None`, not a number, or what
    numpy and pandas have for it) is unknown. Raises `NotUnderstood`.
    """
    if isinstance(given, Mapping):
        given = _quantity(fact, given)
    given = _plain(given)
    if given is None or isinstance(given, Unknown):
        return UNKNOWN
    if isinstance(given, str):
        text = " ".join(given.replace("’", "'").split())
        if text.lower().rstrip(".") in NOT_KNOWN:
            return UNKNOWN
        return _from_text(fact, text, prompted)
    return _from_value(fact, given)


def _plain(given: Any) -> Any:
    """A number or truth of numpy as Python's own; None for what pandas and numpy have for nothing."""
    if getattr(given, "shape", None) == () and hasattr(given, "item"):
        given = given.item()
    missing = type(given).__name__ in ("NAType", "NaTType") or (isinstance(given, float) and given != given)
    return None if missing else given


def _quantity(fact: Fact, given: Mapping[str, Any]) -> Any:
    if not set(given) <= {"value", "unit"} or "value" not in given:
        raise NotUnderstood(
            f"`{fact.id}` needs {fact.expected()}", "write the value alone, or `value` and `unit`"
        )
    value, unit = _plain(given["value"]), given.get("unit")
    if unit is None or unit == "" or value is None:
        return value
    if fact.kind == "number" and isinstance(value, str):
        return f"{value} {unit}"
    if fact.kind != "number" or isinstance(value, bool) or not isinstance(value, int | float):
        raise NotUnderstood(f"`{fact.id}` needs {fact.expected()}", "only a number has a unit")
    return _in_range(fact, _converted(fact, value, str(unit)))


def _from_text(fact: Fact, text: str, prompted: bool) -> Value:
    low = text.lower().rstrip(".")
    if fact.kind == "boolean":
        if low in _YES:
            return True
        if low in _NO or (prompted and low == "none"):
            return False
        raise _wrong(fact, text)
    if fact.kind == "choice":
        return _choice(fact, text, prompted)
    found = _NUMBER.fullmatch(text)
    if found is None:
        raise _wrong(fact, text)
    digits, unit = found[1], found[2].strip()
    if unit.startswith(","):
        raise NotUnderstood(f"`{_short(text)}` is not one number", "write decimals with a point: 5.5")
    if _SECOND.match(unit):
        raise NotUnderstood(f"`{_short(text)}` is not one number", "write one number, with or without a unit")
    number = float(digits)
    value: float | int = int(digits) if re.fullmatch(r"[-+]?\d{1,15}", digits) else number
    return _in_range(fact, _converted(fact, value, unit) if unit else value)


def _from_value(fact: Fact, given: Any) -> Value:
    if fact.kind == "boolean" and isinstance(given, bool):
        return given
    if fact.kind == "number" and isinstance(given, int | float) and not isinstance(given, bool):
        return _in_range(fact, given)
    raise _wrong(fact, given)


def _choice(fact: Fact, text: str, prompted: bool) -> str:
    plain = re.sub(r"[\s-]+", "_", text.lower().rstrip("."))
    if plain in fact.choices:
        return plain
    if prompted and plain.isdecimal() and 1 <= int(plain) <= len(fact.choices):
        return fact.choices[int(plain) - 1]
    starting = [choice for choice in fact.choices if choice.startswith(plain)]
    if prompted and plain and plain not in _YES | _NO and len(starting) == 1:
        return starting[0]
    help = nearest(plain, fact.choices) or f"write {fact.expected()}"
    if not text:
        raise _wrong(fact, text)
    raise NotUnderstood(f"`{fact.id}` has no choice `{_short(text)}`", help)


def _converted(fact: Fact, value: float | int, unit: str) -> float | int:
    assert fact.unit is not None
    if not abs(value) < 1e18:  # out of every range, or not a number: not for the library of units
        return value
    try:
        return convert(value, unit, fact.unit, molar_mass=fact.molar_mass, charge=fact.charge)
    except NotConvertible as error:
        name = unit_name(fact.unit)
        help = f"give `{fact.id}` in {name}" if name else "leave the unit out"
        raise NotUnderstood(f"`{fact.id}`: {error}", help, "F013") from error


def _in_range(fact: Fact, value: float | int) -> float | int:
    assert fact.plausible_range is not None
    low, high = fact.plausible_range
    if not low <= value <= high:  # also where it is not a number at all
        raise NotUnderstood(
            f"`{fact.id}` is {_short(value)}, outside the plausible range",
            f"expected {fact.expected()}",
            "F012",
        )
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _wrong(fact: Fact, given: Any) -> NotUnderstood:
    got = "an empty text" if given == "" else f"`{_short(given)}`"
    return NotUnderstood(f"`{fact.id}` needs {fact.expected()}, not {got}", "or write `unknown`")


def _short(given: Any) -> str:
    text = {True: "true", False: "false"}[given] if isinstance(given, bool) else str(given)
    return text if len(text) <= 40 else text[:37] + "..."
