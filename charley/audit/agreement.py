"""Every reading of a base compared with the definition, on random records of this base."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import charley.audit.symbolic.reading  # noqa: F401  (registers the formulas)
from charley.audit.symbolic.standing import Formulas
from charley.engine.meaning import valuation
from charley.engine.prepared import Prepared
from charley.engine.reading import Read, differing, prepared
from charley.facts.record import Record
from charley.facts.vocabulary import Fact, Value

__all__ = ["Agreement", "Disagreement", "agreement", "random_record"]


@dataclass(frozen=True)
class Disagreement:
    """A reading that differs from the definition, with the smallest record for which it does.

    `rules` are the ids of the rules, findings, derived values or scores that differ.
    """

    reading: str
    record: Record
    rules: tuple[str, ...]


@dataclass(frozen=True)
class Agreement:
    """How many records were drawn, the readings compared, and where one differed."""

    records: int
    readings: tuple[str, ...]
    disagreements: tuple[Disagreement, ...]


def agreement(base: Prepared, count: int, seed: int = 0) -> Agreement:
    """Compare all readings on `count` random records."""
    drawn = random.Random(seed)
    near = _near(base)
    asked = prepared(base)
    found: dict[str, Disagreement] = {}
    for _ in range(count):
        record = random_record(drawn, near, base.vocabulary)
        meaning = valuation(base, record)
        for name, read in asked.items():
            if name not in found and any(differing(name, read(record), meaning)):
                found[name] = _smallest(base, name, read, record)
    return Agreement(count, tuple(asked), tuple(found.values()))


def random_record(
    drawn: random.Random, near: Mapping[str, list[float]], facts: Mapping[str, Fact]
) -> dict[str, Value]:
    """A random record. Its numbers are at or next to the constants that rules compare with."""
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


def _near(base: Prepared) -> dict[str, list[float]]:
    """For each number the constants that rules compare it with, and values next to them."""
    patient = Formulas(base).patient
    found: dict[str, list[float]] = {}
    for fact, (low, high) in patient.ranges.items():
        values = {low, high}
        for cut in patient.cuts[fact]:
            values |= {cut.at, cut.at - 1, cut.at + 1}
        found[fact] = sorted(float(value) for value in values if low <= value <= high)
    return found


def _smallest(base: Prepared, name: str, read: Read, record: Record) -> Disagreement:
    """The record reduced to the facts that the disagreement needs."""

    def wrong(record: Record) -> Iterator[str]:
        for _, id in differing(name, read(record), valuation(base, record)):
            yield id

    left = dict(record)
    for fact in record:
        fewer = {id: value for id, value in left.items() if id != fact}
        if any(wrong(fewer)):
            left = fewer
    return Disagreement(name, left, tuple(wrong(left)))
