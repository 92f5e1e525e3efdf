"""One record from many resources: of each fact what was said last, with whatever contradicts it listed."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from charley.engine.prepared import Prepared
from charley.facts.answer import NotUnderstood, Unknown, number_as_told, parse_answer
from charley.facts.fields import Burden
from charley.facts.numbers.since import seen_from
from charley.facts.record import Answers
from charley.facts.vocabulary import Fact, Value
from charley.serve.fhir.reading.codes import CodeIndex
from charley.serve.fhir.reading.condition import of_condition
from charley.serve.fhir.reading.medication import of_medication
from charley.serve.fhir.reading.observation import of_observation
from charley.serve.fhir.reading.patient import is_dead, of_patient
from charley.serve.fhir.reading.resources import about_another
from charley.serve.fhir.reading.response import of_response
from charley.serve.fhir.reading.statement import Note, Statement, reference_of

__all__ = ["HOLDS_FOR_DAYS", "PatientRecord", "read_patient"]

HOLDS_FOR_DAYS: Mapping[Burden, int] = {
    "history": 28,
    "examination": 2,
    "blood_test": 90,
    "imaging": 90,
}
"""How long an answer of each kind is taken to say how the patient is now. These are our judgement. What is
older is listed, and leaves the fact unknown. A fact with `within_days` has its own limit.
"""

_OLDEST = datetime.datetime.min.replace(tzinfo=datetime.UTC)


@dataclass(frozen=True)
class PatientRecord:
    """What the resources say: the answers, the source and the moment of each, and what was not used."""

    answers: Answers
    sources: Mapping[str, Statement] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    is_dead: bool = False


@dataclass(frozen=True, slots=True)
class _Read:
    statement: Statement
    value: Value | None
    told: str = ""


def read_patient(
    base: Prepared,
    resources: Iterable[Mapping[str, Any]],
    now: datetime.datetime,
    patient: str | None = None,
) -> PatientRecord:
    """The record of a patient at this moment. With the id of the `patient`, only what is about that one.

    Nothing is raised for a resource that cannot be used: a note says so, and the fact is unknown.
    """
    given = list(resources)
    notes: list[Note] = []
    said: dict[str, list[Statement]] = {}
    for each in _said(base, given, now, patient):
        if isinstance(each, Note):
            notes.append(each)
        else:
            said.setdefault(each.fact, []).append(each)
    record: dict[str, Value] = {}
    told: dict[str, str] = {}
    unknown: set[str] = set()
    sources: dict[str, Statement] = {}
    for id, statements in said.items():
        chosen = _chosen(base, base.vocabulary[id], statements, now, notes)
        if chosen is None:
            continue
        sources[id] = chosen.statement
        if chosen.value is None:
            unknown |= {id} if chosen.statement.asked else set()
        else:
            record[id] = chosen.value
            told |= {id: chosen.told} if chosen.told else {}
    dead = any(each.get("resourceType") == "Patient" and is_dead(each) for each in given)
    return PatientRecord(Answers(record, frozenset(unknown), told), sources, tuple(notes), dead)


def _said(
    base: Prepared, given: list[Mapping[str, Any]], now: datetime.datetime, patient: str | None
) -> Iterator[Statement | Note]:
    index, vocabulary = base.part(CodeIndex), base.vocabulary
    sent = {reference_of(each): each for each in given}
    for each in given:
        if about_another(each, patient):
            yield Note("passed over", "it is about another patient", reference_of(each))
            continue
        match each.get("resourceType"):
            case "Patient":
                yield from of_patient(each, index, vocabulary, now.date())
            case "Observation":
                yield from of_observation(each, index, vocabulary)
            case "Condition":
                yield from of_condition(each, index, vocabulary)
            case "MedicationRequest" | "MedicationStatement":
                yield from of_medication(each, index, vocabulary, sent)
            case "QuestionnaireResponse":
                yield from of_response(each, vocabulary)
            case "Medication" | "OperationOutcome":
                pass  # read through what refers to it, and by whoever asked for it
            case _:
                yield Note("passed over", "resources of this type are not read", reference_of(each)[:80])


def _chosen(
    base: Prepared, fact: Fact, said: list[Statement], now: datetime.datetime, notes: list[Note]
) -> _Read | None:
    """What counts of all that was said of a fact: the newest that is known, and that is not too old."""
    newest = sorted(enumerate(said), key=lambda each: (each[1].when or _OLDEST, each[0]), reverse=True)
    found: list[_Read] = []
    for _, statement in newest:
        limit = _limit(fact, statement)
        if limit is not None and statement.when is not None and now - statement.when > limit:
            notes.append(Note("old", f"{fact.label}: older than {limit.days} days", statement.source))
            continue
        found.append(_read(base, fact, statement, now.date(), notes))
    known = [each for each in found if each.value is not None or each.statement.refusal]
    if not known:
        return found[0] if found else None
    chosen, others = known[0], known[1:]
    if chosen.statement.refusal:
        return None
    for other in others:
        if other.value != chosen.value and other.value is not None and chosen.value is not None:
            text = (
                f"{fact.label}: {fact.show(chosen.value)} {_date(chosen.statement)} is taken, and not "
                f"{fact.show(other.value)} {_date(other.statement)}"
            )
            notes.append(Note("conflict", text, other.statement.source))
    return chosen


def _limit(fact: Fact, statement: Statement) -> datetime.timedelta | None:
    if statement.lasting or fact.fixed or fact.when_past == "counts":
        return None
    days = HOLDS_FOR_DAYS[fact.burden] if fact.within_days is None else fact.within_days
    return datetime.timedelta(days=days)


def _read(base: Prepared, fact: Fact, statement: Statement, today: datetime.date, notes: list[Note]) -> _Read:
    """A statement with its value, dates seen from today. One that is refused is noted, and is unknown."""
    refusal = statement.refusal
    if not refusal:
        try:
            given = seen_from(fact, statement.value, today)
            value = parse_answer(fact, given, compared=base.vocabulary.compared.get(fact.id))
        except NotUnderstood as error:
            refusal = str(error)
        else:
            if isinstance(value, Unknown):
                return _Read(statement, None)
            return _Read(statement, value, number_as_told(fact, given, value))
    named = refusal if f"`{fact.id}`" in refusal else f"`{fact.id}`: {refusal}"
    notes.append(Note("refused", named, statement.source))
    return _Read(replace(statement, value=None, refusal=refusal), None)


def _date(statement: Statement) -> str:
    return "(undated)" if statement.when is None else f"({statement.when:%Y-%m-%d})"
