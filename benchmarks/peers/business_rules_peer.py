"""business-rules: one list of rules for each stratum, run in order."""

from __future__ import annotations

from typing import Any

from business_rules import run_all
from business_rules.actions import BaseActions, rule_action
from business_rules.fields import FIELD_TEXT
from business_rules.variables import BaseVariables, boolean_rule_variable, numeric_rule_variable

from benchmarks.peers import Results, Teller
from benchmarks.workload import Literal, Workload
from charley.facts.vocabulary import Value

OPERATORS = {
    ">=": "greater_than_or_equal_to",
    ">": "greater_than",
    "<=": "less_than_or_equal_to",
    "<": "less_than",
}


class BusinessRules:
    name = "business-rules"
    lives = False

    def __init__(self, work: Workload) -> None:
        self._work = work
        concluding = len(work.findings)
        rules = [
            {
                "conditions": {
                    "any": [{"all": [c for part in way for c in _conditions(part)]} for way in ways]
                },
                "actions": [{"name": "fire", "params": {"rule": id}}],
            }
            for id, ways in work.ways.items()
        ]
        self._strata = [rules[: concluding // 2], rules[concluding // 2 : concluding], rules[concluding:]]
        variables: dict[str, Any] = {}
        for fact in (*work.booleans, *work.findings):
            variables[f"yes_{fact}"] = _yes_or_no(fact, True)
            variables[f"no_{fact}"] = _yes_or_no(fact, False)
        for fact in work.numbers:
            variables[f"known_{fact}"] = _known(fact)
            variables[fact] = _number(fact)
        self._variables = type("Variables", (_Variables,), variables)

    def patient(self, record: dict[str, Value]) -> Results:
        self._state = _State(self._work, dict(record))
        variables, actions = self._variables(self._state.known), _Actions(self._state)
        for rules in self._strata:
            run_all(rule_list=rules, defined_variables=variables, defined_actions=actions)
        return self.results()

    def begin(self) -> Teller:
        raise NotImplementedError

    def results(self) -> Results:
        return frozenset(self._state.fired), tuple(self._state.scores)


class _State:
    def __init__(self, work: Workload, known: dict[str, Value]) -> None:
        self.work, self.known = work, known
        self.fired: set[str] = set()
        self.scores = work.priors[:]


class _Variables(BaseVariables):
    def __init__(self, known: dict[str, Value]) -> None:
        self.known = known


class _Actions(BaseActions):
    def __init__(self, state: _State) -> None:
        self.state = state

    @rule_action(params={"rule": FIELD_TEXT})
    def fire(self, rule: str) -> None:
        state, effects = self.state, self.state.work.effects[rule]
        state.fired.add(rule)
        for candidate, weight in effects.weights:
            state.scores[candidate] += weight
        for finding in effects.findings:
            state.known[finding] = True


def _yes_or_no(fact: str, wanted: bool) -> Any:
    @boolean_rule_variable()
    def variable(self: _Variables) -> bool:
        return self.known.get(fact) is wanted

    return variable


def _known(fact: str) -> Any:
    @boolean_rule_variable()
    def variable(self: _Variables) -> bool:
        return fact in self.known

    return variable


def _number(fact: str) -> Any:
    @numeric_rule_variable()
    def variable(self: _Variables) -> Any:
        return self.known.get(fact, 0)

    return variable


def _conditions(literal: Literal) -> list[dict[str, Any]]:
    if isinstance(literal.value, bool):
        name = f"{'yes' if literal.value else 'no'}_{literal.name}"
        return [{"name": name, "operator": "is_true", "value": True}]
    return [
        {"name": f"known_{literal.name}", "operator": "is_true", "value": True},
        {"name": literal.name, "operator": OPERATORS[literal.op], "value": literal.value},
    ]
