"""Sign-off that is bound to what a rule means, and not to how or where it is written.

An approval stands in `reviews.yaml` beside the rules: who, when, and a digest of the rule's meaning. Order,
comments, names of files and other ways to write one condition keep it; a moved threshold, another strength,
citation or text for the reader drops the rule back to what it was. A rule that answers a flag needs two.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, assert_never

from pydantic import Field, ValidationError

from charley.documents.diagnostic import Diagnostic, Faulty, nearest
from charley.documents.document import Document, read_document
from charley.documents.model import Frozen
from charley.rules.core import Core, Literal, Threshold, core
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.language.condition import atoms
from charley.rules.loading.shape import shape_problems
from charley.rules.rule import Clear, Rule

__all__ = [
    "FILE",
    "Approval",
    "approvals_needed",
    "approved",
    "lapses",
    "read_approvals",
    "rule_digest",
    "signed_off",
]

FILE = "reviews.yaml"


class Approval(Frozen):
    """One reviewer's approval of one rule as it was then."""

    rule: str
    by: Annotated[str, Field(min_length=1)]
    date: datetime.date
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


def rule_digest(rule: Rule, base: KnowledgeBase) -> str:
    """What the rule means, as a number: condition in normal form, effects, supersedes, evidence."""
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
        "evidence": [rule.evidence.kind, sorted(rule.evidence.citations), rule.evidence.figure],
    }
    return hashlib.sha256(_said(meaning).encode()).hexdigest()


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
    """How many reviewers it takes: what answers a flag takes two."""
    return 2 if rule.effects(Clear) else 1


def read_approvals(folder: Path) -> tuple[Approval, ...]:
    """The approvals that stand beside the rules. Raises `Faulty`."""
    return tuple(approval for approval, _, _ in _placed(folder))


def _placed(folder: Path) -> list[tuple[Approval, Document, int]]:
    file = folder / FILE
    if not file.exists():
        return []
    document = read_document(file)
    if document.value is not None and not isinstance(document.value, list):
        help = "`charley review approve` writes this file"
        raise Faulty([document.problem([], "F004", "a list is expected here", help)])
    found: list[tuple[Approval, Document, int]] = []
    problems: list[Diagnostic] = []
    for at, item in enumerate(document.value or ()):
        try:
            found.append((Approval.model_validate(item), document, at))
        except ValidationError as error:
            problems += shape_problems(document, [at], error, Approval)
    if problems:
        raise Faulty(problems)
    return found


def approved(base: KnowledgeBase, approvals: Sequence[Approval]) -> Mapping[str, tuple[Approval, ...]]:
    """The approvals that still hold, by rule: of the rule as it is now, one for each reviewer."""
    held: dict[str, dict[str, Approval]] = {}
    digests: dict[str, str] = {}
    for approval in approvals:
        if approval.rule not in base.rules:
            continue
        if approval.rule not in digests:
            digests[approval.rule] = rule_digest(base.rules[approval.rule], base)
        if approval.digest == digests[approval.rule]:
            held.setdefault(approval.rule, {})[approval.by] = approval
    return {rule: tuple(by.values()) for rule, by in held.items()}


def signed_off(base: KnowledgeBase) -> KnowledgeBase:
    """The base with the review of every rule as its approvals say. Raises `Faulty`."""
    approvals = read_approvals(base.path)
    if not approvals:
        return base
    rules = dict(base.rules)
    for id, held in approved(base, approvals).items():
        rule = rules[id]
        enough = len(held) >= approvals_needed(rule)
        review = rule.review.model_copy(
            update={
                "status": "approved" if enough else "under_review",
                "reviewers": tuple(approval.by for approval in held),
                "reviewed": max(approval.date for approval in held),
            }
        )
        rules[id] = rule.model_copy(update={"review": review})
    return replace(base, rules=rules)


def lapses(base: KnowledgeBase) -> Iterator[Diagnostic]:
    """A018 to A020: approvals of rules that are gone, that mean something else now, or that are too few."""
    placed = _placed(base.path)
    held = approved(base, [approval for approval, _, _ in placed])
    for approval, document, at in placed:
        rule = base.rules.get(approval.rule)
        if rule is None:
            message = f"there is no rule `{approval.rule}` any more"
            help = nearest(approval.rule, base.rules) or "remove the approval"
            yield document.problem([at, "rule"], "A018", message, help, severity="warning")
        elif approval not in held.get(rule.id, ()):
            newer = any(other.by == approval.by for other in held.get(rule.id, ()))
            if not newer:
                message = f"`{rule.id}` means something else than when {approval.by} approved it"
                help = f"review it again: `charley review approve {rule.id} --by ...`"
                yield document.problem([at, "digest"], "A019", message, help, severity="warning")
        elif len(held[rule.id]) < approvals_needed(rule) and approval == held[rule.id][0]:
            message = f"`{rule.id}` answers a flag and has one reviewer"
            yield document.problem([at, "rule"], "A020", message, "ask a second one", severity="warning")
