"""The core: every condition reduced to two kinds, a literal or a threshold.

Under strong Kleene logic `not` can be carried down to the atoms, and `and` and `or` are the two ends of
*at least*. A clinical score compared with a number is a weighted *at least*. Every reading of the
semantics is therefore a function of two cases.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import ceil, floor
from typing import NamedTuple, assert_never

from charley.rules.instrument import Instrument
from charley.rules.language.condition import And, AtLeast, Atom, Condition, Constant, Not, Operator, Or

__all__ = ["ALWAYS", "NEVER", "Core", "Literal", "Threshold", "core", "exact", "literals"]


class Literal(NamedTuple):
    """A fact, derived value or finding is known, and its comparison comes out `wanted`."""

    name: str
    op: Operator
    value: Constant | tuple[str, ...]
    wanted: bool

    @property
    def atom(self) -> Atom:
        """The comparison without its sign."""
        return Atom(self.name, self.op, self.value)


class Threshold(NamedTuple):
    """The parts that hold weigh at least `needed` together; weights are positive whole numbers."""

    needed: int
    parts: tuple[Core, ...]
    weights: tuple[int, ...]


Core = Literal | Threshold

ALWAYS = Threshold(0, (), ())
NEVER = Threshold(1, (), ())


def core(condition: Condition, instruments: Mapping[str, Instrument], wanted: bool = True) -> Core:
    """What it takes for the condition to be known true (or, unwanted, known false)."""
    match condition:
        case Atom(name, op, value):
            if name in instruments:
                return _score(instruments[name], op, value, instruments, wanted)
            return Literal(name, op, value, wanted)
        case Not(part):
            return core(part, instruments, not wanted)
        case And(parts):
            return _of(len(parts), parts, instruments, wanted)
        case Or(parts):
            return _of(1, parts, instruments, wanted)
        case AtLeast(count, parts):
            return _of(count, parts, instruments, wanted)
        case _:
            assert_never(condition)


def _of(
    count: int, parts: tuple[Condition, ...], instruments: Mapping[str, Instrument], wanted: bool
) -> Threshold:
    needed = count if wanted else len(parts) - count + 1
    return Threshold(needed, tuple(core(part, instruments, wanted) for part in parts), (1,) * len(parts))


def _score(
    score: Instrument,
    op: Operator,
    value: Constant | tuple[str, ...],
    instruments: Mapping[str, Instrument],
    wanted: bool,
) -> Core:
    """A comparison of a score, true or false only while its gate is known true.

    Negative points are positive points for the item known false, with the threshold moved.
    """
    assert isinstance(value, int | float)
    k = exact(value) * 10**score.decimals
    most = sum(max(0, points) for points in score.scaled)
    least = sum(min(0, points) for points in score.scaled)

    def reaches(k: int, low: bool) -> Threshold:
        """At least k: the lowest possible sum reaches it. Its mirror, not `low`: the highest is at most k."""
        parts = tuple(
            core(item.condition, instruments, (points > 0) == low)
            for item, points in zip(score.items, score.scaled, strict=True)
            if points
        )
        weights = tuple(abs(points) for points in score.scaled if points)
        return Threshold(k - least if low else most - k, parts, weights)

    at_least, above = reaches(ceil(k), True), reaches(floor(k) + 1, True)
    at_most, below = reaches(floor(k), False), reaches(ceil(k) - 1, False)
    ways: dict[str, tuple[Threshold, ...]]
    if wanted:
        ways = {">=": (at_least,), ">": (above,), "<=": (at_most,), "<": (below,)}
        ways["=="] = (at_least, at_most)
    else:
        ways = {">=": (below,), ">": (at_most,), "<=": (above,), "<": (at_least,)}
        ways["=="] = (below, above)
    chosen = ways[op]
    held: Core = chosen[0]
    if len(chosen) == 2:
        held = Threshold(2 if wanted else 1, chosen, (1, 1))
    if score.gate is None:
        return held
    return Threshold(2, (core(score.gate, instruments), held), (1, 1))


def exact(number: float | int) -> Fraction:
    """The number as it was written: 0.1 is one tenth, not the binary fraction next to it."""
    return Fraction(number) if isinstance(number, int) else Fraction(repr(number))


def literals(condition: Core) -> Iterator[Literal]:
    """Every literal in the condition. Each distinct part is visited once."""
    seen: set[Core] = set()
    waiting = [condition]
    while waiting:
        found = waiting.pop()
        if found in seen:
            continue
        seen.add(found)
        match found:
            case Literal():
                yield found
            case Threshold(_, parts):
                waiting.extend(parts)
            case _:
                assert_never(found)
