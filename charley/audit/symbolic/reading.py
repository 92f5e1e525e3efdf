"""The formulas as a reading: the whole record is asserted, so the solver has no choice left."""

from __future__ import annotations

import z3

from charley.audit.symbolic.connectives import Formula
from charley.audit.symbolic.standing import Formulas
from charley.engine.meaning import Kleene, Valuation
from charley.engine.prepared import Prepared
from charley.engine.reading import Read, Reading, register
from charley.facts.record import Record

__all__ = ["FORMULAS"]


def _formulas(base: Prepared) -> Read:
    formulas = Formulas(base)
    rules = {id: (formulas.rule(id), formulas.rule(id, False)) for id in base.rules}
    solver = z3.SimpleSolver()
    solver.add(*formulas.patient.possible())

    def read(record: Record) -> Valuation:
        solver.push()
        try:
            solver.add(*formulas.patient.saying(record))
            assert solver.check() == z3.sat
            model = solver.model()

            def holds(formula: Formula) -> bool:
                if isinstance(formula, bool):
                    return formula
                return bool(z3.is_true(model.eval(formula, model_completion=True)))

            def state(fires: Formula, cannot: Formula) -> Kleene:
                return True if holds(fires) else False if holds(cannot) else None

            return Valuation({id: state(*pair) for id, pair in rules.items()}, {}, {}, {}, {})
        finally:
            solver.pop()

    return read


FORMULAS = Reading("formulas", _formulas, says=("rules",), quick=False)
register(FORMULAS)
