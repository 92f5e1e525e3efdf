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
_SUBJECTS: Final = {"i", "he", "she", "it", "its", "they", "we", "there", "you"}
_STOPS: Final = {"terminator", "correction", "if"}
"""Kinds of triggers at which the reach of another one ends."""

_RESUMES: Final = {
    "i",
    "it",
    "its",
    "they",
    "he",
    "she",
    "my",
    "his",
    "her",
    "we",
    "then",
    ",",
    ";",
    ":",
    "(",
    ")",
}
_TELLS_TO: Final = {"call", "ring", "phone", "attend", "refer", "return", "seek", "review", "contact", "dial"}
"""What is to be done on a condition."""

_EASES: Final = {"help", "ease", "relieve", "touch", "shift", "cure", "improve", "fix"}
_DETERMINERS: Final = {"the", "my", "his", "her", "this", "these", "with", "any"}
_OWNERS: Final = {"my", "his", "her", "the", "both", "our"}
_NORMAL: Final = {"normal", "intact", "fine", "ok", "okay", "preserved", "unremarkable", "nad"}
"""What an item of a list ends in that says that something is as it should be."""

_ITEM: Final = 4
"""The most words in an item of a list."""

_FAR: Final = 60
"""No trigger reaches over more tokens than this."""


class Clauses:
    """How far a trigger reaches, forward and backward."""

    def __init__(self, passage: Passage, starts: Mapping[int, Match[Term]], verbs: Container[int]) -> None:
        self.passage, self.tokens = passage, passage.tokens
        self._starts, self._verbs = starts, verbs

    def forward(self, begin: int, kind: str, reach: str) -> int:
        """The place after all that a trigger before `begin` reaches."""
        place, last = begin, min(len(self.tokens), begin + _FAR)
        while place < last:
            token, here = self.tokens[place], self._starts.get(place)
            if (self.passage.ends(place) and place > begin) or self.passage.is_end_mark(place):
                return place
            all_that_follows = reach == "all" and token.low == ":"
            if here is not None and here.meaning[0] in _STOPS and not all_that_follows:
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
            goes_on = token.low != "," or reach == "all" or self._list_goes_on(place, begin, reach)
            if not goes_on or (token.low == "," and reach != "all" and self._is_normal_item(place)):
                return place
            place += 1
        return place

    def condition(self, begin: int) -> int:
        """The place after the condition that `if` begins: `if the foot goes cold`, not what follows."""
        place, last = begin, min(len(self.tokens), begin + _FAR)
        while place < last:
            low = self.tokens[place].low
            if (self.passage.ends(place) and place > begin) or self.passage.is_end_mark(place):
                break
            if place > begin + 1 and (low in _RESUMES or self.tokens[place].stem in _TELLS_TO):
                break
            place += 1
        return place

    def tail(self, begin: int, comma: int) -> int:
        """Where one bare item after a denial ends, which may be denied or not: `no fever, night sweats.`"""
        if comma >= len(self.tokens) or self.tokens[comma].low != "," or not self._is_bare(begin, comma):
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

    def is_verb(self, place: int) -> bool:
        """Whether a verb with a subject stands here, and no noun of the same form."""
        if place not in self._verbs:
            return False
        if not self.passage.is_a("VERBORNOUN", place):
            return True
        return any(token.low in (*_OWNERS, *_SUBJECTS) for token in self.tokens[max(place - 3, 0) : place])

    def _no_relief(self, place: int, begin: int) -> bool:
        """Whether this is what is not eased: `ice did not help the swelling` does not deny the swelling."""
        return (
            place > begin and self.tokens[place - 1].stem in _EASES and self.tokens[place].low in _DETERMINERS
        )

    def backward(self, begin: int) -> int:
        """The first place that a trigger at `begin` reaches back to."""
        place, low = begin, max(0, begin - _FAR)
        all_of_them = begin > 0 and self.tokens[begin - 1].low in ("all", "both")
        all_of_them = all_of_them or self._answers_list(begin)
        while place > low and not self.passage.ends(place):
            token, here = self.tokens[place - 1], self._starts.get(place - 1)
            if here is not None and here.meaning[0] == "terminator":
                return place
            if (token.low == "," and not all_of_them) or token.low == "with":
                return place  # `on amiloride with the thiazide stopped`
            if token.low in ("and", "but") and self.new_clause(place - 1):
                return place
            place -= 1
        return place

    def _answers_list(self, begin: int) -> bool:
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

    def _list_goes_on(self, comma: int, begin: int, reach: str) -> bool:
        """Whether one more item follows this comma of a list that was begun at `begin`.

        The list is closed by `or` or `nor`, or has three or more bare items: `no pain, falls, fever`.
        """
        words, closed = 0, False
        items, bare = 1 + sum(token.low == "," for token in self.tokens[begin:comma]), reach == "list"
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
                words = 0
                continue
            words += 1
            if words > _ITEM:
                return closed
        return closed or (bare and items > 1) or self._denied(comma)

    def _is_normal_item(self, comma: int) -> bool:
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
