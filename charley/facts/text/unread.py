"""The words of a text that say something of which nothing was understood."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from charley.facts.text.mentions import Mention
from charley.facts.text.passage import Passage

__all__ = ["not_understood"]

_PART: Final = 4
"""So many words before and after what is left over are shown with it."""


def not_understood(passage: Passage, mentions: list[Mention]) -> Iterator[tuple[int, int]]:
    """The clauses of which nothing was understood and that say something, names that were left over, and
    results whose numbers are no values.
    """
    left = list(_clauses(passage, [mention for mention in mentions if mention.status != "unreadable"]))
    told = {place for each in mentions if each.status in ("stated", "doubtful") for place in each.match.used}
    for mention in mentions:
        first, last = mention.match.first, mention.match.last
        start, end = passage.tokens[first].start, passage.tokens[last].end
        if mention.status != "unreadable" or not told.isdisjoint(range(first, last + 1)):
            continue
        if all(end <= low or high <= start for low, high in left):
            left.append((start, end))
    yield from sorted(left)


def _clauses(passage: Passage, mentions: list[Mention]) -> Iterator[tuple[int, int]]:
    read = {place for mention in mentions for place in (mention.match.first, mention.match.last)}
    told = [mention for mention in mentions if mention.status != "dropped"]
    near = {place for mention in told for used in mention.match.used for place in range(used - 1, used + 2)}
    for low, high in passage.clauses():
        if any(place in read for place in range(low, high)):
            yield from _left_over(passage, low, high, near)
            continue
        telling = [
            token
            for place, token in enumerate(passage.tokens[low:high], low)
            if token.kind == "word"
            and len(token.low) > 3
            and not passage.is_a("SMALLTALK", place)
            and not passage.filler[place]
        ]
        words = [token for token in passage.tokens[low:high] if token.kind != "mark"]
        if len(telling) > 1:
            yield words[0].start, words[-1].end
        else:
            yield from _left_over(passage, low, high, near)


def _left_over(passage: Passage, low: int, high: int, near: set[int]) -> Iterator[tuple[int, int]]:
    """The parts of a clause with a complaint, illness, medicine or time that no fact was taken from."""
    place = low
    while place < high:
        end = max((end for name, end in passage.classes[place] if name == "TELLING"), default=0)
        times = [each.after for each in passage.numbers.get(place, ()) if each.days is not None]
        end = max(end, *times, 0)
        if end and end <= high and near.isdisjoint(range(place, end)):
            first, after = (place, end) if passage.is_a("NAMED", place) else _part(passage, place, end, near)
            first, after = max(first, low), min(after, high)
            yield passage.tokens[first].start, passage.tokens[after - 1].end
            end = after
        place = max(end, place + 1)


def _part(passage: Passage, low: int, high: int, near: set[int]) -> tuple[int, int]:
    """The words around some others up to what was read, or to where something else is told."""
    first, after = low, high
    while first > 0 and low - first < _PART and not _parts(passage, first - 1, near):
        first -= 1
    while after < len(passage.tokens) and after - high < _PART and not _parts(passage, after, near):
        after += 1
    return first, after


def _parts(passage: Passage, place: int, near: set[int]) -> bool:
    token = passage.tokens[place]
    return place in near or token.kind == "mark" or passage.is_a("JOIN", place)
