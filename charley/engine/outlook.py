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
from charley.rules.rule import Weigh

__all__ = ["Graph", "Outlook"]

SELDOM, OFTEN = 0.2, 0.7
"""How likely an open yes-or-no question is taken to be answered yes: seldom, and the oftener the more it
belongs to candidates who stand high.
"""

TYPICAL = 10
"""Decibans by which a yes raises a candidate whose picture it belongs to."""


class Graph:
    """The conditions of a base under each other, with the chance of every literal. Made once for a base."""

    def __init__(self, base: KnowledgeBase) -> None:
        self.base = base
        self.values = Values(base)
        conditions = Conditions(base, falsity=False)
        self.nodes = conditions.nodes
        self.rules = {id: node for id, (node, _) in conditions.rules.items()}
        self.facts_of = {
            literal: base.derived[literal.name].of if literal.name in base.derived else (literal.name,)
            for literal in conditions.literals
        }
        self._even = {literal: self._evenly(literal) for literal in conditions.literals}
        self._picture = self._pictures()

    def _evenly(self, literal: Literal) -> float:
        """How likely a literal is when each value of its fact is as likely as any other."""
        if literal.name in self.base.derived:
            return 0.5
        values = self.values.of(literal.name)
        return sum(holds(literal, value) for value in values) / len(values)

    def _pictures(self) -> dict[str, dict[str, float]]:
        """For every yes-or-no fact the candidates whose picture a yes belongs to, and how much (at most 1).

        A rule's weight is shared among the facts that it comes down to.
        """
        found: dict[str, dict[str, float]] = {}
        for rule in self.base.rules.values():
            raised = [effect for effect in rule.effects(Weigh) if effect.weight > 0]
            if not raised:
                continue
            wanted = self._wanted(self.rules[rule.id])
            for fact in wanted:
                pictures = found.setdefault(fact, {})
                for effect in raised:
                    more = effect.weight / TYPICAL / len(wanted) ** 0.5
                    pictures[effect.candidate] = max(pictures.get(effect.candidate, 0.0), min(1.0, more))
        return found

    def _wanted(self, root: int) -> list[str]:
        """The yes-or-no facts that a condition wants a yes of."""
        waiting, seen, found = [root], {root}, []
        while waiting:
            node = self.nodes[waiting.pop()]
            if isinstance(node, Literal):
                known = self.base.vocabulary.get(node.name)
                if known is not None and known.kind == "boolean" and node.wanted:
                    found.append(node.name)
            else:
                waiting += [part for part in node.parts if part not in seen]
                seen.update(node.parts)
        return found

    def yes(self, plausible: Mapping[str, float]) -> dict[str, float]:
        """How likely each yes-or-no question is taken to be answered yes, by how plausible candidates are."""
        likely = {}
        for fact, pictures in self._picture.items():
            belongs = sum(plausible.get(candidate, 0.0) * part for candidate, part in pictures.items())
            likely[fact] = SELDOM + (OFTEN - SELDOM) * min(1.0, belongs)
        return likely

    def outlook(self, record: Record, open_facts: Collection[str], plausible: Mapping[str, float]) -> Outlook:
        """What could still fire if just `open_facts` of the unknown ones can become known.

        `plausible` weighs the candidates; the weights add up to one.
        """
        return Outlook(self, record, open_facts, self.yes(plausible))

    def chance(self, literal: Literal, yes: Mapping[str, float]) -> float:
        """How likely a literal is while its fact is open."""
        known = self.base.vocabulary.get(literal.name)
        if known is None or known.kind != "boolean":
            return self._even[literal]
        likely = yes.get(literal.name, SELDOM)
        return likely if literal.wanted else 1 - likely


class Outlook:
    """The graph for one record: what holds, what is open, and how likely that is to come true."""

    def __init__(
        self, graph: Graph, record: Record, open_facts: Collection[str], yes: Mapping[str, float]
    ) -> None:
        self.yes = yes
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
        return graph.chance(literal, self.yes) if reachable else 0.0

    def state(self, rule: str) -> Kleene:
        """True where the rule fires, False where the open facts cannot make it fire, None between."""
        chance = self.chance[self._graph.rules[rule]]
        return True if chance >= 1 else None if chance > 0 else False

    def shares(
        self, worths: Mapping[str, tuple[float, float]]
    ) -> dict[str, dict[Literal, tuple[float, float]]]:
        """For every open fact its literals, each with what its coming true adds to the expected worth.

        The worth is that of the rules that will have fired in the end, in two kinds side by side.
        """
        nodes, chance = self._graph.nodes, self.chance
        one, other = [0.0] * len(nodes), [0.0] * len(nodes)
        for rule, (first, second) in worths.items():
            root = self._graph.rules[rule]
            one[root] += first
            other[root] += second
        found: dict[str, dict[Literal, tuple[float, float]]] = {}
        for at in range(len(nodes) - 1, -1, -1):
            first, second = one[at], other[at]
            if not (first or second) or not 0 < chance[at] < 1:
                continue
            node = nodes[at]
            if isinstance(node, Literal):
                facts = self._graph.facts_of[node]
                waiting = [fact for fact in facts if fact in self._open and fact not in self._record]
                for fact in waiting:
                    found.setdefault(fact, {})[node] = first / len(waiting), second / len(waiting)
            else:
                parts = [chance[part] for part in node.parts]
                for part, slope in zip(node.parts, _slopes(node.needed, parts, node.weights), strict=True):
                    if slope:
                        one[part] += first * slope
                        other[part] += second * slope
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
    sums = _sums(needed, zip(chances, weights, strict=True))
    for at, (chance, weight) in enumerate(zip(chances, weights, strict=True)):
        if not 0 < chance < 1:
            slopes.append(0.0)
            continue
        others: list[float] = []
        if chance < 0.8:  # the sums of the others: the part is taken out again, from the lowest sum up
            for total in range(needed):
                with_it = others[total - weight] * chance if total >= weight else 0.0
                others.append((sums[total] - with_it) / (1 - chance))
        else:  # dividing by so little would leave nothing but rounding
            rest = [(c, w) for i, (c, w) in enumerate(zip(chances, weights, strict=True)) if i != at]
            others = _sums(needed, rest)[:needed]
        slopes.append(sum(others[max(0, needed - weight) :]))
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
