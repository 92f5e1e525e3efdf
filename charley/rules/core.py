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
from charley.rules.interval import exact
from charley.rules.language.condition import And, AtLeast, Atom, Condition, Constant, Not, Operator, Or

__all__ = ["ALWAYS", "NEVER", "Core", "Literal", "Threshold", "core", "literals"]


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

OPPOSITE: Mapping[Operator, Operator] = {">=": "<", "<": ">=", ">": "<=", "<=": ">"}
"""The comparison of numbers that is true where the other one is false."""


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
    """A comparison of a score. It is true or false only while the gate of the score is known true."""
    assert isinstance(value, int | float)
    bound = exact(value) * 10**score.decimals
    if op == "==":  # both bounds hold; or it is false, because one of them is missed
        bounds: tuple[Operator, Operator] = (">=", "<=") if wanted else ("<", ">")
        parts = tuple(_reaches(score, each, bound, instruments) for each in bounds)
        held = Threshold(2 if wanted else 1, parts, (1, 1))
    else:
        held = _reaches(score, op if wanted else OPPOSITE[op], bound, instruments)
    if score.gate is None:
        return held
    return Threshold(2, (core(score.gate, instruments), held), (1, 1))


def _reaches(
    score: Instrument, op: Operator, bound: Fraction, instruments: Mapping[str, Instrument]
) -> Threshold:
    """The score is at least `bound`, whatever its open items turn out to be. Every bound is brought to that.

    "At most k" is its mirror: at least -k, with the sign of all points turned. Positive points count for an
    item known true; negative points are positive points for the item known false, with the threshold moved.
    """
    points = score.scaled
    if op in ("<=", "<"):
        points, bound = tuple(-each for each in points), -bound
    least = sum(min(0, each) for each in points)
    counted = [(item, each) for item, each in zip(score.items, points, strict=True) if each]
    return Threshold(
        (ceil(bound) if op in (">=", "<=") else floor(bound) + 1) - least,
        tuple(core(item.condition, instruments, each > 0) for item, each in counted),
        tuple(abs(each) for _, each in counted),
    )


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
