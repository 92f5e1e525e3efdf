"""The way to routes whose path is fixed: one look-up, and no layer between the guard and the endpoint."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from charley.documents.diagnostic import Faulty
from charley.serve.service import Problem

__all__ = ["Direct", "problem_of"]

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
