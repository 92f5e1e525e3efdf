"""A number as people say it who were asked for it: `8, he says`, `138 over 82`, `three times a week`."""

from __future__ import annotations

import datetime
import math
import re
from typing import Final

from charley.facts.answering.chosen import meant
from charley.facts.answering.meant import Refused, Spoken
from charley.facts.answering.number_words import age_in, counted, day_of, days_since, rate_in
from charley.facts.answering.wording import means, pattern, words
from charley.facts.fields import CALENDAR_UNITS, NOT_KNOWN
from charley.facts.numbers.number import in_unit
from charley.facts.numbers.written import Between, written_number
from charley.facts.quantity import quantity_of
from charley.facts.spellings import SPELLINGS
from charley.facts.vocabulary import Fact, Vocabulary

__all__ = ["middle", "number_said", "pressures"]

_PRESSURE: Final = re.compile(
    r"(?:(?:the )?(?:bp|blood pressure)(?: (?:is|was))?:? )?(\d{2,3})\s*(?:/|over|on)\s*(\d{2,3})"
    r"(?:\s*mm\s?hg)?"
)
_NUMBER: Final = re.compile(r"(?<![\w.,/-])(\d+(?:[.,]\d+)?)\s*([a-zµ%][\w%/.]*)?(?![\w/-])")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")


def number_said(fact: Fact, line: str, low: str, today: datetime.date) -> Spoken:
    """The number that is meant by a line, `low` in small letters. Raises `Refused`, with the reason."""
    if low in NOT_KNOWN:
        return Spoken("unknown")
    if fact.burden != "history" and means(low, "test_not_done"):
        return Spoken("unknown", understood=True)
    pressure = _PRESSURE.fullmatch(low) if fact.unit == "mm[Hg]" else None
    if pressure is not None and (which := _which_pressure(fact)) is not None:
        return Spoken(pressure[which], understood=True)
    rate = rate_in(low) if fact.unit is not None and fact.unit.startswith("/") else None
    if rate is not None:
        return Spoken(f"{in_unit(fact, *rate):g}", understood=True)
    if fact.counts_back and (timed := _timed(fact, low, today)) is not None:
        return Spoken(timed, understood=True)
    if _is_age(fact) and (age := age_in(low, today)) is not None:
        return Spoken(str(age), understood=True)
    plain = counted(low)
    if fact.unit == "a":
        plain = pattern("years_old").sub("", plain)
    elif pattern("years_old").search(plain):
        raise Refused(f"`{line.strip()[:40]}` is an age", f"this question wants {fact.expected()}")
    if _YEAR.fullmatch(plain) and fact.unit in CALENDAR_UNITS:
        help = f"this question wants {fact.expected()}, with its unit"
        raise Refused(f"`{line.strip()}` may be a year", help)
    if not any(c.isdigit() for c in plain):
        return _without_figures(fact, line, low)
    alone = _alone(fact, plain) or plain
    if _is_age(fact) and re.fullmatch(r"\d+\.5", alone):
        alone = str(math.floor(float(alone)))  # an age is told in whole years
    return Spoken(alone, understood=True) if alone != low else Spoken(line.strip(" .!,"))


def middle(fact: Fact, text: str) -> str | None:
    """The number in the middle of what a person says of themselves: `2-3 weeks`, `less than a minute`.

    Of `more than 6 weeks` it is 6 weeks. None where the text gives no bounds, or is a result.
    """
    if fact.burden != "history" or fact.unit is None:
        return None
    bounds = written_number(fact, text)
    if not isinstance(bounds, Between):
        return None
    assert fact.plausible_range is not None
    low = max(bounds.low, fact.plausible_range[0])
    between = low if bounds.high == math.inf else (low + bounds.high) / 2
    return f"{float(f'{between:.3g}'):g}"


def pressures(vocabulary: Vocabulary, fact: Fact, line: str) -> dict[str, str] | None:
    """Both numbers of a blood pressure by their facts, where the line gives both; else None."""
    found = (
        _PRESSURE.fullmatch(" ".join(line.lower().split()).strip(" .!,")) if fact.unit == "mm[Hg]" else None
    )
    if found is None or _which_pressure(fact) is None:
        return None
    both = {each.id: found[at] for each in vocabulary.values() if (at := _which_pressure(each)) is not None}
    return both if len(both) == 2 else None


def _is_age(fact: Fact) -> bool:
    return fact.unit == "a" and fact.fixed


def _which_pressure(fact: Fact) -> int | None:
    """Whether a fact is the first or the second number of a blood pressure."""
    if fact.unit != "mm[Hg]":
        return None
    return next((at for at, name in enumerate(("systolic", "diastolic"), 1) if name in fact.label), None)


def _timed(fact: Fact, low: str, today: datetime.date) -> str | None:
    """How long ago a day, a month or a year is: `since Monday`, `since March`."""
    day = day_of(low, today)
    if day is not None:
        passed = (today - day).days
        return f"since {day}" if fact.since else f"{passed} day{'s' * (passed != 1)}"
    days = days_since(low, today)
    return None if days is None else f"{days[0]}-{days[1]} days"


def _without_figures(fact: Fact, line: str, low: str) -> Spoken:
    """What is meant by words alone: a number that has such words, or a time that nobody can count."""
    answers = meant(fact, low)
    if len(answers) == 1:
        return Spoken(min(answers), understood=True)
    said = line.strip()[:40]
    if means(low, "cannot_be_counted"):
        return Spoken("unknown", understood=True)
    if means(low, "said_roughly"):
        help = f"write about how many, such as `3 {low.split()[-1]}`, or `unknown`"
        raise Refused(f"`{said}` says it roughly", help)
    if re.match(r"(?:ever )?since\b", low):
        help = "write how long it is (`3 weeks`, `2 years`), or the date (`2026-01-31`), or `unknown`"
        raise Refused(f"`{said}` is no time that can be counted from", help)
    raise Refused(f"`{said}` is no number", f"this question wants {fact.expected()}, or `unknown`")


def _alone(fact: Fact, text: str) -> str | None:
    """The one number in a sentence, with the unit beside it; None where the text is a number, or says more.

    A time needs its unit there: `since I was 40` is no time of 40 days. A number in a unit that is not the
    fact's is never taken without it.
    """
    found = list(_NUMBER.finditer(text))
    if pattern("another_number").search(text) or len(found) != 1:
        return None
    whole, number, unit = found[0][0], found[0][1], found[0][2] or ""
    if _is_unit(unit) or whole == number + unit:
        return f"{number} {unit}".strip() if whole != text and (_is_unit(unit) or not unit) else None
    return None if fact.unit in (*CALENDAR_UNITS, "h", "min", "s") and not fact.fixed else number


def _is_unit(word: str) -> bool:
    """Whether a word beside a number is a unit, or looks like one."""
    if not word or word in words("not_a_unit"):
        return False
    quantity = quantity_of(word)
    return word in SPELLINGS or not word.isalpha() or (quantity is not None and quantity.listed)
