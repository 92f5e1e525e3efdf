"""What the FHIR surface can do, as it says of itself: CapabilityStatement and OperationDefinition."""

from __future__ import annotations

from typing import Any

from charley import __version__
from charley.engine.explain.words import PURPOSE
from charley.rules.knowledge_base import KnowledgeBase
from charley.serve.fhir.versions import VERSIONS, FhirVersion
from charley.serve.fhir.writing.datatypes import narrative

__all__ = ["DIAGNOSE", "NEXT_QUESTION", "capability_statement", "diagnose_definition"]

Resource = dict[str, Any]

NEXT_QUESTION = "http://hl7.org/fhir/uv/sdc/OperationDefinition/Questionnaire-next-question"
DIAGNOSE = "urn:charley:operation:diagnose"

_KEPT = ("Library", "OperationDefinition", "PlanDefinition", "Questionnaire")


def capability_statement(base: KnowledgeBase, version: FhirVersion) -> Resource:
    """What is there in this version of FHIR."""
    operation = {"name": "next-question", "definition": NEXT_QUESTION}
    resources = [
        {
            "type": kind,
            "interaction": [
                {"code": "read"},
                *([{"code": "search-type"}] if kind == "Questionnaire" else []),
            ],
            **({"operation": [operation]} if kind == "Questionnaire" else {}),
        }
        for kind in _KEPT
    ]
    return {
        "resourceType": "CapabilityStatement",
        "id": "charley",
        "text": narrative(base, "What this server can do."),
        "status": "active",
        "experimental": True,
        "date": base.about.updated.isoformat(),
        "kind": "instance",
        "description": PURPOSE,
        "software": {"name": "Charley", "version": __version__},
        "implementation": {
            "description": f"Charley with {base.about.title}. Nothing about a patient is kept."
        },
        "fhirVersion": VERSIONS[version],
        "format": ["json"],
        "rest": [
            {
                "mode": "server",
                "documentation": PURPOSE,
                "resource": resources,
                "operation": [{"name": "diagnose", "definition": DIAGNOSE}],
            }
        ],
    }


def diagnose_definition(base: KnowledgeBase) -> Resource:
    """The operation `$diagnose`."""
    inputs = [
        ("resource", 0, "*", "Resource", "Patient, Observation, Condition, MedicationRequest, "
         "MedicationStatement, QuestionnaireResponse, or a Bundle of them, about one patient."),
        ("base", 0, "1", "string", "The knowledge base; the first that is served where it is not told."),
        ("audience", 0, "1", "code", "patient, student or clinician; a clinician where it is not told."),
    ]  # fmt: skip
    returned = (
        "A collection: OperationOutcome with what was read and was not, GuidanceResponse, RiskAssessment, "
        "a DetectedIssue for every flag and alert, and Provenance with the digest of the base."
    )
    return {
        "resourceType": "OperationDefinition",
        "id": "diagnose",
        "text": narrative(base, "The differential diagnosis of one patient."),
        "url": DIAGNOSE,
        "version": __version__,
        "name": "Diagnose",
        "title": "Differential diagnosis of one patient",
        "status": "draft",
        "kind": "operation",
        "experimental": True,
        "date": base.about.updated.isoformat(),
        "description": f"What the rules conclude of what is known of a patient. Nothing is kept. {PURPOSE}",
        "affectsState": False,
        "code": "diagnose",
        "system": True,
        "type": False,
        "instance": False,
        "parameter": [
            *(
                {"name": name, "use": "in", "min": least, "max": most, "documentation": words, "type": kind}
                for name, least, most, kind, words in inputs
            ),
            {
                "name": "return",
                "use": "out",
                "min": 1,
                "max": "1",
                "documentation": returned,
                "type": "Bundle",
            },
        ],
    }
