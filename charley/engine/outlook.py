"""What could still fire, and which answers would bring it about.

The conditions of all rules as one graph, children first: an open rule is as likely as its open parts, and
each answer's share in that is found by going through the graph backwards once. The chances are a device for
looking ahead over all completions of a record at once. They are no statement about a patient.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from charley.engine.boundary import holds
from charley.engine.conditions import Conditions
from charley.engine.meaning import Kleene
from charley.engine.values import Values
from charley.facts.record import Record
from charley.rules.core import Literal
from charley.rules.interval import Interval, compare, derived_interval
from charley.rules.knowledge_base import KnowledgeBase

__all__ = ["Graph", "Outlook"]

YES = 0.35
"""How likely an open yes-or-no question is taken to be answered yes: fewer findings are there than not."""


class Graph:
    """The conditions of a base under each other, with the chance of every literal. Made once for a base."""

    def __init__(self, base: KnowledgeBase) -> None:
        self.base = base
        self.yes = YES
        self.values = Values(base)
        conditions = Conditions(base, falsity=False)
        self.nodes = conditions.nodes
        self.rules = {id: node for id, (node, _) in conditions.rules.items()}
        self.facts_of = {
            literal: base.derived[literal.name].of if literal.name in base.derived else (literal.name,)
            for literal in conditions.literals
        }
        self.chance_of = {literal: self._chance(literal) for literal in conditions.literals}

    def _chance(self, literal: Literal) -> float:
        """How likely a literal is while its fact is open."""
        if literal.name in self.base.derived:
            return 0.5
        if self.base.vocabulary[literal.name].kind == "boolean":
            return YES if literal.wanted else 1 - YES
        values = self.values.of(literal.name)
        return sum(holds(literal, value) for value in values) / len(values)

    def outlook(self, record: Record, open_facts: Collection[str]) -> Outlook:
        """What could still fire if just `open_facts` of the unknown ones can become known."""
        return Outlook(self, record, open_facts)


class Outlook:
    """The graph for one record: what holds, what is open, and how likely that is to come true."""

    def __init__(self, graph: Graph, record: Record, open_facts: Collection[str]) -> None:
        self._graph = graph
        self._record = record
        self._open = open_facts
        self.chance: list[float] = []
        """1 where the part holds, 0 where it cannot any more, and in between where it is open."""
        ranges: dict[str, Interval] = {}
        chance = self.chance
        for node in graph.nodes:
            if isinstance(node, Literal):
                chance.append(self._leaf(node, ranges))
            else:
                chance.append(_reach(node.needed, [chance[p] for p in node.parts], node.weights))

    def _leaf(self, literal: Literal, ranges: dict[str, Interval]) -> float:
        graph, base = self._graph, self._graph.base
        if literal.name in self._record:
            return 1.0 if holds(literal, self._record[literal.name]) else 0.0
        if literal.name in base.derived:
            if literal.name not in ranges:
                derived = base.derived[literal.name]
                ranges[literal.name] = derived_interval(derived, self._record, base.vocabulary)
            assert isinstance(literal.value, int | float)
            known = compare(ranges[literal.name], literal.op, literal.value)
            if known is not None:
                return 1.0 if known is literal.wanted else 0.0
        reachable = any(fact in self._open for fact in graph.facts_of[literal])
        return graph.chance_of[literal] if reachable else 0.0

    def state(self, rule: str) -> Kleene:
        """True where the rule fires, False where the open facts cannot make it fire, None between."""
        chance = self.chance[self._graph.rules[rule]]
        return True if chance >= 1 else None if chance > 0 else False

    def shares(self, worths: Mapping[str, float]) -> dict[str, dict[Literal, float]]:
        """For every open fact its literals, each with what its coming true adds to the expected worth.

        The worth is that of the rules that will have fired in the end.
        """
        nodes, chance = self._graph.nodes, self.chance
        adjoint = [0.0] * len(nodes)
        for rule, worth in worths.items():
            adjoint[self._graph.rules[rule]] += worth
        found: dict[str, dict[Literal, float]] = {}
        for at in range(len(nodes) - 1, -1, -1):
            share = adjoint[at]
            if not share or not 0 < chance[at] < 1:
                continue
            node = nodes[at]
            if isinstance(node, Literal):
                facts = self._graph.facts_of[node]
                waiting = [fact for fact in facts if fact in self._open and fact not in self._record]
                for fact in waiting:
                    literals = found.setdefault(fact, {})
                    literals[node] = literals.get(node, 0.0) + share / len(waiting)
            else:
                parts = [chance[part] for part in node.parts]
                for part, slope in zip(node.parts, _slopes(node.needed, parts, node.weights), strict=True):
                    adjoint[part] += share * slope
        return found


def _reach(needed: int, chances: list[float], weights: tuple[int, ...]) -> float:
    """How likely parts of these chances weigh at least `needed` together; exactly 0 or 1 where it is so."""
    if needed <= 0:
        return 1.0
    certain = possible = 0
    for chance, weight in zip(chances, weights, strict=True):
        if chance > 0:
            possible += weight
            if chance >= 1:
                certain += weight
    if certain >= needed:
        return 1.0
    if possible < needed:
        return 0.0
    if all(weight >= needed for weight in weights):
        missed = 1.0
        for chance in chances:
            missed *= 1 - chance
        found = 1 - missed
    elif possible - min(w for w, c in zip(weights, chances, strict=True) if c > 0) < needed:
        found = 1.0
        for chance in chances:
            if chance > 0:
                found *= chance
    else:
        found = _sums(needed, zip(chances, weights, strict=True))[needed]
    # It is open: keep it apart from what is certain whatever the rounding does.
    return min(max(found, 1e-12), 1 - 1e-9)


def _sums(needed: int, parts: Iterable[tuple[float, int]]) -> list[float]:
    """The chance of every sum below `needed`, and last of `needed` or more."""
    sums = [1.0] + [0.0] * needed
    for chance, weight in parts:
        for total in range(needed, -1, -1):
            moved = sums[total] * chance
            if moved and weight:
                sums[total] -= moved
                sums[min(needed, total + weight)] += moved
    return sums


def _slopes(needed: int, chances: list[float], weights: tuple[int, ...]) -> list[float]:
    """How much more likely the whole is when a part holds than when it does not."""
    if all(weight >= needed for weight in weights):  # one of them: all others are missed
        return _products([1 - chance for chance in chances])
    live = sum(weight for weight, chance in zip(weights, chances, strict=True) if chance > 0)
    if all(live - weight < needed for weight, c in zip(weights, chances, strict=True) if c > 0):
        return _products([chance if chance > 0 else 1.0 for chance in chances])  # all of them
    slopes = []
    for at, weight in enumerate(weights):
        if not 0 < chances[at] < 1:
            slopes.append(0.0)
            continue
        others = [(c, w) for i, (c, w) in enumerate(zip(chances, weights, strict=True)) if i != at]
        sums = _sums(needed, others)
        slopes.append(sum(sums[max(0, needed - weight) : needed]))
    return slopes


def _products(factors: list[float]) -> list[float]:
    """For every factor the product of all the others."""
    after = [1.0]
    for factor in reversed(factors):
        after.append(after[-1] * factor)
    found, before = [], 1.0
    for at, factor in enumerate(factors):
        found.append(before * after[len(factors) - 1 - at])
        before *= factor
    return found
