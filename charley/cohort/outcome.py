"""What is said of a patient, drawn as wires: who leads, the scores and their intervals, what is settled.

The rows of `engine/standing.py` once more. `Lanes` has those that a single plane says; here a candidate's
place in the ranking is one number (its key), so that the leader is found by a chain of comparisons and not by
all pairs of candidates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property, reduce

from charley.engine.kernel.bits import Number, all_of, any_of, total
from charley.engine.kernel.circuit import Wire
from charley.engine.kernel.lanes import Lanes
from charley.engine.kernel.planes import Planes
from charley.engine.standing import rank
from charley.rules.candidate import SECTIONS
from charley.rules.rule import URGENCIES, URGENCY_RANK, Alert, Flag, Urgency

__all__ = ["URGENCY_CODES", "Outcome"]

URGENCY_CODES = (*URGENCIES, "not_known_yet")
"""Overall urgencies by their code in a column."""

Counting = Callable[[str, tuple[str, ...]], Wire]
"""Where an effect of a rule with these superseders counts."""


class Outcome(Lanes[Wire]):
    """Everything that is said of a patient. `order` has the candidates as they rank with equal scores."""

    def __init__(self, planes: Planes, held: tuple[Wire, ...], ones: Wire) -> None:
        super().__init__(planes, held, ones)
        self.order = [c.id for c in sorted(self.base.candidates.values(), key=lambda each: rank(each, 0))]
        self._numbers = {id: at for at, id in enumerate(self.base.candidates)}
        self._code_width = (len(self.order) - 1).bit_length()

    def bounds(self, candidate: str) -> tuple[int, int]:
        """The lowest and the highest score that any patient can have, in decibans."""
        prior = self.base.candidates[candidate].prior
        weights = [term.weight for term in self._planes.terms if term.candidate == self._numbers[candidate]]
        return prior + sum(w for w in weights if w < 0), prior + sum(w for w in weights if w > 0)

    def score(self, candidate: str) -> Number[Wire]:
        """The candidate's score, in as few digits as every score of it needs."""
        return self._fitting(candidate, super().score(candidate))

    def summands(self, candidate: str) -> list[tuple[Wire, int]]:
        """Planes with weights: what the score adds up to beside the prior.

        Of three planes of one weight two are made, since to add a plane takes longer than a few gates.
        """
        planes: dict[int, list[Wire]] = {}
        for term in self._planes.terms:
            if term.candidate == self._numbers[candidate]:
                planes.setdefault(term.weight, []).append(self._counts(term.counts))
        waiting = list(planes)
        for weight in waiting:  # it grows while it is walked
            column = planes[weight]
            while len(column) > 2:
                a, b, c = column.pop(), column.pop(), column.pop()
                half = a ^ b
                column.append(half ^ c)
                planes.setdefault(2 * weight, []).append((a & b) | (half & c))
                waiting.append(2 * weight)
        return [(plane, weight) for weight, column in planes.items() for plane in column]

    def low(self, candidate: str) -> Number[Wire]:
        """The lowest score that further answers can leave the candidate with."""
        return self._interval(candidate, self._lasting, self._possible)

    def high(self, candidate: str) -> Number[Wire]:
        """The highest score that further answers can give the candidate."""
        return self._interval(candidate, self._possible, self._lasting)

    def _interval(self, candidate: str, raising: Counting, lowering: Counting) -> Number[Wire]:
        terms = [term for term in self._planes.terms if term.candidate == self._numbers[candidate]]
        weighed = (
            (any_of((counts(*each) for each in term.counts), self.ones), term.weight)
            for term in terms
            for counts in [raising if term.weight > 0 else lowering]
        )
        prior = self.base.candidates[candidate].prior
        return self._fitting(candidate, total(weighed, self.ones, prior))

    def _fitting(self, candidate: str, number: Number[Wire]) -> Number[Wire]:
        low, high = self.bounds(candidate)
        return Number(number.digits[: 1 + max(low.bit_length(), high.bit_length())], self.ones)

    def _lasting(self, rule: str, superseders: tuple[str, ...]) -> Wire:
        """It counts, and whatever is still answered it will."""
        return self.fires(rule) & all_of(map(self.fails, superseders), self.ones)

    def _possible(self, rule: str, superseders: tuple[str, ...]) -> Wire:
        """It counts, or further answers can make it count."""
        against = any_of(map(self.fires, superseders), self.ones)
        return (self.fails(rule) | against) ^ self.ones

    def _key(self, candidate: str, score: Number[Wire]) -> Number[Wire]:
        """A number that orders candidates as `rank` does: no two candidates ever have the same."""
        code = len(self.order) - 1 - self.order.index(candidate)
        below = [self.ones if code >> digit & 1 else self.none for digit in range(self._code_width)]
        return Number([*below, *score.digits], self.ones)

    @cached_property
    def _leading_key(self) -> Number[Wire]:
        keys = [self._key(candidate, self.score(candidate)) for candidate in self.order]
        return reduce(Number.maximum, keys)

    @cached_property
    def leading_score(self) -> Number[Wire]:
        """The highest score."""
        return Number(self._leading_key.digits[self._code_width :], self.ones)

    @property
    def leader_code(self) -> tuple[Wire, ...]:
        """The digits of the leader's place in `order`, counted from its end."""
        return self._leading_key.digits[: self._code_width]

    def leads(self, candidate: str) -> Wire:
        """Where the candidate stands first, inside the scope or not."""
        own = self._key(candidate, self.score(candidate)).digits[: self._code_width]
        pairs = zip(own, self.leader_code, strict=True)
        return any_of((mine ^ code for mine, code in pairs), self.ones) ^ self.ones

    @cached_property
    def settled(self) -> Wire:
        """Where no further answer can change the leader or raise a further flag or alert."""
        lows = [(self.leads(id), self._key(id, self.low(id)).digits) for id in self.order]
        width = max(len(digits) for _, digits in lows)
        lowest = Number(
            [
                any_of((leads & digits[min(at, len(digits) - 1)] for leads, digits in lows), self.ones)
                for at in range(width)
            ],
            self.ones,
        )
        overtaken = (
            (self.leads(id) ^ self.ones) & (self._key(id, self.high(id)) > lowest) for id in self.order
        )
        return (any_of(overtaken, self.ones) | any_of(self._open_dangers(), self.ones)) ^ self.ones

    def _open_dangers(self) -> Iterable[Wire]:
        """For each rule that flags or alerts: where it is open, and more urgent than what fires."""
        kinds: dict[tuple[type, str], list[tuple[str, Urgency]]] = {}
        for rule in self.base.rules.values():
            for effect in rule.then:
                if isinstance(effect, Flag | Alert):
                    name = effect.candidate if isinstance(effect, Flag) else effect.alert
                    kinds.setdefault((type(effect), name), []).append((rule.id, effect.urgency))
        for effects in kinds.values():
            for id, urgency in effects:
                present = any_of(
                    (
                        self.fires(other)
                        for other, its in effects
                        if URGENCY_RANK[its] <= URGENCY_RANK[urgency]
                    ),
                    self.ones,
                )
                yield (self.fires(id) | self.fails(id) | present) ^ self.ones

    def section_code(self, candidate: str) -> tuple[Wire, ...]:
        """The digits of the section's place in `SECTIONS`."""
        places = [self.section(candidate, section) for section in SECTIONS]
        return tuple(
            any_of((plane for at, plane in enumerate(places) if at >> digit & 1), self.ones)
            for digit in range((len(SECTIONS) - 1).bit_length())
        )

    @cached_property
    def urgency_code(self) -> tuple[Wire, ...]:
        """The digits of the overall urgency's place in `URGENCY_CODES`."""
        missed = [self.urgent(urgency) ^ self.ones for urgency in URGENCIES]
        return total(((plane, 1) for plane in missed), self.ones).digits[:3]

    @cached_property
    def has_urgency(self) -> Wire:
        """Where an urgency is said: everywhere but where nothing is ranked and nothing urgent is found."""
        return (self.outside ^ self.ones) | self.urgent("soon")
