"""What a search for a minimal counterfactual wants: that a rule fires, or that a candidate leads.

A goal says whether it is reached, how many answers it takes at least (a lower bound, so that no smallest set
is missed), and which single answers serve it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Protocol

from charley.engine.effects import group_of
from charley.engine.kernel.conditions import Counted
from charley.engine.kernel.literals import literal_holds
from charley.engine.kernel.representatives import Representatives
from charley.engine.kernel.trial import Answer, Trial
from charley.engine.prepared import Prepared
from charley.rules.core import Literal
from charley.rules.rule import Weigh

__all__ = ["NEVER", "Fires", "Goal", "Leads"]

NEVER = 1_000
"""More answers than any search tries: the goal cannot be reached."""


class Goal(Protocol):
    """A goal, with the answers that are tried at the moment."""

    def reached(self) -> bool:
        """Whether the goal holds with the answers tried at the moment."""

    def further(self) -> int:
        """A lower bound on the further answers needed; above any depth where the goal cannot be reached."""

    def moves(self, taken: Collection[str], depth: int) -> Iterator[Answer]:
        """Answers on facts not taken yet that serve the goal, where `depth` answers may still be given."""

    def gain(self) -> int:
        """How near the goal is, for a greedy choice; larger is nearer."""


class Fires:
    """One of these rules fires."""

    def __init__(
        self, base: Prepared, supposed: Trial, rules: Collection[str], movable: Collection[str]
    ) -> None:
        self._base = base
        self._supposed, self._rules, self._movable = supposed, rules, movable
        self._values = base.values
        conditions = base.kernel.conditions
        self._nodes = conditions.nodes
        self._roots = sorted({conditions.rules[rule][0] for rule in rules})
        self._beneath = conditions.beneath(self._roots)
        self._reachable = self._could_hold()
        self._live = [root for root in self._roots if self._reachable[root]]

    def reached(self) -> bool:
        return any(self._supposed.node(root) for root in self._roots)

    def further(self) -> int:
        lacks = self._lacks()
        return min((lacks[root] for root in self._live), default=NEVER)

    def gain(self) -> int:
        return -self.further()

    def moves(self, taken: Collection[str], depth: int) -> Iterator[Answer]:
        given: set[Answer] = set()
        for root in self._live:
            for literal in self._wanted(root):
                for answer in self._serving(literal):
                    if answer[0] not in taken and answer not in given:
                        given.add(answer)
                        yield answer

    def _facts(self, literal: Literal) -> tuple[str, ...]:
        derived = self._base.derived
        return derived[literal.name].of if literal.name in derived else (literal.name,)

    def _serving(self, literal: Literal) -> Iterator[Answer]:
        record, direct = self._supposed.record, literal.name in self._base.vocabulary
        for fact in self._facts(literal):
            if fact in self._movable:
                for value in self._values.of(fact, record):
                    if record.get(fact) != value and (not direct or literal_holds(literal, value)):
                        yield fact, value

    def _could_hold(self) -> dict[int, bool]:
        """Whether each condition could hold with other answers to the movable facts."""
        found: dict[int, bool] = {}
        for number in self._beneath:
            node = self._nodes[number]
            if isinstance(node, Literal):
                movable = any(fact in self._movable for fact in self._facts(node))
                found[number] = movable or self._supposed.node(number)
            else:
                parts = zip(node.parts, node.weights, strict=True)
                found[number] = sum(weight for part, weight in parts if found[part]) >= node.needed
        return found

    def _lacks(self) -> dict[int, int]:
        """For each condition a lower bound on the answers needed for it to hold."""
        found: dict[int, int] = {}
        for number in self._beneath:
            node = self._nodes[number]
            if self._supposed.node(number):
                found[number] = 0
            elif isinstance(node, Literal):
                found[number] = 1 if self._reachable[number] else NEVER
            else:
                found[number] = self._fewest(node, found)
        return found

    def _fewest(self, node: Counted, lacks: Mapping[int, int]) -> int:
        """The answers that a threshold needs: those of the last part when the cheapest are taken first."""
        weight, fewest = 0, NEVER
        for cost, each in sorted((lacks[part], w) for part, w in zip(node.parts, node.weights, strict=True)):
            weight += each
            if weight >= node.needed:
                fewest = cost
                break
        if fewest < NEVER and sum(node.weights) - min(node.weights) < node.needed:
            # All parts are needed, and one answer serves literals of one fact only.
            plain = [self._nodes[part] for part in node.parts if lacks[part] == 1]
            direct = self._base.vocabulary
            facts = {e.name for e in plain if isinstance(e, Literal) and e.name in direct}
            fewest = max(fewest, len(facts))
        return fewest

    def _wanted(self, root: int) -> Iterator[Literal]:
        """Literals that do not hold, under conditions that do not hold, one of which has to come true."""
        waiting, seen = [root], set()
        while waiting:
            number = waiting.pop()
            if number in seen or self._supposed.node(number) or not self._reachable[number]:
                continue
            seen.add(number)
            node = self._nodes[number]
            if isinstance(node, Literal):
                yield node
                continue
            lacking = [p for p in node.parts if not self._supposed.node(p) and self._reachable[p]]
            live = sum(w for p, w in zip(node.parts, node.weights, strict=True) if self._reachable[p])
            for part, weight in zip(node.parts, node.weights, strict=True):
                if part in lacking and live - weight < node.needed:
                    lacking = [part]  # without this one it cannot hold, so begin there
                    break
            waiting += lacking


class Leads:
    """The candidate stands first."""

    def __init__(self, base: Prepared, supposed: Trial, candidate: str, movable: Collection[str]) -> None:
        self._supposed, self._candidate = supposed, candidate
        self._values: Representatives = base.values
        self._movable = movable
        self._most = {id: _most_per_fact(base, id) for id in base.candidates}
        self._order = {id: at for at, id in enumerate(base.vocabulary)}
        self._pairs: dict[str, dict[str, int]] = {}
        self._sizes: dict[str, list[int]] = {}

    def _standing(self) -> tuple[tuple[int, int, str], tuple[int, int, str]]:
        """Where the candidate stands, and who stands first."""
        best = self._supposed.best()
        return next(each for each in best if each[2] == self._candidate), min(best)

    def reached(self) -> bool:
        own, first = self._standing()
        return own == first

    def gain(self) -> int:
        own, first = self._standing()
        return (first[0] - own[0]) * 2 + (own == first)

    def further(self) -> int:
        gap, rival = self._gap()
        if gap <= 0:
            return 0
        for count, gained in enumerate(self._steps(rival), 1):
            gap -= gained
            if gap <= 0:
                return count
        return NEVER

    def moves(self, taken: Collection[str], depth: int) -> Iterator[Answer]:
        gap, rival = self._gap()
        gap -= sum(self._steps(rival)[: depth - 1])
        record = self._supposed.record
        for fact, most in self._together(rival).items():
            if most >= gap and fact not in taken:
                for value in self._values.of(fact, record):
                    if record.get(fact) != value:
                        yield fact, value

    def _gap(self) -> tuple[int, str]:
        """The points behind the leader, and who that is; one more where a draw is not enough."""
        own, first = self._standing()
        return own[0] - first[0] + (first[1] < own[1]), first[2]

    def _together(self, rival: str) -> dict[str, int]:
        """An upper bound on how far each movable fact can close the gap."""
        if rival not in self._pairs:
            found: dict[str, int] = {}
            for candidate in (self._candidate, rival):
                for fact, most in self._most[candidate].items():
                    if fact in self._movable:
                        found[fact] = found.get(fact, 0) + most
            self._pairs[rival] = dict(sorted(found.items(), key=lambda each: self._order[each[0]]))
        return self._pairs[rival]

    def _steps(self, rival: str) -> list[int]:
        """The same numbers, the largest first."""
        if rival not in self._sizes:
            self._sizes[rival] = sorted(self._together(rival).values(), reverse=True)
        return self._sizes[rival]


def _most_per_fact(base: Prepared, candidate: str) -> Mapping[str, int]:
    """How far an answer to each fact can move the candidate's score at the very most.

    A group counts its strongest effect on either side, so it moves by that, whichever rule of it is touched.
    """
    groups: dict[object, list[tuple[str, int]]] = {}
    for rule in base.rules.values():
        for at, effect in enumerate(rule.then):
            if isinstance(effect, Weigh) and effect.candidate == candidate:
                key = (group_of(effect, rule.id, at), effect.weight > 0)
                groups.setdefault(key, []).append((rule.id, abs(effect.weight)))
    found: dict[str, int] = {}
    for effects in groups.values():
        most = max(weight for _, weight in effects)
        rules = {each for rule, _ in effects for each in (rule, *base.superseded_by.get(rule, ()))}
        for fact in {fact for rule in rules for fact in base.facts_of_rule[rule]}:
            found[fact] = found.get(fact, 0) + most
    return found
