"""The meaning of a base as z3 formulas over every possible patient: rules, and the standing of candidates.

Each formula is made when it is first needed and kept, so a question costs only what it can depend on.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import z3

from charley.audit.symbolic.conditions import Conditions
from charley.audit.symbolic.connectives import (
    Formula,
    Points,
    at_least,
    conjunction,
    disjunction,
    negated,
    same_points,
)
from charley.audit.symbolic.variables import Patient
from charley.engine.standing import NEAR
from charley.rules.candidate import Candidate, Section
from charley.rules.knowledge_base import KnowledgeBase, needs
from charley.rules.rule import URGENCIES, Advise, Alert, Clear, Flag, Urgency, Weigh

__all__ = ["Formulas"]


class Formulas(Conditions):
    """A base over an unconstrained patient."""

    def __init__(
        self, base: KnowledgeBase, patient: Patient | None = None, like: Formulas | None = None
    ) -> None:
        super().__init__(base, patient, like)
        self._like = like
        self._effects: dict[str, dict[object, list[tuple[str, int]]]] = {c: {} for c in base.candidates}
        self.flags: dict[str, list[tuple[str, Flag]]] = {c: [] for c in base.candidates}
        self.clears: dict[str, list[str]] = {id: [] for id in (*base.candidates, *base.alerts)}
        self.alerts: dict[str, list[tuple[str, Alert]]] = {a: [] for a in base.alerts}
        self.advice: list[tuple[str, Advise]] = []
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
                        self.clears[effect.target].append(rule.id)
                    case Alert():
                        self.alerts[effect.alert].append((rule.id, effect))
                    case Advise():
                        self.advice.append((rule.id, effect))
        # Kept for each object, so that the formulas go when it goes.
        self.rule = cache(self._rule)
        self.score = cache(self._score)
        self.ranks_above = cache(self._ranks_above)
        self.leads = cache(self._leads)
        self.section = cache(self._section)
        self.ahead = cache(self._ahead)
        self.scored_alike = cache(self._scored_alike)

    # Rules and what they do.

    def _rule(self, rule: str, wanted: bool = True) -> Formula:
        """The rule fires; or, unwanted, can no longer fire."""
        if self._like is not None and self._same_text(rule):
            return self._like.rule(rule, wanted)
        return self.condition(self.base.rules[rule].condition, wanted)

    def _same_text(self, rule: str) -> bool:
        """Whether the other base has the same rule, with the same definitions below it."""
        assert self._like is not None
        mine, other = self.base.rules[rule], self._like.base.rules.get(rule)
        if other is None or (other is not mine and other.when != mine.when):
            return False
        return not self.otherwise or self.otherwise.isdisjoint(needs([mine.condition], self.base.instruments))

    def counts(self, rule: str) -> Formula:
        """The rule fires, and none that supersedes it does."""
        return conjunction(
            [self.rule(rule), *(negated(self.rule(by)) for by in self.base.superseded_by.get(rule, ()))]
        )

    def flagged(self, candidate: str, urgency: Urgency = "routine") -> Formula:
        """The candidate is flagged, this urgently or more."""
        return disjunction(
            self.rule(rule) for rule, flag in self.flags[candidate] if _as_urgent(flag.urgency, urgency)
        )

    def alerted(self, alert: str, urgency: Urgency = "routine") -> Formula:
        """The alert is raised, this urgently or more."""
        return disjunction(
            self.rule(rule) for rule, effect in self.alerts[alert] if _as_urgent(effect.urgency, urgency)
        )

    def cleared(self, danger: str) -> Formula:
        """Something answers the candidate's flag, or the alert."""
        return disjunction(map(self.rule, self.clears[danger]))

    def advised(self, rule: str) -> Formula:
        """The rule gives its advice, and none withdraws it."""
        if not self.base.rules[rule].effects(Advise):
            return False
        withdrawing = self.base.withdrawn_by.get(rule, ())
        return conjunction([self.rule(rule), *(negated(self.rule(by)) for by in withdrawing)])

    def ranked(self) -> Formula:
        """The patient is not known to be outside the scope."""
        return True if self.base.scope is None else negated(self.condition(self.base.scope, False))

    def urgent(self, urgency: Urgency, disposition: bool = True) -> Formula:
        """The overall urgency is this or more; perhaps without what the leader itself needs.

        `routine` also needs the minimum, where nothing more urgent is said.
        """
        if urgency == "routine":
            return disjunction(
                [self.urgent("soon", disposition), conjunction([self.ranked(), self.minimum_met()])]
            )
        dangers = [self.flagged(candidate, urgency) for candidate in self.base.candidates]
        dangers += [self.alerted(alert, urgency) for alert in self.base.alerts]
        dangers.append(self.advised_as(urgency))
        if disposition:
            needing = [c.id for c in self.base.candidates.values() if _as_urgent(c.disposition, urgency)]
            leading = disjunction(conjunction([self.leads(id), self.supported(id)]) for id in needing)
            dangers.append(conjunction([self.ranked(), leading]))
        return disjunction(dangers)

    def advised_as(self, urgency: Urgency) -> Formula:
        """Something is advised, this urgently or more."""
        advising = (rule for rule, advise in self.advice if _as_urgent(advise.urgency, urgency))
        return disjunction(map(self.advised, advising))

    def supported(self, candidate: str) -> Formula:
        """Something speaks for the candidate: a rule that raises it fires and counts."""
        raising = (rule for rule, weigh in self.base.weighing[candidate] if weigh.weight > 0)
        return disjunction(self.counts(rule.id) for rule in raising)

    def minimum_met(self) -> Formula:
        """Every condition is decided that must be before the urgency may be routine."""
        return conjunction(
            disjunction(self.condition(condition, wanted) for wanted in (True, False))
            for condition in self.base.minimum
        )

    def someone_leads(self) -> Formula:
        """Some candidate leads. It is always true; asserting it speeds up questions about the ranking."""
        return disjunction(map(self.leads, self.base.candidates))

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
                    reached = disjunction(self.counts(rule) for rule, w in effects if w * sign >= weight)
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
        """The first candidate's score exceeds the second's by at least `by`."""
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
        return conjunction(
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
                return conjunction([missed, negated(leads)])
        near = conjunction(
            self.ahead(candidate, other, -NEAR) for other in self.base.candidates if other != candidate
        )
        apart = [negated(leads), negated(missed)]
        if section == "likely":
            return conjunction([*apart, near])
        return conjunction([*apart, negated(near), tier == "rare" if section == "rare" else tier != "rare"])

    def stands(self, candidate: str, sections: Sequence[Section]) -> Formula:
        """The candidate is in one of the sections."""
        if {"most_likely", "do_not_miss"} <= set(sections):
            # Leading or not makes no difference between these two, and is the costly part.
            tier = self.base.candidates[candidate].tier
            missed = True if tier == "do_not_miss" else self.flagged(candidate)
            if missed is True:
                return True
            rest = [s for s in sections if s not in ("most_likely", "do_not_miss")]
            return disjunction([missed, self.leads(candidate), *(self.section(candidate, s) for s in rest)])
        return disjunction(self.section(candidate, section) for section in sections)


def _as_urgent(found: Urgency, wanted: Urgency) -> bool:
    return URGENCIES.index(found) <= URGENCIES.index(wanted)


def _before_on_a_tie(first: Candidate, second: Candidate) -> bool:
    return (-first.prior, first.id) < (-second.prior, second.id)
