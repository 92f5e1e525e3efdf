"""The planes that a table is read into, and every literal of the rules drawn from them.

A literal with its sign would be a comparison of its own for each of its two signs. So a table is read into
fewer planes: what is known, which value it is, which limits a number reaches. The signs are drawn as gates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal as OneOf
from typing import assert_never

from charley.engine.kernel.bits import all_of, any_of
from charley.engine.kernel.circuit import Wire
from charley.engine.kernel.literals import literal_holds
from charley.rules.core import Literal
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.language.condition import Operator

__all__ = ["Input", "IsValue", "Known", "Reaches", "drawn", "inputs"]


@dataclass(frozen=True)
class Known:
    """A number is known, and plausible; a boolean is known."""

    fact: str


@dataclass(frozen=True)
class IsValue:
    """A choice is known to be this. A boolean is true (`value` is True); where it is not known, it may say
    anything, so that both of its planes are bitmaps of Arrow as they stand.
    """

    fact: str
    value: bool | str


@dataclass(frozen=True)
class Reaches:
    """A number is at least `limit`; where `beyond`, it is more than it.

    Of a derived value, which lies in an interval, it says so of the lowest or the highest end. Of a number
    that is not known it may say anything.
    """

    name: str
    limit: float | int
    beyond: bool
    end: OneOf["low", "high", "itself"] = "itself"


Input = Known | IsValue | Reaches

Look = Callable[[Input], Wire]

ENDS: tuple[OneOf["low", "high"], ...] = ("low", "high")
EXTREMES = ("minimum", "maximum")
"""Derived values that reach a limit when all of their facts do, or one of them does."""


def inputs(base: KnowledgeBase, literals: tuple[Literal, ...]) -> Iterator[Input]:
    """Every plane that these literals may be drawn from."""
    by_name: dict[str, set[float | int]] = {}
    for literal in literals:
        derived = base.derived.get(literal.name)
        through = derived.of if derived is not None and derived.kind in EXTREMES else ()
        for name in (literal.name, *through):
            limits = by_name.setdefault(name, set())
            if isinstance(literal.value, int | float) and not isinstance(literal.value, bool):
                limits.add(literal.value)
    for name, limits in by_name.items():
        fact = base.vocabulary.get(name)
        if fact is not None and fact.kind == "boolean":
            yield from (Known(name), IsValue(name, True))
            continue
        if fact is not None and fact.kind == "choice":
            yield from (IsValue(name, value) for value in fact.choices)
            continue
        if fact is not None:
            yield Known(name)
            for limit in sorted(limits):
                yield from (Reaches(name, limit, beyond) for beyond in (False, True))
        elif base.derived[name].kind not in EXTREMES:
            for end in ENDS:
                for limit in sorted(limits):
                    yield from (Reaches(name, limit, beyond, end) for beyond in (False, True))


def drawn(base: KnowledgeBase, literal: Literal, look: Look, ones: Wire) -> Wire:
    """Where the literal holds."""
    name, value = literal.name, literal.value
    fact = base.vocabulary.get(name)
    if fact is not None and fact.kind == "boolean":
        known, yes = look(Known(name)), look(IsValue(name, True))
        no, yes = (known & (yes ^ ones), known & yes)
        holding = [where for each, where in ((False, no), (True, yes)) if literal_holds(literal, each)]
        return known if len(holding) == 2 else any_of(holding, ones)
    if fact is not None and fact.kind == "choice":
        those = (IsValue(name, each) for each in fact.choices if literal_holds(literal, each))
        return any_of(map(look, those), ones)
    assert isinstance(value, int | float)
    if fact is None:
        low, high = (
            (_end(base, name, value, False, end, look, ones), _end(base, name, value, True, end, look, ones))
            for end in ENDS
        )
        return _decided(literal.op, literal.wanted, low, high, ones)
    reaches = look(Reaches(name, value, False)), look(Reaches(name, value, True))
    return look(Known(name)) & _decided(literal.op, literal.wanted, reaches, reaches, ones)


def _end(
    base: KnowledgeBase,
    name: str,
    limit: float | int,
    beyond: bool,
    end: OneOf["low", "high"],
    look: Look,
    ones: Wire,
) -> Wire:
    """Where an end of a derived value is at least the limit, or more than it."""
    derived = base.derived[name]
    if derived.kind not in EXTREMES:
        return look(Reaches(name, limit, beyond, end))
    reaching = []
    for fact in derived.of:
        known = look(Known(fact))
        plausible = base.vocabulary[fact].plausible_range or (0, 0)
        otherwise = plausible[ENDS.index(end)]
        found = known & look(Reaches(fact, limit, beyond))
        if otherwise > limit if beyond else otherwise >= limit:
            found = found | (known ^ ones)
        reaching.append(found)
    return all_of(reaching, ones) if derived.kind == "minimum" else any_of(reaching, ones)


Reached = tuple[Wire, Wire]
"""Where an end is at least the limit, and where it is more."""


def _decided(op: Operator, wanted: bool, low: Reached, high: Reached, ones: Wire) -> Wire:
    """Where the comparison is known to come out as wanted: `rules.interval.compare`, as gates."""
    match op:
        case ">=":
            return low[0] if wanted else high[0] ^ ones
        case ">":
            return low[1] if wanted else high[1] ^ ones
        case "<=":
            return high[1] ^ ones if wanted else low[1]
        case "<":
            return high[0] ^ ones if wanted else low[0]
        case "==":
            if wanted:
                return low[0] & high[0] & ((low[1] | high[1]) ^ ones)
            return low[1] | (high[0] ^ ones)
        case "in":
            raise ValueError("numbers are not compared with `in`")
        case _:
            assert_never(op)
