"""A record as JSON Schema: which facts there are, and what an answer to each may be."""

from __future__ import annotations

from typing import Any

from charley.facts.units import unit_name
from charley.facts.vocabulary import AS_OF, Fact, Vocabulary

__all__ = ["record_schema"]

_NOTHING = {"type": "null", "description": "not known, and not to be asked for again"}
_DATE = {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
_TEXT = {"type": "string", "minLength": 1, "maxLength": 200}


def record_schema(id: str, title: str, version: str, digest: str, vocabulary: Vocabulary) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a record for a base of this id, version and digest.

    Charley accepts every value that the schema allows, but text, which it reads and may refuse.
    """
    properties = {fact.id: _property(fact) for fact in (*vocabulary.values(), *vocabulary.dates.values())}
    if vocabulary.dates:
        properties[AS_OF] = {"description": "The day from which the dates are seen.", **_DATE}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:charley:record:{id}:{version}:{digest[:16]}",
        "title": f"A record for {title}",
        "description": "What is known of one patient. A fact that is not here is unknown, which is not no.",
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
    }


def _property(fact: Fact) -> dict[str, Any]:
    return {
        "title": fact.label,
        "description": _description(fact),
        "anyOf": [*_values(fact), _NOTHING],
        **({"x-unit": fact.unit} if fact.unit is not None else {}),
    }


def _description(fact: Fact) -> str:
    parts = [fact.wording.clinician.rstrip(".") + "."]
    if fact.kind == "number":
        unit = unit_name(fact.unit)
        parts.append(f"In {unit} (UCUM `{fact.unit}`)." if unit else f"A plain number (UCUM `{fact.unit}`).")
    if fact.note is not None:
        parts.append(fact.note)
    return " ".join(parts)


def _values(fact: Fact) -> list[dict[str, Any]]:
    match fact.kind:
        case "boolean":
            return [{"type": "boolean"}, {"enum": ["yes", "no", "unknown"]}]
        case "choice":
            return [{"enum": [*fact.choices, "unknown"]}]
        case "date":
            return [_DATE, {"enum": ["unknown"]}]
        case _:
            assert fact.plausible_range is not None
            low, high = fact.plausible_range
            number: dict[str, Any] = {"type": "number", "minimum": low, "maximum": high}
            if fact.unit == "%":  # 0.2 may be a fraction
                number["not"] = {
                    "anyOf": [
                        {"exclusiveMinimum": 0, "exclusiveMaximum": 1},
                        {"exclusiveMinimum": -1, "exclusiveMaximum": 0},
                    ]
                }
            text = {**_TEXT, "description": "a number with its unit, or `unknown`"}
            amount = {
                "type": "object",
                "additionalProperties": False,
                "required": ["value"],
                "properties": {"value": {"type": ["number", "string", "null"]}, "unit": {"type": "string"}},
            }
            return [number, text, amount]
