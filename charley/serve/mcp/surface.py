"""The assistant's tools at `/mcp`, by the protocol's streamable HTTP. No session is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from charley.engine.expert import Expert
from charley.serve.api.authorization import Authorization
from charley.serve.api.problem import answer_to
from charley.serve.api.worker import Worker
from charley.serve.mcp.server import Assistant, assistant
from charley.serve.service import MOST_BYTES, Problem, Service
from charley.serve.status import base_headers

__all__ = ["Mcp"]

PATH = "/mcp"


class Mcp:
    """The tools of an assistant as a surface of the server, for the base that answers by default."""

    prefixes: Sequence[str] = (PATH,)

    def __init__(self) -> None:
        self._server: Assistant | None = None

    def routes(self, service: Service) -> Iterable[BaseRoute]:
        """One route, which speaks the protocol."""
        expert, worker = service.default, Worker({service.default.id: service.default})

        async def run(work: Callable[[Expert], Any]) -> Any:
            return await worker.run(expert.id, work)

        self._server = assistant(expert, "clinician", run)
        app = self._server.streamable_http_app(
            streamable_http_path=PATH,
            json_response=True,
            stateless_http=True,
            max_request_body_size=MOST_BYTES,
            host=service.settings.host,
        )
        (route,) = app.routes
        assert isinstance(route, Route)
        behind = _Behind(route.endpoint, Authorization(service.settings, PATH), base_headers(expert))
        yield Route(PATH, behind, methods=["POST"])  # a stream from us to a host would have nothing to say

    def lifespan(self) -> AbstractAsyncContextManager[Any]:
        """What runs while the server does."""
        assert self._server is not None
        return self._server.session_manager.run()

    def refuse(self, request: Request, problem: Problem) -> Response:
        """The problem as RFC 9457 words it."""
        base = request.app.state.service.default
        return answer_to(request, problem, base_headers(base))


class _Behind:
    """The protocol's application behind the authorization, with the base in the headers of every answer."""

    def __init__(self, app: ASGIApp, authorization: Authorization, headers: Mapping[str, str]) -> None:
        self._app, self._authorization = app, authorization
        self._headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request. Raises `Problem` for one that is not let in."""
        await self._authorization.authorize(Request(scope))

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *self._headers]
            await send(message)

        await self._app(scope, receive, answer)
