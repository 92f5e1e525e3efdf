"""`charley cohort`: what follows for every row of a table, or of many."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from charley.commands.options import base_option, json_option

if TYPE_CHECKING:
    from charley.cohort.evaluation import Cohort
    from charley.cohort.files.source import Source
    from charley.cohort.files.tally import Tally
    from charley.documents.diagnostic import Diagnostic

__all__ = ["cohort"]


@click.command()
@click.argument("paths", nargs=-1, metavar="[IN] [OUT]")
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
@click.option(
    "--synthetic", type=click.IntRange(min=1), metavar="N", help="Instead of IN: N made-up patients."
)
@click.option(
    "--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Which made-up patients."
)
@click.option("--compare", nargs=2, metavar="OLD NEW", help="What changes from one base to another; no OUT.")
@click.option("--picture", metavar="FILE.svg", help="With --compare: draw the flow.")
@click.option("--on", type=click.Choice(["spark"]), help="Where it is worked out, if not here. Into Parquet.")
@click.option("--master", default="local[*]", show_default=True, metavar="URL", help="With --on spark.")
@json_option("The counts as JSON, for a program to read.")
def cohort(
    paths: tuple[str, ...],
    kb: str,
    columns: str | None,
    only: str | None,
    keep: str,
    drop: str,
    units: tuple[str, ...],
    rejects: str | None,
    strict: bool,
    accelerate: bool | None,
    synthetic: int | None,
    seed: int,
    compare: tuple[str, str] | None,
    picture: str | None,
    on: str | None,
    master: str,
    as_json: bool,
) -> None:
    """What follows for every patient in a table. IN has a patient a row; what follows is written to OUT, a
    row each.

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

    With --compare OLD NEW the patients of IN, or made-up ones, are evaluated by two bases (folders, bundled
    names or git revisions, as of `charley diff`): how they move between sections and urgencies, which flags
    are won and lost.

    \b
      charley cohort --compare HEAD~1 my_base --synthetic 1000000 --picture flow.svg
      charley cohort patients.parquet --compare old_base new_base --drop patient_id

    Exits 0; 1 with --strict where a value was refused; 2 on bad input.
    """
    from charley.cohort import of
    from charley.commands.options import listed, units_of_columns

    if not all(paths):
        raise click.UsageError("IN and OUT are names of files or folders, and one of them is empty.")
    wanted = (0 if synthetic else 1) + (0 if compare else 1)
    if len(paths) != wanted:
        needed = " and ".join(([] if synthetic else ["IN"]) + ([] if compare else ["OUT"])) or "no file"
        raise click.UsageError(f"This call takes {needed}.")
    if on and (synthetic or compare or rejects):
        raise click.UsageError(
            "--on spark takes IN and OUT, and neither --compare, --synthetic nor --rejects."
        )
    if picture and not compare:
        raise click.UsageError("--picture draws what --compare finds.")
    if compare and (columns or only or rejects or strict):
        raise click.UsageError("--compare takes neither --columns, --only, --rejects nor --strict.")
    ways: dict[str, Any] = {"keep": listed(keep), "drop": listed(drop), "units": units_of_columns(units)}
    if compare:
        from charley.audit.diff.versions import opened as version
        from charley.cohort.files.places import apart

        with version(compare[0], beside=compare[1]) as old, version(compare[1], beside=compare[0]) as new:
            both = of(old), of(new)
            files = _files(None if synthetic else paths[0], synthetic, seed)
            if picture and not synthetic:
                apart(files, None, Path(picture))
            _compared(both, files, ways, bool(accelerate), picture, as_json)
        return
    from charley.engine.expert import load

    many = of(load(kb))
    wished = [*listed(columns), *listed(only)] or None
    if on == "spark":
        tally, seconds = _on_spark(many, master, paths, ways, wished, bool(accelerate))
        _show(many, tally, Path(paths[1]), seconds, "", as_json)
        sys.exit(1 if strict and tally.rows_refused else 0)
    from charley.cohort.files.job import Job
    from charley.cohort.files.places import apart, is_one_file
    from charley.cohort.files.source import rows_of
    from charley.cohort.ways.way import worth_accelerating
    from charley.terminal.progress import ProgressLine
    from charley.terminal.text import show_diagnostics

    files = _files(None if synthetic else paths[0], synthetic, seed)
    target, rejected = Path(paths[-1]), Path(rejects) if rejects else None
    apart([] if synthetic else files, None if synthetic else Path(paths[0]), target, rejected)
    progress = ProgressLine("patients")
    warned: set[str] = set()

    def warn(slip: Diagnostic) -> None:
        if slip.message not in warned:
            warned.add(slip.message)
            show_diagnostics([slip], as_json)

    job = Job(
        many,
        wished,
        accelerate=worth_accelerating(map(rows_of, files)) if accelerate is None else accelerate,
        rejects=rejected,
        progress=progress,
        warn=warn,
        **ways,
    )
    before = 0
    try:
        if synthetic or is_one_file(target):
            tally = job.into_file(files, target)
        else:
            tally, before = job.into_folder(files, target)
    finally:
        seconds = progress.finish()
    _show(many, tally, target, seconds, f"{before} of {len(files)}" if before else "", as_json)
    sys.exit(1 if strict and tally.rows_refused else 0)


def _on_spark(
    many: Cohort,
    master: str,
    paths: tuple[str, ...],
    ways: dict[str, Any],
    columns: list[str] | None,
    accelerate: bool,
) -> tuple[Tally, float]:
    """The counts, and the seconds that it took."""
    from time import monotonic

    from charley.cohort.files.choice import Choice
    from charley.cohort.files.on_spark import evaluated_on_spark

    started = monotonic()
    choice = Choice(**ways)
    tally = evaluated_on_spark(
        many.base, master, paths[0], paths[1], choice, columns, ways["units"], accelerate
    )
    return tally, monotonic() - started


def _files(given: str | None, synthetic: int | None, seed: int) -> list[Source]:
    """What is read. Raises `Faulty`."""
    from charley.cohort.files.source import sources
    from charley.cohort.files.synthetic import Synthetic

    return [Synthetic.of(synthetic or 0, seed)] if given is None else sources(given)


def _show(many: Cohort, tally: Tally, target: Path, seconds: float, before: str, as_json: bool) -> None:
    from charley.terminal.cohort import show_result
    from charley.terminal.text import echo, echo_json

    if as_json:
        echo_json(json.dumps({"base": many.base.digest, **tally.as_json()}, indent=2))
    else:
        echo(show_result(many.base, tally, target, seconds, before))


def _compared(
    both: tuple[Cohort, Cohort],
    files: list[Source],
    ways: dict[str, Any],
    accelerate: bool,
    picture: str | None,
    as_json: bool,
) -> None:
    from charley.cohort.compare import compared
    from charley.cohort.comparison import FORMAT
    from charley.terminal.flow import show_comparison
    from charley.terminal.progress import ProgressLine
    from charley.terminal.text import echo, echo_json

    progress = ProgressLine("patients")
    try:
        found = compared(both, files, progress, accelerate=accelerate, **ways)
    finally:
        seconds = progress.finish()
    old, new = (cohort.base for cohort in both)
    title = f"{old.id} {old.version} ({old.digest[:8]}) and {new.id} {new.version} ({new.digest[:8]})"
    if picture:
        from charley.documents.atomic import write_whole
        from charley.pages.flow_chart import flow_chart

        note = f"{found.rows:,} patients. Educational purpose only, pending human review."
        write_whole(Path(picture), flow_chart(title, note, found.flows))
    if as_json:
        about = {"format": FORMAT, "old": old.digest, "new": new.digest}
        echo_json(json.dumps({**about, **found.as_json()}, indent=2))
        return
    echo(show_comparison(f"{title}: {found.rows:,} patients in {seconds:.1f} s", found, new))
