"""What the rules of a base compare each of its numbers with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from charley.facts.vocabulary import Comparison
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.language.condition import Condition, atoms
from charley.rules.language.parse import parse

__all__ = ["comparisons"]


def comparisons(base: KnowledgeBase) -> Mapping[str, tuple[Comparison, ...]]:
    """For each number fact, every comparison on which something depends.

    A comparison of the least or the greatest of some numbers is one of each of them. A number that enters a
    difference, a ratio or a sum is left out: there, every digit may matter.
    """
    of: dict[str, dict[Comparison, None]] = {
        id: {} for id, fact in base.vocabulary.items() if fact.kind == "number"
    }
    for derived in base.derived.values():
        if derived.kind not in ("minimum", "maximum"):
            for id in derived.of:
                of.pop(id, None)
    for condition in _conditions(base):
        for atom in atoms(condition):
            if isinstance(atom.value, bool) or not isinstance(atom.value, int | float):
                continue
            names = base.derived[atom.name].of if atom.name in base.derived else (atom.name,)
            for id in names:
                if id in of:
                    of[id][atom.op, atom.value] = None
    return {id: tuple(found) for id, found in of.items()}


def _conditions(base: KnowledgeBase) -> Iterator[Condition]:
    for rule in base.rules.values():
        yield rule.condition
    for score in base.instruments.values():
        yield from (item.condition for item in score.items)
        if score.gate is not None:
            yield score.gate
    for fact in base.vocabulary.values():
        for text in (fact.ask_unless, fact.ask_when):
            if text is not None:
                yield parse(text).condition
    yield from base.minimum
    yield from (condition for condition, _ in base.contradictions)
    if base.scope is not None:
        yield base.scope
