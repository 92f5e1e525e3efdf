"""What the cases of a base have not shown of it, each with a case that would show it, ready to be added.

A ready case says what the rule's own condition says, and no more: whoever adds it states what else a careful
clinician expects. Each is taken in before the next is looked for, so that together they are few.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import Any

from charley.audit.coverage import Coverage, Observed
from charley.audit.reach import GRANTED, Reach, lean, replaced
from charley.audit.told import Told
from charley.engine.meaning import Kleene
from charley.facts.record import Record
from charley.rules.condition import And, Atom, Condition, Not
from charley.rules.rule import Alert, Flag, Rule

__all__ = ["Gap", "Ready", "Uncovered"]

MOST = 60
"""Ways in which a condition can come out that are looked at for one gap."""


@dataclass(frozen=True)
class Ready:
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

    `covered` names a ready case of an earlier gap that shows this as well. Where there is neither, none was
    found: it may be that no patient can show it.
    """

    rule: Rule
    message: str
    ready: tuple[Ready, ...] = ()
    covered: bool = False


class Uncovered:
    """The gaps of a coverage; it is itself left as it was."""

    def __init__(self, coverage: Coverage) -> None:
        self._base = coverage.base
        self._before = coverage
        self._reach = Reach(coverage.base)
        self._names = set(coverage.records)

    @cached_property
    def _with_ready(self) -> Coverage:
        """The coverage with the ready cases so far."""
        copy = Coverage(self._base)
        for case, record in self._before.records.items():
            copy.add(case, record)
        return copy

    def gaps(self) -> Iterator[Gap]:
        """Every gap, rule by rule: it never fires, an atom never matters, an atom is seen one way only."""
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
                            yield self._never_so(rule, atom, wanted)

    def _never_fires(self, rule: Rule) -> Gap:
        gap = Gap(rule, f"`{rule.id}` fires in no case")
        if self._with_ready.rule(rule.id).true:
            return replace(gap, covered=True)

        def fires(record: Record) -> bool:
            return Told(self._base, record).truth(rule.condition) is True

        found = self._reach.first(rule.condition, fires)
        if found is None:
            return gap
        return replace(gap, ready=(self._take(rule, f"{rule.title}", lean(found, fires), True),))

    def _never_so(self, rule: Rule, atom: Atom, wanted: bool) -> Gap:
        others = sum(atom in observed.atoms for observed in self._before.observed.values()) - 1
        also = f" (so in {others} more rule{'s' if others > 1 else ''})" if others else ""
        gap = Gap(rule, f"`{atom}` of `{rule.id}` is {str(wanted).lower()} in no case{also}")
        if str(wanted).lower() not in self._with_ready.atom(atom).never:
            return replace(gap, covered=True)

        sign = _sign(atom, wanted)
        # Best a patient of whom the rule fires with it, next one of whom it does not fire because of it.
        for condition in (
            And((sign, rule.condition)),
            And((sign, _granting(rule.condition, atom, not wanted))),
            sign,
        ):

            def so(record: Record, condition: Condition = condition) -> bool:
                granted = replaced(condition, {GRANTED: And(())})
                return Told(self._base, record).truth(granted) is True

            found = self._reach.first(condition, so)
            if found is not None:
                record = lean(found, so)
                fires = Told(self._base, record).truth(rule.condition) is True
                title = f"{rule.title}: {atom} is {str(wanted).lower()}"
                return replace(gap, ready=(self._take(rule, title, record, fires),))
        return gap

    def _never_matters(self, rule: Rule, at: int) -> Gap:
        observed = self._with_ready.observed[rule.id]
        atom = observed.atoms[at]
        gap = Gap(rule, f"no pair of cases shows that `{atom}` matters in `{rule.id}`")
        if observed.pair(at) is not None:
            return replace(gap, covered=True)
        search = _PairSearch(self._reach, observed, at, self._with_ready.records)
        ready: list[Ready] = []
        if not observed.firing(at):
            record = search.firing()
            if record is None:
                return gap
            ready.append(self._take(rule, f"{rule.title}; needs {atom}", record, True))
        if observed.pair(at) is None:
            record = search.waiting()
            if record is not None:
                ready.append(self._take(rule, f"Not so: {rule.title}; lacks {atom}", record, False))
        if observed.pair(at) is None and observed.waiting(at):
            record = search.firing()
            if record is not None:
                ready.append(self._take(rule, f"{rule.title}; needs {atom}", record, True))
        # Half a pair shows nothing; the cases taken in stay, and are told with the gap.
        return replace(gap, ready=tuple(ready))

    def _take(self, rule: Rule, title: str, record: Record, fires: bool) -> Ready:
        stem = f"{rule.id}-{'fires' if fires else 'waits'}"
        number = 1
        while (name := f"{stem}-{number}") in self._names:
            number += 1
        self._names.add(name)
        self._with_ready.add(name, record)
        return Ready(name, title, rule, record, fires)


def _sign(atom: Atom, wanted: bool) -> Condition:
    return atom if wanted else Not(atom)


def _granting(condition: Condition, atom: Atom, wanted: bool) -> Condition:
    """What the condition needs besides the atom's having this value."""
    return replaced(condition, {atom: _sign(GRANTED, wanted)})


class _PairSearch:
    """The search for the halves of a pair that shows that one atom of a rule matters."""

    def __init__(self, reach: Reach, observed: Observed, at: int, records: Mapping[str, Record]) -> None:
        self._reach, self._observed, self._at, self._records = reach, observed, at, records
        self._base = reach.base
        self._atom = observed.atoms[at]

    def firing(self) -> Record | None:
        """A record that fires the rule because of the atom; where a case waits for it, with that one."""
        waiting = self._observed.waiting(self._at)

        def good(record: Record) -> bool:
            values = self._values(record)
            mine = values[self._at]
            others: set[Kleene] = {there for here, there in waiting if here is mine}
            if not waiting:
                others = {True, False, None} - {mine}
            return self._observed.fires(values) and any(
                not self._observed.fires(values, self._at, other) for other in others
            )

        def tries() -> Iterator[Record]:
            for wanted in (True, False):
                for record in islice(self._reach.ways(_sign(self._atom, wanted)), MOST):
                    yield from islice(self._reach.ways(self._rest(wanted), record=record), MOST)
                for record in self._without(waiting.values()):
                    yield from islice(self._reach.ways(_sign(self._atom, wanted), record=record), MOST)

        return self._best(tries(), good)

    def waiting(self) -> Record | None:
        """A record that does not fire the rule for lack of the atom, and goes with a case that fires."""
        firing = self._observed.firing(self._at)

        def good(record: Record) -> bool:
            values = self._values(record)
            others = {here for here, there in firing if there is values[self._at]}
            return not self._observed.fires(values) and any(
                self._observed.fires(values, self._at, other) for other in others
            )

        def tries() -> Iterator[Record]:
            for wanted in dict.fromkeys(here is True for here, _ in firing):
                yield from islice(self._reach.ways(self._rest(wanted)), MOST)
                yield from self._without(firing.values())

        found = self._best(tries(), good)
        if found is None:
            return None
        # A plain no tells more than a gap, where it takes no more than a fact or two.
        for wanted in (False, True):
            for plain in islice(self._reach.ways(_sign(self._atom, wanted), record=found), 5):
                if len(plain) <= len(found) + 2 and good(plain):
                    return plain
        return found

    def _values(self, record: Record) -> tuple[Kleene, ...]:
        return self._observed.values(Told(self._base, record))

    def _rest(self, wanted: bool) -> Condition:
        """What the rule needs besides the atom."""
        return _granting(self._observed.rule.condition, self._atom, wanted)

    def _without(self, cases: Any) -> Iterator[Record]:
        """Records of these cases without one, and without all, of the facts that the atom comes down to."""
        facts = self._base.facts_of(self._atom)
        for case in islice(dict.fromkeys(cases), 5):
            record = self._records[case]
            for gone in [*([fact] for fact in facts if fact in record), facts]:
                yield {id: value for id, value in record.items() if id not in gone}

    @staticmethod
    def _best(tries: Iterator[Record], good: Callable[[Record], bool]) -> Record | None:
        found = next(filter(good, tries), None)
        return None if found is None else lean(found, good)
