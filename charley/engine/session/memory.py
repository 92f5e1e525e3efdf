"""Working memory and productions, by experta. No experta object leaves this module."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from charley.engine.session._experta import Fact, FiredInOrder, P, Rule

__all__ = ["Memory", "Pattern", "Production", "Program"]


@dataclass(frozen=True)
class Pattern:
    """An element of working memory: of this kind, with a value that passes the test (None: any)."""

    kind: Hashable
    test: Callable[[Any], bool] | None = None


@dataclass(frozen=True)
class Production:
    """When all patterns match, do the action. `name` is shown in traces."""

    name: str
    patterns: tuple[Pattern, ...]
    action: Callable[[Memory], None]


class Program:
    """Productions as experta rules, compiled once and shared by every session."""

    def __init__(self, productions: Sequence[Production]) -> None:
        self._kinds: dict[Hashable, tuple[Any, int]] = {}
        self._patterns: dict[Pattern, Any] = {}
        self._rules = [
            self._rule(production, salience=len(productions) - at)
            for at, production in enumerate(productions)
        ]

    def start(self, context: Any = None) -> Memory:
        """A working memory of its own. `context` is handed to the actions."""
        return Memory(self, context)

    def element(self, kind: Hashable, **fields: Any) -> Any:
        """An experta fact of this kind, as it is declared or as a pattern."""
        # A type for each kind: experta runs a field's test on every fact that shares the type. And a number
        # in each, since experta's facts hash by their fields alone.
        if kind not in self._kinds:
            self._kinds[kind] = type(f"Kind{len(self._kinds)}", (Fact,), {}), len(self._kinds)
        of_kind, number = self._kinds[kind]
        return of_kind(kind=number, **fields)

    def _pattern(self, pattern: Pattern) -> Any:
        if pattern not in self._patterns:
            fields = {} if pattern.test is None else {"value": P(pattern.test)}
            self._patterns[pattern] = self.element(pattern.kind, **fields)
        return self._patterns[pattern]

    def _rule(self, production: Production, salience: int) -> Any:
        def act(engine: _Engine, **_matched: Any) -> None:
            production.action(engine.memory)

        act.__name__ = production.name
        return Rule(*map(self._pattern, production.patterns), salience=salience)(act)


class Memory:
    """Working memory: declare what is known, run, and the actions of the productions are done."""

    def __init__(self, program: Program, context: Any) -> None:
        self.context = context
        self._program = program
        self._engine = _Engine(program._rules, self)
        self._engine.reset()

    def declare(self, kind: Hashable, value: Any = True) -> None:
        """Add an element; one that is there already is not added again."""
        self._engine.declare(self._program.element(kind, value=value))

    def run(self) -> None:
        """Fire activations until the agenda is empty."""
        self._engine.run()

    def clear(self) -> None:
        """Forget everything."""
        self._engine.reset()


class _Engine(FiredInOrder):
    """The engine of one working memory, which the actions of its rules are given."""

    def __init__(self, rules: list[Any], memory: Memory) -> None:
        self.memory = memory
        super().__init__(rules)
