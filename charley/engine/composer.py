"""The parts of a differential, made for one audience from the standing and the firings of one record."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple, NoReturn, TypeVar, assert_never

from charley.documents.diagnostic import one_of
from charley.engine.differential import (
    Advice,
    Alarm,
    BaseIdentity,
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
from charley.engine.meaning import Look, Valuation, truth
from charley.engine.prepared import Prepared
from charley.engine.standing import Standing, Weighed
from charley.engine.support import Supports
from charley.facts.record import Record
from charley.facts.wording import AUDIENCES, Audience
from charley.rules.candidate import Section
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

__all__ = ["Composer", "Composers"]

E = TypeVar("E", bound="Raised | Alarm | Advice | _Said")


class Composer:
    """What is said to an audience about any patient, made once, and the parts that are made with it."""

    def __init__(self, base: Prepared, audience: Audience) -> None:
        self._base, self._audience = base, audience
        about = base.about
        self.identity = BaseIdentity.made(
            id=about.id,
            title=about.title,
            version=about.version,
            digest=base.digest,
            updated=about.updated,
            review_status=about.review.status,
        )
        self.facts = tuple(base.vocabulary)
        self.order = {id: at for at, id in enumerate(self.facts)}
        self.scope_note = "" if about.scope is None else about.scope.wording.to(audience)
        self.always_say = "" if about.always_say is None else about.always_say.to(audience)
        scoring = base.scoring
        self._names = {id: candidate.name.to(audience) for id, candidate in base.candidates.items()}
        self._flags = {
            id: [_Said(rule, flag.urgency, flag.action.to(audience)) for rule, flag in flags]
            for id, flags in scoring.flags.items()
        }
        self._clears = {
            id: [Cleared.made(rule=rule, note=clear.note.to(audience)) for rule, clear in clears]
            for id, clears in scoring.clears.items()
        }
        self._alerts = {
            id: [_Said(rule, alert.urgency, alert.action.to(audience)) for rule, alert in alerts]
            for id, alerts in scoring.alerts.items()
        }
        self._alerting = frozenset(each.rule for effects in self._alerts.values() for each in effects)
        self._alert_names = {id: alert.name.to(audience) for id, alert in base.alerts.items()}
        self._advice = [
            tuple(
                Advice.made(
                    rule=rule, text=each.text.to(audience), urgency=each.urgency, gives=each.gives, done=done
                )
                for done in (False, True)
            )
            for rule, each in scoring.advice
        ]
        """Every advice, as it is said before and after it was done."""
        self._withdrawable = base.withdrawn_by
        self._contradictions = [
            (condition, facts, each.wording.to(audience))
            for (condition, each), facts in zip(base.contradictions, base.facts_of_contradiction, strict=True)
        ]
        self._supports = base.part(Supports)
        self._places: dict[tuple[str, Section], Place] = {}
        """Where candidates stand that no rule has touched."""
        self._contributions: dict[Weighed, Contribution] = {}
        self._firings: dict[str, Firing] = {}
        """What is said of the rules for which it is the same whoever they fire for."""
        self._effects: dict[str, tuple[Effected, ...]] = {}

    def place(self, standing: Standing, explain: bool) -> Place:
        """Where one candidate stands."""
        candidate = standing.candidate
        known = candidate.id, standing.section
        shared = self._base.scoring.shared.get(known) is standing
        made = self._places.get(known) if shared else None
        if made is None:
            made = Place.made(
                candidate=candidate.id,
                name=self._names[candidate.id],
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
            if shared:
                self._places[known] = made
        return made

    def _flag(self, standing: Standing) -> _Said:
        """The most urgent flag of a candidate that is flagged."""
        flags = self._flags[standing.candidate.id]
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
        return tuple([each for each in self._clears[danger] if each.rule in fired])

    def alerts(self, fired: Collection[str]) -> tuple[Alarm, ...]:
        """Most urgent first; equally urgent ones in the order of the base."""
        if self._alerting.isdisjoint(fired):
            return ()
        alarms = []
        for id, effects in self._alerts.items():
            raising = [each for each in effects if each.rule in fired]
            if raising:
                worst = _most_urgent_first(raising)[0]
                alarms.append(
                    Alarm.made(
                        alert=id,
                        name=self._alert_names[id],
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
        for to_do, done in self._advice:
            if done.rule not in fired:
                continue
            by = self._base.scoring.withdrawing(done.rule, fired) if done.rule in self._withdrawable else ()
            if by:
                gone = Withdrawn.made(rule=done.rule, text=done.text, urgency=done.urgency, by=by)
                withdrawn.append(gone)
            else:
                is_done = done.gives and all(fact in record for fact in done.gives)
                stands.append(done if is_done else to_do)
        return _most_urgent_first(stands), tuple(withdrawn)

    def contradictions(self, record: Record, found: Valuation, look: Look) -> tuple[Contradicted, ...]:
        """The answers that cannot all be right, in the order of the base."""
        return tuple(
            [
                Contradicted.made(note=note, support=self._supports.of(at, condition, look, record, found))
                for at, (condition, facts, note) in enumerate(self._contradictions)
                if (not record or not facts.isdisjoint(record)) and truth(condition, look) is True
            ]
        )

    def firings(
        self, fired: Collection[str], record: Record, found: Valuation, look: Look
    ) -> tuple[Firing, ...]:
        """The rules that fire, in the order of the base, each with what it rests on."""
        rules, firings = self._base.rules, self._firings
        return tuple([firings.get(id) or self._firing(rules[id], record, found, look) for id in fired])

    def _firing(self, rule: Rule, record: Record, found: Valuation, look: Look) -> Firing:
        if rule.id not in self._effects:
            self._effects[rule.id] = tuple([_effected(rule, effect) for effect in rule.then])
        made = Firing.made(
            rule=rule.id,
            title=rule.title,
            support=self._supports.of(rule.id, rule.condition, look, record, found),
            effects=self._effects[rule.id],
        )
        if rule.id in self._supports.alike:
            self._firings[rule.id] = made
        return made


class Composers(dict[Audience, Composer]):
    """A composer for every audience, made once for a base. For another word it raises `ValueError`."""

    def __init__(self, base: Prepared) -> None:
        super().__init__({audience: Composer(base, audience) for audience in AUDIENCES})

    def __missing__(self, audience: Audience) -> NoReturn:
        one_of(audience, "audience", AUDIENCES)
        raise KeyError(audience)


class _Said(NamedTuple):
    """What a rule says when it raises a flag or an alert."""

    rule: str
    urgency: Urgency
    action: str


def _most_urgent_first(made: Iterable[E]) -> tuple[E, ...]:
    """Equally urgent ones stay in their order."""
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
