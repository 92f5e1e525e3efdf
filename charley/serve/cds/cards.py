"""Cards: one for every flag and alert, most urgent first, then one with the differential."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from charley.engine.ask.next_screen import next_screen
from charley.engine.ask.prospect import prospect
from charley.engine.differential import Differential
from charley.engine.expert import Expert
from charley.engine.explain.justification import contradiction_words
from charley.engine.explain.words import PURPOSE, URGENCY_NAMES, section_title
from charley.engine.summary.reasons import reasons
from charley.engine.summary.rule_words import condition_words
from charley.engine.summary.summary import Point
from charley.pages.templating import render
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.rule import Clear
from charley.serve.cds.hooks import Call
from charley.serve.cds.prefetch import Fetched, State
from charley.serve.cds.reasons import OVERRIDE_REASONS
from charley.serve.fhir.reading.patient_record import PatientRecord
from charley.serve.fhir.writing.conclusions import Concluded, detected_issue
from charley.serve.service import Settings
from charley.serve.status import status_line

__all__ = ["MOST_SUMMARY", "Card", "cards"]

MOST_SUMMARY = 139
"""A summary has fewer than 140 characters."""

ROWS = 8
"""Candidates in the table; flagged ones are always among them."""

_TEMPLATES = Path(__file__).parent / "templates"

_MISSING: Mapping[State, str] = {
    "nothing there": "the chart holds none, which does not mean that the patient has none",
    "not sent": "not sent by the client",
    "failed": "could not be read by the client",
}


@dataclass(frozen=True)
class Card:
    """A card as it is sent, and what it was about: for feedback, not for the client."""

    body: Mapping[str, Any]
    target: str
    rules: tuple[str, ...]

    @property
    def uuid(self) -> str:
        """Its identifier."""
        return str(self.body["uuid"])


def cards(
    base: Expert, call: Call, record: PatientRecord, fetched: Fetched, now: datetime, settings: Settings
) -> list[Card]:
    """The cards about a patient, where there is something to say: something is raised, or the rules support a
    leader, or somebody has answered questions. Of the dead there are none.
    """
    source = _source(base, settings)
    assessment = base.assess(record.answers)
    d = assessment.differential()
    said = Concluded(base, d, call.patient, now)
    dangers = said.summary.raised
    asked_for = any(each.asked for each in record.sources.values())
    if record.is_dead or not (dangers or asked_for or d.lead == "supported"):
        return []
    suggest = settings.suggest
    found = [_alarm(said, each, source, suggest) for each in dangers]
    screen = next_screen(prospect(assessment, d.audience, record.answers.unknown), d.audience)
    asked = () if screen is None else tuple(each.wording for each in screen.questions)
    title = "" if screen is None else screen.title
    found.append(_differential(said, base, record, fetched, source, title, asked))
    return found


def _alarm(said: Concluded, point: Point, source: Mapping[str, Any], suggest: bool) -> Card:
    base, d = said.base, said.d
    fired = {firing.rule for firing in d.firings}
    detail = render(
        "alarm.md",
        folder=_TEMPLATES,
        point=point,
        reasons=list(reasons(base, d, point.id)),
        clears=[each for each in base.part(_clearing).get(point.id, ()) if each[0] not in fired],
        status=status_line(base),
    )
    summary = f"{URGENCY_NAMES[point.urgency]}: {point.name}. {point.action}"
    indicator = "critical" if point.urgency == "emergency" else "warning"
    body = _body(summary, indicator, detail, source)
    if suggest:
        body |= {"suggestions": [_suggestion(said, point)], "selectionBehavior": "any"}
    return Card(body, point.id, point.rules)


def _suggestion(said: Concluded, point: Point) -> dict[str, Any]:
    """To record the flag or alert in the chart."""
    label = f"Record: {point.name}"
    issue = {name: value for name, value in detected_issue(said, point).items() if name != "id"}
    action = {"type": "create", "description": f"{label}. {PURPOSE}", "resource": issue}
    return {"label": label, "uuid": str(uuid.uuid4()), "actions": [action]}


def _clearing(base: KnowledgeBase) -> dict[str, list[tuple[str, str, str]]]:
    """For each candidate and alert the rules that answer it: id, condition and note, in words."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for rule in base.rules.values():
        for effect in rule.effects(Clear):
            said = rule.id, condition_words(rule.condition, base), effect.note.clinician
            found.setdefault(effect.target, []).append(said)
    return found


def _differential(
    said: Concluded,
    base: Expert,
    record: PatientRecord,
    fetched: Fetched,
    source: Mapping[str, Any],
    screen_title: str,
    questions: tuple[str, ...],
) -> Card:
    d = said.d
    leader = None if d.leader is None else d.standing(d.leader)
    detail = render(
        "differential.md",
        folder=_TEMPLATES,
        urgency=said.summary.urgency,
        actions=said.summary.actions,
        open_signs=said.summary.open_signs(ROWS),
        contradictions=[contradiction_words(base, each) for each in d.contradictions],
        rows=[place for at, place in enumerate(d.standings) if at < ROWS or place.flagged],
        lead=section_title(d, "most_likely"),
        scope_note=d.scope_note,
        screen_title=screen_title,
        questions=questions,
        used=list(_used(base, d, record)),
        notes=[f"{each.kind}: {each.text} [{each.source}]" for each in record.notes],
        missing=list(_missing(fetched)),
        always_say=d.always_say,
        status=status_line(base),
    )
    urgency = "not judged" if d.urgency is None else URGENCY_NAMES[d.urgency]
    leads = "nothing is ranked" if leader is None else f"{section_title(d, 'most_likely')}: {leader.name}"
    summary = f"{base.about.title}, {urgency}. {leads}"
    fired = tuple(firing.rule for firing in d.firings)
    return Card(_body(summary, "info", detail, source), "differential", fired)


def _used(base: Expert, d: Differential, record: PatientRecord) -> Iterator[str]:
    for id, value in d.record.items():
        said = record.sources[id]
        when = "" if said.when is None else f", {said.when:%Y-%m-%d}"
        told = f" (told as {d.as_told[id]})" if id in d.as_told else ""
        fact = base.vocabulary[id]
        yield f"{fact.label}: {fact.show(value)}{told} [{said.source}{when}]"


def _missing(fetched: Fetched) -> Iterator[str]:
    """What is not there, and why: three reasons, none of which says that a fact is absent."""
    for state, said in _MISSING.items():
        keys = fetched.keys(state)
        if keys:
            yield f"unknown, {said}: {', '.join(keys)}"


def _source(base: Expert, settings: Settings) -> dict[str, str]:
    """Who says so; with its address where clients know the server by one."""
    url = {"url": settings.base_url} if settings.base_url else {}
    return {"label": f"Charley: {base.about.title} {base.about.version}", **url}


def _body(summary: str, indicator: str, detail: str, source: Mapping[str, Any]) -> dict[str, Any]:
    flat = " ".join(summary.split())
    body: dict[str, Any] = {
        "uuid": str(uuid.uuid4()),
        "summary": flat if len(flat) <= MOST_SUMMARY else flat[: MOST_SUMMARY - 1].rstrip(" ,.;") + "…",
        "indicator": indicator,
        "detail": detail.strip(),
        "source": dict(source),
    }
    if indicator != "info":
        body["overrideReasons"] = [dict(each) for each in OVERRIDE_REASONS]
    return body
