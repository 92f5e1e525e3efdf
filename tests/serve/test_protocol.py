"""One connection: what is written goes out together and at once, and every request has its own body."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

pytest.importorskip("starlette", reason="the extra `serve` is not installed")
pytest.importorskip("uvicorn", reason="the extra `serve` is not installed")
pytest.importorskip("httptools", reason="the extra `serve` is not installed")

import uvicorn
from line import Line, post, turns
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.server import ServerState

from charley.serve.guard import BODY, Guard
from charley.serve.protocol import BoundedProtocol


def talk(app: ASGIApp, said: Callable[[BoundedProtocol, Line], Awaitable[None]]) -> Line:
    """A connection to an application in its guard, and what a client says on it."""

    async def run() -> Line:
        config = uvicorn.Config(Guard(app), http=BoundedProtocol, ws="none", log_config=None)
        config.load()
        protocol = BoundedProtocol(config=config, server_state=ServerState(), app_state={})
        line = Line()
        protocol.connection_made(line)
        await said(protocol, line)
        return line

    return asyncio.run(run())


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    message = await receive()
    assert message["body"] == scope["state"][BODY]
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"5")]})
    await send({"type": "http.response.body", "body": message["body"]})


def test_an_answer_goes_out_in_one_piece() -> None:
    async def said(protocol: BoundedProtocol, line: Line) -> None:
        protocol.data_received(post(b"first"))
        await turns()

    (answer,) = talk(echo, said).sent
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n") and answer.endswith(b"\r\n\r\nfirst")


def test_requests_that_come_together_are_answered_in_turn_each_with_its_body() -> None:
    async def said(protocol: BoundedProtocol, line: Line) -> None:
        protocol.data_received(post(b"first") + post(b"other"))
        await turns()

    assert [answer[-5:] for answer in talk(echo, said).sent] == [b"first", b"other"]


def test_a_body_may_come_after_it_is_waited_for() -> None:
    async def said(protocol: BoundedProtocol, line: Line) -> None:
        protocol.data_received(post(b"fi", b"rst"))
        await turns()
        assert line.sent == []
        protocol.data_received(b"rst")
        await turns()

    assert [answer[-5:] for answer in talk(echo, said).sent] == [b"first"]


def test_the_head_of_an_answer_does_not_wait_for_a_body_that_comes_late() -> None:
    late = asyncio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4")]})
        await late.wait()
        await send({"type": "http.response.body", "body": b"late"})

    async def said(protocol: BoundedProtocol, line: Line) -> None:
        protocol.data_received(post(b"first"))
        await turns()
        assert [piece[-4:] for piece in line.sent] == [b"\r\n\r\n"]
        late.set()
        await turns()

    assert talk(app, said).sent[1] == b"late"


def test_what_is_held_is_sent_before_the_connection_is_closed() -> None:
    async def said(protocol: BoundedProtocol, line: Line) -> None:
        protocol.data_received(b"GET / HTTP/1.1\r\nx: " + b"a" * 200_000)
        assert line.closed

    (answer,) = talk(echo, said).sent
    assert answer.startswith(b"HTTP/1.1 431 ")


def test_who_has_had_the_body_is_told_next_that_the_client_has_gone() -> None:
    heard: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        heard.extend([(await receive())["type"], (await receive())["type"]])

    async def said(protocol: BoundedProtocol, line: Line) -> None:
        protocol.data_received(post(b"first"))
        await turns()
        protocol.connection_lost(None)
        await turns()

    talk(app, said)
    assert heard == ["http.request", "http.disconnect"]
