"""Whether a medicine that is named is taken now, or may be over, refused, swapped or only spoken of."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Final

from charley.facts.text.context.scopes import Trigger
from charley.facts.text.passage import Passage
from charley.facts.text.phrases import Match

__all__ = ["ends_a_medicine", "may_be_over", "names_medicine", "taken_up_again"]

_FAR: Final = 12
"""So many tokens around a medicine are looked at."""

_SHORT: Final = 5
"""A clause of so few tokens goes on about the medicine before it: `tried, no help, stopped`."""

_TAKEN: Final = {"take", "on", "use", "start", "restart", "continue", "need", "still"}
"""A verb between an ending and a medicine: something else was ended (`stopped smoking and takes ..`)."""

_OTHERWISE: Final = {
    "smoke",
    "smoking",
    "drink",
    "drinking",
    "alcohol",
    "work",
    "working",
    "run",
    "running",
    "vaping",
}
"""What was left off where it follows an ending that stands after a medicine."""

_BEGUN: Final = {"start", "since", "begin", "commence", "put", "prescribe", "initiate"}
_DATED: Final = {"ago", "year"}
"""What dates a beginning: `was changed to haloperidol a month ago`."""

_WAS: Final = [[be, verb] for be in ("was", "were") for verb in ("on", "taking", "given", "using", "stopped")]
_SWAPPED: Final = {"swap", "switch", "chang", "change", "replac", "replace"}
_INSTEAD: Final = {"for", "to", "with", "by", "onto"}
_AGAIN: Final = {"restart", "resum", "rechalleng", "recommenc", "reintroduc"}
_BACK_ON: Final = {("back", "on"), ("start", "again"), ("try", "again"), ("take", "again")}
_WOULD: Final = {"'d", "would", "will", "might", "could"}
_MEANT: Final = {"it", "them", "this", "that", "these", "those"}
_NAMELESS: Final = {"it", "them", "those", "these"}
_LATER: Final = 40
"""So many tokens after a medicine `it` may be the medicine."""

_DENIES: Final = {"not", "never", "no", "cannot"}


def names_medicine(match: Match[Any], passage: Passage) -> bool:
    """Whether a medicine is among the words of a match."""
    return any(name == "MEDICINE" for place in match.used for name, _ in passage.classes[place])


def ends_a_medicine(match: Match[Any], triggers: list[Trigger], passage: Passage) -> bool:
    """Whether only a medicine is told to be over, and the match is none: `finished chemotherapy for ..`."""
    ended = [trigger.term for trigger in triggers if trigger.kind == "ended"]
    return bool(ended) and all("MEDICINE" in term for term in ended) and not names_medicine(match, passage)


def may_be_over(match: Match[Any], passage: Passage) -> bool:
    """Whether words around the medicine of a match say that it may be over, or was never begun."""
    low, high = _segment(match, passage)
    used = set(match.used)
    if _was_in_a_year(low, high, passage) or _on_condition(match, passage) or _ended_later(match, passage):
        return True
    begun = any(token.stem in (*_BEGUN, *_SWAPPED) for token in passage.tokens[low : match.first])
    for place in range(low, high):
        end = max((end for name, end in passage.classes[place] if name == "OVERWORD"), default=0)
        if [token.low for token in passage.tokens[place : place + 2]] in _WAS:
            end = place + 1
        since = place > low and passage.tokens[place - 1].low == "since"  # `since last year` it is taken
        since = since or (begun and end > 0 and passage.tokens[end - 1].low in _DATED)
        if end and not since and used.isdisjoint(range(place, end)) and _is_of(match, place, end, passage):
            return True
    return False


def taken_up_again(match: Match[Any], passage: Passage) -> bool:
    """Whether a medicine that was ended is told to be taken again: `off it .. when I restarted it`."""
    words = passage.tokens[match.last + 1 : min(passage.sentence(match.last)[1], match.last + 2 * _FAR)]
    if any(word.low in _DENIES for word in words):
        return False
    pairs = {(one.stem, other.stem) for one, other in pairwise(words)}
    return any(word.stem in _AGAIN for word in words) or bool(pairs & _BACK_ON)


def _on_condition(match: Match[Any], passage: Passage) -> bool:
    """Whether a medicine would only be given if: `they'd put me on apixaban if the scan showed it`."""
    low, high = passage.sentence(match.first)
    before = passage.tokens[max(low, match.first - _SHORT) : match.first]
    after = passage.tokens[match.last + 1 : min(high, match.last + _SHORT)]
    return any(each.low in _WOULD for each in before) and any(each.low == "if" for each in after)


def _ended_later(match: Match[Any], passage: Passage) -> bool:
    """Whether it is told later that the medicine named last is over: `started X. .. Stopped it`."""
    tokens = passage.tokens
    for place in range(match.last + 1, min(match.last + _LATER, len(tokens) - 1)):
        if passage.is_a("MEDICINE", place):
            return False
        end = max((end for name, end in passage.classes[place] if name == "OVERWORD"), default=0)
        undone = any(token.low in (*_DENIES, *_WOULD, "to") for token in tokens[place - 2 : place + 1])
        if end and end < len(tokens) and not undone and tokens[end].low in _NAMELESS:
            return True
    return False


def _segment(match: Match[Any], passage: Passage) -> tuple[int, int]:
    """The clause around a medicine, and the next ones that say something of `it` or begin with an ending."""
    low, high = passage.clause(match.first)
    last = min(passage.sentence(match.first)[1], match.last + 2 * _FAR)
    while high < last:
        end = min(passage.clause(high)[1], last)
        begins = {name for name, _ in passage.classes[high]}
        meant = any(token.low in _MEANT for token in passage.tokens[high:end])
        goes_on = "OVERWORD" in begins or meant or end - high <= _SHORT
        if not goes_on or passage.tokens[high - 1].low == ";" or _names_other(high, end, passage):
            break
        high = end
    if low > 0 and passage.tokens[low - 1].low == "(":  # `came off the Nytol (the diphenhydramine one)`
        low = passage.clause(low - 1)[0]
    return max(low, match.first - _FAR), min(high, last)


def _was_in_a_year(low: int, high: int, passage: Passage) -> bool:
    """Whether a year is told in which it was taken, and not the one since when."""
    tokens = passage.tokens[low:high]
    if any(token.stem in _BEGUN or token.low == "still" for token in tokens):
        return False
    return any(
        token.low == "in" and after.kind == "number" and len(after.low) == 4 and after.low[:2] in ("19", "20")
        for token, after in pairwise(tokens)
    )


def _names_other(low: int, high: int, passage: Passage) -> bool:
    return any(name == "MEDICINE" for place in range(low, high) for name, _ in passage.classes[place])


def _is_of(match: Match[Any], place: int, end: int, passage: Passage) -> bool:
    """Whether the words of an ending belong to this medicine, and are not denied."""
    tokens = passage.tokens
    if any(token.low in _DENIES for token in tokens[max(place - 2, 0) : place]):
        return False
    if end < len(tokens) and tokens[end].low in _OTHERWISE:
        return False
    swapped = any(token.stem in _SWAPPED for token in tokens[place : match.first])
    if swapped and tokens[match.first - 1].low in _INSTEAD:
        return False  # `ramipril was swapped for losartan`
    between = range(end, match.first) if place < match.first else range(match.last + 1, place)
    glossed = next((at for at in between if tokens[at].low == "("), None)
    if glossed is not None and place < match.first:
        between = range(glossed, match.first)
    after_was = tokens[place].low in ("was", "were")
    if place < match.first and not after_was and any(tokens[at].stem in _TAKEN for at in between):
        return False
    return not any(name == "MEDICINE" for at in between for name, _ in passage.classes[at])
