"""One ASGI application of all surfaces: routes, limits, headers and errors."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from charley import __version__
from charley.documents.diagnostic import Faulty
from charley.serve.at_once import AtOnce, Prompting
from charley.serve.guard import Guard
from charley.serve.service import Living, Problem, Service, Settings, Surface

__all__ = ["create_app"]


def create_app(settings: Settings, surfaces: Sequence[Surface] | None = None) -> Starlette:
    """The application. Raises `Faulty` for a base that cannot be used.

    Every answer carries the headers of `Guard`; an unexpected error is a 500 without a word about it.
    """
    service = Service.of(settings)
    chosen = _surfaces(settings) if surfaces is None else surfaces
    routes: list[BaseRoute] = [Route("/healthz", _health), Route("/version", _version(service))]
    for surface in chosen:
        routes.extend(surface.routes(service))

    def refuse(request: Request, problem: Problem) -> Response:
        path = request.url.path
        found = max(
            (
                (prefix, surface)
                for surface in chosen
                for prefix in surface.prefixes
                if path.startswith(prefix)
            ),
            key=lambda each: len(each[0]),
            default=None,
        )
        if found is None:
            return JSONResponse({"title": problem.title}, problem.status, dict(problem.headers))
        return found[1].refuse(request, problem)

    def refuse_error(request: Request, error: Exception) -> Response:
        return refuse(request, _problem(error))

    @asynccontextmanager
    async def living(app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for surface in chosen:
                if isinstance(surface, Living):
                    await stack.enter_async_context(surface.lifespan())
            yield

    app = _Guarded(
        routes=routes,
        lifespan=living,
        exception_handlers=dict.fromkeys((Problem, Faulty, HTTPException, Exception), refuse_error),
    )
    app.state.service = service
    app.state.at_once = _at_once(service, chosen)
    app.state.refuse = refuse
    return app


def _problem(error: Exception) -> Problem:
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


class _Guarded(Starlette):
    """An application in a guard, which stands outside the layer that hands exceptions on to the server."""

    def build_middleware_stack(self) -> ASGIApp:
        """The layers of Starlette, within ours."""
        app: ASGIApp = super().build_middleware_stack()
        if origins := self.state.service.settings.cors:
            app = CORSMiddleware(
                app,
                allow_origins=origins,
                allow_methods=["GET", "POST"],
                allow_headers=["Authorization", "Content-Type"],
                expose_headers=["X-Charley-Digest", "X-Charley-Status", "X-Request-Id"],
            )
        return Guard(app, self.state.refuse)


def _surfaces(settings: Settings) -> list[Surface]:
    """Those that the settings ask for; `web` last, because what nobody else answers is a page."""
    from charley.serve.api.surface import Api
    from charley.serve.cds.surface import CdsHooks
    from charley.serve.fhir.surface import Fhir
    from charley.serve.web.surface import Web

    found: list[Surface] = [Api(), CdsHooks(), Fhir()]
    if settings.mcp:
        from charley.serve.mcp.surface import Mcp

        found.append(Mcp())
    found.append(Web())
    return found


def _at_once(service: Service, surfaces: Sequence[Surface]) -> AtOnce:
    """What is answered before anybody is let in and without CORS, and so only where there is neither."""
    if service.settings.issuers or service.settings.cors:
        return AtOnce({})
    return AtOnce(
        {
            (method.encode(), path.encode()): prompt
            for surface in surfaces
            if isinstance(surface, Prompting)
            for (method, path), prompt in surface.prompts(service).items()
        }
    )


async def _health(request: Request) -> Response:
    return JSONResponse({"status": "ok"})


def _version(service: Service) -> Callable[[Request], Awaitable[Response]]:
    bases = {name: {"version": kb.version, "digest": kb.digest} for name, kb in service.bases.items()}

    async def version(request: Request) -> Response:
        return JSONResponse({"charley": __version__, "knowledge_bases": bases})

    return version
