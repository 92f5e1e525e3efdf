"""The report laid out by templates: an HTML page that needs nothing else, and Markdown for a pull request."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from charley.audit.influence import Influence
from charley.audit.problem import record_words
from charley.audit.report.board import Board
from charley.audit.report.claim_words import claim_in_words, condition_in_words
from charley.audit.report.population import changed_flags
from charley.audit.report.report import Report
from charley.pages.charts import bars, graph, heat_map, strata
from charley.pages.evidence_chart import INLINE_STYLE, evidence_chart
from charley.pages.flow_chart import flow_chart
from charley.pages.templating import render

__all__ = ["report_html", "report_markdown"]

TEMPLATES = Path(__file__).parent / "templates"

LONGEST = 20
"""How many rules, facts or weights are shown in a picture of what moves leaders and flags."""


@dataclass(frozen=True)
class Part:
    """A part of the page, laid out by the template `board/ID.html` or, in the annex, `parts/ID.html`."""

    id: str
    title: str


def report_html(report: Report, *, board: bool = False) -> str:
    """The page: what a board reads and signs, and, unless only that is wanted, the annex."""
    return _rendered(
        "report.html",
        report,
        board_parts=BOARD,
        annex=[] if board else list(_annex(report)),
        chart_style=Markup(INLINE_STYLE.strip()),
        evidence_chart=evidence_chart,
        flow_chart=flow_chart,
        facts_by_candidates=_facts_by_candidates,
        graph=graph,
        influence_pictures=_influence_pictures,
        strata=strata,
    )


def report_markdown(report: Report) -> str:
    """What a reviewer reads in a pull request, without the pictures."""
    return _rendered("report.md", report)


def _rendered(template: str, report: Report, **more: Any) -> str:
    """The template with the report, and the words that both layouts use."""
    return render(
        template,
        folder=TEMPLATES,
        report=report,
        board=Board(report),
        changed_flags=changed_flags,
        claim_in_words=claim_in_words,
        condition_in_words=condition_in_words,
        record_words=record_words,
        **more,
    )


BOARD = (
    Part("purpose", "What it is, and what it is not"),
    Part("changes", "What changed since the last signed release"),
    Part("hazards", "Hazards"),
    Part("evidence", "Evidence"),
    Part("dangers", "Dangers that are watched for"),
    Part("promises", "What is proved for every possible patient"),
    Part("sign", "Signatures"),
)
"""The parts for a board, laid out by `board/ID.html`."""


def _annex(report: Report) -> Iterator[Part]:
    yield Part("proofs", "Every invariant in words")
    yield Part("findings", "Findings of the audit")
    yield Part("tests", "Coverage and mutation")
    if report.agreement is not None:
        yield Part("readings", "Readings held to each other")
    if report.population is not None:
        yield Part("population", "What the change does to a cohort")
    if report.feedback is not None:
        yield Part("practice", "What became of the cards in practice")
    if report.influence is not None:
        yield Part("influence", "What moves leaders and flags")
    yield Part("rules", "Every rule in words")
    yield Part("pictures", "Pictures of the rules")
    yield Part("source", "Source attributes")
    yield Part("references", "References")


def _facts_by_candidates(report: Report) -> Markup:
    """How many rules connect each group of facts with each candidate or alert."""
    base = report.base
    count: dict[tuple[str, str], int] = {}
    groups = dict.fromkeys(fact.group for fact in base.vocabulary.values())
    targets = [*base.candidates, *base.alerts]
    for target in targets:
        for rule in report.rules_about(target):
            for group in {base.vocabulary[fact].group for fact in base.facts_of(rule.condition)}:
                count[group, target] = count.get((group, target), 0) + 1
    return heat_map("Rules that connect a group of facts with a candidate", list(groups), targets, count)


def _influence_pictures(found: Influence) -> Iterator[tuple[str, Markup]]:
    pictures = (
        ("Rules without which another candidate would lead", found.leaders_by_rule),
        ("Rules without which other flags would be raised", found.flags_by_rule),
        ("Facts without which another candidate would lead", found.leaders_by_fact),
        ("Facts without which other flags would be raised", found.flags_by_fact),
    )
    for title, counts in pictures:
        yield title, bars(title, [(name, float(n), f"{n}") for name, n in list(counts.items())[:LONGEST]])
    title = "Decibans moved by each weight, on average over all patients"
    most = [(name, n, f"{n:.2f}") for name, n in list(found.decibans_by_weight.items())[:LONGEST]]
    yield title, bars(title, most)
