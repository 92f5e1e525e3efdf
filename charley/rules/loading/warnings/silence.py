"""Facts whose yes, as the only thing known, changes nothing: each has to say why that is right."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from charley.documents.diagnostic import Diagnostic
from charley.rules.core import Core, Literal, Threshold, core
from charley.rules.interval import holds
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.loading.contents import Contents
from charley.rules.rule import Advise, Alert, Flag

__all__ = ["silent_facts"]


def silent_facts(base: KnowledgeBase, contents: Contents) -> Iterator[Diagnostic]:
    """R107: a fact whose yes alone changes nothing, without a reason; or with one, and something changes."""
    if not _warns(base):
        return
    alone = _Alone(base)
    used = {fact for facts in base.facts_of_rule.values() for fact in facts}
    before = alone.changes(None)
    for placed in contents.facts:
        fact = placed.model
        if fact.kind != "boolean" or fact.id not in used:
            continue  # of a fact that no rule looks at R102 says so
        changed = [change for change in alone.changes(fact.id) if change not in before]
        if not changed and fact.silent_alone is None:
            message = f"a yes to `{fact.id}`, as the only answer, changes nothing"
            help = "give it a rule, or say in `silent_alone` why that is right"
            yield placed.problem(["id"], "R107", message, help, severity="warning")
        elif changed and fact.silent_alone is not None:
            message = f"`{fact.id}` is said to be silent alone, and {changed[0]}"
            help = "remove `silent_alone`"
            yield placed.problem(["silent_alone"], "R107", message, help, severity="warning")


def _warns(base: KnowledgeBase) -> bool:
    """Whether the base has an urgent result at all. Where it has none, no patient waits for an all-clear."""
    effects = (effect for rule in base.rules.values() for effect in rule.then)
    return any(isinstance(effect, Flag | Alert | Advise) for effect in effects) or any(
        candidate.disposition != "routine" for candidate in base.candidates.values()
    )


class _Alone:
    """What holds of a patient of whom one fact is known to be true and nothing else is known.

    Conditions that do not come down to the fact are as they are where nothing is known.
    """

    def __init__(self, base: KnowledgeBase) -> None:
        scores = base.instruments
        self.rules_on: dict[str, list[str]] = {}
        for id, facts in base.facts_of_rule.items():
            for fact in facts:
                self.rules_on.setdefault(fact, []).append(id)
        self.rules = {id: core(rule.condition, scores) for id, rule in base.rules.items()}
        self.outside = None if base.scope is None else core(base.scope, scores, False)
        self.findings = {
            (id, wanted): core(condition, scores, wanted)
            for id, condition in base.definitions.items()
            for wanted in (True, False)
        }
        self.findings_on: dict[str, list[tuple[str, bool]]] = {}
        for id, condition in base.definitions.items():
            for fact in base.facts_of(condition):
                self.findings_on.setdefault(fact, []).extend([(id, True), (id, False)])
        self.always: frozenset[tuple[str, bool]] = frozenset()
        self.always = frozenset(self._findings(None))

    def _findings(self, fact: str | None) -> set[tuple[str, bool]]:
        known = set(self.always)
        for finding in self.findings if fact is None else self.findings_on.get(fact, ()):
            if _holds(self.findings[finding], fact, known):
                known.add(finding)
        return known

    def changes(self, fact: str | None) -> list[str]:
        """What is decided of the patient: the rules that fire, and that the base is not meant for them."""
        known = self._findings(fact)
        rules = self.rules if fact is None else self.rules_on.get(fact, ())
        found = [f"the rule `{id}` fires" for id in rules if _holds(self.rules[id], fact, known)]
        if self.outside is not None and _holds(self.outside, fact, known):
            found.append("the patient is outside the scope")
        return found


def _holds(part: Core, fact: str | None, findings: set[tuple[str, bool]]) -> bool:
    match part:
        case Literal(name, op, value, wanted):
            return holds(op, True, value) == wanted if name == fact else (name, wanted) in findings
        case Threshold(needed, parts, weights):
            weighed = zip(parts, weights, strict=True)
            return needed <= sum(weight for each, weight in weighed if _holds(each, fact, findings))
        case _:
            assert_never(part)
