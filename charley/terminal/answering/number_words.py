"""Numbers and times as people say them: `about sixty`, `a couple of weeks`, `since Monday`."""

from __future__ import annotations

import datetime
import re
from typing import Final

__all__ = ["counted", "day_of", "in_figures", "place_of"]

_SMALL: Final = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
_TENS: Final = "twenty thirty forty fifty sixty seventy eighty ninety"
_VALUES: Final = {
    **{word: at for at, word in enumerate(_SMALL.split(" "))},
    **{word: 10 * at for at, word in enumerate(_TENS.split(" "), 2)},
}
_PLACES: Final = "first second third fourth fifth sixth seventh eighth ninth"
_ORDINALS: Final = {word: at for at, word in enumerate(_PLACES.split(" "), 1)}
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_AS_DAYS: Final = {
    "today": 0,
    "this morning": 0,
    "tonight": 0,
    "just now": 0,
    "yesterday": 1,
    "last night": 1,
}
_ABOUT: Final = re.compile(
    r"(?:(?:i'?m|i am|it'?s|it is|it was|for|maybe|probably|say|just (?:turned|over|under)?|about"
    r"|around|roughly|some"
    r"|approx(?:imately|\.)?|circa|nearly|almost|coming up to|getting on for)\s+"
    r"|[~c]\.?\s*(?=\d))+(?=[\d.])"
)
_ISH: Final = re.compile(
    r"(?<=[\da-z])\s*-?(?:\bish|(?<=\d)ish|or so|odd|or thereabouts|give or take|ago|now)$"
)
_PHRASES: Final = (
    (re.compile(r"\b(?:a )?couple(?: of)?\b"), "2"),
    (re.compile(r"\b(?:a )?fortnight\b"), "2 weeks"),
    (re.compile(r"\bhalf (?:a|an) year\b"), "6 months"),
    (re.compile(r"\b(?:a |one )?hundred(?: and)?\b"), "100"),
    (re.compile(r"\b(\d+) and a half\b"), r"\1.5"),
    (re.compile(r"\b(an?)(?= (?:year|month|week|day|hour|minute)\b)"), "1"),
)


def counted(low: str) -> str:
    """The text with its number in figures, and without what only says that it is no exact one."""
    text = low if any(c.isdigit() for c in low) else in_figures(low)
    for pattern, figures in _PHRASES:
        text = pattern.sub(figures, text)
    text = re.sub(r"\b100 (\d{1,2})\b", lambda found: str(100 + int(found[1])), text)
    return _ISH.sub("", _ABOUT.sub("", text)).strip()


def in_figures(low: str) -> str:
    """`about sixty-five years` as `about 65 years`."""
    said: list[str] = []
    before: int | None = None
    for word in re.sub(r"(?<=[a-z])-(?=[a-z])", " ", low).split():
        value = _VALUES.get(word)
        if value is not None and before is not None and before >= 20 and value < 10:
            said[-1] = str(before + value)
            before = None
            continue
        said.append(word if value is None else str(value))
        before = value
    return " ".join(said)


def day_of(low: str, today: datetime.date) -> datetime.date | None:
    """The day that is meant by `yesterday` or `since Monday`, the last one before today."""
    text = re.sub(r"^(?:it )?(?:began |started )?(?:only )?(?:since |from |on )?(?:last (?!night))?", "", low)
    if text in _AS_DAYS:
        return today - datetime.timedelta(days=_AS_DAYS[text])
    if text in _DAYS:
        return today - datetime.timedelta(days=(today.weekday() - _DAYS.index(text) - 1) % 7 + 1)
    return None


def place_of(low: str) -> int | None:
    """Which one of a list is meant by `2`, `#2`, `2)`, `the second one` or `two`."""
    text = re.sub(
        r"^(?:the |number |no\.? |option |answer |choice |#|\()+|(?: one|\)|\.|:)+$", "", low
    ).strip()
    digits = re.fullmatch(r"(\d+)(?:st|nd|rd|th)?", text)
    if digits is not None:
        return int(digits[1])
    return _ORDINALS.get(text, _VALUES.get(text))
