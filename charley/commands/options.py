"""Options that several commands have, each written once."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import click

from charley.facts.wording import AUDIENCES

__all__ = [
    "FiniteRange",
    "audience_option",
    "base_argument",
    "base_option",
    "complete_ids",
    "engine_option",
    "json_option",
    "listed",
    "timeout_option",
    "units_of_columns",
]

F = TypeVar("F", bound=Callable[..., Any])

BUNDLED = "nocturnal_leg_pain"


class FiniteRange(click.FloatRange):
    """A finite number within bounds. `nan` passes every comparison with a bound, so it is refused here."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        number: float = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value} is not a finite number.", param, ctx)
        return number


def base_option(command: F) -> F:
    """`--kb NAME|PATH`."""
    return click.option(
        "--kb",
        default=BUNDLED,
        metavar="NAME|PATH",
        help="The knowledge base: bundled, or a folder.",
    )(command)


def base_argument(command: F) -> F:
    """`[KB]`."""
    return click.argument("kb", default=BUNDLED, metavar="[KB]")(command)


def json_option(help: str) -> Callable[[F], F]:
    """`--json`. A command that has it writes its errors as JSON, too."""
    return click.option("--json", "as_json", is_flag=True, help=help)


def audience_option(default: str | None = None) -> Callable[[F], F]:
    """`--audience A`; without a default, the command finds out whom it is worded for."""
    shown: dict[str, Any] = {"default": default, "show_default": True} if default else {}
    return click.option("--audience", type=click.Choice(AUDIENCES), help="For whom it is worded.", **shown)


def engine_option(command: F) -> F:
    """`--engine E`."""
    return click.option(
        "--engine",
        type=click.Choice(["experta", "kernel"]),
        help="Forward chaining on experta (the default, where installed), or the kernel; both say the same.",
    )(command)


def timeout_option(default: float) -> Callable[[F], F]:
    """`--timeout SECONDS`."""
    return click.option(
        "--timeout",
        type=FiniteRange(min=0.001, max=1_000_000),
        default=default,
        show_default=True,
        help="Seconds for one question to the solver.",
    )


def complete_ids(which: str) -> Callable[[click.Context, click.Parameter, str], list[str]]:
    """Shell completion with the ids of the bundled base: `vocabulary`, `candidates` or `rules`."""

    def complete(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
        from charley.engine.expert import load

        return [id for id in getattr(load(), which) if id.startswith(incomplete)]

    return complete


def listed(given: str | None) -> list[str]:
    """The names in a list with commas."""
    return [name.strip() for name in (given or "").split(",") if name.strip()]


def units_of_columns(given: Iterable[str]) -> dict[str, str]:
    """What was given with `--unit`: the unit of each column. Raises `click.UsageError`."""
    found = {}
    for each in given:
        column, equals, unit = each.partition("=")
        if not (column and equals and unit):
            raise click.UsageError(f"--unit is COLUMN=UNIT, as in `ferritin=ng/mL`; not `{each}`.")
        found[column] = unit
    return found
