"""Which of several results of one test is that of now."""

from __future__ import annotations

from typing import Final

from charley.facts.text.numbers.number import Number
from charley.facts.text.passage import Passage

__all__ = ["newest"]

_ARROWS: Final = {"\u2192", "->", "=>"}
_REPEATED: Final = {"repeat", "repeated", "rpt"}
_LATELY: Final = {
    *_REPEATED,
    *("now", "today", "yesterday", "latest", "currently", "monday", "tuesday", "wednesday", "thursday"),
    *("friday", "saturday", "sunday"),
}
"""Words beside the newer of two results."""
_MOST_RESULTS: Final = 6
"""So many results of one test are followed."""

_BEFORE: Final = {"was", "previously", "prev", "previous", "from", "before"}
"""Words beside the older one, although a day is told: `3.1 (was 2.8 on Friday)`."""


def newest(text: Passage, number: Number) -> Number:
    """The result of now, where older ones stand before it: `14 in March and is 52 now`, `2.6 -> 3.9`."""
    for _ in range(_MOST_RESULTS):
        later = _newer(text, number)
        if later is None:
            break
        number = later
    return number


def _newer(text: Passage, number: Number) -> Number | None:
    """The result of now, where an older one stands before it: `14 in March and is 52 now`."""
    place = _after_brackets(text, number.after)
    arrow = "".join(token.low for token in text.tokens[place : place + 2])
    if arrow[:1] in _ARROWS or arrow in _ARROWS:  # `2.6 -> 3.9`
        after = place + (1 if arrow[:1] in _ARROWS else 2)
        after += after < len(text.tokens) and text.tokens[after].low in ("today", "now")
        return next((each for each in text.numbers.get(after, ()) if each.days is None), None)
    for at in range(number.after, min(number.after + 9, len(text.tokens))):
        follows = text.tokens[at + 1].low if at + 1 < len(text.tokens) else ""
        if text.tokens[at].low in (".", ";", ":") and follows not in ("repeat", "rpt"):
            return None
        for later in text.numbers.get(at, ()):
            around = text.tokens[max(at - 2, number.after) : at] + text.tokens[later.after : later.after + 2]
            lately = any(token.low in _LATELY for token in around)
            if later.days is not None or not lately or any(token.low in _BEFORE for token in around):
                continue
            if not _is_of_another_test(text, number, at):
                return later
    return None


def _after_brackets(text: Passage, place: int) -> int:
    """Where a text goes on behind a remark: `620 (ULN 190) -> 540`."""
    if place < len(text.tokens) and text.tokens[place].low == "(":
        for at in range(place + 1, min(place + 6, len(text.tokens))):
            if text.tokens[at].low == ")":
                return at + 1
    return place


def _is_of_another_test(text: Passage, number: Number, later: int) -> bool:
    """Whether a repeated result is that of another test: `eGFR 58. Repeat Na 122`."""
    if later < 2 or text.tokens[later - 2].low not in _REPEATED:
        return False
    name = text.tokens[later - 1]
    linked = any(each in ("LINK", "FILLER") for each, _ in text.classes[later - 1])
    own = {token.low for token in text.tokens[max(number.first - 3, 0) : number.first]}
    return name.kind == "word" and not linked and name.low not in {*own, *_LATELY}
