"""Warnings about a knowledge base without errors: reviews overdue, sources not cited, things nobody uses."""

from __future__ import annotations

import datetime
from collections.abc import Container, Iterable, Iterator

from charley.documents.diagnostic import Diagnostic
from charley.rules.knowledge_base import KnowledgeBase, needs
from charley.rules.language.parse import parse
from charley.rules.loading.contents import Contents, Placed
from charley.rules.loading.warnings.answering import answers_that_surprise
from charley.rules.loading.warnings.choices import choices_that_surprise
from charley.rules.loading.warnings.premises import asked_after_a_no, untold_premises
from charley.rules.loading.warnings.silence import silent_facts
from charley.rules.loading.warnings.time_frames import untimely_texts
from charley.rules.loading.warnings.undone_tests import rules_that_wait
from charley.rules.rule import Weigh

__all__ = ["warnings"]


def warnings(base: KnowledgeBase, contents: Contents) -> Iterator[Diagnostic]:
    """Every warning; `contents` are the items of the base with their places."""
    yield from _reviews(contents)
    for placed in contents.rules:
        evidence = placed.model.evidence
        if evidence.kind == "verified" and not evidence.citations:
            message = f"`{placed.model.id}` is verified and cites nothing"
            yield placed.problem(["evidence"], "R104", message, "cite what was seen", severity="warning")
        if evidence.kind == "verified" and evidence.number is None and placed.model.effects(Weigh):
            message = f"`{placed.model.id}` does not say whether its number was seen"
            help = "add `number: seen`, `recalled` or `judgement` to `evidence`"
            yield placed.problem(["evidence"], "R109", message, help, severity="warning")
    used, cited = _used(base, contents), _cited(base)
    weighed = {effect.candidate for rule in base.rules.values() for effect in rule.effects(Weigh)}
    yield from _unused(contents.facts, "id", used, "R102", "no rule looks at the fact")
    counted = {placed.model.since for placed in contents.facts}
    yield from _unused(contents.dates, "id", counted, "R102", "no number counts since the date")
    yield from _unused(contents.findings, "id", used, "R102", "no rule looks at the finding")
    yield from _unused(contents.citations, "key", cited, "R103", "nothing cites")
    yield from _unused(contents.candidates, "id", weighed, "R105", "no rule weighs the candidate")
    yield from silent_facts(base, contents)
    yield from untimely_texts(base, contents)
    yield from rules_that_wait(base, contents)
    yield from untold_premises(base, contents)
    yield from asked_after_a_no(base, contents)
    yield from answers_that_surprise(base, contents)
    yield from choices_that_surprise(base, contents)


def _reviews(contents: Contents) -> Iterator[Diagnostic]:
    today = datetime.date.today()
    for placed in filter(None, (contents.about, *contents.rules)):
        due = placed.model.review.review_by
        if due is not None and due < today:
            name = "this base" if placed is contents.about else f"`{placed.model.id}`"
            path, help = ["review", "review_by"], "review it again and set the next date"
            message = f"the review of {name} was due by {due}"
            yield placed.problem(path, "R101", message, help, severity="warning")


def _used(base: KnowledgeBase, contents: Contents) -> set[str]:
    """The names that some condition comes to, scores and derived values looked into, and gates to those."""
    conditions = [rule.condition for rule in base.rules.values()]
    conditions += [] if base.scope is None else [base.scope]
    conditions += [*base.minimum, *(condition for condition, _ in base.contradictions)]
    asked = [each for placed in contents.facts for each in (placed.model.ask_unless, placed.model.ask_when)]
    conditions += [parse(text).condition for text in asked if text is not None]
    used = set(needs(conditions, base.instruments))
    used |= {id for id, fact in base.vocabulary.items() if used.intersection(fact.opens)}
    return used.union(*(base.derived[name].of for name in used if name in base.derived))


def _cited(base: KnowledgeBase) -> set[str]:
    evidence = [rule.evidence for rule in base.rules.values()]
    evidence += [score.evidence for score in base.instruments.values() if score.evidence is not None]
    return {key for each in evidence for key in each.citations}


def _unused(
    items: Iterable[Placed], key: str, used: Container[str], code: str, what: str
) -> Iterator[Diagnostic]:
    for placed in items:
        id = getattr(placed.model, key)
        if id not in used:
            yield placed.problem([key], code, f"{what} `{id}`", "use it, or remove it", severity="warning")
