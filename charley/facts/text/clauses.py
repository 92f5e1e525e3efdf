"""Where what was begun in a clause goes on, and where a new clause begins."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Final

from charley.facts.text.passage import Passage
from charley.facts.text.phrases import Match

__all__ = ["Clauses", "Term"]

Term = tuple[str, str, str]
"""Kind, direction and reach of a trigger."""

_AND: Final = {"and", "&", "+", "plus", "n"}
_SUBJECTS: Final = {"i", "he", "she", "it", "they", "we", "there", "you"}
_EASES: Final = {"help", "ease", "relieve", "touch", "shift", "cure", "improve", "fix"}
_DETERMINERS: Final = {"the", "my", "his", "her", "this", "these", "with", "any"}
_FAR: Final = 60
"""No trigger reaches over more tokens than this."""


class Clauses:
    """How far a trigger reaches, forward and backward."""

    def __init__(self, passage: Passage, starts: Mapping[int, Match[Term]], verbs: Container[int]) -> None:
        self.passage, self.tokens = passage, passage.tokens
        self._starts, self._verbs = starts, verbs

    def forward(self, begin: int, kind: str, reach: str) -> int:
        """The place after all that a trigger before `begin` reaches."""
        place = begin
        while place < min(len(self.tokens), begin + _FAR):
            token, here = self.tokens[place], self._starts.get(place)
            if (self.passage.ends(place) and place > begin) or self.passage.is_end_mark(place):
                return place
            all_that_follows = reach == "all" and token.low == ":"
            if here is not None and here.meaning[0] in ("terminator", "correction") and not all_that_follows:
                return place
            if kind == "negation" and self._no_relief(place, begin):
                return place
            if place > begin:
                again = here is not None and here.meaning[0] == "negation" == kind
                if (
                    again
                    and reach != "through"
                    and here is not None
                    and here.meaning[1] in ("forward", "answer")
                ):
                    return place
                if token.low in _AND and reach != "all" and self.new_clause(place):
                    return place
                if token.low in ("-", "–") and self._apart(place):
                    return place
            if token.low == "," and reach != "all" and not self._list_goes_on(place):
                return place
            place += 1
        return place

    def _no_relief(self, place: int, begin: int) -> bool:
        """Whether this is what is not eased: `ice did not help the swelling` does not deny the swelling."""
        return (
            place > begin and self.tokens[place - 1].stem in _EASES and self.tokens[place].low in _DETERMINERS
        )

    def backward(self, begin: int) -> int:
        """The first place that a trigger at `begin` reaches back to."""
        place = begin
        all_of_them = place > 0 and self.tokens[place - 1].low in ("all", "both")
        while place > max(0, begin - _FAR) and not self.passage.ends(place):
            token, here = self.tokens[place - 1], self._starts.get(place - 1)
            if here is not None and here.meaning[0] == "terminator":
                return place
            if (token.low == "," and not all_of_them) or token.low == "with":
                return place  # `on amiloride with the thiazide stopped`
            if token.low in ("and", "but") and self.new_clause(place - 1):
                return place
            place -= 1
        return place

    def _apart(self, place: int) -> bool:
        """Whether a dash stands between spaces."""
        token = self.tokens[place]
        after = self.tokens[place + 1].start if place + 1 < len(self.tokens) else token.end + 1
        return after > token.end and self.tokens[place - 1].end < token.start

    def new_clause(self, place: int) -> bool:
        """Whether a clause with a verb of its own begins after this `and`."""
        token = self.tokens[place]
        if place + 1 >= len(self.tokens):
            return True
        after = self.tokens[place + 1]
        if token.low == "+":
            return after.start == token.end and self.tokens[place - 1].end < token.start
        here = self._starts.get(place + 1)
        if after.low in _SUBJECTS or place + 1 in self._verbs:
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
            if at in self._verbs:
                return True
        return False

    def _list_goes_on(self, comma: int) -> bool:
        """Whether one more item follows this comma of a list that `or` or `nor` closes, or that is denied."""
        words, closed = 0, False
        for place in range(comma + 1, min(comma + _FAR, len(self.tokens))):
            token, here = self.tokens[place], self._starts.get(place)
            if (self.passage.ends(place) and place > comma + 1) or self.passage.is_end_mark(place):
                break
            if token.low in (";", ":", "(", ")"):
                break
            if here is not None and here.meaning[0] in ("terminator", "negation", "later", "ended"):
                return closed
            if token.low in _SUBJECTS or place in self._verbs:
                return closed
            if token.low in (",", "or", "nor"):
                words, closed = 0, closed or token.low != ","
                continue
            if token.low in _AND:
                if self.new_clause(place):
                    return closed
                words = 0
                continue
            words += 1
            if words > 4:
                return closed
        return closed or self._denied(comma)

    def _denied(self, comma: int) -> bool:
        """Whether the list was begun with `denies`, after which a whole sentence is a list."""
        low = max(self.passage.sentence(comma)[0], comma - _FAR)
        for place in range(comma, low - 1, -1):
            here = self._starts.get(place)
            if here is not None and here.meaning[0] == "negation":
                return self.tokens[here.first].stem == "deny"
        return False
