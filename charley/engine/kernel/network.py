"""Evaluate it, one patient living through time: a network of counters.

Every literal knows the conditions that wait for it, and every condition counts the weight it still lacks
(`and` n of n, `or` 1 of n, thresholds k of n, scores weighted). An answer lowers the counters of what
waits for it, and what reaches zero is passed on; a retraction raises the same counters again. The counters
depend only on which literals hold, so taking back undoes exactly what telling did.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from charley.engine.kernel.conditions import Conditions, Counted
from charley.engine.kernel.literals import LiteralIndex
from charley.engine.kernel.terms import Term, terms
from charley.engine.loops.counters import Patient
from charley.engine.loops.decided import Decided, decided
from charley.engine.meaning import valuation
from charley.facts.record import Record
from charley.facts.vocabulary import Value
from charley.rules.knowledge_base import KnowledgeBase

if TYPE_CHECKING:  # the compiled module has no types
    from charley.engine.loops.counters import Answers, Effects, Named, Then, Weighted

__all__ = ["Network", "Patient"]


class _Nothing(dict[Value, tuple[int, ...]]):
    """The literals on a fact that occurs in no literal."""

    def __missing__(self, value: Value) -> tuple[int, ...]:
        return ()


_NOTHING = _Nothing()


class Network:
    """A knowledge base as counters, made once; `start` gives each patient counters of their own.

    Without `falsity` only what fires is followed: half the work, and no `valuation`.
    """

    tables: object = None
    """Where compiled loops put their own form of this, when they first meet it."""

    NOT_KEPT = ("tables",)

    def __init__(self, base: KnowledgeBase, falsity: bool = True) -> None:
        self.base = base
        self.conditions = conditions = Conditions(base, falsity)
        self.candidates = tuple(base.candidates)
        self.terms: list[Term] = []
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
        self.after: list[Then] = [
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
        held, ranges_of = self.index.held, self.index.ranges_of
        facts: dict[str, Answers] = {}
        for fact in (*held, *ranges_of):
            table = held.get(fact, _NOTHING)
            no, yes = ((), ()) if base.vocabulary[fact].kind == "choice" else (table[False], table[True])
            facts[fact] = no, yes, table, ranges_of.get(fact, ())
        self.facts: Mapping[str, Answers] = facts
        # The patient of whom nothing is known.
        self.lack = self._lacking()
        self.always = {id for id, (node, _) in conditions.rules.items() if self.lack[node] <= 0}
        self.counted = [
            any(rule in self.always and self.always.isdisjoint(by) for rule, by in term.counts)
            for term in self.terms
        ]
        self.totals = [*(candidate.prior for candidate in base.candidates.values()), 0]
        for candidate, weight in self._added():
            self.totals[candidate] += weight
        self.names: list[Named] = self._names() if falsity else []
        """What has a name outside, sorted as the base is."""
        self.named = self._named() if falsity else []
        """Of every condition the numbers in `names` of what it is a sign of."""
        self.order: tuple[Mapping[str, int], ...] = tuple(
            {id: at for at, id in enumerate(of)} for of in (conditions.rules, conditions.findings)
        )
        """The place of every rule and of every finding in the base."""

    def start(self, record: Record | None = None) -> Patient:
        """A patient with this record."""
        return Patient(self, record)

    @cached_property
    def nobody(self) -> Decided:
        """What is decided of a patient with an empty record."""
        return decided(valuation(self.base, {}))

    def _names(self) -> list[Named]:
        conditions = self.conditions
        single = (conditions.rules, conditions.findings, conditions.gates)
        found = [
            (which, at, id, *pair, 0)
            for which, pairs in enumerate(single)
            for at, (id, pair) in enumerate(pairs.items())
        ]
        for id, items in conditions.items.items():
            points = self.base.instruments[id].scaled
            found += [(3, at, id, *pair, points[at]) for at, pair in enumerate(items)]
        return sorted(found)

    def _named(self) -> list[tuple[int, ...]]:
        named: list[list[int]] = [[] for _ in self.conditions.nodes]
        for number, (_, _, _, yes, no, _) in enumerate(self.names):
            for node in {yes, no}:
                named[node].append(number)
        return list(map(tuple, named))

    def _lacking(self) -> list[int]:
        """What each condition still lacks, parts before wholes.

        Whatever is known, some hold and some never do; those lack nothing, or one more than there is.
        """
        always = {number for each in self.index.ranges for number in each.always}
        lack: list[int] = []
        for number, node in enumerate(self.conditions.nodes):
            if isinstance(node, Counted):
                parts = zip(node.parts, node.weights, strict=True)
                needed = min(max(node.needed, 0), sum(node.weights) + 1)
                lack.append(needed - sum(weight for part, weight in parts if lack[part] <= 0))
            else:
                lack.append(0 if number in always else 1)
        return lack

    def _added(self) -> Iterator[tuple[int, int]]:
        """The candidates that get a weight, with what they get."""
        for lack, (_, _, candidate, weight, more) in zip(self.lack, self.after, strict=True):
            if lack <= 0:
                yield candidate, weight
                yield from more[1][1] if more is not None else ()
        for term, counts in zip(self.terms, self.counted, strict=True):
            if counts:
                yield term.candidate, term.weight

    def _then(self, wholes: tuple[int, ...], effects: Effects, weighted: Weighted) -> Then:
        """The first rule and the first score apart from the rest."""
        rules, scores, terms = effects
        candidate, weight = scores[0] if scores else (len(self.candidates), 0)
        rest = rules[1:], scores[1:], terms
        more = (weighted, rest) if weighted or any(rest) else None
        return wholes, rules[0] if rules else None, candidate, weight, more

    def _effects(self, found: Iterable[Term]) -> dict[int, Effects]:
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
            at = len(self.terms)
            self.terms.append(term)
            touching = {rule for counted, by in term.counts for rule in (counted, *by)}
            for node in {conditions.rules[rule][0] for rule in touching}:
                looks.setdefault(node, []).append(at)
        return {
            node: (tuple(rules.get(node, ())), tuple(weights.get(node, ())), tuple(looks.get(node, ())))
            for node in {*rules, *weights, *looks}
        }
