"""Connectives for formulas (and, or, not, sums of points) that simplify constants away."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Collection, Iterable
from typing import Any, TypeAlias

import z3

__all__ = [
    "Formula",
    "Points",
    "at_least",
    "conjunction",
    "disjunction",
    "greater",
    "negated",
    "same",
    "same_points",
]

Formula: TypeAlias = "z3.BoolRef | bool"
Points = tuple[int, tuple[tuple[int, z3.BoolRef], ...]]
"""A number: a constant, and points for each formula that holds."""


def same(one: Formula, other: Formula) -> bool:
    """Whether they are syntactically equal. Different formulas may still be equivalent."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return bool(one.eq(other))


def same_points(one: Points, other: Points) -> bool:
    """The same number, as written."""
    if one[0] != other[0] or len(one[1]) != len(other[1]):
        return False
    return all(a == b and same(f, g) for (a, f), (b, g) in zip(one[1], other[1], strict=True))


def greater(one: Points, other: Points) -> Formula:
    """The first number is greater than the second."""
    (here, plus), (there, minus) = one, other
    return at_least(1 + there - here, [*plus, *((-points, held) for points, held in minus)])


def negated(formula: Formula) -> Formula:
    """Negation."""
    return not formula if isinstance(formula, bool) else _not(formula)


def conjunction(formulas: Iterable[Formula]) -> Formula:
    """Conjunction."""
    return _simplified(formulas, True, z3.Z3_mk_and)


def disjunction(formulas: Iterable[Formula]) -> Formula:
    """Disjunction."""
    return _simplified(formulas, False, z3.Z3_mk_or)


def _simplified(formulas: Iterable[Formula], neutral: bool, join: Any) -> Formula:
    """The formulas joined, each once. `neutral` adds nothing to them; its negation decides the whole."""
    found: dict[int, z3.BoolRef] = {}
    for formula in formulas:
        if not isinstance(formula, bool):
            found[formula.get_id()] = formula
        elif formula is not neutral:
            return formula
    if len(found) > 1:
        return _joined(join, found.values())
    return next(iter(found.values()), neutral)


def at_least(needed: int, points: Iterable[tuple[int, Formula]]) -> Formula:
    """The points of those that hold add up to this; a point below zero counts when it is not taken."""
    found: dict[int, z3.BoolRef] = {}
    weights: dict[int, int] = {}
    for weight, formula in points:
        if formula is True:
            needed -= weight
        elif formula is not False:
            id = formula.get_id()
            found[id] = formula
            weights[id] = weights.get(id, 0) + weight
    open_: list[tuple[z3.BoolRef, int]] = []
    for id, weight in weights.items():
        if weight > 0:
            open_.append((found[id], weight))
        elif weight < 0:
            needed -= weight
            open_.append((_not(found[id]), -weight))
    total = sum(weight for _, weight in open_)
    if needed <= 0:
        return True
    if total < needed:
        return False
    if total - min(weight for _, weight in open_) < needed:
        return conjunction(formula for formula, _ in open_)
    if all(weight >= needed for _, weight in open_):
        return disjunction(formula for formula, _ in open_)
    weighed = (ctypes.c_int * len(open_))(*(weight for _, weight in open_))
    return _joined(z3.Z3_mk_pbge, [formula for formula, _ in open_], weighed, needed)


# z3's own And, Or, Not and PbGe look at the sort of every argument, which takes most of the time here.


def _joined(make: Callable[..., object], formulas: Collection[z3.BoolRef], *rest: object) -> z3.BoolRef:
    context = z3.main_ctx()
    array = (z3.Ast * len(formulas))(*(formula.as_ast() for formula in formulas))
    return z3.BoolRef(make(context.ref(), len(formulas), array, *rest), context)


def _not(formula: z3.BoolRef) -> z3.BoolRef:
    context = z3.main_ctx()
    return z3.BoolRef(z3.Z3_mk_not(context.ref(), formula.as_ast()), context)
