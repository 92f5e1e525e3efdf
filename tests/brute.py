"""The slow and obvious answers that the searches are held to: try everything, on the definition."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from itertools import combinations, product
from typing import Any

from bases import VOCABULARY

from charley.engine.expert import Expert
from charley.engine.meaning import Valuation, valuation
from charley.facts.record import Record
from charley.facts.vocabulary import Value

GRID = (0, 0.25, 0.5, 0.75, 1, 1.5, 2, 2.25, 2.5, 2.75, 3, 4, 5, 6, 7.5, 7.75, 8, 9, 10)
COARSE = (0, 0.75, 2, 2.75, 5, 8)


def every(fact: str) -> tuple[Value, ...]:
    """Values of a fact, finer than any rule of the small bases compares it; a derived value may be finer."""
    known = VOCABULARY[fact]
    if known.kind == "boolean":
        return (True, False)
    if known.kind == "choice":
        return known.choices
    low, high = known.plausible_range or (0, 0)
    return tuple(value for value in GRID if low <= value <= high)


def fewest(
    base: Expert,
    record: Record,
    goal: Callable[[Valuation], bool],
    movable: Collection[str],
    most: int,
    ways: Iterable[Iterable[tuple[str, object]]],
) -> int | None:
    """The fewest answers that reach the goal, up to `most`; None where more would be needed.

    Tried are also the values on `ways` that a search found: where a derived value has to lie between two
    numbers, the grid may have none for it.
    """
    tried: dict[str, dict[Any, None]] = {fact: dict.fromkeys(every(fact)) for fact in movable}
    for fact, value in (answer for way in ways for answer in way):
        tried[fact][value] = None
    for size in range(most + 1):
        for facts in combinations(sorted(movable), size):
            for values in product(*(tried[fact] for fact in facts)):
                changed = dict(zip(facts, values, strict=True))
                if any(record.get(fact) == value for fact, value in changed.items()):
                    continue
                if goal(valuation(base, {**record, **changed})):
                    return size
    return None


def completions(record: Record, facts: Collection[str]) -> Iterator[Record]:
    """The record with every answer to the facts that are still open."""
    waiting = [fact for fact in facts if fact not in record]
    for values in product(*(_few(fact) for fact in waiting)):
        yield {**record, **dict(zip(waiting, values, strict=True))}


def _few(fact: str) -> tuple[Value, ...]:
    values = every(fact)
    return values if VOCABULARY[fact].kind != "number" else tuple(v for v in values if v in COARSE)


def said(base: Expert, found: Valuation) -> tuple[object, ...]:
    """Who leads, and the urgency of every flag and alert."""
    leader = base.scoring.standings(found.rules)[0].candidate.id
    dangers = {
        id: tuple(sorted({e.urgency for rule, e in effects if found.rules[rule] is True}))
        for id, effects in [*base.scoring.flags.items(), *base.scoring.alerts.items()]
    }
    return leader, tuple((id, _worst(urgencies)) for id, urgencies in dangers.items())


def _worst(urgencies: tuple[str, ...]) -> str | None:
    return next((u for u in ("emergency", "same_day", "soon") if u in urgencies), None)
