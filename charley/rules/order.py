"""What needs what: circles, and an order in which nothing needs a later one.

Findings that rest on findings can form chains of thousands. What follows such a chain therefore does not call
itself: it asks here for the order, and goes along it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import TypeVar

__all__ = ["bottom_up", "cycle", "sorted_by_need"]

T = TypeVar("T", bound=Hashable)


def sorted_by_need(needs: Mapping[T, Iterable[T]]) -> Iterable[T]:
    """All of it, each after what it needs. There must be no circle."""
    return TopologicalSorter(needs).static_order()


def bottom_up(start: T, needs: Callable[[T], Iterable[T]]) -> Iterable[T]:
    """`start` and all that it needs, directly or through others, each after what it needs itself."""
    graph: dict[T, list[T]] = {}
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name not in graph:
            graph[name] = list(needs(name))
            waiting += graph[name]
    return sorted_by_need(graph)


def cycle(needs: Mapping[str, Iterable[str]]) -> list[str] | None:
    """Names that each need the next, from one of them back to it; or None where nothing goes round."""
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        found = error.args[1][:0:-1]  # graphlib names what is needed before what needs it
        names = list(needs)
        start = found.index(min(found, key=names.index))
        return [*found[start:], *found[: start + 1]]
    return None
