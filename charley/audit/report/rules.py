"""The rules themselves in the report: how many and how well founded, in pictures, and every one in words."""

from __future__ import annotations

from collections.abc import Iterator

from charley.audit.report.report import Report
from charley.engine.explain.words import condition_words, effect_words
from charley.facts.vocabulary import words
from charley.pages import charts
from charley.pages.html import listed, table, text
from charley.rules.rule import Rule
from charley.rules.signoff import rule_digest

__all__ = ["inventory", "pictures", "rule_in_words"]


def inventory(report: Report) -> str:
    """Rules by candidate and by the strength of their evidence."""
    names = {id: candidate.name.clinician for id, candidate in report.base.candidates.items()}
    rows = [
        (text(names[candidate]), *map(str, counts.values()), str(sum(counts.values())))
        for candidate, counts in report.evidence_counts().items()
    ]
    heads = ["Candidate", "Verified", "Recalled", "Judgement", "All"]
    return table("Rules and the strength of their evidence", heads, rows, numbers=(1, 2, 3, 4))


def pictures(report: Report) -> Iterator[str]:
    """What is asked and what it speaks about, the strata, and each candidate's evidence and rules."""
    base = report.base
    count: dict[tuple[str, str], int] = {}
    groups = dict.fromkeys(fact.group for fact in base.vocabulary.values())
    targets = [*base.candidates, *base.alerts]
    for target in targets:
        for rule in report.rules_about(target):
            for group in {base.vocabulary[fact].group for fact in base.facts_of(rule.condition)}:
                count[group, target] = count.get((group, target), 0) + 1
    yield "<h3>What is asked, and what it speaks about</h3><figure>"
    yield charts.heat("Rules that connect a group of facts with a candidate", list(groups), targets, count)
    yield _under("Number of rules from each group of facts to each candidate or alert.")
    yield "<h3>Findings by stratum</h3><figure>"
    yield charts.strata("What each finding stands on", base)
    yield "</figure>"
    for candidate in base.candidates.values():
        rules = report.rules_about(candidate.id)
        weighing = base.weighing[candidate.id]
        weights = [(rule.id, words(effect.group or ""), effect.weight) for rule, effect in weighing]
        weights.sort(key=lambda row: (-row[2], row[0]))
        name = candidate.name.clinician
        yield f'<h3 id="picture-{text(candidate.id)}">{text(name)}</h3><figure>'
        yield charts.evidence(f"Weights of evidence for {name}", candidate.prior, weights)
        yield _under("Decibans by rule, with the group in which a weight counts once.") + "<figure>"
        yield charts.graph(f"What the rules for {name} look at", base, rules, candidate.id)
        yield _under("Facts, findings (italic) and scores (bold), and the rules that look at them.")


def _under(said: str) -> str:
    return f"<figcaption>{said}</figcaption></figure>"


def rule_in_words(rule: Rule, report: Report) -> str:
    """One rule as a reviewer reads it."""
    base, evidence = report.base, rule.evidence
    cited = ", ".join(f'<a href="#ref-{text(key)}">{text(key)}</a>' for key in evidence.citations)
    said = [evidence.kind, text(evidence.figure or ""), cited, text(evidence.note or "")]
    effects = listed(text(effect_words(effect, base)) for effect in rule.then)
    superseding = (
        f"<p>Takes out of the count: {text(', '.join(rule.supersedes))}.</p>" if rule.supersedes else ""
    )
    approvals = "; ".join(f"{a.by}, {a.date}" for a in report.approvals.get(rule.id, ()))
    review = f"{words(rule.review.status)}{': ' + approvals if approvals else ''}"
    told = "; ".join(part for part in said if part)
    name = f"{text(rule.title)} <code>{text(rule.id)}</code>"
    return (
        f'<article class="rule" id="rule-{text(rule.id)}"><h3>{name}</h3>'
        f"<p><strong>When</strong> {text(condition_words(rule.condition, base))}</p>{effects}{superseding}"
        f"<p><strong>Because</strong> {text(rule.because)}</p>"
        f'<p class="soft">Evidence: {told}. Review: {text(review)}. '
        f"Meaning <code>{rule_digest(rule, base)[:16]}</code></p></article>\n"
    )
