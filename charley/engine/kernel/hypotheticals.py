"""What if, for hundreds of answers in one call: the same patient in every lane, and in each lane a change.

Most of what follows from an answer is what followed before it. So only the bits in which a lane differs
from the patient as they are now are looked at one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from charley.engine.kernel.bits import any_of
from charley.engine.kernel.circuit import Program, Wire
from charley.engine.kernel.planes import Planes, lanes_set, named_lanes
from charley.engine.kernel.representatives import AnswerClasses
from charley.engine.kernel.sketch import Danger, Sketch, worst
from charley.engine.standing import rank
from charley.facts.record import Record
from charley.facts.vocabulary import Value
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.rule import URGENCY_RANK, Alert, Flag, Urgency

__all__ = ["Change", "HypotheticalProgram", "Hypotheticals", "hypothetical_program"]

Change = Mapping[str, Value | None]
"""Answers to suppose, beside or instead of what is known; None supposes that a fact is unknown."""


class HypotheticalProgram:
    """The part of the planes' program that scores, flags, alerts and the overall urgency need."""

    def __init__(self, planes: Planes) -> None:
        self.planes = planes
        base, ones = planes.base, planes.circuit.ones
        flags: dict[Danger, list[Wire]] = {}
        alerts: dict[Danger, list[Wire]] = {}
        for rule in base.rules.values():
            for effect in rule.then:
                if isinstance(effect, Flag):
                    flags.setdefault((effect.candidate, effect.urgency), []).append(planes.fires(rule.id))
                elif isinstance(effect, Alert):
                    alerts.setdefault((effect.alert, effect.urgency), []).append(planes.fires(rule.id))
        self.flags, self.alerts = tuple(flags), tuple(alerts)
        self.weights = [(term.candidate, term.weight) for term in planes.terms]
        self.priors = [candidate.prior for candidate in base.candidates.values()]
        self.names = tuple(base.candidates)
        # In this order the first of those with the highest score is the leader.
        order = sorted(base.candidates.values(), key=lambda candidate: rank(candidate, 0))
        self.order = [self.names.index(candidate.id) for candidate in order]
        raised = [any_of(wires, ones) for found in (flags, alerts) for wires in found.values()]
        self.dangers = Program(planes.circuit, raised)
        """The flags and alerts alone: half of the work."""
        self.program = Program(planes.circuit, [*planes.counts(), *raised])
        self._answers = AnswerClasses(base, planes.index.held)
        self._bits: list[int] = []

    def suppose(self, record: Record, changes: Sequence[Change]) -> Hypotheticals:
        """What would follow from each of the changes."""
        return self.run(self.read(record, changes), len(changes))

    def run(self, inputs: Sequence[int], count: int, scores: bool = True) -> Hypotheticals:
        """What follows in each of so many lanes, and in the last one, from what is known there (`read`).

        Without `scores`, flags and alerts alone.
        """
        program = self.program if scores else self.dangers
        results = iter(program.run(inputs, (1 << count + 1) - 1))
        terms = [next(results) for _ in self.weights] if scores else []
        flags = [next(results) for _ in self.flags]
        alerts = [next(results) for _ in self.alerts]
        return Hypotheticals(self, count, terms, flags, alerts)

    def read(self, record: Record, changes: Sequence[Change]) -> list[int]:
        """What is known in each lane, as the inputs of the program; in the last lane, the record as it is."""
        ones = (1 << len(changes) + 1) - 1
        bits, answers = self._bits, self._answers
        while len(bits) < len(changes):
            bits.append(1 << len(bits))
        # This loop is most of the work for hundreds of answers: it only notes which lane gives which class
        # of answer. Literals are looked at afterwards, once for each class.
        lanes, class_of = [0] * len(answers.literals), answers.class_of
        for bit, change in zip(bits, changes, strict=False):
            for fact in change:
                try:
                    lanes[class_of[fact][change[fact]]] += bit
                except KeyError:
                    number = answers.classify(fact, change[fact])
                    lanes += [0] * (len(answers.literals) - len(lanes))
                    lanes[number] += bit
        inputs = [0] * len(self.planes.literals)
        held = self.planes.index.held
        for fact, value in record.items():
            if fact in held:
                unchanged = ones
                for number in answers.classes_of[fact]:
                    unchanged ^= lanes[number]
                for literal in held[fact][value]:
                    inputs[literal] = unchanged
        for plane, met in zip(lanes, answers.literals, strict=True):
            if plane:
                for literal in met:
                    inputs[literal] |= plane
        if self.planes.index.ranges:
            self._read_derived(record, changes, inputs, ones)
        return inputs

    def _read_derived(self, record: Record, changes: Sequence[Change], inputs: list[int], ones: int) -> None:
        """The literals on derived values, which more than one answer decides."""
        entering = self.planes.index.ranges_of.keys()
        touching = [each for each in enumerate(changes) if not entering.isdisjoint(each[1])]
        for each in self.planes.index.ranges:
            now = each.decided(record)
            for literal in now:
                inputs[literal] = ones
            of = each.derived.of
            for lane, change in touching:
                if any(fact in change for fact in of):
                    told = {fact: change[fact] if fact in change else record.get(fact) for fact in of}
                    then = each.decided({fact: value for fact, value in told.items() if value is not None})
                    if then is not now:
                        for literal in {*now} ^ {*then}:
                            inputs[literal] ^= 1 << lane


def hypothetical_program(base: KnowledgeBase) -> HypotheticalProgram:
    """The program of a base."""
    return HypotheticalProgram(Planes(base))


class Hypotheticals(Sequence[Sketch]):
    """What would follow from each change; `now` is what follows from none.

    `scores` has an entry for each change, to be read without making objects. Entries that do not differ from
    now are the same object as now's.
    """

    def __init__(
        self,
        program: HypotheticalProgram,
        count: int,
        terms: Sequence[int],
        flags: Sequence[int],
        alerts: Sequence[int],
    ) -> None:
        self._program, self._count = program, count
        self._planes = terms, flags, alerts

    @cached_property
    def scores(self) -> list[list[int]]:
        """The score of every candidate after each change, in decibans and in the order of the base."""
        scores = [self._now] * self._count
        for lane, row in self._changed():
            scores[lane] = row
        return scores

    @cached_property
    def _now(self) -> list[int]:
        now = self._program.priors[:]
        for plane, (candidate, weight) in zip(self._planes[0], self._program.weights, strict=True):
            if plane >> self._count:
                now[candidate] += weight
        return now

    @cached_property
    def _flags(self) -> list[frozenset[Danger]]:
        return named_lanes(self._program.flags, self._planes[1], self._count)

    @cached_property
    def _alerts(self) -> list[frozenset[Danger]]:
        return named_lanes(self._program.alerts, self._planes[2], self._count)

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, at: int) -> Sketch:  # type: ignore[override]
        if not 0 <= at < self._count:
            raise IndexError(at)
        return Sketch(self.scores[at], self.leader(at), worst(self._flags[at]), worst(self._alerts[at]))

    def raising(self, among: int = -1, above: Urgency | None = None) -> Iterator[int]:
        """The changes, among those of a plane, that raise a further flag or alert, or a more urgent one
        (`Sketch.further`). With `above`, only what is more urgent than that counts.
        """
        _, flags, alerts = self._planes
        further, least = 0, len(URGENCY_RANK) if above is None else URGENCY_RANK[above]
        for dangers, planes in ((self._program.flags, flags), (self._program.alerts, alerts)):
            worst: dict[str, int] = {}
            for (id, urgency), plane in zip(dangers, planes, strict=True):
                if plane >> self._count:
                    worst[id] = min(URGENCY_RANK[urgency], worst.get(id, least))
            for (id, urgency), plane in zip(dangers, planes, strict=True):
                if URGENCY_RANK[urgency] < worst.get(id, least):
                    further |= plane
        return lanes_set(further & among & ~(1 << self._count))

    def leading(self, among: int = -1) -> Iterator[int]:
        """The changes, among those of a plane, that put another candidate first."""
        leader = self._program.names.index(self._leader(self._now))
        for at, scores in self._changed(among):
            best = max(scores)
            # Nearly always the leader stays, and nobody is level.
            if scores[leader] < best or (scores.count(best) > 1 and self._first(scores, best) != leader):
                yield at

    def _changed(self, among: int = -1) -> Iterator[tuple[int, list[int]]]:
        """The changes, among those of a plane, after which some score differs, with the scores."""
        now, among = self._now, among & (1 << self._count) - 1
        ones = (1 << self._count + 1) - 1
        found: dict[int, list[int]] = {}
        for plane, (candidate, weight) in zip(self._planes[0], self._program.weights, strict=True):
            if plane >> self._count:
                plane, weight = plane ^ ones, -weight
            left = plane & among
            while left:  # few lanes of hundreds
                lowest = left & -left
                left ^= lowest
                lane = lowest.bit_length()
                row = found.get(lane)
                if row is None:
                    row = found[lane] = now[:]
                row[candidate] += weight
        return ((lane - 1, found[lane]) for lane in sorted(found))

    @cached_property
    def now(self) -> Sketch:
        """What follows from the record as it is."""
        return Sketch(self._now, self._leader(self._now), worst(self._flags[-1]), worst(self._alerts[-1]))

    def leader(self, at: int) -> str:
        """Who would stand first, inside the scope or not."""
        scores = self.scores[at]
        return self.now.leader if scores is self._now else self._leader(scores)

    def _leader(self, scores: Sequence[int]) -> str:
        return self._program.names[self._first(scores, max(scores))]

    def _first(self, scores: Sequence[int], best: int) -> int:
        """The first of those with the best score."""
        return next(at for at in self._program.order if scores[at] == best)
