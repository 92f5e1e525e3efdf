"""The differential: what is said of one record, complete enough to recompute every score from it alone."""

import datetime
from collections.abc import Iterator, Mapping
from typing import Literal

from charley.documents.model import Frozen, ReadOnly, ReadOnlyDict
from charley.engine.meaning import Kleene, Valuation, truth
from charley.engine.standing import Scoring, Standing, Weighed
from charley.engine.support import Signed, Supports, support
from charley.facts.record import Answers
from charley.facts.vocabulary import Value
from charley.facts.wording import Audience
from charley.rules.candidate import SECTIONS, Section, Tier
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.rule import (
    URGENCIES,
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

__all__ = ["Differential", "differential", "support"]

Interval = tuple[float | int, float | int]


class BaseIdentity(Frozen):
    """Which base said this, and how far its review has come."""

    id: str
    title: str
    version: str
    digest: str
    updated: datetime.date
    review_status: Literal["submitted", "under_review", "approved"]


class Contribution(Frozen):
    """One weight of evidence, in decibans. Not `counted`: passed over for `passed_over_for`."""

    rule: str
    weight: int
    counted: bool
    group: str | None
    citations: tuple[str, ...]
    passed_over_for: str | None = None
    superseded: bool = False


class Place(Frozen):
    """Where one candidate stands. `score` is `prior` and everything counted; `interval` is over all
    completions of the record.
    """

    candidate: str
    name: str
    tier: Tier
    section: Section
    beyond_source: bool
    prior: int
    score: int
    interval: tuple[int, int]
    flagged: bool
    urgency: Urgency | None
    cleared: bool
    contributions: tuple[Contribution, ...]


class Cleared(Frozen):
    """What answers a flag, beside it."""

    rule: str
    note: str


class Raised(Frozen):
    """A flagged candidate: the greatest urgency, its action, and every rule that flags it."""

    candidate: str
    urgency: Urgency
    action: str
    rules: tuple[str, ...]
    cleared_by: tuple[Cleared, ...]


class Alarm(Frozen):
    """A danger that is not ranked."""

    alert: str
    name: str
    urgency: Urgency
    action: str
    rules: tuple[str, ...]


class Advice(Frozen):
    """A test or an action. `done` when every fact it would give is known."""

    rule: str
    text: str
    urgency: Urgency
    gives: tuple[str, ...]
    done: bool


class Support(Frozen):
    """An atom that made a rule fire, as written, and the value it met; a range for a score."""

    atom: str
    name: str
    value: Value | Interval


class Effected(Frozen):
    """What a firing did: `kind` is the word of the rule (`raise`, `flag` ...), `target` what it acts on."""

    kind: Literal["raise", "lower", "flag", "clear", "alert", "conclude", "advise"]
    target: str
    weight: int | None = None
    urgency: Urgency | None = None


class Firing(Frozen):
    """A rule whose condition is known true."""

    rule: str
    title: str
    support: tuple[Support, ...]
    effects: tuple[Effected, ...]


class Differential(Frozen):
    """What a knowledge base says of a record. Frozen; `model_dump_json()` is what `--json` prints.

    `scope` says whether the patient is one the base is meant for; `outside`, nothing is ranked (no leader,
    empty sections, no standings) and flags, alerts and firings are still here. `unknown` are the facts of
    which somebody said "I don't know". Scores order the list and are not probabilities.
    """

    format: Literal["charley.differential.v1"] = "charley.differential.v1"
    knowledge_base: BaseIdentity
    audience: Audience
    record: ReadOnly[str, Value]
    unknown: tuple[str, ...]
    scope: Literal["within", "outside", "unknown"]
    scope_note: str
    leader: str | None
    sections: ReadOnly[Section, tuple[str, ...]]
    standings: tuple[Place, ...]
    flags: tuple[Raised, ...]
    alerts: tuple[Alarm, ...]
    urgency: Urgency | None
    advice: tuple[Advice, ...]
    firings: tuple[Firing, ...]
    findings: ReadOnly[str, bool]
    instruments: ReadOnly[str, Interval]
    settled: bool
    always_say: str
    editorial_policy: str
    disclaimer: str

    def standing(self, candidate: str) -> Place:
        """Where this candidate stands. Raises `KeyError`."""
        for place in self.standings:
            if place.candidate == candidate:
                return place
        raise KeyError(candidate)


def differential(
    scoring: Scoring,
    answers: Answers,
    found: Valuation,
    audience: Audience = "clinician",
    *,
    explain: bool = True,
) -> Differential:
    """The differential of a record, from what any reading found out about its rules.

    Without `explain` it has no firings, and no contributions to the scores.
    """
    base, about = scoring.base, scoring.base.about
    always = scoring.kept.get(audience)
    if not isinstance(always, _Always):
        always = scoring.kept[audience] = _Always(scoring, audience)
    standings = scoring.standings(found.rules)
    scope = _scope(base, answers, found.findings)
    ranked = scope != "outside"
    sections: dict[Section, list[str]] = {section: [] for section in SECTIONS}
    for standing in standings if ranked else ():
        sections[standing.section].append(standing.candidate.id)
    return Differential.made(
        format="charley.differential.v1",
        knowledge_base=always.identity,
        audience=audience,
        record=ReadOnlyDict({id: answers.record[id] for id in always.facts if id in answers.record}),
        unknown=tuple([id for id in always.facts if id in answers.unknown]) if answers.unknown else (),
        scope=scope,
        scope_note=always.scope_note,
        leader=standings[0].candidate.id if ranked else None,
        sections=ReadOnlyDict({section: tuple(candidates) for section, candidates in sections.items()}),
        standings=tuple([always.place(s, explain) for s in standings]) if ranked else (),
        flags=tuple(always.flags(standings)),
        alerts=tuple(always.alerts(found.rules)),
        urgency=scoring.urgency(standings, found.rules, ranked),
        advice=tuple(always.advice(answers, found.rules)),
        firings=tuple(always.firings(answers, found)) if explain else (),
        findings=ReadOnlyDict({id: value for id, value in found.findings.items() if value is not None}),
        instruments=ReadOnlyDict(
            {
                id: (score.show(found.scores[id][0]), score.show(found.scores[id][1]))
                for id, score in base.instruments.items()
                if found.gates[id] is True
            }
        ),
        settled=scoring.is_settled(standings, found.rules),
        always_say=always.always_say,
        editorial_policy=about.editorial_policy,
        disclaimer=about.disclaimer,
    )


def _scope(
    base: KnowledgeBase, answers: Answers, findings: Mapping[str, Kleene]
) -> Literal["within", "outside", "unknown"]:
    if base.scope is None:
        return "within"
    match truth(base.scope, base, answers.record, findings):
        case True:
            return "within"
        case False:
            return "outside"
        case _:
            return "unknown"


class _Always:
    """What is said to an audience whoever the patient is, worked out once, and the parts made with it."""

    def __init__(self, scoring: Scoring, audience: Audience) -> None:
        self._scoring, self._audience = scoring, audience
        base = self._base = scoring.base
        about = base.about
        self.identity = BaseIdentity.made(
            id=base.id,
            title=about.title,
            version=base.version,
            digest=base.digest,
            updated=about.updated,
            review_status=about.review.status,
        )
        self.facts = tuple(base.vocabulary)
        self.scope_note = "" if about.scope is None else about.scope.wording.to(audience)
        self.always_say = "" if about.always_say is None else about.always_say.to(audience)
        self._names = {id: candidate.name.to(audience) for id, candidate in base.candidates.items()}
        self._supports = Supports(base)
        self._contributions: dict[Weighed, Contribution] = {}
        self._decided: dict[Signed, Support] = {}
        self._effects: dict[str, tuple[Effected, ...]] = {}
        self._advice = [(rule.id, effect) for rule in base.rules.values() for effect in rule.effects(Advise)]

    def place(self, standing: Standing, explain: bool) -> Place:
        candidate = standing.candidate
        raised = [
            effect.urgency for rule, effect in self._scoring.flags[candidate.id] if rule in standing.flags
        ]
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
            urgency=min(raised, key=URGENCIES.index, default=None),
            cleared=bool(standing.clears),
            contributions=tuple(map(self._contribution, standing.weighed)) if explain else (),
        )

    def _contribution(self, weighed: Weighed) -> Contribution:
        said = self._contributions.get(weighed)
        if said is None:
            said = self._contributions[weighed] = Contribution.made(
                rule=weighed.rule,
                weight=weighed.weight,
                counted=weighed.passed_over is None,
                group=weighed.group,
                citations=self._base.rules[weighed.rule].evidence.citations,
                passed_over_for=weighed.passed_over,
                superseded=weighed.superseded,
            )
        return said

    def flags(self, standings: list[Standing]) -> Iterator[Raised]:
        """Most urgent first; equally urgent ones in the order of the candidates' standing."""
        raised = []
        for standing in standings:
            if not standing.flags:
                continue
            id = standing.candidate.id
            flags = [flag for rule, flag in self._scoring.flags[id] if rule in standing.flags]
            worst = min(flags, key=lambda flag: URGENCIES.index(flag.urgency))
            raised.append(
                Raised.made(
                    candidate=id,
                    urgency=worst.urgency,
                    action=worst.action.to(self._audience),
                    rules=standing.flags,
                    cleared_by=tuple(
                        Cleared.made(rule=rule, note=clear.note.to(self._audience))
                        for rule, clear in self._scoring.clears[id]
                        if rule in standing.clears
                    ),
                )
            )
        yield from sorted(raised, key=lambda flag: URGENCIES.index(flag.urgency))

    def alerts(self, rules: Mapping[str, Kleene]) -> Iterator[Alarm]:
        alarms = []
        for id, effects in self._scoring.alerts.items():
            fired = [(rule, effect) for rule, effect in effects if rules[rule] is True]
            if fired:
                _, worst = min(fired, key=lambda each: URGENCIES.index(each[1].urgency))
                alarms.append(
                    Alarm.made(
                        alert=id,
                        name=self._base.alerts[id].name.to(self._audience),
                        urgency=worst.urgency,
                        action=worst.action.to(self._audience),
                        rules=tuple(rule for rule, _ in fired),
                    )
                )
        yield from sorted(alarms, key=lambda alarm: URGENCIES.index(alarm.urgency))

    def advice(self, answers: Answers, rules: Mapping[str, Kleene]) -> Iterator[Advice]:
        found = [
            Advice.made(
                rule=rule,
                text=effect.text.to(self._audience),
                urgency=effect.urgency,
                gives=effect.gives,
                done=bool(effect.gives) and all(fact in answers.record for fact in effect.gives),
            )
            for rule, effect in self._advice
            if rules[rule] is True
        ]
        yield from sorted(found, key=lambda advice: URGENCIES.index(advice.urgency))

    def firings(self, answers: Answers, found: Valuation) -> Iterator[Firing]:
        for id, rule in self._base.rules.items():
            if found.rules[id] is True:
                signed = self._supports.of(id, answers.record, found)
                yield Firing.made(
                    rule=id,
                    title=rule.title,
                    support=tuple([self._support(each, answers, found) for each in signed]),
                    effects=self._effected(rule),
                )

    def _effected(self, rule: Rule) -> tuple[Effected, ...]:
        said = self._effects.get(rule.id)
        if said is None:
            said = self._effects[rule.id] = tuple([_effected(rule, effect) for effect in rule.then])
        return said

    def _support(self, signed: Signed, answers: Answers, found: Valuation) -> Support:
        """What a yes-or-no atom met is what was wanted, so the same can be said of everybody."""
        said = self._decided.get(signed)
        if said is None:
            name, wanted = signed.atom.name, signed.wanted
            value = wanted if signed.about else _value(name, self._base, answers, found)
            said = Support.made(atom=str(signed.condition), name=name, value=value)
            if signed.about:
                self._decided[signed] = said
        return said


def _effected(rule: Rule, effect: Effect) -> Effected:
    def made(kind: str, target: str, weight: int | None = None, urgency: Urgency | None = None) -> Effected:
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


def _value(name: str, base: KnowledgeBase, answers: Answers, found: Valuation) -> Value | Interval:
    if name in answers.record:
        return answers.record[name]
    if name in found.derived:
        low, high = found.derived[name]
        shown = tuple(float(f"{float(end):.6g}") for end in (low, high))
        return shown[0] if low == high else (shown[0], shown[1])
    if name in found.scores:
        low_points, high_points = (base.instruments[name].show(points) for points in found.scores[name])
        return low_points if low_points == high_points else (low_points, high_points)
    return bool(found.findings[name])
