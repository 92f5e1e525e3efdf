"""What is concluded of a patient: the differential, every flag and alert, and how the call went."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from charley.engine.ask.shapes.screen import Screen
from charley.engine.differential import Differential
from charley.engine.explain.words import PURPOSE, range_words
from charley.engine.prepared import Prepared
from charley.engine.summary.summary import Point, Summary, summary
from charley.facts.vocabulary import words
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.rule import Urgency
from charley.serve.fhir.names import plan_url
from charley.serve.fhir.reading.codes import fact_system
from charley.serve.fhir.versions import FhirVersion
from charley.serve.fhir.writing.datatypes import (
    DIGEST_SYSTEM,
    candidate_concept,
    instant,
    narrative,
    patient_reference,
    without_empty,
)

__all__ = ["Concluded", "detected_issue", "guidance_response", "provenance", "risk_assessment"]

Resource = dict[str, Any]

_SEVERITY: dict[Urgency, str] = {
    "emergency": "high",
    "same_day": "high",
    "soon": "moderate",
    "routine": "low",
}


@dataclass(frozen=True)
class Concluded:
    """A differential with what is needed to write it: of whom, when, and in which version of FHIR."""

    base: Prepared
    d: Differential
    patient: str | None
    now: datetime.datetime
    version: FhirVersion = "4.0"

    @cached_property
    def summary(self) -> Summary:
        """What every face says of it."""
        return summary(self.base, self.d)


def risk_assessment(said: Concluded) -> Resource:
    """The differential, first candidate first. It has no probabilities, because nothing is calibrated."""
    base, d = said.base, said.d
    urgency = said.summary.urgency
    predictions = [
        {
            "outcome": candidate_concept(base, place.candidate),
            "qualitativeRisk": {"text": words(place.section) + (", flagged" if place.flagged else "")},
            "rationale": (
                f"{place.score:+d} decibans, could still be {range_words(*place.interval)}; "
                "the order counts, and scores are not probabilities"
            ),
        }
        for place in d.standings
    ]
    return without_empty(
        {
            "resourceType": "RiskAssessment",
            "id": str(uuid.uuid4()),
            "text": narrative(base, f"Differential. Overall urgency: {urgency}."),
            "status": "final",
            "method": {"text": f"{base.about.title} {base.about.version}: rules with weights of evidence"},
            "subject": patient_reference(said.patient),
            "occurrenceDateTime": instant(said.now),
            "prediction": predictions,
            "note": [{"text": f"Overall urgency: {urgency}. {PURPOSE}"}],
        }
    )


def detected_issue(said: Concluded, point: Point) -> Resource:
    """One flag or alert: what to do, why, and the rules behind it."""
    subject = {"subject" if said.version == "5.0" else "patient": patient_reference(said.patient)}
    rules = [{"code": [{"text": f"rule {rule}: {said.base.rules[rule].title}"}]} for rule in point.rules]
    cleared = [{"action": {"text": f"answered, and still shown: {note}"}} for note in point.answered]
    return without_empty(
        {
            "resourceType": "DetectedIssue",
            "id": str(uuid.uuid4()),
            "text": narrative(said.base, f"{words(point.urgency)}: {point.name}", point.action),
            "status": "preliminary",
            "code": candidate_concept(said.base, point.id),
            "severity": _SEVERITY[point.urgency],
            **subject,
            "identifiedDateTime": instant(said.now),
            "evidence": rules,
            "detail": f"{words(point.urgency)}: {point.action} {' '.join(point.reasons)} {PURPOSE}",
            "mitigation": cleared,
        }
    )


def guidance_response(said: Concluded, screen: Screen | None) -> Resource:
    """How the call went. While something is worth asking, it says so and names the data."""
    facts = () if screen is None else screen.facts
    return without_empty(
        {
            "resourceType": "GuidanceResponse",
            "id": str(uuid.uuid4()),
            "text": narrative(
                said.base, "More data would be useful." if facts else "Nothing more is needed."
            ),
            "moduleCanonical": f"{plan_url(said.base)}|{said.base.about.version}",
            "status": "data-requested" if facts else "success",
            "subject": patient_reference(said.patient),
            "occurrenceDateTime": instant(said.now),
            "note": [{"text": PURPOSE}],
            "dataRequirement": [_requirement(said.base, fact) for fact in facts],
        }
    )


def _requirement(base: KnowledgeBase, fact: str) -> Resource:
    codes = [{"system": fact_system(base), "code": fact, "display": base.vocabulary[fact].label}]
    codes += [
        {"system": "http://loinc.org", "code": code} for code in base.vocabulary[fact].codes.get("loinc", ())
    ]
    return {"type": "Observation", "codeFilter": [{"path": "code", "code": codes}]}


def provenance(said: Concluded, targets: Sequence[str]) -> Resource:
    """Which base, by its digest, the resources of these addresses were made by."""
    about = said.base.about
    assembler = "http://terminology.hl7.org/CodeSystem/provenance-participant-type"
    return {
        "resourceType": "Provenance",
        "id": str(uuid.uuid4()),
        "text": narrative(said.base, "Made by the rules that are named here."),
        "target": [{"reference": each} for each in targets],
        "recorded": instant(said.now),
        "agent": [
            {
                "type": {"coding": [{"system": assembler, "code": "assembler"}]},
                "who": {"display": f"Charley with {about.title} {about.version}"},
            }
        ],
        "entity": [
            {
                "role": "source",
                "what": {
                    "identifier": {"system": DIGEST_SYSTEM, "value": said.base.digest},
                    "display": f"{about.title} {about.version}",
                },
            }
        ],
    }
