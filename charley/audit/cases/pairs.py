"""Independence pairs (MC/DC): the case that is missing to show that an atom matters, or both cases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice

from charley.audit.cases.atom_values import AtomValues
from charley.audit.cases.construct import Reach, granting, signed, without_needless
from charley.audit.cases.coverage import Observed
from charley.engine.meaning import Kleene
from charley.facts.record import Record
from charley.rules.language.condition import Condition

__all__ = ["PairSearch"]

MOST = 60
"""Combinations of atom values that are tried for one case of a pair."""

Sides = Mapping[tuple[Kleene, Kleene], str]
"""By the values of the atom in the firing and in the other case, the name of a case (`Observed`)."""


class PairSearch:
    """The search for the pair of one atom of a rule; `records` are the records of the cases by name."""

    def __init__(self, reach: Reach, observed: Observed, at: int, records: Mapping[str, Record]) -> None:
        self._reach, self._observed, self._at, self._records = reach, observed, at, records
        self._base = reach.base
        self._atom = observed.atoms[at]

    def halves(self) -> list[tuple[Record, bool]]:
        """Records that complete a pair, each with whether the rule fires; none where the search fails."""
        firing, waiting = self._observed.firing(self._at), self._observed.waiting(self._at)
        if firing and (found := self.waiting(firing)) is not None:
            return [(found, False)]
        if waiting and (found := self.firing(waiting)) is not None:
            return [(found, True)]
        first = self.firing({})
        if first is None:
            return []
        mine = self._values(first)
        second = self.waiting({(mine[self._at], other): "" for other in self._stopped_by(mine)})
        return [] if second is None else [(first, True), (second, False)]

    def firing(self, waiting: Sides) -> Record | None:
        """A record that fires the rule because of the atom, and pairs with one of these cases, if any."""

        def good(record: Record) -> bool:
            values = self._values(record)
            stops = self._stopped_by(values)
            return bool(stops) and (
                not waiting or any((values[self._at], other) in waiting for other in stops)
            )

        def tries() -> Iterator[Record]:
            for wanted in (True, False):
                for record in islice(self._reach.ways(signed(self._atom, wanted)), MOST):
                    yield from islice(self._reach.ways(self._rest(wanted), record=record), MOST)
                for record in self._without(waiting.values()):
                    yield from islice(self._reach.ways(signed(self._atom, wanted), record=record), MOST)

        return self._best(tries(), good)

    def waiting(self, firing: Sides) -> Record | None:
        """A record that does not fire the rule because of the atom, and pairs with one of these cases."""

        def good(record: Record) -> bool:
            values = self._values(record)
            return not self._observed.fires(values) and any(
                there is values[self._at] and self._observed.fires(values, self._at, here)
                for here, there in firing
            )

        def tries() -> Iterator[Record]:
            for wanted in dict.fromkeys(here is True for here, _ in firing):
                yield from islice(self._reach.ways(self._rest(wanted)), MOST)
                yield from self._without(firing.values())

        found = self._best(tries(), good)
        if found is None:
            return None
        # Prefer a known no to an unknown, where it takes one or two facts.
        for wanted in (False, True):
            for plain in islice(self._reach.ways(signed(self._atom, wanted), record=found), 5):
                if len(plain) <= len(found) + 2 and good(plain):
                    return plain
        return found

    def _values(self, record: Record) -> tuple[Kleene, ...]:
        return self._observed.values(AtomValues(self._base, record))

    def _stopped_by(self, values: tuple[Kleene, ...]) -> list[Kleene]:
        """The values of the atom with which the rule, firing on these values, would not fire."""
        others: list[Kleene] = [each for each in (True, False, None) if each is not values[self._at]]
        if not self._observed.fires(values):
            return []
        return [other for other in others if not self._observed.fires(values, self._at, other)]

    def _rest(self, wanted: bool) -> Condition:
        """What the rule needs besides the atom."""
        return granting(self._observed.rule.condition, self._atom, wanted)

    def _without(self, cases: Iterable[str]) -> Iterator[Record]:
        """Records of these cases without one, and without all, of the facts that the atom comes down to."""
        facts = self._base.facts_of(self._atom)
        for case in islice(dict.fromkeys(case for case in cases if case), 5):
            record = self._records[case]
            for gone in [*([fact] for fact in facts if fact in record), facts]:
                yield {id: value for id, value in record.items() if id not in gone}

    def _best(self, tries: Iterator[Record], good: Callable[[Record], bool]) -> Record | None:
        self._reach.restart()
        found = next(filter(good, tries), None)
        return None if found is None else without_needless(found, good)
