"""The fate of a mutant: killed by a case or an invariant, equivalent, or surviving."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from charley.audit.cases.expected import everything, misses
from charley.audit.mutation.mutants import Mutant
from charley.audit.prove.claims import by_definition, claim_truth
from charley.audit.prove.dependencies import dependencies, names
from charley.audit.subject import Subject
from charley.audit.symbolic.claims import claim_formula
from charley.audit.symbolic.connectives import (
    Formula,
    conjunction,
    disjunction,
    greater,
    negated,
    same,
    same_points,
)
from charley.audit.symbolic.solver import NotDecided
from charley.audit.symbolic.standing import Formulas
from charley.engine.assessment import Assessment, assess
from charley.engine.prepared import Prepared
from charley.facts.record import Answers, Record
from charley.rules.case import Expectation
from charley.rules.invariants.invariant import Invariant
from charley.rules.rule import URGENCIES, Advise, Conclude, Weigh

__all__ = ["CaseBank", "MutantJudge", "Verdict"]

Kept = tuple[str, Expectation, Assessment]
"""A case by name, with what is expected and what the base as it is says of it."""

NOTHING = Expectation()

Fate = Literal["killed by case", "killed by invariant", "equivalent", "survived", "not decided"]


@dataclass(frozen=True)
class Verdict:
    """The fate of a mutant; `by` is the case or invariant that kills it.

    `witness` is a record that shows the mistake, with what a case has to `expect` of it.
    """

    mutant: Mutant
    fate: Fate
    by: str = ""
    witness: Record | None = None
    expect: Expectation = NOTHING


@dataclass(frozen=True)
class CaseBank:
    """The cases that may notice a mistake: name, record, and what is expected."""

    cases: tuple[tuple[str, Record, Expectation], ...]


class MutantJudge:
    """Decides the fate of mutants of a base: whether one of its cases or invariants notices each."""

    def __init__(
        self, base: Prepared, bank: CaseBank, invariants: Sequence[Invariant], seconds: float = 20.0
    ) -> None:
        self.base, self.bank = base, bank
        self.subject = Subject(base, seconds)
        self._cases: list[Kept] = [
            (name, expect, assess(base, Answers(record))) for name, record, expect in bank.cases
        ]
        # A witness of earlier mutants often shows the next one, too, without a question to the solver.
        self.ready: list[Assessment] = []
        self._about: dict[str, list[Kept]] = {}
        self._nobody = by_definition(base, {})
        self._noticing: dict[str, list[Invariant]] = {}
        for invariant in invariants:
            for rule in dependencies(invariant, self.subject.formulas):
                self._noticing.setdefault(rule, []).append(invariant)

    def judge(self, mutant: Mutant) -> Verdict:
        """The fate of the mutant."""
        changed = replace(self.base, rules=mutant.base(self.base))
        case = self.case(mutant, changed)
        if case is not None:
            return Verdict(mutant, "killed by case", case)
        formulas = Formulas(changed, self.subject.formulas.patient, like=self.subject.formulas)
        try:
            broken = self._invariant(mutant, changed, formulas)
            if broken is not None:
                return Verdict(mutant, "killed by invariant", broken)
            ready = self._shown(mutant, changed)
            if ready is not None:
                return ready
            witness = self.subject.search.smallest(disjunction(self._differences(formulas)))
        except NotDecided:
            return Verdict(mutant, "not decided")
        if witness is None:
            return Verdict(mutant, "equivalent")
        assessed = by_definition(self.base, witness)
        self.ready.append(assessed)
        expect = self._pinned(mutant, assessed, by_definition(changed, witness))
        return Verdict(mutant, "survived", witness=witness, expect=expect)

    def case(self, mutant: Mutant, changed: Prepared) -> str | None:
        """The first case that fails with the mistake."""
        # In a case without a fact of the rule the mistake shows only if it does in the empty record.
        nothing = self._after(mutant, changed, self._nobody) is None
        for name, expect, assessed in self._cases_about(mutant.rule) if nothing else self._cases:
            after = self._after(mutant, changed, assessed)
            if after is not None and misses(expect, after):
                return name
        return None

    def _cases_about(self, rule: str) -> list[Kept]:
        """The cases that contain a fact of the rule, first those that name the rule."""
        if rule not in self._about:
            facts = {*self.base.facts_of_rule[rule]}
            about = [kept for kept in self._cases if not facts.isdisjoint(kept[2].record)]
            about.sort(key=lambda kept: rule not in (*(kept[1].fires or ()), *kept[1].not_fires))
            self._about[rule] = about
        return self._about[rule]

    def _shown(self, mutant: Mutant, changed: Prepared) -> Verdict | None:
        """The verdict, where an earlier witness shows this mistake; one with no facts beside the rule's."""
        facts = {*self.base.facts_of_rule[mutant.rule]}
        for assessed in self.ready:
            after = self._after(mutant, changed, assessed) if facts.issuperset(assessed.record) else None
            if after is not None:
                expect = self._pinned(mutant, assessed, after)
                if misses(expect, after):
                    return Verdict(mutant, "survived", witness=assessed.record, expect=expect)
        return None

    def _after(self, mutant: Mutant, changed: Prepared, assessed: Assessment) -> Assessment | None:
        """The assessment with the mistake, or None where it makes no difference to the patient."""
        before, was = self.base.rules[mutant.rule], assessed.rules[mutant.rule]
        if mutant.made is not None and mutant.made.condition == before.condition:
            return Assessment(changed, assessed.answers, assessed.valuation) if was is True else None
        now = None
        if mutant.made is not None:
            now = assessed.truth(mutant.made.condition)
        if was is now:
            return None
        if before.effects(Conclude):
            return by_definition(changed, assessed.record)
        if True not in (was, now):
            return None
        rules = {**assessed.rules, mutant.rule: now}
        if mutant.made is None:
            del rules[mutant.rule]
        return Assessment(changed, assessed.answers, replace(assessed.valuation, rules=rules))

    def _pinned(self, mutant: Mutant, assessed: Assessment, after: Assessment) -> Expectation:
        """The smallest expectation with which a case of this patient notices the mistake."""
        lost = [
            rule
            for rule, state in assessed.rules.items()
            if state is True and after.rules.get(rule) is not True
        ]
        gained = [
            rule for rule, state in after.rules.items() if state is True and assessed.rules[rule] is not True
        ]
        named = [rule for rule in (mutant.rule, *lost, *gained) if rule in lost or rule in gained][:1]
        fires = [rule for rule in named or [mutant.rule] if assessed.rules[rule] is True]
        weighed = {effect.candidate for rule in fires for effect in self.base.rules[rule].effects(Weigh)}
        if not named:
            old, new = (
                {standing.candidate.id: standing.score for standing in each.standings}
                for each in (assessed, after)
            )
            weighed |= {candidate for candidate, score in old.items() if new[candidate] != score}
        all_of_it = everything(assessed, gained)
        expect = Expectation(
            fires=tuple(fires) or None,
            not_fires=tuple(rule for rule in named if rule in gained),
            scores={c: score for c, score in all_of_it.scores.items() if c in weighed},
        )
        return expect if misses(expect, after) else all_of_it

    def _invariant(self, mutant: Mutant, changed: Prepared, formulas: Formulas) -> str | None:
        """The first invariant that does not hold with the mistake."""
        old, search = self.subject.formulas, self.subject.search
        open_: list[tuple[Invariant, Formula]] = []
        for invariant in self._noticing.get(mutant.rule, ()):
            if mutant.made is None and names(invariant, mutant.rule):
                return invariant.id  # it names a rule that was left out
            broken = _broken(formulas, invariant, False)
            if not same(broken, _broken(old, invariant, False)):
                open_.append((invariant, broken))
        record = search.anybody(disjunction(broken for _, broken in open_))
        if record is None:
            return None
        assessed = by_definition(changed, record)
        for invariant, _ in open_:
            if (
                claim_truth(invariant.premise, assessed) is True
                and claim_truth(invariant.conclusion, assessed) is False
            ):
                return invariant.id
        for invariant, broken in open_:
            # The formula asks the flags alone for an urgency; what the leader needs may be as urgent.
            fully = _broken(formulas, invariant, True)
            if search.possible(broken) and search.possible(fully, formulas.someone_leads()):
                return invariant.id
        return None

    def _differences(self, formulas: Formulas) -> Iterator[Formula]:
        """The formula of each visible difference: a flag, alert, answer, advice or score."""
        old, new = self.subject.formulas, formulas
        pairs: list[tuple[Formula, Formula]] = [(old.ranked(), new.ranked())]
        for candidate in self.base.candidates:
            for urgency in URGENCIES[:-1]:
                pairs.append((old.flagged(candidate, urgency), new.flagged(candidate, urgency)))
            pairs.append((old.cleared(candidate), new.cleared(candidate)))
            one, other = old.score(candidate), new.score(candidate)
            if not same_points(one, other):
                yield conjunction([old.ranked(), greater(one, other)])
                yield conjunction([old.ranked(), greater(other, one)])
        for alert in self.base.alerts:
            for urgency in URGENCIES[:-1]:
                pairs.append((old.alerted(alert, urgency), new.alerted(alert, urgency)))
            pairs.append((old.cleared(alert), new.cleared(alert)))
        for rule in self.base.rules.values():
            if rule.effects(Advise):
                there = rule.id in new.base.rules
                pairs.append((old.advised(rule.id), new.advised(rule.id) if there else False))
        for before, after in pairs:
            if not same(before, after):
                yield conjunction([before, negated(after)])
                yield conjunction([after, negated(before)])


def _broken(formulas: Formulas, invariant: Invariant, disposition: bool) -> Formula:
    premise = claim_formula(formulas, invariant.premise, True, disposition)
    return conjunction([premise, claim_formula(formulas, invariant.conclusion, False, disposition)])
