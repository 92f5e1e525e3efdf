"""One patient living through time: the loops of the counter network (`engine.kernel.network`).

An answer lowers the counters of the conditions that wait for it, and what reaches zero is passed on; a
retraction raises the same counters again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from charley.engine.kernel.conditions import Conditions
from charley.engine.kernel.literals import LiteralIndex, Range
from charley.engine.kernel.terms import Term
from charley.engine.loops.decided import Decided
from charley.engine.meaning import Valuation
from charley.facts.record import Record
from charley.facts.vocabulary import Value
from charley.rules.knowledge_base import KnowledgeBase

__all__ = ["Answers", "Counters", "Effects", "Met", "Named", "Patient", "Then", "Weighted"]

# What follows from a condition is kept in plain tuples. Telling an answer does little else than unpack them,
# and Python unpacks named tuples at half the speed.

Weighted = tuple[tuple[int, int], ...]
"""Pairs of a number and a weight."""

Effects = tuple[tuple[str, ...], Weighted, tuple[int, ...]]
"""What the base does when a condition holds: the rules that fire; the candidates that get a weight; the terms
to be looked at, because a rule in them can be superseded."""

Then = tuple[tuple[int, ...], str | None, int, int, tuple[Weighted, Effects] | None]
"""What follows when a condition begins to hold, and is undone when it ceases to:

1. the conditions that count it at weight one,
2. the first rule that fires, or None,
3. the first candidate that gets a weight (the number after the last one where there is none), and
4. the weight (0 where there is none),
5. the rest: the conditions that count it at another weight, and the other effects. Most conditions have none,
   and one test for None is cheaper than loops over nothing.
"""


Met = Mapping[Value, tuple[int, ...]]
"""For every value of a fact the numbers of the literals that hold of it, or of what waits for them."""

Answers = tuple[tuple[int, ...], tuple[int, ...], Met, tuple[Range, ...]]
"""What a no goes to, what a yes goes to, what any value goes to, and the derived values that the fact enters.

Nearly all facts are a yes or a no. Of many facts each is far from the others in memory, and a tuple is nearer
than a table.
"""


Named = tuple[int, int, str, int, int, int]
"""What has a name outside:

1. whether it is a rule, a finding, a gate or an item of a score (0 to 3),
2. its place in the base (of an item, in its score), so that what is found is sorted as the base is,
3. its id (of an item, that of its score),
4. and 5. the numbers of the conditions that say that it is so and that it is not, and
6. the points of an item.
"""


class Counters(Protocol):
    """What is worked out of a base once (`Network`): its conditions, what follows from each, and how all of
    it stands while nothing is known.
    """

    base: KnowledgeBase
    conditions: Conditions
    index: LiteralIndex
    facts: Mapping[str, Answers]
    after: list[Then]
    terms: list[Term]
    names: list[Named]
    named: list[tuple[int, ...]]
    order: tuple[Mapping[str, int], ...]
    lack: list[int]
    totals: list[int]
    always: set[str]
    counted: list[bool]

    @property
    def nobody(self) -> Decided:
        """What is so of the patient of whom nothing is known."""


class Patient:
    """One patient: `tell` and `retract` answers, and read what fires, the scores, the whole valuation."""

    __slots__ = (
        *("_after", "_changed", "_counted", "_decided", "_facts", "_fired"),
        *("_lack", "_named", "_network", "_scores"),
        "record",
    )

    def __init__(self, network: Counters, record: Record | None = None) -> None:
        self._network = network
        self._after, self._facts = network.after, network.facts
        self._lack = network.lack[:]
        self._scores = network.totals[:]
        self._fired = network.always.copy()
        self._counted = network.counted[:]
        self._decided: dict[Range, tuple[int, ...]] = {}
        self._named = network.named
        self._changed: set[int] = set()
        """The conditions that have begun or ceased to hold, where a valuation will be asked for."""
        self.record: dict[str, Value] = {}
        if not record:
            return
        held, ranges_of, lack = network.index.held, network.index.ranges_of, self._lack
        begun: list[int] = []
        for fact, value in record.items():
            try:
                table = held[fact]
            except KeyError:
                continue  # no rule looks at it
            for whole in table[value]:  # `_on`, written out
                left = lack[whole] - 1
                lack[whole] = left
                if not left:
                    begun.append(whole)
        self.record = dict(record)
        self._begin(begun)
        if ranges_of:
            self._narrow({each for fact in record.keys() & ranges_of.keys() for each in ranges_of[fact]})

    def tell(self, fact: str, value: Value) -> None:
        """Make a fact known. A fact that was known is changed."""
        record = self.record
        if fact in record:
            if record[fact] == value:
                return
            self.retract(fact)
        record[fact] = value
        try:
            met = self._facts[fact]
        except KeyError:
            return  # no rule looks at it
        # `_on`, written out here: half of all answers end with it, and a call would cost as much again.
        lack = self._lack
        begun: list[int] = []
        for whole in met[1] if value is True else met[0] if value is False else met[2][value]:
            left = lack[whole] - 1
            lack[whole] = left
            if not left:
                begun.append(whole)
        if begun:
            self._begin(begun)
        if met[3]:
            self._narrow(met[3])

    def retract(self, fact: str) -> None:
        """Make a fact unknown again. Raises `KeyError` where it was not known."""
        value = self.record.pop(fact)
        if fact in self._facts:
            _, _, table, ranges = self._facts[fact]
            self._off(table[value])
            self._narrow(ranges)

    @property
    def fired(self) -> frozenset[str]:
        """The rules that fire."""
        return frozenset(self._fired)

    @property
    def scores(self) -> list[int]:
        """The score of every candidate, in decibans and in the order of the knowledge base."""
        return self._scores[:-1]

    def holds(self, number: int) -> bool:
        """Whether a counted condition of `Network.conditions`, by its number, is met."""
        return self._lack[number] <= 0

    def valuation(self) -> Valuation:
        """What is so of every rule and finding, derived value and score."""
        return self.decided().valuation(self._network.base)

    def decided(self) -> Decided:
        """The same without the rules and findings that are open."""
        network, lack, record = self._network, self._lack, self.record
        names, named = network.names, self._named
        if not network.conditions.falsity:
            raise ValueError("this network was made without falsity")
        # What is so of nobody in particular, and what is different of this patient: an answer only decides
        # what was open.
        nobody = network.nobody
        rules, findings, gates = {**nobody.rules}, {**nobody.findings}, {**nobody.gates}
        derived, scores = {**nobody.derived}, {**nobody.scores}
        kinds: tuple[dict[str, Any], ...] = rules, findings, gates
        for number in sorted({number for node in self._changed for number in named[node]}):
            which, _, id, yes, no, points = names[number]
            if lack[yes] <= 0:
                so = True
            elif lack[no] <= 0:
                so = False
            else:
                continue
            if which < 3:
                kinds[which][id] = so
            else:  # an open item counts as what is least, or most, of its points and nothing
                (low, high), gained = scores[id], points if so else 0
                scores[id] = low + gained - min(0, points), high + gained - max(0, points)
        ranges_of = network.index.ranges_of
        for value in {each for fact in record.keys() & ranges_of.keys() for each in ranges_of[fact]}:
            derived[value.derived.id] = value.interval(record)
        if nobody.rules or nobody.findings:  # these stand before the others
            of_rules, of_findings = network.order
            rules = {id: rules[id] for id in sorted(rules, key=of_rules.__getitem__)}
            findings = {id: findings[id] for id in sorted(findings, key=of_findings.__getitem__)}
        return Decided(rules, findings, derived, scores, gates)

    def _narrow(self, ranges: Iterable[Range]) -> None:
        """Look again at derived values into which an answer enters."""
        for each in ranges:
            before = self._decided.get(each, each.always)
            after = each.decided(self.record)
            if before is not after:
                self._decided[each] = after
                self._off([number for number in before if number not in after])
                self._on([number for number in after if number not in before])

    def _on(self, met: Iterable[int]) -> None:
        """Each time that a condition stands in `met`, it lacks one less; and so on with what then holds."""
        lack = self._lack
        begun: list[int] = []
        for whole in met:
            left = lack[whole] - 1
            lack[whole] = left
            if not left:
                begun.append(whole)
        self._begin(begun)

    def _off(self, lost: Iterable[int]) -> None:
        """What `_on` did with the same, undone: the same walk, counting the other way."""
        lack = self._lack
        ended: list[int] = []
        for whole in lost:
            left = lack[whole]
            lack[whole] = left + 1
            if not left:
                ended.append(whole)
        self._end(ended)

    def _begin(self, begun: list[int]) -> None:
        """These conditions now hold; the list grows while it is walked."""
        lack, after, fired, scores = self._lack, self._after, self._fired, self._scores
        for node in begun:
            wholes, rule, candidate, gain, more = after[node]
            if wholes:
                for whole in wholes:
                    left = lack[whole] - 1
                    lack[whole] = left
                    if not left:
                        begun.append(whole)
            if rule is not None:
                fired.add(rule)
            if gain:
                scores[candidate] += gain
            if more is not None:
                weighted, (rules, weights, terms) = more
                for whole, weight in weighted:
                    left = lack[whole]
                    lack[whole] = left - weight
                    if 0 < left <= weight:
                        begun.append(whole)
                fired.update(rules)
                for candidate, gain in weights:
                    scores[candidate] += gain
                self._look(terms)
        if self._named:
            self._changed.update(begun)

    def _end(self, ended: list[int]) -> None:
        """These conditions no longer hold."""
        lack, after, fired, scores = self._lack, self._after, self._fired, self._scores
        for node in ended:
            wholes, rule, candidate, gain, more = after[node]
            for whole in wholes:
                left = lack[whole]
                lack[whole] = left + 1
                if not left:
                    ended.append(whole)
            if rule is not None:
                fired.discard(rule)
            if gain:
                scores[candidate] -= gain
            if more is not None:
                weighted, (rules, weights, terms) = more
                for whole, weight in weighted:
                    left = lack[whole] + weight
                    lack[whole] = left
                    if 0 < left <= weight:
                        ended.append(whole)
                fired.difference_update(rules)
                for candidate, gain in weights:
                    scores[candidate] -= gain
                self._look(terms)
        if self._named:
            self._changed.update(ended)

    def _look(self, numbers: Iterable[int]) -> None:
        """Terms in which something can be superseded come and go both ways, so they are worked out again."""
        fired, counted, terms = self._fired, self._counted, self._network.terms
        for number in numbers:
            term = terms[number]
            counts = any(rule in fired and fired.isdisjoint(by) for rule, by in term.counts)
            if counts is not counted[number]:
                counted[number] = counts
                self._scores[term.candidate] += term.weight if counts else -term.weight
