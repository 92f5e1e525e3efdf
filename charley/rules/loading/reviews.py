"""Approving rules: the reviewer's name and date, with a digest of what is approved."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

import yaml

from charley.documents.atomic import write_whole
from charley.documents.diagnostic import Diagnostic, Faulty, nearest
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.signoff import FILE, Approval, read_approvals, rule_digest

__all__ = ["approve"]

_HEADING = (
    f"# {FILE}: who approved which rule, and what it meant then. Written by `charley review approve`.\n"
    "# An approval lapses by itself when the rule comes to mean something else.\n\n"
)


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
    replaced = {(approval.rule, approval.by) for approval in new}
    kept = [each for each in read_approvals(base.path) if (each.rule, each.by) not in replaced]
    order = {rule: at for at, rule in enumerate(base.rules)}
    every = sorted([*kept, *new], key=lambda each: (order.get(each.rule, len(order)), each.date, each.by))
    text = yaml.safe_dump([each.model_dump() for each in every], sort_keys=False, allow_unicode=True)
    write_whole(base.path / FILE, _HEADING + text)
    return new
