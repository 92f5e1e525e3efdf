"""`$diagnose`: resources of one patient in, the differential and its warnings out."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from charley.engine.ask.next_screen import next_screen
from charley.engine.ask.prospect import prospect
from charley.engine.expert import Expert
from charley.facts.wording import AUDIENCES, Audience
from charley.serve.fhir.reading.patient_record import PatientRecord, read_patient
from charley.serve.fhir.reading.resources import resources
from charley.serve.fhir.versions import FhirVersion
from charley.serve.fhir.writing.conclusions import (
    Concluded,
    detected_issue,
    guidance_response,
    provenance,
    risk_assessment,
)
from charley.serve.service import Problem, Service
from charley.serve.status import status_line

__all__ = ["Asked", "diagnosed", "read_request"]

Resource = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """What a call of `$diagnose` asks."""

    base: Expert
    audience: Audience
    given: tuple[Mapping[str, Any], ...]


def read_request(service: Service, body: Any) -> Asked:
    """The call in a body: Parameters with `resource`, `base` and `audience`, or a Bundle, or one resource.

    Raises `Problem`: 400 where it is none of these, 404 for a base that is not here.
    """
    if not isinstance(body, Mapping) or not isinstance(body.get("resourceType"), str):
        raise Problem(
            400, "the body must be a FHIR resource: Parameters, a Bundle, or a resource about the patient"
        )
    options: dict[str, str] = {}
    parameters = body.get("parameter") if body["resourceType"] == "Parameters" else None
    for each in parameters if isinstance(parameters, list) else ():
        name = each.get("name") if isinstance(each, Mapping) else None
        if name in ("base", "audience"):
            value = each.get("valueString", each.get("valueCode"))
            if not isinstance(value, str):
                raise Problem(400, f"the parameter `{name}` must have a `valueString`")
            options[name] = value
        elif name != "resource":
            raise Problem(400, "the parameters must be `resource`, `base` and `audience`")
    audience = options.get("audience", "clinician")
    if audience not in AUDIENCES:
        raise Problem(400, f"`audience` must be one of {', '.join(AUDIENCES)}")
    given = tuple(resources(body))
    return Asked(service.base(options.get("base")), audience, given)


def diagnosed(asked: Asked, now: datetime.datetime, version: FhirVersion) -> Resource:
    """A Bundle: what was read, the answer of the service, the differential, the warnings, the provenance."""
    base = asked.base
    patient = _patient(asked.given)
    record = read_patient(base, asked.given, now, patient)
    assessment = base.assess(record.answers)
    said = Concluded(base, assessment.differential(asked.audience), patient, now, version)
    screen = next_screen(prospect(assessment, asked.audience, record.answers.unknown), asked.audience)
    made = [
        guidance_response(said, screen),
        *([risk_assessment(said)] if said.d.standings else []),
        *(detected_issue(said, point) for point in said.summary.raised),
    ]
    whole = [_outcome(base, record), *made, provenance(said, [_address(each) for each in made])]
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "entry": [{"fullUrl": _address(each), "resource": each} for each in whole],
    }


def _patient(given: tuple[Mapping[str, Any], ...]) -> str | None:
    """The id of the one Patient. Raises `Problem` (400) for two of them."""
    ids = [each.get("id") for each in given if each.get("resourceType") == "Patient"]
    if len(ids) > 1:
        raise Problem(400, "there are two patients in the request; send resources about one")
    return ids[0] if ids and isinstance(ids[0], str) else None


def _address(resource: Resource) -> str:
    return f"urn:uuid:{resource['id']}"


def _outcome(base: Expert, record: PatientRecord) -> Resource:
    """What was read of what was sent, and what was not used."""
    used = ", ".join(
        f"{id}={base.vocabulary[id].show(value)} [{record.sources[id].source}]"
        for id, value in record.answers.record.items()
    )
    issues = [
        {"severity": "information", "code": "informational", "diagnostics": text}
        for text in (
            status_line(base),
            f"read: {used}" if used else "the request holds nothing that these rules know",
        )
    ]
    for note in record.notes:
        severity = "warning" if note.kind in ("conflict", "refused") else "information"
        code = {"conflict": "conflict", "refused": "value", "old": "expired"}.get(note.kind, "not-supported")
        text = f"{note.kind}: {note.text} [{note.source}]"
        issues.append({"severity": severity, "code": code, "diagnostics": text})
    if record.is_dead:
        text = "the patient is recorded as dead"
        issues.append({"severity": "warning", "code": "business-rule", "diagnostics": text})
    return {"resourceType": "OperationOutcome", "id": str(uuid.uuid4()), "issue": issues}
