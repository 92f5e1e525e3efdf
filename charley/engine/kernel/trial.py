"""What would be said if some answers were other: the kernel on records that are not the patient's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from charley.engine.kernel.literals import holds
from charley.engine.kernel.network import Network
from charley.engine.standing import Scoring, most_urgent
from charley.facts.record import Record
from charley.facts.vocabulary import Value
from charley.rules.core import Literal
from charley.rules.interval import compare, derived_interval
from charley.rules.rule import Alert, Flag, Urgency

__all__ = ["Answer", "Outcome", "Supposed"]

Answer = tuple[str, Value]
"""A fact and the value it is supposed to have."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a record comes to: scores by candidate, who leads, and the urgency of every flag and alert."""

    scores: Mapping[str, int]
    leader: str
    flags: Mapping[str, Urgency]
    alerts: Mapping[str, Urgency]
    fired: frozenset[str]

    @property
    def dangers(self) -> dict[str, Urgency]:
        """Flags and alerts together, by the id of the candidate or the alert."""
        return {**self.flags, **self.alerts}

    def further(self, before: Outcome) -> dict[str, Urgency]:
        """The flags and alerts here that were not there before, or were less urgent."""
        old = before.dangers
        return {
            id: urgency
            for id, urgency in self.dangers.items()
            if most_urgent([urgency, old.get(id)]) != old.get(id)
        }


class Supposed:
    """A patient on whom answers are tried; each trial is undone before the next."""

    def __init__(self, network: Network, scoring: Scoring, record: Record) -> None:
        base = self.base = network.base
        self._scoring = scoring
        self._patient = network.start(record)
        self._nodes = network.conditions.nodes
        self._priors = [candidate.prior for candidate in base.candidates.values()]
        self._ids = tuple(base.candidates)
        # The place of each candidate among equals: the higher prior first, then the id.
        order = sorted(range(len(self._ids)), key=lambda at: (-self._priors[at], self._ids[at]))
        self._rank = {at: rank for rank, at in enumerate(order)}

    @property
    def record(self) -> Record:
        """What is known, with what is supposed at the moment."""
        return self._patient.record

    @contextmanager
    def if_(self, answers: Iterable[Answer]) -> Iterator[None]:
        """Suppose these answers for a while."""
        undo: list[tuple[str, Value | None]] = []
        patient = self._patient
        try:
            for fact, value in answers:
                undo.append((fact, patient.record.get(fact)))
                patient.tell(fact, value)
            yield
        finally:
            for fact, old in reversed(undo):
                if old is None:
                    patient.retract(fact)
                else:
                    patient.tell(fact, old)

    def node(self, number: int) -> bool:
        """Whether a condition of the kernel holds at the moment."""
        node = self._nodes[number]
        return self._literal(node) if isinstance(node, Literal) else self._patient.holds(number)

    def _literal(self, literal: Literal) -> bool:
        base, record = self.base, self._patient.record
        if literal.name in base.derived:
            assert isinstance(literal.value, int | float)
            interval = derived_interval(base.derived[literal.name], record, base.vocabulary)
            return compare(interval, literal.op, literal.value) is literal.wanted
        return literal.name in record and holds(literal, record[literal.name])

    def best(self) -> list[tuple[int, int, str]]:
        """Every candidate at the moment as (minus score, place among equals, id), unsorted."""
        rank, ids = self._rank, self._ids
        return [(-score, rank[at], ids[at]) for at, score in enumerate(self._patient.scores)]

    def outcome(self, answers: Iterable[Answer] = ()) -> Outcome:
        """What the record comes to with these answers."""
        with self.if_(answers):
            fired = self._patient.fired
            scoring = self._scoring
            return Outcome(
                scores=dict(zip(self._ids, self._patient.scores, strict=True)),
                leader=min(self.best())[2],
                flags=_raised(scoring.flags, fired),
                alerts=_raised(scoring.alerts, fired),
                fired=fired,
            )


def _raised(
    dangers: Mapping[str, list[tuple[str, Flag]]] | Mapping[str, list[tuple[str, Alert]]],
    fired: frozenset[str],
) -> dict[str, Urgency]:
    found: dict[str, Urgency] = {}
    for id, effects in dangers.items():
        urgency = most_urgent(effect.urgency for rule, effect in effects if rule in fired)
        if urgency is not None:
            found[id] = urgency
    return found
