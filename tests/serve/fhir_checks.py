"""What checks a resource of FHIR in the tests: models, a validator, and the rules that these do not know."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

Resource = dict[str, Any]

ITEM_TYPES = (
    *("group", "display", "question", "boolean", "decimal", "integer", "date", "dateTime", "time"),
    *("string", "text", "url", "choice", "open-choice", "coding", "attachment", "reference", "quantity"),
)
"""The types of an item in R4 and in R5."""

INVARIANTS: dict[str, tuple[str, str]] = {
    "que-1": (
        "Questionnaire",
        "descendants().where(type = 'group').all(item.exists())",
    ),
    "que-2": ("Questionnaire", "descendants().linkId.isDistinct()"),
    "que-12": (
        "Questionnaire",
        "descendants().where(enableWhen.count() > 1).all(enableBehavior.exists())",
    ),
    "item.type": (
        "Questionnaire",
        f"descendants().where(linkId.exists()).all(type in ({' | '.join(map(repr, ITEM_TYPES))}))",
    ),
    "qrs-1": (
        "QuestionnaireResponse",
        "descendants().where(linkId.exists()).all((answer.exists() and item.exists()).not())",
    ),
    "ras-2": (
        "RiskAssessment",
        "prediction.all(probabilityDecimal.empty() or probabilityDecimal <= 100)",
    ),
    "bdl-7": ("Bundle", "entry.fullUrl.isDistinct()"),
}
"""Invariants by their name in the standard: the type that they are about, and what holds of it, as FHIRPath.

They speak of elements by their names in JSON (`probabilityDecimal`), since no model is loaded.
"""


def inner(resource: Resource) -> Iterator[Resource]:
    """The resource and every resource in it: contained, and in the entries of a Bundle."""
    yield resource
    for each in resource.get("contained", ()) if isinstance(resource.get("contained"), list) else ():
        yield from inner(each)
    entries = resource.get("entry") if resource.get("resourceType") == "Bundle" else None
    for each in entries if isinstance(entries, list) else ():
        yield from inner(each["resource"])


def broken_invariants(resource: Resource) -> list[str]:
    """The names of the invariants that do not hold, and `id` for an id that is none."""
    from fhirpathpy import evaluate

    found = []
    for each in inner(resource):
        id = each.get("id", "x")
        if not isinstance(id, str) or not re.fullmatch(r"[A-Za-z0-9\-.]{1,64}", id):
            found.append("id")
        for name, (kind, holds) in INVARIANTS.items():
            if each.get("resourceType") == kind and evaluate(each, holds) != [True]:
                found.append(name)
    return found


def model_r4b(resource: Resource) -> list[str]:
    """What the models of R4B of fhir.resources say is wrong."""
    from fhir.resources.R4B import get_fhir_model_class

    return _parsed(resource, get_fhir_model_class)


def model_r5(resource: Resource) -> list[str]:
    """What the models of R5 of fhir.resources say is wrong."""
    from fhir.resources import get_fhir_model_class

    return _parsed(resource, get_fhir_model_class)


def _parsed(resource: Resource, model: Callable[[str], Any]) -> list[str]:
    from pydantic import ValidationError

    try:
        model(resource["resourceType"]).model_validate_json(json.dumps(resource))
    except (ValidationError, ValueError) as error:
        return [line for line in str(error).splitlines() if line.strip()][:4]
    return []


def fhirkit(resource: Resource) -> list[str]:
    """What fhirkit-rs, which knows R4, says is wrong."""
    import fhirkit as validator

    try:
        return [str(each) for each in validator.validate(json.dumps(resource)) if each.severity == "error"]
    except (validator.ParseError, validator.ValidationError) as error:
        return [str(error)[:200]]
