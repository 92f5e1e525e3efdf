"""The parts of a base that a signature covers, each as plain data in one form, with its digest.

A part is an item as a reviewer reads it: `fact age`, `candidate thirst`, `rule water-dry`. Everything of it
counts, every number and every word. What says nothing (an absent field, an empty list), the order of what has
none (effects, citations, choices) and the way in which a condition is written do not count.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from charley.documents.model import Frozen
from charley.rules.case import Case
from charley.rules.governance.about import About
from charley.rules.governance.hazard import Hazard
from charley.rules.instrument import Instrument
from charley.rules.invariants.invariant import Invariant
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.rule import Rule, Weigh
from charley.rules.signoff.normal import normal, normal_text

__all__ = ["BY_APPROVALS", "Parts", "digest_of", "said"]

BY_APPROVALS = ("status", "reviewers", "reviewed")
"""What of a review its approvals decide. Nothing of it is taken from the rule's own file."""

Value = Mapping[str, Any]


def said(value: Any) -> str:
    """Plain data as the text that is digested."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def digest_of(value: Any) -> str:
    """The digest of plain data."""
    return hashlib.sha256(said(value).encode()).hexdigest()


class Parts(Mapping[str, Value]):
    """Every part of a base by its name, with digests that are worked out once."""

    def __init__(self, base: KnowledgeBase) -> None:
        self.base = base
        self._digests: dict[str, str] = {}

    @cached_property
    def _values(self) -> dict[str, Value]:
        base = self.base
        found: dict[str, Value] = {"about": _about(base.about)}
        for id, fact in {**base.vocabulary, **base.vocabulary.dates}.items():
            conditions = {key: normal_text(getattr(fact, key)) for key in ("ask_unless", "ask_when")}
            found[f"fact {id}"] = _plain({**_dump(fact), **conditions, "choices": sorted(fact.choices)})
        for sort, items in (
            ("candidate", base.candidates),
            ("alert", base.alerts),
            ("number", base.derived),
            ("finding", base.findings),
            ("citation", base.citations),
            ("threshold", base.thresholds),
        ):
            found |= {f"{sort} {id}": _plain(_dump(item)) for id, item in items.items()}
        found |= {f"score {id}": _score(score) for id, score in base.instruments.items()}
        for id, rule in base.rules.items():
            found[f"rule {id}"] = _rule(rule)
            found[f"other rule {id}"] = _acting(rule)
        found["groups of facts"] = dict(base.vocabulary.titles)
        found["order of facts"] = {"facts": list(base.vocabulary)}
        found["order of candidates"] = {"candidates": list(base.candidates), "alerts": list(base.alerts)}
        found["list of rules"] = {"rules": sorted(base.rules)}
        return found

    def add(self, invariants: Iterable[Invariant], cases: Iterable[Case], hazards: Iterable[Hazard]) -> None:
        """Add what stands beside the base."""
        self._values.update({f"invariant {item.id}": _dump(item) for item in invariants})
        self._values.update({f"case {item.id}": _dump(item) for item in cases})
        self._values.update({f"hazard {item.id}": _dump(item) for item in hazards})

    def put(self, name: str, value: Value) -> None:
        """Add another part."""
        self._values[name] = value

    def __getitem__(self, name: str) -> Value:
        return self._values[name]

    def __iter__(self) -> Any:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def digest(self, name: str) -> str:
        """The digest of one part."""
        if name not in self._digests:
            self._digests[name] = digest_of({"part": name, "value": self[name]})
        return self._digests[name]


def _dump(item: Frozen) -> dict[str, Any]:
    return item.model_dump(mode="json", by_alias=True, exclude_none=True)


def _plain(value: Any) -> Any:
    """Without what says nothing, so that a field that a later version adds ends no approval."""
    if isinstance(value, dict):
        inside = {key: _plain(inner) for key, inner in value.items()}
        return {key: inner for key, inner in inside.items() if inner not in (None, "", [], {})}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value


def _about(about: About) -> Value:
    value = _dump(about)
    value["review"] = {key: each for key, each in value["review"].items() if key not in BY_APPROVALS}
    if about.scope is not None:
        value["scope"]["when"] = normal_text(about.scope.when)
    value["reassure_when"] = sorted(map(str, map(normal_text, about.reassure_when)))
    for each in value["cannot_both"]:
        each["when"] = normal_text(each["when"])
    plain: Value = _plain(value)
    return plain


def _score(score: Instrument) -> Value:
    value = _dump(score)
    for item, written in zip(score.items, value["items"], strict=True):
        written["when"] = normal(item.condition)
    value["applies_when"] = None if score.gate is None else normal(score.gate)
    value["bands"] = {name: normal_text(band) for name, band in score.bands.items()}
    plain: Value = _plain(value)
    return plain


def _rule(rule: Rule) -> Value:
    value = _dump(rule)
    value["review"] = {key: each for key, each in value["review"].items() if key not in BY_APPROVALS}
    value["evidence"]["citations"] = sorted(rule.evidence.citations)
    plain: Value = _plain({**value, **_acting(rule)})
    return plain


def _acting(rule: Rule) -> Value:
    """What a rule does to others: its condition and effects, without its reason and evidence."""
    effects = []
    for effect in rule.then:
        weight = {"decibans": effect.weight} if isinstance(effect, Weigh) else {}
        effects.append(_plain({**_dump(effect), **weight}))
    withdrawn = sorted(rule.withdraws_advice_of)
    return {
        "when": normal(rule.condition),
        "then": sorted(effects, key=said),
        "supersedes": sorted(rule.supersedes),
        **({"withdraws_advice_of": withdrawn} if withdrawn else {}),
    }
