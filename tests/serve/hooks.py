"""What the tests of CDS Hooks and of FHIR share: resources, a call, a client without a server."""

from __future__ import annotations

import datetime
from typing import Any

from starlette.testclient import TestClient

from charley.serve.app import create_app
from charley.serve.service import Settings

SERVICE = "/cds-services/nocturnal-leg-pain"
INSTANCE = "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea"
TODAY = datetime.datetime.now(datetime.UTC).date()
BIRTH = f"{TODAY.year - 67}-01-01"
"""Whoever was born then is 67, whenever the tests are run."""

Resource = dict[str, Any]


def client(**settings: Any) -> TestClient:
    """A client of the application, which runs in this process."""
    return TestClient(create_app(Settings(**settings)), raise_server_exceptions=True)


def days_ago(days: int) -> str:
    """A date of FHIR."""
    return (TODAY - datetime.timedelta(days=days)).isoformat()


def patient(**more: Any) -> Resource:
    return {"resourceType": "Patient", "id": "1", "birthDate": BIRTH, **more}


def codeable(system: str, code: str) -> Resource:
    return {"coding": [{"system": system, "code": code}]}


def quantity(value: float, unit: str, **more: Any) -> Resource:
    return {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit, **more}


def observation(code: str, *, days: int = 0, **more: Any) -> Resource:
    return {
        "resourceType": "Observation",
        "id": f"o-{code}-{days}",
        "status": "final",
        "code": codeable("http://loinc.org", code),
        "subject": {"reference": "Patient/1"},
        "effectiveDateTime": days_ago(days),
        **more,
    }


def condition(
    code: str, verified: str | None = "confirmed", clinical: str = "active", **more: Any
) -> Resource:
    status = {} if verified is None else {"verificationStatus": {"coding": [{"code": verified}]}}
    return {
        "resourceType": "Condition",
        "id": f"c-{code}",
        "code": codeable("http://hl7.org/fhir/sid/icd-10-cm", code),
        "subject": {"reference": "Patient/1"},
        "clinicalStatus": {"coding": [{"code": clinical}]},
        **status,
        **more,
    }


def request_for(atc: str, status: str = "active", **more: Any) -> Resource:
    return {
        "resourceType": "MedicationRequest",
        "id": f"m-{atc}",
        "status": status,
        "intent": "order",
        "medicationCodeableConcept": codeable("http://www.whocc.no/atc", atc),
        "subject": {"reference": "Patient/1"},
        **more,
    }


def response(*, days: int = 0, **answers: Any) -> Resource:
    """A QuestionnaireResponse with these answers: truths, quantities, or None for not known."""

    def answer(value: Any) -> list[Resource]:
        if value is None:
            return [{"valueCoding": {"code": "unknown"}}]
        kind = {bool: "valueBoolean", str: "valueString", dict: "valueQuantity"}.get(
            type(value), "valueDecimal"
        )
        return [{kind: value}]

    items = [{"linkId": id, "answer": answer(value)} for id, value in answers.items()]
    return {
        "resourceType": "QuestionnaireResponse",
        "id": "q",
        "status": "completed",
        "authored": days_ago(days),
        "item": [{"linkId": "group", "item": items}],
    }


def bundle(*resources: Resource) -> Resource:
    return {
        "resourceType": "Bundle",
        "type": "searchset",
        "entry": [{"resource": each} for each in resources],
    }


def call(hook: str = "patient-view", **prefetch: Any) -> Resource:
    """A call with this prefetch, and the patient where none is given."""
    context = {"userId": "Practitioner/7", "patientId": "1", "encounterId": "9"}
    sent = {"patient": patient(), **prefetch}
    return {"hook": hook, "hookInstance": INSTANCE, "context": context, "prefetch": sent}


SWOLLEN = response(unilateral_leg_swelling=True, pain_site_calf=True, chest_pain=True)
"""A patient with a flag for the same day and an alert for now."""
