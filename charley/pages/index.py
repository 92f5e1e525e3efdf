"""Every page of a base by its file name, and the one that lists the candidates and the alerts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from charley.engine.explain.words import TIER_TITLES
from charley.facts.wording import Wording
from charley.pages.candidate import candidate_page
from charley.pages.claims import evidence, review_counts, sources, terms
from charley.pages.evidence_chart import evidence_chart
from charley.pages.templating import render
from charley.rules.candidate import Candidate
from charley.rules.governance.evidence import Citation
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.loading.cases import read_cases
from charley.rules.rule import URGENCIES, Alert, Clear, Flag, Rule

__all__ = ["pages_of"]


def pages_of(base: KnowledgeBase) -> Mapping[str, str]:
    """The text of every page and picture by its file name. Raises `Faulty` where cases cannot be read."""
    cases = [placed.case for placed in read_cases(base)]
    found = {"index.md": render("index.md", index=Index(base), evidence=evidence)}
    for candidate in base.candidates.values():
        picture = f"{candidate.id}.svg"
        found[f"{candidate.id}.md"] = candidate_page(base, candidate, cases, picture)
        found[picture] = str(evidence_chart(base, candidate))
    return found


@dataclass(frozen=True)
class Line:
    """A candidate in the list, with how many rules raise, lower and flag it."""

    candidate: Candidate
    raising: int
    lowering: int
    flagging: int


@dataclass(frozen=True)
class Index:
    """What stands on the page that lists the candidates."""

    base: KnowledgeBase

    @property
    def tiers(self) -> list[tuple[str, list[Line]]]:
        """The title of each tier and its candidates."""
        candidates = self.base.candidates.values()
        return [
            (title, [self._line(candidate) for candidate in candidates if candidate.tier == tier])
            for tier, title in TIER_TITLES.items()
        ]

    def _line(self, candidate: Candidate) -> Line:
        weights = [effect.weight for _, effect in self.base.weighing[candidate.id]]
        flags = [flag for rule in self.base.rules.values() for flag in rule.effects(Flag)]
        flagging = sum(flag.candidate == candidate.id for flag in flags)
        return Line(candidate, sum(w > 0 for w in weights), sum(w < 0 for w in weights), flagging)

    @property
    def alerts(self) -> list[tuple[Wording, list[tuple[Rule, Alert]], list[tuple[Rule, Clear]]]]:
        """The name of each alert, the rules that raise it, most urgent first, and those that answer it."""
        found = []
        for id, alert in self.base.alerts.items():
            effects = [(r, e) for r in self.alerting for e in r.effects(Alert) if e.alert == id]
            answers = [(r, e) for r in self.alerting for e in r.effects(Clear) if e.target == id]
            most_urgent_first = sorted(effects, key=lambda each: URGENCIES.index(each[1].urgency))
            found.append((alert.name, most_urgent_first, answers))
        return found

    @cached_property
    def alerting(self) -> list[Rule]:
        """The rules that raise alerts or answer them."""
        return [
            rule
            for rule in self.base.rules.values()
            if rule.effects(Alert) or any(clear.target in self.base.alerts for clear in rule.effects(Clear))
        ]

    @property
    def terms(self) -> list[tuple[str, str]]:
        """What the conditions of the alerts name."""
        return terms(self.base, self.alerting)

    @property
    def sources(self) -> list[Citation]:
        """What the rules of the alerts cite."""
        return sources(self.base, self.alerting)

    @property
    def review_counts(self) -> str:
        """How far review of all rules has come."""
        return review_counts([*self.base.rules.values()])
