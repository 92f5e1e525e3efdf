"""The JSON API under requests that are made up from its own document: no 500, and every answer is in it."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

pytest.importorskip("starlette", reason="the extra `serve` is not installed")
pytest.importorskip("httpx2", reason="what drives the application in the process is not installed")
pytest.importorskip("schemathesis", reason="schemathesis is not installed")

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import schemathesis
    from schemathesis import checks
    from schemathesis.specs.openapi import checks as conformance

from starlette.testclient import TestClient

from charley.engine.expert import load
from charley.facts.schema import record_schema
from charley.serve.api.operations import OPERATIONS, PREFIX
from charley.serve.app import create_app
from charley.serve.service import Settings

HELD_TO = [
    checks.not_a_server_error,
    conformance.status_code_conformance,
    conformance.content_type_conformance,
    conformance.response_headers_conformance,
    conformance.response_schema_conformance,
    conformance.unsupported_method,
]
ASKED = {each.question.__name__ for each in OPERATIONS if each.question is not None}
REFUSES = conformance.negative_data_rejection
"""Not held to by a batch, which says of each record whether it could be used."""
FACTS = 12
"""Of the facts of the base so many stand in the schema: with all of them, drawing a record takes a second."""


def client() -> TestClient:
    return TestClient(create_app(Settings()), raise_server_exceptions=False)


CLIENT = client()


def document() -> dict[str, Any]:
    """The document as it is served, with a part of the vocabulary, so that most records are read."""
    found: dict[str, Any] = CLIENT.get(f"{PREFIX}/openapi.json").json()
    kb = load()
    whole = record_schema(kb.id, kb.about.title, kb.version, kb.digest, kb.vocabulary)["properties"]
    some = {id: _answers(whole[id]) for id in list(whole)[:: len(whole) // FACTS]}
    for schema in found["components"]["schemas"].values():
        for name, part in schema.get("properties", {}).items():
            if name in ("record", "changes") and "additionalProperties" in part:
                part |= {"properties": some, "additionalProperties": False}
            elif name in ("unknown", "later") and schema["title"] in ASKED:
                part["items"] = {"enum": list(some)}
    return found


def _answers(schema: dict[str, Any]) -> dict[str, Any]:
    """The answers without texts, most of which a reader of numbers refuses."""
    return {"anyOf": [each for each in schema["anyOf"] if each.get("type") != "string"]}


SCHEMA = schemathesis.openapi.from_dict(document())
MODES = {"sound": schemathesis.GenerationMode.POSITIVE, "faulty": schemathesis.GenerationMode.NEGATIVE}


def test_the_document_is_read_by_others() -> None:
    found = {result.ok().path for result in SCHEMA.get_all_operations()}
    assert {each.path for each in OPERATIONS} < found


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("each", OPERATIONS, ids=lambda each: each.name)
def test_no_request_is_answered_in_a_way_that_is_not_documented(each: Any, mode: str) -> None:
    strategy = SCHEMA[each.path][each.method].as_strategy(generation_mode=MODES[mode])

    @given(strategy)
    # The same examples in every run: what a change breaks is then that change's doing.
    @settings(
        max_examples=15,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        derandomize=True,
    )
    def run(case: Any) -> None:
        sent = case.as_transport_kwargs("http://testserver")
        answer = CLIENT.request(**{key: value for key, value in sent.items() if key in USED})
        assert answer.status_code < 500, answer.text
        case.validate_response(answer, checks=[*HELD_TO, *([] if each.name == "batch" else [REFUSES])])

    run()


USED = ("method", "url", "headers", "json", "data", "params", "content", "cookies")
