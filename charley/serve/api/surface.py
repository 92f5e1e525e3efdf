"""The routes of the JSON API, made of its table of operations."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Scope

from charley.serve.api.door import Door
from charley.serve.api.models.requests import Search
from charley.serve.api.openapi import document
from charley.serve.api.operations import OPERATIONS, PREFIX, Call, Operation
from charley.serve.api.outcome import outcome
from charley.serve.api.problem import answer_to
from charley.serve.api.reading import Body, options_of
from charley.serve.api.worker import Worker
from charley.serve.guard import BODY
from charley.serve.service import Problem, Service
from charley.serve.status import base_headers

__all__ = ["Api"]

JSON = "application/json"
MOST_KNOWN = 64
Endpoint = Callable[[Request], Awaitable[Response]]


class Api:
    """The JSON API as a surface of the server."""

    prefixes: Sequence[str] = ("/api/",)

    def routes(self, service: Service) -> Iterable[BaseRoute]:
        """A route for each operation, and one for the document."""
        worker, door = Worker(service.bases), Door(service.settings, PREFIX)
        for expert in service.bases.values():
            to_json(outcome(expert, expert.assess({}), "clinician", "full"))  # pydantic builds its models now
        for each in OPERATIONS:
            yield Route(
                each.path, _endpoint(service, worker, door, each), methods=[each.method], name=each.name
            )
        yield Route(f"{PREFIX}/openapi.json", _document(service), methods=["GET"], name="openapi")

    def refuse(self, request: Request, problem: Problem) -> Response:
        """The problem as RFC 9457 words it."""
        base = getattr(request.state, "base", None) or request.app.state.service.default
        return answer_to(request, problem, base_headers(base))


def _endpoint(service: Service, worker: Worker, door: Door, operation: Operation) -> Endpoint:
    headers = {name: _encoded(base_headers(expert)) for name, expert in service.bases.items()}
    known: dict[bytes, Any] = {}  # options that were read before; none of them can tell of a patient

    def options_at(query: bytes) -> Any:
        options = known.get(query)
        if options is None:
            options = options_of(query, operation.options)
            service.base(options.kb)  # type: ignore[attr-defined]
            if operation.options is not Search and len(known) < MOST_KNOWN:
                known[query] = options
        return options

    async def endpoint(request: Request) -> Response:
        await door.let_in(request)
        options = options_at(request.scope["query_string"])
        expert = service.base(options.kb)
        state = request.scope["state"]
        state["base"] = expert
        if operation.question is None:
            call = Call(service, worker, expert, options)
        else:
            _json_only(request.scope)
            body = Body(state[BODY])
            call = Call(service, worker, expert, options, body.as_a(operation.question), body)
        return _Json(to_json(await operation.run(call)), headers[expert.id])

    return endpoint


class _Json(Response):
    """JSON with headers that were encoded beforehand."""

    def __init__(self, body: bytes, headers: Sequence[tuple[bytes, bytes]]) -> None:
        self.status_code, self.body, self.background = 200, body, None
        self.raw_headers = [*headers, (b"content-length", b"%d" % len(body))]


def _encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return Response(headers={**headers, "content-type": JSON, "content-length": "0"}).raw_headers[:-1]


def _document(service: Service) -> Endpoint:
    made, headers = to_json(document(service)), base_headers(service.default)

    async def endpoint(request: Request) -> Response:
        return Response(made, headers=headers, media_type=JSON)

    return endpoint


def _json_only(scope: Scope) -> None:
    """Raises `Problem` (415) for a body that is not said to be JSON in UTF-8."""
    said = b""
    for name, value in scope["headers"]:
        if name == b"content-type":
            said = value
            break
    if said == b"application/json":
        return
    kind, _, parameters = said.decode("latin-1").partition(";")
    charset = parameters.strip().lower().removeprefix("charset=").strip('"')
    if kind.strip().lower() != JSON or charset not in ("", "utf-8"):
        raise Problem(415, f"the body must be {JSON}, in UTF-8", headers={"accept": JSON})
