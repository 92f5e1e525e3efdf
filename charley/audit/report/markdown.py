"""The report as Markdown: what a reviewer reads in a pull request, without the pictures."""

from __future__ import annotations

from collections.abc import Iterator

from charley.audit.problem import told_record
from charley.audit.report.report import Report
from charley.engine.explain.words import condition_words, effect_words
from charley.facts.vocabulary import words

__all__ = ["report_markdown"]


def report_markdown(report: Report) -> str:
    """The whole text."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: Report) -> Iterator[str]:
    base, about = report.base, report.base.about
    yield f"# {about.title} {base.version}: rule audit"
    yield from (
        "",
        f"Digest `{base.digest}`. Last updated {about.updated}. Review: {words(about.review.status)}.",
    )
    yield from ("", f"> {about.disclaimer}", "")
    proved = sum(proof.holds for proof in report.proofs)
    yield f"- {len(base.rules)} rules, {len(base.vocabulary)} facts, {len(base.candidates)} candidates"
    yield f"- {proved} of {len(report.proofs)} invariants proved for every possible patient"
    yield f"- {len(report.open_problems)} open findings"
    if report.coverage is not None:
        yield f"- rules that fire in some case: {report.coverage.fired}"
    if report.mutation is not None:
        yield f"- mistakes noticed, of those that change anything: {report.mutation.percent:.1f} %"
    yield from ("", "## Source attributes", "", f"- Source: {about.source}")
    yield f"- Developers: {', '.join(about.authors)}; funding: {about.funding}"
    for attribute in report.attributes:
        if attribute.facts:
            facts = ", ".join(f"`{fact}`" for fact in attribute.facts)
            yield f"- {attribute.name}: {facts}, in {len(attribute.rules)} rules"
    head, line = ("| time |", "---|") if report.times else ("|", "")
    yield from ("", "## Proofs", "", f"| invariant | claim | verdict {head}", f"|---|---|---|{line}")
    for proof in report.proofs:
        said = f"if {proof.invariant.if_} then {proof.invariant.then}"
        verdict: str = proof.verdict
        if proof.witness is not None:
            verdict = f"**{verdict}**: " + "; ".join(told_record(proof.witness, base.vocabulary))
        took = f" {proof.seconds * 1000:.0f} ms |" if report.times else ""
        yield f"| {proof.invariant.id} | `{_cell(said)}` | {_cell(verdict)} |{took}"
    yield from ("", "## Findings", "")
    for problem in report.problems:
        place = problem.diagnostic
        where = f"{place.file.rsplit('/', 1)[-1]}:{place.line}"
        yield f"- {problem.code} {problem.severity}: {place.message} ({where})"
        yield from (f"  - {reason}" for reason in problem.because)
    if not report.problems:
        yield "None."
    if report.mutation is not None:
        yield from (
            "",
            "## Mutation",
            "",
            "| mistake | by a case | by an invariant | equivalent | unnoticed |",
        )
        yield "|---|---|---|---|---|"
        for row in report.mutation.table():
            yield "| " + " | ".join(map(str, row)) + " |"
    yield from ("", "## Rules", "")
    for rule in base.rules.values():
        yield f"### {rule.title} (`{rule.id}`)"
        yield from ("", f"When {condition_words(rule.condition, base)}:", "")
        yield from (f"- {effect_words(effect, base)}" for effect in rule.then)
        cited = ", ".join(rule.evidence.citations)
        yield from ("", f"{rule.because} *{rule.evidence.kind}* {cited}".rstrip(), "")
    yield from ("## References", "")
    yield from (f"- {key} ({citation.seen}): {citation}" for key, citation in base.citations.items())


def _cell(said: str) -> str:
    return said.replace("|", "\\|")
