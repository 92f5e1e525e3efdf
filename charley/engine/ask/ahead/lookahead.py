"""Looking ahead: by which answers an open rule could still fire, and how likely they are.

An open rule fires when some set of answers is given. The chance of a set is the product of the chances of its
answers. For each fact, only the likeliest set with an answer to it is looked at: the search is for the next
thing that could come true, and the other sets remain when that one does not.
The chance of an answer is in `graph.py`, the loops are in `ways.py`.
"""

from __future__ import annotations

from collections.abc import Iterable

from charley.engine.ask.ahead.graph import Graph
from charley.engine.ask.ahead.ways import Besides, lead_through, work_out
from charley.engine.kernel.literals import literal_holds
from charley.engine.meaning import Kleene
from charley.facts.record import Record
from charley.rules.interval import compare, derived_interval

__all__ = ["Lookahead"]


class Lookahead:
    """What every rule still waits for, with one record.

    Only `open_facts` can become known. `states` says whether every rule holds (True), could hold by answers
    to them (None), or cannot (False). `follow` gives the lookahead of a changed record and works out only
    what has changed. The sets of answers of a rule that no change has touched are kept with the first
    lookahead, so that all records that began from it share them.
    """

    def __init__(self, graph: Graph, record: Record, open_facts: Iterable[str]) -> None:
        self._graph = graph
        self._record: Record = dict(record)
        self._open = frozenset(open_facts).difference(record)
        # For every node the chance of the likeliest set of answers that makes it hold (1 where it holds, 0
        # where it cannot), and whether it holds by a sign.
        self._chances = [0.0] * len(graph.thresholds)
        self._signs = [False] * len(graph.thresholds)
        self._others: dict[int, Besides] = {}
        self._through: dict[str, dict[str, float]] = {}
        self._first: Lookahead | None = None
        self._touched: set[str] = set()
        self.states: dict[str, Kleene] = {}
        """Whether every rule holds, could, or cannot."""
        self._work_out(range(len(graph.literals)), range(len(graph.thresholds)), graph.roots)

    def follow(self, record: Record, open_facts: Iterable[str]) -> Lookahead:
        """The lookahead of another record, mostly the same."""
        graph, after = self._graph, object.__new__(Lookahead)
        after._graph = graph
        after._record = dict(record)
        after._open = frozenset(open_facts).difference(record)
        after._chances, after._signs = self._chances[:], self._signs[:]
        after._others, after._through, after.states = (
            self._others.copy(),
            self._through.copy(),
            {**self.states},
        )
        old, new = self._record, after._record
        changed = {fact for fact in {**old, **new} if old.get(fact) != new.get(fact)}
        changed |= self._open ^ after._open
        touched = {rule for fact in changed for rule in graph.rules_of.get(fact, ())}
        for rule in touched:
            after._through.pop(rule, None)
        after._first, after._touched = self._first or self, self._touched | touched
        literals = {literal for fact in changed for literal in graph.literals_of.get(fact, ())}
        after._work_out(literals, (), touched)
        return after

    def _work_out(self, literals: Iterable[int], thresholds: Iterable[int], rules: Iterable[str]) -> None:
        """The chances of these literals and thresholds, and of what changes with them; then these rules."""
        graph, chances, signs = self._graph, self._chances, self._signs
        waiting = set(thresholds)
        for literal in literals:
            number, chance = graph.node_of[literal], self._literal(literal)
            sign = chance >= 1 and graph.sign[literal]
            if (chance, sign) != (chances[number], signs[number]):
                chances[number], signs[number] = chance, sign
                waiting.update(graph.wholes[number])
        work_out(graph.thresholds, graph.wholes, chances, signs, self._others, waiting)
        for rule in rules:
            chance = chances[graph.roots[rule]]
            self.states[rule] = True if chance >= 1 else None if chance > 0 else False

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
            if self._first is not None and rule not in self._touched:
                found = self._first.through(rule)
            else:
                graph = self._graph
                found = lead_through(
                    graph.thresholds,
                    graph.facts_at,
                    self._chances,
                    self._signs,
                    self._others,
                    graph.roots[rule],
                    graph.under[rule],
                    graph.new[rule],
                    self._open,
                )
            self._through[rule] = found
        return found
