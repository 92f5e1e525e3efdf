"""The parts of a differential, made for one audience from the standing and the firings of one record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, TypeVar, assert_never

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
    Interval,
    Place,
    Raised,
    Score,
    ScoreBand,
    ScoreItem,
    Support,
)
from charley.engine.meaning import Kleene, Look, Valuation, truth
from charley.engine.prepared import Prepared
from charley.engine.standing import Standing, Weighed
from charley.engine.support import Signed, support_of_what_holds
from charley.facts.record import Record
from charley.facts.vocabulary import Value
from charley.facts.wording import Audience
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

__all__ = ["Composer"]

_ITEM_STATES: dict[Kleene, Literal["true", "false", "open"]] = {True: "true", False: "false", None: "open"}
_APPLIES: dict[Kleene, Literal["yes", "no", "unknown"]] = {True: "yes", False: "no", None: "unknown"}
_BANDS: dict[Kleene, Literal["reached", "possible", "excluded"]] = {
    True: "reached",
    False: "excluded",
    None: "possible",
}

E = TypeVar("E", bound=Raised | Alarm | Advice | Flag | Alert)


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
        self.scope_note = "" if about.scope is None else about.scope.wording.to(audience)
        self.always_say = "" if about.always_say is None else about.always_say.to(audience)
        self._names = {id: candidate.name.to(audience) for id, candidate in base.candidates.items()}
        self._contributions: dict[Weighed, Contribution] = {}
        self._decided: dict[tuple[str, bool], Support] = {}
        self._effects: dict[str, tuple[Effected, ...]] = {}

    def place(self, standing: Standing, explain: bool) -> Place:
        """Where one candidate stands."""
        candidate = standing.candidate
        return Place.made(
            candidate=candidate.id,
            name=self._names[candidate.id],
            tier=candidate.tier,
            section=standing.section,
            beyond_source=candidate.beyond_source,
            prior=candidate.prior,
            score=standing.score,
            interval=standing.interval,
            flagged=bool(standing.flags),
            urgency=_first(self._flags_of(standing)).urgency if standing.flags else None,
            cleared=bool(standing.clears),
            contributions=tuple(map(self._contribution, standing.weighed)) if explain else (),
        )

    def _flags_of(self, standing: Standing) -> list[Flag]:
        flags = self._base.scoring.flags[standing.candidate.id]
        return [flag for rule, flag in flags if rule in standing.flags]

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
        worst = _first(self._flags_of(standing))
        return Raised.made(
            candidate=standing.candidate.id,
            urgency=worst.urgency,
            action=worst.action.to(self._audience),
            rules=standing.flags,
            cleared_by=tuple(
                Cleared.made(rule=rule, note=clear.note.to(self._audience))
                for rule, clear in self._base.scoring.clears[standing.candidate.id]
                if rule in standing.clears
            ),
        )

    def alerts(self, rules: Mapping[str, Kleene]) -> tuple[Alarm, ...]:
        """Most urgent first; equally urgent ones in the order of the base."""
        alarms = []
        for id, effects in self._base.scoring.alerts.items():
            fired = [(rule, effect) for rule, effect in effects if rules[rule] is True]
            if fired:
                worst = _first(effect for _, effect in fired)
                alarms.append(
                    Alarm.made(
                        alert=id,
                        name=self._base.alerts[id].name.to(self._audience),
                        urgency=worst.urgency,
                        action=worst.action.to(self._audience),
                        rules=tuple(rule for rule, _ in fired),
                    )
                )
        return _most_urgent_first(alarms)

    def advice(self, record: Record, rules: Mapping[str, Kleene]) -> tuple[Advice, ...]:
        """Most urgent first; equally urgent ones in the order of the base."""
        return _most_urgent_first(
            Advice.made(
                rule=rule,
                text=effect.text.to(self._audience),
                urgency=effect.urgency,
                gives=effect.gives,
                done=bool(effect.gives) and all(fact in record for fact in effect.gives),
            )
            for rule, effect in self._base.scoring.advice
            if rules[rule] is True
        )

    def contradictions(self, record: Record, found: Valuation, look: Look) -> tuple[Contradicted, ...]:
        """The answers that cannot all be right, in the order of the base."""
        return tuple(
            Contradicted.made(
                note=each.wording.to(self._audience),
                support=tuple(
                    [self._support(each, record, found) for each in support_of_what_holds(condition, look)]
                ),
            )
            for condition, each in self._base.contradictions
            if truth(condition, look) is True
        )

    def scores(self, record: Record, found: Valuation, look: Look) -> tuple[Score, ...]:
        """Every score of the base, item by item, in the order of the base."""
        made = []
        for id, score in self._base.instruments.items():
            low, high = found.scores[id]
            items = []
            for item, points in zip(score.items, score.scaled, strict=True):
                holds = truth(item.condition, look)
                told = () if holds is None else support_of_what_holds(item.condition, look, holds)
                waits = self._base.facts_of(item.condition) if holds is None else ()
                items.append(
                    ScoreItem.made(
                        label=item.label or item.when,
                        when=item.when,
                        points=score.show(points),
                        state=_ITEM_STATES[holds],
                        support=tuple([self._support(each, record, found) for each in told]),
                        open_facts=tuple([fact for fact in waits if fact not in record]),
                    )
                )
            bands = []
            for band, when in score.bands.items():
                state = "excluded" if found.gates[id] is False else _BANDS[truth(parse(when).condition, look)]
                bands.append(ScoreBand.made(band=band, when=when, state=state))
            made.append(
                Score.made(
                    id=id,
                    title=score.title,
                    applies=_APPLIES[found.gates[id]],
                    low=score.show(low),
                    high=score.show(high),
                    items=tuple(items),
                    bands=tuple(bands),
                    citations=score.evidence.citations if score.evidence is not None else (),
                )
            )
        return tuple(made)

    def firings(self, record: Record, found: Valuation, look: Look) -> tuple[Firing, ...]:
        """The rules that fire, in the order of the base, each with what it rests on."""
        return tuple(
            [
                Firing.made(
                    rule=id,
                    title=rule.title,
                    support=tuple(
                        [self._support(s, record, found) for s in support_of_what_holds(rule.condition, look)]
                    ),
                    effects=self._effected(rule),
                )
                for id, rule in self._base.rules.items()
                if found.rules[id] is True
            ]
        )

    def _effected(self, rule: Rule) -> tuple[Effected, ...]:
        made = self._effects.get(rule.id)
        if made is None:
            made = self._effects[rule.id] = tuple([_effected(rule, effect) for effect in rule.then])
        return made

    def _support(self, signed: Signed, record: Record, found: Valuation) -> Support:
        atom, wanted = signed
        if atom.value is not True:
            value = self._value(atom.name, record, found)
            return Support.made(atom=str(signed.condition), name=atom.name, value=value)
        # What a yes-or-no atom met is what was wanted, so the same can be said of every patient.
        made = self._decided.get((atom.name, wanted))
        if made is None:
            made = Support.made(atom=str(signed.condition), name=atom.name, value=wanted)
            self._decided[atom.name, wanted] = made
        return made

    def _value(self, name: str, record: Record, found: Valuation) -> Value | Interval:
        """What an atom met: the value of a fact, or what a derived value or a score can still be."""
        if name in record:
            return record[name]
        if name in found.derived:
            low, high = (float(f"{float(end):.6g}") for end in found.derived[name])
        else:
            low, high = map(self._base.instruments[name].show, found.scores[name])
        return low if low == high else (low, high)


def _first(effects: Iterable[E]) -> E:
    """The most urgent; the first of equally urgent ones."""
    return min(effects, key=lambda each: URGENCY_RANK[each.urgency])


def _most_urgent_first(made: Iterable[E]) -> tuple[E, ...]:
    return tuple(sorted(made, key=lambda each: URGENCY_RANK[each.urgency]))


def _effected(rule: Rule, effect: Effect) -> Effected:
    def made(
        kind: EffectKind, target: str, weight: int | None = None, urgency: Urgency | None = None
    ) -> Effected:
        return Effected.made(kind=kind, target=target, weight=weight, urgency=urgency)

    match effect:
        case Weigh(direction=word, candidate=target):
            return made(word, target, weight=effect.weight)
        case Flag(candidate=target, urgency=urgency):
            return made("flag", target, urgency=urgency)
        case Clear(candidate=target):
            return made("clear", target)
        case Alert(alert=target, urgency=urgency):
            return made("alert", target, urgency=urgency)
        case Conclude(finding=target):
            return made("conclude", target)
        case Advise(urgency=urgency):
            return made("advise", rule.id, urgency=urgency)
        case _:
            assert_never(effect)
