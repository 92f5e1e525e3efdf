"""Rules that wait for a test which nobody may have done, and two that advise, one in place of the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from charley.documents.diagnostic import Diagnostic
from charley.facts.vocabulary import Fact
from charley.rules.core import Core, Literal, Threshold, core
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.loading.contents import Contents
from charley.rules.rule import Advise, Alert, Flag

__all__ = ["needed", "rules_that_wait"]


def rules_that_wait(base: KnowledgeBase, contents: Contents) -> Iterator[Diagnostic]:
    """R110: a flag, an alert or advice needs to know that a test was not so. R111: two rules that advise, of
    which one supersedes the other.
    """
    for placed in contents.rules:
        rule = placed.model
        if rule.effects(Flag) or rule.effects(Alert) or rule.effects(Advise):
            for literal in needed(core(rule.condition, base.instruments)):
                fact = base.vocabulary.get(literal.name)
                if fact is not None and not literal.wanted and _is_test(fact):
                    message = f'`{rule.id}` waits until `{fact.id}` is known: `not` is not "not tested yet"'
                    help = f"leave `{fact.id}` out, or name the results that are meant"
                    yield placed.problem(["when"], "R110", message, help, severity="warning")
        for at, id in enumerate(rule.supersedes):
            both_advise = rule.effects(Advise) and base.rules[id].effects(Advise)
            if both_advise and id not in rule.withdraws_advice_of:
                message = f"`{rule.id}` supersedes the weights of `{id}`, and both go on advising"
                help = f"write `withdraws_advice_of: [{id}]`, or word both so that they can stand together"
                yield placed.problem(["supersedes", at], "R111", message, help, severity="warning")


def _is_test(fact: Fact) -> bool:
    """Whether it takes a test to answer, which may not have been done."""
    return fact.answered_by == "lab" or fact.burden in ("blood_test", "imaging")


def needed(part: Core) -> Iterator[Literal]:
    """The literals without which the condition cannot be true."""
    match part:
        case Literal():
            yield part
        case Threshold(count, parts, weights):
            for each, weight in zip(parts, weights, strict=True):
                if sum(weights) - weight < count:
                    yield from needed(each)
        case _:
            assert_never(part)
