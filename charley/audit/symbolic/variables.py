"""Every possible patient, as z3 variables: what can be known of each fact, and nothing about the rules.

A boolean fact is two variables (known yes, known no), a choice one for each choice. A number is `known` and
one variable for each number that something compares it with, in order; a number that takes part in a
difference, ratio or sum is an exact real as well. All that is asserted is that a patient is possible.
"""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

import z3

from charley.facts.record import Record
from charley.facts.vocabulary import Fact, Value
from charley.rules.interval import exact

__all__ = ["Cut", "Linear", "Patient", "merged"]


class Cut(NamedTuple):
    """Where a number is compared: is it at least this; or, `above`, more than this."""

    at: Fraction
    above: bool


Linear = tuple[tuple[str, Fraction], ...]
"""Number facts, each with what it is multiplied by, to be added up."""


class Patient:
    """The variables of one possible patient.

    Variables are made when they are first needed: `possible` is what has to be asserted since it was last
    asked, and `touched` the facts of which anything was needed.
    """

    def __init__(self, facts: Mapping[str, Fact]) -> None:
        self.facts = facts
        self.ranges: dict[str, tuple[Fraction, Fraction]] = {}
        self.cuts: dict[str, list[Cut]] = {}
        self._variables: dict[tuple[str, object], z3.BoolRef] = {}
        self._reals: dict[str, z3.ArithRef] = {}
        self._sums: dict[tuple[Linear, Cut], z3.BoolRef] = {}
        self._fresh: list[z3.BoolRef] = []
        self._known: dict[str, z3.BoolRef] = {}
        self.touched: set[str] = set()
        for fact in facts.values():
            if fact.plausible_range is not None:
                low, high = fact.plausible_range
                self.ranges[fact.id] = (exact(low), exact(high))
                self.cuts[fact.id] = []

    def possible(self) -> list[z3.BoolRef]:
        """What must hold of the variables made since the last call."""
        fresh, self._fresh = self._fresh, []
        return fresh

    def is_(self, fact: str, value: bool | str) -> z3.BoolRef:
        """The fact is known, and has this value."""
        made = self._variables.get((fact, value))
        if made is None:
            self.touched.add(fact)
            every = (True, False) if self.facts[fact].kind == "boolean" else self.facts[fact].choices
            for one in every:
                self._variables[fact, one] = z3.Bool(f"{fact} = {_said(one)}")
            ways = [self._variables[fact, one] for one in every]
            self._fresh.append(z3.AtMost(*ways, 1))
            made = self._variables[fact, value]
        return made

    def known(self, fact: str) -> z3.BoolRef:
        """The fact is known."""
        made = self._known.get(fact)
        if made is None:
            self.touched.add(fact)
            kind = self.facts[fact].kind
            if kind == "number":
                made = z3.Bool(f"{fact} is known")
            else:
                every = (True, False) if kind == "boolean" else self.facts[fact].choices
                made = z3.Or([self.is_(fact, one) for one in every])
            self._known[fact] = made
        return made

    def knowing(self, fact: str) -> Iterator[z3.BoolRef]:
        """The variables of which all are false when the fact is unknown."""
        kind = self.facts[fact].kind
        if kind == "number":
            yield self.known(fact)
        else:
            for one in (True, False) if kind == "boolean" else self.facts[fact].choices:
                yield self.is_(fact, one)

    def reaches(self, fact: str, cut: Cut) -> z3.BoolRef | bool:
        """The number, should it be known, is at the cut or beyond; a plain bool where the range says so."""
        low, high = self.ranges[fact]
        if cut <= (low, False):
            return True
        if cut > (high, False):
            return False
        made = self._variables.get((fact, cut))
        if made is None:
            made = z3.Bool(f"{fact} {'>' if cut.above else '>='} {cut.at}")
            self._variables[fact, cut] = made
            cuts = self.cuts[fact]
            insort(cuts, cut)
            at = cuts.index(cut)
            if at:
                self._fresh.append(z3.Implies(made, self._variables[fact, cuts[at - 1]]))
            if at + 1 < len(cuts):
                self._fresh.append(z3.Implies(self._variables[fact, cuts[at + 1]], made))
            if fact in self._reals:
                self._link(fact, cut)
        return made

    def sum_reaches(self, form: Linear, cut: Cut) -> z3.BoolRef:
        """What the form adds up to, should all its facts be known, is at the cut or beyond."""
        made = self._sums.get((form, cut))
        if made is None:
            total = z3.Sum([_number(factor) * self.real(fact) for fact, factor in form])
            made = total > _number(cut.at) if cut.above else total >= _number(cut.at)
            self._sums[form, cut] = made
        return made

    def real(self, fact: str) -> z3.ArithRef:
        """The number itself."""
        made = self._reals.get(fact)
        if made is None:
            made = self._reals[fact] = z3.Real(fact)
            low, high = self.ranges[fact]
            self._fresh += [made >= _number(low), made <= _number(high)]
            for cut in self.cuts[fact]:
                self._link(fact, cut)
        return made

    def intervals(self, fact: str) -> Iterator[tuple[Cut, Cut]]:
        """What the cuts divide the range of a number into: from the first cut up to before the second."""
        low, high = self.ranges[fact]
        ends = [Cut(low, False), *self.cuts[fact], Cut(high, True)]
        yield from pairwise(ends)

    def _link(self, fact: str, cut: Cut) -> None:
        real, at = self._reals[fact], _number(cut.at)
        self._fresh.append(self._variables[fact, cut] == (real > at if cut.above else real >= at))

    def saying(self, record: Record) -> Iterator[z3.BoolRef]:
        """The formulas that make the patient equal to this record."""
        for fact in self.facts:
            if fact in record:
                yield from self.having(fact, record[fact])
            else:
                yield z3.Not(self.known(fact))

    def record(self, model: z3.ModelRef) -> Record:
        """The patient of a model: every number as the model has it, or the lowest of its interval."""

        def holds(formula: z3.BoolRef) -> bool:
            return bool(z3.is_true(model.eval(formula, model_completion=True)))

        record: dict[str, Value] = {}
        for fact in self.facts:
            if fact not in self.touched or not holds(self.known(fact)):
                continue
            kind = self.facts[fact].kind
            if kind != "number":
                ways = (True, False) if kind == "boolean" else self.facts[fact].choices
                record[fact] = next(one for one in ways if holds(self.is_(fact, one)))
            elif fact in self._reals:
                real = model.eval(self._reals[fact], model_completion=True)
                record[fact] = float(real.as_fraction())
            else:
                record[fact] = self._inside(fact, holds)
        return record

    def _inside(self, fact: str, holds: Callable[[z3.BoolRef], bool]) -> float:
        """A number that reaches the cuts that hold, and no others."""
        reached = [cut for cut in self.cuts[fact] if holds(self._variables[fact, cut])]
        ends = [Cut(self.ranges[fact][0], False), *self.cuts[fact], Cut(self.ranges[fact][1], True)]
        low, high = ends[len(reached)], ends[len(reached) + 1]
        return float(low.at if not low.above else (low.at + high.at) / 2)

    def having(self, fact: str, value: Value) -> Iterator[z3.BoolRef]:
        """That the fact is known and has this value."""
        if isinstance(value, bool | str):
            yield self.is_(fact, value)
            return
        number = exact(value)
        yield self.known(fact)
        for cut in self.cuts[fact]:
            variable = self._variables[fact, cut]
            yield variable if number > cut.at or (number == cut.at and not cut.above) else z3.Not(variable)
        if fact in self._reals:
            yield self._reals[fact] == _number(number)


def merged(vocabularies: Iterable[Mapping[str, Fact]]) -> dict[str, Fact]:
    """The facts of several vocabularies; of one that differs, all choices and the widest range."""
    facts: dict[str, Fact] = {}
    for vocabulary in vocabularies:
        for id, fact in vocabulary.items():
            other = facts.get(id)
            if other is None or other.kind != fact.kind:
                facts[id] = fact
                continue
            update: dict[str, object] = {}
            if fact.plausible_range is not None and other.plausible_range is not None:
                (a, b), (c, d) = fact.plausible_range, other.plausible_range
                update["plausible_range"] = (min(a, c), max(b, d))
            update["choices"] = tuple(dict.fromkeys((*other.choices, *fact.choices)))
            facts[id] = fact.model_copy(update=update)
    return facts


def _said(value: bool | str) -> str:
    return value if isinstance(value, str) else "yes" if value else "no"


def _number(number: Fraction) -> z3.RatNumRef:
    return z3.Q(number.numerator, number.denominator)
