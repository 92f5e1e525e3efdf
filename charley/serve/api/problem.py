"""A request that is refused, as RFC 9457 words it, with our diagnostics as `errors`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus

from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response

from charley.documents.diagnostic import Diagnostic
from charley.documents.model import Frozen
from charley.serve.service import Problem

__all__ = ["MEDIA_TYPE", "Fault", "ProblemDetails", "answer_to", "faults"]

MEDIA_TYPE = "application/problem+json"


class Fault(Frozen):
    """One thing that is wrong: where (line and column count from 1; 0 for no place), what, what to do.

    `code` is stable, and has a page in the documentation.
    """

    file: str
    line: int
    column: int
    code: str
    severity: str
    message: str
    help: str


class ProblemDetails(Frozen):
    """Why a request is refused. `errors` are all faults found, in the order in which they stand there."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: tuple[Fault, ...]


def answer_to(request: Request, problem: Problem, headers: Mapping[str, str]) -> Response:
    """The answer to a request that is refused."""
    errors = faults(problem.diagnostics)
    said = ProblemDetails.made(
        type="urn:charley:problem:faulty" if errors else "about:blank",
        title="What was sent cannot be used" if errors else HTTPStatus(problem.status).phrase,
        status=problem.status,
        detail=errors[0].message if errors else problem.title,
        instance=f"urn:charley:request:{request.state.request_id}",
        errors=errors,
    )
    return Response(to_json(said), problem.status, {**problem.headers, **headers}, MEDIA_TYPE)


def faults(diagnostics: Iterable[Diagnostic]) -> tuple[Fault, ...]:
    """The diagnostics, as an answer holds them."""
    return tuple(Fault.made(**each.as_json()) for each in diagnostics)
