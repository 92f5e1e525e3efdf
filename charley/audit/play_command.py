"""`charley test`: play the cases, and say readably what differs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

import click

from charley.audit.play import Played, play, readings
from charley.engine.expert import load
from charley.rules.read_cases import read_cases
from charley.terminal.style import echo, paint, wrapped


@click.command()
@click.argument("kb", default="nocturnal_leg_pain", metavar="[KB]")
@click.option("--case", "only", metavar="ID", help="Only this case, or those whose id starts so.")
@click.option("--reading", "names", multiple=True, type=click.Choice(["session", "kernel"]),
              help="Hold only this reading to the meaning (repeatable; default: all).")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="One case a line, for a program to read.")
def test(kb: str, only: str | None, names: tuple[str, ...], as_json: bool) -> None:
    """Play KB's cases through every reading and show where expectation and answer differ.

    All cases run before the verdict. Exits 1 if a case is not as expected, or if a reading disagrees.
    """
    expert = load(kb)
    cases = [placed for placed in read_cases(expert) if placed.case.id.startswith(only or "")]
    if not cases:
        raise click.UsageError(
            f"no case of `{kb}` has an id that starts with `{only}`" if only else f"`{kb}` has no cases"
        )
    played = []
    for result in play(expert, cases, readings(expert, names or ("session", "kernel"))):
        played.append(result)
        if as_json:
            click.echo(json.dumps(_as_json(result)))
        elif not result.passed:
            echo(_differs(result))
    failed = sum(not result.passed for result in played)
    if not as_json:
        click.echo(f"{len(played) - failed} of {len(played)} cases as expected")
    sys.exit(1 if failed else 0)


def _differs(result: Played) -> Iterator[str]:
    case = result.placed
    yield paint(f"{case.file}:{case.line}: {case.case.id}: {case.case.title}", bold=True)
    for difference in result.differences:
        yield from wrapped(difference, "  ")
    for reading in result.disagreeing:
        yield f"  the {reading} does not say what the rules mean: a fault of Charley, please report it"


def _as_json(result: Played) -> dict[str, object]:
    return {
        "case": result.placed.case.id,
        "file": result.placed.file,
        "line": result.placed.line,
        "passed": result.passed,
        "differences": result.differences,
        "disagreeing": result.disagreeing,
    }
