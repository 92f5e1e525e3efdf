"""What the rules make of many patients at once: every answer is a plane, a bit for each of them.

The rows of `engine/standing.py` once more, over planes: no lane is looked at by itself. Planes may be wires
of a circuit that is being drawn: then the same rows are drawn into it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Generic, TypeVar

from charley.engine.kernel.bits import Number, Plane, all_of, any_of, choose, total
from charley.engine.kernel.conditions import Pair
from charley.engine.kernel.planes import Known, Planes
from charley.engine.meaning import Kleene, Valuation
from charley.engine.standing import NEAR
from charley.facts.record import Record
from charley.rules.candidate import Section
from charley.rules.language.condition import Condition
from charley.rules.rule import URGENCIES, Advise, Alert, Clear, Flag, Urgency

__all__ = ["Lanes", "columns", "evaluate"]

P = TypeVar("P", bound=Plane)


def evaluate(planes: Planes, records: Sequence[Record]) -> Lanes[int]:
    """What follows for each of these records; lane i is the i-th."""
    ones = (1 << len(records)) - 1
    return Lanes(planes, planes.run(planes.read(records), ones), ones, records)


def columns(planes: Planes, known: Known, lanes: int) -> Lanes[int]:
    """What follows for this many lanes of which that is known."""
    ones = (1 << lanes) - 1
    return Lanes(planes, planes.run(planes.read_columns(known, ones), ones), ones)


class Lanes(Generic[P]):
    """What raw planes come to. `ones` is the plane of all lanes; `records` is empty for columns."""

    def __init__(self, planes: Planes, held: Sequence[P], ones: P, records: Sequence[Record] = ()) -> None:
        self.base = planes.base
        self.records = records
        self.ones = ones
        self.none: P = ones ^ ones
        self._planes = planes
        self._held = held
        self._scores: dict[str, Number[P]] = {}
        self._leads: dict[str, P] = {}

    def fires(self, rule: str) -> P:
        """Where the rule's condition is known true."""
        return self._held[self._planes.conditions.rules[rule][0]]

    def fails(self, rule: str) -> P:
        """Where no further answer can make the rule fire."""
        return self._held[self._planes.conditions.rules[rule][1]]

    def holds(self, condition: Condition) -> P:
        """Where a watched condition is known true."""
        return self._held[self._planes.watched[condition][0]]

    @cached_property
    def outside(self) -> P:
        """Those for whom the base is known not to be meant: they are not ranked."""
        scope = self._planes.scope
        return self.none if scope is None else self._held[scope[1]]

    def flagged(self, candidate: str) -> P:
        """Where the candidate is flagged."""
        return self._doing(Flag, "candidate", candidate)

    def cleared(self, danger: str) -> P:
        """Where something answers the candidate's flag, or the alert."""
        return self._doing(Clear, "target", danger)

    def alerted(self, alert: str) -> P:
        """Where the alert is raised."""
        return self._doing(Alert, "alert", alert)

    def advised(self, rule: str) -> P:
        """Where the rule fires and advises something, and no rule withdraws that."""
        if not self.base.rules[rule].effects(Advise):
            return self.none
        return self._counts([(rule, self.base.withdrawn_by.get(rule, ()))])

    def _doing(self, kind: type[Flag] | type[Clear] | type[Alert], field: str, name: str) -> P:
        return any_of(
            (
                self.fires(rule.id)
                for rule in self.base.rules.values()
                if any(isinstance(effect, kind) and getattr(effect, field) == name for effect in rule.then)
            ),
            self.ones,
        )

    def score(self, candidate: str) -> Number[P]:
        """The candidate's score."""
        if candidate not in self._scores:
            number = list(self.base.candidates).index(candidate)
            self._scores[candidate] = total(
                ((self._counts(term.counts), term.weight) for term in self._planes.terms
                 if term.candidate == number),
                self.ones,
                self.base.candidates[candidate].prior,
            )  # fmt: skip
        return self._scores[candidate]

    def _counts(self, counts: Iterable[tuple[str, tuple[str, ...]]]) -> P:
        return any_of(
            (self.fires(rule) & (any_of(map(self.fires, by), self.ones) ^ self.ones) for rule, by in counts),
            self.ones,
        )

    def ranks_above(self, first: str, second: str) -> P:
        """Where the first stands before the second: higher score, then prior, then id."""
        one, other = self.base.candidates[first], self.base.candidates[second]
        ours, theirs = self.score(first), self.score(second)
        before = (-one.prior, one.id) < (-other.prior, other.id)
        return ours >= theirs if before else ours > theirs

    def leads(self, candidate: str) -> P:
        """Where the candidate stands first, inside the scope or not."""
        if candidate not in self._leads:
            self._leads[candidate] = all_of(
                (self.ranks_above(candidate, other) for other in self.base.candidates if other != candidate),
                self.ones,
            )
        return self._leads[candidate]

    @cached_property
    def leading_score(self) -> Number[P]:
        """The highest score."""
        first, *rest = map(self.score, self.base.candidates)
        for score in rest:
            first = first.maximum(score)
        return first

    def section(self, candidate: str, section: Section) -> P:
        """Where the candidate stands in the section, by the first that applies."""
        about = self.base.candidates[candidate]
        taken = self.leads(candidate)
        if section == "most_likely":
            return taken
        danger = self.ones if about.tier == "do_not_miss" else self.flagged(candidate)
        if section == "do_not_miss":
            return danger & (taken ^ self.ones)
        taken = taken | danger
        near = self.score(candidate) + Number.constant(NEAR, self.ones) >= self.leading_score
        if section == "likely":
            return near & (taken ^ self.ones)
        last = "rare" if about.tier == "rare" else "less_likely"
        return (taken | near) ^ self.ones if section == last else self.none

    def supported(self, candidate: str) -> P:
        """Where something speaks for the candidate: a rule that raises it fires and counts."""
        superseded_by = self.base.superseded_by
        raising = (
            (rule.id, superseded_by.get(rule.id, ()))
            for rule, weigh in self.base.weighing[candidate]
            if weigh.weight > 0
        )
        return self._counts(raising)

    @cached_property
    def minimum_met(self) -> P:
        """Where every condition is decided that must be before the urgency may be routine."""
        return all_of((self._held[yes] | self._held[no] for yes, no in self._planes.minimum), self.ones)

    def urgent(self, urgency: Urgency) -> P:
        """Where the overall urgency is this, or more urgent."""
        if urgency == "routine":
            return self.urgent("soon") | (self.minimum_met & (self.outside ^ self.ones))
        enough = URGENCIES[: URGENCIES.index(urgency) + 1]
        dangers = any_of(
            (
                self.fires(rule.id)
                for rule in self.base.rules.values()
                if any(isinstance(e, Flag | Alert) and e.urgency in enough for e in rule.then)
            ),
            self.ones,
        )
        dangers = dangers | any_of(
            (
                self.advised(rule.id)
                for rule in self.base.rules.values()
                if any(advise.urgency in enough for advise in rule.effects(Advise))
            ),
            self.ones,
        )
        leaders = any_of(
            (
                self.leads(c.id) & self.supported(c.id)
                for c in self.base.candidates.values()
                if c.disposition in enough
            ),
            self.ones,
        )
        return choose(self.outside, dangers, dangers | leaders)

    def states(self: Lanes[int], lane: int) -> dict[str, Kleene]:
        """What became of every rule, in one lane."""
        return {id: self._state(pair, lane) for id, pair in self._planes.conditions.rules.items()}

    def findings(self: Lanes[int], lane: int) -> dict[str, Kleene]:
        """What became of every finding, in one lane."""
        return {id: self._state(pair, lane) for id, pair in self._planes.conditions.findings.items()}

    def valuation(self: Lanes[int], lane: int) -> Valuation:
        """Everything that became of one lane, which was a record."""
        conditions, record = self._planes.conditions, self.records[lane]
        scores: dict[str, tuple[int, int]] = {}
        for id, items in conditions.items.items():
            low = high = 0
            for pair, points in zip(items, self.base.instruments[id].scaled, strict=True):
                state = self._state(pair, lane)
                low += points if state else min(0, points) if state is None else 0
                high += points if state else max(0, points) if state is None else 0
            scores[id] = (low, high)
        gates = {id: self._state(pair, lane) for id, pair in conditions.gates.items()}
        return Valuation(
            rules=self.states(lane),
            findings=self.findings(lane),
            derived={each.derived.id: each.interval(record) for each in self._planes.index.ranges},
            scores=scores,
            gates={id: gates.get(id, True) for id in self.base.instruments},
        )

    def _state(self: Lanes[int], pair: Pair, lane: int) -> Kleene:
        yes, no = (self._held[number] >> lane & 1 for number in pair)
        return True if yes else False if no else None
