"""Every distinct condition of a knowledge base once, in the core's two kinds, parts before wholes.

What the network counts and what the planes compute is this list. Findings are not in it: a literal of a
finding is the condition that concludes it, so a chain of findings is just a deeper condition.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from math import gcd
from typing import NamedTuple, assert_never

from charley.rules.core import Core, Literal, Threshold, core, literals
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.language.condition import Condition
from charley.rules.order import bottom_up

__all__ = ["Conditions", "Counted", "Pair"]


class Counted(NamedTuple):
    """Holds when the parts that hold (numbers of other conditions) weigh at least `needed` together."""

    needed: int
    parts: tuple[int, ...]
    weights: tuple[int, ...]


Pair = tuple[int, int]
"""The numbers of a condition known true, and of the same condition known false."""


class Conditions:
    """The conditions of a base, shared. `nodes` is the list; the other attributes number what is in it.

    Without `falsity` only what it takes to fire is built: rules are then never known to be false.
    """

    def __init__(self, base: KnowledgeBase, falsity: bool = True) -> None:
        self.base = base
        self.falsity = falsity
        self.nodes: list[Literal | Counted] = []
        self._findings: dict[tuple[str, bool], int] = {}
        self.rules: dict[str, Pair] = {
            id: self.pair(rule.condition) if falsity else (self._true(rule.condition), self._never)
            for id, rule in base.rules.items()
        }
        self.findings: dict[str, Pair] = {}
        self.items: dict[str, tuple[Pair, ...]] = {}
        self.gates: dict[str, Pair] = {}
        if falsity:
            for finding in base.findings:
                self.findings[finding] = (self._finding(finding, True), self._finding(finding, False))
            for id, score in base.instruments.items():
                self.items[id] = tuple(self.pair(item.condition) for item in score.items)
                if score.gate is not None:
                    self.gates[id] = self.pair(score.gate)

    NOT_KEPT = ("_literals", "_counted")

    @cached_property
    def _literals(self) -> dict[Literal, int]:
        return {node: number for number, node in enumerate(self.nodes) if isinstance(node, Literal)}

    @cached_property
    def _counted(self) -> dict[Counted, int]:
        return {node: number for number, node in enumerate(self.nodes) if isinstance(node, Counted)}

    def number(self, condition: Core) -> int:
        """The number of a condition; it is added where it is new."""
        match condition:
            case Literal(name, _, _, wanted):
                if name in self.base.findings:
                    return self._finding(name, wanted)
                return self._literal(condition)
            case Threshold(needed, parts, weights):
                return self.counted(needed, tuple(map(self.number, parts)), weights)
            case _:
                assert_never(condition)

    def counted(self, needed: int, parts: tuple[int, ...], weights: tuple[int, ...]) -> int:
        """The number of a threshold over conditions that have numbers."""
        if len(parts) == 1 and 0 < needed <= weights[0]:
            return parts[0]
        scale = gcd(*weights)
        if scale > 1:
            needed, weights = -(-needed // scale), tuple(weight // scale for weight in weights)
        key = Counted(needed, parts, weights)
        number = self._counted.get(key)
        if number is None:
            number = self._counted[key] = len(self.nodes)
            self.nodes.append(key)
        return number

    def any_of(self, parts: tuple[int, ...]) -> int:
        """The number of the condition that one of these holds."""
        return self.counted(1, parts, (1,) * len(parts))

    def beneath(self, roots: Iterable[int]) -> list[int]:
        """These conditions and all that they consist of, parts before wholes.

        Whatever follows for a condition from its parts is worked out along this list, since a function that
        calls itself for the parts would overflow on long chains of findings.
        """
        found = set(roots)
        waiting = list(found)
        while waiting:
            node = self.nodes[waiting.pop()]
            if isinstance(node, Counted):
                waiting += [part for part in node.parts if part not in found]
                found.update(node.parts)
        return sorted(found)

    @property
    def watched(self) -> set[int]:
        """The numbers of every condition that has a name outside: rules, findings, items, gates."""
        pairs = [*self.rules.values(), *self.findings.values(), *self.gates.values()]
        return {number for found in (pairs, *self.items.values()) for pair in found for number in pair}

    @property
    def literals(self) -> dict[Literal, int]:
        """The literals on facts and derived values, with their numbers."""
        return self._literals

    def _literal(self, literal: Literal) -> int:
        number = self._literals.get(literal)
        if number is None:
            number = self._literals[literal] = len(self.nodes)
            self.nodes.append(literal)
        return number

    def _finding(self, name: str, wanted: bool) -> int:
        """The number of a finding. What it rests on gets its number first, since chains can be long."""
        if (name, wanted) not in self._findings:
            for finding in bottom_up((name, wanted), self._rests_on):
                self._findings[finding] = self._defined(*finding)
        return self._findings[name, wanted]

    def _rests_on(self, finding: tuple[str, bool]) -> Iterator[tuple[str, bool]]:
        """The findings without a number that this one rests on."""
        name, wanted = finding
        condition = self.base.definitions.get(name)
        if condition is None:
            return
        for literal in literals(core(condition, self.base.instruments, wanted)):
            key = literal.name, literal.wanted
            if literal.name in self.base.findings and key not in self._findings:
                yield key

    def _defined(self, name: str, wanted: bool) -> int:
        condition = self.base.definitions.get(name)
        if condition is None:  # no rule concludes it: it stays unknown
            return self._never
        return self.number(core(condition, self.base.instruments, wanted))

    def pair(self, condition: Condition) -> Pair:
        """The numbers of a condition of the rules' language; it is added where it is new."""
        return self._true(condition), self.number(core(condition, self.base.instruments, False))

    def _true(self, condition: Condition) -> int:
        return self.number(core(condition, self.base.instruments, True))

    @property
    def _never(self) -> int:
        return self.counted(1, (), ())
