"""Minimal counterfactuals: the fewest answers that would have to differ for a conclusion to be reached.

Iterative deepening, one answer at a time, so the first set found is a smallest one. A branch is opened only
by an answer that serves the goal: it makes a condition true that the goal still needs, or moves a score that
decides who leads. The search is complete: while only a part of a smallest set is tried, the goal is not
reached, and an answer that it needs is in the rest of the set.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from charley.engine.kernel.conditions import Counted
from charley.engine.kernel.literals import literal_holds
from charley.engine.kernel.representatives import Representatives
from charley.engine.kernel.trial import Answer, Trial
from charley.engine.prepared import Prepared
from charley.engine.standing import group_of
from charley.facts.record import Record
from charley.facts.vocabulary import Value
from charley.rules.core import Literal
from charley.rules.rule import Weigh

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
    return _Search(base, supposed, _Fires(base, supposed, rules, movable), movable, depth).run()


def smallest_to_lead(
    base: Prepared, record: Record, candidate: str, movable: Collection[str], depth: int = DEPTH
) -> Smallest:
    """The fewest answers that put the candidate first."""
    supposed = base.trial(record)
    return _Search(base, supposed, _Leads(base, supposed, candidate, movable), movable, depth).run()


class _Goal(Protocol):
    def reached(self) -> bool:
        """Whether the goal holds with the answers tried at the moment."""

    def further(self) -> int:
        """A lower bound on the further answers needed; above any depth where the goal cannot be reached."""

    def moves(self, taken: Collection[str], depth: int) -> Iterator[Answer]:
        """Answers on facts not taken yet that serve the goal, where `depth` answers may still be given."""

    def gain(self) -> int:
        """How near the goal is, for a greedy choice; larger is nearer."""


NEVER = 1_000


class _Search:
    def __init__(
        self, base: Prepared, supposed: Trial, goal: _Goal, movable: Collection[str], depth: int
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


class _Fires:
    """One of these rules fires."""

    def __init__(
        self, base: Prepared, supposed: Trial, rules: Collection[str], movable: Collection[str]
    ) -> None:
        self._base = base
        self._supposed, self._rules, self._movable = supposed, rules, movable
        self._values = base.values
        conditions = base.kernel.conditions
        self._nodes = conditions.nodes
        self._roots = sorted({conditions.rules[rule][0] for rule in rules})
        self._beneath = conditions.beneath(self._roots)
        self._reachable = self._could_hold()
        self._live = [root for root in self._roots if self._reachable[root]]

    def reached(self) -> bool:
        return any(self._supposed.node(root) for root in self._roots)

    def further(self) -> int:
        lacks = self._lacks()
        return min((lacks[root] for root in self._live), default=NEVER)

    def gain(self) -> int:
        return -self.further()

    def moves(self, taken: Collection[str], depth: int) -> Iterator[Answer]:
        given: set[Answer] = set()
        for root in self._live:
            for literal in self._wanted(root):
                for answer in self._serving(literal):
                    if answer[0] not in taken and answer not in given:
                        given.add(answer)
                        yield answer

    def _facts(self, literal: Literal) -> tuple[str, ...]:
        derived = self._base.derived
        return derived[literal.name].of if literal.name in derived else (literal.name,)

    def _serving(self, literal: Literal) -> Iterator[Answer]:
        record, direct = self._supposed.record, literal.name in self._base.vocabulary
        for fact in self._facts(literal):
            if fact in self._movable:
                for value in self._values.of(fact, record):
                    if record.get(fact) != value and (not direct or literal_holds(literal, value)):
                        yield fact, value

    def _could_hold(self) -> dict[int, bool]:
        """Whether each condition could hold with other answers to the movable facts."""
        found: dict[int, bool] = {}
        for number in self._beneath:
            node = self._nodes[number]
            if isinstance(node, Literal):
                movable = any(fact in self._movable for fact in self._facts(node))
                found[number] = movable or self._supposed.node(number)
            else:
                parts = zip(node.parts, node.weights, strict=True)
                found[number] = sum(weight for part, weight in parts if found[part]) >= node.needed
        return found

    def _lacks(self) -> dict[int, int]:
        """For each condition a lower bound on the answers needed for it to hold."""
        found: dict[int, int] = {}
        for number in self._beneath:
            node = self._nodes[number]
            if self._supposed.node(number):
                found[number] = 0
            elif isinstance(node, Literal):
                found[number] = 1 if self._reachable[number] else NEVER
            else:
                found[number] = self._fewest(node, found)
        return found

    def _fewest(self, node: Counted, lacks: Mapping[int, int]) -> int:
        """The answers that a threshold needs: those of the last part when the cheapest are taken first."""
        weight, fewest = 0, NEVER
        for cost, each in sorted((lacks[part], w) for part, w in zip(node.parts, node.weights, strict=True)):
            weight += each
            if weight >= node.needed:
                fewest = cost
                break
        if fewest < NEVER and sum(node.weights) - min(node.weights) < node.needed:
            # All parts are needed, and one answer serves literals of one fact only.
            plain = [self._nodes[part] for part in node.parts if lacks[part] == 1]
            direct = self._base.vocabulary
            facts = {e.name for e in plain if isinstance(e, Literal) and e.name in direct}
            fewest = max(fewest, len(facts))
        return fewest

    def _wanted(self, root: int) -> Iterator[Literal]:
        """Literals that do not hold, under conditions that do not hold, one of which has to come true."""
        waiting, seen = [root], set()
        while waiting:
            number = waiting.pop()
            if number in seen or self._supposed.node(number) or not self._reachable[number]:
                continue
            seen.add(number)
            node = self._nodes[number]
            if isinstance(node, Literal):
                yield node
                continue
            lacking = [p for p in node.parts if not self._supposed.node(p) and self._reachable[p]]
            live = sum(w for p, w in zip(node.parts, node.weights, strict=True) if self._reachable[p])
            for part, weight in zip(node.parts, node.weights, strict=True):
                if part in lacking and live - weight < node.needed:
                    lacking = [part]  # without this one it cannot hold, so begin there
                    break
            waiting += lacking


class _Leads:
    """The candidate stands first."""

    def __init__(self, base: Prepared, supposed: Trial, candidate: str, movable: Collection[str]) -> None:
        self._supposed, self._candidate = supposed, candidate
        self._values: Representatives = base.values
        self._movable = movable
        self._most = {id: _most_per_fact(base, id) for id in base.candidates}
        self._order = {id: at for at, id in enumerate(base.vocabulary)}
        self._pairs: dict[str, dict[str, int]] = {}
        self._sizes: dict[str, list[int]] = {}

    def _standing(self) -> tuple[tuple[int, int, str], tuple[int, int, str]]:
        """Where the candidate stands, and who stands first."""
        best = self._supposed.best()
        return next(each for each in best if each[2] == self._candidate), min(best)

    def reached(self) -> bool:
        own, first = self._standing()
        return own == first

    def gain(self) -> int:
        own, first = self._standing()
        return (first[0] - own[0]) * 2 + (own == first)

    def further(self) -> int:
        gap, rival = self._gap()
        if gap <= 0:
            return 0
        for count, gained in enumerate(self._steps(rival), 1):
            gap -= gained
            if gap <= 0:
                return count
        return NEVER

    def moves(self, taken: Collection[str], depth: int) -> Iterator[Answer]:
        gap, rival = self._gap()
        gap -= sum(self._steps(rival)[: depth - 1])
        record = self._supposed.record
        for fact, most in self._together(rival).items():
            if most >= gap and fact not in taken:
                for value in self._values.of(fact, record):
                    if record.get(fact) != value:
                        yield fact, value

    def _gap(self) -> tuple[int, str]:
        """The points behind the leader, and who that is; one more where a draw is not enough."""
        own, first = self._standing()
        return own[0] - first[0] + (first[1] < own[1]), first[2]

    def _together(self, rival: str) -> dict[str, int]:
        """An upper bound on how far each movable fact can close the gap."""
        if rival not in self._pairs:
            found: dict[str, int] = {}
            for candidate in (self._candidate, rival):
                for fact, most in self._most[candidate].items():
                    if fact in self._movable:
                        found[fact] = found.get(fact, 0) + most
            self._pairs[rival] = dict(sorted(found.items(), key=lambda each: self._order[each[0]]))
        return self._pairs[rival]

    def _steps(self, rival: str) -> list[int]:
        """The same numbers, the largest first."""
        if rival not in self._sizes:
            self._sizes[rival] = sorted(self._together(rival).values(), reverse=True)
        return self._sizes[rival]


def _most_per_fact(base: Prepared, candidate: str) -> Mapping[str, int]:
    """How far an answer to each fact can move the candidate's score at the very most.

    A group counts its strongest effect on either side, so it moves by that, whichever rule of it is touched.
    """
    groups: dict[object, list[tuple[str, int]]] = {}
    for rule in base.rules.values():
        for at, effect in enumerate(rule.then):
            if isinstance(effect, Weigh) and effect.candidate == candidate:
                key = (group_of(effect, rule.id, at), effect.weight > 0)
                groups.setdefault(key, []).append((rule.id, abs(effect.weight)))
    found: dict[str, int] = {}
    for effects in groups.values():
        most = max(weight for _, weight in effects)
        rules = {each for rule, _ in effects for each in (rule, *base.superseded_by.get(rule, ()))}
        for fact in {fact for rule in rules for fact in base.facts_of_rule[rule]}:
            found[fact] = found.get(fact, 0) + most
    return found
