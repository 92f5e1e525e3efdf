"""The parts of a differential, made from the standing and the firings of one record.

Nothing in a model can be changed, so what is the same for two patients is made once, and both have it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NoReturn, TypeVar, assert_never

from charley.documents.diagnostic import one_of
from charley.engine.compose.sayings import Said, Sayings
from charley.engine.compose.supports import Bearing, Supports
from charley.engine.differential import (
    Advice,
    Alarm,
    Cleared,
    Contradicted,
    Contribution,
    Effected,
    EffectKind,
    Firing,
    Place,
    Raised,
    Withdrawn,
)
from charley.engine.effects import Weighed
from charley.engine.meaning import truth
from charley.engine.prepared import Known, Prepared
from charley.engine.standing import Standing
from charley.facts.record import Record
from charley.facts.vocabulary import Value
from charley.facts.wording import AUDIENCES, Audience
from charley.rules.rule import (
    URGENCY_RANK,
    Advise,
    Alert,
    Clear,
    Conclude,
    Effect,
    Flag,
    Rule,
    Urgency,
    Weigh,
)

__all__ = ["Composer", "Composers", "Firings"]

E = TypeVar("E", bound="Raised | Alarm | Advice | Said")

Kept = tuple[str | frozenset[str] | Value | None, ...]
"""A rule with what decides why it fires."""

MOST = 4096
"""So many firings are kept of a base. Of the bundled one, its cases bring about half as many."""


class Composer:
    """Puts together what is said of a record to one audience. Made once for a base."""

    def __init__(self, base: Prepared, audience: Audience) -> None:
        self._base, self.says = base, Sayings(base, audience)
        self._supports = base.part(Supports)
        self._places: dict[int, Place] = {}
        """Where candidates stand that no rule has touched."""
        self._contributions: dict[Weighed, Contribution] = {}
        self._contradictions = [
            (at, condition, note, self._supports.waits_for(at, condition))
            for at, (condition, note) in enumerate(self.says.contradictions)
        ]

    def places(self, standings: Iterable[Standing], explain: bool) -> tuple[Place, ...]:
        """Where the candidates stand."""
        alike, found = self._places, []
        for standing in standings:
            made = None if standing.alike is None else alike.get(standing.alike)
            if made is None:
                candidate = standing.candidate
                made = Place.made(
                    candidate=candidate.id,
                    name=self.says.names[candidate.id],
                    tier=candidate.tier,
                    section=standing.section,
                    beyond_source=candidate.beyond_source,
                    prior=candidate.prior,
                    score=standing.score,
                    interval=standing.interval,
                    flagged=bool(standing.flags),
                    urgency=self._flag(standing).urgency if standing.flags else None,
                    cleared=bool(standing.clears),
                    contributions=tuple(map(self._contribution, standing.weighed)) if explain else (),
                )
                if standing.alike is not None:
                    alike[standing.alike] = made
            found.append(made)
        return tuple(found)

    def _flag(self, standing: Standing) -> Said:
        """The most urgent flag of a candidate that is flagged."""
        flags = self.says.flags[standing.candidate.id]
        return _most_urgent_first([flag for flag in flags if flag.rule in standing.flags])[0]

    def _contribution(self, weighed: Weighed) -> Contribution:
        made = self._contributions.get(weighed)
        if made is None:
            made = self._contributions[weighed] = Contribution.made(
                rule=weighed.rule,
                weight=weighed.weight,
                counted=weighed.passed_over is None,
                group=weighed.group,
                citations=self._base.rules[weighed.rule].evidence.citations,
                passed_over_for=weighed.passed_over,
                superseded=weighed.superseded,
            )
        return made

    def flags(self, standings: Sequence[Standing]) -> tuple[Raised, ...]:
        """Most urgent first; equally urgent ones in the order of the candidates' standing."""
        raised = []
        for standing in standings:
            if standing.flags:
                id, worst = standing.candidate.id, self._flag(standing)
                raised.append(
                    Raised.made(
                        candidate=id,
                        urgency=worst.urgency,
                        action=worst.action,
                        rules=standing.flags,
                        cleared_by=self._answers(id, standing.clears),
                    )
                )
        return _most_urgent_first(raised)

    def _answers(self, danger: str, fired: Collection[str]) -> tuple[Cleared, ...]:
        """What answers a flag or an alert, of what fired."""
        return tuple([each for each in self.says.clears[danger] if each.rule in fired])

    def alerts(self, fired: Collection[str]) -> tuple[Alarm, ...]:
        """Most urgent first; equally urgent ones in the order of the base."""
        alerting = self.says.alerting
        raised = {id for rule in fired if rule in alerting for id in alerting[rule]}
        if not raised:
            return ()
        alarms = []
        for id in [id for id in self.says.alerts if id in raised]:
            raising = [each for each in self.says.alerts[id] if each.rule in fired]
            worst = _most_urgent_first(raising)[0]
            alarms.append(
                Alarm.made(
                    alert=id,
                    name=self.says.alert_names[id],
                    urgency=worst.urgency,
                    action=worst.action,
                    rules=tuple([each.rule for each in raising]),
                    cleared_by=self._answers(id, fired),
                )
            )
        return _most_urgent_first(alarms)

    def advice(
        self, record: Record, fired: Collection[str]
    ) -> tuple[tuple[Advice, ...], tuple[Withdrawn, ...]]:
        """The advice that stands, most urgent first, and what is withdrawn of what fires."""
        stands, withdrawn = [], []
        for rule in fired:
            if rule not in self.says.advice:
                continue
            by = self._base.scoring.withdrawing(rule, fired) if rule in self._base.withdrawn_by else ()
            for to_do, done in self.says.advice[rule]:
                if by:
                    gone = Withdrawn.made(rule=rule, text=done.text, urgency=done.urgency, by=by)
                    withdrawn.append(gone)
                else:
                    is_done = done.gives and all(fact in record for fact in done.gives)
                    stands.append(done if is_done else to_do)
        return _most_urgent_first(stands), tuple(withdrawn)

    def contradictions(self, known: Known) -> tuple[Contradicted, ...]:
        """The answers that cannot all be right, in the order of the base."""
        names, look = known.names, known.look
        return tuple(
            [
                Contradicted.made(note=note, support=self._supports.of(at, condition, known))
                for at, condition, note, waited in self._contradictions
                if (waited is None or not waited.isdisjoint(names)) and truth(condition, look) is True
            ]
        )


class Composers(dict[Audience, Composer]):
    """A composer for every audience, made once for a base. For another word it raises `ValueError`."""

    def __init__(self, base: Prepared) -> None:
        super().__init__({audience: Composer(base, audience) for audience in AUDIENCES})

    def __missing__(self, audience: Audience) -> NoReturn:
        one_of(audience, "audience", AUDIENCES)
        raise KeyError(audience)


class Firings:
    """The firings of a base, as models. Made once for a base.

    Nothing in a model can be changed, so two patients for whom a rule fires for the same reason have the same
    one. It is kept under the rule and the yes-or-no answers and choices on which it can rest: never a number
    that somebody has, and never two rules together, so nobody's record can be put together from what is kept.
    """

    def __init__(self, base: Prepared) -> None:
        self._rules, self._supports = base.rules, base.part(Supports)
        self._bearing: dict[str, Bearing] = {}
        self._kept: dict[Kept, Firing] = {}
        self._effects: dict[str, tuple[Effected, ...]] = {}

    def of(self, fired: Iterable[str], known: Known) -> tuple[Firing, ...]:
        """These rules, which are known to fire, in this order."""
        kept, names, record = self._kept, known.names, known.record
        found = []
        for id in fired:
            rule, bearing = self._rules[id], self._bearing.get(id)
            if bearing is None:
                bearing = self._bearing[id] = self._supports.plan(id, rule.condition, True).bearing
            same, choices, numbers = bearing
            key: Kept = id, same & names
            if choices:
                key = *key, *[record.get(each) for each in choices]
            is_kept = numbers is not None and numbers.isdisjoint(names)
            made = kept.get(key) if is_kept else None
            if made is None:
                if id not in self._effects:
                    self._effects[id] = tuple([_effected(rule, effect) for effect in rule.then])
                support = self._supports.of(id, rule.condition, known)
                made = Firing.made(rule=id, title=rule.title, support=support, effects=self._effects[id])
                if is_kept and len(kept) < MOST:
                    kept[key] = made
            found.append(made)
        return tuple(found)


def _most_urgent_first(made: Collection[E]) -> tuple[E, ...]:
    """Equally urgent ones stay in their order."""
    if len(made) < 2:
        return tuple(made)
    return tuple(sorted(made, key=lambda each: URGENCY_RANK[each.urgency]))


def _effected(rule: Rule, effect: Effect) -> Effected:
    kind: EffectKind
    weight: int | None = None
    urgency: Urgency | None = None
    match effect:
        case Weigh(direction=kind, candidate=target):
            weight = effect.weight
        case Flag(candidate=target, urgency=urgency):
            kind = "flag"
        case Clear(target=target):
            kind = "clear"
        case Alert(alert=target, urgency=urgency):
            kind = "alert"
        case Conclude(finding=target):
            kind = "conclude"
        case Advise(urgency=urgency):
            kind, target = "advise", rule.id
        case _:
            assert_never(effect)
    return Effected.made(kind=kind, target=target, weight=weight, urgency=urgency)
