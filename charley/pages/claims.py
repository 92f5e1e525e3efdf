"""What pages about rules say of several of them: their terms, sources, evidence and review."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from charley.facts.vocabulary import words
from charley.pages.templating import sentence
from charley.rules.governance.evidence import Citation
from charley.rules.knowledge_base import KnowledgeBase, needs
from charley.rules.rule import Rule, Weigh

__all__ = ["evidence", "review_counts", "sources", "terms", "weight_mark"]


def terms(base: KnowledgeBase, rules: Iterable[Rule]) -> list[tuple[str, str]]:
    """The findings, scores and derived values that the rules' conditions name, each with its meaning."""
    meanings = {
        **{id: finding.meaning for id, finding in base.findings.items()},
        **{id: score.title for id, score in base.instruments.items()},
        **{id: derived.title or derived.kind for id, derived in base.derived.items()},
    }
    named = needs([rule.condition for rule in rules], {})
    return [(name, meanings[name]) for name in sorted(named) if name in meanings]


def sources(base: KnowledgeBase, rules: Iterable[Rule]) -> list[Citation]:
    """The references that the rules cite."""
    keys = {key for rule in rules for key in rule.evidence.citations}
    return [citation for key, citation in base.citations.items() if key in keys]


def evidence(rule: Rule) -> str:
    """The kind of the rule's evidence, what it cites, its figure and note; and its review, once begun."""
    return f"{'. '.join(_evidence(rule))}.{_review(rule)}"


def _evidence(rule: Rule) -> Iterator[str]:
    found = rule.evidence
    interval = "" if found.interval is None else f" ({found.interval[0]:g} to {found.interval[1]:g})"
    figure = f"{found.figure}{interval}" if found.figure else interval.strip()
    cited = ", ".join(f"[{key}](#{key.lower()})" for key in found.citations)
    for part in (f"{found.marks}, {cited}" if cited else found.marks, figure, found.note or ""):
        if part:
            yield sentence(part).rstrip(".")


def _review(rule: Rule) -> str:
    return "" if rule.review.status == "submitted" else f" Review: {words(rule.review.status)}."


def weight_mark(effect: Weigh) -> str:
    """How much an effect weighs, and from what."""
    ratio = f"likelihood ratio {effect.lr:g}" if effect.lr is not None else effect.strength
    group = f", group *{words(effect.group)}*" if effect.group else ""
    return f"**{effect.weight:+d} db** ({ratio}{group})"


def review_counts(rules: Sequence[Rule]) -> str:
    """How many of the rules have come how far; each is counted once."""
    statuses = [rule.review.status for rule in {rule.id: rule for rule in rules}.values()]
    return ", ".join(
        f"{statuses.count(status)} {words(status)}"
        for status in ("submitted", "under_review", "approved")
        if status in statuses
    )
