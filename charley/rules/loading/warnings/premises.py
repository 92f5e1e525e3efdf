"""Questions that take something for granted which nobody has asked, or that ask for what was denied.

The first is seen from the rules that use them, the second from the contradictions of the base.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import assert_never

from charley.documents.diagnostic import Diagnostic
from charley.facts.text.tokens import tokenize
from charley.facts.vocabulary import Fact
from charley.rules.core import Core, Literal, Threshold, core
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.language.condition import Condition
from charley.rules.language.parse import parse
from charley.rules.loading.contents import Contents
from charley.rules.loading.warnings.undone_tests import needed

__all__ = ["asked_after_a_no", "untold_premises"]

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


def asked_after_a_no(base: KnowledgeBase, contents: Contents) -> Iterator[Diagnostic]:
    """R116: a fact is asked for although a no to another one rules it out, by a contradiction of the two.

    A warning sign of `reassure_when` is asked of everybody.
    """
    signs = {id for condition in base.minimum for id in base.facts_of(condition)}
    facts = {each.model.id: each for each in contents.facts if each.model.id not in signs}
    for condition, _ in base.contradictions:
        both = list(needed(core(condition, base.instruments)))
        denied = [each.name for each in both if each.value is True and not each.wanted]
        told = [each.name for each in both if each.name in facts and each.wanted]
        if len(both) != 2 or len(denied) != 1 or len(told) != 1:
            continue
        general, kind = denied[0], facts[told[0]]
        if not _spared(base, kind.model, general):
            message = f"`{kind.model.id}` is asked after a no to `{general}`, which rules it out"
            help = f"write `ask_unless: not {general}`, or remove the contradiction of the two"
            yield kind.problem(["id"], "R116", message, help, severity="warning")


def _spared(base: KnowledgeBase, kind: Fact, general: str) -> bool:
    """Whether a fact is not asked for once the general one was denied, whatever else is known."""
    unless, premise = kind.ask_unless, kind.ask_when
    spares = [] if unless is None else [core(parse(unless).condition, base.instruments)]
    spares += [] if premise is None else [core(parse(premise).condition, base.instruments, False)]
    return any(_denied(each, general) for each in spares)


def _denied(part: Core, general: str) -> bool:
    """Whether the condition is true as soon as the fact is denied."""
    match part:
        case Literal(name, _, value, wanted):
            return name == general and value is True and not wanted
        case Threshold(count, parts, weights):
            so = (weight for each, weight in zip(parts, weights, strict=True) if _denied(each, general))
            return sum(so) >= count
        case _:
            assert_never(part)


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
