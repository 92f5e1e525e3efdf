"""Whether a mistake in a rule is noticed: by a case, by an invariant; or is none, or goes unnoticed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from charley.audit.cases.expected import everything, misses
from charley.audit.mutation.mutants import Mutant
from charley.audit.prove.claims import claim_truth, outcome
from charley.audit.prove.dependencies import dependencies, names
from charley.audit.subject import Subject
from charley.audit.symbolic.connectives import Formula, both, either, more, negated, same, same_points
from charley.audit.symbolic.solver import NotDecided
from charley.audit.symbolic.standing import Formulas
from charley.engine.assessment import Assessment
from charley.engine.kernel.network import Network
from charley.engine.meaning import Kleene, valuation
from charley.engine.prepared import Prepared
from charley.engine.standing import Scoring
from charley.facts.record import Record
from charley.rules.case import Expectation
from charley.rules.invariants.invariant import Invariant
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.rule import URGENCIES, Advise, Conclude, Weigh

__all__ = ["Bank", "MutantJudge", "Verdict"]

Kept = tuple[str, Expectation, Assessment]
"""A case by name, with what is expected and what the base as it is says of it."""

NOTHING = Expectation()

Fate = Literal["killed by case", "killed by invariant", "equivalent", "survived", "not decided"]


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant; `by` is the case or invariant that notices it.

    `witness` is a patient who would show it, by what a case can `expect` of them.
    """

    mutant: Mutant
    fate: Fate
    by: str = ""
    witness: Record | None = None
    expect: Expectation = NOTHING


@dataclass(frozen=True)
class Bank:
    """The cases that a mistake may be noticed by: name, record, and what is expected."""

    cases: tuple[tuple[str, Record, Expectation], ...]


class MutantJudge:
    """Decides what becomes of mutants of a base: whether a case or an invariant notices each."""

    def __init__(
        self, base: KnowledgeBase, bank: Bank, invariants: Sequence[Invariant], seconds: float = 20.0
    ) -> None:
        self.base, self.bank = base, bank
        self.subject = Subject(base, seconds)
        network = Network(base)
        self._cases: list[Kept] = []
        for name, record, expect in bank.cases:
            found = network.start(record).valuation()
            self._cases.append((name, expect, outcome(self.subject.prepared, record, found)))
        # What was found to show earlier mutants often shows the next one too, without asking the solver.
        self.ready: list[Assessment] = []
        self._about: dict[str, list[Kept]] = {}
        self._nobody = outcome(self.subject.prepared, {})
        self._noticing: dict[str, list[Invariant]] = {}
        for invariant in invariants:
            for rule in dependencies(invariant, self.subject.formulas):
                self._noticing.setdefault(rule, []).append(invariant)

    def judge(self, mutant: Mutant) -> Verdict:
        """What becomes of the mutant."""
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
            witness = self.subject.search.smallest(either(self._differences(formulas)))
        except NotDecided:
            return Verdict(mutant, "not decided")
        if witness is None:
            return Verdict(mutant, "equivalent")
        told = outcome(self.subject.prepared, witness)
        self.ready.append(told)
        expect = self._pinned(mutant, Scoring(changed), told, valuation(changed, told.record).rules)
        return Verdict(mutant, "survived", witness=witness, expect=expect)

    def case(self, mutant: Mutant, changed: KnowledgeBase) -> str | None:
        """A case that does not come out as expected with the mistake."""
        scoring = Scoring(changed)
        # Of a case that tells nothing which the rule looks at, all is as it is of nobody at all.
        nothing = self._after(mutant, changed, self._nobody) is None
        for name, expect, told in self._cases_about(mutant.rule) if nothing else self._cases:
            rules = self._after(mutant, changed, told)
            if rules is not None and misses(expect, scoring, told, rules):
                return name
        return None

    def _cases_about(self, rule: str) -> list[Kept]:
        """The cases that tell something which the rule looks at, first those that name it."""
        if rule not in self._about:
            facts = {*self.base.facts_of_rule[rule]}
            about = [kept for kept in self._cases if not facts.isdisjoint(kept[2].record)]
            about.sort(key=lambda kept: rule not in (*kept[1].fires, *kept[1].not_fires))
            self._about[rule] = about
        return self._about[rule]

    def _shown(self, mutant: Mutant, changed: KnowledgeBase) -> Verdict | None:
        """That an earlier witness shows this mistake, too; one who tells of nothing beside the rule."""
        scoring, facts = Scoring(changed), {*self.base.facts_of_rule[mutant.rule]}
        for told in self.ready:
            rules = self._after(mutant, changed, told) if facts.issuperset(told.record) else None
            if rules is not None:
                expect = self._pinned(mutant, scoring, told, rules)
                if misses(expect, scoring, told, rules):
                    return Verdict(mutant, "survived", witness=told.record, expect=expect)
        return None

    def _after(self, mutant: Mutant, changed: KnowledgeBase, told: Assessment) -> Mapping[str, Kleene] | None:
        """What becomes of the rules with the mistake, or None where it makes no difference to the patient."""
        before, was = self.base.rules[mutant.rule], told.rules[mutant.rule]
        if mutant.made is not None and mutant.made.condition == before.condition:
            return told.rules if was is True else None
        now = None
        if mutant.made is not None:
            now = told.truth(mutant.made.condition)
        if was is now:
            return None
        if before.effects(Conclude):
            return valuation(changed, told.record).rules
        if True not in (was, now):
            return None
        rules = {**told.rules, mutant.rule: now}
        if mutant.made is None:
            del rules[mutant.rule]
        return rules

    def _pinned(
        self, mutant: Mutant, scoring: Scoring, told: Assessment, rules: Mapping[str, Kleene]
    ) -> Expectation:
        """The little that a case has to expect of the patient so that it notices the mistake."""
        lost = [rule for rule, state in told.rules.items() if state is True and rules.get(rule) is not True]
        gained = [rule for rule, state in rules.items() if state is True and told.rules[rule] is not True]
        named = [rule for rule in (mutant.rule, *lost, *gained) if rule in lost or rule in gained][:1]
        fires = [rule for rule in named or [mutant.rule] if told.rules[rule] is True]
        weighed = {effect.candidate for rule in fires for effect in self.base.rules[rule].effects(Weigh)}
        if not named:
            before = {standing.candidate.id: standing.score for standing in told.standings}
            after = {standing.candidate.id: standing.score for standing in scoring.standings(rules)}
            weighed |= {candidate for candidate, score in before.items() if after[candidate] != score}
        all_of_it = everything(told, gained)
        expect = Expectation(
            fires=tuple(fires),
            not_fires=tuple(rule for rule in named if rule in gained),
            scores={c: score for c, score in all_of_it.scores.items() if c in weighed},
        )
        return expect if misses(expect, scoring, told, rules) else all_of_it

    def _invariant(self, mutant: Mutant, changed: KnowledgeBase, formulas: Formulas) -> str | None:
        """The first invariant that does not hold with the mistake."""
        old, search = self.subject.formulas, self.subject.search
        open_: list[tuple[Invariant, Formula]] = []
        for invariant in self._noticing.get(mutant.rule, ()):
            if mutant.made is None and names(invariant, mutant.rule):
                return invariant.id  # it speaks of a rule that is not there
            broken = _broken(formulas, invariant, False)
            if not same(broken, _broken(old, invariant, False)):
                open_.append((invariant, broken))
        record = search.anybody(either(broken for _, broken in open_))
        if record is None:
            return None
        told = outcome(Prepared.of(changed), record)
        for invariant, _ in open_:
            if (
                claim_truth(invariant.premise, told) is True
                and claim_truth(invariant.conclusion, told) is False
            ):
                return invariant.id
        for invariant, broken in open_:
            # The formula asks the flags alone for an urgency; what the leader needs may be as urgent.
            fully = _broken(formulas, invariant, True)
            if search.possible(broken) and search.possible(fully, formulas.someone_leads()):
                return invariant.id
        return None

    def _differences(self, formulas: Formulas) -> Iterator[Formula]:
        """Each thing that some patient could see differ: a flag, alert, answer, advice or score."""
        old, new = self.subject.formulas, formulas
        pairs: list[tuple[Formula, Formula]] = [(old.ranked(), new.ranked())]
        for candidate in self.base.candidates:
            for urgency in URGENCIES[:-1]:
                pairs.append((old.flagged(candidate, urgency), new.flagged(candidate, urgency)))
            pairs.append((old.cleared(candidate), new.cleared(candidate)))
            one, other = old.score(candidate), new.score(candidate)
            if not same_points(one, other):
                yield both([old.ranked(), more(one, other)])
                yield both([old.ranked(), more(other, one)])
        for alert in self.base.alerts:
            for urgency in URGENCIES[:-1]:
                pairs.append((old.alerted(alert, urgency), new.alerted(alert, urgency)))
        for rule in self.base.rules.values():
            if rule.effects(Advise):
                there = rule.id in new.base.rules
                pairs.append((old.rule(rule.id), new.rule(rule.id) if there else False))
        for before, after in pairs:
            if not same(before, after):
                yield both([before, negated(after)])
                yield both([after, negated(before)])


def _broken(formulas: Formulas, invariant: Invariant, disposition: bool) -> Formula:
    premise = formulas.claim(invariant.premise, True, disposition)
    return both([premise, formulas.claim(invariant.conclusion, False, disposition)])
