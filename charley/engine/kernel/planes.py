"""Evaluate it, many at once: a knowledge base as one straight-line program over bit planes.

Every literal is a plane, a bit for each patient (a *lane*), and every condition is a few operations on
planes: thresholds are added up in binary, nothing is enumerated. A plane is a Python int here, of as many
lanes as one likes; `Program.gates` can be run on machine words as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import product
from typing import TypeVar

from charley.engine.kernel.bits import all_of, any_of, at_least, total
from charley.engine.kernel.circuit import Circuit, Program, Wire
from charley.engine.kernel.conditions import Conditions, Counted
from charley.engine.kernel.literals import LiteralIndex, Range
from charley.engine.kernel.terms import terms
from charley.facts.record import Record
from charley.facts.vocabulary import Value
from charley.rules.core import Literal
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.language.condition import Condition

__all__ = ["Known", "Planes", "lanes_set", "named_lanes", "plane"]

P = TypeVar("P")

Known = Mapping[str, Mapping[Value, int]]
"""What is known of many: for each fact, and each value that it has, the plane of those who have it."""


class Planes:
    """A knowledge base as a program, made once. `watch` are further conditions to be told of.

    `literals` says which plane stands where in the inputs of the program.
    """

    def __init__(self, base: KnowledgeBase, falsity: bool = True, watch: Iterable[Condition] = ()) -> None:
        self.base = base
        self.conditions = Conditions(base, falsity)
        self.watched = {condition: self.conditions.pair(condition) for condition in watch}
        self.scope = None if base.scope is None else self.conditions.pair(base.scope)
        self.minimum = [self.conditions.pair(condition) for condition in base.minimum]
        self.terms = terms(base)
        literals = self.conditions.literals
        self.literals: tuple[Literal, ...] = tuple(literals)
        self.circuit = Circuit(len(literals))
        place = {number: at for at, number in enumerate(literals.values())}
        self.wires: list[Wire] = []
        for number, node in enumerate(self.conditions.nodes):
            drawn = self._draw(node) if isinstance(node, Counted) else self.circuit.inputs[place[number]]
            self.wires.append(drawn)
        self.index = LiteralIndex(base, {literal: (at,) for at, literal in enumerate(literals)})

    def _draw(self, node: Counted) -> Wire:
        """A threshold: all of its parts, one of them, or their weights added up and compared."""
        parts, ones = [self.wires[part] for part in node.parts], self.circuit.ones
        if node.needed <= 0:
            return ones
        if node.needed > sum(node.weights):
            return ones ^ ones
        if sum(node.weights) - min(node.weights) < node.needed:
            return all_of(parts, ones)
        if node.needed <= min(node.weights):
            return any_of(parts, ones)
        weight = total(zip(parts, node.weights, strict=True), ones)
        return at_least(weight.digits, node.needed, ones)

    @cached_property
    def program(self) -> Program:
        """Everything of every condition that has a number."""
        return Program(self.circuit, self.wires)

    def fires(self, rule: str) -> Wire:
        """The wire of a rule that fires."""
        return self.wires[self.conditions.rules[rule][0]]

    def counts(self) -> list[Wire]:
        """For each term of the scores, where it counts."""
        ones = self.circuit.ones

        def counting(rule: str, by: tuple[str, ...]) -> Wire:
            superseded = any_of((self.fires(superseder) for superseder in by), ones)
            return self.fires(rule) & (superseded ^ ones)

        return [any_of((counting(*each) for each in term.counts), ones) for term in self.terms]

    def run(self, inputs: Sequence[P], ones: P) -> tuple[P, ...]:
        """The plane of every condition that has a number, from a plane for each of `literals`.

        `kernel.lanes` and `kernel.hypotheticals` say what raw planes come to.
        """
        return self.program.run(inputs, ones)

    def read(self, records: Sequence[Record]) -> list[int]:
        """The inputs that say what is known of these."""
        inputs = [0] * len(self.literals)
        known: dict[str, dict[Value, list[int]]] = {fact: {} for fact in self.index.held}
        for lane, record in enumerate(records):
            for fact, value in record.items():
                if fact in known:
                    known[fact].setdefault(value, []).append(lane)
        for fact, values in known.items():
            for value, lanes in values.items():
                _add(inputs, self.index.held[fact][value], plane(lanes, len(records)))
        for each in self.index.ranges:
            grouped: dict[tuple[int, ...], list[int]] = {}
            for lane, record in enumerate(records):
                grouped.setdefault(each.decided(record), []).append(lane)
            for held, lanes in grouped.items():
                _add(inputs, held, plane(lanes, len(records)))
        return inputs

    def read_columns(self, known: Known, ones: int) -> list[int]:
        """The inputs that say this. A lane has at most one value of a fact."""
        inputs = [0] * len(self.literals)
        for fact, values in known.items():
            if fact in self.index.held:
                for value, lanes in values.items():
                    _add(inputs, self.index.held[fact][value], lanes)
        for each in self.index.ranges:
            for record, lanes in _combined(each, known, ones):
                _add(inputs, each.decided(record), lanes)
        return inputs


def _add(inputs: list[int], held: Iterable[int], lanes: int) -> None:
    for number in held:
        inputs[number] |= lanes


def _combined(derived: Range, known: Known, ones: int) -> Iterator[tuple[Record, int]]:
    """Everything that the inputs of a derived value are together, with the lanes of which it is so."""
    choices: list[list[tuple[dict[str, Value], int]]] = []
    for fact in dict.fromkeys(derived.derived.of):
        values = known.get(fact, {})
        unknown = any_of(values.values(), ones) ^ ones
        choices.append([({}, unknown), *(({fact: value}, lanes) for value, lanes in values.items())])
    for way in product(*choices):
        lanes = all_of((part for _, part in way), ones)
        if lanes:
            yield {fact: value for some, _ in way for fact, value in some.items()}, lanes


def plane(lanes: Iterable[int], count: int) -> int:
    """The plane in which these lanes, of so many, are set."""
    found = bytearray(count // 8 + 1)
    for lane in lanes:
        found[lane >> 3] |= 1 << (lane & 7)
    return int.from_bytes(found, "little")


def lanes_set(plane: int) -> Iterator[int]:
    """The lanes that are set, in order."""
    for at, byte in enumerate(plane.to_bytes((plane.bit_length() + 7) // 8, "little")):
        while byte:
            low = byte & -byte
            yield 8 * at + low.bit_length() - 1
            byte ^= low


def named_lanes(names: Sequence[P], planes: Sequence[int], count: int) -> list[frozenset[P]]:
    """For each of `count` lanes, and for the one after them, the names whose plane is set there."""
    ones = (1 << count + 1) - 1
    now = frozenset(name for name, plane in zip(names, planes, strict=True) if plane >> count)
    found = [now] * (count + 1)
    for name, plane in zip(names, planes, strict=True):
        for lane in lanes_set(plane ^ ones if plane >> count else plane):
            found[lane] = found[lane] ^ {name}
    return found
