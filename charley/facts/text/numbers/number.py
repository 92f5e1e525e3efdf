"""Numbers and spans of time in a text: `9`, `nine`, `.58`, `4,850`, `3/52`, `a fortnight`, `8 weeks`."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Final

from charley.facts.text import language_data
from charley.facts.text.tokens import Token

__all__ = ["Number", "days_since_weekday", "numbers_in"]

_NUMBERS: Final = language_data("english", "numbers")
_SPELLED: Final = {
    word: int(value)
    for words in (_NUMBERS["values"], _NUMBERS["times_over"])
    for word, value in words.items()
    if word not in ("zero", "once")  # `once a day`, `once I stand up`
}
_YEAR: Final = 365.25
_DAYS: Final = {
    "s": 1 / 86_400,
    "min": 1 / 1440,
    "h": 1 / 24,
    "d": 1.0,
    "wk": 7.0,
    "mo": _YEAR / 12,
    "a": _YEAR,
}
"""The days in each unit of time."""

_TIMES: Final = {word: _DAYS[unit] for unit, words in _NUMBERS["units"].items() for word in words} | {
    "fortnight": 2 * _DAYS["wk"]
}
_SLASHED: Final = {"7": _DAYS["d"], "52": _DAYS["wk"], "12": _DAYS["mo"], "24": _DAYS["h"]}
_PRESSURE: Final = 61
"""From here on a number before a slash is a blood pressure, and no days, weeks or months: `130/52`."""
_LONGEST: Final = 15
"""More digits are no number that anybody means."""
_LIMITS: Final = frozenset(_NUMBERS["limits"])
_VAGUE: Final = frozenset(_NUMBERS["vague"])
_WEEKDAYS: Final = tuple(_NUMBERS["weekdays"])
_TODAY: Final = tuple(tuple(name.split()) for name, ago in _NUMBERS["days_ago"].items() if int(ago) == 0)
_BEGUN: Final = frozenset(_NUMBERS["begun"])


@dataclass(frozen=True, slots=True)
class Number:
    """A number with the tokens it stands on; `days` where it is a span of time.

    `limit` marks what is only a bound (`under 5`), `vague` what is no one number (`2-3`, `a few`).
    """

    first: int
    after: int
    value: float
    days: float | None = None
    limit: bool = False
    vague: bool = False
    slashed: bool = False

    @property
    def exact(self) -> bool:
        """Whether it is the number itself, and no bound of it or estimate."""
        return not (self.limit or self.vague)


def days_since_weekday(word: str, today: datetime.date) -> int | None:
    """How many days ago the last day of this name before today was; None where it is no weekday."""
    if word not in _WEEKDAYS:
        return None
    return (today.weekday() - _WEEKDAYS.index(word) - 1) % len(_WEEKDAYS) + 1


def numbers_in(tokens: list[Token], today: datetime.date | None = None) -> dict[int, list[Number]]:
    """Every number and span of time by the place where it starts, weekdays counted back from `today`."""
    found: dict[int, list[Number]] = {}
    place = 0
    while place < len(tokens):
        here = _at(tokens, place) or _weekday(tokens, place, today) or _today(tokens, place)
        if here is None:
            place += 1
            continue
        found.setdefault(place, []).append(here)
        span = _span_of_time(tokens, here) if here.days is None else None
        if span is not None:
            found[place].append(span)
        place = max(here.after if span is None else span.after, place + 1)
    return found


def _weekday(tokens: list[Token], place: int, today: datetime.date | None) -> Number | None:
    days = None if today is None else days_since_weekday(tokens[place].low, today)
    return None if days is None else Number(place, place + 1, days, float(days))


def _today(tokens: list[Token], place: int) -> Number | None:
    """`since this morning`, which a prompt also takes as no days ago."""
    if not place or tokens[place - 1].low not in _BEGUN:
        return None
    for name in _TODAY:
        after = place + len(name)
        if tuple(token.low for token in tokens[place:after]) == name:
            return Number(place, after, 0.0, 0.0)
    return None


def _at(tokens: list[Token], place: int) -> Number | None:
    token = tokens[place]
    low = token.low
    limit = place > 0 and tokens[place - 1].low in _LIMITS
    limit = limit and not _is_fraction(tokens, place) and not _is_arrow(tokens, place)
    if token.kind == "number" and len(low) <= _LONGEST:
        value, after, vague = float(low), place + 1, False
        if (
            after + 1 < len(tokens)
            and tokens[after].low in ("-", "–", "to", "or")
            and _is_number(tokens[after + 1])
        ):
            close = tokens[after].low in ("-", "–") or tokens[after].low in ("to", "or")
            vague, after = close, after + 2
        return Number(place, after, value, limit=limit, vague=vague)
    if low in _SPELLED:
        value, after, vague = float(_SPELLED[low]), place + 1, False
        if value >= 20 and after < len(tokens) and tokens[after].low == "-":
            after += 1
        if value >= 20 and after < len(tokens) and 0 < _SPELLED.get(tokens[after].low, 0) < 10:
            value, after = value + _SPELLED[tokens[after].low], after + 1
        elif tokens[after - 1].low == "-":
            after -= 1
        if after < len(tokens) and tokens[after].low == "hundred":
            value, after = value * 100, after + 1
        if (
            after + 1 < len(tokens)
            and tokens[after].low in ("or", "to", "-")
            and _is_number(tokens[after + 1])
        ):
            vague, after = True, after + 2
        return Number(place, after, value, limit=limit, vague=vague)
    if low in ("yesterday", "yest"):
        return Number(place, place + 1, 1, 1.0)
    if low in _VAGUE:
        after = place + 1
        if after < len(tokens) and tokens[after].low == "of":
            after += 1
        return Number(place, after, 2, vague=True, limit=limit)
    if low in ("a", "an", "last", "past", "half") and place + 1 < len(tokens):
        after = place + 1
        value = 1.0
        if low == "half":
            value = 0.5
            after += tokens[after].low in ("a", "an")
        if after < len(tokens) and _scale(tokens[after]) is not None and len(tokens[after].low) > 1:
            return Number(place, after, value, limit=limit)
    return None


def _is_fraction(tokens: list[Token], place: int) -> bool:
    """Whether the number is the lower one of `120 over 80`."""
    return place > 1 and tokens[place - 1].low == "over" and tokens[place - 2].kind == "number"


def _is_arrow(tokens: list[Token], place: int) -> bool:
    """Whether the number is what another became: `2.6 -> 3.9`."""
    return place > 1 and tokens[place - 1].low == ">" and tokens[place - 2].low in ("-", "=")


def _scale(token: Token) -> float | None:
    """The days in a unit of time."""
    return _TIMES.get(token.low, _TIMES.get(token.low.removesuffix("s")))


def _is_number(token: Token) -> bool:
    return (token.kind == "number" and len(token.low) <= _LONGEST) or token.low in _SPELLED


def _span_of_time(tokens: list[Token], number: Number) -> Number | None:
    after, vague, value = number.after, number.vague, number.value
    if after + 1 < len(tokens) and tokens[after].low == "/" and tokens[number.first].kind == "number":
        factor = _SLASHED.get(tokens[after + 1].low)
        if factor and value < _PRESSURE and (after + 2 >= len(tokens) or tokens[after + 2].low != "/"):
            return Number(number.first, after + 2, value, value * factor, number.limit, vague, True)
        return None
    half = False
    if after + 2 < len(tokens) and tokens[after].low == "and" and tokens[after + 2].low == "half":
        after, half = after + 3, True
    if after < len(tokens) and tokens[after].low == "-":
        after += 1
    if after < len(tokens) and tokens[after].low in ("long", "whole", "full", "solid", "good"):
        after += 1
    if after >= len(tokens) or (scale := _scale(tokens[after])) is None:
        return None
    unit = tokens[after]
    if unit.low == "hr" and after + 1 < len(tokens) and tokens[after + 1].kind == "number":
        return None  # `RR 16 HR 84`
    if len(unit.low) == 1 and unit.start > tokens[after - 1].end + 1:
        return None
    if unit.low == "second" and after and tokens[after - 1].kind != "number":
        vague = True
    after += 1
    if after + 2 < len(tokens) and tokens[after].low == "and" and tokens[after + 2].low == "half":
        after, half = after + 3, True
    elif (
        after + 1 < len(tokens)
        and tokens[after].low == "or"
        and (_is_number(tokens[after + 1]) or tokens[after + 1].low == "so")
    ):
        vague, after = vague or tokens[after + 1].low != "so", after + 2
    value += 0.5 if half else 0
    return Number(number.first, after, value, value * scale, number.limit, vague)
