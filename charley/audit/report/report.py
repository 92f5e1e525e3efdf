"""The rule-audit report: everything that an audit knows of a base, gathered before it is written out.

The same base gives the same bytes: no date of today, and no time that something took unless it is asked for.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, Protocol

from pydantic_core import to_jsonable_python

from charley.audit.agreement import Agreement
from charley.audit.cases.coverage import Coverage
from charley.audit.influence import Influence
from charley.audit.mutation.mutate import Mutation
from charley.audit.problem import Problem
from charley.audit.prove.prove import Proof
from charley.audit.report.changes import Changes
from charley.cohort.comparison import Comparison
from charley.rules.governance.hazard import Hazard
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.loading.review.valid_approvals import Approvals
from charley.rules.rule import Rule
from charley.rules.signoff.approval import Approval

__all__ = ["Attribute", "Overrides", "Report"]

ATTRIBUTES = {
    "age": ("age",),
    "sex": ("sex",),
    "gender identity": ("gender",),
    "pregnancy": ("pregnan", "postpartum"),
    "race": ("race",),
    "ethnicity": ("ethnic",),
    "language": ("language",),
    "sexual orientation": ("orientation",),
    "social determinants of health": ("social", "income", "housing", "insurance", "education"),
    "health status and history": (),
}
"""What certified US systems must say of a decision support intervention: which of these are used as input."""


class Overrides(Protocol):
    """What became of the cards of one rule in practice (`charley.serve.cds.rule_feedback`).

    `shown`, `accepted` and `overridden` count cards; `override_rate` is a share, 0 to 1.
    """

    @property
    def rule(self) -> str: ...
    @property
    def shown(self) -> int: ...
    @property
    def accepted(self) -> int: ...
    @property
    def overridden(self) -> int: ...
    @property
    def override_rate(self) -> float: ...
    @property
    def reason(self) -> str: ...


@dataclass(frozen=True)
class Attribute:
    """A patient attribute: the facts that carry it, and for each the rules it comes into."""

    name: str
    facts: Mapping[str, tuple[str, ...]]

    @property
    def rules(self) -> tuple[str, ...]:
        """Every rule that looks at one of the facts."""
        return tuple(dict.fromkeys(rule for rules in self.facts.values() for rule in rules))


@dataclass(frozen=True)
class Report:
    """The results of an audit. Parts that were not asked for are None.

    With `times` it says how long each proof took, and is not the same the next time. `failed` are the cases
    that do not come out as expected, `by` and `date` who audits and when.
    """

    base: KnowledgeBase
    proofs: tuple[Proof, ...]
    problems: tuple[Problem, ...]
    coverage: Coverage | None = None
    mutation: Mutation | None = None
    influence: Influence | None = None
    agreement: Agreement | None = None
    times: bool = False
    failed: tuple[str, ...] = ()
    hazards: tuple[Hazard, ...] = ()
    changes: Changes | None = None
    by: str | None = None
    date: datetime.date | None = None
    feedback: tuple[Overrides, ...] | None = None
    population: Comparison | None = None

    @cached_property
    def reviews(self) -> Approvals:
        """All approvals, held to the base as it is. Raises `Faulty`."""
        return Approvals.of(self.base)

    @cached_property
    def approvals(self) -> Mapping[str, tuple[Approval, ...]]:
        """The approvals that hold, by rule."""
        return {about: held for (layer, about), held in self.reviews.held.items() if layer == "rule"}

    def rule_digest(self, rule: str) -> str:
        """The digest that a reviewer of the rule signs."""
        return self.reviews.layers.rule(rule).digest

    @property
    def open_problems(self) -> list[Problem]:
        """What is neither a note nor allowed by its author."""
        return [problem for problem in self.problems if problem.severity != "note"]

    @property
    def proved(self) -> int:
        """How many invariants hold for every possible patient."""
        return sum(proof.holds for proof in self.proofs)

    @property
    def shown_problems(self) -> list[Problem]:
        """The open problems and the allowed ones, without notes."""
        found = sorted(self.problems, key=lambda problem: (problem.severity == "note", problem.code))
        return [problem for problem in found if problem.severity != "note" or problem.allowed]

    @property
    def notes(self) -> list[tuple[str, list[Problem]]]:
        """The notes, by code."""
        notes: dict[str, list[Problem]] = {}
        for problem in sorted(self.problems, key=lambda problem: problem.code):
            if problem.severity == "note" and not problem.allowed:
                notes.setdefault(problem.code, []).append(problem)
        return list(notes.items())

    @property
    def facts_used(self) -> int:
        """How many facts some rule depends on."""
        return sum(bool(rules) for rules in self.looked_at_by.values())

    def has(self, what: Literal["invariants", "cases"]) -> bool:
        """Whether the base has any invariants, or any cases."""
        return bool(self.proofs if what == "invariants" else self.coverage and self.coverage.records)

    @cached_property
    def looked_at_by(self) -> Mapping[str, tuple[str, ...]]:
        """The rules that come down to each fact, through findings and scores."""
        by: dict[str, list[str]] = {fact: [] for fact in self.base.vocabulary}
        for rule in self.base.rules.values():
            for fact in self.base.facts_of(rule.condition):
                by[fact].append(rule.id)
        return {fact: tuple(rules) for fact, rules in by.items()}

    @cached_property
    def attributes(self) -> tuple[Attribute, ...]:
        """Which patient attributes are used, and by which rules; computed from the conditions."""
        found = []
        for name, parts in ATTRIBUTES.items():
            facts = {
                fact: rules
                for fact, rules in self.looked_at_by.items()
                if any(part in fact.split("_") or (len(part) > 4 and part in fact) for part in parts)
            }
            found.append(Attribute(name, facts))
        return tuple(found)

    def place(self, problem: Problem) -> str:
        """The file of the problem as seen from the base, wherever that stands."""
        file, base = Path(problem.diagnostic.file), self.base.path
        return file.relative_to(base).as_posix() if file.is_relative_to(base) else base.name

    def rules_about(self, target: str) -> list[Rule]:
        """The rules that do something to a candidate or an alert."""
        return [
            rule
            for rule in self.base.rules.values()
            if any(target in (getattr(e, "candidate", None), getattr(e, "alert", None)) for e in rule.then)
        ]

    def evidence_counts(self) -> dict[str, dict[str, int]]:
        """For each candidate, how many rules are verified, recalled and judgement."""
        counts: dict[str, dict[str, int]] = {}
        for candidate in self.base.candidates:
            kinds = [rule.evidence.kind for rule in self.rules_about(candidate)]
            counts[candidate] = {kind: kinds.count(kind) for kind in ("verified", "recalled", "judgement")}
        return counts

    def as_json(self) -> dict[str, Any]:
        """The report for a program to read."""
        base, about = self.base, self.base.about
        found: dict[str, Any] = to_jsonable_python({
            "format": "charley.audit.v1",
            "knowledge_base": {
                "id": base.id, "title": about.title, "version": base.version, "digest": base.digest,
                "updated": about.updated, "review": about.review.status, "disclaimer": about.disclaimer,
            },
            "source_attributes": {
                "source": about.source, "developers": about.authors, "funding": about.funding,
                "purpose": about.purpose, "intended_use": about.intended_use, "misuse": about.misuse,
                "updated": about.updated, "limits": about.limits,
                "attributes": {each.name: each.facts for each in self.attributes},
            },
            "proofs": [
                {"invariant": p.invariant.id, "verdict": p.verdict, "if": p.invariant.if_,
                 "then": p.invariant.then, "why": p.invariant.why, "witness": p.witness,
                 **({"seconds": round(p.seconds, 3)} if self.times else {})}
                for p in self.proofs
            ],
            "problems": [{**problem.as_json(), "file": self.place(problem)} for problem in self.problems],
            "coverage": None if self.coverage is None else {
                "rules_fired": self.coverage.fired.percent,
                "atoms_both_ways": self.coverage.both_ways.percent,
                "atoms_of_dangers_shown_to_matter": self.coverage.shown(self.coverage.dangers).percent,
            },
            "mutation": None if self.mutation is None else self.mutation.as_json(),
            "influence": None if self.influence is None else self.influence.as_json(),
            "cases": None if self.coverage is None else {
                "played": len(self.coverage.records), "failed": self.failed,
            },
            "hazards": [
                {**hazard.model_dump(), "risk": {"before": hazard.before, "after": hazard.after}}
                for hazard in self.hazards
            ],
            "changes": self.changes,
            "feedback": None if self.feedback is None else [
                {"rule": each.rule, "shown": each.shown, "accepted": each.accepted,
                 "overridden": each.overridden, "reason": each.reason}
                for each in self.feedback
            ],
            "population": None if self.population is None else self.population.as_json(),
            "readings": self.agreement,
            "rules": [
                {"id": rule.id, "title": rule.title, "when": rule.when, "because": rule.because,
                 "evidence": rule.evidence, "review": rule.review.status,
                 "reviewers": rule.review.reviewers, "digest": self.rule_digest(rule.id)}
                for rule in base.rules.values()
            ],
        })  # fmt: skip
        return found
