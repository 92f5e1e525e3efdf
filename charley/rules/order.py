"""Dependency order and cycles, by graphlib.

Findings can depend on findings in chains of thousands. Code that follows such a chain is therefore not
recursive: it asks here for the order and iterates.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import TypeVar

__all__ = ["bottom_up", "cycle", "sorted_by_need"]

T = TypeVar("T", bound=Hashable)


def sorted_by_need(needs: Mapping[T, Iterable[T]]) -> Iterable[T]:
    """All names, each after the ones it needs. There must be no cycle."""
    return TopologicalSorter(needs).static_order()


def bottom_up(start: T, needs: Callable[[T], Iterable[T]]) -> Iterable[T]:
    """`start` and everything it needs, directly or not, each after the ones it needs itself."""
    graph: dict[T, list[T]] = {}
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name not in graph:
            graph[name] = list(needs(name))
            waiting += graph[name]
    return sorted_by_need(graph)


def cycle(needs: Mapping[str, Iterable[str]]) -> list[str] | None:
    """A cycle as names that each need the next, the first repeated at the end; or None."""
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        found = error.args[1][:0:-1]  # graphlib names what is needed before what needs it
        names = list(needs)
        start = found.index(min(found, key=names.index))
        return [*found[start:], *found[: start + 1]]
    return None
