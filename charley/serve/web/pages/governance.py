"""Pages about the rules: each with its evidence and review, what they cite, who answers for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from charley.documents.diagnostic import nearest
from charley.engine.expert import Expert
from charley.engine.explain.words import (
    TIER_TITLES,
)
from charley.engine.summary.rule_words import condition_words, effect_words
from charley.facts.vocabulary import words
from charley.pages.candidate import CandidatePage
from charley.pages.claims import review_counts, sources, terms
from charley.rules.loading.cases import read_cases
from charley.rules.rule import Rule
from charley.serve.service import Problem
from charley.serve.web.views import View

__all__ = ["Governance"]

SHOWN = 60
"""Rules on one page of a search."""

REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'"
"""For the audit report, which stands by itself and has its style in it."""


class Governance:
    """Rules, candidates, evidence and policy of every base that is served."""

    def __init__(self, view: View) -> None:
        self._view = view

    def routes(self) -> Iterable[BaseRoute]:
        """Every address of these pages."""
        yield Route("/kb/{base}", self.about)
        yield Route("/kb/{base}/candidates", self.candidates)
        yield Route("/kb/{base}/candidates/{id}", self.candidate)
        yield Route("/kb/{base}/rules", self.rules)
        yield Route("/kb/{base}/rules/{id}", self.rule)
        yield Route("/kb/{base}/evidence", self.evidence)
        if self._view.service.settings.audit_report is not None:
            yield Route("/audit", self.audit)

    def _base(self, request: Request) -> Expert:
        return self._view.service.base(request.path_params["base"])

    async def about(self, request: Request) -> Response:
        """What to know before trusting the base."""
        base = self._base(request)
        reviewed = Counter(rule.review.status for rule in base.rules.values())
        return self._view.page("about.html", "About these rules", base, reviewed=reviewed)

    async def candidates(self, request: Request) -> Response:
        """Every candidate by tier."""
        base = self._base(request)
        tiers = [
            (title, [each for each in base.candidates.values() if each.tier == tier])
            for tier, title in TIER_TITLES.items()
        ]
        counts = {id: len(weighing) for id, weighing in base.weighing.items()}
        return self._view.page("candidates.html", "Diagnoses", base, tiers=tiers, counts=counts)

    async def candidate(self, request: Request) -> Response:
        """What raises, lowers, flags and answers one candidate."""
        base = self._base(request)
        id = request.path_params["id"]
        if id not in base.candidates:
            raise _unknown("diagnosis", id, base.candidates)
        candidate = base.candidates[id]
        page = CandidatePage(base, candidate, [placed.case for placed in read_cases(base)])
        return self._view.page("candidate.html", candidate.name.clinician, base, page=page)

    async def rules(self, request: Request) -> Response:
        """The rules in whose words a text is found."""
        base = self._base(request)
        text = request.query_params.get("q", "").strip()[:80]
        wanted = text.lower().replace("_", " ").split()
        found = [rule for rule in base.rules.values() if all(each in _words_of(rule) for each in wanted)]
        return self._view.page("rules.html", "Rules", base, text=text, found=found, shown=found[:SHOWN])

    async def rule(self, request: Request) -> Response:
        """One rule with its reason, evidence and review."""
        base = self._base(request)
        id = request.path_params["id"]
        if id not in base.rules:
            raise _unknown("rule", id, base.rules)
        rule = base.rules[id]
        return self._view.page(
            "rule.html", rule.title, base, rule=rule, when=condition_words(rule.condition, base),
            effects=[effect_words(each, base) for each in rule.then], sources=sources(base, [rule]),
            terms=terms(base, [rule]), review=review_counts([rule]),
        )  # fmt: skip

    async def evidence(self, request: Request) -> Response:
        """Every reference with the rules that cite it."""
        base = self._base(request)
        citing: dict[str, list[Rule]] = {key: [] for key in base.citations}
        for rule in base.rules.values():
            for key in rule.evidence.citations:
                citing[key].append(rule)
        kinds = Counter(rule.evidence.kind for rule in base.rules.values())
        return self._view.page("evidence.html", "Evidence", base, citing=citing, kinds=kinds)

    async def audit(self, request: Request) -> Response:
        """The audit report."""
        report = self._view.service.settings.audit_report
        assert report is not None
        try:
            data = report.read_bytes()
        except OSError:
            raise Problem(404, "the audit report no longer exists") from None
        return Response(data, media_type="text/html", headers={"content-security-policy": REPORT_POLICY})


def _words_of(rule: Rule) -> str:
    return words(f"{rule.id} {rule.title} {rule.when} {rule.because}").lower()


def _unknown(what: str, id: str, known: Iterable[str]) -> Problem:
    help = nearest(id, known)
    return Problem(404, f"there is no such {what}" + (f"; {help.replace('`', '')}" if help else ""))
