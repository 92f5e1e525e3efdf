"""Minimal counterfactuals: the fewest answers that would have to differ for a conclusion to be reached.

Iterative deepening, one answer at a time, so the first set found is a smallest one. A branch is opened only
by an answer that serves the goal: it makes a condition true that the goal still needs, or moves a score that
decides who leads. The search is complete: while only a part of a smallest set is tried, the goal is not
reached, and an answer that it needs is in the rest of the set.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from charley.engine.explain.goals import NEVER, Fires, Goal, Leads
from charley.engine.kernel.trial import Answer, Trial
from charley.engine.prepared import Prepared
from charley.facts.record import Record
from charley.facts.vocabulary import Value

__all__ = ["Smallest", "movable_facts", "smallest_to_fire", "smallest_to_lead"]

DEPTH = 4
"""The most answers in a set; a larger set would hardly explain anything."""

TRIALS = 60_000
"""The most records that the search tries: about a second."""


@dataclass(frozen=True, slots=True)
class Smallest:
    """What it takes. `ways` are sets of answers that do it, those with the fewest contradictions of what
    was told first.

    `proved`: no set with fewer answers does it. Where nothing was found, `at_least` answers are needed;
    with `possible` false, no number of answers is enough.
    """

    ways: tuple[tuple[Answer, ...], ...]
    proved: bool
    at_least: int
    possible: bool = True

    @property
    def size(self) -> int | None:
        """How many answers; None where none were found."""
        return len(self.ways[0]) if self.ways else None


def movable_facts(base: Prepared, record: Record, *, known: bool, fixed: bool) -> frozenset[str]:
    """The facts whose answers may be supposed: those not known, with `known` also those that are.

    What nobody can change (age, sex at birth) only with `fixed`.
    """
    return frozenset(
        id
        for id, fact in base.vocabulary.items()
        if (known or id not in record) and (fixed or not fact.fixed)
    )


def smallest_to_fire(
    base: Prepared, record: Record, rules: Collection[str], movable: Collection[str], depth: int = DEPTH
) -> Smallest:
    """The fewest answers that make one of the rules fire."""
    supposed = base.trial(record)
    return _Search(base, supposed, Fires(base, supposed, rules, movable), movable, depth).run()


def smallest_to_lead(
    base: Prepared, record: Record, candidate: str, movable: Collection[str], depth: int = DEPTH
) -> Smallest:
    """The fewest answers that put the candidate first."""
    supposed = base.trial(record)
    return _Search(base, supposed, Leads(base, supposed, candidate, movable), movable, depth).run()


class _Search:
    def __init__(
        self, base: Prepared, supposed: Trial, goal: Goal, movable: Collection[str], depth: int
    ) -> None:
        self._base = base
        self._supposed, self._goal, self._movable, self._depth = supposed, goal, movable, depth
        self._known = dict(supposed.record)
        self._left = TRIALS
        self._found: dict[frozenset[Answer], None] = {}

    def run(self) -> Smallest:
        if self._goal.reached():
            return Smallest(((),), True, 0)
        if self._goal.further() >= NEVER:
            return Smallest((), True, NEVER, possible=False)
        for depth in range(max(1, self._goal.further()), self._depth + 1):
            try:
                self._deepen({}, depth, set())
            except _TooMany:
                if not self._found:
                    return self._climb(depth)
            if self._found:  # perhaps not all of this size, but none is smaller
                return Smallest(self._sorted(), True, depth)
        return self._climb(self._depth + 1)

    def _deepen(self, taken: dict[str, Answer], depth: int, seen: set[frozenset[Answer]]) -> None:
        here = frozenset(taken.values())
        if here in seen:
            return
        seen.add(here)
        for answer in list(self._goal.moves(taken, depth)):
            if self._left <= 0:
                raise _TooMany
            self._left -= 1
            with self._supposed.if_([answer]):
                if self._goal.reached():
                    self._found[here | {answer}] = None
                elif depth > 1 and self._goal.further() < depth:
                    self._deepen({**taken, answer[0]: answer}, depth - 1, seen)

    def _climb(self, at_least: int) -> Smallest:
        """A set found greedily, nearest answer first. It need not be smallest."""
        taken: dict[str, Answer] = {}
        with self._supposed.if_([]):
            while not self._goal.reached() and len(taken) < 2 * DEPTH:
                here = self._goal.gain()
                best: tuple[int, Answer] | None = None
                for answer in self._goal.moves(taken, NEVER):
                    with self._supposed.if_([*taken.values(), answer]):
                        gained = self._goal.gain() - here
                    if gained > 0 and (best is None or gained > best[0]):
                        best = (gained, answer)
                if best is None:
                    return Smallest((), False, at_least)
                taken[best[1][0]] = best[1]
                if self._reaches(taken.values()):
                    return Smallest((tuple(taken.values()),), False, at_least)
        return Smallest((), False, at_least)

    def _reaches(self, answers: Iterable[Answer]) -> bool:
        with self._supposed.if_(answers):
            return self._goal.reached()

    def _sorted(self) -> tuple[tuple[Answer, ...], ...]:
        vocabulary = self._base.vocabulary
        order = {id: at for at, id in enumerate(vocabulary)}
        burden = {"history": 0, "examination": 1, "blood_test": 2, "imaging": 3}

        values = self._base.values

        def key(way: tuple[Answer, ...]) -> tuple[int, int, list[int], int, str]:
            contradicted = sum(fact in self._known for fact, _ in way)
            effort = sum(burden[vocabulary[fact].burden] for fact, _ in way)
            odd = sum(_oddness(values.of(fact), value) for fact, value in way)
            return contradicted, effort, [order[fact] for fact, _ in way], odd, repr(way)

        ways = [tuple(sorted(way, key=lambda answer: order[answer[0]])) for way in self._found]
        return tuple(sorted(ways, key=key))


def _oddness(values: tuple[Value, ...], value: Value) -> int:
    """The rank of a number as an example: limits of rules, in the middle of the range, come first."""
    if isinstance(value, bool | str) or value not in values:
        return 0
    at, last = values.index(value), len(values) - 1
    between = 0 if at % 2 == 0 and at not in (0, last) else 50 if at % 2 else 100
    return between + abs(2 * at - last)


class _TooMany(Exception):
    """The search has tried as many records as it may."""
