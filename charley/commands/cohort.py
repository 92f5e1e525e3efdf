"""`charley cohort`: what follows for every row of a table, or of many."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from charley.commands.options import base_option, json_option
from charley.documents.diagnostic import Diagnostic, Faulty

if TYPE_CHECKING:
    from charley.cohort.files.source import Source

__all__ = ["cohort"]

WORTH_ACCELERATING = 30_000_000
"""Rows from which on machine code repays the seconds that it takes to be made."""


@click.command()
@click.argument("given", metavar="IN")
@click.argument("out", metavar="OUT")
@base_option
@click.option("--columns", metavar="NAME,...", help="Only these columns of the result.")
@click.option("--only", metavar="KIND,...", help="Only columns of these kinds: flags, scores, leader, ...")
@click.option(
    "--keep", metavar="NAME,...", default="", help="Columns that are no facts, passed through (all: any)."
)
@click.option("--drop", metavar="NAME,...", default="", help="Columns that are no facts, left out.")
@click.option(
    "--unit", "units", metavar="COLUMN=UNIT", multiple=True, help="The unit of a column, if another."
)
@click.option("--rejects", metavar="FILE", help="Write every refused value into a CSV file.")
@click.option("--strict", is_flag=True, help="Exit 1 where a value was refused.")
@click.option(
    "--accelerate/--no-accelerate",
    default=None,
    help="With numba (by itself only for many millions of rows).",
)
@json_option("The counts as JSON, for a program to read.")
def cohort(
    given: str,
    out: str,
    kb: str,
    columns: str | None,
    only: str | None,
    keep: str,
    drop: str,
    units: tuple[str, ...],
    rejects: str | None,
    strict: bool,
    accelerate: bool | None,
    as_json: bool,
) -> None:
    """What follows for every patient in IN, a row each, written to OUT.

    IN is a file (Parquet, Arrow or CSV), a folder of them, or a pattern ('data/*.parquet'). OUT is a file, or
    a folder that gets a file for each; then what is done already is not done again. Columns are facts by
    their name (`charley facts`); a column that is not there, and a value that is not, are unknown. A value
    that `charley diagnose` would not accept is unknown, and is counted in the column `refused`.

    The result has the columns that are kept and leader, urgency, settled, score_..., section_..., flag_...,
    alert_..., fired_... (64 rules to a word) and refused. Educational purpose only, pending human review.

    \b
    Examples:
      charley cohort patients.parquet results.parquet --keep patient_id
      charley cohort patients.csv flags.csv --only flags,urgency --keep all
      charley cohort 'data/**/*.parquet' results --keep all --rejects refused.csv
      charley cohort labs.parquet results.arrow --unit ferritin=ng/mL --drop ward

    Exits 0; 1 with --strict where a value was refused; 2 on bad input.
    """
    from charley.cohort import of
    from charley.engine.expert import load

    expert = load(kb)
    many = of(expert)  # says what is not installed, before anything else is looked at
    from charley.cohort.files.job import Job
    from charley.cohort.files.source import sources
    from charley.terminal.cohort import show_counts
    from charley.terminal.progress import ProgressLine
    from charley.terminal.text import echo, echo_json

    files = sources(given)
    names = [*_listed(columns), *_listed(only)]
    progress = ProgressLine("patients")
    job = Job(
        many,
        names or None,
        _units(units),
        _listed(keep),
        _listed(drop),
        _worth(files) if accelerate is None else accelerate,
        Path(rejects) if rejects else None,
        progress,
    )
    target = Path(out)
    _distinct(files, Path(given), target)
    before = 0
    try:
        if target.suffix and not target.is_dir():
            tally = job.into_file(files, target)
        else:
            tally, before = job.into_folder(files, target)
    finally:
        seconds = progress.finish()
    if as_json:
        echo_json(json.dumps({"base": expert.digest, **tally.as_json()}, indent=2))
    else:
        rate = f"{tally.rows / max(seconds, 1e-3):,.0f} a second"
        again = f"; {before} of {len(files)} files were done before" if before else ""
        lines = [f"{tally.rows:,} patients in {seconds:.1f} s ({rate}), written to {target}{again}"]
        if tally.rows_refused:
            most = ", ".join(f"{name} {count:,}" for name, count in tally.refused.most_common(5))
            lines.append(f"{tally.rows_refused:,} have a value that was refused and is unknown: {most}")
        lines += show_counts(expert, tally.rows, tally.counts)
        echo([*lines, "", expert.about.disclaimer])
    sys.exit(1 if strict and tally.rows_refused else 0)


def _listed(given: str | None) -> list[str]:
    return [name.strip() for name in (given or "").split(",") if name.strip()]


def _units(given: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for each in given:
        column, equals, unit = each.partition("=")
        if not (column and equals and unit):
            raise click.UsageError(f"--unit is COLUMN=UNIT, as in `ferritin=ng/mL`; not `{each}`.")
        found[column] = unit
    return found


def _worth(files: list[Source]) -> bool:
    """Whether the run is long enough for machine code, and numba is there."""
    from importlib.util import find_spec

    if find_spec("numba") is None:
        return False
    from charley.cohort.files.source import rows_of

    return sum(map(rows_of, files)) >= WORTH_ACCELERATING


def _distinct(files: list[Source], given: Path, out: Path) -> None:
    """Raises `Faulty` where the result would take the place of the input, or be found as input."""
    there = out.resolve()
    folder = given.resolve() if given.is_dir() else None
    if any(there == each.path.resolve() for each in files) or folder in (there, *there.parents):
        message = "the result would stand where the input is"
        raise Faulty([Diagnostic(str(out), 0, 0, "F001", message, "name another file or folder")])
