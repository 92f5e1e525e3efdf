"""What differs between two versions of a base, as formulas over one patient."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import chain

from charley.audit.diff.observed import BACK
from charley.audit.symbolic.connectives import (
    Formula,
    conjunction,
    disjunction,
    greater,
    negated,
    same,
    same_points,
)
from charley.audit.symbolic.standing import Formulas
from charley.engine.standing import NEAR
from charley.rules.candidate import SECTIONS
from charley.rules.rule import URGENCIES, Advise

__all__ = ["Differences"]


class Differences:
    """The differences of `a`, the old version, and `b`, the new one.

    `possible` says whether a formula is true of some patient.
    """

    def __init__(self, a: Formulas, b: Formulas, possible: Callable[[Formula], bool]) -> None:
        self._a, self._b, self._possible = a, b, possible

    def ways(self, kind: str) -> Iterator[Formula]:
        """The formulas of which one is true of a patient who sees this kind of change."""
        a, b = self._a, self._b
        before, after = (b, a) if kind in BACK else (a, b)
        match kind:
            case "lost-flag" | "new-flag":
                yield from _gone(before.base.candidates, _flagged(before), _flagged(after))
            case "lost-alert" | "new-alert":
                yield from _gone(before.base.alerts, _alerted(before), _alerted(after))
            case "answer-lost" | "answer-new":
                dangers = [*before.base.candidates, *before.base.alerts]
                yield from _gone(dangers, _cleared(before), _cleared(after))
            case "advice-lost" | "advice-new":
                advising = [rule.id for rule in before.base.rules.values() if rule.effects(Advise)]
                yield from _gone(advising, before.advised, _advised(after))
            case "lower-urgency" | "higher-urgency":
                for one, other in zip(_alarms(before), _alarms(after), strict=True):
                    yield _lost(one, other)
            case "flag-less-urgent" | "flag-more-urgent":
                for candidate in self._shared:
                    for urgency in URGENCIES[:-2]:
                        lost = _lost(before.flagged(candidate, urgency), after.flagged(candidate, urgency))
                        yield conjunction([lost, after.flagged(candidate)])
            case "leader":
                for candidate in self._led:
                    leads = _leads(a)(candidate), _leads(b)(candidate)
                    yield conjunction([_lost(*leads), self._overtaken(candidate, a, b)])
                    yield conjunction([_lost(*reversed(leads)), self._overtaken(candidate, b, a)])
            case "section":
                for candidate in self._shared:
                    for section in SECTIONS:
                        lost = _lost(a.section(candidate, section), b.section(candidate, section))
                        yield conjunction([a.ranked(), b.ranked(), lost])
            case _:
                for candidate in self._shared:
                    if candidate in self._moved:
                        for differs in self._score_differs(candidate):
                            yield conjunction([a.ranked(), b.ranked(), differs])

    def necessary(self, kind: str) -> Iterator[Formula]:
        """What is true of all whom this kind can be about; it spares the solver nearly all of its work."""
        if kind not in ("leader", "section", "lower-urgency", "higher-urgency"):
            return
        yield from (self._a.someone_leads(), self._b.someone_leads(), self._something_differs())
        if kind.endswith("urgency"):
            yield disjunction([*self._dangers_differ(), *self.ways("leader"), self._otherwise()])
        elif kind == "section":
            flags, nearer = self._flagged_differs(), chain.from_iterable(map(self._nearer, self._moved))
            yield disjunction([*flags, *self.ways("leader"), *nearer, self._otherwise()])

    @cached_property
    def _shared(self) -> list[str]:
        return [candidate for candidate in self._a.base.candidates if candidate in self._b.base.candidates]

    @cached_property
    def _moved(self) -> list[str]:
        """The candidates whose score formula differs. Only they can change the leader."""
        every = dict.fromkeys([*self._a.base.candidates, *self._b.base.candidates])
        return [
            candidate
            for candidate in every
            if candidate not in self._shared
            or not same_points(self._a.score(candidate), self._b.score(candidate))
        ]

    @property
    def _led(self) -> Iterable[str]:
        """The candidates that can lead in one version and not in the other."""
        if same(self._a.ranked(), self._b.ranked()):
            return self._moved
        return dict.fromkeys([*self._a.base.candidates, *self._b.base.candidates])

    def _score_differs(self, candidate: str) -> list[Formula]:
        one, other = self._a.score(candidate), self._b.score(candidate)
        return [greater(one, other), greater(other, one)]

    def _overtaken(self, candidate: str, before: Formulas, after: Formulas) -> Formula:
        """The candidate's score has fallen, or that of another has risen."""
        if self._otherwise():
            return True
        ways = [
            greater(after.score(other), before.score(other)) if other != candidate
            else greater(before.score(other), after.score(other))
            for other in self._moved
        ]  # fmt: skip
        # What no patient can see by itself is not worth looking for among everything else.
        return disjunction(way for way in ways if self._possible(way))

    def _something_differs(self) -> Formula:
        """A necessary condition for a change of the ranking, a section or the urgency."""
        if set(self._a.base.candidates) != set(self._b.base.candidates) or self._otherwise():
            return True
        ways = list(chain.from_iterable(self._score_differs(candidate) for candidate in self._moved))
        return disjunction([*ways, *self._dangers_differ()])

    def _nearer(self, candidate: str) -> Iterator[Formula]:
        """The candidate moves into or out of the range of another that counts as near."""
        for other in self._shared if candidate in self._shared else ():
            for pair in ((candidate, other), (other, candidate)) if other != candidate else ():
                one, two = self._a.ahead(*pair, -NEAR), self._b.ahead(*pair, -NEAR)
                yield from (_lost(one, two), _lost(two, one))

    def _flagged_differs(self) -> Iterator[Formula]:
        yield from (*self.ways("lost-flag"), *self.ways("new-flag"))

    def _dangers_differ(self) -> Iterator[Formula]:
        """A flag, an alert or an advice differs, or its urgency, or what speaks for a candidate."""
        for candidate in self._shared:
            for urgency in URGENCIES:
                one, other = (f.flagged(candidate, urgency) for f in (self._a, self._b))
                yield from (_lost(one, other), _lost(other, one))
        yield from (*self.ways("lost-alert"), *self.ways("new-alert"))
        for alert in self._a.base.alerts:
            for urgency in URGENCIES if alert in self._b.base.alerts else ():
                one, other = (f.alerted(alert, urgency) for f in (self._a, self._b))
                yield from (_lost(one, other), _lost(other, one))
        for urgency in URGENCIES:
            one, other = (f.advised_as(urgency) for f in (self._a, self._b))
            yield from (_lost(one, other), _lost(other, one))
        for candidate in self._moved:
            if candidate in self._shared:
                one, other = (f.supported(candidate) for f in (self._a, self._b))
                yield from (_lost(one, other), _lost(other, one))

    def _otherwise(self) -> bool:
        """Whether candidates, the scope or the minimum differ, apart from the rules."""
        tied = [(c.id, c.prior, c.tier, c.disposition) for c in self._a.base.candidates.values()]
        now = [(c.id, c.prior, c.tier, c.disposition) for c in self._b.base.candidates.values()]
        if sorted(tied) != sorted(now) or not same(self._a.ranked(), self._b.ranked()):
            return True
        return not same(self._a.minimum_met(), self._b.minimum_met())


def _alarms(formulas: Formulas) -> Iterator[Formula]:
    """How much the patient is alarmed, a step at a time: the last two are not known yet, and routine."""
    yield from map(formulas.urgent, URGENCIES[:-1])
    soon, ranked = formulas.urgent("soon"), formulas.ranked()
    yield disjunction([soon, conjunction([ranked, negated(formulas.minimum_met())])])
    yield disjunction([soon, ranked])


def _lost(before: Formula, after: Formula) -> Formula:
    return False if same(before, after) else conjunction([before, negated(after)])


def _gone(
    ids: Iterable[str], before: Callable[[str], Formula], after: Callable[[str], Formula]
) -> Iterator[Formula]:
    for id in ids:
        yield _lost(before(id), after(id))


def _flagged(formulas: Formulas) -> Callable[[str], Formula]:
    return lambda id: formulas.flagged(id) if id in formulas.base.candidates else False


def _cleared(formulas: Formulas) -> Callable[[str], Formula]:
    return lambda id: formulas.cleared(id) if id in formulas.clears else False


def _alerted(formulas: Formulas) -> Callable[[str], Formula]:
    return lambda id: formulas.alerted(id) if id in formulas.base.alerts else False


def _advised(formulas: Formulas) -> Callable[[str], Formula]:
    return lambda id: formulas.advised(id) if id in formulas.base.rules else False


def _leads(formulas: Formulas) -> Callable[[str], Formula]:
    def leads(id: str) -> Formula:
        return (
            conjunction([formulas.ranked(), formulas.leads(id)]) if id in formulas.base.candidates else False
        )

    return leads
