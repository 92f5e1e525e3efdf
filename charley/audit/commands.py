"""The commands `prove`, `audit`, `diff` and `review`. Nothing is imported before it is needed."""

from __future__ import annotations

import datetime
import json
import sys
import time
from collections.abc import Callable
from functools import wraps
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from charley.facts.diagnostic import Diagnostic, Faulty, nearest

if TYPE_CHECKING:
    from charley.audit.prove import Proof

__all__ = ["diff", "prove", "review"]

F = TypeVar("F", bound=Callable[..., Any])


def _with_solver(command: F) -> F:
    """The command, or how to get the solver that it needs."""

    @wraps(command)
    def checked(*args: Any, **kwargs: Any) -> Any:
        if find_spec("z3") is None:
            help = "install it with `pip install 'charley[audit]'`"
            message = "proofs need the solver z3, which is not installed"
            raise Faulty([Diagnostic("charley[audit]", 0, 0, "A000", message, help)])
        return command(*args, **kwargs)

    return checked  # type: ignore[return-value]


@click.command()
@click.argument("kb", default="nocturnal_leg_pain", metavar="[KB]")
@click.option("--only", multiple=True, metavar="ID", help="Only this invariant; may be given again.")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0.001),
    default=30.0,
    show_default=True,
    help="Seconds for one question to the solver.",
)
@click.option(
    "--save-case",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Write each counterexample to DIR, as a case and as a record for `charley diagnose`.",
)
@click.option("-v", "--verbose", is_flag=True, help="Every proof, with its time.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for a program to read.")
@_with_solver
def prove(
    kb: str, only: tuple[str, ...], timeout: float, save_case: Path | None, verbose: bool, as_json: bool
) -> None:
    """Prove the invariants of KB for every possible patient: all answers, all gaps.

    An invariant that does not hold is shown with its smallest counterexample: the patient with the fewest
    known facts. One that is not decided in time is not counted as proved.

    \b
    Examples:
      charley prove
      charley prove my_base --only dvt-swelling-flags
      charley prove my_base --save-case found/

    Exits 0 when everything was proved, 1 when something was not, 2 when KB cannot be used.
    """
    from charley.audit.prove import Prover
    from charley.audit.shown import proof_problem, save_witness
    from charley.engine.expert import load
    from charley.rules.invariant import read_invariants
    from charley.terminal.style import echo

    started = time.perf_counter()
    base = load(kb)
    invariants = read_invariants(base)
    ids = [invariant.id for invariant in invariants]
    for id in only:
        if id not in ids:
            message = f"unknown invariant `{id[:60]}`"
            raise Faulty([Diagnostic("command line", 0, 0, "R003", message, nearest(id, ids))])
    proofs: list[Proof] = []
    for proof in Prover(base, timeout).prove_all(i for i in invariants if not only or i.id in only):
        proofs.append(proof)
        problem = proof_problem(base, proof)
        if problem is not None and not as_json:
            echo([*problem.lines(base.vocabulary), ""])
        elif verbose and not as_json:
            echo([f"{proof.verdict:11}  {proof.seconds * 1000:6.0f} ms  {proof.invariant.id}"])
        if save_case is not None and proof.witness is not None:
            saved = save_witness(save_case, base, proof)
            if not as_json:
                echo([f"  saved as {file}" for file in saved])
    proved = sum(proof.holds for proof in proofs)
    broken = sum(proof.verdict == "broken" for proof in proofs)
    seconds = time.perf_counter() - started
    if as_json:
        found = [problem.as_json() for p in proofs if (problem := proof_problem(base, p)) is not None]
        shown = [{"invariant": p.invariant.id, "verdict": p.verdict, "seconds": p.seconds} for p in proofs]
        told = {"knowledge_base": base.id, "version": base.version, "digest": base.digest}
        click.echo(json.dumps({**told, "proofs": shown, "problems": found}, indent=2, ensure_ascii=False))
    else:
        undecided = len(proofs) - proved - broken
        counts = f"{proved} proved, {broken} broken, {undecided} not decided"
        echo([f"{base.id} {base.version}: {counts}, in {seconds:.1f} s"])
    sys.exit(0 if proved == len(proofs) else 1)


@click.command()
@click.argument("old", metavar="OLD")
@click.argument("new", default="nocturnal_leg_pain", metavar="[NEW]")
@click.option(
    "--forbid", metavar="KIND,...", default="", help="Exit 1 where a change of these kinds is found."
)
@click.option("--only", metavar="KIND,...", default="", help="Look for these kinds of change only.")
@click.option("--timeout", type=click.FloatRange(min=0.001), default=60.0, show_default=True,
              help="Seconds for one question to the solver.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for a program to read.")
@_with_solver
def diff(old: str, new: str, forbid: str, only: str, timeout: float, as_json: bool) -> None:
    """What changes for any patient between two versions of a knowledge base.

    OLD and NEW are folders, bundled names, or git revisions of the repository that the base lives in
    (`HEAD~1`, or `v1.2:path/of/the/base`). Either the two are proved equivalent, or for each kind of change
    the smallest patient is shown with both differentials and the rule edits responsible.

    \b
    Kinds: lost-flag, new-flag, lost-alert, new-alert, lower-urgency, higher-urgency, flag-less-urgent,
    flag-more-urgent, answer-lost, answer-new, advice-lost, advice-new, leader, section, score.

    \b
    Examples:
      charley diff HEAD my_base
      charley diff old_base new_base --forbid lost-flag,lost-alert,lower-urgency

    Exits 0; with --forbid, 1 where a forbidden kind was found or could not be decided; 2 on bad input.
    """
    from charley.audit import diff_shown
    from charley.audit.diff import KINDS, Comparison
    from charley.audit.versions import opened
    from charley.terminal.style import echo

    forbidden, wanted = (_kinds(given, list(KINDS)) for given in (forbid, only))
    started = time.perf_counter()
    with opened(old, beside=new) as before, opened(new, beside=old) as after:
        comparison = Comparison(before, after, timeout)
        found = list(comparison.changes(wanted or (forbidden if forbidden and not as_json else tuple(KINDS))))
        if as_json:
            click.echo(json.dumps(diff_shown.as_json(comparison, found), indent=2, ensure_ascii=False))
        else:
            for rule in comparison.edited:
                echo(diff_shown.show_edit(rule, before.rules.get(rule), after.rules.get(rule)))
            for change in found:
                echo(["", *diff_shown.show_change(change, comparison)])
            looked = "" if not (wanted or forbidden) else " of the kinds looked for"
            seconds = f"({len(comparison.edited)} rules edited; {time.perf_counter() - started:.1f} s)"
            if not found:
                echo([f"no patient sees any change{looked} {seconds}"])
            else:
                echo(["", f"{len(found)} kinds of change{looked} {seconds}"])
    sys.exit(1 if any(change.kind in forbidden for change in found) else 0)


def _kinds(given: str, known: list[str]) -> tuple[str, ...]:
    """The kinds in a list with commas. Raises `Faulty`."""
    kinds = tuple(kind.strip() for kind in given.split(",") if kind.strip())
    for kind in kinds:
        if kind not in known:
            help = nearest(kind, known) or "kinds: " + ", ".join(known)
            raise Faulty([Diagnostic("command line", 0, 0, "R003", f"unknown kind of change `{kind}`", help)])
    return kinds


@click.group()
def review() -> None:
    """Approve rules, and see which approvals still hold.

    An approval is bound to what the rule means: rewording a comment or moving the rule keeps it; a moved
    threshold, another strength, effect or citation drops it, and `charley check` says so.
    """


@review.command()
@click.argument("rules", nargs=-1, required=True, metavar="RULE...")
@click.option("--by", required=True, metavar="NAME", help="The reviewer.")
@click.option("--kb", default="nocturnal_leg_pain", metavar="NAME|PATH", help="The knowledge base.")
@click.option("--date", type=click.DateTime(["%Y-%m-%d"]), default=None, help="Default: today.")
def approve(rules: tuple[str, ...], by: str, kb: str, date: datetime.datetime | None) -> None:
    """Record in the base's `reviews.yaml` that NAME approves each RULE as it is now.

    \b
    Examples:
      charley review approve dvt-age dvt-swelling --by "Dr A. Reviewer" --kb my_base

    A rule that answers a flag is approved when two reviewers have approved it.
    """
    from charley.audit.signoff import approve as record
    from charley.engine.expert import load
    from charley.rules.signoff import approvals_needed, approved, read_approvals

    base = load(kb)
    record(base, rules, by, (date or datetime.datetime.now()).date())
    held = approved(base, read_approvals(base.path))
    for rule in dict.fromkeys(rules):
        missing = approvals_needed(base.rules[rule]) - len(held[rule])
        click.echo(f"{rule}: {'approved' if missing <= 0 else 'one more reviewer is needed'}")


@review.command()
@click.argument("kb", default="nocturnal_leg_pain", metavar="[KB]")
def status(kb: str) -> None:
    """How many rules are approved, and every approval that has lapsed.

    Exits 1 where one has lapsed or a second reviewer is missing.
    """
    from charley.engine.expert import load
    from charley.rules.signoff import lapses
    from charley.terminal.style import echo

    base = load(kb)
    found = list(lapses(base))
    for diagnostic in found:
        echo([*diagnostic.lines(), ""])
    for name in ("approved", "under_review", "submitted"):
        count = sum(rule.review.status == name for rule in base.rules.values())
        echo([f"{count:5}  {name.replace('_', ' ')}"])
    sys.exit(1 if found else 0)
