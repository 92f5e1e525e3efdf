"""The Patient: the age from the date of birth, and the sex that was recorded at birth, where it is said.

`gender` is administrative. It is not the sex recorded at birth, and is not taken for it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from charley.facts.vocabulary import Vocabulary
from charley.serve.fhir.reading.codes import CodeIndex
from charley.serve.fhir.reading.observation import coded
from charley.serve.fhir.reading.statement import Refused, Statement, moment, reference_of

__all__ = ["is_dead", "of_patient"]

_AGE, _SEX = "30525-0", "76689-9"
"""LOINC's codes of an age and of the sex at birth: the facts that carry them are told by the Patient."""

_BIRTH_SEX = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex"


def of_patient(
    resource: Mapping[str, Any], index: CodeIndex, vocabulary: Vocabulary, today: datetime.date
) -> Iterator[Statement]:
    """What a Patient says on this day."""
    source = reference_of(resource)
    for fact in index.of({"system": "http://loinc.org", "code": _AGE}):
        ages = _ages(resource.get("birthDate"), today)
        if ages is not None and vocabulary[fact].kind == "number":
            low, high = ages
            told = str(low) if low == high else f"{low}-{high}"
            yield Statement(fact, f"{told} years", None, source, lasting=True)
    extensions = resource.get("extension")
    for each in extensions if isinstance(extensions, list) else ():
        if isinstance(each, Mapping) and each.get("url") == _BIRTH_SEX:
            for fact in index.of({"system": "http://loinc.org", "code": _SEX}):
                try:
                    value = coded({"code": each.get("valueCode")}, vocabulary[fact])
                except Refused as error:
                    yield Statement(fact, None, None, source, True, str(error))
                else:
                    yield Statement(fact, value, None, source, lasting=True)


def is_dead(resource: Mapping[str, Any]) -> bool:
    """Whether the Patient is recorded as dead."""
    return resource.get("deceasedBoolean") is True or isinstance(resource.get("deceasedDateTime"), str)


def _ages(birth: Any, today: datetime.date) -> tuple[int, int] | None:
    """The least and the greatest age that a date of birth, whole or not, allows; None where it is none."""
    first = moment(birth)
    if first is None:
        return None
    parts = str(birth).split("T")[0].split("-")
    latest = first.date()
    if len(parts) == 1:
        latest = datetime.date(latest.year, 12, 31)
    elif len(parts) == 2:
        latest = (latest.replace(day=28) + datetime.timedelta(days=4)).replace(day=1)
        latest -= datetime.timedelta(days=1)
    if latest > today:
        return None
    return _years(latest, today), _years(first.date(), today)


def _years(birth: datetime.date, today: datetime.date) -> int:
    return today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))
