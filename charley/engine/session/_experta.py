"""The only module that imports experta, and what is put right of it.

`memory.py` makes working memory and productions of it, and `extension.py` rules in Python. No other module
sees an experta object.

experta 1.9.4 (2019) is its last release. Its pinned frozendict 1.2 reads `collections.Mapping`, which
Python 3.10 removed, and importing experta configures the root logger. Both are put right around the
import and left as they were found. What else was met by running it, and is built around here:

- its agenda forgets to remove activations where several tie (`_Strategy` finds them by identity);
- the order of firing follows the hash seed (every production has a salience of its own);
- two class-level caches keep patients' values after the engine is gone, and so do rules that are
  attributes of the engine's class (`_Strategy` and `_Matcher` have no cache, and rules are handed over as
  a list, not as attributes);
- it logs every fact, values included, to loggers that an application may have switched on (they are
  switched off);
- a rule that is an attribute of a class is shared by all its engines, and acts on the one made last (`Open`
  gives each engine rules of its own);
- `OR` multiplies out and `NOT` is unreliable (productions have neither).
"""

from __future__ import annotations

import collections
import collections.abc
import functools
import inspect
import logging
from collections.abc import Callable, Iterable
from typing import Any

_handlers, _level = logging.root.handlers[:], logging.root.level
_missing = not hasattr(collections, "Mapping")
if _missing:
    collections.Mapping = collections.abc.Mapping  # type: ignore[attr-defined]
try:
    from experta import AND, AS, MATCH, NOT, OR, TEST, Fact, InitialFact, KnowledgeEngine, P, Rule, watchers
    from experta.abstract import Strategy
    from experta.matchers.rete import ReteMatcher
    from experta.matchers.rete.nodes import ConflictSetNode
finally:
    if _missing:
        del collections.Mapping  # type: ignore[attr-defined]
    logging.root.handlers[:], logging.root.level = _handlers, _level

for _name in watchers.ALL:
    getattr(watchers, _name).disabled = True

__all__ = [
    "AND",
    "AS",
    "MATCH",
    "NOT",
    "OR",
    "TEST",
    "Fact",
    "FiredInOrder",
    "Open",
    "P",
    "Rule",
]


class _Strategy(Strategy):  # type: ignore[misc]
    """Highest salience first; an activation is found again by what it is, not by where it should be."""

    def _update_agenda(self, agenda: Any, added: Iterable[Any], removed: Iterable[Any]) -> None:
        gone = {self._identity(activation) for activation in removed}
        if gone:
            agenda.activations = [a for a in agenda.activations if self._identity(a) not in gone]
        new = list(added)
        if new:
            agenda.activations += new
            # The engine takes from the right.
            agenda.activations.sort(key=self._order)

    @staticmethod
    def _identity(activation: Any) -> tuple[int, frozenset[int]]:
        return id(activation.rule), frozenset(fact["__factid__"] for fact in activation.facts)

    @staticmethod
    def _order(activation: Any) -> tuple[int, list[int]]:
        return activation.rule.salience, sorted(fact["__factid__"] for fact in activation.facts)


class _Matcher(ReteMatcher):  # type: ignore[misc]
    """RETE, asking only those rules for activations that may have new ones."""

    def __init__(self, engine: Any) -> None:
        super().__init__(engine)
        self._by_type: dict[type, list[Any]] = {}
        for child in self.root_node.children:
            # Below the root every branch opens with the test of a type.
            self._by_type.setdefault(child.node.matcher.fact_type, []).append(child)
        self._reached = {
            of_type: _conflict_sets([child.node for child in children])
            for of_type, children in self._by_type.items()
        }
        """The rules, as the nodes that end them, that a fact of each type may activate."""

    @staticmethod
    def prepare_ruleset(engine: Any) -> set[Any]:
        # Nothing to prepare: conjunctions of positive patterns are in normal form as they are.
        return set(engine.get_rules())

    def changes(self, adding: Any = None, deleting: Any = None) -> tuple[list[Any], list[Any]]:
        root = self.root_node
        reached: dict[int, Any] = {}
        for facts, send in ((deleting or (), root.remove), (adding or (), root.add)):
            for fact in facts:
                reached |= self._reached.get(type(fact), {})
                root.children, everything = self._by_type.get(type(fact), []), root.children
                try:
                    send(fact)
                finally:
                    root.children = everything
        added: list[Any] = []
        removed: list[Any] = []
        for node in reached.values():
            if node.added or node.removed:
                new, old = node.get_activations()
                added += new
                removed += old
        return added, removed


def _conflict_sets(waiting: list[Any]) -> dict[int, Any]:
    """The nodes below these that end a rule, by identity."""
    found: dict[int, Any] = {}
    seen: set[int] = set()
    while waiting:
        node = waiting.pop()
        if id(node) not in seen:
            seen.add(id(node))
            if isinstance(node, ConflictSetNode):
                found[id(node)] = node
            waiting.extend(child.node for child in node.children)
    return found


class FiredInOrder(KnowledgeEngine):  # type: ignore[misc]
    """An engine of these rules, which keeps no class-level cache. It fires by salience."""

    __matcher__ = _Matcher
    __strategy__ = _Strategy

    def __init__(self, rules: list[Any]) -> None:
        self._given_rules = rules
        super().__init__()

    def get_rules(self) -> list[Any]:
        """The rules of this engine."""
        return self._given_rules

    def get_deffacts(self) -> list[Any]:
        """The first fact: without one experta warns about every declaration."""
        return [lambda: [InitialFact()]]


class _OpenStrategy(_Strategy):
    """The same, with rules of one salience in the order of their names, whatever the order of hashing."""

    @staticmethod
    def _order(activation: Any) -> tuple[int, Any]:
        facts = sorted(fact["__factid__"] for fact in activation.facts)
        return activation.rule.salience, (activation.rule.__name__, facts)


class _OpenMatcher(ReteMatcher):  # type: ignore[misc]
    """RETE for every kind of pattern. experta's own keeps its last network, and so a patient, for ever."""

    def _get_conflict_set_nodes(self) -> tuple[Any, ...]:
        return tuple(_conflict_sets([self.root_node]).values())


class Open(KnowledgeEngine):  # type: ignore[misc]
    """An engine of which a class with `@Rule` methods is derived."""

    __matcher__ = _OpenMatcher
    __strategy__ = _OpenStrategy

    def __init__(self) -> None:
        self._own_rules = [self._own(rule) for _, rule in self._methods()]
        super().__init__()

    @classmethod
    def _methods(cls) -> list[tuple[str, Any]]:
        """The rules of the class, by name; a subclass may replace one."""
        found: dict[str, Any] = {}
        for base in reversed(cls.__mro__):
            found |= {name: value for name, value in vars(base).items() if isinstance(value, Rule)}
        return sorted(found.items())

    def _own(self, rule: Any) -> Any:
        action = rule._wrapped

        @functools.wraps(action)
        def act(engine: Open, **matched: Any) -> None:
            engine.firing(action.__name__, lambda: action(engine, **matched))

        own = Rule(*rule, salience=rule.salience)(act)
        # `act` takes every name that was matched, and the method only those that it asks for.
        names = inspect.signature(action).parameters
        if not any(each.kind is inspect.Parameter.VAR_KEYWORD for each in names.values()):
            own._wrapped_args = set(names)
        return own

    def firing(self, rule: str, action: Callable[[], None]) -> None:
        """Do what the rule of this name says."""
        action()

    def get_rules(self) -> list[Any]:
        """The rules of this engine."""
        return self._own_rules

    def get_deffacts(self) -> list[Any]:
        """The first fact: without one experta warns about every declaration."""
        return [lambda: [InitialFact()]]
