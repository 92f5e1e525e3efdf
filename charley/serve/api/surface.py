"""The routes of the JSON API, made of its table of operations."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from charley.engine.expert import Expert
from charley.serve.api.authorization import Authorization
from charley.serve.api.models.requests import Search
from charley.serve.api.openapi import document
from charley.serve.api.operations import OPERATIONS, PREFIX, Call, Operation
from charley.serve.api.outcome import outcome
from charley.serve.api.problem import answer_to
from charley.serve.api.reading import Body, options_of
from charley.serve.api.worker import Worker
from charley.serve.at_once import Prompt, head_of
from charley.serve.guard import BODY, Headers
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
        worker, authorization = Worker(service.bases), Authorization(service.settings, PREFIX)
        for expert in service.bases.values():
            to_json(outcome(expert, expert.assess({}), "clinician", "full"))  # pydantic builds its models now
        for each in OPERATIONS:
            answering = _Answering(service, worker, each)
            yield Route(each.path, answering.endpoint(authorization), methods=[each.method], name=each.name)
        yield Route(f"{PREFIX}/openapi.json", _document(service), methods=["GET"], name="openapi")

    def prompts(self, service: Service) -> Mapping[tuple[str, str], Prompt]:
        """The operations that wait for nothing."""
        worker = Worker(service.bases)
        return {
            (each.method, each.path): _Answering(service, worker, each).at_once
            for each in OPERATIONS
            if each.at_once
        }

    def refuse(self, request: Request, problem: Problem) -> Response:
        """The problem as RFC 9457 words it."""
        base = getattr(request.state, "base", None) or request.app.state.service.default
        return answer_to(request, problem, base_headers(base))


class _Answering:
    """How one operation is answered."""

    def __init__(self, service: Service, worker: Worker, operation: Operation) -> None:
        self._service, self._worker, self._operation = service, worker, operation
        self._headers = {name: _encoded(base_headers(each)) for name, each in service.bases.items()}
        self._heads = {name: head_of(headers) for name, headers in self._headers.items()}
        self._options: dict[bytes, Any] = {}
        """Options that were read before; none of them can tell of a patient."""

    def endpoint(self, authorization: Authorization) -> Endpoint:
        """The endpoint of its route."""
        run = self._operation.run

        async def endpoint(request: Request) -> Response:
            await authorization.authorize(request)
            scope = request.scope
            options = self._read_options(scope["query_string"])
            scope["state"]["base"] = expert = self._service.base(options.kb)
            call = self._call(options, expert, scope["headers"], scope["state"][BODY])
            said = run(call) if self._operation.at_once else await run(call)
            return _Json(to_json(said), self._headers[expert.id])

        return endpoint

    def at_once(self, query: bytes, headers: Headers, body: bytes) -> tuple[bytes, bytes]:
        """The same for a request that is answered without a task."""
        options = self._read_options(query)
        expert = self._service.base(options.kb)
        said = self._operation.run(self._call(options, expert, headers, body))
        return self._heads[expert.id], to_json(said)

    def _call(self, options: Any, expert: Expert, headers: Headers, data: bytes) -> Call:
        question = self._operation.question
        if question is None:
            return Call(self._service, self._worker, expert, options)
        _json_only(headers)
        body = Body(data)
        return Call(self._service, self._worker, expert, options, body.as_a(question), body)

    def _read_options(self, query: bytes) -> Any:
        options = self._options.get(query)
        if options is None:
            model = self._operation.options
            options = options_of(query, model)
            self._service.base(options.kb)  # type: ignore[attr-defined]
            if model is not Search and len(self._options) < MOST_KNOWN:
                self._options[query] = options
        return options


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


def _json_only(headers: Headers) -> None:
    """Raises `Problem` (415) for a body that is not said to be JSON in UTF-8."""
    said = b""
    for name, value in headers:
        if name == b"content-type":
            said = value
            break
    if said == b"application/json":
        return
    kind, _, parameters = said.decode("latin-1").partition(";")
    charset = parameters.strip().lower().removeprefix("charset=").strip('"')
    if kind.strip().lower() != JSON or charset not in ("", "utf-8"):
        raise Problem(415, f"the body must be {JSON}, in UTF-8", headers={"accept": JSON})
