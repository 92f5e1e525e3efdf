"""The words of a text that say something of which nothing was understood."""

from __future__ import annotations

from collections.abc import Iterator

from charley.facts.text.mentions import Mention
from charley.facts.text.passage import Passage

__all__ = ["not_understood"]


def not_understood(passage: Passage, mentions: list[Mention]) -> Iterator[tuple[int, int]]:
    """The clauses of which nothing was understood and that say something, and names that were left over."""
    read = {place for mention in mentions for place in (mention.match.first, mention.match.last)}
    told = [mention for mention in mentions if mention.status != "dropped"]
    near = {place for mention in told for place in range(mention.match.first - 1, mention.match.last + 2)}
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
    """The names of complaints, illnesses and medicines in a clause that no fact was taken from."""
    place = low
    while place < high:
        end = max((end for name, end in passage.classes[place] if name == "TELLING"), default=0)
        if end and end <= high and near.isdisjoint(range(place, end)):
            yield passage.tokens[place].start, passage.tokens[end - 1].end
        place = max(end, place + 1)
