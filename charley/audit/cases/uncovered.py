"""What the cases of a base have not shown of it, each with a case that would show it, ready to be added.

A ready case says what the rule's own condition says, and no more. The author who adds it states
what else a careful clinician expects. Each is counted before the next is searched, so that they are few.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from charley.audit.cases.atom_values import AtomValues
from charley.audit.cases.construct import GRANTED, STEPS, Reach, granting, replaced, signed, without_needless
from charley.audit.cases.coverage import Coverage
from charley.audit.cases.pairs import PairSearch
from charley.facts.record import Record
from charley.rules.language.condition import And, Atom, Condition
from charley.rules.rule import Alert, Flag, Rule

__all__ = ["Gap", "ReadyCase", "Uncovered"]


@dataclass(frozen=True)
class ReadyCase:
    """A case that would close a gap; `fires` is what becomes of the rule."""

    id: str
    title: str
    rule: Rule
    record: Record
    fires: bool

    def as_case(self) -> dict[str, Any]:
        """The case as it stands in a file of cases."""
        expect: dict[str, Any] = {"fires" if self.fires else "not_fires": [self.rule.id]}
        if self.fires:
            flags = [effect.candidate for effect in self.rule.effects(Flag)]
            alerts = [effect.alert for effect in self.rule.effects(Alert)]
            expect |= {"flags": flags} if flags else {}
            expect |= {"alerts": alerts} if alerts else {}
        return {"id": self.id, "title": self.title, "given": dict(self.record), "expect": expect}


@dataclass(frozen=True)
class Gap:
    """Something that no case shows: what, of which rule, and the cases that together would show it.

    `covered`: the ready cases of other gaps show this as well. Where there is neither, none was found: it may
    be that no patient can show it.
    """

    rule: Rule
    message: str
    ready: tuple[ReadyCase, ...] = ()
    covered: bool = False


@dataclass(frozen=True)
class _Open:
    """A gap, whether the cases and ready cases so far show it after all, and the search for more."""

    gap: Gap
    shown: Callable[[], bool]
    search: Callable[[], Iterator[ReadyCase]]


class Uncovered:
    """The gaps of a coverage, which is not changed. `steps` limits each search for a case."""

    def __init__(self, coverage: Coverage, steps: int = STEPS) -> None:
        self._base = coverage.base
        self._before = coverage
        self._with_ready = coverage.copy()
        self._reach = Reach(coverage.base, steps)
        self._names = set(coverage.records)

    def gaps(self) -> list[Gap]:
        """Every gap, rule by rule: it never fires, an atom never matters, an atom is seen one way only."""
        found: list[tuple[Gap, _Open]] = []
        for each in self._each():
            covered = each.shown()
            ready = () if covered else tuple(each.search())
            found.append((replace(each.gap, ready=ready, covered=covered), each))
        # A case for a later gap may show what the search failed to reach.
        return [gap if gap.ready else replace(gap, covered=each.shown()) for gap, each in found]

    def _each(self) -> Iterator[_Open]:
        met: set[Atom] = set()
        for rule in self._base.rules.values():
            observed = self._before.observed[rule.id]
            if not self._before.rule(rule.id).true:
                yield self._never_fires(rule)
            if rule in self._before.dangers or rule in self._before.concluding:
                for at in range(len(observed.atoms)):
                    if observed.pair(at) is None:
                        yield self._never_matters(rule, at)
            for atom in observed.atoms:
                if atom not in met:
                    met.add(atom)
                    for wanted in (True, False):
                        if str(wanted).lower() in self._before.atom(atom).never:
                            yield self._never_comes_out(rule, atom, wanted)

    def _never_fires(self, rule: Rule) -> _Open:
        def fires(record: Record) -> bool:
            return AtomValues(self._base, record).truth(rule.condition) is True

        def search() -> Iterator[ReadyCase]:
            record = self._reach.first(rule.condition, fires)
            if record is not None:
                yield self._take(rule, rule.title, without_needless(record, fires), True)

        gap = Gap(rule, f"`{rule.id}` fires in no case")
        return _Open(gap, lambda: self._with_ready.rule(rule.id).true > 0, search)

    def _never_matters(self, rule: Rule, at: int) -> _Open:
        atom = self._before.observed[rule.id].atoms[at]

        def shown() -> bool:
            return self._with_ready.observed[rule.id].pair(at) is not None

        def search() -> Iterator[ReadyCase]:
            now = self._with_ready
            for record, fires in PairSearch(self._reach, now.observed[rule.id], at, now.records).halves():
                words = f"{rule.title}; needs {atom}" if fires else f"Not so: {rule.title}; lacks {atom}"
                yield self._take(rule, words, record, fires)

        return _Open(Gap(rule, f"no pair of cases shows that `{atom}` matters in `{rule.id}`"), shown, search)

    def _never_comes_out(self, rule: Rule, atom: Atom, wanted: bool) -> _Open:
        word = str(wanted).lower()
        sign = signed(atom, wanted)
        # A record for which the rule fires with it is best, next one for which it fails because of it.
        ways = [
            And((sign, rule.condition)),
            And((sign, granting(rule.condition, atom, not wanted))),
            sign,
        ]

        def search() -> Iterator[ReadyCase]:
            for way in ways:
                asked = replaced(way, {GRANTED: And(())})

                def holds(record: Record, asked: Condition = asked) -> bool:
                    return AtomValues(self._base, record).truth(asked) is True

                record = self._reach.first(way, holds)
                if record is not None:
                    record = without_needless(record, holds)
                    fires = AtomValues(self._base, record).truth(rule.condition) is True
                    yield self._take(rule, f"{rule.title}: {atom} is {word}", record, fires)
                    return

        others = sum(atom in observed.atoms for observed in self._before.observed.values()) - 1
        also = f" (so in {others} more rule{'s' if others > 1 else ''})" if others else ""
        gap = Gap(rule, f"`{atom}` of `{rule.id}` is {word} in no case{also}")
        return _Open(gap, lambda: word not in self._with_ready.atom(atom).never, search)

    def _take(self, rule: Rule, title: str, record: Record, fires: bool) -> ReadyCase:
        stem = f"{rule.id}-{'fires' if fires else 'waits'}"
        number = 1
        while (name := f"{stem}-{number}") in self._names:
            number += 1
        self._names.add(name)
        self._with_ready.add(name, record)
        return ReadyCase(name, title, rule, record, fires)
