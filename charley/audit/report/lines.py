"""The rules of a base by what they are about, as lines to sign; and the dangers that they watch for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from charley.audit.report.claim_words import claim_in_words
from charley.audit.report.report import Report
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.rule import URGENCIES, Alert, Clear, Conclude, Flag, Rule, Urgency, Weigh
from charley.rules.signoff.approval import roles_required

__all__ = ["Danger", "SignoffLine", "dangers", "signoff_lines"]

OTHERS = {"findings": "Findings, on which other rules rest", "advice": "Advice and tests"}
"""Lines for rules that are about no candidate and no alert."""


@dataclass(frozen=True)
class SignoffLine:
    """The rules about one candidate or alert, or of one other kind, and how far their review has come."""

    id: str
    name: str
    rules: tuple[Rule, ...]
    by: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many they are."""
        return len(self.rules)

    @property
    def approved(self) -> int:
        """How many of them are approved."""
        return sum(rule.review.status == "approved" for rule in self.rules)

    @property
    def need_two(self) -> int:
        """How many of them need two clinicians."""
        return sum(len(roles_required("rule", rule)) > 1 for rule in self.rules)


@dataclass(frozen=True)
class Danger:
    """A candidate that can be flagged, or an alert: how soon at most, by how many rules."""

    name: str
    kind: str
    urgency: Urgency
    rules: int
    answered_by: int
    invariants: int


def signoff_lines(report: Report) -> list[SignoffLine]:
    """A line for each candidate and alert, and for findings and advice. Every rule is on exactly one."""
    names = {**_names(report.base), **OTHERS}
    rules: dict[str, list[Rule]] = {line: [] for line in names}
    for rule in report.base.rules.values():
        rules[_line_of(rule)].append(rule)
    return [
        SignoffLine(
            id,
            names[id],
            tuple(some),
            tuple(dict.fromkeys(each.by for rule in some for each in report.approvals.get(rule.id, ()))),
        )
        for id, some in rules.items()
    ]


def dangers(report: Report) -> list[Danger]:
    """Every danger that is watched for, the most urgent first."""
    base = report.base
    claims = [str(claim_in_words(proof.invariant.conclusion, base)) for proof in report.proofs]
    found: list[Danger] = []
    for id, name in _names(base).items():
        urgencies = list(_urgencies(base, id))
        if urgencies:
            said = f"“{name}” is raised" if id in base.alerts else f"{name} is flagged"
            clears = [effect.target for rule in base.rules.values() for effect in rule.effects(Clear)]
            found.append(
                Danger(
                    name,
                    "alert" if id in base.alerts else "flag",
                    min(urgencies, key=URGENCIES.index),
                    len(urgencies),
                    clears.count(id),
                    sum(said in claim for claim in claims),
                )
            )
    return sorted(found, key=lambda danger: (URGENCIES.index(danger.urgency), danger.name))


def _names(base: KnowledgeBase) -> dict[str, str]:
    return {
        **{id: item.name.clinician for id, item in base.candidates.items()},
        **{id: item.name.clinician for id, item in base.alerts.items()},
    }


def _urgencies(base: KnowledgeBase, id: str) -> Iterator[Urgency]:
    """How urgent each rule makes the candidate or alert that it raises."""
    for rule in base.rules.values():
        yield from (effect.urgency for effect in rule.effects(Flag) if effect.candidate == id)
        yield from (effect.urgency for effect in rule.effects(Alert) if effect.alert == id)


def _line_of(rule: Rule) -> str:
    """The line of a rule in the chart: that of what it acts on first."""
    for effect in rule.then:
        if isinstance(effect, Weigh | Flag):
            return effect.candidate
        if isinstance(effect, Clear):
            return effect.target
        if isinstance(effect, Alert):
            return effect.alert
    return "findings" if rule.effects(Conclude) else "advice"
