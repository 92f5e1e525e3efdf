"""durable_rules: a rule for each way; a patient is a session of its own."""

from __future__ import annotations

from contextlib import suppress
from itertools import count
from typing import Any

from durable.engine import Host, MessageNotHandledException

from benchmarks.peers import Results, Teller
from benchmarks.workload import Literal, Workload
from charley.facts.vocabulary import Value

OPERATORS = {">=": "$gte", ">": "$gt", "<=": "$lte", "<": "$lt"}


class Durable:
    name = "durable_rules"
    lives = True

    def __init__(self, work: Workload) -> None:
        self._work = work
        self._session = count()
        rules: dict[str, Any] = {}
        for id, ways in work.ways.items():
            for at, way in enumerate(ways):
                # Patterns match different facts, so what is asked of one fact is one pattern.
                names = dict.fromkeys(literal.name for literal in way)
                asked = ([literal for literal in way if literal.name == name] for name in names)
                patterns = [{f"m{n}": _pattern(literals)} for n, literals in enumerate(asked)]
                rules[f"{id}-{at}"] = {"all": patterns, "run": self._action(id)}
        self._host = Host({"bench": rules})

    def _action(self, id: str) -> Any:
        effects = self._work.effects[id]

        def fire(c: Any) -> None:
            if id in self._fired:
                return
            self._fired.add(id)
            for candidate, weight in effects.weights:
                self._scores[candidate] += weight
            for finding in effects.findings:
                c.assert_fact({"name": finding, "v": True})

        return fire

    def patient(self, record: dict[str, Value]) -> Results:
        tell = self.begin()
        for fact, value in record.items():
            tell(fact, value)
        return self.results()

    def begin(self) -> Teller:
        self._fired: set[str] = set()
        self._scores = self._work.priors[:]
        self._sid = str(next(self._session))
        return self._tell

    def _tell(self, fact: str, value: Value) -> None:
        # A fact that no rule waits for is reported as an error, after it has been taken.
        with suppress(MessageNotHandledException):
            self._host.assert_fact("bench", {"name": fact, "v": value, "sid": self._sid})

    def results(self) -> Results:
        return frozenset(self._fired), tuple(self._scores)


def _pattern(literals: list[Literal]) -> Any:
    tests: list[Any] = [{"name": literals[0].name}]
    for literal in literals:
        value: Any = {"v": literal.value}
        tests.append(value if isinstance(literal.value, bool) else {OPERATORS[literal.op]: value})
    return {"$and": tests}
