"""Charley's own counter network."""

from __future__ import annotations

from benchmarks.peers import Results, Teller
from benchmarks.workload import Workload
from charley.engine.kernel.network import Network
from charley.facts.vocabulary import Value


class Firing:
    """Following only what fires, which is all that the other engines follow."""

    name = "Charley, what fires"
    lives = True
    falsity = False

    def __init__(self, work: Workload) -> None:
        self._network = Network(work.base, falsity=self.falsity)

    def patient(self, record: dict[str, Value]) -> Results:
        patient = self._network.start(record)
        return patient.fired, tuple(patient.scores)

    def begin(self) -> Teller:
        self._patient = self._network.start()
        return self._patient.tell

    def results(self) -> Results:
        return self._patient.fired, tuple(self._patient.scores)


class Kernel(Firing):
    """Following also what can no longer fire, as `diagnose` needs it."""

    name = "Charley, what fires and what is ruled out"
    falsity = True
