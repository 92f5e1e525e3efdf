"""The meaning of a base as z3 formulas over every possible patient; the cases stand as in `engine.meaning`.

Each formula is made when it is first needed and kept, so a question costs only what it can depend on.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Collection, Iterable, Sequence
from fractions import Fraction
from functools import cache
from itertools import combinations
from typing import TypeAlias, assert_never

import z3

from charley.audit.patient import Cut, Linear, Patient
from charley.engine.score import NEAR
from charley.rules.candidate import Candidate, Section
from charley.rules.condition import Condition
from charley.rules.core import Core, Literal, Threshold, core, exact
from charley.rules.instrument import Derived
from charley.rules.invariant import Claim, Denied, Event, Known, Of, RanksAbove, Score, Stands, Urgent
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.rule import URGENCIES, Advise, Alert, Clear, Flag, Urgency, Weigh

__all__ = [
    "Formula",
    "Formulas",
    "Points",
    "at_least",
    "both",
    "either",
    "more",
    "negated",
    "same",
    "same_points",
]

Formula: TypeAlias = "z3.BoolRef | bool"
Points = tuple[int, tuple[tuple[int, z3.BoolRef], ...]]
"""A number: a constant, and points for each formula that holds."""


class Formulas:
    """A base, asked of a patient who can be anybody."""

    def __init__(
        self, base: KnowledgeBase, patient: Patient | None = None, like: Formulas | None = None
    ) -> None:
        """`like`: another base asked of the same patient; its formulas are taken where they are the same."""
        self.base = base
        self.patient = patient or Patient(base.vocabulary)
        self._like = like
        self._narrower = {id for id in base.vocabulary if not self._same(id)}
        self._effects: dict[str, dict[object, list[tuple[str, int]]]] = {c: {} for c in base.candidates}
        self.flags: dict[str, list[tuple[str, Flag]]] = {c: [] for c in base.candidates}
        self.clears: dict[str, list[str]] = {c: [] for c in base.candidates}
        self.alerts: dict[str, list[tuple[str, Alert]]] = {a: [] for a in base.alerts}
        for rule in base.rules.values():
            for at, effect in enumerate(rule.then):
                match effect:
                    case Weigh():
                        key: object = effect.group if effect.group is not None else (rule.id, at)
                        entry = (rule.id, effect.weight)
                        self._effects[effect.candidate].setdefault(key, []).append(entry)
                    case Flag():
                        self.flags[effect.candidate].append((rule.id, effect))
                    case Clear():
                        self.clears[effect.candidate].append(rule.id)
                    case Alert():
                        self.alerts[effect.alert].append((rule.id, effect))
        # Kept for each object, so that the formulas go when it goes.
        self.rule = cache(self._rule)
        self.finding = cache(self._finding)
        self.literal = cache(self._literal)
        self.score = cache(self._score)
        self.ranks_above = cache(self._ranks_above)
        self.leads = cache(self._leads)
        self.section = cache(self._section)
        self.ahead = cache(self._ahead)
        self.scored_alike = cache(self._scored_alike)

    # Conditions.

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
            return either(self.patient.is_(name, choice) for choice in choices)
        return both([known, self._number(name, op, exact(value), wanted)])

    def known(self, fact: str) -> Formula:
        """The fact is known, with a value that this base accepts."""
        if fact not in self._narrower:
            return self.patient.known(fact)
        mine = self.base.vocabulary[fact]
        if mine.kind != self.patient.facts[fact].kind:
            return False
        if mine.plausible_range is None:
            return either(self.patient.is_(fact, choice) for choice in mine.choices)
        low, high = map(exact, mine.plausible_range)
        reaches = self.patient.reaches
        inside = [reaches(fact, Cut(low, False)), negated(reaches(fact, Cut(high, True)))]
        return both([self.patient.known(fact), *inside])

    def _same(self, fact: str) -> bool:
        mine, all_ = self.base.vocabulary[fact], self.patient.facts[fact]
        return (mine.kind, mine.choices, mine.plausible_range) == (
            all_.kind,
            all_.choices,
            all_.plausible_range,
        )

    def _number(self, fact: str, op: str, k: Fraction, wanted: bool) -> Formula:
        """The comparison of a number, should it be known, comes out so."""
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
                found = both([at_least, negated(above)])
        return found if wanted else negated(found)

    def _derived(self, derived: Derived, op: str, k: Fraction, wanted: bool) -> Formula:
        """The comparison is the same for every number that the derived value can still be."""
        if not wanted:
            if op == "==":
                return either([self._low(derived, Cut(k, True)), self._high(derived, Cut(k, False))])
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
                return both([self._low(derived, Cut(k, False)), self._high(derived, Cut(k, True))])

    def _low(self, derived: Derived, cut: Cut) -> Formula:
        """The lowest that the derived value can be is at the cut or beyond."""
        match derived.kind:
            case "minimum":
                return both(self._bound(((id, Fraction(1)),), cut) for id in derived.of)
            case "maximum":
                return either(self._bound(((id, Fraction(1)),), cut) for id in derived.of)
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
                return either(short(((id, Fraction(1)),), cut.at) for id in derived.of)
            case "maximum":
                return both(short(((id, Fraction(1)),), cut.at) for id in derived.of)
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
                ways.append(both([*(self.known(id) for id, _ in chosen), self._sum(chosen, rest)]))
        return either(ways)

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

    def _finding(self, finding: str, wanted: bool) -> Formula:
        definition = self.base.definitions.get(finding)
        return False if definition is None else self.condition(definition, wanted)

    # Rules and what they do.

    def _rule(self, rule: str, wanted: bool = True) -> Formula:
        """The rule fires; or, unwanted, can no longer fire."""
        return self.condition(self.base.rules[rule].condition, wanted)

    def counts(self, rule: str) -> Formula:
        """The rule fires, and none that supersedes it does."""
        return both(
            [self.rule(rule), *(negated(self.rule(by)) for by in self.base.superseded_by.get(rule, ()))]
        )

    def flagged(self, candidate: str, urgency: Urgency = "routine") -> Formula:
        """The candidate is flagged, this urgently or more."""
        return either(
            self.rule(rule) for rule, flag in self.flags[candidate] if _as_urgent(flag.urgency, urgency)
        )

    def alerted(self, alert: str, urgency: Urgency = "routine") -> Formula:
        """The alert is raised, this urgently or more."""
        return either(
            self.rule(rule) for rule, effect in self.alerts[alert] if _as_urgent(effect.urgency, urgency)
        )

    def cleared(self, candidate: str) -> Formula:
        """Something answers the candidate's flag."""
        return either(map(self.rule, self.clears[candidate]))

    def advised(self, rule: str) -> Formula:
        """The rule gives its advice."""
        return self.rule(rule) if self.base.rules[rule].effects(Advise) else False

    def urgent(self, urgency: Urgency, disposition: bool = True) -> Formula:
        """The overall urgency is this or more; perhaps without what the leader itself needs."""
        dangers = [self.flagged(candidate, urgency) for candidate in self.base.candidates]
        dangers += [self.alerted(alert, urgency) for alert in self.base.alerts]
        if disposition:
            ranked = True if self.base.scope is None else negated(self.condition(self.base.scope, False))
            needing = [c.id for c in self.base.candidates.values() if _as_urgent(c.disposition, urgency)]
            everybody = len(needing) == len(self.base.candidates)
            leading = True if everybody else either(map(self.leads, needing))
            dangers.append(both([ranked, leading]))
        return either(dangers)

    def someone_leads(self) -> Formula:
        """True of every patient. Said beside a question about the ranking it spares the solver much work."""
        return either(map(self.leads, self.base.candidates))

    # Who stands where.

    def _score(self, candidate: str) -> Points:
        """The score: the prior, and points for each step that a group takes up or down."""
        constant = self.base.candidates[candidate].prior
        points: list[tuple[int, z3.BoolRef]] = []
        for effects in self._effects[candidate].values():
            for sign in (1, -1):
                side = {weight * sign for _, weight in effects if weight * sign > 0}
                below = 0
                for weight in sorted(side):
                    reached = either(self.counts(rule) for rule, w in effects if w * sign >= weight)
                    if reached is True:
                        constant += sign * (weight - below)
                    elif reached is not False:
                        points.append((sign * (weight - below), reached))
                    below = weight
        return constant, tuple(points)

    def score_reaches(self, candidate: str, least: int) -> Formula:
        """The score is at least this."""
        constant, points = self.score(candidate)
        return at_least(least - constant, points)

    def _ahead(self, first: str, second: str, by: int) -> Formula:
        """The first candidate's score is at least the second's and so much more."""
        if self._like is not None and self.scored_alike(first) and self.scored_alike(second):
            return self._like.ahead(first, second, by)
        (here, plus), (there, minus) = self.score(first), self.score(second)
        return at_least(by + there - here, [*plus, *((-points, held) for points, held in minus)])

    def _scored_alike(self, candidate: str) -> bool:
        """The other base gives the candidate the same score, as written."""
        like = self._like
        return (
            like is not None
            and candidate in like.base.candidates
            and same_points(self.score(candidate), like.score(candidate))
        )

    def _ranks_above(self, first: str, second: str) -> Formula:
        if first == second:
            return False
        if first > second:  # one formula a pair, so that nobody has to prove that only one can be ahead
            return negated(self.ranks_above(second, first))
        tied = _before_on_a_tie(self.base.candidates[first], self.base.candidates[second])
        return self.ahead(first, second, 0 if tied else 1)

    def _leads(self, candidate: str) -> Formula:
        return both(
            self.ranks_above(candidate, other) for other in self.base.candidates if other != candidate
        )

    def _section(self, candidate: str, section: Section) -> Formula:
        """The candidate is in this section: the first that applies."""
        leads = self.leads(candidate)
        tier = self.base.candidates[candidate].tier
        missed = True if tier == "do_not_miss" else self.flagged(candidate)
        match section:
            case "most_likely":
                return leads
            case "do_not_miss":
                return both([missed, negated(leads)])
        near = both(
            self.ahead(candidate, other, -NEAR) for other in self.base.candidates if other != candidate
        )
        apart = [negated(leads), negated(missed)]
        if section == "likely":
            return both([*apart, near])
        return both([*apart, negated(near), tier == "rare" if section == "rare" else tier != "rare"])

    def stands(self, candidate: str, sections: Sequence[Section]) -> Formula:
        """The candidate is in one of the sections."""
        if {"most_likely", "do_not_miss"} <= set(sections):
            # Leading or not makes no difference between these two, and is the costly part.
            tier = self.base.candidates[candidate].tier
            missed = True if tier == "do_not_miss" else self.flagged(candidate)
            if missed is True:
                return True
            rest = [s for s in sections if s not in ("most_likely", "do_not_miss")]
            return either([missed, self.leads(candidate), *(self.section(candidate, s) for s in rest)])
        return either(self.section(candidate, section) for section in sections)

    # Claims.

    def claim(self, claim: Claim, wanted: bool = True, disposition: bool = True) -> Formula:
        """The claim is so; or, unwanted, is not so.

        Without `disposition` the formula is stronger than the claim where that is cheaper: an urgency is
        then asked of the flags and alerts alone.
        """
        match claim:
            case Known(condition):
                return _signed(self.condition(condition), wanted)
            case Event(what, name):
                happened: dict[str, Callable[[str], Formula]] = {
                    "flagged": self.flagged,
                    "cleared": self.cleared,
                    "alerted": self.alerted,
                    "advised": self.advised,
                    "fired": self.rule,
                    "leads": self.leads,
                }
                return _signed(happened[what](name), wanted)
            case Stands(candidate, sections):
                return _signed(self.stands(candidate, sections), wanted)
            case Score(candidate, least):
                return _signed(self.score_reaches(candidate, least), wanted)
            case RanksAbove(first, second):
                return _signed(self.ranks_above(first, second), wanted)
            case Urgent(urgency):
                return _signed(self.urgent(urgency, disposition or not wanted), wanted)
            case Denied(part):
                return self.claim(part, not wanted, disposition)
            case Of(count, parts):
                needed = count if wanted else len(parts) - count + 1
                return at_least(needed, [(1, self.claim(part, wanted, disposition)) for part in parts])
            case _:
                assert_never(claim)


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


def _as_urgent(found: Urgency, wanted: Urgency) -> bool:
    return URGENCIES.index(found) <= URGENCIES.index(wanted)


def _before_on_a_tie(first: Candidate, second: Candidate) -> bool:
    return (-first.prior, first.id) < (-second.prior, second.id)


def _signed(formula: Formula, wanted: bool) -> Formula:
    return formula if wanted else negated(formula)


def same(one: Formula, other: Formula) -> bool:
    """They are the same as written (two that are written otherwise may still mean the same)."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return bool(one.eq(other))


def same_points(one: Points, other: Points) -> bool:
    """The same number, as written."""
    if one[0] != other[0] or len(one[1]) != len(other[1]):
        return False
    return all(a == b and same(f, g) for (a, f), (b, g) in zip(one[1], other[1], strict=True))


def more(one: Points, other: Points) -> Formula:
    """The first number is greater than the second."""
    (here, plus), (there, minus) = one, other
    return at_least(1 + there - here, [*plus, *((-points, held) for points, held in minus)])


def negated(formula: Formula) -> Formula:
    """It does not hold."""
    return not formula if isinstance(formula, bool) else _not(formula)


def both(formulas: Iterable[Formula]) -> Formula:
    """All hold."""
    open_: dict[int, z3.BoolRef] = {}
    for formula in formulas:
        if formula is False:
            return False
        if formula is not True:
            open_[formula.get_id()] = formula
    if len(open_) > 1:
        return _joined(z3.Z3_mk_and, open_.values())
    return next(iter(open_.values()), True)


def either(formulas: Iterable[Formula]) -> Formula:
    """One holds."""
    open_: dict[int, z3.BoolRef] = {}
    for formula in formulas:
        if formula is True:
            return True
        if formula is not False:
            open_[formula.get_id()] = formula
    if len(open_) > 1:
        return _joined(z3.Z3_mk_or, open_.values())
    return next(iter(open_.values()), False)


def at_least(needed: int, points: Iterable[tuple[int, Formula]]) -> Formula:
    """The points of those that hold add up to this; a point below zero counts when it is not taken."""
    found: dict[int, z3.BoolRef] = {}
    weights: dict[int, int] = {}
    for weight, formula in points:
        if formula is True:
            needed -= weight
        elif formula is not False:
            id = formula.get_id()
            found[id] = formula
            weights[id] = weights.get(id, 0) + weight
    open_: list[tuple[z3.BoolRef, int]] = []
    for id, weight in weights.items():
        if weight > 0:
            open_.append((found[id], weight))
        elif weight < 0:
            needed -= weight
            open_.append((_not(found[id]), -weight))
    total = sum(weight for _, weight in open_)
    if needed <= 0:
        return True
    if total < needed:
        return False
    if total - min(weight for _, weight in open_) < needed:
        return both(formula for formula, _ in open_)
    if all(weight >= needed for _, weight in open_):
        return either(formula for formula, _ in open_)
    weighed = (ctypes.c_int * len(open_))(*(weight for _, weight in open_))
    return _joined(z3.Z3_mk_pbge, [formula for formula, _ in open_], weighed, needed)


# z3's own And, Or, Not and PbGe look at the sort of every argument, which takes most of the time here.


def _joined(make: Callable[..., object], formulas: Collection[z3.BoolRef], *rest: object) -> z3.BoolRef:
    context = z3.main_ctx()
    array = (z3.Ast * len(formulas))(*(formula.as_ast() for formula in formulas))
    return z3.BoolRef(make(context.ref(), len(formulas), array, *rest), context)


def _not(formula: z3.BoolRef) -> z3.BoolRef:
    context = z3.main_ctx()
    return z3.BoolRef(z3.Z3_mk_not(context.ref(), formula.as_ast()), context)
