"""How soon: the time frame of every urgency, and the words of time in a text that says what to do.

The first expression of time in such a text is its instruction. What is said under a condition ("now if the
leg turns cold") speaks of another patient, and what is counted from an event ("within 3 days of the rash") is
no instruction. Texts are read in English.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Annotated, NamedTuple

from pydantic import Field

from charley.documents.model import Frozen, ReadOnlyDict
from charley.facts.wording import Wording
from charley.rules.rule import Urgency

__all__ = ["TIME_FRAMES", "TimeFrame", "TimeWords", "time_words", "untimed"]


class TimeFrame(Frozen):
    """How soon an urgency is: at most so many days, 0 for at once, and how that is said."""

    within_days: Annotated[float, Field(ge=0, le=366, strict=True)] | None = None
    wording: Wording


_USUAL: dict[Urgency, tuple[float | None, str]] = {
    "emergency": (0, "now"),
    "same_day": (1, "be assessed today"),
    "soon": (14, "within two weeks, sooner if worse"),
    "routine": (None, "an ordinary appointment, or self-care"),
}
# Made without a check: pydantic would prepare two models for it whenever a command starts.
TIME_FRAMES: ReadOnlyDict[Urgency, TimeFrame] = ReadOnlyDict(
    {
        urgency: TimeFrame.made(
            within_days=days, wording=Wording.made(clinician=words, student=None, patient=None)
        )
        for urgency, (days, words) in _USUAL.items()
    }
)
"""What urgencies mean where a base does not say otherwise."""

MOST = 1024
"""So many texts of rules are kept without their time: more than a base has."""

_COUNTS = {"a": 1, "an": 1, "the": 1, "one": 1, "two": 2, "couple": 2, "three": 3, "few": 3, "four": 4}
_COUNTS |= {"five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12}
_DAYS = {"minute": 0.0, "hour": 1 / 24, "day": 1.0, "week": 7.0, "fortnight": 14.0, "month": 30.0}
_COUNT = rf"\d+|{'|'.join(_COUNTS)}"
# Texts, and not compiled here: `re` does that when they are first used, and most commands use none.
_EXPRESSION = r"""(?ix)
      (?P<now> \b(?:now(?!\sand\sthen) | at\sonce | immediately | (?:right|straight)\saway
               | call\s(?:the\s)?emergency\sservices | 999 | 112 | 911)\b )
    | (?P<today> \b(?:today | tonight | this\sevening | same[\s-]day)\b )
    | (?P<tomorrow> \btomorrow\b )
    | (?P<this> \bthis\s(?P<this_unit>week|month)\b )
    | \b(?:with)?in\s(?:the\snext\s|about\s|a\s(?=few|couple))?
      (?:(?P<first>COUNT)\s(?:of\s)?)?(?:(?:to|or)\s(?P<last>COUNT)\s)?
      (?:working\s)?(?P<unit>minute|hour|day|week|fortnight|month)s?\b(?!\s(?:of|after|from|before)\b)
    | \ba\s(?P<some>few|couple\sof)\s(?P<some_unit>day|week)s\b(?!\s(?:of|after|from|before)\b)
    """.replace("COUNT", _COUNT)
_SENTENCE = r"[^.;:!?]+"
_PART = r"[^,]+"
_CONDITION = r"(?i)\b(?:if|unless|when|whenever|(?<!at\s)once|until|in\scase|while|sooner|otherwise)\b"


class TimeWords(NamedTuple):
    """An expression of time: the words, how many days they leave, whether a condition goes with them, and
    whether they name no number ("within days").
    """

    words: str
    days: float
    conditional: bool
    vague: bool


def time_words(text: str) -> Iterator[TimeWords]:
    """The expressions of time in a text, in its order.

    A condition at the head of a sentence holds for all of it; elsewhere, for what stands between commas.
    """
    for sentence in re.finditer(_SENTENCE, " ".join(text.split())):
        whole = sentence[0].strip()
        headed = re.match(_CONDITION, whole) is not None
        for part in re.finditer(_PART, whole):
            conditional = headed or re.search(_CONDITION, part[0]) is not None
            for found in re.finditer(_EXPRESSION, part[0]):
                vague = bool(found["unit"]) and not found["first"]
                yield TimeWords(found[0], _days(found), conditional, vague)


@lru_cache(MOST)
def untimed(text: str) -> str:
    """A text without its expressions of time, those under a condition kept: what to do, and not how soon."""
    plain = " ".join(text.split())
    gone = [False] * len(plain)
    for sentence in re.finditer(_SENTENCE, plain):
        headed = re.match(_CONDITION, sentence[0].strip()) is not None
        for part in re.finditer(_PART, sentence[0]):
            if headed or re.search(_CONDITION, part[0]) is not None:
                continue
            for found in re.finditer(_EXPRESSION, part[0]):
                begin = sentence.start() + part.start()
                gone[begin + found.start() : begin + found.end()] = [True] * len(found[0])
    left = "".join(" " if hidden else letter for letter, hidden in zip(plain, gone, strict=True))
    left = re.sub(r"\s+([,;:.!?])", r"\1", " ".join(left.split()))
    left = re.sub(r"([,;:])(?:\s*[,;:])+", r"\1", left)
    left = re.sub(r"\bthe(?=[.,;:]|$)", "", left)
    left = re.sub(r"(^|[.!?]\s)[\s.,;:]+", r"\1", left).strip()
    return re.sub(r"(^|[.!?]\s+)([a-z])", lambda found: found[1] + found[2].upper(), left)


def _days(found: re.Match[str]) -> float:
    if found["now"]:
        return 0
    if found["today"]:
        return 1
    if found["tomorrow"]:
        return 2
    if found["this"]:
        return _DAYS[found["this_unit"].lower()]
    if found["some"]:
        return _count(found["some"].split()[0]) * _DAYS[found["some_unit"].lower()]
    count, unit = found["last"] or found["first"], found["unit"].lower()
    # "Within hours" and "within days", without a number.
    days = (_count(count) if count else _COUNTS["few"]) * _DAYS[unit]
    return 0 if days <= _DAYS["hour"] else max(1.0, days)


def _count(word: str) -> int:
    return int(word) if word.isdigit() else _COUNTS[word.lower()]
