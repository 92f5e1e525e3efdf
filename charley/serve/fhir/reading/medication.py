"""Medicines: what is prescribed or taken now is yes; what is not in the list is unknown, not no."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from charley.facts.vocabulary import Fact, Vocabulary
from charley.serve.fhir.reading.codes import CodeIndex, codings
from charley.serve.fhir.reading.resources import find
from charley.serve.fhir.reading.statement import Note, Statement, moment, reference_of

__all__ = ["of_medication"]

_TAKEN = {"active", "recorded"}
_STOPPED = {"stopped", "completed"}
_WORTHLESS = {"entered-in-error", "cancelled", "draft"}


def of_medication(
    resource: Mapping[str, Any],
    index: CodeIndex,
    vocabulary: Vocabulary,
    sent: Mapping[str, Mapping[str, Any]],
) -> Iterator[Statement | Note]:
    """What a MedicationRequest or MedicationStatement says of the medicine that it names."""
    source = reference_of(resource)
    status = str(resource.get("status"))
    if status in _WORTHLESS or resource.get("doNotPerform") is True:
        yield Note("passed over", f"its status is {status[:30]}, or it says not to give it", source)
        return
    when = next(
        (
            found
            for name in ("authoredOn", "dateAsserted", "effectiveDateTime")
            if (found := moment(resource.get(name))) is not None
        ),
        None,
    )
    for fact in index.of(_medicine(resource, sent)):
        value = _value(resource, status, vocabulary[fact])
        yield Statement(fact, value, when, source, lasting=True)


def _medicine(resource: Mapping[str, Any], sent: Mapping[str, Mapping[str, Any]]) -> Any:
    """The code of the medicine: R4 says it beside a reference, R5 in one element with it."""
    either = resource.get("medication")
    either = either if isinstance(either, Mapping) else {}
    concept = resource.get("medicationCodeableConcept") or either.get("concept")
    if concept is not None:
        return concept
    reference = resource.get("medicationReference") or either.get("reference")
    found = find(reference, resource, sent)
    return None if found is None else found.get("code")


def _value(resource: Mapping[str, Any], status: str, fact: Fact) -> bool | None:
    if fact.kind != "boolean":
        return None
    adherence = resource.get("adherence")  # R5
    kept = {code for _, code in codings(adherence.get("code"))} if isinstance(adherence, Mapping) else set()
    if status == "not-taken" or "not-taking" in kept:
        return False
    if "stopped" in kept or status in _STOPPED:
        return {"counts": True, "denies": False}.get(fact.when_past or "")
    if kept and not kept & {"taking", "on-hold"}:
        return None
    return True if status in _TAKEN else None
