"""Where what was begun in a clause goes on, and where a new clause begins."""

from __future__ import annotations

from typing import Final

from charley.facts.text.context.lists import Lists

__all__ = ["Clauses"]

_AND: Final = {"and", "&", "+", "plus", "n"}
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
_OWNERS: Final = {"my", "his", "her"}
_OF: Final = {"in", "of", "on", "to", "with", "down", "up", "over", "for"}
"""What follows them with an owner belongs to what is before: `if pins and needles in my feet begin`."""

_TELLS_TO: Final = {"call", "ring", "phone", "attend", "refer", "return", "seek", "review", "contact", "dial"}
"""What is to be done on a condition."""

_EASES: Final = {"help", "ease", "relieve", "touch", "shift", "cure", "improve", "fix"}
_DETERMINERS: Final = {"the", "my", "his", "her", "this", "these", "with", "any"}
_FAR: Final = 60
"""No trigger reaches over more tokens than this."""


class Clauses(Lists):
    """How far a trigger reaches, forward and backward."""

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
            if kind == "past" and self._goes_on_with_medicine(place):
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
                if self.passage.is_dash(place):
                    return place
            goes_on = token.low != "," or reach == "all" or self.list_goes_on(place, begin, reach)
            if not goes_on or (token.low == "," and reach != "all" and self.is_normal_item(place)):
                return place
            place += 1
        return place

    def condition(self, begin: int) -> int:
        """The place after the condition that `if` begins: `if the foot goes cold`, not what follows."""
        place, last = begin, min(len(self.tokens), begin + _FAR)
        while place < last:
            low, before = self.tokens[place].low, self.tokens[place - 1].low
            if (self.passage.ends(place) and place > begin) or self.passage.is_end_mark(place):
                break
            resumes = low in _RESUMES and not (low in _OWNERS and before in _OF)
            if place > begin + 1 and (resumes or self.tokens[place].stem in _TELLS_TO):
                break
            place += 1
        return place

    def _no_relief(self, place: int, begin: int) -> bool:
        """Whether this is what is not eased: `ice did not help the swelling` does not deny the swelling."""
        return (
            place > begin and self.tokens[place - 1].stem in _EASES and self.tokens[place].low in _DETERMINERS
        )

    def _goes_on_with_medicine(self, place: int) -> bool:
        """Whether what is taken now follows what was once: `prev DVT on apixaban`."""
        after = place + 1
        return (
            self.tokens[place].low == "on"
            and after < len(self.tokens)
            and self.passage.is_a("MEDICINE", after)
        )

    def backward(self, begin: int) -> int:
        """The first place that a trigger at `begin` reaches back to."""
        place, low = begin, max(0, begin - _FAR)
        all_of_them = begin > 0 and self.tokens[begin - 1].low in ("all", "both")
        all_of_them = all_of_them or self.answers_list(begin)
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
