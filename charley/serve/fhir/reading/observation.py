"""Observations: a number with its unit, a truth or a choice. Without a value, the fact is unknown."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from charley.facts.vocabulary import Fact, Vocabulary
from charley.serve.fhir.reading.codes import CodeIndex, codings
from charley.serve.fhir.reading.statement import Note, Refused, Statement, moment, reference_of, since

__all__ = ["UCUM", "coded", "of_observation", "quantity"]

UCUM = "http://unitsofmeasure.org"

_FINAL = {"final", "amended", "corrected", "appended"}
_PENDING = {"registered", "preliminary", "unknown", "specimen-in-process"}

_YES_OR_NO: Mapping[tuple[str, str], bool] = {
    ("http://loinc.org", "LA33-6"): True,
    ("http://loinc.org", "LA32-8"): False,
    ("http://loinc.org", "LA15173-0"): True,  # pregnant
    ("http://loinc.org", "LA26683-5"): False,  # not pregnant
    ("http://terminology.hl7.org/CodeSystem/v2-0136", "Y"): True,
    ("http://terminology.hl7.org/CodeSystem/v2-0136", "N"): False,
}
"""Codes of answers that mean a plain yes or no."""

_CHOICES: Mapping[str, str] = {"M": "male", "F": "female"}
"""Codes of HL7 version 3 for choices that are spelt out elsewhere."""

_UNKNOWN = {"unknown", "asked-unknown", "not-asked", "UNK", "ASKU", "LA4489-6"}


def of_observation(
    resource: Mapping[str, Any], index: CodeIndex, vocabulary: Vocabulary
) -> Iterator[Statement | Note]:
    """What an Observation says, its components included."""
    source = reference_of(resource)
    status = str(resource.get("status"))
    if status not in _FINAL | _PENDING:
        yield Note("passed over", f"its status is {status[:30]}", source)
        return
    when = _when(resource)
    parts = [resource]
    components = resource.get("component")
    parts += (
        [each for each in components if isinstance(each, Mapping)] if isinstance(components, list) else []
    )
    for part in parts:
        for fact in (*index.of(part.get("code")), *index.counting(part.get("code"))):
            absent = "dataAbsentReason" in part or not any(name.startswith("value") for name in part)
            if status in _PENDING or absent:
                if part is resource and len(parts) > 1:
                    continue  # a panel: its components hold the values
                yield Statement(fact, None, when, source)
                continue
            try:
                yield Statement(fact, _value(part, vocabulary[fact]), when, source)
            except Refused as error:
                yield Statement(fact, None, when, source, refusal=str(error))


def _when(resource: Mapping[str, Any]) -> datetime.datetime | None:
    period = resource.get("effectivePeriod")
    told = period if isinstance(period, Mapping) else {}
    given = (
        resource.get("effectiveDateTime"),
        resource.get("effectiveInstant"),
        told.get("end"),
        told.get("start"),
        resource.get("issued"),
    )
    return next((found for each in given if (found := moment(each)) is not None), None)


def _value(part: Mapping[str, Any], fact: Fact) -> Any:
    if "valueQuantity" in part:
        return quantity(part["valueQuantity"], fact)
    if "valueCodeableConcept" in part:
        return coded(part["valueCodeableConcept"], fact)
    if "valueDateTime" in part and fact.since is not None:
        return since(part["valueDateTime"])
    for name in ("valueBoolean", "valueInteger", "valueDecimal", "valueString"):
        if name in part:
            return part[name]
    raise Refused("a value of this type is not read")


def quantity(given: Any, fact: Fact) -> Any:
    """A Quantity as the answer reader takes it: `<0.3 mg/L`, or a value and its unit. Raises `Refused`.

    The code is its unit, unless the words beside it name another scale: the code `ng/mL` of `ng/mL DDU`.
    """
    if not isinstance(given, Mapping) or isinstance(given.get("value"), bool | str):
        raise Refused("a quantity needs a number")
    value = given.get("value")
    if value is None:
        return None
    system, code, unit = given.get("system"), given.get("code"), given.get("unit")
    if system not in (None, UCUM):
        raise Refused("its unit is not a UCUM unit")
    coded_unit = system == UCUM and isinstance(code, str) and fact.scale_named(str(unit)) is None
    named = code if coded_unit else unit
    if not isinstance(named, str) or not named.strip():
        raise Refused("it has no unit")
    comparator = given.get("comparator")
    if comparator is None:
        return {"value": value, "unit": named}
    if comparator not in ("<", "<=", ">", ">="):
        raise Refused("its comparator is not read")
    return f"{comparator} {value} {named}"


def coded(given: Any, fact: Fact) -> Any:
    """A coded answer as the answer reader takes it: a truth, a choice, None for unknown. Raises `Refused`."""
    for system, code in codings(given):
        if fact.kind == "boolean" and (system, code) in _YES_OR_NO:
            return _YES_OR_NO[system, code]
        choice = _CHOICES.get(code, code)
        if fact.kind == "choice" and choice in fact.choices:
            return choice
        if code in _UNKNOWN:
            return None
    raise Refused("its code is not known to these rules")
