"""`charley diff`: what changes between two versions of a base."""

from __future__ import annotations

import json
import sys
import time

import click

from charley.audit.symbolic.installed import with_solver
from charley.commands.options import json_option, timeout_option
from charley.documents.diagnostic import Diagnostic, Faulty, nearest

__all__ = ["diff"]


@click.command()
@click.argument("old", metavar="OLD")
@click.argument("new", default="nocturnal_leg_pain", metavar="[NEW]")
@click.option(
    "--forbid", metavar="KIND,...", default="", help="Exit 1 where a change of these kinds is found."
)
@click.option("--only", metavar="KIND,...", default="", help="Look for these kinds of change only.")
@timeout_option(60.0)
@json_option("One JSON object, for a program to read.")
@with_solver
def diff(old: str, new: str, forbid: str, only: str, timeout: float, as_json: bool) -> None:
    """What changes between two versions of a base. Both what follows and what is written are compared.

    OLD and NEW are folders, bundled names, or git revisions of the repository that the base lives in
    (`HEAD~1`, or `v1.2:path/of/the/base`). Either the two are proved equivalent, or for each kind of change
    the smallest patient is shown with both differentials and the rule edits responsible. Words, units and
    sources are compared field by field. The last line says how far the version must rise for it: a patch for
    words, a minor version for what some patient notices, a major one where a warning is lost, an id is gone
    or a record means something else.

    \b
    Kinds of change for a patient: lost-flag, new-flag, lost-alert, new-alert, lower-urgency, higher-urgency,
    flag-less-urgent, flag-more-urgent, answer-lost, answer-new, advice-lost, advice-new, leader, section,
    score.

    \b
    Kinds of edit: rule, action, advice, note, disposition, next-step, unit, range, choice, fact, asking,
    phrase, candidate, number, threshold, finding, scope, wording, reason, evidence, citation, code, review,
    about, invariant, case, hazard.

    \b
    Examples:
      charley diff HEAD my_base
      charley diff old_base new_base --forbid lost-flag,lost-alert,lower-urgency,action,unit

    Exits 0; with --forbid, 1 where a forbidden kind was found or could not be decided; 2 on bad input.
    """
    from charley.audit.diff import show as diff_shown
    from charley.audit.diff.comparison import KINDS, Comparison
    from charley.audit.diff.edit_kinds import EDITS
    from charley.audit.diff.level import required_level
    from charley.audit.diff.versions import opened
    from charley.terminal.text import echo, echo_json

    forbidden, wanted = (_kinds(given, [*KINDS, *EDITS]) for given in (forbid, only))
    asked = wanted or (forbidden if forbidden and not as_json else tuple(KINDS))
    started = time.perf_counter()
    with opened(old, beside=new) as before, opened(new, beside=old) as after:
        comparison = Comparison(before, after, timeout)
        found = list(comparison.changes(kind for kind in asked if kind in KINDS))
        written = [edit for edit in comparison.written if not wanted or edit.kind in wanted]
        whole = not wanted and len(asked) == len(KINDS)
        risen = required_level(found, written) if whole else None
        if as_json:
            shown = diff_shown.as_json(comparison, found, written, risen)
            echo_json(json.dumps(shown, indent=2, ensure_ascii=False))
        else:
            for rule in comparison.edited:
                echo(diff_shown.show_edit(rule, before.rules.get(rule), after.rules.get(rule)))
            rest = [edit for edit in written if edit.kind != "rule" or edit.id not in comparison.edited]
            echo(diff_shown.show_written(rest))
            for change in found:
                echo(["", *diff_shown.show_change(change, comparison)])
            looked = "" if not (wanted or forbidden) else " of the kinds looked for"
            seconds = f"({len(comparison.edited)} rules edited; {time.perf_counter() - started:.1f} s)"
            fields = "1 field is" if len(rest) == 1 else f"{len(rest)} fields are"
            edited = f"; {fields} written otherwise" if rest else ""
            if found:
                echo(["", f"{len(found)} kinds of change{looked}{edited} {seconds}"])
            elif rest:
                echo(["", f"the same values give the same differential{looked}{edited} {seconds}"])
            else:
                echo([f"no patient sees any change{looked} {seconds}"])
            if risen is not None:
                echo(diff_shown.show_level(comparison, risen))
    kinds = {change.kind for change in found} | {edit.kind for edit in written}
    sys.exit(1 if kinds.intersection(forbidden) else 0)


def _kinds(given: str, known: list[str]) -> tuple[str, ...]:
    """The kinds in a list with commas. Raises `Faulty`."""
    kinds = tuple(kind.strip() for kind in given.split(",") if kind.strip())
    for kind in kinds:
        if kind not in known:
            help = nearest(kind, known) or "kinds: " + ", ".join(known)
            raise Faulty([Diagnostic("command line", 0, 0, "R003", f"unknown kind of change `{kind}`", help)])
    return kinds
