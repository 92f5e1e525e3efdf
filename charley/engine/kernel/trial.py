"""A patient on whom answers are tried, each trial undone before the next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from charley.engine.kernel.literals import literal_holds
from charley.engine.kernel.network import Network
from charley.engine.kernel.sketch import Sketch
from charley.engine.standing import Scoring, rank
from charley.facts.record import Record
from charley.facts.vocabulary import Value
from charley.rules.core import Literal
from charley.rules.interval import compare, derived_interval
from charley.rules.rule import Alert, Flag, Urgency, most_urgent

__all__ = ["Answer", "Trial"]

Answer = tuple[str, Value]
"""A fact and the value it is supposed to have."""


class Trial:
    """The network of a patient, with further or other answers for a while."""

    def __init__(self, network: Network, scoring: Scoring, record: Record) -> None:
        base = self.base = network.base
        self._scoring = scoring
        self._patient = network.start(record)
        self._nodes = network.conditions.nodes
        self._ids = tuple(base.candidates)
        # The place of each candidate among those of equal score.
        order = sorted(self._ids, key=lambda id: rank(base.candidates[id], 0))
        self._rank = [order.index(id) for id in self._ids]

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
        return literal.name in record and literal_holds(literal, record[literal.name])

    def best(self) -> list[tuple[int, int, str]]:
        """Every candidate at the moment as (minus score, place among equals, id), unsorted."""
        rank, ids = self._rank, self._ids
        return [(-score, rank[at], ids[at]) for at, score in enumerate(self._patient.scores)]

    @property
    def fired(self) -> frozenset[str]:
        """The rules that fire at the moment."""
        return self._patient.fired

    def sketch(self, answers: Iterable[Answer] = ()) -> Sketch:
        """What the record comes to with these answers."""
        with self.if_(answers):
            fired, scoring = self._patient.fired, self._scoring
            return Sketch(
                scores=self._patient.scores,
                leader=min(self.best())[2],
                flags=_raised(scoring.flags, fired),
                alerts=_raised(scoring.alerts, fired),
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
