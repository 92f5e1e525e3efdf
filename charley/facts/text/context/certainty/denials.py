"""Whether it is plain that a phrase is denied: between it and the denial stands nothing, or items of a list,
or words that change nothing."""

from __future__ import annotations

from charley.facts.text.context.certainty.around import FAR, ITEM, Around
from charley.facts.text.context.scopes import Trigger
from charley.facts.text.meanings import Meaning
from charley.facts.text.phrases import Match

__all__ = ["Denials"]


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
        if self._is_universal(match) or self._is_limited(match):
            return False
        return all(self._reaches_plainly(each, match) for each in denials)

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
        places = range(max(match.first - 2, 0), match.last + 1)
        return any(self._passage.is_a("UNIVERSAL", at) and at not in match.used for at in places)
