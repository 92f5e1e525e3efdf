"""The OpenAPI 3.1 document, written from the models that check and write what is sent."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import models_json_schema

from charley import __version__
from charley.documents.model import Frozen
from charley.engine.explain.words import PURPOSE
from charley.serve.api.operations import OPERATIONS, PREFIX, Operation
from charley.serve.api.problem import MEDIA_TYPE, ProblemDetails
from charley.serve.service import MOST_BYTES, Service

__all__ = ["document"]

_REF = "#/components/schemas/{model}"
_ALWAYS = (401, 404, 422)
_OF_A_BODY = (400, 408, 413, 415, 503)
_HEADERS = {
    name: {"description": description, "schema": {"type": "string"}}
    for name, description in {
        "X-Charley-Digest": "the digest of the base that answered",
        "X-Charley-Status": "what the answer is for, and how far the review of the rules has come",
        "X-Request-Id": "names this request",
    }.items()
}


def document(service: Service) -> dict[str, Any]:
    """The document of the API as it is served."""
    bases = list(service.bases)
    asked = [(each.question, "validation") for each in OPERATIONS if each.question]
    said = [(each.answer, "serialization") for each in OPERATIONS if each.answer]
    models: Any = [*asked, *said, (ProblemDetails, "serialization")]
    refs, definitions = models_json_schema(models, ref_template=_REF)
    schema_of: dict[Any, Any] = {model: ref for (model, _), ref in refs.items()}
    return {
        "openapi": "3.1.1",
        "info": {
            "title": "Charley",
            "version": __version__,
            "summary": PURPOSE,
            "description": (
                f"Differential diagnosis by rules. {PURPOSE} The record travels with each request, "
                f"and nothing of it is kept or logged. A request has at most {MOST_BYTES // 1024} kB. Every "
                f"answer names the base in `X-Charley-Digest`; unknown is never no. Bases served: "
                f"{', '.join(bases)}."
            ),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": {
            **{each.path: {each.method.lower(): _operation(each, schema_of, bases)} for each in OPERATIONS},
            f"{PREFIX}/openapi.json": {"get": _of_the_document()},
        },
        "components": {
            "schemas": definitions["$defs"],
            "responses": {"Problem": _problem(schema_of[ProblemDetails])},
        },
    }


def _operation(each: Operation, schema_of: dict[Any, Any], bases: list[str]) -> dict[str, Any]:
    body = {}
    if each.question is not None:
        content = {"application/json": {"schema": schema_of[each.question]}}
        body = {"requestBody": {"required": True, "content": content}}
    answer = schema_of[each.answer] if each.answer is not None else {"type": "object"}
    refused = (*_ALWAYS, *(_OF_A_BODY if each.question is not None else ()))
    return {
        "operationId": each.name,
        "summary": each.summary,
        "parameters": _parameters(each.options, bases),
        **body,
        "responses": {"200": _answer(answer), **_refusals(refused)},
    }


def _of_the_document() -> dict[str, Any]:
    answer = _answer({"type": "object", "required": ["openapi", "paths"]})
    return {
        "operationId": "openapi",
        "summary": "This document",
        "responses": {"200": answer, **_refusals(())},
    }


def _parameters(options: type[Frozen], bases: list[str]) -> list[dict[str, Any]]:
    schema = options.model_json_schema()
    schema["properties"]["kb"] = {"enum": bases}
    return [
        {"name": name, "in": "query", "required": name in schema.get("required", ()), "schema": _given(each)}
        for name, each in schema["properties"].items()
    ]


def _given(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of an option that is given: there is no null in an address."""
    kinds = [each for each in schema.get("anyOf", ()) if each != {"type": "null"}]
    return kinds[0] if kinds else {key: each for key, each in schema.items() if key != "title"}


def _answer(schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "description": "The answer",
        "headers": _HEADERS,
        "content": {"application/json": {"schema": schema}},
    }


def _problem(schema: dict[str, Any]) -> dict[str, Any]:
    return {
        "description": "The request is refused (RFC 9457); `errors` says what is wrong, each with its place",
        "headers": _HEADERS,
        "content": {MEDIA_TYPE: {"schema": schema}},
    }


def _refusals(statuses: tuple[int, ...]) -> dict[str, Any]:
    reference = {"$ref": "#/components/responses/Problem"}
    return {**{str(status): reference for status in sorted(statuses)}, "default": reference}
