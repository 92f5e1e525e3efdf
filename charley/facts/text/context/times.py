"""Whether a time in a text is of the complaint, of something else that is named, or too long ago to count."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from functools import cached_property
from typing import Final

from charley.facts.text.meanings import Meaning
from charley.facts.text.numbers.quantities import is_of_time
from charley.facts.text.passage import Passage
from charley.facts.text.phrases import Match
from charley.facts.vocabulary import Fact

__all__ = ["Times", "is_event"]

_DATES: Final = {"in", "since", "last", "this", "early", "late", "mid", "until", "of"}
_YEARS: Final = {
    ("last", "year"),
    ("last", "summer"),
    ("last", "winter"),
    ("last", "spring"),
    ("last", "autumn"),
}
_NEAR: Final = 30
"""What a time belongs to is looked for in so many tokens around it."""


def is_event(fact: Fact) -> bool:
    """Whether a fact is an illness, a medicine, a test or an event, and no complaint of now."""
    return fact.when_past is not None or fact.within_days is not None or fact.answered_by == "lab"


class Times:
    """The spans of time of one text, beside what its phrases name."""

    def __init__(self, matches: list[Match[Meaning]], passage: Passage, facts: Mapping[str, Fact]) -> None:
        """`matches` are in the order of the text."""
        self._matches, self._passage, self._facts = matches, passage, facts
        self._firsts = [match.first for match in matches]

    def is_of_another(self, fact: Fact, match: Match[Meaning]) -> bool:
        """Whether a time or a rate belongs to an illness or a medicine that is named nearest to it."""
        if not is_of_time(fact):
            return False
        low, high = self._passage.clause(match.first)
        used = set(match.used)
        near: list[tuple[int, bool, bool]] = []
        for at in self._between(max(low, match.first - _NEAR), min(high, match.last + _NEAR)):
            other = self._matches[at]
            of = self._facts[other.meaning.fact]
            if of.id == fact.id or of.fixed or other.meaning.role == "nothing":
                continue
            apart = other.first - match.last if other.first > match.last else match.first - other.last
            near.append(
                (
                    0 if not used.isdisjoint(other.used) else max(apart, 0),
                    self._events[at],
                    of.within_days is not None,
                )
            )
        if near:
            nearest = min(apart for apart, _, _ in near)
            here = [(event, dated) for apart, event, dated in near if apart == nearest]
            return all(event for event, _ in here) or any(dated for _, dated in here)
        before = [
            of
            for at in self._between(self._passage.sentence(match.first)[0], low)
            if not (of := self._facts[self._matches[at].meaning.fact]).fixed
            and of.id != fact.id
            and self._matches[at].meaning.role != "nothing"
        ]
        if not before:  # `two weeks ago` alone may be of anything
            assert match.number is not None
            about = {*range(match.number.first, match.number.after)}
            return all(self._passage.tokens[place].low in ("ago", "back") for place in used - about)
        return is_event(before[-1])

    def _between(self, low: int, high: int) -> range:
        """The matches that begin between two places, at the most the last hundred of them."""
        begin, end = bisect_left(self._firsts, max(low, high - 200)), bisect_left(self._firsts, high)
        return range(max(begin, end - 100), end)

    @cached_property
    def _events(self) -> list[bool]:
        """For every match whether it is of an event or names a medicine."""
        medicine = [any(name == "MEDICINE" for name, _ in each) for each in self._passage.classes]
        return [
            is_event(self._facts[each.meaning.fact]) or any(medicine[place] for place in each.used)
            for each in self._matches
        ]

    def too_long_ago(self, within: float, match: Match[Meaning]) -> bool:
        """Whether the clause says that it was longer ago than counts."""
        low, high = self._passage.clause(match.first)
        tokens = self._passage.tokens
        for place in range(max(low, match.first - 30), min(high, match.last + 30)):
            before = tokens[place - 1].low if place > low else ""
            if (self._passage.is_a("MONTH", place) and before in _DATES) or (
                before,
                tokens[place].low,
            ) in _YEARS:
                return True  # nobody knows how long ago that was, or it was long ago
            for number in self._passage.numbers.get(place, ()):
                ago = number.after < high and tokens[number.after].low in ("ago", "back", "since", "earlier")
                if number.days is not None and ago and number.days > within:
                    return True
                if number.days is None and 1900 < number.value < 2100 and tokens[place].low.isdigit():
                    return True  # a year
        return False
