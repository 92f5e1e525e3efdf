"""`charley review approve` and `review status`: sign-off."""

from __future__ import annotations

import datetime
import sys

import click

from charley.commands.options import base_argument, base_option

__all__ = ["review"]


@click.group()
def review() -> None:
    """Approve rules, and see which approvals still hold.

    An approval is bound to what the rule means: rewording a comment or moving the rule keeps it; a moved
    threshold, another strength, effect or citation drops it, and `charley check` says so.
    """


@review.command()
@click.argument("rules", nargs=-1, required=True, metavar="RULE...")
@click.option("--by", required=True, metavar="NAME", help="The reviewer.")
@base_option
@click.option("--date", type=click.DateTime(["%Y-%m-%d"]), default=None, help="Default: today.")
def approve(rules: tuple[str, ...], by: str, kb: str, date: datetime.datetime | None) -> None:
    """Record in the base's `reviews.yaml` that NAME approves each RULE as it is now.

    \b
    Examples:
      charley review approve dvt-age dvt-swelling --by "Dr A. Reviewer" --kb my_base

    A rule that answers a flag is approved when two reviewers have approved it.
    """
    from charley.engine.expert import load
    from charley.rules.loading.reviews import approve as record
    from charley.rules.loading.reviews import approved, read_approvals
    from charley.rules.signoff import approvals_needed
    from charley.terminal.text import echo

    base = load(kb)
    record(base, rules, by, (date or datetime.datetime.now()).date())
    held = approved(base, read_approvals(base.path))
    for rule in dict.fromkeys(rules):
        missing = approvals_needed(base.rules[rule]) - len(held[rule])
        echo([f"{rule}: {'approved' if missing <= 0 else 'one more reviewer is needed'}"])


@review.command()
@base_argument
def status(kb: str) -> None:
    """How many rules of KB are approved, and every approval that has lapsed.

    \b
    Examples:
      charley review status
      charley review status my_base --json

    Exits 1 where one has lapsed or a second reviewer is missing.
    """
    from charley.engine.expert import load
    from charley.rules.loading.reviews import lapses
    from charley.terminal.text import echo

    base = load(kb)
    found = list(lapses(base))
    for diagnostic in found:
        echo([*diagnostic.lines(), ""])
    for name in ("approved", "under_review", "submitted"):
        count = sum(rule.review.status == name for rule in base.rules.values())
        echo([f"{count:5}  {name.replace('_', ' ')}"])
    sys.exit(1 if found else 0)
