"""Records that make a condition true or false, found by a small search: few facts, typical values.

The search walks the core of the condition and tries values for the facts that are missing. It gives up after
a number of steps, so it may fail although a record exists. What it finds is always checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import assert_never

from charley.audit.cases.atom_values import AtomValues
from charley.audit.cases.typical import typical_values
from charley.engine.kernel.representatives import Representatives
from charley.facts.record import Record
from charley.facts.vocabulary import Value
from charley.rules.core import Core, Literal, Threshold, core
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.language.condition import And, AtLeast, Atom, Condition, Not, Or

__all__ = ["GRANTED", "STEPS", "Reach", "granting", "replaced", "signed", "without_needless"]

STEPS = 3000

GRANTED = Atom("(granted)", "==", True)
"""A placeholder for an atom that is decided elsewhere: it is true, and its negation is not."""


class Reach:
    """The search in one base; `steps` limits what a single search may try."""

    def __init__(self, base: KnowledgeBase, steps: int = STEPS) -> None:
        self.base = base
        self.steps = steps
        self._values = Representatives(base)
        self._usual = typical_values(base)
        self._left = steps

    def restart(self) -> None:
        """Begin another search with the full number of steps."""
        self._left = self.steps

    def ways(
        self, condition: Condition, wanted: bool = True, record: Record | None = None
    ) -> Iterator[Record]:
        """Records that say what `record` says and make the condition known true (unwanted: known false)."""
        yield from self._ways(core(condition, self.base.instruments, wanted), record or {})

    def first(self, condition: Condition, good: Callable[[Record], bool], most: int = 60) -> Record | None:
        """The first record that makes the condition true and is `good`. This is a search of its own."""
        self.restart()
        return next(filter(good, islice(self.ways(condition), most)), None)

    def _ways(self, wanted: Core, record: Record) -> Iterator[Record]:
        match wanted:
            case Literal():
                yield from self._literal(wanted, record)
            case Threshold(needed, parts, weights):
                yield from self._enough(needed, list(zip(parts, weights, strict=True)), record)
            case _:
                assert_never(wanted)

    def _enough(self, needed: int, parts: Sequence[tuple[Core, int]], record: Record) -> Iterator[Record]:
        """Make the first part true and then what is still needed of the others; or leave it out."""
        if needed <= 0:
            yield record
        if needed <= 0 or sum(weight for _, weight in parts) < needed:
            return
        (part, weight), *rest = parts
        for found in self._ways(part, record):
            yield from self._enough(needed - weight, rest, found)
        yield from self._enough(needed, rest, record)

    def _literal(self, literal: Literal, record: Record) -> Iterator[Record]:
        if self._spent():
            return
        atom, wanted = literal.atom, literal.wanted
        if atom == GRANTED:
            yield from [record] if wanted else []
        elif atom.name in self.base.findings:
            if atom.name in self.base.definitions:
                definition = self.base.definitions[atom.name]
                yield from self._ways(core(definition, self.base.instruments, wanted), record)
        elif AtomValues(self.base, record).atom(atom) is wanted:
            yield record
        else:
            derived = self.base.derived.get(atom.name)
            facts = [atom.name] if derived is None else [id for id in derived.of if id not in record]
            yield from self._set(literal, facts, record)

    def _set(self, literal: Literal, facts: Sequence[str], record: Record) -> Iterator[Record]:
        """Try values for the facts until the literal holds. Facts in the record keep their value."""
        if not facts or facts[0] in record:
            return
        fact, *others = facts
        for value in self._ordinary(fact, record):
            if self._spent():
                return
            extended = {**record, fact: value}
            found = AtomValues(self.base, extended).atom(literal.atom)
            if found is literal.wanted:
                yield extended
            elif found is None:
                yield from self._set(literal, others, extended)
        if others:
            yield from self._set(literal, others, record)

    def _spent(self) -> bool:
        """Count a step; whether the limit was passed."""
        self._left -= 1
        return self._left < 0

    def _ordinary(self, fact: str, record: Record) -> list[Value]:
        """One value for each class that the rules distinguish, the most typical first."""
        values = list(self._values.of(fact, record))
        usual = self._usual.get(fact)
        if usual is not None:
            values = [usual, *values]
            values.sort(key=lambda value: abs(float(value) - usual))
        return list(dict.fromkeys(values))


def without_needless(record: Record, good: Callable[[Record], bool]) -> Record:
    """The record without the facts that it does not need."""
    for fact in list(record):
        fewer = {id: value for id, value in record.items() if id != fact}
        if good(fewer):
            record = fewer
    return record


def replaced(condition: Condition, by: Mapping[Atom, Condition]) -> Condition:
    """The condition with other conditions in the place of some of its atoms."""
    match condition:
        case Atom():
            return by.get(condition, condition)
        case Not(part):
            return Not(replaced(part, by))
        case And(parts):
            return And(tuple(replaced(part, by) for part in parts))
        case Or(parts):
            return Or(tuple(replaced(part, by) for part in parts))
        case AtLeast(count, parts):
            return AtLeast(count, tuple(replaced(part, by) for part in parts))
        case _:
            assert_never(condition)


def signed(atom: Atom, wanted: bool) -> Condition:
    """The atom; or, unwanted, its opposite."""
    return atom if wanted else Not(atom)


def granting(condition: Condition, atom: Atom, wanted: bool) -> Condition:
    """What the condition still asks for when the atom has this value."""
    return replaced(condition, {atom: signed(GRANTED, wanted)})
