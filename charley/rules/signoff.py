"""Approvals and the digest of a rule's meaning that each is bound to.

An approval stands in `reviews.yaml` beside the rules: who, when, and a digest of the rule's meaning. Order,
comments, names of files and other ways to write one condition keep it; a moved threshold, another strength,
citation or text for the reader drops the rule back to what it was. So does any change of what its words mean:
the unit, range, choices or wording of a fact that it reaches. A rule that answers a flag needs two reviewers.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import unicodedata
from typing import Annotated, Any, assert_never

from pydantic import Field

from charley.documents.model import Frozen
from charley.facts.vocabulary import Fact
from charley.rules.core import Core, Literal, Threshold, core
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.language.condition import atoms
from charley.rules.rule import Clear, Rule

__all__ = ["FILE", "MEANS", "Approval", "approvals_needed", "reviewer", "rule_digest"]

FILE = "reviews.yaml"


class Approval(Frozen):
    """One reviewer's approval of one rule as it was then."""

    rule: str
    by: Annotated[str, Field(min_length=1)]
    date: datetime.date
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


def rule_digest(rule: Rule, base: KnowledgeBase) -> str:
    """A digest of what the rule means: condition in normal form, effects, supersedes, evidence."""
    condition = rule.condition
    meaning = {
        "when": _normal(core(condition, base.instruments)),
        "unless": _normal(core(condition, base.instruments, wanted=False)),
        "derived": {
            atom.name: [base.derived[atom.name].kind, *base.derived[atom.name].of]
            for atom in atoms(condition)
            if atom.name in base.derived
        },
        "then": sorted(_said({**effect.model_dump(), **_weight(effect)}) for effect in rule.then),
        "supersedes": sorted(rule.supersedes),
        "facts": {id: _fact(base.vocabulary[id]) for id in sorted(base.facts_of(condition))},
        "evidence": [rule.evidence.kind, sorted(rule.evidence.citations), rule.evidence.figure],
    }
    return hashlib.sha256(_said(meaning).encode()).hexdigest()


MEANS = (
    *("kind", "wording", "unit", "plausible_range", "molar_mass", "charge", "conversions", "annotations"),
    *("choices", "note"),
)
"""The fields of a fact that say what its value means."""


def _fact(fact: Fact) -> dict[str, Any]:
    """What a value of the fact means; the order of its choices means nothing."""
    return {**fact.model_dump(include=set(MEANS)), "choices": sorted(fact.choices)}


def reviewer(name: str) -> str:
    """A reviewer's name by which one person is known: capitals and blanks do not make two of one."""
    return " ".join(unicodedata.normalize("NFKC", name).split()).casefold()


def _weight(effect: Any) -> dict[str, Any]:
    """A strength counts by its weight: two ways to give the same one are the same."""
    return {"weight": effect.weight, "strength": None} if hasattr(effect, "weight") else {}


def _said(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str, ensure_ascii=False)


def _normal(condition: Core) -> Any:
    """The core with nested `and` and `or` made flat, repetitions left out and everything in one order."""
    match condition:
        case Literal(name, op, value, wanted):
            return [name, op, sorted(value) if isinstance(value, tuple) else value, wanted]
        case Threshold(needed, parts, weights):
            pairs = [(weight, _normal(part)) for weight, part in zip(weights, parts, strict=True)]
            if set(weights) == {1} and needed in (1, len(parts)):
                word = "all" if needed == len(parts) else "any"
                flat: dict[str, Any] = {}
                for _, part in pairs:
                    inner = part[1:] if part[0] == word and len(pairs) > 1 else [part]
                    flat.update((_said(each), each) for each in inner)
                return (
                    next(iter(flat.values())) if len(flat) == 1 else [word, *(flat[k] for k in sorted(flat))]
                )
            return ["at least", needed, sorted(pairs, key=_said)]
        case _:
            assert_never(condition)


def approvals_needed(rule: Rule) -> int:
    """The number of reviewers that a rule needs: two where it answers a flag, else one."""
    return 2 if rule.effects(Clear) else 1
