"""How far words such as `no`, `might`, `my father` and `used to` reach: what is said around them is then not
said of this person now. The words are data (`scopes.yaml`), in the manner of ConText."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from charley.facts.text.passage import Passage
from charley.facts.text.phrases import Match

__all__ = ["ALONE", "Scopes", "Trigger"]

ALONE: Final = {"none", "terminator", "correction", "echo"}
"""Kinds that reach nothing beyond their own words."""

_DENIALS: Final = {"no", "not", "never", "negative", "neg", "nil", "absent", "none", "without", "0"}
"""Words that deny; a phrase that has one of them of its own is not denied by it."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """Words, from `first` up to `after`, that change what is said from `low` up to `high`."""

    kind: str
    term: str
    first: int
    after: int
    low: int
    high: int
    reach: str = ""


class Scopes:
    """The triggers of one text, by the places that they reach."""

    def __init__(self, passage: Passage, triggers: list[Trigger], verbs: Container[int]) -> None:
        """`verbs` are the places at which a verb stands."""
        self.triggers, self.verbs = triggers, verbs
        self._passage, self._tokens = passage, passage.tokens
        size = len(passage.tokens)
        self._at: list[list[Trigger]] = [[] for _ in range(size)]
        for trigger in triggers:
            for place in range(trigger.low, min(trigger.high, size)):
                self._at[place].append(trigger)

    def at(self, place: int) -> list[Trigger]:
        """The triggers that reach this place."""
        return self._at[place]

    def of(self, match: Match[Any]) -> list[Trigger]:
        """The triggers that change what a phrase says: they reach it and are no words of it."""
        used = set(match.used)

        def inside(trigger: Trigger) -> bool:
            own = used.intersection(range(trigger.first, trigger.after))
            words = {at for at in range(trigger.first, trigger.after) if self._tokens[at].kind != "mark"}
            within = match.first <= trigger.first and trigger.after <= match.last + 1
            asks = any(self._tokens[at].low in ("if", "whether") for at in words - own)
            if asks:
                return False  # `can't remember if I combed my hair` is no `can't .. comb .. hair`
            return bool(own) and (
                within or own >= words or any(self._tokens[place].low in _DENIALS for place in own)
            )

        # A phrase that names a relative, as in a family history, is about that relative.
        first = self.at(match.first)
        relative = any(
            each.kind == "other"
            and not used.isdisjoint(range(each.first, each.after))
            and not used.issubset(range(each.first, each.after))
            for each in first
        )
        found = dict.fromkeys(self.at(match.last))
        found.update((each, None) for each in self._cut_short(match))
        found.update(dict.fromkeys(each for each in first if each.kind == "other"))
        for each in [each for each in found if each.kind == "if" and match.first < each.low]:
            del found[each]  # `my calf hurts if I walk uphill` is of more than the condition
        for ended in [each for each in found if each.kind == "ended"]:
            for denied in [each for each in found if self._denies(each, ended)]:
                found.pop(ended, None)  # `warfarin was not stopped`
                del found[denied]
            if ended.term == "any more" and any(self._tokens[place].low == "not" for place in used):
                found.pop(ended, None)  # `I can't feel it any more` is so now
        once = {(each.kind, each.first, each.low, each.high): each for each in reversed(found)}
        return [
            each
            for each in reversed(once.values())
            if not inside(each)
            and not (relative and each.kind == "other")
            and each.kind not in (*ALONE, "idle")
        ]

    def names_another(self, match: Match[Any]) -> bool:
        """Whether a phrase names a person whom the text is not about: `my mum is 81`."""
        used = set(match.used)
        return any(
            each.kind == "other" and not used.isdisjoint(range(each.first, each.after))
            for each in self.at(match.first)
        )

    def _denies(self, denial: Trigger, ended: Trigger) -> bool:
        """Whether a denial is of these words that tell of an end, and of nothing else."""
        begun = ended.first - denial.after
        return denial.kind == "negation" and -1 <= begun <= 1 and denial.first <= ended.first

    def _cut_short(self, match: Match[Any]) -> Iterator[Trigger]:
        """What is no denial alone and denies a phrase that it begins: `no worse` of `no worse at night`."""
        for each in self.at(match.first):
            begun = each.kind == "none" and each.first == match.first - 1 and each.after <= match.last
            if begun and self._tokens[each.first].low in _DENIALS:
                yield Trigger("negation", each.term, each.first, match.first, match.first, match.last + 1)

    def half_denied(self, match: Match[Any], triggers: list[Trigger]) -> bool:
        """Whether a denial before a phrase ends within it, so that it denies something else or nothing."""
        denied = {each.first for each in triggers if each.kind == "negation"}
        if self.has_exception(match.used):
            return False  # `no pain except in the thigh`
        return any(
            each.kind == "negation" and each.after <= match.first and each.first not in denied
            for each in self.at(match.first)
        )

    def has_exception(self, places: Iterable[int]) -> bool:
        """Whether something is taken out of a denial at one of these places."""
        return any(self._passage.is_a("EXCEPT", place) for place in places)

    def idle(self, match: Match[Any]) -> bool:
        """Whether a phrase takes a word out of words that state nothing: `knee jerk`, `night shift`."""
        used = set(match.used)
        return any(
            each.kind == "idle" and not used.issuperset(range(each.low, each.high))
            for place in match.used
            for each in self.at(place)
        )
