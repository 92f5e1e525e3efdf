"""`charley check`: whether a base can be used, and what in it should be looked at."""

from __future__ import annotations

import json
import sys
from collections import Counter
from typing import TYPE_CHECKING

import click

from charley.audit.symbolic.installed import with_solver
from charley.commands.options import base_argument, json_option
from charley.rules.loading.check import check as checked
from charley.terminal.text import echo, echo_json, show_diagnostics

if TYPE_CHECKING:
    from charley.audit.problem import Problem
    from charley.engine.expert import Expert

__all__ = ["check"]


@click.command()
@base_argument
@click.option("--deep", is_flag=True, help="Ask about every possible patient, too, as `charley audit` does.")
@click.option("--watch", is_flag=True, help="Check again whenever a file is saved, and say what has changed.")
@json_option("One diagnostic a line, for a program to read.")
def check(kb: str, deep: bool, watch: bool, as_json: bool) -> None:
    """Check that a base can be read and makes sense. The rules, cases and invariants of KB are checked.

    \b
    Examples:
      charley check
      charley check my_base --deep
      charley check my_base --json | jq -r .message
      charley check my_base --watch

    Exits 0 when nothing was found, 1 when there are only warnings or what --deep finds, 2 when the base
    cannot be used. --watch goes on until it is interrupted.
    """
    if watch:
        if deep or as_json:
            raise click.UsageError("--watch stands alone: without --deep and --json")
        from charley.authoring.watch import watched

        for lines in watched(kb):
            echo(lines)
        return
    found = checked(kb)
    unusable = any(diagnostic.severity == "error" for diagnostic in found)
    problems: list[Problem] = []
    if deep and not unusable:
        from charley.engine.expert import load

        expert = load(kb)
        problems = _deep(expert)
    if as_json:
        for each in [*(d.as_json() for d in found), *(p.as_json() for p in problems)]:
            echo_json(json.dumps(each, ensure_ascii=False))
        sys.exit(2 if unusable else 1 if found or problems else 0)
    show_diagnostics(found)
    for problem in problems:
        echo(problem.lines(expert.vocabulary), err=True)
    if not found and not problems:
        echo([f"{kb}: nothing found"])
    else:
        counts = Counter([each.severity for each in found] + [each.severity for each in problems])
        counted = ", ".join(f"{n} {word}{'' if n == 1 else 's'}" for word, n in sorted(counts.items()))
        echo([counted], err=True)
    sys.exit(2 if unusable else 1 if found or problems else 0)


@with_solver
def _deep(expert: Expert) -> list[Problem]:
    from charley.audit.checks import deep_check

    return deep_check(expert)
