"""Conditions as formulas over every possible patient; the cases stand as in `engine.meaning`.

A condition has two formulas, that it is known true and that it is known false.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cache, cached_property
from itertools import combinations
from typing import assert_never

from charley.audit.symbolic.connectives import Formula, at_least, conjunction, disjunction, negated
from charley.audit.symbolic.variables import Cut, Linear, Patient
from charley.rules.core import Core, Literal, Threshold, core, literals
from charley.rules.instrument import Derived
from charley.rules.interval import exact
from charley.rules.knowledge_base import KnowledgeBase, needs
from charley.rules.language.condition import Condition
from charley.rules.order import bottom_up

__all__ = ["Conditions"]


class Conditions:
    """The conditions of a base as formulas over an unconstrained patient.

    Each formula is made when it is first needed and kept. `like` is another base over the same patient; its
    formulas are shared where they are the same.
    """

    def __init__(
        self, base: KnowledgeBase, patient: Patient | None = None, like: Conditions | None = None
    ) -> None:
        self.base = base
        self.patient = patient or Patient(base.vocabulary)
        self._alike = like
        self._narrower = {id for id in base.vocabulary if not self._same(id)}
        # A cache for each object, so that the formulas are freed with it.
        self._findings: dict[tuple[str, bool], Formula] = {}
        self.literal = cache(self._literal)

    def condition(self, condition: Condition, wanted: bool = True) -> Formula:
        """The condition is known true; or, unwanted, known false."""
        return self.core(core(condition, self.base.instruments, wanted))

    def core(self, condition: Core) -> Formula:
        """The two cases."""
        match condition:
            case Literal():
                return self.literal(condition)
            case Threshold(needed, parts, weights):
                return at_least(needed, zip(weights, map(self.core, parts), strict=True))
            case _:
                assert_never(condition)

    def _literal(self, literal: Literal) -> Formula:
        name, op, value, wanted = literal.name, literal.op, literal.value, literal.wanted
        if name in self.base.findings:
            return self.finding(name, wanted)
        if name in self.base.derived:
            assert isinstance(value, int | float)
            return self._derived(self.base.derived[name], op, exact(value), wanted)
        known = self.known(name)
        if known is False:
            return False
        if isinstance(value, bool):
            return self.patient.is_(name, value is wanted)
        if isinstance(value, str | tuple):
            meant = value if isinstance(value, tuple) else (value,)
            choices = [c for c in self.base.vocabulary[name].choices if (c in meant) is wanted]
            return disjunction(self.patient.is_(name, choice) for choice in choices)
        return conjunction([known, self._number(name, op, exact(value), wanted)])

    def known(self, fact: str) -> Formula:
        """The fact is known, with a value that this base accepts."""
        if fact not in self._narrower:
            return self.patient.known(fact)
        mine = self.base.vocabulary[fact]
        if mine.kind != self.patient.facts[fact].kind:
            return False
        if mine.plausible_range is None:
            return disjunction(self.patient.is_(fact, choice) for choice in mine.choices)
        low, high = map(exact, mine.plausible_range)
        reaches = self.patient.reaches
        inside = [reaches(fact, Cut(low, False)), negated(reaches(fact, Cut(high, True)))]
        return conjunction([self.patient.known(fact), *inside])

    def _same(self, fact: str) -> bool:
        mine, all_ = self.base.vocabulary[fact], self.patient.facts[fact]
        return (mine.kind, mine.choices, mine.plausible_range) == (
            all_.kind,
            all_.choices,
            all_.plausible_range,
        )

    def _number(self, fact: str, op: str, k: Fraction, wanted: bool) -> Formula:
        """The comparison has this result if the number is known."""
        at_least, above = (self.patient.reaches(fact, Cut(k, strictly)) for strictly in (False, True))
        match op:
            case ">=":
                found = at_least
            case ">":
                found = above
            case "<=":
                found = negated(above)
            case "<":
                found = negated(at_least)
            case _:
                found = conjunction([at_least, negated(above)])
        return found if wanted else negated(found)

    def _derived(self, derived: Derived, op: str, k: Fraction, wanted: bool) -> Formula:
        """The comparison is the same for every number that the derived value can still be."""
        if not wanted:
            if op == "==":
                return disjunction([self._low(derived, Cut(k, True)), self._high(derived, Cut(k, False))])
            op = {">=": "<", ">": "<=", "<=": ">", "<": ">="}[op]
        match op:
            case ">=":
                return self._low(derived, Cut(k, False))
            case ">":
                return self._low(derived, Cut(k, True))
            case "<=":
                return self._high(derived, Cut(k, True))
            case "<":
                return self._high(derived, Cut(k, False))
            case _:
                return conjunction([self._low(derived, Cut(k, False)), self._high(derived, Cut(k, True))])

    def _low(self, derived: Derived, cut: Cut) -> Formula:
        """The lowest that the derived value can be is at the cut or beyond."""
        match derived.kind:
            case "minimum":
                return conjunction(self._bound(((id, Fraction(1)),), cut) for id in derived.of)
            case "maximum":
                return disjunction(self._bound(((id, Fraction(1)),), cut) for id in derived.of)
            case _:
                form, at = _linear(derived, cut.at)
                return self._bound(form, Cut(at, cut.above))

    def _high(self, derived: Derived, cut: Cut) -> Formula:
        """The highest that the derived value can be is short of the cut."""

        def short(form: Linear, at: Fraction) -> Formula:
            # Short of the cut is: the lowest of the negative is beyond it.
            return self._bound(tuple((id, -factor) for id, factor in form), Cut(-at, not cut.above))

        match derived.kind:
            case "minimum":
                return disjunction(short(((id, Fraction(1)),), cut.at) for id in derived.of)
            case "maximum":
                return conjunction(short(((id, Fraction(1)),), cut.at) for id in derived.of)
            case _:
                return short(*_linear(derived, cut.at))

    def _bound(self, form: Linear, cut: Cut) -> Formula:
        """The lowest that the form can add up to is at the cut or beyond.

        For each set of facts that may be known: they are, and suffice whatever the others are.
        """
        ways: list[Formula] = []
        for size in range(len(form) + 1):
            for chosen in combinations(form, size):
                worst = sum((self._worst(*term) for term in form if term not in chosen), Fraction(0))
                rest = Cut(cut.at - worst, cut.above)
                ways.append(conjunction([*(self.known(id) for id, _ in chosen), self._sum(chosen, rest)]))
        return disjunction(ways)

    def _worst(self, fact: str, factor: Fraction) -> Fraction:
        low, high = map(exact, self.base.vocabulary[fact].plausible_range or (0, 0))
        return min(low * factor, high * factor)

    def _sum(self, form: Linear, cut: Cut) -> Formula:
        if not form:
            return cut <= Cut(Fraction(0), False)
        if len(form) > 1:
            return self.patient.sum_reaches(form, cut)
        ((fact, factor),) = form
        at = cut.at / factor
        if factor > 0:
            return self.patient.reaches(fact, Cut(at, cut.above))
        return negated(self.patient.reaches(fact, Cut(at, not cut.above)))

    def finding(self, name: str, wanted: bool) -> Formula:
        """The finding is known true; or, unwanted, known false."""
        if (name, wanted) not in self._findings:
            # Formulas of what it rests on are made first: recursion would overflow on long chains.
            for finding in bottom_up((name, wanted), self._rests_on):
                self._findings[finding] = self._finding(*finding)
        return self._findings[name, wanted]

    def _rests_on(self, finding: tuple[str, bool]) -> Iterator[tuple[str, bool]]:
        """The findings without a formula that this one rests on."""
        name, wanted = finding
        definition = self.base.definitions.get(name)
        if definition is None or (self._alike is not None and name not in self.otherwise):
            return
        for literal in literals(core(definition, self.base.instruments, wanted)):
            key = literal.name, literal.wanted
            if literal.name in self.base.findings and key not in self._findings:
                yield key

    def _finding(self, finding: str, wanted: bool) -> Formula:
        if self._alike is not None and finding not in self.otherwise:
            return self._alike.finding(finding, wanted)
        definition = self.base.definitions.get(finding)
        return False if definition is None else self.condition(definition, wanted)

    @cached_property
    def otherwise(self) -> set[str]:
        """The names whose definition differs from the other base's, directly or through another name."""
        assert self._alike is not None
        mine, other = self.base, self._alike.base
        changed = {id for id in mine.vocabulary if mine.vocabulary[id] != other.vocabulary.get(id)}
        changed |= {id for id in mine.derived if mine.derived[id] != other.derived.get(id)}
        changed |= {id for id, each in mine.derived.items() if not changed.isdisjoint(each.of)}
        changed |= {id for id in mine.instruments if mine.instruments[id] != other.instruments.get(id)}
        changed |= {id for id in mine.findings if mine.definitions.get(id) != other.definitions.get(id)}
        if changed:
            for id, condition in mine.definitions.items():  # none needs a later one
                if not changed.isdisjoint(needs([condition], mine.instruments)):
                    changed.add(id)
        return changed


def _linear(derived: Derived, at: Fraction) -> tuple[Linear, Fraction]:
    """A comparison of the derived value with `at`, as a form and what it is compared with.

    a / b against k is a - k b against 0, since the reader makes sure that b is positive.
    """
    match derived.kind:
        case "difference":
            return ((derived.of[0], Fraction(1)), (derived.of[1], Fraction(-1))), at
        case "ratio":
            form = ((derived.of[0], Fraction(1)), (derived.of[1], -at))
            return tuple(term for term in form if term[1]), Fraction(0)
        case _:
            return tuple((id, Fraction(1)) for id in derived.of), at
