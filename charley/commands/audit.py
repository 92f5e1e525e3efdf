"""`charley audit`: proofs, exact checks, coverage, and the report."""

from __future__ import annotations

import datetime
import json
import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from charley import __version__
from charley.audit.symbolic.installed import with_solver
from charley.commands.options import base_argument, timeout_option
from charley.documents.diagnostic import Diagnostic, Faulty

if TYPE_CHECKING:
    from charley.serve.cds.rule_feedback import RuleFeedback

__all__ = ["audit"]


@click.command()
@base_argument
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the report: .html, .pdf, .md or .json.",
)
@click.option("--board", is_flag=True, help="With --out: only what a board reads and signs.")
@click.option("--by", metavar="NAME", help="Who audits. The report then says so, with the date.")
@click.option("--date", type=click.DateTime(["%Y-%m-%d"]), default=None, help="With --by; default: today.")
@click.option("--against", metavar="OLD", help="Say what changed since OLD, and for whom.")
@click.option(
    "--format",
    "as_",
    type=click.Choice(["text", "sarif", "junit"]),
    default="text",
    show_default=True,
    help="What is printed.",
)
@click.option("--mutate", is_flag=True, help="Try small mistakes in every rule: would anything notice?")
@click.option("--since", metavar="OLD", help="With --mutate: only rules edited since then.")
@click.option(
    "--save-cases",
    type=click.Path(path_type=Path),
    metavar="FILE|DIR",
    help="With --mutate: write cases that would notice what nothing notices.",
)
@click.option("--jobs", type=click.IntRange(1, 64), default=2, show_default=True, help="With --mutate.")
@click.option(
    "--readings",
    type=click.IntRange(0),
    default=0,
    metavar="N",
    help="Hold all readings to each other on N random records.",
)
@click.option(
    "--influence",
    type=click.IntRange(0),
    default=0,
    metavar="N",
    help="What moves leaders and flags most, over N drawn patients.",
)
@click.option(
    "--population", metavar="FILE", help="The same, over the records listed in a YAML or JSON file."
)
@click.option("--cohort", metavar="FILE", help="Show what `charley cohort --compare OLD KB --json` wrote.")
@click.option("--feedback", metavar="FILE|URL", help="How often cards of each rule were overridden.")
@click.option("--times", is_flag=True, help="Say in the report how long each proof took.")
@click.option("--notes", is_flag=True, help="Print notes too.")
@timeout_option(30.0)
@with_solver
def audit(
    kb: str,
    out: Path | None,
    board: bool,
    by: str | None,
    date: datetime.datetime | None,
    against: str | None,
    as_: str,
    mutate: bool,
    since: str | None,
    save_cases: Path | None,
    jobs: int,
    readings: int,
    influence: int,
    population: str | None,
    cohort: str | None,
    feedback: str | None,
    times: bool,
    notes: bool,
    timeout: float,
) -> None:
    """Prove, check and measure a base; a report worth signing.

    Every check asks about every possible patient, so what it finds is so. A rule's author allows a finding
    by a comment with the reason above the rule: `# audit: allow A005, kept for its citation`.

    \b
    Examples:
      charley audit --out report.html
      charley audit --board --by "A. Auditor" --against v1.2 --out board.pdf
      charley audit my_base --mutate --save-cases my_base/cases/mutation.yaml
      charley audit my_base --cohort comparison.json --out report.html
      charley audit my_base --format sarif > audit.sarif

    Exits 0 when everything is proved and nothing is found but notes; 1 otherwise, and when there are no
    invariants or no cases; 2 when KB cannot be used.
    """
    from charley.audit.report.run import Wanted, gathered, written
    from charley.engine.expert import load
    from charley.terminal.text import echo, echo_json, echo_xml

    if out is not None and out.suffix not in (".html", ".pdf", ".md", ".json"):
        message = f"a report ends in .html, .pdf, .md or .json, and `{out.name[:60]}` does not"
        raise Faulty([Diagnostic("command line", 0, 0, "A021", message, "name it `report.html`")])
    day = None if by is None else (date or datetime.datetime.now()).date()
    wanted = Wanted(mutate, since, jobs, readings, influence, population, timeout, times, against, by, day)
    base = load(kb)
    kept = None if feedback is None else _feedback(feedback, base.id)
    compared = None
    if cohort is not None:
        from charley.audit.report.population import read_comparison

        compared = read_comparison(cohort, base)
    report = gathered(base, kb, wanted, sys.stderr.isatty())
    report = replace(report, feedback=kept, population=compared)
    if save_cases is not None and report.mutation is not None:
        from charley.audit.report.run import save_ready_cases

        echo([save_ready_cases(base, report.mutation, save_cases)], err=True)
    if out is not None:
        written(report, out, board=board)
    match as_:
        case "sarif":
            from charley.audit.report.sarif_junit import sarif

            echo_json(json.dumps(sarif(report, __version__), indent=2, ensure_ascii=False))
        case "junit":
            from charley.audit.report.sarif_junit import junit

            echo_xml(junit(report))
        case _:
            from charley.audit.report.run import summary_lines

            echo(summary_lines(report, notes))
            if kept is not None:
                from charley.serve.cds.rule_feedback import feedback_lines

                echo(feedback_lines(kept))
    missing = [what for what in ("invariants", "cases") if not report.has(what)]
    if mutate and since is None and report.mutation is not None and report.mutation.percent is None:
        missing.append("mutants that change anything")
    if missing:
        click.echo(f"not a success: `{kb}` has no {' and no '.join(missing)}", err=True)
    sys.exit(1 if report.open_problems or missing else 0)


def _feedback(kept: str, base: str) -> tuple[RuleFeedback, ...]:
    """What became of the cards of the base of this id. Raises `Faulty` where the store cannot be used."""
    if find_spec("sqlalchemy") is None:
        message, help = "feedback is read by SQLAlchemy", "install it with `pip install 'charley[serve]'`"
        raise Faulty([Diagnostic("charley[serve]", 0, 0, "F001", message, help)])
    from charley.serve.cds.feedback import FeedbackStore
    from charley.serve.client_options import store_url

    return FeedbackStore(store_url(kept)).checked().by_rule(base)
