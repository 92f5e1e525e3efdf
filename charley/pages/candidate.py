"""A candidate as a page: what raises, lowers and flags it, what answers that, and where claims come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from charley.pages.claims import evidence, review_counts, sources, terms, weight_mark
from charley.pages.templating import render
from charley.rules.candidate import Candidate
from charley.rules.case import Case
from charley.rules.governance.evidence import Citation
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.rule import URGENCIES, Advise, Clear, Flag, Rule, Weigh

__all__ = ["candidate_page"]

EXCLUDES = -10
"""Decibans from which on something that lowers a candidate goes far to exclude it: a tenth of the odds."""


@dataclass(frozen=True)
class CandidatePage:
    """What stands on the page of a candidate."""

    base: KnowledgeBase
    candidate: Candidate
    cases: Sequence[Case]

    def weighing(self, direction: str) -> list[tuple[Rule, Weigh]]:
        """Rules that raise or lower the candidate, the strongest first."""
        found = [(r, e) for r, e in self.base.weighing[self.candidate.id] if e.direction == direction]
        return sorted(found, key=lambda each: -abs(each[1].weight))

    @property
    def excluding(self) -> list[tuple[Rule, Weigh]]:
        """Rules that lower the candidate so far that they nearly exclude it."""
        return [(rule, effect) for rule, effect in self.weighing("lower") if effect.weight <= EXCLUDES]

    @cached_property
    def flagging(self) -> list[tuple[Rule, Flag]]:
        """Rules that flag the candidate, the most urgent first."""
        found = [
            (rule, effect)
            for rule in self.base.rules.values()
            for effect in rule.effects(Flag)
            if effect.candidate == self.candidate.id
        ]
        return sorted(found, key=lambda each: URGENCIES.index(each[1].urgency))

    @cached_property
    def clearing(self) -> list[tuple[Rule, Clear]]:
        """Rules that answer the candidate's flag."""
        return [
            (rule, effect)
            for rule in self.base.rules.values()
            for effect in rule.effects(Clear)
            if effect.target == self.candidate.id
        ]

    @cached_property
    def advising(self) -> list[tuple[Rule, Advise]]:
        """Rules of the candidate's own that advise something: their ids begin as its others do."""
        return [
            (rule, effect)
            for rule in self.base.rules.values()
            for effect in rule.effects(Advise)
            if rule.id.startswith(f"{self.candidate.prefix}-")
        ]

    @property
    def expecting(self) -> list[tuple[Case, str]]:
        """The cases that expect something of the candidate, those that are about it first."""
        found = [(case, said) for case in self.cases if (said := self._expected(case))]
        return sorted(found, key=lambda each: each[1] == "must not be flagged")

    def _expected(self, case: Case) -> str:
        expect, id = case.expect, self.candidate.id
        said = {
            "leads": expect.leader == id,
            "among the first three": id in expect.top3,
            "flagged": id in (expect.flags or ()),
            "flag answered": id in (expect.cleared or ()),
            "must not be flagged": id in expect.not_flags,
        }
        return ", ".join(words for words, expected in said.items() if expected)

    @cached_property
    def rules(self) -> list[Rule]:
        """Every rule on the page."""
        weighing = [*self.weighing("raise"), *self.weighing("lower")]
        return [rule for rule, _ in [*weighing, *self.flagging, *self.clearing, *self.advising]]

    @property
    def terms(self) -> list[tuple[str, str]]:
        """What the conditions name."""
        return terms(self.base, self.rules)

    @property
    def sources(self) -> list[Citation]:
        """What the rules cite."""
        return sources(self.base, self.rules)

    @property
    def review_counts(self) -> str:
        """How far review has come."""
        return review_counts(self.rules)


def candidate_page(base: KnowledgeBase, candidate: Candidate, cases: Sequence[Case], picture: str) -> str:
    """The page as Markdown; `picture` is the file of its chart."""
    page = CandidatePage(base, candidate, cases)
    return render("candidate.md", page=page, picture=picture, evidence=evidence, weight_mark=weight_mark)
