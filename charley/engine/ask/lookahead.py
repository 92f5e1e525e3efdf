"""The ways in which open rules could still fire, and which questions they lead through.

A way is a set of answers that would make a rule fire. Its chance is the product of theirs. Of the ways
through one question the likeliest is looked at: the search is for the next thing that could come true, and
the other ways are still there when one comes to nothing. The chances are a device for deciding what to ask.
They are no statement about a patient.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from math import prod, sqrt
from typing import Literal as OneOf

from charley.engine.kernel.conditions import Conditions
from charley.engine.kernel.literals import literal_holds
from charley.engine.kernel.representatives import Representatives
from charley.engine.meaning import Kleene
from charley.facts.record import Record
from charley.rules.core import Literal
from charley.rules.interval import compare, derived_interval
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.rule import Alert, Flag

__all__ = ["Graph", "Ways"]

YES, NO, OTHER = 0.2, 0.25, 0.4
"""How likely an answer on a way is taken to be: a yes, a no, and a number or choice that every value fits.

Low, since a rule is about one picture of many; a number or a choice is known more often than a sign is there.
These and the numbers in `worth` were tuned coarsely on half of the cases of the bundled base
(`benchmarks/interview.py`); neighbouring values give much the same.
"""

NEW_DANGER, NEW_PICTURE = 1 / 20, 1 / 5
"""How likely a way is along which no sign is there yet, against one that a sign has begun: to a rule that
raises a flag or an alert, and to one that does not. A danger that a sign has begun is pursued at once; who
leads can wait until the whole story is told.
"""

FEW_FIT = 1 / 3
"""An answer that so few of the possible values give is a sign, unless it is fixed: everybody has an age."""

LEAST = 1e-60
"""The chance of a way that takes more answers than anybody gives."""

_Node = tuple[int, tuple[int, ...], tuple[int, ...], OneOf["any", "all", "some"]]
"""A threshold: `needed`, its parts, their weights, and how many parts that takes."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """The condition of one rule, parts before wholes, the last the whole.

    A node is the number of a literal, or a threshold whose parts are places in `nodes`.
    """

    nodes: tuple[int | _Node, ...]
    facts: tuple[str, ...]


class Graph:
    """The conditions of all rules, with the chance of every literal in them. Made once for a base."""

    def __init__(self, base: KnowledgeBase) -> None:
        self.base = base
        self.values = Representatives(base)
        conditions = Conditions(base, falsity=False)
        self.literals = tuple(conditions.literals)
        self.facts_of = tuple(
            base.derived[each.name].of if each.name in base.derived else (each.name,)
            for each in self.literals
        )
        self.chance = tuple(map(self._chance, self.literals))
        self.sign = tuple(map(self._is_sign, self.literals))
        """Whether a literal that holds begins a picture."""
        self.literals_of: dict[str, list[int]] = {}
        """The literals that each fact decides, or has a part in."""
        for number, facts in enumerate(self.facts_of):
            for fact in facts:
                self.literals_of.setdefault(fact, []).append(number)
        numbers = {place: number for number, place in enumerate(conditions.literals.values())}
        self.plans = {id: self._plan(conditions, numbers, root) for id, (root, _) in conditions.rules.items()}
        self.rules_of: dict[str, list[str]] = {}
        """The rules that come down to each fact."""
        for id, plan in self.plans.items():
            for fact in plan.facts:
                self.rules_of.setdefault(fact, []).append(id)
        self.new = {
            id: NEW_DANGER if any(isinstance(effect, Flag | Alert) for effect in rule.then) else NEW_PICTURE
            for id, rule in base.rules.items()
        }
        """How likely a way to each rule is along which no sign is there yet."""

    def _chance(self, literal: Literal) -> float:
        """How likely a literal is to hold where the picture of its rule is the patient's."""
        known = self.base.vocabulary.get(literal.name)
        if known is None:  # a derived value
            return OTHER * sqrt(0.5)
        if known.kind == "boolean":
            return YES if literal.wanted else NO
        # Half way between a value that is as likely as any other and one that belongs to the picture.
        return OTHER * sqrt(self._fitting(literal))

    def _is_sign(self, literal: Literal) -> bool:
        """Whether a literal is something seen that most people have not: a yes, or what few values fit."""
        known = self.base.vocabulary.get(literal.name)
        if known is None:  # a derived value past a threshold
            return True
        if known.kind == "boolean":
            return literal.wanted
        return not known.fixed and self._fitting(literal) <= FEW_FIT

    def _fitting(self, literal: Literal) -> float:
        """Which part of the values that matter a literal holds for."""
        values = self.values.of(literal.name)
        return sum(literal_holds(literal, value) for value in values) / len(values)

    def _plan(self, conditions: Conditions, numbers: dict[int, int], root: int) -> _Plan:
        waiting, seen = [root], {root}
        while waiting:
            node = conditions.nodes[waiting.pop()]
            if not isinstance(node, Literal):
                waiting += [part for part in node.parts if part not in seen]
                seen.update(node.parts)
        places = {number: place for place, number in enumerate(sorted(seen))}
        nodes: list[int | _Node] = []
        facts: dict[str, None] = {}
        for number in places:
            node = conditions.nodes[number]
            if isinstance(node, Literal):
                nodes.append(numbers[number])
                facts.update(dict.fromkeys(self.facts_of[numbers[number]]))
            else:
                # A part that stands there twice is one answer that weighs twice.
                weighs: dict[int, int] = {}
                for part, weight in zip(node.parts, node.weights, strict=True):
                    weighs[places[part]] = weighs.get(places[part], 0) + weight
                weights = tuple(weighs.values())
                takes: OneOf["any", "all", "some"] = "some"
                if all(weight >= node.needed for weight in weights):
                    takes = "any"
                elif sum(weights) - min(weights) < node.needed <= sum(weights):
                    takes = "all"
                nodes.append((node.needed, tuple(weighs), weights, takes))
        return _Plan(tuple(nodes), tuple(facts))


class Ways:
    """What every rule still waits for, kept up with a record that changes.

    Only rules about what has changed are worked out again. `states` says of every rule whether it holds
    (True), could (None) or cannot by answers to the open facts; `through` has for every rule that could the
    open facts, each with the chance of the likeliest way through it.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self.states: dict[str, Kleene] = {}
        self.through: dict[str, dict[str, float]] = {}
        self._record: Record = {}
        self._open: frozenset[str] = frozenset()
        self._leaves: list[float] = []

    def follow(self, record: Record, open_facts: Collection[str]) -> None:
        """Take the record as it is now, when just `open_facts` of the unknown ones can become known."""
        graph, before, told = self._graph, self._open, self._record
        now = frozenset(fact for fact in open_facts if fact not in record)
        self._record, self._open = dict(record), now
        if not self.states:
            self._leaves = [self._leaf(number) for number in range(len(graph.literals))]
            rules: Collection[str] = graph.plans
        else:
            changed = {fact for fact in {**told, **record} if told.get(fact) != record.get(fact)}
            changed |= before ^ now
            for fact in changed:
                for number in graph.literals_of.get(fact, ()):
                    self._leaves[number] = self._leaf(number)
            rules = {rule: None for fact in changed for rule in graph.rules_of.get(fact, ())}
        for rule in rules:
            self._work_out(rule)

    def _leaf(self, number: int) -> float:
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
        return graph.chance[number] if any(f in self._open for f in graph.facts_of[number]) else 0.0

    def _work_out(self, rule: str) -> None:
        nodes, leaves = self._graph.plans[rule].nodes, self._leaves
        chances: list[float] = []
        for node in nodes:
            chances.append(leaves[node] if isinstance(node, int) else _likeliest(node, chances))
        whole = chances[-1]
        self.states[rule] = True if whole >= 1 else None if whole > 0 else False
        self.through[rule] = self._lead_through(rule, chances) if 0 < whole < 1 else {}

    def _lead_through(self, rule: str, chances: list[float]) -> dict[str, float]:
        """Down from the whole: for every open fact the chance of the likeliest way through it."""
        nodes, new = self._graph.plans[rule].nodes, self._graph.new[rule]
        seen = self._seen(nodes, chances)
        rest = [0.0] * len(nodes)
        begun = [False] * len(nodes)
        rest[-1] = new
        found: dict[str, float] = {}
        for at in range(len(nodes) - 1, -1, -1):
            here, chance, node = rest[at], chances[at], nodes[at]
            if not here or not 0 < chance < 1:
                continue
            if isinstance(node, int):
                here = max(here * chance, LEAST)
                for fact in self._graph.facts_of[node]:
                    if fact in self._open and here > found.get(fact, 0.0):
                        found[fact] = here
                continue
            goes_on = begun[at]
            if not goes_on and any(seen[part] for part in node[1]):
                goes_on, here = True, here / new
            for part, others in _others(node, chances):
                if here * others > rest[part]:
                    rest[part], begun[part] = here * others, goes_on
        return found

    def _seen(self, nodes: tuple[int | _Node, ...], chances: list[float]) -> list[bool]:
        """Which nodes hold by a sign."""
        seen: list[bool] = []
        for node, chance in zip(nodes, chances, strict=True):
            if isinstance(node, int):
                seen.append(chance >= 1 and self._graph.sign[node])
            else:
                seen.append(chance >= 1 and any(seen[part] for part in node[1]))
        return seen


def _open_parts(node: _Node, chances: list[float]) -> tuple[int, list[tuple[int, float, int]]]:
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


def _likeliest(node: _Node, chances: list[float]) -> float:
    """The chance of the likeliest way to a threshold; exactly 0 or 1 where it is decided."""
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
    """The chance of the likeliest way to weigh as much by parts in this order; 0 where all are too light."""
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


def _others(node: _Node, chances: list[float]) -> list[tuple[int, float]]:
    """For every open part of a threshold the chance of what else it takes besides."""
    lacks, parts = _open_parts(node, chances)
    match node[3]:
        case "any":
            return [(part, 1.0) for part, _, _ in parts]
        case "all":
            return [
                (part, prod([chance for other, chance, _ in parts if other != part])) for part, _, _ in parts
            ]
        case _:
            ordered = sorted(parts, key=_cheapest)
            return [(part, _reach(lacks - weight, ordered, part)) for part, _, weight in parts]
