"""The readings of a base held to its meaning, on random records of this base: session, kernel and proof."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import z3

from charley.audit.cases.play import Read, readings
from charley.audit.subject import Subject
from charley.audit.symbolic.connectives import Formula
from charley.engine.expert import Expert
from charley.engine.meaning import Kleene, valuation
from charley.facts.record import Record
from charley.facts.vocabulary import Fact, Value

__all__ = ["Agreement", "Disagreement", "agreement", "random_record"]


@dataclass(frozen=True)
class Disagreement:
    """A reading that says something else than the meaning: of which rules, for the smallest such record."""

    reading: str
    record: Record
    rules: tuple[str, ...]


@dataclass(frozen=True)
class Agreement:
    """So many records, these readings, and where one of them was at fault."""

    records: int
    readings: tuple[str, ...]
    disagreements: tuple[Disagreement, ...]

    def as_json(self) -> dict[str, Any]:
        """For a program to read."""
        return {
            "records": self.records,
            "readings": list(self.readings),
            "disagreements": [
                {"reading": each.reading, "record": dict(each.record), "rules": list(each.rules)}
                for each in self.disagreements
            ],
        }


def agreement(base: Expert, count: int, seed: int = 0) -> Agreement:
    """Whether all readings say the same of so many random records, and where not."""
    drawn = random.Random(seed)
    cuts = _Cuts(base)
    asked: dict[str, Read | _Proof] = {**readings(base), "proof": cuts.proof}
    found: dict[str, Disagreement] = {}
    for _ in range(count):
        record = random_record(drawn, cuts.near, base.vocabulary)
        meaning = valuation(base, record).rules
        for name, reading in asked.items():
            if name not in found and _rules(reading, record) != meaning:
                found[name] = _smallest(base, name, reading, record)
    return Agreement(count, tuple(asked), tuple(found.values()))


def random_record(
    drawn: random.Random, near: Mapping[str, list[float]], facts: Mapping[str, Fact]
) -> dict[str, Value]:
    """A record in which some facts are known, numbers at or beside what the rules compare them with."""
    share = drawn.choice((0.02, 0.1, 0.3, 0.7))
    record: dict[str, Value] = {}
    for fact in facts.values():
        if drawn.random() < share:
            if fact.kind == "boolean":
                record[fact.id] = drawn.random() < 0.5
            else:
                ways: list[Value] = [*fact.choices] or [*near[fact.id]]
                record[fact.id] = drawn.choice(ways)
    return record


class _Proof:
    """The formulas as a reading: the solver is told the whole record, and has no choice left."""

    def __init__(self, subject: Subject) -> None:
        self._formulas = subject.formulas
        self._rules: dict[str, tuple[Formula, Formula]] = {
            id: (self._formulas.rule(id), self._formulas.rule(id, False)) for id in subject.base.rules
        }
        self._solver = z3.SimpleSolver()
        self._solver.add(*self._formulas.patient.possible())

    def __call__(self, record: Record) -> dict[str, Kleene]:
        self._solver.push()
        try:
            self._solver.add(*self._formulas.patient.saying(record))
            assert self._solver.check() == z3.sat
            model = self._solver.model()

            def holds(formula: Formula) -> bool:
                if isinstance(formula, bool):
                    return formula
                return bool(z3.is_true(model.eval(formula, model_completion=True)))

            return {
                id: True if holds(fires) else False if holds(cannot) else None
                for id, (fires, cannot) in self._rules.items()
            }
        finally:
            self._solver.pop()


class _Cuts:
    """The proof reading, and for each number the values at which and beside which something changes."""

    def __init__(self, base: Expert) -> None:
        subject = Subject(base)
        self.proof = _Proof(subject)
        patient = subject.formulas.patient
        self.near: dict[str, list[float]] = {}
        for fact, (low, high) in patient.ranges.items():
            values = {low, high}
            for cut in patient.cuts[fact]:
                values |= {cut.at, cut.at - 1, cut.at + 1}
            self.near[fact] = sorted(float(value) for value in values if low <= value <= high)


def _rules(reading: Read | _Proof, record: Record) -> Mapping[str, Kleene]:
    return reading(record) if isinstance(reading, _Proof) else reading(record).rules


def _smallest(base: Expert, name: str, reading: Read | _Proof, record: Record) -> Disagreement:
    """The record, with every fact left out without which the reading is still at fault."""

    def wrong(record: Record) -> Iterator[str]:
        meaning, said = valuation(base, record).rules, _rules(reading, record)
        yield from (rule for rule, state in meaning.items() if said.get(rule) != state)

    left = dict(record)
    for fact in record:
        fewer = {id: value for id, value in left.items() if id != fact}
        if any(wrong(fewer)):
            left = fewer
    return Disagreement(name, left, tuple(wrong(left)))
