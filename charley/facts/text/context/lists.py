"""Lists of what is denied or said, and where the next item or a clause with a verb of its own begins."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Final

from charley.facts.text.passage import Passage
from charley.facts.text.phrases import Match

__all__ = ["Lists", "Term"]

Term = tuple[str, str, str]
"""Kind, direction and reach of a trigger."""

_AND: Final = {"and", "&", "+", "plus", "n"}
_SUBJECTS: Final = {"i", "he", "she", "it", "its", "they", "we", "there", "you"}
_OWNERS: Final = {"my", "his", "her", "the", "both", "our"}
_NORMAL: Final = {"normal", "intact", "fine", "ok", "okay", "preserved", "unremarkable", "nad"}
"""What an item of a list ends in that says that something is as it should be."""

_ITEM: Final = 4
"""The most words in an item of a list."""

_FAR: Final = 60
"""No trigger reaches over more tokens than this."""


class Lists:
    """The lists and verbs of one text, with the triggers that begin in it."""

    def __init__(self, passage: Passage, starts: Mapping[int, Match[Term]], verbs: Container[int]) -> None:
        self.passage, self.tokens = passage, passage.tokens
        self._starts, self._verbs = starts, verbs

    def is_verb(self, place: int) -> bool:
        """Whether a verb with a subject stands here, and no noun of the same form."""
        if place not in self._verbs:
            return False
        if not self.passage.is_a("VERBORNOUN", place):
            return True
        return any(token.low in (*_OWNERS, *_SUBJECTS) for token in self.tokens[max(place - 3, 0) : place])

    def new_clause(self, place: int) -> bool:
        """Whether a clause with a verb of its own begins after this `and`."""
        token = self.tokens[place]
        if place + 1 >= len(self.tokens):
            return True
        after = self.tokens[place + 1]
        if token.low == "+":
            return after.start == token.end and self.tokens[place - 1].end < token.start
        here = self._starts.get(place + 1 + (after.low.endswith("ly") and place + 2 < len(self.tokens)))
        if after.low in _SUBJECTS or after.low == "only" or self.is_verb(place + 1):
            return True
        if here is not None and here.meaning[0] in ("negation", "other", "terminator", "ended", "past"):
            return True
        for at in range(place + 1, min(place + 8, len(self.tokens))):
            if (self.passage.ends(at) and at > place + 1) or self.tokens[at].low in (
                ",",
                ";",
                "and",
                "or",
                ".",
                "but",
            ):
                return False
            if self.is_verb(at):
                return True
        return False

    def tail(self, begin: int, comma: int) -> int:
        """Where one bare item after a denial ends, which may be denied or not: `no fever, night sweats.`"""
        if comma >= len(self.tokens) or self.tokens[comma].low != "," or not self._is_bare(begin, comma):
            return comma
        if self.is_normal_item(comma):
            return comma
        end = self.passage.sentence(comma)[1]
        if end - comma > _ITEM + 2:
            return comma
        end -= self.passage.is_end_mark(end - 1)
        return end if comma + 1 < end and self._is_bare(comma + 1, end) else comma

    def _is_bare(self, low: int, high: int) -> bool:
        """Whether these are a few words that only name something, so that a denial may go on over them."""
        return high - low <= _ITEM and not any(
            self.tokens[place].kind != "word"
            or self.passage.is_a("ASSERTS", place)
            or self.tokens[place].low in _SUBJECTS
            or self.is_verb(place)
            or place in self._starts
            for place in range(low, high)
        )

    def answers_list(self, begin: int) -> bool:
        """Whether an answer is to a list of bare items: `fever, chest pain, haemoptysis: nil`."""
        if self.tokens[begin].low not in (":", "-", "–", "nil", "none", "="):
            return False
        low, item = max(self.passage.sentence(begin)[0], begin - _FAR), begin
        for place in range(begin - 1, low - 2, -1):
            if place >= low and self.tokens[place].low not in (",", "/", "and", "or"):
                continue
            if not self._is_bare(place + 1, item):
                return False
            item = place
        return True

    def list_goes_on(self, comma: int, begin: int, reach: str) -> bool:
        """Whether one more item follows this comma of a list that was begun at `begin`.

        The list is closed by `or` or `nor`, and a series by `and`, or it has three or more bare items:
        `no pain, falls, fever`.
        """
        words, closed = 0, False
        items, bare = (
            1 + sum(token.low == "," for token in self.tokens[begin:comma]),
            reach in ("list", "series"),
        )
        for place in range(comma + 1, min(comma + _FAR, len(self.tokens))):
            token, here = self.tokens[place], self._starts.get(place)
            if (self.passage.ends(place) and place > comma + 1) or self.passage.is_end_mark(place):
                break
            if token.low in (";", ":", "(", ")"):
                break
            if here is not None and here.meaning[0] in ("terminator", "negation", "later", "ended"):
                return closed
            if token.low in _SUBJECTS or self.is_verb(place):
                return closed
            if token.low in (",", "or", "nor") and not self._is_vague(place):
                words, closed, items = 0, closed or token.low != ",", items + 1
                continue
            bare = bare and token.kind == "word" and not self.passage.is_a("ASSERTS", place)
            if token.low in _AND:
                if self.new_clause(place):
                    return closed
                ends_it = not any(map(self.is_verb, range(place, self.passage.clause(place)[1])))
                words, closed = 0, closed or (reach == "series" and ends_it)
                continue
            words += 1
            if words > _ITEM:
                return closed
        return closed or (bare and items > 1) or self._denied(comma)

    def is_normal_item(self, comma: int) -> bool:
        """Whether a sentence ends in something that is normal: `denies numbness, bladder normal`."""
        end = self.passage.sentence(comma)[1]
        end -= self.passage.is_end_mark(end - 1)
        item = self.tokens[comma + 1 : end]
        short = 1 < len(item) <= _ITEM + 1 and all(token.low != "," for token in item)
        return short and item[-1].low in _NORMAL

    def _is_vague(self, place: int) -> bool:
        """Whether this `or` is of `more or less`, and closes no list."""
        after = self.tokens[place + 1].low if place + 1 < len(self.tokens) else ""
        return self.tokens[place].low == "or" and after in ("less", "so", "thereabouts", "not")

    def _denied(self, comma: int) -> bool:
        """Whether the list was begun with `denies`, after which a whole sentence is a list."""
        low = max(self.passage.sentence(comma)[0], comma - _FAR)
        for place in range(comma, low - 1, -1):
            here = self._starts.get(place)
            if here is not None and here.meaning[0] == "negation":
                return self.tokens[here.first].stem == "deny"
        return False
