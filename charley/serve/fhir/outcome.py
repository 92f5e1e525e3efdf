"""Errors as OperationOutcome, for FHIR and for CDS Hooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import JSONResponse, Response

from charley.engine.explain.words import PURPOSE
from charley.serve.service import Problem

__all__ = ["FHIR_JSON", "operation_outcome", "outcome_response"]

FHIR_JSON = "application/fhir+json"

_CODES: Mapping[int, str] = {
    400: "invalid",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    406: "not-supported",
    408: "timeout",
    412: "required",
    413: "too-long",
    415: "not-supported",
    422: "invalid",
    503: "transient",
}
"""The IssueType of each status; of any other, `exception`."""


def operation_outcome(status: int, title: str, details: Sequence[str] = ()) -> dict[str, Any]:
    """An error: what is so, then every fault found, each an issue. It says what the server is for."""
    code = _CODES.get(status, "exception")
    issues = [{"severity": "error", "code": code, "diagnostics": each} for each in (title, *details) if each]
    status_of_rules = {"severity": "information", "code": "informational", "diagnostics": PURPOSE}
    return {"resourceType": "OperationOutcome", "issue": [*issues, status_of_rules]}


def outcome_response(problem: Problem, media_type: str = FHIR_JSON) -> Response:
    """The answer to a request that is refused."""
    details = [
        each.message + (f" ({each.help})" if each.help else "")
        for each in problem.diagnostics
        if each.message != problem.title
    ]
    outcome = operation_outcome(problem.status, problem.title, details)
    return JSONResponse(outcome, problem.status, problem.headers, media_type)
