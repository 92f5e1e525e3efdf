"""clingo, grounded once; each literal is an external atom that is switched on and off."""

from __future__ import annotations

import clingo

from benchmarks.peers import Results, Teller
from benchmarks.workload import Literal, Workload
from charley.facts.vocabulary import Value

COMPARE = {
    "==": lambda known, value: known is value,
    ">=": lambda known, value: known >= value,
    ">": lambda known, value: known > value,
    "<=": lambda known, value: known <= value,
    "<": lambda known, value: known < value,
}


class Clingo:
    name = "clingo (multi-shot)"
    lives = True

    def __init__(self, work: Workload) -> None:
        self._work = work
        literals: dict[Literal, int] = {}
        lines: list[str] = []
        for rule, (id, ways) in enumerate(work.ways.items()):
            for way in ways:
                body = [
                    f"found({literal.name})"
                    if literal.op == "found"
                    else f"lit({literals.setdefault(literal, len(literals))})"
                    for literal in way
                ]
                lines.append(f"fires({rule}) :- {', '.join(body)}.")
            lines += [f"found({finding}) :- fires({rule})." for finding in work.effects[id].findings]
        externals = [f"#external lit({number})." for number in literals.values()]
        self._control = clingo.Control(["--warn=none"])
        self._control.add("base", [], "\n".join([*externals, *lines, "#show fires/1."]))
        self._control.ground([("base", [])])
        self._ids = list(work.ways)
        self._literals: dict[str, list[tuple[Literal, clingo.Symbol]]] = {}
        for literal, number in literals.items():
            symbol = clingo.Function("lit", [clingo.Number(number)])
            self._literals.setdefault(literal.name, []).append((literal, symbol))

    def patient(self, record: dict[str, Value]) -> Results:
        for fact, literals in self._literals.items():
            for literal, symbol in literals:
                known = fact in record and COMPARE[literal.op](record[fact], literal.value)
                self._control.assign_external(symbol, known)
        self._solve()
        return self.results()

    def begin(self) -> Teller:
        self.patient({})
        return self._tell

    def _tell(self, fact: str, value: Value) -> None:
        for literal, symbol in self._literals.get(fact, ()):
            if COMPARE[literal.op](value, literal.value):
                self._control.assign_external(symbol, True)
        self._solve()

    def _solve(self) -> None:
        self._control.solve(on_model=self._keep)

    def _keep(self, model: clingo.Model) -> None:
        self._fired = [symbol.arguments[0].number for symbol in model.symbols(shown=True)]
        self._scores = self._work.priors[:]
        for rule in self._fired:
            for candidate, weight in self._work.effects[self._ids[rule]].weights:
                self._scores[candidate] += weight

    def results(self) -> Results:
        return frozenset(self._ids[n] for n in self._fired), tuple(self._scores)
