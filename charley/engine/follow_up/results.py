"""A test result in a word (`negative`, `low`, `raised`) as a number that the rules take so.

Nothing is typed in here: the limits are those that the rules which speak for something compare with.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, assert_never, get_args

from charley.engine.follow_up.grammar import result_words
from charley.engine.prepared import Prepared
from charley.rules.interval import Interval, compare, exact
from charley.rules.language.condition import atoms
from charley.rules.rule import Advise, Alert, Clear, Conclude, Effect, Flag, Weigh

__all__ = ["Result", "number_for", "result_in"]

Result = Literal["normal", "low", "high"]

_RESULTS: Final[tuple[Result, ...]] = get_args(Result)
"""In the order in which they are looked for: `not high` is normal."""


def result_in(text: str) -> Result | None:
    """The result that is said in words; `not raised` is normal."""
    return next((result for result in _RESULTS if result_words()[result].search(text.lower())), None)


def number_for(base: Prepared, fact: str, result: Result) -> float | int | None:
    """A number of this fact that the rules take so; None where the rules do not tell.

    Normal is where least speaks for anything; low and high are numbers below and above at which something
    does. Of a test that is only ever too high, low is normal.
    """
    if any(fact in derived.of for derived in base.derived.values()):
        return None  # what it amounts to depends on the other numbers
    values = [value for value in base.values.of(fact) if isinstance(value, int | float)]
    counts = _counts(base, fact, values)
    if counts is None:
        return None
    # Limits stand between numbers that are none, and a result is rarely just a limit: every second number.
    inner = range(1, len(values), 2)
    least = [at for at in inner if counts[at] == min(counts)]
    below = [at for at in inner if counts[at] > 0 and least and at < least[0]]
    above = [at for at in inner if counts[at] > 0 and least and at > least[-1]]
    if not least:
        return None
    if result == "high":
        return values[_middle(above)] if above else None
    if result == "low" and below:
        return values[_middle(below)]
    if result == "low" and not above:
        return None
    return values[_middle(least) if below and above else least[0] if below else least[-1]]


def _middle(places: Sequence[int]) -> int:
    return places[(len(places) - 1) // 2]


def _counts(base: Prepared, fact: str, values: Sequence[float | int]) -> list[int] | None:
    """At each number how many conditions hold that speak for something, less those that speak against."""
    counts = [0] * len(values)
    for rule in base.rules.values():
        side = max((_side(effect) for effect in rule.then), key=abs)
        for atom in atoms(rule.condition):
            if side and atom.name == fact and isinstance(atom.value, int | float) and atom.value is not True:
                for at, value in enumerate(values):
                    counts[at] += (
                        side if compare(Interval(exact(value), exact(value)), atom.op, atom.value) else 0
                    )
    return counts if len(set(counts)) > 1 else None


def _side(effect: Effect) -> int:
    """1 for an effect that speaks for something, -1 for one that speaks against, 0 for neither."""
    match effect:
        case Flag() | Alert() | Advise() | Weigh(direction="raise"):
            return 1
        case Clear() | Weigh():
            return -1
        case Conclude():
            return 0  # a finding may be a good one
        case _:
            assert_never(effect)
