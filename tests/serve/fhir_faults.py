"""Faults that are planted into sound resources, and who has to find each. A test of the tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

Resource = dict[str, Any]

MODELS, FHIRKIT, OURS, MEDPLUM, NPM_FHIR = "fhir.resources", "fhirkit-rs", "FHIRPath", "medplum", "npm fhir"


class Fault(NamedTuple):
    """What is wrong, in which type of resource, how it is planted, and who finds it."""

    name: str
    kind: str
    plant: Callable[[Resource], Any]
    found_by: tuple[str, ...]


def _set(*path: str | int, value: Any) -> Callable[[Resource], None]:
    def plant(resource: Resource) -> None:
        holder: Any = resource
        for step in path[:-1]:
            holder = holder[step]
        holder[path[-1]] = value

    return plant


def _drop(*path: str | int) -> Callable[[Resource], None]:
    def plant(resource: Resource) -> None:
        holder: Any = resource
        for step in path[:-1]:
            holder = holder[step]
        del holder[path[-1]]

    return plant


_CONDITION = {"question": "a", "operator": "exists", "answerBoolean": True}
_FIRST = ("item", 0, "item", 0)

FAULTS: list[Fault] = [
    Fault(
        "an element that is none",
        "Questionnaire",
        _set("colour", value="red"),
        (MODELS, FHIRKIT, MEDPLUM, NPM_FHIR),
    ),
    Fault("a status that is none", "Questionnaire", _set("status", value="finished"), (NPM_FHIR,)),
    Fault("no status", "Questionnaire", _drop("status"), (MODELS, FHIRKIT, MEDPLUM, NPM_FHIR)),
    Fault(
        "an item without a type", "Questionnaire", _drop(*_FIRST, "type"), (MODELS, FHIRKIT, OURS, MEDPLUM)
    ),
    Fault("an item of a type that is none", "Questionnaire", _set(*_FIRST, "type", value="number"), (OURS,)),
    Fault(
        "a date that is none",
        "Questionnaire",
        _set("date", value="yesterday"),
        (MODELS, FHIRKIT, MEDPLUM, NPM_FHIR),
    ),
    Fault("one linkId twice", "Questionnaire", _set(*_FIRST, "linkId", value="group-demographics"), (OURS,)),
    Fault("an id that is too long", "Questionnaire", _set("id", value="x" * 65), (OURS,)),
    Fault(
        "two conditions, joined by nothing",
        "Questionnaire",
        _set(*_FIRST, "enableWhen", value=[_CONDITION] * 2),
        (OURS,),
    ),
    Fault("a group of nothing", "Questionnaire", _drop("item", 0, "item"), (OURS, MEDPLUM)),
    Fault("a null", "Questionnaire", _set("title", value=None), (FHIRKIT, MEDPLUM)),
    Fault("no status", "RiskAssessment", _drop("status"), (MODELS, FHIRKIT, MEDPLUM, NPM_FHIR)),
    Fault("nobody", "RiskAssessment", _drop("subject"), (MODELS, FHIRKIT, MEDPLUM, NPM_FHIR)),
    Fault(
        "a probability over 100",
        "RiskAssessment",
        _set("prediction", 0, "probabilityDecimal", value=200),
        (OURS,),
    ),
    Fault("one where a list is", "RiskAssessment", _set("prediction", value={}), (MODELS, FHIRKIT, NPM_FHIR)),
    Fault("a severity that is none", "DetectedIssue", _set("severity", value="grave"), (NPM_FHIR,)),
    Fault(
        "a reference that is a text",
        "DetectedIssue",
        _set("patient", value="Patient/1"),
        (MODELS, FHIRKIT, MEDPLUM, NPM_FHIR),
    ),
    Fault(
        "an element of R5",
        "DetectedIssue",
        _set("subject", value={"reference": "Patient/1"}),
        (MODELS, FHIRKIT, MEDPLUM, NPM_FHIR),
    ),
    Fault("a status that is none", "GuidanceResponse", _set("status", value="done"), (NPM_FHIR,)),
    Fault("no module", "GuidanceResponse", _drop("moduleCanonical"), (MODELS, FHIRKIT, MEDPLUM, NPM_FHIR)),
    Fault("no target", "Provenance", _drop("target"), (MODELS, FHIRKIT, MEDPLUM, NPM_FHIR)),
    Fault("a role that is none", "Provenance", _set("entity", 0, "role", value="origin"), (NPM_FHIR,)),
    Fault(
        "an instant without a time",
        "Provenance",
        _set("recorded", value="2026-11-29"),
        (MODELS, FHIRKIT, MEDPLUM),
    ),
    Fault(
        "a kind that is none",
        "PlanDefinition",
        _set("action", 0, "condition", 0, "kind", value="applies"),
        (NPM_FHIR,),
    ),
    Fault(
        "a citation of a type that is none",
        "PlanDefinition",
        _set("action", 0, "documentation", 0, "type", value="book"),
        (NPM_FHIR,),
    ),
    Fault("a status that is none", "QuestionnaireResponse", _set("status", value="open"), (NPM_FHIR,)),
    Fault(
        "an item without a linkId",
        "QuestionnaireResponse",
        _drop(*_FIRST, "linkId"),
        (MODELS, FHIRKIT, MEDPLUM),
    ),
    Fault(
        "an item with answers and items",
        "QuestionnaireResponse",
        _set("item", 0, "answer", value=[{"valueString": "a"}]),
        (OURS, MEDPLUM),
    ),
]
