"""experta as it comes: a fact type for each fact, a rule for each way in which one of ours can fire."""

from __future__ import annotations

import operator
from typing import Any

from benchmarks.peers import Results, Teller
from benchmarks.workload import Literal, Workload
from charley.engine.session._experta import (  # imported where its import is put right
    Fact,
    KnowledgeEngine,
    P,
    Rule,
)
from charley.facts.vocabulary import Value

COMPARE = {">=": operator.ge, ">": operator.gt, "<=": operator.le, "<": operator.lt}


class Experta:
    name = "experta"
    lives = True

    def __init__(self, work: Workload) -> None:
        self._work = work
        names = (*work.booleans, *work.numbers, *work.findings)
        self._types = {name: type(name, (Fact,), {}) for name in names}
        rules: dict[str, Any] = {}
        for id, ways in work.ways.items():
            for at, way in enumerate(ways):
                rules[f"{id}-{at}".replace("-", "_")] = Rule(*map(self._pattern, way))(self._action(id))
        self._engine = type("Engine", (KnowledgeEngine,), rules)()

    def _pattern(self, literal: Literal) -> Any:
        if isinstance(literal.value, bool):
            return self._types[literal.name](v=literal.value)
        compare, value = COMPARE[literal.op], literal.value
        return self._types[literal.name](v=P(lambda known: compare(known, value)))

    def _action(self, id: str) -> Any:
        effects = self._work.effects[id]

        def fire(engine: Any) -> None:
            if id in self._fired:
                return
            self._fired.add(id)
            for candidate, weight in effects.weights:
                self._scores[candidate] += weight
            for finding in effects.findings:
                engine.declare(self._types[finding](v=True))

        return fire

    def patient(self, record: dict[str, Value]) -> Results:
        self.begin()
        for fact, value in record.items():
            self._engine.declare(self._types[fact](v=value))
        self._engine.run()
        return self.results()

    def begin(self) -> Teller:
        self._fired: set[str] = set()
        self._scores = self._work.priors[:]
        self._engine.reset()
        return self._tell

    def _tell(self, fact: str, value: Value) -> None:
        self._engine.declare(self._types[fact](v=value))
        self._engine.run()

    def results(self) -> Results:
        return frozenset(self._fired), tuple(self._scores)
