"""What is asked of the client's FHIR server beforehand, and what became of it.

Only what the standard recommends for all clients is used: reads, and searches by a reference, by one token
and sorted by date. A list of codes in one search is not among it, so each code has a template of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from charley.rules.knowledge_base import KnowledgeBase
from charley.serve.fhir.names import fhir_id
from charley.serve.fhir.reading.resources import resources
from charley.serve.service import Problem

__all__ = ["PATIENT", "Fetched", "State", "read_prefetch", "templates"]

PATIENT = "patient"
"""The one thing without which nothing is said: who it is, and how old."""

State = Literal["sent", "not sent", "nothing there", "failed"]
"""What became of a template. None of them means that a fact is absent: where nothing is there, it may be that
nobody asked.
"""

_AGE = "30525-0"
_PANELS: Mapping[str, str] = {"8480-6": "85354-9", "8462-4": "85354-9"}
"""FHIR keeps both blood pressures in one observation, by the code of the panel."""

_OF_PATIENT = "patient={{context.patientId}}"


@dataclass(frozen=True)
class Fetched:
    """The resources that were sent, and the state of each template."""

    resources: tuple[Mapping[str, Any], ...]
    states: Mapping[str, State]

    def keys(self, state: State) -> tuple[str, ...]:
        """The templates in this state."""
        return tuple(key for key, each in self.states.items() if each == state)


def templates(base: KnowledgeBase, questionnaires: str) -> dict[str, str]:
    """The prefetch templates of a base. `questionnaires` is the canonical URL of its questionnaire."""
    return {
        PATIENT: "Patient/{{context.patientId}}",
        "conditions": f"Condition?{_OF_PATIENT}",
        "medication-requests": f"MedicationRequest?{_OF_PATIENT}&status=active",
        "medication-statements": f"MedicationStatement?{_OF_PATIENT}",
        "answers": (
            f"QuestionnaireResponse?{_OF_PATIENT}&questionnaire={questionnaires}&_sort=-authored&_count=1"
        ),
        **{
            key: f"Observation?{_OF_PATIENT}&code=http://loinc.org|{code}&_sort=-date&_count=1"
            for key, code in _observations(base).items()
        },
    }


def _observations(base: KnowledgeBase) -> dict[str, str]:
    """The LOINC code of every observation that a fact can be read from, under a key that names the fact."""
    found: dict[str, str] = {}
    for fact in base.vocabulary.values():
        for at, code in enumerate(fact.codes.get("loinc", ())):
            if code in _PANELS:
                found["blood-pressure"] = _PANELS[code]
            elif code != _AGE:
                found[fhir_id(fact.id) + (f"-{at + 1}" if at else "")] = code
    return found


def read_prefetch(wanted: Mapping[str, str], sent: Mapping[str, Any] | None, patient: str) -> Fetched:
    """What was sent of what was wanted.

    Raises `Problem`: 412 where the patient is not there, whatever the reason; 400 where what is there is no
    resource, or is another patient than the one of the context.
    """
    given = sent or {}
    states: dict[str, State] = {key: _state(given, key) for key in wanted}
    for key, value in given.items():
        if value is not None and not (
            isinstance(value, Mapping) and isinstance(value.get("resourceType"), str)
        ):
            raise Problem(400, f"prefetch `{key[:60]}` is neither a resource nor null")
    if states[PATIENT] != "sent":
        raise Problem(412, f"the patient is needed, and prefetch `{PATIENT}` {_WHY[states[PATIENT]]}")
    person = given[PATIENT]
    if person.get("resourceType") != "Patient":
        raise Problem(400, f"prefetch `{PATIENT}` is not a Patient")
    if person.get("id") not in (None, patient):
        raise Problem(400, f"prefetch `{PATIENT}` is not the patient of the context")
    found = tuple(each for value in given.values() for each in resources(value))
    return Fetched(found, states)


_WHY: Mapping[State, str] = {
    "not sent": "was not sent",
    "nothing there": "is null: the client found none",
    "failed": "is an OperationOutcome: the client could not read it",
    "sent": "was sent",
}


def _state(given: Mapping[str, Any], key: str) -> State:
    if key not in given:
        return "not sent"
    value = given[key]
    if value is None:
        return "nothing there"
    found = list(resources(value))
    if any(each.get("resourceType") == "OperationOutcome" for each in found):
        return "failed"
    return "sent" if found else "nothing there"
