"""Numbers and times as people say them: `about sixty`, `a couple of weeks`, `since Monday`."""

from __future__ import annotations

import datetime
import re
from typing import Final

__all__ = ["counted", "day_of", "days_since", "in_figures", "place_of", "rate_in"]

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
    r"(?<!\w)(?:(?:i'?m|i am|he'?s|he is|she'?s|she is|it'?s|it is|it was"
    r"|i'?d (?:say|put it at)|i would say|i think|for|an?|maybe|probably|say|just (?:turned|over|under)?"
    r"|about"
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
    (re.compile(r"\b(?:half an|a half|half) hour\b"), "30 minutes"),
    (re.compile(r"\b(?:a )?quarter of an hour\b"), "15 minutes"),
    (
        re.compile(r"\b(?:an?|one|1) (year|month|week|day|hour|minute|second) or (?:two|2|so)\b"),
        r"1 to 2 \1s",
    ),
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
        bare = word.rstrip(",;")
        value = _VALUES.get(bare)
        if value is not None and before is not None and before >= 20 and value < 10:
            said[-1] = str(before + value)
            before = None
            continue
        said.append(word if value is None else str(value) + word[len(bare) :])
        before = value if word == bare else None
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


_YEAR: Final = "january february march april may june july august september october november december"
_MONTHS: Final = tuple(_YEAR.split(" "))
_TIMES: Final = {"once": 1, "twice": 2, "thrice": 3}
_NAMED_RATES: Final = {"nightly": "/d", "daily": "/d", "weekly": "/wk", "monthly": "/mo", "hourly": "/h"}
_PERIODS: Final = {"night": "/d", "day": "/d", "week": "/wk", "month": "/mo", "year": "/a", "hour": "/h"}
_RATE: Final = re.compile(
    r"(?:about |around |maybe |roughly |some )*(once|twice|thrice|\d+)(?: times?| attacks?| cramps?)?"
    r"(?: (?:an?|per|each|every|the) | ?/ ?)(night|day|week|month|year|hour)"
)


def days_since(low: str, today: datetime.date) -> tuple[int, int] | None:
    """How many days ago a month or a year was, at least and at most: `since March`, `since 2019`."""
    text = re.sub(r"^(?:it )?(?:began |started )?(?:only |ever )?(?:since|from|in)(?: last)? ", "", low)
    if text == low:
        return None
    year = re.fullmatch(r"(?:19|20)\d\d", text)
    if year is not None and int(text) < today.year:
        first, last = datetime.date(int(text), 1, 1), datetime.date(int(text), 12, 31)
    else:
        named = [at for at, month in enumerate(_MONTHS, 1) if text in (month, month[:3])]
        if not named or named[0] == today.month:
            return None
        first = datetime.date(today.year - (named[0] > today.month), named[0], 1)
        last = (first + datetime.timedelta(days=31)).replace(day=1) - datetime.timedelta(days=1)
    return (today - last).days, (today - first).days


def rate_in(low: str) -> tuple[float, str] | None:
    """How often in which time: `three times a week`, `every night`, `nightly`."""
    text = in_figures(re.sub(r"^(?:it'?s |it is |i get (?:it|them) )", "", low))
    if text in _NAMED_RATES:
        return 1, _NAMED_RATES[text]
    every = re.fullmatch(r"(?:every|each) (?:single )?(night|day|week|month|hour)", text)
    if every is not None:
        return 1, _PERIODS[every[1]]
    nights = re.fullmatch(r"(\d+) (?:nights|days)(?: (?:a|per) week| out of 7)", text)
    if nights is not None:
        return int(nights[1]), "/wk"
    found = _RATE.fullmatch(text)
    if found is None:
        return None
    return _TIMES.get(found[1]) or int(found[1]), _PERIODS[found[2]]
