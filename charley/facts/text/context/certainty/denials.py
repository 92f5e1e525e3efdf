"""Whether it is plain that a phrase is denied: between it and the denial stands nothing, or items of a list,
or words that change nothing."""

from __future__ import annotations

from typing import Final

from charley.facts.text.context.certainty.around import FAR, ITEM, Around
from charley.facts.text.context.denials import is_exception
from charley.facts.text.context.scopes import Trigger
from charley.facts.text.meanings import Meaning
from charley.facts.text.phrases import Match

__all__ = ["Denials"]

_TIMES: Final = {"at", "in", "when", "on", "after", "if", "during", "while", "for"}
"""What begins a time or a condition after an exception."""


class Denials:
    """What is plainly denied in one text."""

    def __init__(self, around: Around) -> None:
        self._around = around
        self._passage, self._tokens, self._scopes = around.passage, around.tokens, around.scopes

    def is_plain(self, match: Match[Meaning], triggers: list[Trigger]) -> bool:
        """Whether it is plain that these triggers deny a match, or that two of them cancel one another."""
        denials = [each for each in triggers if each.kind == "negation"]
        outer = [each for each in denials if each.reach == "through"]  # `it is not that it does not hurt`
        if len({each.after for each in denials}) > 1:
            return len(denials) == 2 and len(outer) == 1
        if self.is_partial(match):
            return False
        if any(self._is_presupposed(each, match) for each in denials):
            return False
        return all(self._reaches_plainly(each, match) for each in denials)

    def is_partial(self, match: Match[Meaning]) -> bool:
        """Whether a denial leaves open that it is so at times, or in part."""
        return self._is_universal(match) or self._is_limited(match) or self._is_cut_back(match)

    def _reaches_plainly(self, trigger: Trigger, match: Match[Meaning]) -> bool:
        if trigger.reach in ("all", "through"):
            return True
        if trigger.reach == "asked":
            return not self._is_part_of_asked(match, trigger)
        behind = match.last < trigger.first
        if not behind and match.first < trigger.after:
            return True
        low, high = (match.last + 1, trigger.first) if behind else (trigger.after, match.first)
        return self._is_clear(low, high, behind, trigger.reach)

    def _is_part_of_asked(self, match: Match[Meaning], trigger: Trigger) -> bool:
        """Whether what is denied is more than this: the walking in `pain in your calf on walking? No`."""
        joins = [at for at in range(trigger.low, trigger.high) if self._passage.is_a("JOIN", at)]
        low = max((at for at in joins if at < match.first), default=trigger.low)
        high = min((at for at in joins if at > match.last), default=trigger.high)
        return any(
            len(other.used) > len(match.used) and other.last < high
            for at in range(low, high)
            for other in self._around.starting.get(at, ())
            if other.meaning.fact != match.meaning.fact
        )

    def _is_clear(self, low: int, high: int, behind: bool, reach: str) -> bool:
        """Whether what stands between is the items of a list, or changes nothing."""
        listed = low < high and self._passage.is_a("EITHER", high - 1)
        unknown = ITEM if listed or reach in ("list", "series") else 0
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
            if self._around.is_light(place):
                continue
            if place in self._around.named:
                if beside and not self._is_listed(high):
                    return False
                continue
            asserts = self._passage.is_a("ASSERTS", place) and not listed
            if beside or asserts or place in self._scopes.verbs:
                return False
            unknown -= 1
        return unknown >= 0

    def _is_listed(self, place: int) -> bool:
        high = min(self._passage.clause(place)[1], place + FAR)
        return any(self._passage.is_a("EITHER", at) for at in range(place, high))

    def _is_limited(self, match: Match[Meaning]) -> bool:
        """Whether a denial holds only for a time: `no swelling until Monday`, `denied it at first`."""
        low, high = self._passage.clause(match.first)
        return any(
            self._passage.is_a("LIMIT", place)
            for place in range(low, high)
            if place not in self._around.named
        )

    def _is_universal(self, match: Match[Meaning]) -> bool:
        """Whether only that it is so everywhere or always is denied: `the whole leg is not swollen`."""
        low, high = max(match.first - 2, 0), min(match.last + 3, self._passage.clause(match.last)[1])
        words = [
            at for at in range(low, high) if self._passage.is_a("UNIVERSAL", at) and at not in match.used
        ]
        return any(at < match.last or self._is_always(at) for at in words)

    def _is_always(self, place: int) -> bool:
        """Whether `always` or `every night` stands here, and not `not .. at all`, `no .. so far`."""
        return self._tokens[place].low in ("all", "every", "always", "constantly") and (
            self._tokens[place - 1].low != "at"
        )

    def _is_cut_back(self, match: Match[Meaning]) -> bool:
        """Whether something is taken out of a denial: `no cramps except at night`.

        `No fever or rash apart from sunburn` cuts nothing back where what follows has a name of its own.
        """
        place, end = match.last + 1, self._passage.sentence(match.last)[1]
        words = [token.low for token in self._tokens[place : min(place + 3, end)]]
        if not is_exception(words):
            return words[:1] == ["because"] or words[:2] == ["due", "to"]
        after = range(place + 1, min(place + ITEM, end))
        return not _TIMES.isdisjoint(words) or not any(
            other.meaning.fact != match.meaning.fact
            for at in after
            for other in self._around.starting.get(at, ())
        )

    def _is_presupposed(self, trigger: Trigger, match: Match[Meaning]) -> bool:
        """Whether it is the person's own, so that only something about it is denied.

        `I have not had my rash seen`, `my diabetes is not a problem`.
        """
        place = match.first - 1
        if place < 0 or self._tokens[place].low not in ("my", "his", "her", "their", "your"):
            return False
        if place < trigger.after and not (
            trigger.first > match.last and trigger.term.endswith(("problem", "issue", "concern"))
        ):
            return False
        if self._tokens[place - 1].low == "with":
            return False  # `nothing wrong with my waterworks`
        of_part = any(self._passage.is_a(name, match.first) for name in ("SITE", "BACK", "KNEE", "OTHERPART"))
        return not of_part or (match.first + 1) in match.used  # `my leg cramps`, and not `my leg is swollen`
