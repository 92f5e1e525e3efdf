"""The published schema of a record and the reader of records say the same of every value that is no text."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import charley
from charley.cli import main
from charley.documents.diagnostic import Faulty
from charley.facts.schema import record_schema

KB = charley.load()
SCHEMA = record_schema(KB.id, KB.about.title, KB.version, KB.digest, KB.vocabulary)
TYPES: dict[str, Any] = {"object": dict, "string": str, "boolean": bool, "null": type(None), "array": list}


def is_of(kind: str, value: Any) -> bool:
    if kind == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, TYPES[kind])


def valid(schema: dict[str, Any], value: Any) -> bool:
    """The keywords that the schema uses, as JSON Schema defines them."""
    checks = {
        "type": lambda kinds: any(is_of(k, value) for k in ([kinds] if isinstance(kinds, str) else kinds)),
        "enum": lambda words: any(type(value) is type(word) and value == word for word in words),
        "anyOf": lambda parts: any(valid(part, value) for part in parts),
        "not": lambda part: not valid(part, value),
        "minimum": lambda low: not is_of("number", value) or value >= low,
        "maximum": lambda high: not is_of("number", value) or value <= high,
        "exclusiveMinimum": lambda low: not is_of("number", value) or value > low,
        "exclusiveMaximum": lambda high: not is_of("number", value) or value < high,
        "minLength": lambda n: not isinstance(value, str) or len(value) >= n,
        "maxLength": lambda n: not isinstance(value, str) or len(value) <= n,
        "required": lambda names: not isinstance(value, dict) or set(names) <= set(value),
        "additionalProperties": lambda _: (
            not isinstance(value, dict) or set(value) <= set(schema["properties"])
        ),
        "properties": lambda parts: (
            not isinstance(value, dict)
            or all(valid(part, value[name]) for name, part in parts.items() if name in value)
        ),
    }
    said = {"$schema", "$id", "title", "description", "x-unit"}
    assert set(schema) <= {*checks, *said}
    return all(check(schema[name]) for name, check in checks.items() if name in schema)


def accepted(record: dict[str, Any]) -> bool:
    try:
        KB.diagnose(record)
    except Faulty:
        return False
    return True


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-500, 10**6),
    st.floats(-200, 1000, allow_nan=False).map(lambda x: round(x, 2)),
)  # fmt: skip


@given(st.sampled_from(list(KB.vocabulary)), VALUES)
def test_what_the_schema_allows_is_accepted_and_nothing_else(fact: str, value: Any) -> None:
    assert valid(SCHEMA, {fact: value}) is accepted({fact: value})


@pytest.mark.parametrize("fact", KB.vocabulary)
def test_the_ends_and_choices_of_every_fact(fact: str) -> None:
    it = KB.vocabulary[fact]
    values: list[Any] = [*it.choices, "unknown", True, False, None, 0.5, -0.5]
    if it.plausible_range is not None:
        low, high = it.plausible_range
        values += [low, high, math.nextafter(low, -math.inf), math.nextafter(high, math.inf)]
        assert it.unit is not None and it.unit in SCHEMA["properties"][fact]["description"]
    for value in values:
        if it.kind == "number" and isinstance(value, str):
            continue  # any text may be a number with a unit
        assert valid(SCHEMA, {fact: value}) is accepted({fact: value}), value


def test_a_fact_that_is_not_there_is_in_neither() -> None:
    assert not valid(SCHEMA, {"agee": 67}) and not accepted({"agee": 67})


def test_the_command_prints_it() -> None:
    result = CliRunner().invoke(main, ["schema"])
    assert result.exit_code == 0
    printed = json.loads(result.stdout)
    assert printed == json.loads(json.dumps(SCHEMA))
    assert printed["$schema"].endswith("2020-12/schema")
    assert printed["$id"].startswith("urn:charley:record:nocturnal_leg_pain:")
