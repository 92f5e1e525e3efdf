"""A number as people say it who were asked for it: `8, he says`, `138 over 82`, `three times a week`."""

from __future__ import annotations

import datetime
import re
from typing import Final

from charley.facts.numbers.number import in_unit
from charley.facts.quantity import quantity_of
from charley.facts.spellings import SPELLINGS
from charley.facts.vocabulary import CALENDAR_UNITS, NOT_KNOWN, Fact, Vocabulary
from charley.terminal.answering.meant import Refused, Spoken
from charley.terminal.answering.number_words import counted, day_of, days_since, rate_in

__all__ = ["number_said", "pressures"]

_NOT_DONE: Final = re.compile(
    r"-+|n\.?d\.?|nil|none|no|(?:result |still )*(?:awaited|pending|outstanding)"
    r"|(?:none|no|not) (?:result|test|value|level)s?"
    r"|(?:it |that )?(?:was |has |is )?(?:not|never|n'?t) (?:been )?"
    r"(?:done|taken|measured|tested|checked|available|sent|back|known)(?: yet| so far)?"
    r"|(?:haven'?t|hasn'?t|wasn'?t|didn'?t|don'?t) (?:been )?"
    r"(?:done|take it|taken|measured?|tested|test|checked?|have (?:it|one|that))(?: yet)?"
)
"""What is said where the number of a test was asked for and there is none."""

_OLD: Final = re.compile(r"\s*(?:years?|yrs?|yo|y/o)\s*(?:old|of age)$|\s+old$|(?<=\d)\s*(?:yo|y/o)$")
_PRESSURE: Final = re.compile(
    r"(?:(?:the )?(?:bp|blood pressure)(?: (?:is|was))?:? )?(\d{2,3})\s*(?:/|over|on)\s*(\d{2,3})"
    r"(?:\s*mm\s?hg)?"
)
_NUMBER: Final = re.compile(r"(?<![\w.,/-])(\d+(?:[.,]\d+)?)\s*([a-zµ%][\w%/.]*)?(?![\w/-])")
_NO_UNITS: Final = {
    *("a", "at", "he", "i", "in", "it", "me", "my", "now"),
    *("of", "on", "our", "she", "so", "the", "we"),
}
"""Words that UCUM could read as units."""

_NO_ANSWER: Final = re.compile(
    r"\b(?:not|n't|no|isn't|wasn't|never|or|to|between|over|under|above|below|than|least|most|since|until|till"
    r"|before|born|was|were|if|when i|in my|in the|in her|in his)\b"
)
"""Words beside a number that make it another number, or none: what is said so is not guessed at."""

_VAGUE: Final = re.compile(
    r"(?:for |since |about |it'?s been )*(?:a few|several|some|many|a number of|lots of|ages"
    r"|a (?:long|short) (?:time|while)|a while|forever|always|all my life|as long as .*"
    r"|long|recently|lately|not long)?"
    r"\s*(?:seconds|minutes|hours|days|weeks|months|years|times|nights|decades)?"
)


def number_said(fact: Fact, line: str, low: str, today: datetime.date) -> Spoken:
    """The number that is meant by a line, `low` in small letters. Raises `Refused`, with the reason."""
    if low in NOT_KNOWN:
        return Spoken("unknown")
    if fact.burden != "history" and _NOT_DONE.fullmatch(low):
        return Spoken("unknown", understood=True)
    pressure = _PRESSURE.fullmatch(low) if fact.unit == "mm[Hg]" else None
    if pressure is not None and (which := _which_pressure(fact)) is not None:
        return Spoken(pressure[which], understood=True)
    rate = rate_in(low) if fact.unit is not None and fact.unit.startswith("/") else None
    if rate is not None:
        return Spoken(f"{in_unit(fact, *rate):g}", understood=True)
    if fact.unit in CALENDAR_UNITS and not fact.fixed and (timed := _timed(fact, low, today)) is not None:
        return Spoken(timed, understood=True)
    plain = counted(low)
    if fact.unit == "a":
        plain = _OLD.sub("", plain)
    elif _OLD.search(plain):
        raise Refused(f"`{line.strip()[:40]}` is an age", f"this question wants {fact.expected()}")
    if re.fullmatch(r"(?:19|20)\d\d", plain) and fact.unit in CALENDAR_UNITS:
        help = f"this question wants {fact.expected()}, with its unit"
        raise Refused(f"`{line.strip()}` may be a year", help)
    if not any(c.isdigit() for c in plain):
        raise _no_number(fact, line, low)
    alone = _alone(fact, plain)
    if alone is not None:
        return Spoken(alone, understood=True)
    return Spoken(plain, understood=True) if plain != low else Spoken(line)


def pressures(vocabulary: Vocabulary, fact: Fact, line: str) -> dict[str, str] | None:
    """Both numbers of a blood pressure by their facts, where the line gives both; else None."""
    found = (
        _PRESSURE.fullmatch(" ".join(line.lower().split()).strip(" .!,")) if fact.unit == "mm[Hg]" else None
    )
    if found is None or _which_pressure(fact) is None:
        return None
    both = {each.id: found[at] for each in vocabulary.values() if (at := _which_pressure(each)) is not None}
    return both if len(both) == 2 else None


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


def _no_number(fact: Fact, line: str, low: str) -> Refused:
    said = line.strip()[:40]
    if _VAGUE.fullmatch(low):
        example = f", such as `3 {low.split()[-1]}`" if low.endswith("s") else ""
        return Refused(f"`{said}` says it roughly", f"write about how many{example}, or `unknown`")
    if re.match(r"(?:ever )?since\b", low):
        help = "write how long it is (`3 weeks`, `2 years`), or the date (`2026-01-31`), or `unknown`"
        return Refused(f"`{said}` is no time that can be counted from", help)
    return Refused(f"`{said}` is no number", f"this question wants {fact.expected()}, or `unknown`")


def _alone(fact: Fact, text: str) -> str | None:
    """The one number in a sentence, with the unit beside it; None where the text is a number, or says more.

    A time needs its unit there: `since I was 40` is no time of 40 days. A number in a unit that is not the
    fact's is never taken without it.
    """
    found = list(_NUMBER.finditer(text))
    if _NO_ANSWER.search(text) or len(found) != 1:
        return None
    whole, number, unit = found[0][0], found[0][1], found[0][2] or ""
    if _is_unit(unit) or whole == number + unit:
        return f"{number} {unit}".strip() if whole != text and (_is_unit(unit) or not unit) else None
    return None if fact.unit in (*CALENDAR_UNITS, "h", "min", "s") and not fact.fixed else number


def _is_unit(word: str) -> bool:
    """Whether a word beside a number is a unit, or looks like one."""
    if not word or word in _NO_UNITS:
        return False
    quantity = quantity_of(word)
    return word in SPELLINGS or not word.isalpha() or (quantity is not None and quantity.listed)
