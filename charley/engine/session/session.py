"""Fire it: forward chaining in a live session, answer by answer.

The conditions of a knowledge base become productions over a working memory: one kind of element for every
fact, one for every inner condition, one for every finding. Conjunctions are joined by the RETE network,
alternatives are a production each, and thresholds are counted by the actions of theirs, so the network is
linear in the size of the rules. Falsity is fired like truth: the core of a condition known false is a
condition too. There is no negation in it, so nothing that fired has to be taken back.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, assert_never

from charley.engine.meaning import Kleene, Valuation
from charley.engine.session._experta import Memory, Pattern, Production, Program
from charley.facts.record import Record
from charley.facts.vocabulary import Value
from charley.rules.core import Core, Literal, Threshold, core
from charley.rules.interval import Interval, compare, derived_interval, holds
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.language.condition import Operator

__all__ = ["Session", "SessionProgram"]

Watched = tuple[str, ...]
"""What a condition decides: ("rule", id), ("finding", id), ("gate", score), ("item", score, number)."""


@dataclass
class _State:
    """What the actions of one session write to."""

    decided: dict[Watched, bool] = field(default_factory=dict)
    weighed: dict[int, set[int]] = field(default_factory=dict)
    known: dict[str, Value] = field(default_factory=dict)


class SessionProgram:
    """A knowledge base as productions. Made once; every session starts from it."""

    def __init__(self, base: KnowledgeBase) -> None:
        self.base = base
        self._nodes: dict[Core, int] = {}
        self._productions: list[Production] = []
        self.always: list[int] = []
        for id, condition in base.definitions.items():
            self._watch(("finding", id), condition, lambda m, id=id, v=True: m.declare(("finding", id), v))
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
        self._program = Program(self._productions)

    def start(self) -> Memory:
        """The working memory of a new session, with what holds of everybody already in it."""
        memory = self._program.start(_State())
        self.open(memory)
        return memory

    def open(self, memory: Memory) -> None:
        """Declare what holds before anything is known."""
        for derived in self.base.derived.values():
            memory.declare(("range", derived.id), derived_interval(derived, {}, self.base.vocabulary))
        for node in self.always:
            memory.declare(("node", node))
        memory.run()

    def _watch(
        self,
        watched: Watched,
        condition: Any,
        then: Callable[..., None] | None = None,
    ) -> None:
        """Decide `watched` when the condition is known true, and when it is known false."""
        for wanted in (True, False):

            def act(memory: Memory, wanted: bool = wanted) -> None:
                memory.context.decided[watched] = wanted
                if then is not None:
                    then(memory, v=wanted)

            found = core(condition, self.base.instruments, wanted)
            name = " ".join((*watched, "holds" if wanted else "fails"))
            self._productions.append(Production(name, (self._pattern(found),), act))

    def _pattern(self, condition: Core) -> Pattern:
        """The element of working memory that says the condition holds."""
        match condition:
            case Literal(name, op, value, wanted):
                return self._literal(name, op, value, wanted)
            case Threshold():
                if condition not in self._nodes:
                    self._nodes[condition] = len(self._nodes)
                    self._threshold(condition, self._nodes[condition])
                return Pattern(("node", self._nodes[condition]))
            case _:
                assert_never(condition)

    def _literal(self, name: str, op: Operator, value: Any, wanted: bool) -> Pattern:
        if name in self.base.findings:
            return self._test(("finding", name), _Is(wanted))
        if name in self.base.derived:
            return self._test(("range", name), _Ranges(op, value, wanted))
        return self._test(("fact", name), _Compares(op, value, wanted))

    def _test(self, kind: Hashable, test: Callable[[Any], bool]) -> Pattern:
        return Pattern(kind, test)

    def _threshold(self, condition: Threshold, node: int) -> None:
        needed, parts, weights = condition.needed, condition.parts, condition.weights

        def reached(memory: Memory) -> None:
            memory.declare(("node", node))

        if needed <= 0:
            self.always.append(node)
        elif sum(weights) < needed:
            pass
        elif sum(weights) - min(weights) < needed:  # all of them: one production joins them
            patterns = tuple(dict.fromkeys(map(self._pattern, parts)))
            self._productions.append(Production(f"all of node {node}", patterns, reached))
        else:
            for at, (part, weight) in enumerate(zip(parts, weights, strict=True)):
                enough = weight >= needed
                action = reached if enough else self._count(condition, node, at)
                self._productions.append(
                    Production(f"part {at} of node {node}", (self._pattern(part),), action)
                )

    def _count(self, condition: Threshold, node: int, at: int) -> Callable[[Memory], None]:
        def act(memory: Memory) -> None:
            # A part may match in several ways; it weighs once.
            there = memory.context.weighed.setdefault(node, set())
            there.add(at)
            if sum(condition.weights[part] for part in there) >= condition.needed:
                memory.declare(("node", node))

        return act

    def _derive(self, id: str, fact: str) -> None:
        derived = self.base.derived[id]

        def act(memory: Memory) -> None:
            # Ranges only narrow, so an older and wider one that stays in memory says nothing false.
            found = derived_interval(derived, memory.context.known, self.base.vocabulary)
            memory.declare(("range", id), found)

        self._productions.append(Production(f"{id} from {fact}", (Pattern(("fact", fact)),), act))


class Session:
    """One patient in working memory. `tell` and `retract` answers; `valuation` says what has fired."""

    def __init__(self, program: SessionProgram) -> None:
        self._program = program
        self._memory = program.start()

    @property
    def record(self) -> Record:
        """What is known."""
        return self._state.known

    @property
    def _state(self) -> _State:
        state = self._memory.context
        assert isinstance(state, _State)
        return state

    def tell(self, fact: str, value: Value) -> None:
        """Declare a fact and fire what follows. A fact that was known is changed."""
        if self._state.known.get(fact) == value and fact in self._state.known:
            return
        if fact in self._state.known:
            self._again({**self._state.known, fact: value})
        else:
            self._declare({fact: value})

    def retract(self, fact: str) -> None:
        """Make a fact unknown again. Raises `KeyError` where it was not known."""
        known = dict(self._state.known)
        del known[fact]
        self._again(known)

    def restart(self, known: Record) -> None:
        """Go on to another patient, of whom this is known; much cheaper than a new session."""
        self._again(dict(known))

    def _again(self, known: dict[str, Value]) -> None:
        """Start over with just these facts: what fired for a retracted one must not stay behind."""
        self._memory.context = _State()
        self._memory.clear()
        self._program.open(self._memory)
        self._declare(known)

    def _declare(self, facts: dict[str, Value]) -> None:
        self._state.known.update(facts)
        for fact, value in facts.items():
            self._memory.declare(("fact", fact), value)
        self._memory.run()

    def valuation(self) -> Valuation:
        """What the session has found out about every rule and finding."""
        base, decided = self._program.base, self._state.decided

        def state(*watched: str) -> Kleene:
            return decided.get(watched)

        scores: dict[str, tuple[int, int]] = {}
        for id, score in base.instruments.items():
            low = high = 0
            for at, points in enumerate(score.scaled):
                holds = state("item", id, str(at))
                low += points if holds else min(0, points) if holds is None else 0
                high += points if holds else max(0, points) if holds is None else 0
            scores[id] = (low, high)
        return Valuation(
            rules={id: state("rule", id) for id in base.rules},
            findings={id: state("finding", id) for id in base.findings},
            derived={
                id: derived_interval(derived, self._state.known, base.vocabulary)
                for id, derived in base.derived.items()
            },
            scores=scores,
            gates={
                id: True if score.gate is None else state("gate", id)
                for id, score in base.instruments.items()
            },
        )


@dataclass(frozen=True)
class _Is:
    wanted: bool

    def __call__(self, value: object) -> bool:
        return value is self.wanted


@dataclass(frozen=True)
class _Compares:
    """A known value, and its comparison comes out as wanted."""

    op: Operator
    value: Any
    wanted: bool

    def __call__(self, known: Any) -> bool:
        return holds(self.op, known, self.value) is self.wanted


@dataclass(frozen=True)
class _Ranges:
    """A derived value whose comparison is decided as wanted."""

    op: Operator
    value: float | int
    wanted: bool

    def __call__(self, interval: Any) -> bool:
        return compare(Interval(*interval), self.op, self.value) is self.wanted
