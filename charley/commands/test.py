"""`charley test`: play the cases and show the differences."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterable, Iterator

import click

from charley.audit.cases.coverage import Coverage, rounded_down
from charley.audit.cases.play import Played, play
from charley.audit.cases.show import coverage_json, held_to, show_coverage, show_gap
from charley.audit.cases.uncovered import Uncovered
from charley.audit.places import Places
from charley.commands.options import FiniteRange, base_argument, json_option
from charley.engine.expert import Expert, load
from charley.engine.reading import prepared, readings
from charley.rules.loading.cases import PlacedCase, read_cases
from charley.terminal.text import echo, echo_json, paint, wrapped

with contextlib.suppress(ImportError):  # without the solver there is one reading less
    import charley.audit.symbolic.reading  # noqa: F401  (registers the formulas)

QUICK = [name for name, reading in readings().items() if reading.quick]


@click.command()
@base_argument
@click.option("--case", "only", metavar="ID", help="Only this case, or those whose id starts so.")
@click.option("--reading", "names", multiple=True, type=click.Choice(list(readings())),
              help="Hold only this reading to the meaning (repeatable; default: quick ones).")  # fmt: skip
@click.option("--coverage", "with_coverage", is_flag=True, help="Also what the cases show of the rules.")
@click.option("--threshold", type=FiniteRange(0, 100), metavar="PERCENT",
              help="Coverage below which the exit status is 1.")  # fmt: skip
@json_option("One case a line, then the coverage in one line.")
def test(
    kb: str,
    only: str | None,
    names: tuple[str, ...],
    with_coverage: bool,
    threshold: float | None,
    as_json: bool,
) -> None:
    """Play the cases of a base through every reading. Where a case of KB expects another answer, it is shown.

    With --coverage: which rules fire, which comparisons were seen true and seen false, and, of every
    comparison in a rule that flags, alerts or concludes a finding, whether two cases show that it matters
    (MC/DC: the rule fires in one and not in the other, and this comparison alone makes the difference).
    Each gap is shown with file and line and, where one was found, a case to add; write into it what else a
    careful clinician expects. A threshold is held to the rules that fire and to the MC/DC of flags and
    alerts.

    \b
    Examples:
      charley test
      charley test my_base --case dvt-
      charley test --coverage --threshold 95

    All cases run before the verdict. Exits 1 if a case is not as expected, if a reading disagrees, or if the
    coverage is below the threshold.
    """
    expert = load(kb)
    cases = [placed for placed in read_cases(expert) if placed.case.id.startswith(only or "")]
    if not cases:
        raise click.UsageError(
            f"no case of `{kb}` has an id that starts with `{only}`" if only else f"`{kb}` has no cases"
        )
    failed = 0
    for result in play(expert, cases, prepared(expert, names or QUICK)):
        failed += not result.passed
        if as_json:
            echo_json(json.dumps(_as_json(result)))
        elif not result.passed:
            echo(_differs(result))
    enough = True
    if with_coverage or threshold is not None:
        enough = _coverage(expert, cases, threshold, as_json)
    if not as_json:
        echo([f"{len(cases) - failed} of {len(cases)} cases as expected"])
    sys.exit(1 if failed or not enough else 0)


def _coverage(expert: Expert, cases: Iterable[PlacedCase], threshold: float | None, as_json: bool) -> bool:
    """Show the coverage; whether it reaches the threshold."""
    coverage = Coverage(expert)
    for placed in cases:
        coverage.add(placed.case.id, placed.answers.record)
    places, gaps = Places(expert), Uncovered(coverage).gaps()
    if as_json:
        echo_json(json.dumps({"coverage": coverage_json(coverage, gaps, places)}))
    else:
        for gap in gaps:
            echo([*show_gap(gap, places), ""])
        title, *counts = show_coverage(coverage)
        echo([paint(title, bold=True), *counts])
    if threshold is None or held_to(coverage) >= threshold:
        return True
    if not as_json:
        echo([f"coverage {rounded_down(held_to(coverage))} % is below {threshold:g} %"], err=True)
    return False


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
