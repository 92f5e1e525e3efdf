"""The effect of a single answer: every answer to every open fact, tried by itself.

The answers are the same for every patient, so each has its lane, which is laid out once for a base. A record
then sets only the literals on the facts that it knows, which are the same in all lanes. The definition is
`HypotheticalProgram.suppose` with each answer as a change. `tests/engine/test_single_answers.py` holds this
to it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from charley.engine.kernel.hypotheticals import Hypotheticals, hypothetical_program
from charley.engine.prepared import Prepared
from charley.facts.record import Record
from charley.facts.vocabulary import Value
from charley.rules.rule import Urgency

__all__ = ["EveryAnswer", "SingleAnswers"]


class EveryAnswer:
    """One answer to each fact for each way in which the rules tell its values apart. Made once for a base."""

    def __init__(self, base: Prepared) -> None:
        self.program = base.part(hypothetical_program)
        self.values = base.values
        self.changes = [(fact, value) for fact in base.vocabulary for value in self.values.of(fact, {})]
        """The answer in each lane."""
        self.lanes: dict[str, int] = dict.fromkeys(base.vocabulary, 0)
        """The lanes of each fact, as a plane."""
        for lane, (fact, _) in enumerate(self.changes):
            self.lanes[fact] |= 1 << lane
        self.inputs = self.program.read({}, [{fact: value} for fact, value in self.changes])
        """What is known in each lane where nothing else is known; nothing is in the last lane."""
        index = self.program.planes.index
        self.literals: dict[str, tuple[int, ...]] = {}
        """The literals on each fact that some answer to it meets."""
        for fact in index.held:
            met = (number for value in self.values.of(fact) for number in index.held[fact][value])
            self.literals[fact] = tuple(dict.fromkeys(met))
        self.entering = {
            fact: frozenset(other for each in ranges for other in each.derived.of)
            for fact, ranges in index.ranges_of.items()
        }
        """The facts with which each fact enters a derived value, itself among them."""

    def known(self, record: Record) -> list[int]:
        """What is known in each lane beside this record.

        The lane of a fact that the record knows has no meaning. Neither has the lane of a fact of a derived
        value that the record knows in part.
        """
        ones = (1 << len(self.changes) + 1) - 1
        inputs, index = self.inputs[:], self.program.planes.index
        for fact, value in record.items():
            if fact in self.literals:
                for literal in self.literals[fact]:
                    inputs[literal] = 0
                for literal in index.held[fact][value]:
                    inputs[literal] = ones
        entering = self.entering.keys() & record
        for each in index.ranges if entering else ():
            if not entering.isdisjoint(each.derived.of):
                for literal in each.numbers:
                    inputs[literal] = 0
                for literal in each.decided(record):
                    inputs[literal] = ones
        return inputs


class SingleAnswers:
    """What would follow from each single answer to some of the facts that a record does not know."""

    def __init__(self, base: Prepared, record: Record, facts: Collection[str]) -> None:
        every = self._every = base.part(EveryAnswer)
        self._inputs = every.known(record)
        self._lanes = 0
        tried: list[tuple[str, Value]] = []
        for fact in facts:
            if fact not in every.entering or every.entering[fact].isdisjoint(record):
                self._lanes |= every.lanes[fact]
            else:
                tried += [(fact, value) for value in every.values.of(fact, record)]
        self._others = [fact for fact, _ in tried]
        changes = [{fact: value} for fact, value in tried]
        self._supposed = every.program.suppose(record, changes) if changes else None
        self._scored: Hypotheticals | None = None

    def raising(self, above: Urgency | None = None) -> frozenset[str]:
        """The facts with an answer that would raise a further flag or alert, or a more urgent one.

        With `above`, only what is more urgent than that counts.
        """
        found = self._scored or self._run(scores=False)
        others = self._supposed.raising(above=above) if self._supposed is not None else ()
        return self._facts(found.raising(self._lanes, above), others)

    def leading(self) -> frozenset[str]:
        """The facts with an answer that would put another candidate first."""
        found = self._scored = self._scored or self._run(scores=True)
        others = self._supposed.leading() if self._supposed is not None else ()
        return self._facts(found.leading(self._lanes), others)

    def _run(self, scores: bool) -> Hypotheticals:
        return self._every.program.run(self._inputs, len(self._every.changes), scores)

    def _facts(self, lanes: Iterable[int], others: Iterable[int]) -> frozenset[str]:
        changes = self._every.changes
        return frozenset([*(changes[at][0] for at in lanes), *(self._others[at] for at in others)])
