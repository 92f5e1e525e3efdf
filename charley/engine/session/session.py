"""Fire it: forward chaining in a live session, answer by answer."""

from __future__ import annotations

from charley.engine.meaning import Kleene, Valuation
from charley.engine.session.memory import Memory, Program
from charley.engine.session.productions import Productions, State
from charley.facts.record import Record
from charley.facts.vocabulary import Value
from charley.rules.interval import derived_interval
from charley.rules.knowledge_base import KnowledgeBase

__all__ = ["Session", "SessionProgram"]


class SessionProgram:
    """A knowledge base as productions. Made once; every session starts from it."""

    def __init__(self, base: KnowledgeBase) -> None:
        self.base = base
        productions = Productions(base)
        self._always = productions.always
        self._program = Program(productions.all)

    def start(self) -> Memory:
        """The working memory of a new session, with what holds of everybody already in it."""
        memory = self._program.start(State())
        self.open(memory)
        return memory

    def open(self, memory: Memory) -> None:
        """Declare what holds before anything is known."""
        for derived in self.base.derived.values():
            memory.declare(("range", derived.id), derived_interval(derived, {}, self.base.vocabulary))
        for node in self._always:
            memory.declare(("node", node))
        memory.run()


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
    def _state(self) -> State:
        state = self._memory.context
        assert isinstance(state, State)
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
        """Start another patient with this record; much cheaper than a new session."""
        self._again(dict(known))

    def _again(self, known: dict[str, Value]) -> None:
        """Start over with just these facts, so that nothing remains that fired for a retracted one."""
        self._memory.context = State()
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
