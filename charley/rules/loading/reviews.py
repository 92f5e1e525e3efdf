"""Approvals of rules: read, held, lapsed and given. They stand in `reviews.yaml` beside the rules."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import yaml
from pydantic import ValidationError

from charley.documents.atomic import write_whole
from charley.documents.diagnostic import Diagnostic, Faulty, nearest
from charley.documents.document import Document, read_document
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.loading.shape import shape_problems
from charley.rules.signoff import FILE, Approval, approvals_needed, reviewer, rule_digest

__all__ = ["approve", "approved", "lapses", "read_approvals", "signed_off"]

_HEADING = (
    f"# {FILE}: who approved which rule, and what it meant then. Written by `charley review approve`.\n"
    "# An approval lapses by itself when the rule comes to mean something else.\n\n"
)


class _WrittenOut(yaml.SafeDumper):
    """YAML without anchors: one date for two rules is written twice, as our own reader wants it."""

    def ignore_aliases(self, data: object) -> bool:
        return True


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
            held.setdefault(approval.rule, {})[reviewer(approval.by)] = approval
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
            newer = any(reviewer(other.by) == reviewer(approval.by) for other in held.get(rule.id, ()))
            if not newer:
                message = f"`{rule.id}` means something else than when {approval.by} approved it"
                help = f"review it again: `charley review approve {rule.id} --by ...`"
                yield document.problem([at, "digest"], "A019", message, help, severity="warning")
        elif len(held[rule.id]) < approvals_needed(rule) and approval == held[rule.id][0]:
            message = f"`{rule.id}` answers a flag and has one reviewer"
            yield document.problem([at, "rule"], "A020", message, "ask a second one", severity="warning")


def approve(base: KnowledgeBase, rules: Iterable[str], by: str, date: datetime.date) -> tuple[Approval, ...]:
    """Record that a reviewer approves these rules as they are. Raises `Faulty`."""
    name = " ".join(by.split())
    problems = [
        Diagnostic("command line", 0, 0, "R003", f"unknown rule `{rule[:60]}`", nearest(rule, base.rules))
        for rule in rules
        if rule not in base.rules
    ]
    if not name:
        problems.append(
            Diagnostic("command line", 0, 0, "A021", "a reviewer has a name", "give it with `--by`")
        )
    if problems:
        raise Faulty(problems)
    new = tuple(
        Approval(rule=rule, by=name, date=date, digest=rule_digest(base.rules[rule], base))
        for rule in dict.fromkeys(rules)
    )
    replaced = {(approval.rule, reviewer(approval.by)) for approval in new}
    kept = [each for each in read_approvals(base.path) if (each.rule, reviewer(each.by)) not in replaced]
    order = {rule: at for at, rule in enumerate(base.rules)}
    every = sorted([*kept, *new], key=lambda each: (order.get(each.rule, len(order)), each.date, each.by))
    plain = [each.model_dump() for each in every]
    text = yaml.dump(plain, Dumper=_WrittenOut, sort_keys=False, allow_unicode=True)
    write_whole(base.path / FILE, _HEADING + text)
    return new
