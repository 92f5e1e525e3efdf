"""The pages as a surface: every address, how a record in one is opened, and pages for what goes wrong."""

from __future__ import annotations

import mimetypes
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import cache
from itertools import chain
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from charley.documents.diagnostic import Faulty
from charley.pages.templating import TEMPLATES
from charley.serve.service import Problem, Service
from charley.serve.web.interview import Interview
from charley.serve.web.pages.answering import Answering
from charley.serve.web.pages.beginning import Beginning
from charley.serve.web.pages.changing import Changing
from charley.serve.web.pages.committing import Committing
from charley.serve.web.pages.governance import Governance
from charley.serve.web.pages.keeping import Keeping
from charley.serve.web.pages.looking import Looking
from charley.serve.web.pages.questioning import Questioning
from charley.serve.web.sealing import HOURS, Sealer, Unsealed
from charley.serve.web.state import State, read_state
from charley.serve.web.views import View

__all__ = ["Web"]

STATIC = Path(__file__).parent / "static"
PAPER = TEMPLATES / "handover.css"
"""The style sheet of the pages to print, which is part of them where they are files."""

Page = Callable[[Request, Interview], Awaitable[Response]]


class Web:
    """The consultation in a browser, and the pages about the rules."""

    prefixes: Sequence[str] = ("/",)

    def routes(self, service: Service) -> Iterable[BaseRoute]:
        """Every address of these pages."""
        view, sealer = View(service), Sealer(service.settings.secret)
        request_to = _Opener(service, sealer, view)

        def sealed(state: State, page: str = "") -> Response:
            """On to the page of a state."""
            return RedirectResponse(f"/c/{sealer.seal(str(state))}{page}", 303)

        beginning, changing, looking = Beginning(view, sealed), Changing(view, sealed), Looking(view)
        answering, committing = Answering(view, sealed, beginning), Committing(sealed)
        questioning = Questioning(view, sealed)
        keeping, governance = Keeping(view, sealed), Governance(view)
        yield Route("/", beginning.start)
        yield Route("/start", beginning.begin, methods=["POST"])
        yield Route("/resume", keeping.resume, methods=["POST"])
        record = "/c/{token}"
        shown = (answering, beginning, changing, looking, questioning, keeping)
        for path, page in chain.from_iterable(part.shown() for part in shown):
            yield Route(record + path, request_to(page))
        taken = (answering, beginning, changing, committing, questioning)
        for path, page in chain.from_iterable(part.taken() for part in taken):
            yield Route(record + path, request_to(page), methods=["POST"])
        yield from governance.routes()
        yield Route("/static/{name}", _static)

    def refuse(self, request: Request, problem: Problem) -> Response:
        """A page that says what is wrong, and where to go on."""
        view = View(request.app.state.service)
        return view.page(
            "problem.html",
            _TITLES.get(problem.status, "That did not work"),
            status=problem.status,
            headers=problem.headers,
            problem=problem,
        )


_TITLES = {
    404: "There is no such page",
    413: "That is too large",
    422: "What was sent cannot be used",
    500: "The server met an unexpected error",
}


class _Opener:
    """Makes an address of a page about a record."""

    def __init__(self, service: Service, sealer: Sealer, view: View) -> None:
        self._service, self._sealer, self._view = service, sealer, view

    def __call__(self, page: Page) -> Callable[[Request], Awaitable[Response]]:
        async def opened(request: Request) -> Response:
            try:
                text = self._sealer.open(request.path_params["token"])
            except Unsealed as error:
                return self._gone("expired" if error.expired else "foreign")
            try:
                state = read_state(text)
            except (ValueError, TypeError, LookupError):  # as an earlier version wrote it
                return self._gone("changed")
            if state.base not in self._service.bases:
                return self._gone("changed")
            try:
                interview = Interview(self._service.bases[state.base], state)
            except Faulty:
                return self._gone("changed")
            return await page(request, interview)

        return opened

    def _gone(self, why: str) -> Response:
        status = 404 if why == "foreign" else 410
        title = "This page cannot be opened any more"
        return self._view.page("gone.html", title, status=status, why=why, hours=HOURS)


@cache
def _files() -> dict[str, Path]:
    return {file.name: file for file in (*STATIC.iterdir(), PAPER) if file.is_file()}


async def _static(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _files():
        raise Problem(404, "there is no such file")
    kind = mimetypes.guess_type(name)[0]
    return FileResponse(_files()[name], media_type=kind, headers={"cache-control": "max-age=3600"})
