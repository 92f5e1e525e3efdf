"""Rules that answer a flag or an alert: of something that is never raised, or on the patient's word alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from charley.documents.diagnostic import Diagnostic
from charley.rules.core import Core, Literal, Threshold, core
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.loading.contents import Contents
from charley.rules.rule import Alert, Clear, Flag

__all__ = ["answers_that_surprise"]


def answers_that_surprise(base: KnowledgeBase, contents: Contents) -> Iterator[Diagnostic]:
    """R113: a rule answers a flag or an alert that no rule raises. R114: an emergency can be answered by what
    the patient says, without anybody who has looked.
    """
    urgencies: dict[str, set[str]] = {}
    for rule in base.rules.values():
        for flag in rule.effects(Flag):
            urgencies.setdefault(flag.candidate, set()).add(flag.urgency)
        for alert in rule.effects(Alert):
            urgencies.setdefault(alert.alert, set()).add(alert.urgency)
    for placed in contents.rules:
        rule = placed.model
        for at, effect in enumerate(rule.then):
            if not isinstance(effect, Clear):
                continue
            raised, where = urgencies.get(effect.target, set()), ("then", at, "clear")
            if not raised:
                does = "raises the alert" if effect.target in base.alerts else "flags"
                message = f"`{rule.id}` answers `{effect.target}`, and no rule {does} `{effect.target}`"
                help = "correct the name, or remove the effect"
                yield placed.problem(where, "R113", message, help, severity="warning")
            elif "emergency" in raised and _told(core(rule.condition, base.instruments), base):
                message = f"`{rule.id}` answers the emergency `{effect.target}` on the patient's word alone"
                help = "ask in `when` for what a clinician has found or a test has shown"
                yield placed.problem(where, "R114", message, help, severity="warning")


def _told(part: Core, base: KnowledgeBase) -> bool:
    """Whether the patient's own answers can make the condition true."""
    match part:
        case Literal(name):
            if name in base.definitions:
                return _told(core(base.definitions[name], base.instruments, part.wanted), base)
            facts = base.derived[name].of if name in base.derived else (name,)
            return all(base.vocabulary[fact].answered_by == "patient" for fact in facts)
        case Threshold(count, parts, weights):
            told = (weight for each, weight in zip(parts, weights, strict=True) if _told(each, base))
            return sum(told) >= count
        case _:
            assert_never(part)
