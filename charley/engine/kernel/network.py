"""Evaluate it, one patient living through time: a network of counters.

Every literal knows the conditions that wait for it, and every condition counts the weight it still lacks
(`and` n of n, `or` 1 of n, thresholds k of n, scores weighted). An answer lowers the counters of what
waits for it, and what reaches zero is passed on; a retraction raises the same counters again. The counters
depend only on which literals hold, so taking back undoes exactly what telling did.
"""

from __future__ import annotations

from collections.abc import Iterable

from charley.engine.kernel.conditions import Conditions, Counted
from charley.engine.kernel.literals import LiteralIndex, Range
from charley.engine.kernel.terms import Term, terms
from charley.engine.meaning import Kleene, Valuation
from charley.facts.record import Record
from charley.facts.vocabulary import Value
from charley.rules.knowledge_base import KnowledgeBase

__all__ = ["Network", "Patient"]

# What follows from a condition is kept in plain tuples. Telling an answer does little else than unpack them,
# and Python unpacks named tuples at half the speed.

_Weighted = tuple[tuple[int, int], ...]
"""Pairs of a number and a weight."""

_Effects = tuple[tuple[str, ...], _Weighted, tuple[int, ...]]
"""What the base does when a condition holds: the rules that fire; the candidates that get a weight; the terms
to be looked at, because a rule in them can be superseded."""

_Then = tuple[tuple[int, ...], str | None, int, int, tuple[_Weighted, _Effects] | None]
"""What follows when a condition begins to hold, and is undone when it ceases to:

1. the conditions that count it at weight one,
2. the first rule that fires, or None,
3. the first candidate that gets a weight (the number after the last one where there is none), and
4. the weight (0 where there is none),
5. the rest: the conditions that count it at another weight, and the other effects. Most conditions have none,
   and one test for None is cheaper than loops over nothing.
"""


class _Nothing(dict[Value, tuple[int, ...]]):
    """The literals on a fact that occurs in no literal."""

    def __missing__(self, value: Value) -> tuple[int, ...]:
        return ()


_NOTHING = _Nothing()


class Network:
    """A knowledge base as counters, made once; `start` gives each patient counters of their own.

    Without `falsity` only what fires is followed: half the work, and no `valuation`.
    """

    def __init__(self, base: KnowledgeBase, falsity: bool = True) -> None:
        self.base = base
        self.conditions = conditions = Conditions(base, falsity)
        self.candidates = tuple(base.candidates)
        self._terms: list[Term] = []
        effects = self._effects(terms(base))
        nodes = conditions.nodes
        waiting: list[list[int]] = [[] for _ in nodes]
        weighted: dict[int, list[tuple[int, int]]] = {}
        for whole, node in enumerate(nodes):
            if isinstance(node, Counted):
                for part, weight in zip(node.parts, node.weights, strict=True):
                    if weight == 1:
                        waiting[part].append(whole)
                    else:
                        weighted.setdefault(part, []).append((whole, weight))
        self._after: list[_Then] = [
            self._then(tuple(wholes), effects.get(node, ((), (), ())), tuple(weighted.get(node, ())))
            for node, wholes in enumerate(waiting)
        ]
        # A literal that somebody looks at is a condition of its own. Of the others, nearly all, an answer
        # goes straight to what waits for them.
        looked_at = {*effects, *weighted, *conditions.watched}
        self.index = LiteralIndex(
            base,
            {
                literal: (number,)
                if number in looked_at or literal.name in base.derived
                else tuple(waiting[number])
                for literal, number in conditions.literals.items()
            },
        )
        self._held, self._ranges_of = self.index.held, self.index.ranges_of
        self._facts = {
            fact: (self._held.get(fact, _NOTHING), self._ranges_of.get(fact, ()))
            for fact in (*self._held, *self._ranges_of)
        }
        # The patient of whom nothing is known: what holds of everybody is passed on once, here.
        self._lack = [node.needed if isinstance(node, Counted) else 1 for node in nodes]
        self._scores = [*(candidate.prior for candidate in base.candidates.values()), 0]
        self._fired: set[str] = set()
        self._counted = [False] * len(self._terms)
        nobody = Patient(self)
        always = [n for n, node in enumerate(nodes) if isinstance(node, Counted) and node.needed <= 0]
        for number in always:
            nobody._lack[number] = 1
        nobody._on([*always, *(n for each in self.index.ranges for n in each.always)])
        self._lack, self._scores = nobody._lack, nobody._scores
        self._fired, self._counted = nobody._fired, nobody._counted

    def start(self, record: Record | None = None) -> Patient:
        """A patient of whom this is known."""
        patient = Patient(self)
        if record:
            patient._open(record)
        return patient

    def _then(self, wholes: tuple[int, ...], effects: _Effects, weighted: _Weighted) -> _Then:
        """The first rule and the first score apart from the rest."""
        rules, scores, terms = effects
        candidate, weight = scores[0] if scores else (len(self.candidates), 0)
        rest = rules[1:], scores[1:], terms
        more = (weighted, rest) if weighted or any(rest) else None
        return wholes, rules[0] if rules else None, candidate, weight, more

    def _effects(self, found: Iterable[Term]) -> dict[int, _Effects]:
        """What each condition does."""
        conditions = self.conditions
        rules: dict[int, list[str]] = {}
        weights: dict[int, list[tuple[int, int]]] = {}
        looks: dict[int, list[int]] = {}
        for id, (node, _) in conditions.rules.items():
            rules.setdefault(node, []).append(id)
        for term in found:
            nodes = tuple(dict.fromkeys(conditions.rules[rule][0] for rule, _ in term.counts))
            if term.plain:
                weights.setdefault(conditions.any_of(nodes), []).append((term.candidate, term.weight))
                continue
            at = len(self._terms)
            self._terms.append(term)
            touching = {rule for counted, by in term.counts for rule in (counted, *by)}
            for node in {conditions.rules[rule][0] for rule in touching}:
                looks.setdefault(node, []).append(at)
        return {
            node: (tuple(rules.get(node, ())), tuple(weights.get(node, ())), tuple(looks.get(node, ())))
            for node in {*rules, *weights, *looks}
        }


class Patient:
    """One patient: `tell` and `retract` answers, and read what fires, the scores, the whole valuation."""

    __slots__ = (
        *("_after", "_counted", "_decided", "_facts", "_fired", "_lack", "_network", "_scores"),
        "record",
    )

    def __init__(self, network: Network) -> None:
        self._network = network
        self._after, self._facts = network._after, network._facts
        self._lack = network._lack[:]
        self._scores = network._scores[:]
        self._fired = set(network._fired)
        self._counted = network._counted[:]
        self._decided: dict[Range, tuple[int, ...]] = {}
        self.record: dict[str, Value] = {}

    def tell(self, fact: str, value: Value) -> None:
        """Make a fact known. A fact that was known is changed."""
        record = self.record
        if fact in record:
            if record[fact] == value:
                return
            self.retract(fact)
        record[fact] = value
        try:
            table, ranges = self._facts[fact]
        except KeyError:
            return  # no rule looks at it
        # `_on`, written out here: half of all answers end with it, and a call would cost as much again.
        lack = self._lack
        begun: list[int] = []
        for whole in table[value]:
            left = lack[whole] - 1
            lack[whole] = left
            if not left:
                begun.append(whole)
        if begun:
            self._begin(begun)
        if ranges:
            self._narrow(ranges)

    def retract(self, fact: str) -> None:
        """Make a fact unknown again. Raises `KeyError` where it was not known."""
        value = self.record.pop(fact)
        if fact in self._facts:
            table, ranges = self._facts[fact]
            self._off(table[value])
            self._narrow(ranges)

    @property
    def fired(self) -> frozenset[str]:
        """The rules that fire."""
        return frozenset(self._fired)

    @property
    def scores(self) -> list[int]:
        """The score of every candidate, in the order of the knowledge base."""
        return self._scores[:-1]

    def holds(self, number: int) -> bool:
        """Whether a counted condition of `Network.conditions`, by its number, is met."""
        return self._lack[number] <= 0

    def valuation(self) -> Valuation:
        """What is so of every rule and finding, derived value and score."""
        network, lack = self._network, self._lack
        base, conditions = network.base, network.conditions
        if not conditions.falsity:
            raise ValueError("this network was made without falsity")

        def states(pairs: dict[str, tuple[int, int]]) -> dict[str, Kleene]:
            return {
                id: True if lack[yes] <= 0 else False if lack[no] <= 0 else None
                for id, (yes, no) in pairs.items()
            }

        scores: dict[str, tuple[int, int]] = {}
        for id, items in conditions.items.items():
            low = high = 0
            for (yes, no), points in zip(items, base.instruments[id].scaled, strict=True):
                if lack[yes] <= 0:
                    low, high = low + points, high + points
                elif lack[no] > 0:
                    low, high = low + min(0, points), high + max(0, points)
            scores[id] = (low, high)
        record = self.record
        return Valuation(
            rules=states(conditions.rules),
            findings=states(conditions.findings),
            derived={each.derived.id: each.interval(record) for each in network.index.ranges},
            scores=scores,
            gates=dict.fromkeys(base.instruments, True) | states(conditions.gates),
        )

    def _open(self, record: Record) -> None:
        """Everything that is known of a patient, in one go."""
        held, ranges_of = self._network._held, self._network._ranges_of
        met: list[int] = []
        for fact, value in record.items():
            if fact in held:
                met += held[fact][value]
        self.record = dict(record)
        self._on(met)
        if ranges_of:
            self._narrow({each for fact in record.keys() & ranges_of.keys() for each in ranges_of[fact]})

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

    def _look(self, numbers: Iterable[int]) -> None:
        """Terms in which something can be superseded come and go both ways, so they are worked out again."""
        fired, counted = self._fired, self._counted
        for number in numbers:
            term = self._network._terms[number]
            counts = any(rule in fired and fired.isdisjoint(by) for rule, by in term.counts)
            if counts is not counted[number]:
                counted[number] = counts
                self._scores[term.candidate] += term.weight if counts else -term.weight
