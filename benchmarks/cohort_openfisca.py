"""The same rules as OpenFisca formulas: a variable for each rule, score and flag."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import numpy as np
import pyarrow as pa

from benchmarks.cohort_peers import NumpyPeer
from benchmarks.cohort_rules import PLACES, Results, keys, layers, sides, written
from benchmarks.workload import Workload
from charley.rules.language.condition import Atom, Condition

__all__ = ["OpenFiscaPeer"]

MONTH = "2026-01"
"""OpenFisca knows everything of a month."""

Formula = Callable[[Any, Any], Any]

_COMPARE = {"<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal}


class OpenFiscaPeer:
    """What is known of a fact is a variable, too."""

    threaded = False

    def __init__(self, work: Workload, threads: int | None = None) -> None:
        from openfisca_core.entities import build_entity
        from openfisca_core.taxbenefitsystems import TaxBenefitSystem

        self.name = f"OpenFisca {version('openfisca-core')}"
        self._person = build_entity(key="person", plural="persons", label="A patient", is_person=True)
        self._system = TaxBenefitSystem([self._person])
        self.work = work
        self._rules = {id: f"rule_{number}" for number, id in enumerate(work.base.rules)}
        self._finding = {
            effects.findings[0]: self._rules[id] for id, effects in work.effects.items() if effects.findings
        }
        for name in (*work.booleans, *work.numbers):
            self._add(name, bool if name in work.booleans else float)
            self._add(f"{name}_known", bool)
        for layer in layers(work):
            for id, condition in layer.items():
                self._add(self._rules[id], bool, self._rule(condition))
        for prior, (name, of) in zip(work.priors, sides(work)["score"].items(), strict=True):
            self._add(f"score_{name}", int, self._sum(prior, of))
        for name, of in sides(work)["flag"].items():
            self._add(f"flag_{name}", bool, self._sum(0, of))
        self._add("leader", int, self._leader())

    def _rule(self, condition: Condition) -> Formula:
        def formula(person: Any, period: Any) -> Any:
            def atom(it: Atom, wanted: bool) -> Any:
                if it.name in self._finding:
                    return person(self._finding[it.name], period)
                values, known = person(it.name, period), person(f"{it.name}_known", period)
                if isinstance(it.value, bool):
                    return known & values if wanted else known & ~values
                return known & _COMPARE[it.op](values, it.value)

            return written(condition, atom, np.logical_and, np.logical_or)

        return formula

    def _sum(self, start: int, of: list[tuple[str, int]]) -> Formula:
        def formula(person: Any, period: Any) -> Any:
            found = np.full(person.count, start, np.int32)
            for id, weight in of:
                found = found + person(self._rules[id], period) * np.int32(weight)
            return found

        return formula

    def _leader(self) -> Formula:
        def formula(person: Any, period: Any) -> Any:
            highest = np.full(person.count, np.iinfo(np.int32).min, np.int32)
            for score, place in keys(self.work):
                highest = np.maximum(highest, person(score, period) * np.int32(PLACES) + np.int32(place))
            return highest & np.int32(PLACES - 1)

        return formula

    def _add(self, name: str, kind: type, formula: Formula | None = None) -> None:
        from openfisca_core.periods import DateUnit
        from openfisca_core.variables import Variable

        said: dict[str, Any] = {
            "value_type": kind,
            "entity": self._person,
            "definition_period": DateUnit.MONTH,
            "label": name,
        }
        if formula is not None:
            said["formula"] = formula
        self._system.add_variable(type(name, (Variable,), said))

    def prepared(self, table: pa.Table) -> Any:
        """Values and masks; numbers in single precision, as it keeps them."""
        return {
            name: (values.astype(np.float32) if values.dtype == np.float64 else values, known)
            for name, (values, known) in NumpyPeer(self.work).prepared(table).items()
        }

    def run(self, given: Any) -> Any:
        """Everything, calculated by a simulation of its own."""
        from openfisca_core.simulation_builder import SimulationBuilder

        rows = len(next(iter(given.values()))[0])
        simulation = SimulationBuilder().build_default_simulation(self._system, rows)
        for name, (values, known) in given.items():
            simulation.set_input(name, MONTH, values)
            simulation.set_input(f"{name}_known", MONTH, known)
        found = {id: simulation.calculate(name, MONTH) for id, name in self._rules.items()}
        found["leader"] = simulation.calculate("leader", MONTH)
        for name in self.work.base.candidates:
            for kind in ("score", "flag"):
                found[f"{kind}_{name}"] = simulation.calculate(f"{kind}_{name}", MONTH)
        return found

    def columns(self, found: Any) -> Results:
        """The result, to be checked."""
        return dict(found)
