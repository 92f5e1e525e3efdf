"""Whether it is plain that a fact is denied, or plain that it is not. Where it is neither, nothing is taken.

A denial that reaches a phrase denies it where nothing stands between them, or items of a list, or words that
change nothing. A phrase beside a denial that denies nothing else is not stated."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from charley.facts.text.context.scopes import Scopes, Trigger
from charley.facts.text.meanings import Meaning
from charley.facts.text.passage import Passage
from charley.facts.text.phrases import Match

__all__ = ["Certainty"]

_ITEM: Final = 5
"""The most words in an item of a list that nothing was understood of."""

_FAR: Final = 60
"""No more tokens around a phrase are looked at."""

_BESIDE: Final = 4
"""So near a denial may be of a phrase."""


class Certainty:
    """What is plain and what is not in one text."""

    def __init__(self, matches: list[Match[Meaning]], passage: Passage, scopes: Scopes) -> None:
        self._passage, self._tokens, self._scopes = passage, passage.tokens, scopes
        self._named = {place for match in matches for place in match.used}
        self._denying = {
            place
            for match in matches
            for trigger in scopes.of(match)
            for place in range(trigger.first, trigger.after)
        }
        self._lists = {
            each.after - 1
            for each in scopes.triggers
            if each.kind == "negation" and each.reach in ("list", "series") and each.after < each.high
        }
        self._explained = self._named | self._denying
        for trigger in scopes.triggers:
            if trigger.kind != "negation":
                self._explained.update(range(trigger.first, trigger.after))

    def of_denial(self, match: Match[Meaning], triggers: list[Trigger]) -> bool:
        """Whether it is plain that these triggers deny a match, or that two of them cancel one another."""
        denials = [each for each in triggers if each.kind == "negation"]
        outer = [each for each in denials if each.reach == "through"]  # `it is not that it does not hurt`
        if len({each.after for each in denials}) > 1:
            return len(denials) == 2 and len(outer) == 1
        if self._is_universal(match) or self._is_limited(match):
            return False
        return all(self._reaches_plainly(each, match) for each in denials)

    def of_statement(self, match: Match[Meaning]) -> bool:
        """Whether no denial stands at a match that denies nothing else: `whole leg swollen no`."""
        low, high = self._passage.clause(match.first)
        before = range(max(low, match.first - _BESIDE), match.first)
        if self._scopes.has_exception((*before, *range(match.first, match.last + 1))):
            return True  # `a no to all of them apart from the swelling`
        if self._is_broken(match) or self._is_answered(match) or self._is_gloss(match):
            return False
        if self._ends_denied_list(match) or self._is_normal(match):
            return False
        end = high - 1 if self._tokens[high - 1].kind == "mark" else high
        if match.last < end - 1 <= match.last + _BESIDE and self._denies([end - 1]):
            return end - 1 in self._named or end - 1 in self._denying
        return not self._denies([at for at in before if at not in self._explained])

    def _is_normal(self, match: Match[Meaning]) -> bool:
        """Whether all that is said of a part or a deed is that it is normal: `wash my hair fine`."""
        place, end = match.last + 1, self._passage.clause(match.last)[1]
        while place < end and self._passage.is_a("LIGHT", place):
            place += 1
        if place >= end:
            return False
        after = max((last for name, last in self._passage.classes[place] if name == "NORMAL"), default=0)
        return after > 0 and (after >= len(self._tokens) or self._passage.closes(after))

    def _is_broken(self, match: Match[Meaning]) -> bool:
        """Whether a denial stands among the words of a match: `the statin has not been stopped`."""
        return any(
            self._passage.is_a("DENIAL", place)
            and not any(each.kind == "none" and each.first < match.first for each in self._scopes.at(place))
            for place in range(match.first, match.last)
            if place not in self._named
        )

    def _denies(self, places: Iterable[int]) -> bool:
        return any(self._passage.is_a("DENIAL", place) for place in places)

    def _is_answered(self, match: Match[Meaning]) -> bool:
        """Whether only a denial follows: `cold foot, no, both are warm`, `the rest (collapse, fever) no`."""
        place, size = match.last + 1, min(len(self._tokens) - 1, match.last + _FAR)
        if place < size and self._tokens[place].low in (",", ":") and self._is_answer(place):
            return True
        while place < size and self._tokens[place].low not in ("(", ")") and not self._passage.ends(place):
            place += 1
        return place < size and self._tokens[place].low == ")" and self._is_answer(place)

    def _is_answer(self, mark: int) -> bool:
        """Whether a denial that denies nothing else follows a mark."""
        answer = mark + 1
        if not self._denies([answer]) or answer in self._denying:
            return False
        return self._tokens[mark].low == ":" or self._passage.closes(answer + 1)

    def _is_gloss(self, match: Match[Meaning]) -> bool:
        """Whether brackets name what is denied or over: `no longer on a water tablet (indapamide)`."""
        place = match.first - 1
        if place < 1 or self._tokens[place].low != "(":
            return False
        low = max(self._passage.clause(place)[0], place - _FAR)
        return any(
            trigger.kind in ("negation", "ended") and trigger.first >= low and trigger.high >= place
            for trigger in self._scopes.at(place - 1)
        )

    def _ends_denied_list(self, match: Match[Meaning]) -> bool:
        """Whether bare items lead back to a denial that may go on: `denies fever, palps, 3 nights`."""
        begin = max(self._passage.sentence(match.first)[0], match.first - _FAR)
        low, high = self._passage.clause(match.first)
        after = range(match.last + 1, min(high, match.last + _ITEM))
        high = next((at for at in after if self._passage.is_a("EITHER", at)), high)
        while low > begin and self._tokens[low - 1].low == "," and self._is_bare(low, high):
            high = low - 1
            low = self._passage.clause(high)[0]
            for place in range(low, high):
                if place in self._lists:
                    return self._is_bare(place + 1, high)
        return False

    def _is_bare(self, low: int, high: int) -> bool:
        """Whether these are a few words that only name something."""
        if high - low > 2 * _ITEM:
            return False
        words = [place for place in range(low, high) if self._tokens[place].kind != "mark"]
        return len(words) <= _ITEM and not any(
            self._tokens[place].kind == "number"
            or self._passage.is_a("ASSERTS", place)
            or place in self._scopes.verbs
            for place in words
        )

    def _reaches_plainly(self, trigger: Trigger, match: Match[Meaning]) -> bool:
        if trigger.reach in ("all", "through"):
            return True
        behind = match.last < trigger.first
        if not behind and match.first < trigger.after:
            return True
        low, high = (match.last + 1, trigger.first) if behind else (trigger.after, match.first)
        return self._is_plain(low, high, behind, trigger.reach)

    def _is_plain(self, low: int, high: int, behind: bool, reach: str) -> bool:
        """Whether what stands between is the items of a list, or changes nothing."""
        listed = low < high and self._passage.is_a("EITHER", high - 1)
        unknown = _ITEM if listed or reach in ("list", "series") else 0
        while behind and low < high and self._tokens[high - 1].kind == "mark":
            high -= 1  # `breathlessness, palpitations - none`
        item = low
        for place in range(low, high + 1):
            if place < high and not self._passage.is_a("JOIN", place):
                continue
            if place < high and self._passage.is_a("AND", place) and reach != "series":
                return False  # `has not passed urine and has reduced sensation`
            beside = item == low if behind else place == high
            if not self._is_item(item, place, beside, listed, unknown):
                return False
            item = place + 1
        return True

    def _is_item(self, low: int, high: int, beside: bool, listed: bool, unknown: int) -> bool:
        for place in range(low, high):
            if self._is_light(place):
                continue
            if place in self._named:
                if beside and not self._is_listed(high):
                    return False
                continue
            asserts = self._passage.is_a("ASSERTS", place) and not listed
            if beside or asserts or place in self._scopes.verbs:
                return False
            unknown -= 1
        return unknown >= 0

    def _is_light(self, place: int) -> bool:
        return bool(self._passage.filler[place]) or any(
            name in ("LIGHT", "SITE", "KNEE", "BACK", "OTHERPART") for name, _ in self._passage.classes[place]
        )

    def _is_listed(self, place: int) -> bool:
        high = min(self._passage.clause(place)[1], place + _FAR)
        return any(self._passage.is_a("EITHER", at) for at in range(place, high))

    def _is_limited(self, match: Match[Meaning]) -> bool:
        """Whether a denial holds only for a time: `no swelling until Monday`, `denied it at first`."""
        low, high = self._passage.clause(match.first)
        return any(
            self._passage.is_a("LIMIT", place) for place in range(low, high) if place not in self._named
        )

    def _is_universal(self, match: Match[Meaning]) -> bool:
        """Whether only that it is so everywhere or always is denied: `the whole leg is not swollen`."""
        places = range(max(match.first - 2, 0), match.last + 1)
        return any(self._passage.is_a("UNIVERSAL", at) and at not in match.used for at in places)
