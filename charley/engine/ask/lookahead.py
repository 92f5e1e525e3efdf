"""Looking ahead: by which answers an open rule could still fire, and how likely they are.

A rule that is open fires when some set of answers is given. The chance of a set is the product of the chances
of its answers. Of the sets that contain an answer to one fact only the likeliest is looked at: the search is
for the next thing that could come true, and the other sets are still there when that one comes to nothing.
The chance of an answer is in `graph.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heapify, heappop, heappush
from math import prod
from typing import assert_never

from charley.engine.ask.graph import Graph, Threshold
from charley.engine.kernel.literals import literal_holds
from charley.engine.meaning import Kleene
from charley.facts.record import Record
from charley.rules.interval import compare, derived_interval

__all__ = ["Lookahead"]

LEAST = 1e-60
"""The chance of a set of more answers than anybody gives."""


class Lookahead:
    """What every rule still waits for, with one record.

    Just `open_facts` of the unknown facts can become known. `states` says of every rule whether it holds
    (True), could (None) or cannot by answers to them. `follow` gives the lookahead of a changed record; only
    what has changed is worked out again.
    """

    def __init__(self, graph: Graph, record: Record, open_facts: Iterable[str]) -> None:
        self._graph = graph
        self._record: Record = dict(record)
        self._open = frozenset(fact for fact in open_facts if fact not in record)
        # For every node the chance of the likeliest set of answers that makes it hold (1 where it holds, 0
        # where it cannot), and whether it holds by a sign.
        self._chances = [0.0] * len(graph.nodes)
        self._signs = [False] * len(graph.nodes)
        self._through: dict[str, dict[str, float]] = {}
        self._work_out(range(len(graph.nodes)))

    def follow(self, record: Record, open_facts: Iterable[str]) -> Lookahead:
        """The lookahead of another record, mostly the same."""
        graph, after = self._graph, object.__new__(Lookahead)
        after._graph = graph
        after._record = dict(record)
        after._open = frozenset(fact for fact in open_facts if fact not in record)
        after._chances, after._signs = self._chances[:], self._signs[:]
        old, new = self._record, after._record
        changed = {fact for fact in {**old, **new} if old.get(fact) != new.get(fact)}
        changed |= self._open ^ after._open
        touched = {rule for fact in changed for rule in graph.rules_of.get(fact, ())}
        after._through = {rule: through for rule, through in self._through.items() if rule not in touched}
        after._work_out(
            graph.node_of[literal] for fact in changed for literal in graph.literals_of.get(fact, ())
        )
        return after

    @property
    def states(self) -> dict[str, Kleene]:
        """Whether every rule holds, could, or cannot."""
        chances = self._chances
        return {
            rule: True if chances[root] >= 1 else None if chances[root] > 0 else False
            for rule, root in self._graph.roots.items()
        }

    def _work_out(self, numbers: Iterable[int]) -> None:
        """The chances of these nodes, and of every node that they change; parts before wholes."""
        graph, chances, signs = self._graph, self._chances, self._signs
        waiting = list(dict.fromkeys(numbers))
        queued = set(waiting)
        heapify(waiting)
        while waiting:
            number = heappop(waiting)
            node = graph.nodes[number]
            if isinstance(node, int):
                chance = self._literal(node)
                sign = chance >= 1 and graph.sign[node]
            else:
                chance = _likeliest(node, chances)
                sign = chance >= 1 and any(signs[part] for part in node.parts)
            if (chance, sign) != (chances[number], signs[number]):
                chances[number], signs[number] = chance, sign
                for whole in graph.wholes[number]:
                    if whole not in queued:
                        queued.add(whole)
                        heappush(waiting, whole)

    def _literal(self, number: int) -> float:
        """1 where the literal holds, 0 where it cannot any more, else its chance."""
        graph = self._graph
        literal = graph.literals[number]
        if literal.name in self._record:
            return 1.0 if literal_holds(literal, self._record[literal.name]) else 0.0
        derived = graph.base.derived.get(literal.name)
        if derived is not None:
            assert isinstance(literal.value, int | float)
            interval = derived_interval(derived, self._record, graph.base.vocabulary)
            known = compare(interval, literal.op, literal.value)
            if known is not None:
                return 1.0 if known is literal.wanted else 0.0
        return graph.chance[number] if not self._open.isdisjoint(graph.facts_of[number]) else 0.0

    def through(self, rule: str) -> dict[str, float]:
        """For every open fact the chance of the likeliest set of answers that contains one to it and makes
        the rule fire. Empty for a rule that holds or cannot.
        """
        found = self._through.get(rule)
        if found is None:
            found = self._through[rule] = self._lead_through(rule)
        return found

    def _lead_through(self, rule: str) -> dict[str, float]:
        """From the rule's condition down to the open facts, wholes before parts.

        `rest` is, for a node, the chance of all the other answers that the rule takes besides this node. It
        is lower by the factor `new` until a whole is passed that a sign is a part of (`begun`).
        """
        graph, chances, signs = self._graph, self._chances, self._signs
        new, root = graph.new[rule], graph.roots[rule]
        found: dict[str, float] = {}
        rest: dict[int, float] = {root: new}
        begun: dict[int, bool] = {root: False}
        waiting = [-root] if 0 < chances[root] < 1 else []
        while waiting:
            number = -heappop(waiting)
            here, node = rest[number], graph.nodes[number]
            if isinstance(node, int):
                here = max(here * chances[number], LEAST)
                for fact in graph.facts_of[node]:
                    if fact in self._open and here > found.get(fact, 0.0):
                        found[fact] = here
                continue
            goes_on = begun[number]
            if not goes_on and any(signs[part] for part in node.parts):
                goes_on, here = True, here / new
            for part, others in _others(node, chances):
                if here * others > rest.get(part, 0.0):
                    if part not in rest:
                        heappush(waiting, -part)
                    rest[part], begun[part] = here * others, goes_on
        return found


def _open_parts(node: Threshold, chances: list[float]) -> tuple[int, list[tuple[int, float, int]]]:
    """The weight that a threshold still lacks, and its open parts with their chances and weights."""
    lacks, parts, weights, _ = node
    found = []
    for part, weight in zip(parts, weights, strict=True):
        chance = chances[part]
        if chance >= 1:
            lacks -= weight
        elif chance > 0:
            found.append((part, chance, weight))
    return lacks, found


def _likeliest(node: Threshold, chances: list[float]) -> float:
    """The chance of the likeliest set of answers for a threshold; exactly 0 or 1 where it is decided."""
    needed, places, _, takes = node
    if takes == "any" and needed > 0:
        return max([chances[part] for part in places], default=0.0)
    if takes == "all":
        whole = 1.0
        for part in places:
            whole *= chances[part]
        # What is open stays apart from what cannot be any more, however many answers it takes.
        return whole if whole > LEAST or not all(chances[part] for part in places) else LEAST
    lacks, parts = _open_parts(node, chances)
    if lacks <= 0:
        return 1.0
    if sum(weight for _, _, weight in parts) < lacks:
        return 0.0
    return max(_reach(lacks, sorted(parts, key=_cheapest)), LEAST)


def _cheapest(part: tuple[int, float, int]) -> float:
    """The chance that it takes to get weight from a part, for each unit of it; the best first."""
    _, chance, weight = part
    return -float(chance ** (1 / weight))


FEW = 8
"""So many parts of a threshold are tried in every combination; of more, the cheapest for their weight."""


def _reach(lacks: int, parts: list[tuple[int, float, int]], but: int = -1) -> float:
    """The chance of the likeliest parts, in this order, that weigh as much; 0 where all are too light."""
    if lacks <= 0:
        return 1.0
    parts = [part for part in parts if part[0] != but]
    if len(parts) <= FEW:
        best = {lacks: 1.0}  # by what is still lacking
        for _, chance, weight in parts:
            for missing, so_far in list(best.items()):
                left = max(0, missing - weight)
                if missing and so_far * chance > best.get(left, 0.0):
                    best[left] = so_far * chance
        return best.get(0, 0.0)
    alone = max((chance for _, chance, weight in parts if weight >= lacks), default=0.0)
    together = 1.0
    for _, chance, weight in parts:
        together *= chance
        lacks -= weight
        if lacks <= 0:
            return max(alone, together)
    return 0.0


def _others(node: Threshold, chances: list[float]) -> list[tuple[int, float]]:
    """For every open part of a threshold the chance of what else it takes besides."""
    lacks, parts = _open_parts(node, chances)
    match node.takes:
        case "any":
            return [(part, 1.0) for part, _, _ in parts]
        case "all":
            return [
                (part, prod([chance for other, chance, _ in parts if other != part])) for part, _, _ in parts
            ]
        case "some":
            ordered = sorted(parts, key=_cheapest)
            return [(part, _reach(lacks - weight, ordered, part)) for part, _, weight in parts]
        case _:
            assert_never(node.takes)
