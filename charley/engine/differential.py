"""The differential: what is said of one record, complete enough to recompute every score from it alone."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict

from charley.engine.meaning import Kleene, Valuation, truth
from charley.engine.score import Scoring, Standing
from charley.facts.record import Answers
from charley.facts.vocabulary import Value
from charley.facts.wording import Audience
from charley.rules.candidate import SECTIONS, Section, Tier
from charley.rules.condition import And, AtLeast, Atom, Condition, Not, Or
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

_FROZEN = ConfigDict(frozen=True, extra="forbid", defer_build=True)

Interval = tuple[float | int, float | int]


class BaseIdentity(BaseModel):
    """Which base said this, and how far its review has come."""

    model_config = _FROZEN

    id: str
    title: str
    version: str
    digest: str
    updated: datetime.date
    review_status: Literal["submitted", "under_review", "approved"]


class Contribution(BaseModel):
    """One weight of evidence, in decibans. Not `counted`: passed over for `passed_over_for`."""

    model_config = _FROZEN

    rule: str
    weight: int
    counted: bool
    group: str | None
    citations: tuple[str, ...]
    passed_over_for: str | None = None
    superseded: bool = False


class Place(BaseModel):
    """Where one candidate stands. `score` is `prior` and everything counted; `interval` is over all
    completions of the record.
    """

    model_config = _FROZEN

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


class Cleared(BaseModel):
    """What answers a flag, beside it."""

    model_config = _FROZEN

    rule: str
    note: str


class Raised(BaseModel):
    """A flagged candidate: the greatest urgency, its action, and every rule that flags it."""

    model_config = _FROZEN

    candidate: str
    urgency: Urgency
    action: str
    rules: tuple[str, ...]
    cleared_by: tuple[Cleared, ...]


class Alarm(BaseModel):
    """A danger that is not ranked."""

    model_config = _FROZEN

    alert: str
    name: str
    urgency: Urgency
    action: str
    rules: tuple[str, ...]


class Advice(BaseModel):
    """A test or an action. `done` when every fact it would give is known."""

    model_config = _FROZEN

    rule: str
    text: str
    urgency: Urgency
    gives: tuple[str, ...]
    done: bool


class Support(BaseModel):
    """An atom that made a rule fire, as written, and the value it met; a range for a score."""

    model_config = _FROZEN

    atom: str
    name: str
    value: Value | Interval


class Effected(BaseModel):
    """What a firing did: `kind` is the word of the rule (`raise`, `flag` ...), `target` what it acts on."""

    model_config = _FROZEN

    kind: Literal["raise", "lower", "flag", "clear", "alert", "conclude", "advise"]
    target: str
    weight: int | None = None
    urgency: Urgency | None = None


class Firing(BaseModel):
    """A rule whose condition is known true."""

    model_config = _FROZEN

    rule: str
    title: str
    support: tuple[Support, ...]
    effects: tuple[Effected, ...]


class Differential(BaseModel):
    """What a knowledge base says of a record. Frozen; `model_dump_json()` is what `--json` prints.

    `scope` says whether the patient is one the base is meant for; `outside`, nothing is ranked (no leader,
    empty sections, no standings) and flags, alerts and firings are still here. `unknown` are the facts of
    which somebody said "I don't know". Scores order the list and are not probabilities.
    """

    model_config = _FROZEN

    format: Literal["charley.differential.v1"] = "charley.differential.v1"
    knowledge_base: BaseIdentity
    audience: Audience
    record: dict[str, Value]
    unknown: tuple[str, ...]
    scope: Literal["within", "outside", "unknown"]
    scope_note: str
    leader: str | None
    sections: dict[Section, tuple[str, ...]]
    standings: tuple[Place, ...]
    flags: tuple[Raised, ...]
    alerts: tuple[Alarm, ...]
    urgency: Urgency | None
    advice: tuple[Advice, ...]
    firings: tuple[Firing, ...]
    findings: dict[str, bool]
    instruments: dict[str, Interval]
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
    scoring: Scoring, answers: Answers, found: Valuation, audience: Audience = "clinician"
) -> Differential:
    """The differential of a record, from what any reading found out about its rules."""
    base, about = scoring.base, scoring.base.about
    standings = scoring.standings(found.rules)
    scope = _scope(base, answers, found.findings)
    ranked = scope != "outside"
    return Differential(
        knowledge_base=BaseIdentity(
            id=base.id,
            title=about.title,
            version=base.version,
            digest=base.digest,
            updated=about.updated,
            review_status=about.review.status,
        ),
        audience=audience,
        record={id: answers.record[id] for id in base.vocabulary if id in answers.record},
        unknown=tuple(id for id in base.vocabulary if id in answers.unknown),
        scope=scope,
        scope_note="" if about.scope is None else about.scope.wording.to(audience),
        leader=standings[0].candidate.id if ranked else None,
        sections={
            section: tuple(s.candidate.id for s in standings if ranked and s.section == section)
            for section in SECTIONS
        },
        standings=tuple(_place(s, base, scoring, audience) for s in standings) if ranked else (),
        flags=tuple(_flags(scoring, standings, audience)),
        alerts=tuple(_alerts(scoring, found.rules, audience)),
        urgency=scoring.urgency(standings, found.rules, ranked),
        advice=tuple(_advice(base, answers, found.rules, audience)),
        firings=tuple(
            _firing(rule, base, answers, found)
            for rule in base.rules.values()
            if found.rules[rule.id] is True
        ),
        findings={id: value for id, value in found.findings.items() if value is not None},
        instruments={
            id: (score.show(found.scores[id][0]), score.show(found.scores[id][1]))
            for id, score in base.instruments.items()
            if found.gates[id] is True
        },
        settled=scoring.is_settled(standings, found.rules),
        always_say="" if about.always_say is None else about.always_say.to(audience),
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


def _place(standing: Standing, base: KnowledgeBase, scoring: Scoring, audience: Audience) -> Place:
    candidate = standing.candidate
    raised = [effect.urgency for rule, effect in scoring.flags[candidate.id] if rule in standing.flags]
    return Place(
        candidate=candidate.id,
        name=candidate.name.to(audience),
        tier=candidate.tier,
        section=standing.section,
        beyond_source=candidate.beyond_source,
        prior=candidate.prior,
        score=standing.score,
        interval=standing.interval,
        flagged=bool(standing.flags),
        urgency=min(raised, key=URGENCIES.index, default=None),
        cleared=bool(standing.clears),
        contributions=tuple(
            Contribution(
                rule=w.rule,
                weight=w.weight,
                counted=w.passed_over is None,
                group=w.group,
                citations=base.rules[w.rule].evidence.citations,
                passed_over_for=w.passed_over,
                superseded=w.superseded,
            )
            for w in standing.weighed
        ),
    )


def _flags(scoring: Scoring, standings: list[Standing], audience: Audience) -> Iterator[Raised]:
    """Most urgent first; equally urgent ones in the order of the candidates' standing."""
    raised = []
    for standing in standings:
        flags = [(r, f) for r, f in scoring.flags[standing.candidate.id] if r in standing.flags]
        if not flags:
            continue
        _, worst = min(flags, key=lambda flag: URGENCIES.index(flag[1].urgency))
        clears = scoring.clears[standing.candidate.id]
        raised.append(
            Raised(
                candidate=standing.candidate.id,
                urgency=worst.urgency,
                action=worst.action.to(audience),
                rules=tuple(rule for rule, _ in flags),
                cleared_by=tuple(
                    Cleared(rule=rule, note=clear.note.to(audience))
                    for rule, clear in clears
                    if rule in standing.clears
                ),
            )
        )
    yield from sorted(raised, key=lambda flag: URGENCIES.index(flag.urgency))


def _alerts(scoring: Scoring, rules: Mapping[str, Kleene], audience: Audience) -> Iterator[Alarm]:
    alarms = []
    for id, effects in scoring.alerts.items():
        fired = [(rule, effect) for rule, effect in effects if rules[rule] is True]
        if fired:
            _, worst = min(fired, key=lambda each: URGENCIES.index(each[1].urgency))
            alarms.append(
                Alarm(
                    alert=id,
                    name=scoring.base.alerts[id].name.to(audience),
                    urgency=worst.urgency,
                    action=worst.action.to(audience),
                    rules=tuple(rule for rule, _ in fired),
                )
            )
    yield from sorted(alarms, key=lambda alarm: URGENCIES.index(alarm.urgency))


def _advice(
    base: KnowledgeBase, answers: Answers, rules: Mapping[str, Kleene], audience: Audience
) -> Iterator[Advice]:
    found = [
        Advice(
            rule=rule.id,
            text=effect.text.to(audience),
            urgency=effect.urgency,
            gives=effect.gives,
            done=bool(effect.gives) and all(fact in answers.record for fact in effect.gives),
        )
        for rule in base.rules.values()
        if rules[rule.id] is True
        for effect in rule.effects(Advise)
    ]
    yield from sorted(found, key=lambda advice: URGENCIES.index(advice.urgency))


def _firing(rule: Rule, base: KnowledgeBase, answers: Answers, found: Valuation) -> Firing:
    return Firing(
        rule=rule.id,
        title=rule.title,
        support=tuple(
            Support(atom=str(part), name=_name(part), value=_value(_name(part), base, answers, found))
            for part in support(rule.condition, base, answers, found)
        ),
        effects=tuple(_effected(rule, effect) for effect in rule.then),
    )


def _effected(rule: Rule, effect: Effect) -> Effected:
    match effect:
        case Weigh(direction=word, candidate=target):
            return Effected(kind=word, target=target, weight=effect.weight)
        case Flag(candidate=target, urgency=urgency):
            return Effected(kind="flag", target=target, urgency=urgency)
        case Clear(candidate=target):
            return Effected(kind="clear", target=target)
        case Alert(alert=target, urgency=urgency):
            return Effected(kind="alert", target=target, urgency=urgency)
        case Conclude(finding=target):
            return Effected(kind="conclude", target=target)
        case Advise(urgency=urgency):
            return Effected(kind="advise", target=rule.id, urgency=urgency)


def _name(part: Condition) -> str:
    return part.name if isinstance(part, Atom) else _name(part.part)  # type: ignore[union-attr]


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


def support(
    condition: Condition, base: KnowledgeBase, answers: Answers, found: Valuation, wanted: bool = True
) -> list[Condition]:
    """The signed atoms that make the condition known true (or, unwanted, known false).

    Each is an atom or its negation, as the author wrote it, once and in the order of writing. Of several
    alternatives all that hold are given, none that does not.
    """

    def holds(part: Condition) -> bool:
        return truth(part, base, answers.record, found.findings) is wanted

    match condition:
        case Atom():
            atom: Condition = condition if wanted else Not(condition)
            return [atom] if holds(condition) else []
        case Not(part):
            return support(part, base, answers, found, not wanted)
        case And(parts) | Or(parts) | AtLeast(_, parts):
            found_parts: dict[Condition, None] = {}
            for part in parts:
                if holds(part):
                    found_parts.update(dict.fromkeys(support(part, base, answers, found, wanted)))
            return list(found_parts)
