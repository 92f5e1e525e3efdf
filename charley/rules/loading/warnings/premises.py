"""Questions that take something for granted which nobody has asked: seen from the rules that use them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from charley.documents.diagnostic import Diagnostic
from charley.facts.text.tokens import tokenize
from charley.facts.vocabulary import Fact
from charley.rules.core import core
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.language.condition import Condition
from charley.rules.loading.contents import Contents
from charley.rules.loading.warnings.undone_tests import needed

__all__ = ["untold_premises"]

_DEFINITE = re.compile(r"\b(?:the|this|these|those|your)\s+(\w+)(?=(\s+\w+)?)", re.IGNORECASE)
"""What a question speaks of as if it were known."""

_SHORTEST = 4
"""Shorter words, such as `leg`, are in many questions."""


def untold_premises(base: KnowledgeBase, contents: Contents) -> Iterator[Diagnostic]:
    """R112: a question speaks of what another fact asks, and every rule that uses it needs that to be so."""
    behind = _needed_by_all(base)
    for placed in contents.facts:
        fact = placed.model
        question = fact.question("patient")
        if question is None or fact.ask_when is not None or fact.ask_unless is not None:
            continue
        for other in sorted(behind.get(fact.id, ())):
            said = _taken_for_granted(question, base.vocabulary[other])
            if said is not None:
                message = (
                    f"`{fact.id}` asks of `{said}`, and every rule that uses it needs `{other}`: "
                    "who is asked may not have it"
                )
                help = f"write `ask_when: {other}`, or word the question so that it stands alone"
                yield placed.problem(["wording"], "R112", message, help, severity="warning")


def _needed_by_all(base: KnowledgeBase) -> dict[str, set[str]]:
    """For every fact the yes-or-no facts that have to be so in every rule that uses it."""
    found: dict[str, set[str]] = {}
    beneath: dict[str, set[str]] = {}
    for finding, condition in base.definitions.items():  # none of them needs a later one
        beneath[finding] = _so(base, condition, beneath)
    for rule in base.rules.values():
        so = _so(base, rule.condition, beneath)
        for fact in base.facts_of_rule[rule.id]:
            found[fact] = found.get(fact, so) & so - {fact}
    return found


def _so(base: KnowledgeBase, condition: Condition, beneath: Mapping[str, set[str]]) -> set[str]:
    """The facts that have to be so for a condition to be true; `beneath` are those of the findings in it."""
    found: set[str] = set()
    for literal in needed(core(condition, base.instruments)):
        if literal.wanted and literal.value is True:
            if literal.name in base.vocabulary:
                found.add(literal.name)
            found |= beneath.get(literal.name, set())
    return found


def _taken_for_granted(question: str, other: Fact) -> str | None:
    """The words of the question that speak of the other fact as if it were known."""
    asked = _stems(f"{other.label} {other.wording.patient or other.wording.clinician}")
    for said in _DEFINITE.finditer(question):
        if _stems(said[1]) & asked:
            return said[0]
        if said[2] is not None and _stems(said[2]) & asked:
            return said[0] + said[2]
    return None


def _stems(text: str) -> set[str]:
    return {token.stem for token in tokenize(text) if len(token.stem) >= _SHORTEST}
