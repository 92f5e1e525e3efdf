"""The knowledge base: everything that is believed, with names resolved and strata in order."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Literal, Self

from charley.documents.diagnostic import one_of
from charley.facts.vocabulary import Vocabulary
from charley.rules.candidate import AlertName, Candidate
from charley.rules.governance.about import About, Contradiction
from charley.rules.governance.evidence import Citation
from charley.rules.instrument import Derived, Finding, Instrument
from charley.rules.language.condition import Condition, Or, atoms
from charley.rules.language.parse import parse
from charley.rules.language.threshold import NamedThreshold
from charley.rules.order import sorted_by_need
from charley.rules.rule import Conclude, Rule, Weigh

__all__ = [
    "STATUSES",
    "KnowledgeBase",
    "needs",
]


STATUSES = ("approved", "under_review")
"""How far the review of rules may have to have come, for a base of only these."""


@dataclass(frozen=True)
class KnowledgeBase:
    """All of it, by id and in the order of the files.

    Everything here has been checked by the reader (`charley.rules.loading.read`): names exist, conditions
    parse, kinds fit, and what depends on what has no cycle. A condition that names a threshold has its number
    (`n < low (3)`) and can be read alone. `digest` identifies the meaning: it changes with any word or number
    that is read, and not with comments or layout.
    """

    about: About
    vocabulary: Vocabulary
    candidates: Mapping[str, Candidate]
    alerts: Mapping[str, AlertName]
    derived: Mapping[str, Derived]
    instruments: Mapping[str, Instrument]
    findings: Mapping[str, Finding]
    citations: Mapping[str, Citation]
    rules: Mapping[str, Rule]
    digest: str
    path: Path = field(compare=False)
    thresholds: Mapping[str, NamedThreshold] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The id of the base."""
        return self.about.id

    @property
    def version(self) -> str:
        """The version of the base."""
        return self.about.version

    @cached_property
    def scope(self) -> Condition | None:
        """For whom the base is meant, as a condition."""
        return None if self.about.scope is None else parse(self.about.scope.when).condition

    @cached_property
    def minimum(self) -> tuple[Condition, ...]:
        """What must be decided before a patient may be called routine."""
        return tuple(parse(when).condition for when in self.about.reassure_when)

    @cached_property
    def contradictions(self) -> tuple[tuple[Condition, Contradiction], ...]:
        """The answers that cannot all be right, each with its condition."""
        return tuple((parse(each.when).condition, each) for each in self.about.cannot_both)

    @cached_property
    def excused(self) -> Mapping[str, Condition]:
        """When a fact need not be asked for (`ask_unless`)."""
        return {
            id: parse(fact.ask_unless).condition
            for id, fact in self.vocabulary.items()
            if fact.ask_unless is not None
        }

    @cached_property
    def concluded_by(self) -> Mapping[str, tuple[Rule, ...]]:
        """The rules that conclude each finding."""
        by: dict[str, list[Rule]] = {finding: [] for finding in self.findings}
        for rule in self.rules.values():
            for effect in rule.effects(Conclude):
                by[effect.finding].append(rule)
        return {finding: tuple(rules) for finding, rules in by.items()}

    @cached_property
    def definitions(self) -> Mapping[str, Condition]:
        """Each finding as the condition that makes it true, in an order in which none needs a later one.

        A finding that no rule concludes (its rules may not be approved yet) is not here: it is unknown.
        """
        conditions = {
            finding: rules[0].condition if len(rules) == 1 else Or(tuple(r.condition for r in rules))
            for finding, rules in self.concluded_by.items()
            if rules
        }
        needed = {
            finding: [name for name in needs([condition], self.instruments) if name in conditions]
            for finding, condition in conditions.items()
        }
        return {finding: conditions[finding] for finding in sorted_by_need(needed)}

    @cached_property
    def superseded_by(self) -> Mapping[str, tuple[str, ...]]:
        """The superseding rules of each superseded rule."""
        return self._turned(lambda rule: rule.supersedes)

    @cached_property
    def withdrawn_by(self) -> Mapping[str, tuple[str, ...]]:
        """The rules that withdraw the advice of each rule."""
        return self._turned(lambda rule: rule.withdraws_advice_of)

    def _turned(self, names: Callable[[Rule], Iterable[str]]) -> dict[str, tuple[str, ...]]:
        """For each rule that some rules name, those rules."""
        by: dict[str, list[str]] = {}
        for rule in self.rules.values():
            for named in names(rule):
                if named in self.rules:
                    by.setdefault(named, []).append(rule.id)
        return {named: tuple(rules) for named, rules in by.items()}

    def only(self, status: Literal["approved", "under_review"]) -> Self:
        """The base with only the rules whose review status is this or further.

        What an absent rule would have concluded stays unknown.
        """
        one_of(status, "only", STATUSES)
        far_enough = ("approved",) if status == "approved" else ("approved", "under_review")
        kept = {id: rule for id, rule in self.rules.items() if rule.review.status in far_enough}
        digest = hashlib.sha256(f"{self.digest} only {status}".encode()).hexdigest()
        return replace(self, rules=kept, digest=digest)

    def __repr__(self) -> str:
        counts = f"{len(self.vocabulary)} facts, {len(self.candidates)} candidates, {len(self.rules)} rules"
        about = self.about
        return f"<{type(self).__name__} {about.id} {about.version}: {counts}, {about.review.status}>"

    def kind_of(self, name: str) -> Literal["fact", "derived", "instrument", "finding"] | None:
        """The kind of a name in a condition, or None for an unknown name."""
        if name in self.vocabulary:
            return "fact"
        if name in self.derived:
            return "derived"
        if name in self.instruments:
            return "instrument"
        return "finding" if name in self.findings else None

    def facts_of(self, condition: Condition) -> tuple[str, ...]:
        """The facts that the condition comes down to, through findings, scores and derived values."""
        return self._facts_in([condition], self._facts_of_finding)

    @cached_property
    def _facts_of_finding(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for finding, condition in self.definitions.items():
            found[finding] = self._facts_in([condition], found)
        return found

    def _facts_in(
        self, conditions: Iterable[Condition], beneath: Mapping[str, tuple[str, ...]]
    ) -> tuple[str, ...]:
        """The facts in the conditions; `beneath` are those of the findings in them."""
        found: dict[str, None] = {}
        for name in needs(conditions, self.instruments):
            if name in self.vocabulary:
                found[name] = None
            elif name in self.derived:
                found.update(dict.fromkeys(self.derived[name].of))
            else:
                found.update(dict.fromkeys(beneath.get(name, ())))
        return tuple(found)

    @cached_property
    def facts_of_rule(self) -> Mapping[str, tuple[str, ...]]:
        """The facts that each rule comes down to."""
        return {id: self.facts_of(rule.condition) for id, rule in self.rules.items()}

    @cached_property
    def facts_of_minimum(self) -> tuple[tuple[Condition, tuple[str, ...]], ...]:
        """Every condition of the minimum with the facts that it comes down to."""
        return tuple((condition, self.facts_of(condition)) for condition in self.minimum)

    @cached_property
    def weighing(self) -> Mapping[str, tuple[tuple[Rule, Weigh], ...]]:
        """For each candidate every effect that raises or lowers it, with its rule."""
        found: dict[str, list[tuple[Rule, Weigh]]] = {candidate: [] for candidate in self.candidates}
        for rule in self.rules.values():
            for effect in rule.then:
                if isinstance(effect, Weigh):
                    found[effect.candidate].append((rule, effect))
        return {candidate: tuple(effects) for candidate, effects in found.items()}


def needs(conditions: Iterable[Condition], instruments: Mapping[str, Instrument]) -> tuple[str, ...]:
    """The names in the conditions; a score also brings the names of its items and its gate."""
    found: dict[str, None] = {}
    waiting = list(conditions)
    while waiting:
        for atom in atoms(waiting.pop()):
            if atom.name in found:
                continue
            found[atom.name] = None
            if atom.name in instruments:
                score = instruments[atom.name]
                waiting.extend(item.condition for item in score.items)
                waiting.extend([] if score.gate is None else [score.gate])
    return tuple(found)
