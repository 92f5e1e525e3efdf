"""Browsing a knowledge base: facts, rules, candidates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from charley.engine.bases import Base
from charley.engine.explain.justification import evidence_line
from charley.engine.explain.words import PURPOSE, TIER_TITLES
from charley.engine.summary.rule_words import effect_words
from charley.facts.units import unit_name
from charley.facts.vocabulary import Fact, words
from charley.facts.wording import AUDIENCES, Audience
from charley.rules.candidate import Candidate
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.rule import Rule, acts_on
from charley.terminal.text import heading, paint, wrapped

__all__ = [
    "about_candidate",
    "show_about",
    "show_bases",
    "show_candidate",
    "show_candidates",
    "show_fact",
    "show_facts",
    "show_rule",
    "show_rules",
]


def show_facts(base: KnowledgeBase, facts: Iterable[Fact]) -> Iterator[str]:
    """Facts by group, one a line."""
    group = None
    for fact in facts:
        if fact.group != group:
            if group is not None:
                yield ""
            group = fact.group
            yield heading(base.vocabulary.titles.get(group, words(group)))
        by = "" if fact.answered_by == "patient" else f" ({fact.answered_by})"
        yield from wrapped(f"{fact.wording.clinician}{by}", f"  {fact.id:<38} ", " " * 8)
    yield PURPOSE


def show_fact(base: KnowledgeBase, fact: Fact) -> Iterator[str]:
    """Everything about one fact."""
    yield paint(fact.id, bold=True)
    yield f"  expects      {fact.expected()}"
    if fact.unit:
        yield f"  unit         {unit_name(fact.unit) or 'none'} (UCUM {fact.unit})"
    if fact.since:
        yield f"  since        {fact.since}, the date from which it counts"
    for audience in AUDIENCES:
        question = fact.question(audience) or "is not asked"
        yield from wrapped(question, f"  {base.about.called(audience):<11}  ")
    yield f"  answered by  {fact.answered_by} ({words(fact.burden)})"
    if fact.codes:
        yield "  codes        " + ", ".join(
            f"{system} {' '.join(codes)}" for system, codes in fact.codes.items()
        )
    if fact.note:
        yield from wrapped(fact.note, "  note         ")
    looking = [id for id, facts in base.facts_of_rule.items() if fact.id in facts]
    yield from wrapped(", ".join(looking) or "none", f"  rules ({len(looking)})   ", " " * 15)
    yield PURPOSE


def show_rules(base: KnowledgeBase, rules: Iterable[Rule]) -> Iterator[str]:
    """Rules, one a line, with what they do."""
    number = 0
    for number, rule in enumerate(rules, 1):  # noqa: B007
        does = "; ".join(effect_words(effect, base, "ids") for effect in rule.then)
        yield from wrapped(f"{rule.title}: {does} ({rule.review.status})", f"{rule.id:<34} ", " " * 8)
    yield f"{number} rules. {PURPOSE}"


def show_rule(base: KnowledgeBase, rule: Rule) -> Iterator[str]:
    """Everything about one rule."""
    yield paint(f"{rule.id}  {rule.title}", bold=True)
    yield from wrapped(rule.when, "  when      ")
    for effect in rule.then:
        yield from wrapped(effect_words(effect, base, "ids"), "  then      ")
    yield from wrapped(rule.because, "  because   ")
    yield from wrapped(evidence_line(rule), "  evidence  ")
    for key in rule.evidence.citations:
        yield from wrapped(f"{key}: {base.citations[key]} ({base.citations[key].seen})", "  source    ")
    if rule.supersedes:
        yield from wrapped(", ".join(rule.supersedes), "  replaces  ")
    if rule.withdraws_advice_of:
        yield from wrapped(", ".join(rule.withdraws_advice_of), "  withdraws the advice of  ")
    by = f" by {', '.join(rule.review.reviewers)}" if rule.review.reviewers else ""
    yield f"  review    {words(rule.review.status)}{by}"
    yield PURPOSE


def about_candidate(rule: Rule, id: str) -> bool:
    """Whether the rule acts on this candidate or alert."""
    return any(acts_on(effect) == id for effect in rule.then)


def show_candidates(base: KnowledgeBase, audience: Audience) -> Iterator[str]:
    """Candidates by tier, then the alerts."""
    for tier, title in TIER_TITLES.items():
        yield heading(title)
        for candidate in base.candidates.values():
            if candidate.tier == tier:
                added = "  (added, not in the source)" if candidate.beyond_source else ""
                yield f"  {candidate.id:<40} {candidate.prior:+4d} db  {candidate.name.to(audience)}{added}"
    yield heading("Alerts (not ranked)")
    for alert in base.alerts.values():
        yield f"  {alert.id:<40}          {alert.name.to(audience)}"
    yield base.about.disclaimer


def show_candidate(base: KnowledgeBase, candidate: Candidate, audience: Audience) -> Iterator[str]:
    """Everything about one candidate, and every rule that acts on it."""
    yield paint(f"{candidate.name.to(audience)}  [{candidate.id}]", bold=True)
    added = ", added beyond the source" if candidate.beyond_source else ""
    code = f"ICD-10-CM {candidate.icd10cm or 'none'}"
    yield f"  {TIER_TITLES[candidate.tier]}{added}; prior {candidate.prior:+d} db; {code}"
    yield from wrapped(candidate.description.to(audience), "  ")
    for test in candidate.tests:
        yield from wrapped(test, "  test  ")
    for step in candidate.next_steps.to(audience):
        yield from wrapped(step, "  next  ")
    for rule in base.rules.values():
        if about_candidate(rule, candidate.id):
            does = "; ".join(effect_words(e, base, "ids") for e in rule.then)
            yield from wrapped(f"{rule.title}: {does} [{rule.id}]", "  rule  ")
    yield base.about.disclaimer


def show_bases(found: Sequence[Base]) -> Iterator[str]:
    """The bases that can be loaded by name."""
    for base in found:
        yield paint(f"{base.name}  ({base.comes_from})", bold=True)
        if base.problem:
            yield from wrapped(base.problem, "  cannot be used: ")
        else:
            status = words(base.review_status)
            yield from wrapped(f"{base.title}, {base.version}: {base.rules} rules, {status}", "  ")
            yield f"  digest {base.digest[:16]}"
    yield ""
    yield PURPOSE


def show_about(base: KnowledgeBase) -> Iterator[str]:
    """What a reader must know before trusting the base."""
    about = base.about
    yield paint(f"{about.title}  {about.version}", bold=True)
    yield f"  digest       {base.digest}"
    review = f"{words(about.review.status)}; last updated {about.updated}"
    if about.review.review_by is not None:
        review += f"; to be reviewed by {about.review.review_by}"
    yield from wrapped(review, "  review       ")
    yield from wrapped("; ".join(about.authors), "  authors      ")
    parts = {
        "source": about.source,
        "purpose": about.purpose,
        "intended use": about.intended_use,
        "misuse": about.misuse,
        "scope": about.scope.wording.clinician if about.scope is not None else "any patient",
        "policy": about.editorial_policy,
        "funding": about.funding,
    }
    for name, text in parts.items():
        yield from wrapped(text, f"  {name:<12} ")
    for limit in about.limits:
        yield from wrapped(limit, "  limit        ")
    yield from wrapped(about.disclaimer, "  disclaimer   ")
