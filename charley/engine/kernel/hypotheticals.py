"""What if, for hundreds of answers in one call: the same patient in every lane, and in each a change.

Most of what follows from an answer is what followed before it. So only the bits in which a lane differs
from the patient as they are now are looked at one by one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from charley.engine.kernel.bits import any_of
from charley.engine.kernel.circuit import Program, Wire
from charley.engine.kernel.planes import Planes
from charley.engine.kernel.representatives import Values
from charley.engine.standing import most_urgent
from charley.facts.record import Record
from charley.facts.vocabulary import Value
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.rule import URGENCIES, Alert, Flag, Urgency

__all__ = ["Change", "Hypothetical", "HypotheticalProgram", "Hypotheticals", "hypothetical_program"]

Change = Mapping[str, Value | None]
"""Answers to suppose, beside or instead of what is known; None supposes that a fact is unknown."""


@dataclass(frozen=True, slots=True)
class Hypothetical:
    """What would follow. `scores` are in the order of the base's candidates."""

    scores: Sequence[int]
    flagged: frozenset[str]
    alerted: frozenset[str]
    leader: str
    urgency: Urgency | None


class HypotheticalProgram:
    """The part of the planes' program that scores, flags, alerts and the overall urgency need."""

    def __init__(self, planes: Planes) -> None:
        self.planes = planes
        base, ones = planes.base, planes.circuit.ones
        flags: dict[str, list[Wire]] = {}
        alerts: dict[str, list[Wire]] = {}
        dangers: dict[Urgency, list[Wire]] = {urgency: [] for urgency in URGENCIES}
        for rule in base.rules.values():
            for effect in rule.then:
                if isinstance(effect, Flag):
                    flags.setdefault(effect.candidate, []).append(planes.fires(rule.id))
                if isinstance(effect, Alert):
                    alerts.setdefault(effect.alert, []).append(planes.fires(rule.id))
                if isinstance(effect, Flag | Alert):
                    dangers[effect.urgency].append(planes.fires(rule.id))
        self.flags, self.alerts = tuple(flags), tuple(alerts)
        outside = [] if planes.scope is None else [planes.wires[planes.scope[1]]]
        self.weights = [(term.candidate, term.weight) for term in planes.terms]
        self.priors = [candidate.prior for candidate in base.candidates.values()]
        self.names = tuple(base.candidates)
        self._bits: list[int] = []
        # Every set of literals that an answer can meet has a number; the values that rules tell apart are
        # looked up in a table, others in the boundary.
        self._sets: list[tuple[int, ...]] = []
        self._sets_of: dict[str, list[int]] = {}
        self._place: dict[str, dict[Value | None, int]] = {}
        values = Values(base)
        for fact in base.vocabulary:
            self._place[fact] = {value: self._look_up(fact, value) for value in (None, *values.of(fact))}
        # In this order the first of the highest is the leader.
        order = sorted(base.candidates.values(), key=lambda c: (-c.prior, c.id))
        self.order = [self.names.index(candidate.id) for candidate in order]
        self.program = Program(
            planes.circuit,
            [
                *planes.counts(),
                *(any_of(wires, ones) for found in (flags, alerts, dangers) for wires in found.values()),
                *outside,
            ],
        )

    def suppose(self, record: Record, changes: Sequence[Change]) -> Hypotheticals:
        """What would follow from each of the changes."""
        ones = (1 << len(changes) + 1) - 1
        results = iter(self.program.run(self.read(record, changes), ones))
        terms = [next(results) for _ in self.weights]
        flags = [next(results) for _ in self.flags]
        alerts = [next(results) for _ in self.alerts]
        dangers = {urgency: next(results) for urgency in URGENCIES}
        return Hypotheticals(self, len(changes), terms, flags, alerts, dangers, next(results, 0))

    def read(self, record: Record, changes: Sequence[Change]) -> list[int]:
        """What is known in each lane, as the inputs of the program; in the last, the record as it is."""
        ones = (1 << len(changes) + 1) - 1
        boundary, bits, place = self.planes.boundary, self._bits, self._place
        held, inputs = boundary.held, [0] * len(self.planes.literals)
        while len(bits) < len(changes):
            bits.append(1 << len(bits))
        # This loop is most of what is done for hundreds of answers; everything else is put off.
        planes = [0] * len(self._sets)
        for bit, change in zip(bits, changes, strict=False):
            for fact in change:
                try:
                    planes[place[fact][change[fact]]] += bit
                except KeyError:
                    at = self._look_up(fact, change[fact])
                    planes += [0] * (len(self._sets) - len(planes))
                    planes[at] += bit
        for fact, value in record.items():
            if fact in held:
                left = ones
                for at in self._sets_of[fact]:
                    left ^= planes[at]
                for number in held[fact][value]:
                    inputs[number] = left
        for plane, met in zip(planes, self._sets, strict=True):
            if plane:
                for number in met:
                    inputs[number] |= plane
        if boundary.ranges:
            self._narrow(record, changes, inputs, ones)
        return inputs

    def _look_up(self, fact: str, to: Value | None) -> int:
        """The number of the literals that hold of a value which no table has (and is not put into one)."""
        held = self.planes.boundary.held
        met = held[fact][to] if to is not None and fact in held else ()
        numbers = self._sets_of.setdefault(fact, [])
        found = next((at for at in numbers if self._sets[at] is met), None)
        if found is None:
            found = len(self._sets)
            self._sets.append(met)
            numbers.append(found)
        return found

    def _narrow(self, record: Record, changes: Sequence[Change], inputs: list[int], ones: int) -> None:
        """The literals on derived values, where an answer enters one."""
        entering = self.planes.boundary.ranges_of.keys()
        touching = [each for each in enumerate(changes) if not entering.isdisjoint(each[1])]
        for each in self.planes.boundary.ranges:
            now = each.decided(record)
            for number in now:
                inputs[number] = ones
            of = each.derived.of
            for lane, change in touching:
                if any(fact in change for fact in of):
                    told = {fact: change[fact] if fact in change else record.get(fact) for fact in of}
                    then = each.decided({fact: value for fact, value in told.items() if value is not None})
                    if then is not now:
                        for number in {*now} ^ {*then}:
                            inputs[number] ^= 1 << lane


def hypothetical_program(base: KnowledgeBase) -> HypotheticalProgram:
    """The program of a base."""
    return HypotheticalProgram(Planes(base))


class Hypotheticals(Sequence[Hypothetical]):
    """What would follow from each change; `now` is what follows from none.

    `scores`, `flagged` and `alerted` have an entry for each change, to be read without making objects.
    Entries that do not differ from now are the same object as now's.
    """

    def __init__(
        self,
        program_of: HypotheticalProgram,
        count: int,
        terms: Sequence[int],
        flags: Sequence[int],
        alerts: Sequence[int],
        dangers: Mapping[Urgency, int],
        outside: int,
    ) -> None:
        self._program_of, self._count = program_of, count
        self._dangers, self._outside = dangers, outside
        ones = (1 << count + 1) - 1
        now = program_of.priors[:]
        changed: list[tuple[int, int, int]] = []
        for plane, (candidate, weight) in zip(terms, program_of.weights, strict=True):
            if plane >> count:
                now[candidate] += weight
                plane, weight = plane ^ ones, -weight
            if plane:
                changed.append((plane, candidate, weight))
        self.scores: list[list[int]] = [now] * count
        self._now = now
        scores = self.scores
        for plane, candidate, weight in changed:
            while plane:
                low = plane & -plane
                plane ^= low
                lane = low.bit_length() - 1
                row = scores[lane]
                if row is now:
                    row = scores[lane] = now[:]
                row[candidate] += weight
        self.flagged, self._flagged = _sets(program_of.flags, flags, count)
        self.alerted, self._alerted = _sets(program_of.alerts, alerts, count)

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, at: int) -> Hypothetical:  # type: ignore[override]
        if not 0 <= at < self._count:
            raise IndexError(at)
        return Hypothetical(
            self.scores[at], self.flagged[at], self.alerted[at], self.leader(at), self.urgency(at)
        )

    @cached_property
    def now(self) -> Hypothetical:
        """What follows from the record as it is."""
        leader = self._leader(self._now)
        return Hypothetical(
            self._now, self._flagged, self._alerted, leader, self._urgency(self._count, leader)
        )

    def leader(self, at: int) -> str:
        """Who would stand first."""
        scores = self.scores[at]
        return self.now.leader if scores is self._now else self._leader(scores)

    def urgency(self, at: int) -> Urgency | None:
        """The overall urgency that would follow."""
        return self._urgency(at, self.leader(at))

    def _leader(self, scores: Sequence[int]) -> str:
        best = max(scores)
        return self._program_of.names[next(at for at in self._program_of.order if scores[at] == best)]

    def _urgency(self, lane: int, leader: str) -> Urgency | None:
        worst = next((urgency for urgency, plane in self._dangers.items() if plane >> lane & 1), None)
        if self._outside >> lane & 1:
            return worst
        return most_urgent([worst, self._program_of.planes.base.candidates[leader].disposition])


def _sets(
    names: Sequence[str], planes: Sequence[int], count: int
) -> tuple[list[frozenset[str]], frozenset[str]]:
    """For each lane the names whose plane is set there; and those of the lane after the last."""
    ones = (1 << count + 1) - 1
    now = frozenset(name for name, plane in zip(names, planes, strict=True) if plane >> count)
    found = [now] * count
    for name, plane in zip(names, planes, strict=True):
        differs = plane ^ ones if plane >> count else plane
        while differs:
            low = differs & -differs
            differs ^= low
            lane = low.bit_length() - 1
            found[lane] = found[lane] ^ {name}
    return found, now
