"""Conditions as productions: what the session fires.

There is one kind of element in working memory for every fact, one for every inner condition, one for every
finding and one for every derived value. Conjunctions are joined by the RETE network, alternatives are a
production each, and the actions of the parts of a threshold count what it has reached, so the network is
linear in the size of the rules. Falsity is fired like truth: the core of a condition known false is a
condition too. There is no negation in it, so nothing that fired has to be taken back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, assert_never

from charley.engine.session.memory import Memory, Pattern, Production
from charley.facts.vocabulary import Value
from charley.rules.core import Core, Literal, Threshold, core
from charley.rules.interval import Interval, compare, derived_interval, holds
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.language.condition import Condition

__all__ = ["Productions", "State", "Watched"]

Watched = tuple[str, ...]
"""What a condition decides: ("rule", id), ("finding", id), ("gate", score), ("item", score, number)."""


@dataclass
class State:
    """What the actions of one session write to: what is decided, the parts that each threshold has counted,
    and the record.
    """

    decided: dict[Watched, bool] = field(default_factory=dict)
    counted: dict[int, set[int]] = field(default_factory=dict)
    known: dict[str, Value] = field(default_factory=dict)


class Productions:
    """The productions of a base. `always` are the inner conditions that hold of every patient."""

    def __init__(self, base: KnowledgeBase) -> None:
        self.base = base
        self.all: list[Production] = []
        self.always: list[int] = []
        self._nodes: dict[Core, int] = {}
        for id, condition in base.definitions.items():
            self._watch(("finding", id), condition)
        for id, rule in base.rules.items():
            self._watch(("rule", id), rule.condition)
        for id, score in base.instruments.items():
            for at, item in enumerate(score.items):
                self._watch(("item", id, str(at)), item.condition)
            if score.gate is not None:
                self._watch(("gate", id), score.gate)
        for derived in base.derived.values():
            for fact in derived.of:
                self._derive(derived.id, fact)

    def _watch(self, watched: Watched, condition: Condition) -> None:
        """Two productions: one for the condition known true, one for it known false."""
        for value in (True, False):
            found = core(condition, self.base.instruments, value)
            name = " ".join((*watched, "holds" if value else "fails"))
            self.all.append(Production(name, (self._pattern(found),), _decides(watched, value)))

    def _pattern(self, condition: Core) -> Pattern:
        """The element of working memory that says the condition holds."""
        match condition:
            case Literal():
                return self._literal(condition)
            case Threshold():
                if condition not in self._nodes:
                    self._nodes[condition] = len(self._nodes)
                    self._threshold(condition, self._nodes[condition])
                return Pattern(("node", self._nodes[condition]))
            case _:
                assert_never(condition)

    def _literal(self, literal: Literal) -> Pattern:
        name = literal.name
        if name in self.base.findings:
            return Pattern(("finding", name), _Is(literal.wanted))
        if name in self.base.derived:
            return Pattern(("range", name), _Decided(literal))
        return Pattern(("fact", name), _Holds(literal))

    def _threshold(self, condition: Threshold, node: int) -> None:
        """The productions that declare the element of a threshold."""
        needed, parts, weights = condition

        def reached(memory: Memory) -> None:
            memory.declare(("node", node))

        if needed <= 0:
            self.always.append(node)
        elif sum(weights) < needed:
            pass  # it never holds
        elif sum(weights) - min(weights) < needed:
            # All parts are needed: one production joins them.
            patterns = tuple(dict.fromkeys(map(self._pattern, parts)))
            self.all.append(Production(f"all of node {node}", patterns, reached))
        else:
            for at, (part, weight) in enumerate(zip(parts, weights, strict=True)):
                action = reached if weight >= needed else _counts(condition, node, at)
                self.all.append(Production(f"part {at} of node {node}", (self._pattern(part),), action))

    def _derive(self, id: str, fact: str) -> None:
        """A production that narrows a derived value when a fact that it is made of is known."""
        derived = self.base.derived[id]

        def narrow(memory: Memory) -> None:
            # Ranges only narrow, so an older and wider one that stays in memory says nothing false.
            found = derived_interval(derived, memory.context.known, self.base.vocabulary)
            memory.declare(("range", id), found)

        self.all.append(Production(f"{id} from {fact}", (Pattern(("fact", fact)),), narrow))


def _decides(watched: Watched, value: bool) -> Callable[[Memory], None]:
    """The action that notes what is decided. A finding is declared too, for the rules that look at it."""

    def act(memory: Memory) -> None:
        memory.context.decided[watched] = value
        if watched[0] == "finding":
            memory.declare(watched, value)

    return act


def _counts(condition: Threshold, node: int, at: int) -> Callable[[Memory], None]:
    """The action that counts part `at` of a threshold, and declares the threshold once it is reached."""

    def act(memory: Memory) -> None:
        # A part may match in several ways; it weighs once.
        counted = memory.context.counted.setdefault(node, set())
        counted.add(at)
        if sum(condition.weights[part] for part in counted) >= condition.needed:
            memory.declare(("node", node))

    return act


@dataclass(frozen=True)
class _Is:
    """A finding that came out as wanted."""

    wanted: bool

    def __call__(self, value: object) -> bool:
        return value is self.wanted


@dataclass(frozen=True)
class _Holds:
    """A known value of which the literal holds."""

    literal: Literal

    def __call__(self, known: Any) -> bool:
        return holds(self.literal.op, known, self.literal.value) is self.literal.wanted


@dataclass(frozen=True)
class _Decided:
    """A range of a derived value that decides the literal."""

    literal: Literal

    def __call__(self, interval: Any) -> bool:
        value = self.literal.value
        assert isinstance(value, int | float)
        return compare(Interval(*interval), self.literal.op, value) is self.literal.wanted
