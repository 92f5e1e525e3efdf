"""The short ways to what stands at a fixed path.

`Direct` has no layer between the guard and the endpoint. `AtOnce` has none at all and needs no task: it makes
answers that wait for nothing while a request is read. What is asked most takes hardly more time to work out
than an application takes to hand it on. Only a request that is in order is answered there. Where something is
wrong with it, or goes wrong, it takes the way of all others, and is refused in the words of its surface.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Protocol, runtime_checkable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from charley.documents.diagnostic import Faulty
from charley.serve.guard import Headers, all_headers, new_id, within_bounds
from charley.serve.service import Problem, Service

__all__ = ["AtOnce", "Direct", "Prompt", "Prompting", "head_of", "problem_of"]

Endpoint = Callable[[Request], Awaitable[Response]]


class Direct:
    """Answers at fixed paths as Starlette does, exceptions included; every other request is handed on."""

    def __init__(
        self,
        app: ASGIApp,
        routes: Iterable[BaseRoute],
        refuse: Callable[[Request, Exception], Response],
        owner: object,
    ) -> None:
        """`owner` is what `request.app` is, and `refuse` words an exception that an endpoint raises."""
        self._app, self._refuse, self._owner = app, refuse, owner
        self._endpoints: dict[tuple[str, str], Endpoint] = {}
        for route in routes:
            if isinstance(route, Route) and _is_fixed(route):
                for method in route.methods or ():
                    self._endpoints.setdefault((method, route.path), route.endpoint)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        endpoint = None
        if scope["type"] == "http":
            endpoint = self._endpoints.get((scope["method"], scope["path"]))
        if endpoint is None:
            await self._app(scope, receive, send)
            return
        scope["app"] = self._owner
        request = Request(scope, receive, send)
        try:
            response = await endpoint(request)
        except Exception as error:
            await self._refuse(request, error)(scope, receive, send)
            if problem_of(error).status == 500:
                raise
            return
        await response(scope, receive, send)


def _is_fixed(route: Route) -> bool:
    return not route.param_convertors and inspect.iscoroutinefunction(route.endpoint)


def problem_of(error: Exception) -> Problem:
    """The refusal that an exception means. Of one that nobody expected nothing is said."""
    match error:
        case Problem():
            return error
        case Faulty():
            return Problem(422, "what was sent cannot be used", error.diagnostics)
        case HTTPException():
            return Problem(error.status_code, error.detail, headers=error.headers)
        case _:
            return Problem(500, "the server met an unexpected error")


Prompt = Callable[[bytes, Headers, bytes], tuple[bytes, bytes]]
"""From the query, the headers and the body of a request to what `head_of` wrote for its answer, and the body
of that."""


@runtime_checkable
class Prompting(Protocol):
    """A surface some of whose answers wait for nothing."""

    def prompts(self, service: Service) -> Mapping[tuple[str, str], Prompt]:
        """What makes them, by method and path."""
        ...


class AtOnce:
    """The prompt answers, by method and path."""

    def __init__(self, prompts: Mapping[tuple[bytes, bytes], Prompt]) -> None:
        self._prompts = prompts

    def knows(self, method: bytes, path: bytes) -> bool:
        """Whether such a request may be answered here."""
        return (method, path) in self._prompts

    def answer(self, method: bytes, path: bytes, query: bytes, headers: Headers, body: bytes) -> bytes | None:
        """The whole answer but for its status, which is 200; None where it is to be made on the other way."""
        if not within_bounds(path, query, headers, body):
            return None
        try:
            head, made = self._prompts[method, path](query, headers, body)
        except Exception:
            return None  # it will be raised there, too, where it is dealt with
        said = head, b"content-length: %d\r\nx-request-id: %s\r\n\r\n" % (len(made), new_id().encode()), made
        return b"".join(said)


def head_of(headers: Headers) -> bytes:
    """Headers of an answer as they are sent, with those that every answer has."""
    return b"".join(b"%s: %s\r\n" % each for each in all_headers(headers))
