"""Questions to the solver, and the smallest patient that answers one.

Of all records that make a formula true the smallest has the fewest known facts; of those, the ones that are
easiest to come by (history before examination before tests); and each has its most ordinary value. So the
same question always has the same answer.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import cache

import z3

from charley.audit.symbolic.connectives import Formula
from charley.audit.symbolic.variables import Cut, Patient
from charley.documents.diagnostic import CharleyError
from charley.facts.record import Record
from charley.facts.vocabulary import Fact, Value

__all__ = ["NotDecided", "Search", "plain", "simplest"]

_BURDEN = {"history": 0, "examination": 1, "blood_test": 2, "imaging": 3}


PATIENCE = 4
"""A witness of so few known facts is looked for before it is asked whether there is any."""


class NotDecided(CharleyError):
    """The solver returned no answer, because of its time limit or for another reason."""


class Search:
    """An unconstrained patient and an incremental solver for questions about them.

    `seconds` is the limit for one question. `usual` gives the ordinary values of numbers, when first needed.
    """

    def __init__(
        self, patient: Patient, seconds: float = 30.0, usual: Callable[[], Mapping[str, float]] = dict
    ) -> None:
        self.patient = patient
        self.usual = cache(usual)
        self._milliseconds = max(1, int(seconds * 1000))
        self._said: list[z3.BoolRef] = []
        self._solver = self._new()

    def _new(self) -> z3.Solver:
        solver = z3.SimpleSolver()
        solver.set("timeout", self._milliseconds)
        solver.set("random_seed", 0)
        return solver

    def _catch_up(self) -> None:
        """Assert what must hold of the variables made since the last question."""
        fresh = self.patient.possible()
        self._said += fresh
        self._solver.add(*fresh)

    def possible(self, *formulas: Formula) -> bool:
        """Whether some patient makes all of them true. Raises `NotDecided`."""
        if any(formula is False for formula in formulas):
            return False
        open_ = [formula for formula in formulas if formula is not True]
        if not open_:
            return True
        self._catch_up()
        self._solver.push()
        try:
            self._solver.add(*open_)
            return _decided(self._solver.check())
        finally:
            self._solver.pop()

    def anybody(self, *formulas: Formula) -> Record | None:
        """Any record that makes all of them true; None if there is none."""
        if any(formula is False for formula in formulas):
            return None
        self._catch_up()
        self._solver.push()
        try:
            self._solver.add(*(formula for formula in formulas if formula is not True))
            return self.patient.record(self._solver.model()) if _decided(self._solver.check()) else None
        finally:
            self._solver.pop()

    def core(self, named: Mapping[str, Formula]) -> list[str]:
        """A minimal unsatisfiable subset of the formulas, by name."""
        wanted = [name for name, formula in named.items() if formula is not True]
        for name in list(wanted):
            rest = [named[other] for other in wanted if other != name]
            if not self.possible(*rest):
                wanted.remove(name)
        return wanted

    def smallest(self, *formulas: Formula) -> Record | None:
        """The smallest record that makes all of them true, or None where there is none."""
        if any(formula is False for formula in formulas):
            return None
        self._catch_up()
        solver = self._new()
        solver.add(*self._said, *(formula for formula in formulas if formula is not True))
        known = {id: self.patient.known(id) for id in self._facts() if id in self.patient.touched}
        if not self._within_fewest(solver, known):
            return None
        names = self._needed(solver, known)
        solver.add(*(held if name in names else z3.Not(held) for name, held in known.items()))
        record: dict[str, Value] = {}
        for name, fact in self.patient.facts.items():
            if name in names:
                record[name] = self._ordinary(solver, fact)
        return record

    def _within_fewest(self, solver: z3.Solver, known: Mapping[str, z3.BoolRef]) -> bool:
        """Whether there is a patient at all; that as few facts as can be are known is then asserted.

        Few are tried first: that is quick to refute and nearly always enough.
        """
        for few in range(len(known) + 1):
            if few == PATIENCE and not _decided(solver.check()):
                return False
            solver.push()
            solver.add(z3.AtMost(*known.values(), few) if few < len(known) else True)
            found = _decided(solver.check())
            solver.pop()
            if found:
                solver.add(z3.AtMost(*known.values(), few) if few < len(known) else True)
                return True
        return False

    def _facts(self) -> Iterator[str]:
        """All facts, the most burdensome first."""
        order = list(self.patient.facts.values())
        order.sort(key=lambda f: (-_BURDEN[f.burden], f.answered_by == "patient", f.priority == "core"))
        yield from (fact.id for fact in order)

    def _needed(self, solver: z3.Solver, known: Mapping[str, z3.BoolRef]) -> list[str]:
        """The facts that remain after each one that can be left out has been left out."""
        _decided(solver.check())
        model = solver.model()
        needed: list[str] = []
        left_out: list[z3.BoolRef] = []
        for name, held in known.items():
            if z3.is_true(model.eval(held, model_completion=True)):
                if not _decided(solver.check(*left_out, z3.Not(held))):
                    needed.append(name)
                    continue
                model = solver.model()
            left_out.append(z3.Not(held))
        return needed

    def _ordinary(self, solver: z3.Solver, fact: Fact) -> Value:
        """The most ordinary value that is possible; that the fact has it is then asserted."""
        for value in self._values(fact):
            saying = list(self.patient.having(fact.id, value))
            if _decided(solver.check(*saying)):
                solver.add(*saying)
                return value
        return self._exactly(solver, fact.id)

    def _values(self, fact: Fact) -> Iterator[Value]:
        """One value of each kind that the base tells apart, the most ordinary first."""
        match fact.kind:
            case "boolean":
                yield from (False, True)
            case "choice":
                yield from fact.choices
            case _:
                low, high = self.patient.ranges[fact.id]
                usual = Fraction(str(self.usual().get(fact.id, float((low + high) / 2))))
                found = {simplest(usual, *ends) for ends in self.patient.intervals(fact.id)}
                yield from map(plain, sorted(found, key=lambda v: (abs(v - usual), v)))

    def _exactly(self, solver: z3.Solver, fact: str) -> Value:
        """A number that satisfies arithmetic with other numbers, with as few decimals as possible.

        It is the lowest one, since the solver's own choice differs from call to call.
        """
        real = self.patient.real(fact)
        for decimals in range(10):
            whole = z3.Int(f"{fact} in units of 1e-{decimals}")
            solver.push()
            solver.add(real * 10**decimals == z3.ToReal(whole))
            least = self._lowest(solver, whole, fact, decimals)
            solver.pop()
            if least is not None:
                value = plain(Fraction(least, 10**decimals))
                solver.add(*self.patient.having(fact, value))
                return value
        raise NotDecided(f"no number with few decimals for `{fact}`")

    def _lowest(self, solver: z3.Solver, whole: z3.ArithRef, fact: str, decimals: int) -> int | None:
        """The lowest value of a whole number, by halving the range of the fact; None where there is none."""
        if not _decided(solver.check()):
            return None
        highest = int(solver.model().eval(whole, model_completion=True).as_long())
        lowest = math.floor(self.patient.ranges[fact][0] * 10**decimals)
        while lowest < highest:
            middle = (lowest + highest) // 2
            if _decided(solver.check(whole >= lowest, whole <= middle)):
                highest = int(solver.model().eval(whole, model_completion=True).as_long())
            else:
                lowest = middle + 1
        return highest


def _decided(result: z3.CheckSatResult) -> bool:
    if result == z3.unknown:
        raise NotDecided
    return bool(result == z3.sat)


def simplest(usual: Fraction, low: Cut, high: Cut) -> Fraction:
    """The number from `low` up to, not including, `high` that is nearest to the usual one, and round."""

    def inside(value: Fraction) -> bool:
        return low <= (value, False) < high

    if inside(usual):
        return usual
    end, side = (low, 1) if low > (usual, False) else (high, -1)
    if inside(end.at):
        return end.at
    step = Fraction(1, 10 ** _decimals(end.at))
    while not inside(end.at + side * step):
        step /= 10
    return end.at + side * step


def _decimals(number: Fraction) -> int:
    return next((n for n in range(12) if (number * 10**n).denominator == 1), 12)


def plain(number: Fraction) -> int | float:
    """The number as a person would write it."""
    return int(number) if number.denominator == 1 else float(number)
