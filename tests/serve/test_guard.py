"""An unexpected error inside the server: a 500, and no word of what was told in any log."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Iterable, Iterator

import pytest

pytest.importorskip("starlette", reason="the extra `serve` is not installed")
pytest.importorskip("httptools", reason="the extra `serve` is not installed")

from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message

from charley.serve.app import create_app
from charley.serve.process import quiet_libraries
from charley.serve.service import Problem, Service, Settings

SMALL = str(Path(__file__).parents[1] / "small_base")
TOLD = "seventy-three swollen calf"


class Fragile:
    """A surface whose every route fails on what was told."""

    prefixes = ("/fragile",)

    def routes(self, service: Service) -> Iterable[BaseRoute]:
        async def fails(request: Request) -> Response:
            raise ValueError(f"cannot read {(await request.body()).decode()}")

        async def refuses(request: Request) -> Response:
            raise Problem(409, "not so")

        def fails_in_a_thread(request: Request) -> Response:
            raise KeyError(TOLD)

        return [
            Route("/fragile/fails", fails, methods=["POST"]),
            Route("/fragile/thread", fails_in_a_thread, methods=["POST"]),
            Route("/fragile/refuses", refuses, methods=["POST"]),
        ]

    def refuse(self, request: Request, problem: Problem) -> Response:
        return PlainTextResponse(f"fragile: {problem.title}", problem.status)


def asked(app: ASGIApp, path: str, body: bytes) -> tuple[int, bytes]:
    """The status and the body of the answer to a POST, without a server."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    length = (b"content-length", str(len(body)).encode())
    scope = {"type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": b"",
             "headers": [length], "http_version": "1.1", "scheme": "http", "server": ("x", 80)}  # fmt: skip
    asyncio.run(app(scope, receive, send))
    return sent[0]["status"], b"".join(each.get("body", b"") for each in sent[1:])


@pytest.fixture
def quiet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(logging.root, "handlers", logging.root.handlers[:])
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(logging, "raiseExceptions", True)
    level = logging.root.level
    quiet_libraries()
    yield
    logging.root.setLevel(level)


@pytest.mark.parametrize("path", ["/fragile/fails", "/fragile/thread"])
def test_no_sink_holds_what_was_told(path: str, quiet: None, capfd: pytest.CaptureFixture[str]) -> None:
    app = create_app(Settings((SMALL,)), [Fragile()])
    found = asked(app, path, TOLD.encode())
    assert found == (500, b"fragile: the server met an unexpected error")
    out, err = capfd.readouterr()
    assert out == ""
    assert "Error at test_guard.py:" in err
    assert len(err.splitlines()) == 1
    assert not any(word in err for word in TOLD.split())


def test_other_loggers_say_nothing_that_was_put_in(quiet: None, capfd: pytest.CaptureFixture[str]) -> None:
    try:
        raise ValueError(TOLD)
    except ValueError:
        logging.getLogger("uvicorn.error").exception("Exception in %s", TOLD)
        logging.getLogger("asyncio").error("Task exception was never retrieved", exc_info=True)
    err = capfd.readouterr().err
    assert err.count("ValueError at test_guard.py:") == 2
    assert not any(word in err for word in TOLD.split())


def test_a_refusal_is_worded_by_the_surface_whose_path_it_is() -> None:
    app = create_app(Settings((SMALL,)), [Fragile()])
    assert asked(app, "/fragile/refuses", b"") == (409, b"fragile: not so")
    assert asked(app, "/fragile/none", b"") == (404, b"fragile: Not Found")
    assert asked(app, "/elsewhere", b"") == (404, b'{"title":"Not Found"}')
