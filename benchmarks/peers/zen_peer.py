"""zen-engine: an expression for each rule, a node for each stratum, a last node for the scores."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import zen

from benchmarks.peers import Results, Teller
from benchmarks.workload import Literal, Workload
from charley.facts.vocabulary import Value


class Zen:
    name = "zen-engine"
    lives = False

    def __init__(self, work: Workload) -> None:
        self._work = work
        self._unknown = dict.fromkeys((*work.booleans, *work.numbers))
        rules = list(work.ways)
        concluding = len(work.findings)
        strata = [rules[: concluding // 2], rules[concluding // 2 : concluding], rules[concluding:]]
        nodes = [{"id": "in", "name": "in", "type": "inputNode", "position": {"x": 0, "y": 0}}]
        for at, stratum in enumerate(strata):
            expressions: list[tuple[str, str]] = []
            for id in stratum:
                expressions.append((_name(id), " or ".join(map(_when, work.ways[id]))))
                expressions += [(finding, f"$.{_name(id)}") for finding in work.effects[id].findings]
            nodes.append(_node(f"stratum{at}", expressions))
        nodes.append(_node("scores", list(self._totals())))
        nodes.append({"id": "out", "name": "out", "type": "outputNode", "position": {"x": 0, "y": 0}})
        edges = [
            {"id": f"e{at}", "sourceId": one["id"], "targetId": other["id"], "type": "edge"}
            for at, (one, other) in enumerate(pairwise(nodes))
        ]
        self._decision = zen.ZenEngine().create_decision(
            json.dumps({"contentType": "application/vnd.gorules.decision", "nodes": nodes, "edges": edges})
        )

    def _totals(self) -> Any:
        effects = self._work.effects.items()
        for number, prior in enumerate(self._work.priors):
            weights = [
                f"({_name(id)} ? {weight} : 0)"
                for id, effect in effects for candidate, weight in effect.weights if candidate == number
            ]  # fmt: skip
            yield f"s{number}", " + ".join([str(prior), *weights])

    def patient(self, record: dict[str, Value]) -> Results:
        self._found = self._decision.evaluate({**self._unknown, **record})["result"]
        return self.results()

    def begin(self) -> Teller:
        raise NotImplementedError

    def results(self) -> Results:
        numbers = range(len(self._work.priors))
        return (
            frozenset(id for id in self._work.ways if self._found[_name(id)]),
            tuple(int(self._found[f"s{n}"]) for n in numbers),
        )


def _name(rule: str) -> str:
    return rule.replace("-", "")


def _node(name: str, expressions: list[tuple[str, str]]) -> dict[str, Any]:
    return {
        "id": name, "name": name, "type": "expressionNode", "position": {"x": 0, "y": 0},
        "content": {
            "expressions": [{"id": key, "key": key, "value": value} for key, value in expressions],
            "passThrough": True,
        },
    }  # fmt: skip


def _when(way: tuple[Literal, ...]) -> str:
    def test(literal: Literal) -> str:
        if literal.op == "found":
            return f"{literal.name} == true"
        if isinstance(literal.value, bool):
            return f"{literal.name} == {str(literal.value).lower()}"
        return f"({literal.name} != null and {literal.name} {literal.op} {literal.value})"

    return f"({' and '.join(map(test, way))})"
