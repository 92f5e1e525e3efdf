"""A text as it is read: its tokens, the word classes at each, its numbers, its sentences and clauses."""

from __future__ import annotations

import datetime
from bisect import bisect_left
from collections.abc import Callable, Iterator
from typing import Any, Final

from charley.facts.text.numbers.number import numbers_in
from charley.facts.text.tokens import Token, tokenize
from charley.facts.text.words import Words

__all__ = ["Passage"]

_ENDS: Final = {".", "!", "?"}
_MARKS: Final = {",", ";", ":", "(", ")", "but", "though", "although"}
_GOES_ON: Final = {
    ",",
    ":",
    "/",
    "and",
    "or",
    "nor",
    "with",
    "of",
    "the",
    "a",
    "my",
    "his",
    "her",
    "for",
    "to",
    "in",
    "on",
    "than",
}
"""What no sentence ends in."""

_NARROW: Final = 40
"""No text is written in lines so short that words do not fit in them."""

_ABBREVIATED: Final = {
    "approx",
    "dr",
    "mr",
    "mrs",
    "ms",
    "e.g",
    "eg",
    "ie",
    "vs",
    "prev",
    "hx",
    "c",
    "esp",
    "incl",
}


class Passage:
    """A text with what phrases and scopes look at, made in one pass.

    `steps` are what a phrase can go on with at each place, with the place after it: the stem, the very
    word, its classes. `fitting` keeps for the numbers that were met which branches of phrases they can take.
    """

    def __init__(
        self,
        text: str,
        words: Words,
        respelled: Callable[[Token], Token] | None = None,
        today: datetime.date | None = None,
    ) -> None:
        self.text = text
        tokens = tokenize(text)
        if respelled is not None:
            tokens = [respelled(token) if token.kind == "word" else token for token in tokens]
        self.tokens = tokens
        self.numbers = numbers_in(tokens, today)
        self._number_places = sorted(self.numbers)
        self.fitting: dict[tuple[Any, ...], list[Any]] = {}
        self.classes = [list(words.at(tokens, place)) for place in range(len(tokens))]
        self.steps = [[*_steps(token, place + 1), *self.classes[place]] for place, token in enumerate(tokens)]
        self.filler = [
            max((end for name, end in classes if name == "FILLER"), default=0) for classes in self.classes
        ]
        self._width = max(map(len, text.split("\n")))
        self._ends: list[bool] = []
        for place in range(len(tokens) + 1):
            self._ends.append(self._ends_before(place))
        bounds = [ends or tokens[place - 1].low in _MARKS for place, ends in enumerate(self._ends[:-1])] + [
            True
        ]
        self._sentences = _spans(self._ends)
        self._clauses = _spans(bounds)

    def is_a(self, name: str, place: int) -> bool:
        """Whether a word of this class stands here."""
        return any(each == name for each, _ in self.classes[place])

    def stand_for(self, pronoun: int, part: int) -> None:
        """Let a pronoun be met by the phrases that speak of what it stands for."""
        self.steps[pronoun] += [(step, pronoun + 1) for step, _ in self.steps[part]]

    def ends(self, place: int) -> bool:
        """Whether a sentence ends before this place."""
        return self._ends[place]

    def closes(self, place: int) -> bool:
        """Whether nothing of the clause follows at this place."""
        return self.ends(place) or self.tokens[place].kind == "mark"

    def sentence(self, place: int) -> tuple[int, int]:
        """Where the sentence around a place begins, and the place after it."""
        return self._sentences[place]

    def clause(self, place: int) -> tuple[int, int]:
        """Where the clause around a place begins, and the place after it."""
        return self._clauses[place]

    def has_number(self, low: int, high: int) -> bool:
        """Whether a number begins at one of these places."""
        at = bisect_left(self._number_places, low)
        return at < len(self._number_places) and self._number_places[at] < high

    def clauses(self) -> list[tuple[int, int]]:
        """All clauses in order."""
        return sorted(set(self._clauses))

    def is_dash(self, place: int) -> bool:
        """Whether a dash stands here between spaces."""
        token, after = self.tokens[place], self.tokens[place + 1 : place + 2]
        free = not after or after[0].start > token.end
        return token.low in ("-", "–") and free and place > 0 and self.tokens[place - 1].end < token.start

    def is_end_mark(self, place: int) -> bool:
        """Whether this is the mark that ends a sentence."""
        return self.tokens[place].low in _ENDS and self._ends[place + 1]

    def is_dot_inside(self, place: int) -> bool:
        """Whether this is the dot of an abbreviation, and no end of a sentence."""
        token = self.tokens[place]
        if token.low != "." or place == 0 or place + 1 >= len(self.tokens):
            return False
        before, after = self.tokens[place - 1], self.tokens[place + 1]
        if after.start == token.end and after.kind == "word":
            return True
        return before.low in _ABBREVIATED and before.end == token.start

    def _ends_before(self, place: int) -> bool:
        if place in (0, len(self.tokens)):
            return True
        before, token = self.tokens[place - 1], self.tokens[place]
        if before.low in _ENDS and not self.is_dot_inside(place - 1):
            sign = before.low == "?" and (before.end == token.start or self._ends[place - 1])
            return not (sign or self._trails_off(place))  # the sign in `?DVT` begins something
        between = self.text[before.end : token.start]
        if "\n" not in between:
            return False
        if not self._is_wrapped(before, token) and before.low not in _GOES_ON:
            return True
        heading = any(each.low == ":" for each in self.tokens[place : place + 4])
        return between.count("\n") > 1 or heading or token.low in ("-", "*", "•")

    def _trails_off(self, place: int) -> bool:
        """Whether dots before this place only mark a pause: `I have warfarin... no, that's my wife`."""
        before, dots = self.tokens[max(place - 2, 0) : place], self.tokens[place].low == "."
        if before[-1].low != ".":
            return False
        return dots or (before[0].low == "." and self.text[self.tokens[place].start].islower())

    def _is_wrapped(self, before: Token, token: Token) -> bool:
        """Whether a line ends only because the next word did not fit in it."""
        line = before.end - (self.text.rfind("\n", 0, before.end) + 1)
        return line + 1 + token.end - token.start > self._width >= _NARROW


def _steps(token: Token, after: int) -> Iterator[tuple[str, int]]:
    """What the words of a phrase may be compared with; `when i walk` is met by `when he walks` too."""
    yield token.stem, after
    yield "=" + token.low, after
    if token.low in ("he", "she"):
        yield "i", after


def _spans(bounds: list[bool]) -> list[tuple[int, int]]:
    """For every place the first and the after-last place of the stretch it lies in."""
    spans: list[tuple[int, int]] = []
    low = 0
    for place in range(1, len(bounds)):
        if bounds[place]:
            spans += [(low, place)] * (place - low)
            low = place
    return spans
