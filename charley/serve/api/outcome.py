"""What is said of a record in short: how urgent it is, what to do first, what was raised, by which rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from charley.documents.model import Frozen, ReadOnly
from charley.engine.assessment import Assessment
from charley.engine.differential import BaseIdentity, Differential, Lead
from charley.engine.expert import Expert
from charley.engine.explain.words import PURPOSE, rule_reasons
from charley.engine.summary.summary import Point, summary, urgency_words
from charley.facts.wording import Audience
from charley.rules.candidate import Section
from charley.rules.rule import OverallUrgency, Urgency

__all__ = ["Clinical", "Explained", "Outcome", "Reasons", "Warning_", "clinical", "outcome"]

Explained = Literal["none", "short", "full"]


class Clinical(Frozen):
    """What every answer about a patient begins with. Show `urgency_words` first, and as they are."""

    status: str
    urgency: OverallUrgency | None
    urgency_words: str
    knowledge_base: BaseIdentity


class Warning_(Frozen):
    """A flagged candidate or an alert: how soon, what to do, and the notes that answer it."""

    id: str
    kind: Literal["flag", "alert"]
    name: str
    urgency: Urgency
    action: str
    rules: tuple[str, ...]
    reasons: tuple[str, ...]
    answered: tuple[str, ...]


class Reasons(Frozen):
    """The counted rules that speak for the leader and against it, and what they say."""

    rules_for: tuple[str, ...]
    rules_against: tuple[str, ...]
    in_favour: tuple[str, ...]


class Outcome(Clinical):
    """What is said of a record.

    `do_first` goes with `urgency`. `raised` are the flags and alerts, most urgent first. `lead` says what the
    leader rests on (`nothing_known`: it is just the most common). `unanswered` are the warning signs that
    must be answered before anybody is called routine. Candidates stand in `sections` in their order; they
    have no probability. `as_told` are numbers as they were told, dates with the day they were
    seen from. `reasons` and `differential` are null where less was asked for.
    """

    format: Literal["charley.outcome.v1"] = "charley.outcome.v1"
    audience: Audience
    do_first: tuple[str, ...]
    raised: tuple[Warning_, ...]
    scope: Literal["within", "outside", "unknown"]
    scope_note: str
    leader: str | None
    leader_name: str | None
    lead: Lead | None
    sections: ReadOnly[Section, tuple[str, ...]]
    unanswered: tuple[str, ...]
    unknown: tuple[str, ...]
    as_told: ReadOnly[str, str]
    contradictions: tuple[str, ...]
    settled: bool
    always_say: str
    disclaimer: str
    reasons: Reasons | None = None
    differential: Differential | None = None


def clinical(assessment: Assessment, audience: Audience, identity: BaseIdentity) -> dict[str, Any]:
    """The fields of `Clinical`, in their order."""
    urgency = assessment.urgency
    return {
        "status": PURPOSE,
        "urgency": urgency,
        "urgency_words": urgency_words(assessment.base, urgency, audience),
        "knowledge_base": identity,
    }


def outcome(expert: Expert, assessment: Assessment, audience: Audience, explain: Explained) -> Outcome:
    """What is said of an assessed record to this audience."""
    full = explain == "full"
    d = assessment.differential(audience, explain=full, others=full)
    said = summary(expert, d)
    return Outcome.made(
        **clinical(assessment, audience, d.knowledge_base),
        format="charley.outcome.v1",
        audience=audience,
        do_first=said.actions,
        raised=tuple([_warning(each, explain != "none") for each in said.raised]),
        scope=d.scope,
        scope_note=d.scope_note,
        leader=d.leader,
        leader_name=d.leader_name,
        lead=d.lead,
        sections=d.sections,
        unanswered=d.unanswered,
        unknown=d.unknown,
        as_told=d.as_told,
        contradictions=tuple([each.note for each in d.contradictions]),
        settled=d.settled,
        always_say=d.always_say,
        disclaimer=d.disclaimer,
        reasons=None if explain == "none" else _reasons(expert, assessment, audience),
        differential=d if full else None,
    )


def _warning(point: Point, explained: bool) -> Warning_:
    assert point.kind != "advice"
    return Warning_.made(
        id=point.id,
        kind=point.kind,
        name=point.name,
        urgency=point.urgency,
        action=point.action,
        rules=point.rules if explained else (),
        reasons=point.reasons if explained else (),
        answered=point.answered,
    )


def _reasons(expert: Expert, assessment: Assessment, audience: Audience) -> Reasons | None:
    if not assessment.ranked:
        return None
    weights: Mapping[str, int] = {
        each.rule: each.weight for each in assessment.standings[0].weighed if each.passed_over is None
    }
    order = sorted(weights, key=lambda rule: -abs(weights[rule]))
    speaking = tuple([rule for rule in order if weights[rule] > 0])
    return Reasons.made(
        rules_for=speaking,
        rules_against=tuple([rule for rule in order if weights[rule] < 0]),
        in_favour=rule_reasons(expert, speaking, audience),
    )
