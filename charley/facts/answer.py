"""An answer as a person types it or a file holds it, turned into a value or refused with a reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from charley.documents.diagnostic import nearest
from charley.facts.fields import NOT_KNOWN
from charley.facts.numbers.bounds import decided
from charley.facts.numbers.number import NotUnderstood, bare, brief, in_range, in_unit, plain_number
from charley.facts.numbers.since import duration, started
from charley.facts.numbers.written import Between, written_number
from charley.facts.units import with_unit
from charley.facts.vocabulary import Comparison, Fact, Value

__all__ = ["UNKNOWN", "NotUnderstood", "Unknown", "as_told", "number_as_told", "parse_answer"]


class Unknown:
    """The answer "I don't know": the fact stays unknown, and the question counts as asked."""

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __reduce__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()

_YES = {"yes", "y", "true", "t", "yeah", "yep", "present", "positive", "+"}
_NO = {"no", "n", "false", "f", "nope", "absent", "negative"}


def parse_answer(
    fact: Fact, given: Any, *, prompted: bool = False, compared: Iterable[Comparison] | None = None
) -> Value | Unknown:
    """The value that was meant, in the fact's own unit, or `UNKNOWN`.

    `given` is text (`yes`, `67`, `12 mmol/L`, `don't know`), a Python value, or a mapping with `value`
    and `unit`. A choice is answered by its name. A person who was `prompted` has seen the choices, and may
    also answer with the number or the beginning of one, or `none` or `-` for no. A missing value (`None`,
    NaN, or what numpy and pandas use) is unknown. `compared` are the comparisons that rules make with a
    number (`Vocabulary.compared`): where these all agree, `<0.3` and `3-4 days` are answers. A number that
    counts since a date may be told so, `since 2026-01-10 as of 2026-01-31`. Raises `NotUnderstood`.
    """
    if (given is True or given is False) and fact.kind == "boolean":
        return given
    if fact.since is not None and (start := started(fact, given)) is not None:
        return duration(fact, *start)
    if isinstance(given, Mapping):
        given = _quantity(fact, given)
    given = _plain(given)
    if given is None or isinstance(given, Unknown):
        return UNKNOWN
    if isinstance(given, str):
        text = " ".join(given.replace("’", "'").split())
        if text.lower().rstrip(".") in NOT_KNOWN:
            return UNKNOWN
        return _from_text(fact, text, prompted, compared)
    return _from_value(fact, given)


def as_told(fact: Fact, text: str, value: Value) -> Value:
    """The form of an answer to pass on: a number as text with the unit it was told in, else the value."""
    return text if fact.kind == "number" else value


def number_as_told(fact: Fact, given: Any, value: Value) -> str:
    """A number and its unit as they were told; empty where the value is written in the same way."""
    if fact.kind != "number":
        return ""
    if isinstance(given, Mapping) and given.get("unit"):
        given = f"{_plain(given.get('value'))} {given['unit']}"
    if not isinstance(given, str):
        return ""
    text = " ".join(given.split())[:60]
    assert isinstance(value, int | float)
    same = (str(value), with_unit(value, fact.unit), f"{value} {fact.unit}")
    return "" if text in same else text


def _plain(given: Any) -> Any:
    """A scalar of numpy or Arrow as a Python value; None for a missing value of pandas, numpy or Arrow."""
    if getattr(given, "shape", None) == () and hasattr(given, "item"):
        # What numpy masks has a number under the mask, which nobody said.
        given = None if getattr(given, "mask", False) else given.item()
    elif hasattr(given, "as_py"):
        given = given.as_py()
    if isinstance(given, Decimal):
        given = None if given.is_nan() else float(given)
    missing = type(given).__name__ in ("NAType", "NaTType") or (isinstance(given, float) and given != given)
    return None if missing else given


def _quantity(fact: Fact, given: Mapping[str, Any]) -> Any:
    if not set(given) <= {"value", "unit"} or "value" not in given:
        raise NotUnderstood(
            f"`{fact.id}` needs {fact.expected()}", "write the value alone, or `value` and `unit`"
        )
    value, unit = _plain(given["value"]), given.get("unit")
    if value is None and not isinstance(unit, str | None):
        raise NotUnderstood(f"`{fact.id}` needs {fact.expected()}", "a unit is text")
    if unit is None or unit == "" or value is None:
        return value
    if fact.kind == "number" and isinstance(value, str):
        return f"{value} {unit}"
    if fact.kind != "number" or isinstance(value, bool) or not isinstance(value, int | float):
        raise NotUnderstood(f"`{fact.id}` needs {fact.expected()}", "only a number has a unit")
    return in_range(fact, in_unit(fact, value, str(unit)))


def _from_text(fact: Fact, text: str, prompted: bool, compared: Iterable[Comparison] | None) -> Value:
    low = text.lower().rstrip(".")
    if fact.kind == "boolean":
        if low in _YES:
            return True
        if low in _NO or (prompted and low in ("none", "-")):
            return False
        if low == "-":  # the other way to write that there is no value
            message = f"`{fact.id}`: `-` may mean no, or that nothing is known"
            raise NotUnderstood(message, "write `no` or `unknown`")
        raise _wrong(fact, text)
    if fact.kind == "choice":
        return _choice(fact, text, prompted)
    number: float | int | Between | None = plain_number(fact, text)
    if number is None:
        number = written_number(fact, text)
    if number is None:
        raise _wrong(fact, text)
    if isinstance(number, Between):
        return decided(fact, text, number, compared)
    return in_range(fact, number)


def _from_value(fact: Fact, given: Any) -> Value:
    if fact.kind == "boolean" and isinstance(given, bool):
        return given
    if fact.kind == "number" and isinstance(given, int | float) and not isinstance(given, bool):
        return in_range(fact, bare(fact, given))
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
    raise NotUnderstood(f"`{fact.id}` has no choice `{brief(text)}`", help)


def _wrong(fact: Fact, given: Any) -> NotUnderstood:
    got = "an empty text" if isinstance(given, str) and not given else f"`{brief(given)}`"
    return NotUnderstood(f"`{fact.id}` needs {fact.expected()}, not {got}", "or write `unknown`")
