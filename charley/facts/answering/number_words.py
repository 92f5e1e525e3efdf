"""Numbers and times as people say them: `about sixty`, `a couple of weeks`, `since Monday`, `mid 50s`."""

from __future__ import annotations

import datetime
import re
from functools import cache
from typing import Final

from charley.facts.answering.wording import pattern, words
from charley.facts.text import language_data
from charley.facts.text.numbers.number import days_since_weekday

__all__ = ["ORDINALS", "age_in", "counted", "day_of", "days_since", "in_figures", "place_of", "rate_in"]

_NUMBERS: Final = language_data("english", "numbers")
_VALUES: Final = {word: int(value) for word, value in _NUMBERS["values"].items()}
_TIMES: Final = {word: int(value) for word, value in _NUMBERS["times_over"].items()}
ORDINALS: Final = {word: int(value) for word, value in _NUMBERS["ordinals"].items()}
_TENS: Final = 20
"""From here on a number is said in two words: `twenty one`."""


def counted(low: str) -> str:
    """The text with its number in figures, and without what only says that it is no exact one."""
    text = low if any(c.isdigit() for c in low) else in_figures(low)
    for said, figures in _rewritten():
        text = said.sub(figures, text)
    text = re.sub(r"\b100 (\d{1,2})\b", lambda found: str(100 + int(found[1])), text)
    return pattern("after_a_number").sub("", _about().sub("", text)).strip(" ,")


def in_figures(low: str) -> str:
    """`about sixty-five years` as `about 65 years`."""
    said: list[str] = []
    before: int | None = None
    for word in re.sub(r"(?<=[a-z])-(?=[a-z])", " ", low).split():
        bare = word.rstrip(",;")
        value = _VALUES.get(bare)
        if value is not None and before is not None and before >= _TENS and 0 < value < 10:
            said[-1] = str(before + value)
            before = None
            continue
        said.append(word if value is None else str(value) + word[len(bare) :])
        before = value if word == bare else None
    return " ".join(said)


def day_of(low: str, today: datetime.date) -> datetime.date | None:
    """The day that is meant by `yesterday`, `since Monday` or `since Christmas`: the last one."""
    text = pattern("before_a_day").sub("", low)
    if text in _NUMBERS["days_ago"]:
        return today - datetime.timedelta(days=int(_NUMBERS["days_ago"][text]))
    weekday = days_since_weekday(text, today)
    if weekday is not None:
        return today - datetime.timedelta(days=weekday)
    if text in _NUMBERS["days"]:
        month, day = map(int, _NUMBERS["days"][text].split("-"))
        this_year = datetime.date(today.year, month, day)
        return this_year if this_year <= today else this_year.replace(year=today.year - 1)
    return None


def days_since(low: str, today: datetime.date) -> tuple[int, int] | None:
    """How many days ago a month or a year was, at least and at most: `since March`, `since 2019`."""
    text = pattern("before_a_month").sub("", low)
    if text == low:
        return None
    year = re.fullmatch(r"(?:19|20)\d\d", text)
    if year is not None and int(text) < today.year:
        first, last = datetime.date(int(text), 1, 1), datetime.date(int(text), 12, 31)
    else:
        named = [at for at, month in enumerate(_NUMBERS["months"], 1) if text in (month, month[:3])]
        if not named or named[0] == today.month:
            return None
        first = datetime.date(today.year - (named[0] > today.month), named[0], 1)
        last = (first + datetime.timedelta(days=31)).replace(day=1) - datetime.timedelta(days=1)
    return (today - last).days, (today - first).days


def age_in(low: str, today: datetime.date) -> int | None:
    """The age that is meant by `born in 1972`, `mid 50s` or `54 next month`.

    Of a year of birth it is the age that most of those born in it have today.
    """
    born = pattern("born").fullmatch(low)
    if born is not None:
        return today.year - int(born[1]) - (today.month <= 6)
    part = _part_of_ten_years().fullmatch(low)
    if part is not None:
        ten = words("ten_years").get(part[2], part[2])
        return int(ten) + int(words("parts_of_ten_years")[part[1]])
    coming = pattern("birthday_to_come").fullmatch(in_figures(low))
    return None if coming is None else int(next(filter(None, coming.groups()))) - 1


def rate_in(low: str) -> tuple[float, str] | None:
    """How often in which time: `three times a week`, `every night`, `most nights`."""
    text = pattern("before_a_rate").sub("", low)
    rates, periods = words("rates"), words("periods")
    if text in rates:
        times, _, time = rates[text].partition("/")
        return float(times), f"/{time}"
    text = counted(text)
    period = f"({'|'.join(periods)})"
    every = re.fullmatch(rf"(?:every|each) (?:single )?{period}", text)
    if every is not None:
        return 1, f"/{periods[every[1]]}"
    nights = re.fullmatch(r"(\d+) (?:nights|days)(?: (?:a|1|per) week| out of 7)", text)
    if nights is not None:
        return int(nights[1]), "/wk"
    count = rf"({'|'.join(_TIMES)}|\d+)(?:(?: or | to | ?- ?)({'|'.join(_TIMES)}|\d+))?"
    found = re.fullmatch(
        rf"{count}(?: times?| attacks?| cramps?)?(?: (?:an?|per|each|every|the|1) | ?/ ?){period}", text
    )
    if found is None:
        return None
    counts = [_TIMES.get(each) or int(each) for each in found.groups()[:2] if each]
    return sum(counts) / len(counts), f"/{periods[found[3]]}"


def place_of(low: str) -> int | None:
    """Which one of a list is meant by `2`, `#2`, `2)`, `the second one` or `two`."""
    text = pattern("after_a_place").sub("", pattern("before_a_place").sub("", low)).strip()
    digits = re.fullmatch(r"(\d+)(?:st|nd|rd|th)?", text)
    if digits is not None:
        return int(digits[1])
    return ORDINALS.get(text, _VALUES.get(text))


@cache
def _rewritten() -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(said), figures) for said, figures in words("rewritten")]


@cache
def _about() -> re.Pattern[str]:
    """What stands before a number and changes nothing of it, as often as it stands there."""
    return re.compile(rf"(?<!\w)(?:(?:{pattern('before_a_number').pattern})\s+|[~c]\.?\s*(?=\d))+(?=[\d.])")


@cache
def _part_of_ten_years() -> re.Pattern[str]:
    said = words("part_of_ten_years")
    for name, among in (("PART", words("parts_of_ten_years")), ("TEN", words("ten_years"))):
        said = said.replace(name, "|".join(among))
    return re.compile(said)
