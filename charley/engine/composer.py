"""The parts of a differential, made for one audience from the standing and the firings of one record."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Literal, NamedTuple, TypeVar, assert_never

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
    Score,
    ScoreBand,
    ScoreItem,
)
from charley.engine.meaning import Kleene, Look, Valuation, truth
from charley.engine.prepared import Prepared
from charley.engine.standing import Standing, Weighed
from charley.engine.support import Supports, values_in
from charley.facts.record import Record
from charley.facts.wording import AUDIENCES, Audience
from charley.rules.candidate import Section
from charley.rules.instrument import Instrument
from charley.rules.language.parse import parse
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

__all__ = ["Composer", "Composers", "ScoreSheets"]

_ITEM_STATES: dict[Kleene, Literal["true", "false", "open"]] = {True: "true", False: "false", None: "open"}
_APPLIES: dict[Kleene, Literal["yes", "no", "unknown"]] = {True: "yes", False: "no", None: "unknown"}
_BANDS: dict[Kleene, Literal["reached", "possible", "excluded"]] = {
    True: "reached",
    False: "excluded",
    None: "possible",
}

E = TypeVar("E", bound=Raised | Alarm | Advice)


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
        return _first(flag for flag in self._flags[standing.candidate.id] if flag.rule in standing.flags)

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
        return _most_urgent_first(self._raised(standing) for standing in standings if standing.flags)

    def _raised(self, standing: Standing) -> Raised:
        worst = self._flag(standing)
        return Raised.made(
            candidate=standing.candidate.id,
            urgency=worst.urgency,
            action=worst.action,
            rules=standing.flags,
            cleared_by=tuple(
                [each for each in self._clears[standing.candidate.id] if each.rule in standing.clears]
            ),
        )

    def alerts(self, fired: Collection[str]) -> tuple[Alarm, ...]:
        """Most urgent first; equally urgent ones in the order of the base."""
        if self._alerting.isdisjoint(fired):
            return ()
        alarms = []
        for id, effects in self._alerts.items():
            raising = [each for each in effects if each.rule in fired]
            if raising:
                worst = _first(raising)
                alarms.append(
                    Alarm.made(
                        alert=id,
                        name=self._alert_names[id],
                        urgency=worst.urgency,
                        action=worst.action,
                        rules=tuple([each.rule for each in raising]),
                    )
                )
        return _most_urgent_first(alarms)

    def advice(self, record: Record, fired: Collection[str]) -> tuple[Advice, ...]:
        """Most urgent first; equally urgent ones in the order of the base."""
        return _most_urgent_first(
            [
                done if done.gives and all(fact in record for fact in done.gives) else to_do
                for to_do, done in self._advice
                if done.rule in fired
            ]
        )

    def contradictions(self, record: Record, found: Valuation, look: Look) -> tuple[Contradicted, ...]:
        """The answers that cannot all be right, in the order of the base."""
        return tuple(
            [
                Contradicted.made(note=note, support=self._supports.of(condition, look, record, found))
                for condition, facts, note in self._contradictions
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
            support=self._supports.of(rule.condition, look, record, found),
            effects=self._effects[rule.id],
        )
        if rule.id in self._supports.alike:
            self._firings[rule.id] = made
        return made


class ScoreSheets:
    """The clinical scores of a base, item by item. Made once for a base.

    Most records touch few of them. What rests on nothing that is known is the same for everybody, and shared.
    """

    def __init__(self, base: Prepared) -> None:
        self._base, self._supports = base, base.part(Supports)
        self._facts: dict[str, list[tuple[str, ...]]] = {
            id: [base.facts_of(item.condition) for item in score.items]
            for id, score in base.instruments.items()
        }
        """The facts that each item of a score comes down to."""
        self._blank: dict[str, Score] = {}
        nothing = base.kernel.start().valuation()
        self._gates = nothing.gates
        look = values_in(base, {}, nothing)
        for id, score in base.instruments.items():
            self._blank[id] = self._filled(score, {}, nothing, look)

    def filled(self, record: Record, found: Valuation, look: Look) -> tuple[Score, ...]:
        """Every score, in the order of the base."""
        known, made = record.keys(), []
        for id, score in self._base.instruments.items():
            if found.gates[id] is self._gates[id] and all(map(known.isdisjoint, self._facts[id])):
                made.append(self._blank[id])
            else:
                made.append(self._filled(score, record, found, look))
        return tuple(made)

    def _filled(self, score: Instrument, record: Record, found: Valuation, look: Look) -> Score:
        id, known, blank = score.id, record.keys(), self._blank.get(score.id)
        low, high = found.scores[id]
        items = []
        for at, facts in enumerate(self._facts[id]):
            if blank is not None and known.isdisjoint(facts):
                items.append(blank.items[at])
                continue
            item = score.items[at]
            holds = truth(item.condition, look)
            items.append(
                ScoreItem.made(
                    label=item.label or item.when,
                    when=item.when,
                    points=blank.items[at].points if blank is not None else score.show(score.scaled[at]),
                    state=_ITEM_STATES[holds],
                    support=()
                    if holds is None
                    else self._supports.of(item.condition, look, record, found, holds),
                    open_facts=tuple([fact for fact in facts if fact not in record]) if holds is None else (),
                )
            )
        bands = []
        for band, when in score.bands.items():
            state = "excluded" if found.gates[id] is False else _BANDS[truth(parse(when).condition, look)]
            bands.append(ScoreBand.made(band=band, when=when, state=state))
        return Score.made(
            id=id,
            title=score.title,
            applies=_APPLIES[found.gates[id]],
            low=score.show(low),
            high=score.show(high),
            items=tuple(items),
            bands=tuple(bands),
            citations=score.evidence.citations if score.evidence is not None else (),
        )


class Composers:
    """A composer for every audience, made once for a base."""

    def __init__(self, base: Prepared) -> None:
        self.to: dict[Audience, Composer] = {audience: Composer(base, audience) for audience in AUDIENCES}


class _Said(NamedTuple):
    """What a rule says when it raises a flag or an alert."""

    rule: str
    urgency: Urgency
    action: str


def _first(said: Iterable[_Said]) -> _Said:
    """The most urgent; the first of equally urgent ones."""
    return min(said, key=lambda each: URGENCY_RANK[each.urgency])


def _most_urgent_first(made: Iterable[E]) -> tuple[E, ...]:
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
        case Clear(candidate=target):
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
