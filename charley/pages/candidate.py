"""A candidate as a page: what raises, lowers and flags it, what answers that, and where claims come from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from charley.engine.explain.words import PURPOSE, TIER_TITLES, condition_words
from charley.facts.vocabulary import words
from charley.pages.evidence_chart import Bar, strength_chart
from charley.rules.candidate import Candidate
from charley.rules.case import Case
from charley.rules.knowledge_base import KnowledgeBase, needs
from charley.rules.rule import URGENCIES, Advise, Alert, Clear, Flag, Rule, Weigh

__all__ = ["alert_lines", "candidate_page", "chart", "footer", "section", "sources", "terms"]

EXCLUDES = -10
"""Decibans from which on something that lowers a candidate goes far to exclude it: a tenth of the odds."""


@dataclass(frozen=True)
class _Page:
    base: KnowledgeBase
    candidate: Candidate

    def weighing(self, direction: str) -> list[tuple[Rule, Weigh]]:
        """Rules that raise or lower the candidate, the strongest first."""
        found = [(r, e) for r, e in self.base.weighing[self.candidate.id] if e.direction == direction]
        return sorted(found, key=lambda each: -abs(each[1].weight))

    def flagging(self) -> list[tuple[Rule, Flag]]:
        """Rules that flag the candidate, the most urgent first."""
        found = [
            (rule, effect)
            for rule in self.base.rules.values()
            for effect in rule.effects(Flag)
            if effect.candidate == self.candidate.id
        ]
        return sorted(found, key=lambda each: URGENCIES.index(each[1].urgency))

    def clearing(self) -> list[tuple[Rule, Clear]]:
        """Rules that answer the candidate's flag."""
        return [
            (rule, effect)
            for rule in self.base.rules.values()
            for effect in rule.effects(Clear)
            if effect.candidate == self.candidate.id
        ]

    def advising(self) -> list[tuple[Rule, Advise]]:
        """Rules of the candidate's own that advise something: their ids begin as its others do."""
        return [
            (rule, effect)
            for rule in self.base.rules.values()
            for effect in rule.effects(Advise)
            if rule.id.startswith(f"{self.candidate.prefix}-")
        ]


def chart(base: KnowledgeBase, candidate: Candidate) -> str:
    """The evidence about the candidate as SVG."""
    bars = [
        Bar(rule.title, effect.weight, rule.evidence.kind, effect.group and words(effect.group))
        for rule, effect in base.weighing[candidate.id]
    ]
    return strength_chart(f"Evidence about: {candidate.name.clinician}", bars)


def candidate_page(base: KnowledgeBase, candidate: Candidate, cases: Sequence[Case], picture: str) -> str:
    """The page as Markdown; `picture` is the file of its chart."""
    return "\n".join(_lines(_Page(base, candidate), cases, picture)).rstrip() + "\n"


def _lines(page: _Page, cases: Sequence[Case], picture: str) -> Iterator[str]:
    base, candidate = page.base, page.candidate
    yield from (f"# {candidate.name.clinician}", "")
    yield from (f"*{base.about.title}. {PURPOSE}*", "")
    yield from (candidate.description.clinician, "")
    yield from (
        f"In plain words: **{candidate.name.to('patient')}**. {candidate.description.to('patient')}",
        "",
    )
    yield from _facts_of(candidate)
    yield from section("Strength of the evidence", _picture(page, picture))
    yield from section("What raises it", _weights(page, "raise"))
    yield from section("What lowers it", _weights(page, "lower"))
    yield from section("What flags it", _flags(page))
    yield from section("What would exclude it, or answer a flag", _answers(page))
    yield from section("What to do", _advice(page))
    yield from section("Cases", _cases(candidate, cases))
    rules = [rule for rule, _ in _all(page)]
    yield from section("Terms", terms(base, rules))
    yield from section("Sources", sources(base, rules))
    yield from footer(base, rules)


def section(title: str, lines: Iterable[str]) -> Iterator[str]:
    """A section of a page, and that there is nothing in it where there is nothing."""
    found = list(lines)
    yield from (f"## {title}", "")
    yield from found or ["Nothing in these rules."]
    yield ""


def _facts_of(candidate: Candidate) -> Iterator[str]:
    origin = "added beyond the source" if candidate.beyond_source else "named by the source"
    yield "| | |"
    yield "|---|---|"
    yield f"| tier | {TIER_TITLES[candidate.tier]} ({origin}) |"
    yield f"| before anything is known | {candidate.prior:+d} db |"
    yield f"| urgency when it leads | {words(candidate.disposition)} |"
    codes = [
        f"{candidate.icd10cm or 'none'}",
        *(f"{c} ({what})" for c, what in candidate.icd10cm_related.items()),
    ]
    yield f"| ICD-10-CM | {'; '.join(codes)} |"
    yield f"| id | `{candidate.id}` |"
    yield ""
    if candidate.note:
        yield from (_sentence(candidate.note), "")


def _picture(page: _Page, picture: str) -> Iterator[str]:
    yield f"![What each rule adds or takes away, in decibans; said in words below]({picture})"
    yield ""
    yield (
        "Weights are decibans, ten times the logarithm of a likelihood ratio: +3 doubles the odds, +10 makes "
        "them ten times as high. Within a group only the strongest that raises and the strongest that lowers "
        "count. They order a list and are not probabilities."
    )


def _weights(page: _Page, direction: str) -> Iterator[str]:
    for rule, effect in page.weighing(direction):
        ratio = f"likelihood ratio {effect.lr:g}" if effect.lr is not None else effect.strength
        group = f", group *{words(effect.group)}*" if effect.group else ""
        yield from _claim(page.base, rule, f"**{effect.weight:+d} db** ({ratio}{group})")


def _flags(page: _Page) -> Iterator[str]:
    for rule, effect in page.flagging():
        yield from _claim(page.base, rule, f"**{words(effect.urgency)}**", f"Do: {effect.action.clinician}")


def _answers(page: _Page) -> Iterator[str]:
    for rule, clear in page.clearing():
        yield from _claim(page.base, rule, "**answers a flag**", f"Note: {clear.note.clinician}")
    for rule, weigh in page.weighing("lower"):
        if weigh.weight <= EXCLUDES:
            yield f"- **{weigh.weight:+d} db**: {rule.title} (`{rule.id}`, above)."
    if page.clearing():
        yield ""
        yield "A flag that is answered stays flagged and visible, with the note beside it."


def _advice(page: _Page) -> Iterator[str]:
    yield from (f"- Test: {_sentence(test)}" for test in page.candidate.tests)
    yield from (f"- Next: {_sentence(step)}" for step in page.candidate.next_steps.clinician)
    for rule, effect in page.advising():
        yield from _claim(page.base, rule, f"**{words(effect.urgency)}**", f"Advice: {effect.text.clinician}")


def _claim(base: KnowledgeBase, rule: Rule, mark: str, *more: str) -> Iterator[str]:
    """A rule in sentences, its evidence last."""
    yield f"- {mark}: {rule.title} (`{rule.id}`). {_sentence(rule.because)}"
    yield f"  - When: {_sentence(condition_words(rule.condition, base))}"
    yield from (f"  - {_sentence(line)}" for line in more)
    if rule.supersedes:
        yield f"  - Replaces {', '.join(f'`{id}`' for id in rule.supersedes)} when it fires."
    yield f"  - Evidence: {_evidence(rule)}"


def _evidence(rule: Rule) -> str:
    evidence = rule.evidence
    interval = "" if evidence.interval is None else f" ({evidence.interval[0]:g} to {evidence.interval[1]:g})"
    figure = f"{evidence.figure}{interval}" if evidence.figure else interval.strip()
    cited = ", ".join(f"[{key}](#{key.lower()})" for key in evidence.citations)
    parts = [f"{evidence.kind}" + (f", {cited}" if cited else ""), figure, evidence.note or ""]
    said = ". ".join(_sentence(part).rstrip(".") for part in parts if part)
    status = "" if rule.review.status == "submitted" else f" Review: {words(rule.review.status)}."
    return f"{said}.{status}"


def _cases(candidate: Candidate, cases: Sequence[Case]) -> Iterator[str]:
    """The cases that expect something of the candidate, those that are about it first."""

    def told(case: Case) -> str | None:
        expect = case.expect
        said = [
            "leads" if expect.leader == candidate.id else "",
            "among the first three" if candidate.id in expect.top3 else "",
            "flagged" if candidate.id in expect.flags else "",
            "flag answered" if candidate.id in expect.cleared else "",
            "must not be flagged" if candidate.id in expect.not_flags else "",
        ]
        return ", ".join(filter(None, said)) or None

    found = [(case, said) for case in cases if (said := told(case)) is not None]
    if not found:
        return
    found.sort(key=lambda each: each[1] == "must not be flagged")
    yield "| case | what is expected of it |"
    yield "|---|---|"
    yield from (f"| {_cell(case.title)} (`{case.id}`) | {said} |" for case, said in found)


def terms(base: KnowledgeBase, rules: Iterable[Rule]) -> Iterator[str]:
    """What the findings, scores and derived values mean that the rules' conditions name."""
    named = needs([rule.condition for rule in rules], {})
    for name in sorted(named):
        if name in base.findings:
            yield f"- *{words(name)}*: {_sentence(base.findings[name].meaning)}"
        elif name in base.instruments:
            yield f"- *{words(name)}*: {_sentence(base.instruments[name].title)}"
        elif name in base.derived:
            yield f"- *{words(name)}*: {_sentence(base.derived[name].title or base.derived[name].kind)}"


def sources(base: KnowledgeBase, rules: Iterable[Rule]) -> Iterator[str]:
    keys = {key for rule in rules for key in rule.evidence.citations}
    for key, citation in base.citations.items():
        if key in keys:
            note = f" {_sentence(citation.note)}" if citation.note else ""
            yield f'- <a id="{key.lower()}"></a>**{key}** ({citation.seen}): {citation}{note}'


def _all(page: _Page) -> Iterator[tuple[Rule, object]]:
    yield from page.weighing("raise")
    yield from page.weighing("lower")
    yield from page.flagging()
    yield from page.clearing()
    yield from page.advising()


def alert_lines(base: KnowledgeBase, alert: str) -> Iterator[str]:
    """An alert and the rules that raise it, for a page of several."""
    found = [(r, e) for r in base.rules.values() for e in r.effects(Alert) if e.alert == alert]
    found.sort(key=lambda each: URGENCIES.index(each[1].urgency))
    yield from (f"### {base.alerts[alert].name.clinician}", "")
    for rule, effect in found:
        yield from _claim(base, rule, f"**{words(effect.urgency)}**", f"Do: {effect.action.clinician}")
    yield ""


def footer(base: KnowledgeBase, rules: Iterable[Rule], where: str = "on this page") -> Iterator[str]:
    """How far review has come, and what the page is not."""
    statuses = [rule.review.status for rule in {rule.id: rule for rule in rules}.values()]
    counts = ", ".join(
        f"{statuses.count(status)} {words(status)}"
        for status in ("submitted", "under_review", "approved")
        if status in statuses
    )
    yield "---"
    yield ""
    yield f"Status: {words(base.about.review.status)}. Rules {where}: {counts or 'none'}."
    yield f"Generated from {base.id} {base.version} by `charley pages`; edit the rules, not this page."
    yield ""
    yield base.about.disclaimer.strip()


def _sentence(text: str) -> str:
    """The text on one line, beginning with a capital and ending with a stop."""
    flat = " ".join(text.split())
    return flat[:1].upper() + flat[1:] + ("" if flat.endswith((".", "!", "?")) else ".")


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
