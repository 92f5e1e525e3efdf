"""What holds for every request: bounds on its size, depth and slowness, and the headers of every answer."""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from charley.serve.service import MOST_BYTES, Problem

__all__ = [
    "ARRIVED",
    "BODY",
    "MOST_DEPTH",
    "MOST_HEADER",
    "MOST_TARGET",
    "Guard",
    "Headers",
    "all_headers",
    "new_id",
    "place_of",
    "too_deep",
    "within_bounds",
]

SECONDS = 5.0
"""How long a client may take to send its body."""

MOST_HEADER = 32 * 1024
"""The longest header that is read, in bytes: all fields together."""

MOST_TARGET = 16 * 1024
"""The longest address: a record of every fact that the bundled base knows takes a quarter of it."""

MOST_DEPTH = 64
"""How deep objects and lists of a JSON body may stand in each other."""

ARRIVED = "charley.arrived"
"""In the state of a request: its body, where all of it has arrived before anybody asks for it."""

BODY = "charley.body"
"""In the state of a request: its body, which is read whole and has no more depth than is allowed."""

HEADERS = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"cache-control": b"no-store",
    b"cross-origin-opener-policy": b"same-origin",
    b"content-security-policy": (
        b"default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; "
        b"form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
}
"""On every answer that does not set them itself."""

_PAIRS = list(HEADERS.items())

Headers = Sequence[tuple[bytes, bytes]]
"""Those of a request or of an answer, as ASGI has them."""

Refuse = Callable[[Request, Problem], Response]
"""How a request that is refused is worded."""

_LOG = logging.getLogger("charley.serve")
_PACKAGE = Path(__file__).parents[1]
_LAYERS = (Path(__file__), Path(__file__).with_name("direct.py"))  # what every request goes through
_JSON_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', re.DOTALL)


class _Refusal(NamedTuple):
    """Why a request is not handed on: the status and the words."""

    status: int
    words: bytes


class Guard:
    """Outermost of the application. It reads the body whole before a route is called, so that no route can be
    held up or flooded; and it keeps an unexpected exception from the server, which would log its message.
    """

    def __init__(self, app: ASGIApp, refuse: Refuse | None = None) -> None:
        """`refuse` words a refusal as the surface does that was asked; without it, it is plain text."""
        self.app = app
        self.refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; what is no HTTP request is passed on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = new_id()
        state = scope.setdefault("state", {})
        state["request_id"] = request_id
        started = False

        async def answer(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = all_headers(message.get("headers", []))
                message["headers"] = [*headers, (b"x-request-id", request_id.encode())]
            await send(message)

        (refusal, has_body), body = _bounds(scope), b""
        if refusal is None and has_body:
            body = state.get(ARRIVED)  # what is there already is not waited for
            refusal, body = await _body(receive) if body is None else (_too_much(body), body)
        if refusal is not None and self.refuse is not None:
            problem = Problem(refusal.status, refusal.words.decode(), headers={"connection": "close"})
            await self.refuse(Request(scope), problem)(scope, receive, answer)
            return
        if refusal is not None:
            await _plain(answer, *refusal)
            return
        state[BODY] = body
        messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

        async def whole() -> Message:
            if messages:
                return messages.pop()
            while (message := await receive())["type"] == "http.request":
                pass  # the server has the body, too, and would hand it over once more
            return message

        try:
            await self.app(scope, whole, answer)
        except Exception as error:
            # Its message may hold what was told of a patient; its kind and place do not.
            _LOG.error("request %s: unexpected %s", request_id, place_of(error))
            if not started:
                await _plain(answer, 500, b"the server met an unexpected error")


def new_id() -> str:
    """An id for a request."""
    return secrets.token_hex(8)


def all_headers(headers: Headers) -> Headers:
    """The headers of an answer with those that every answer has."""
    there = {name.lower() for name, _ in headers}
    return [*headers, *(_PAIRS if there.isdisjoint(HEADERS) else [p for p in _PAIRS if p[0] not in there])]


def place_of(error: BaseException) -> str:
    """An exception by its kind and its place in the package, without its message."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(_PACKAGE)]
    at = [frame for frame in ours if Path(frame.filename) not in _LAYERS][-1:] or frames[-1:]
    return " at ".join([type(error).__name__, *(f"{Path(each.filename).name}:{each.lineno}" for each in at)])


def _bounds(scope: Scope) -> tuple[_Refusal | None, bool]:
    """What is wrong with a request before its body is read, and whether it has one."""
    if len(scope.get("raw_path") or scope["path"]) + len(scope["query_string"]) > MOST_TARGET:
        return _Refusal(414, b"the address is too long"), False
    if "\x00" in scope["path"]:
        return _Refusal(400, b"the address contains a NUL character"), False
    return _header_bounds(scope["headers"])


def _header_bounds(headers: Headers) -> tuple[_Refusal | None, bool]:
    length, has_body = 0, False
    for name, value in headers:
        length += len(name) + len(value)
        if name == b"content-length":
            has_body = True
            if not value.isdigit() or int(value[:12]) > MOST_BYTES:
                return _Refusal(413, b"the request is too large"), True
        elif name == b"transfer-encoding":
            has_body = True
    if length > MOST_HEADER:
        return _Refusal(431, b"the header of the request is too large"), has_body
    return None, has_body


def within_bounds(path: bytes, query: bytes, headers: Headers, body: bytes) -> bool:
    """Whether a request for a path that is known would be handed on by `Guard`."""
    too_long = len(path) + len(query) > MOST_TARGET
    return not too_long and _header_bounds(headers)[0] is None and _too_much(body) is None


async def _body(receive: Receive) -> tuple[_Refusal | None, bytes]:
    """The whole body, or why it is not read."""
    try:
        async with asyncio.timeout(SECONDS):
            body = await _parts(receive)
    except TimeoutError:
        return _Refusal(408, b"the body of the request took too long to arrive"), b""
    if body is None:
        return _Refusal(400, b"the request ended before its body was complete"), b""
    return _too_much(body), body


async def _parts(receive: Receive) -> bytes | None:
    """The parts of a body put together, though no more than is read; None where the client has gone."""
    parts: list[bytes] = []
    size = 0
    while size <= MOST_BYTES:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if not message.get("more_body", False):
            break
    return b"".join(parts)


def _too_much(body: bytes) -> _Refusal | None:
    """Why a body is not read, if it is not."""
    if len(body) > MOST_BYTES:
        return _Refusal(413, b"the request is too large")
    return _Refusal(400, b"the body nests too deeply") if too_deep(body) else None


def too_deep(body: bytes) -> bool:
    """Whether a JSON body nests deeper than is read. A body that opens few brackets is not looked through."""
    if body.count(b"[") + body.count(b"{") <= MOST_DEPTH:
        return False
    depth = 0
    for found in _JSON_TOKEN.finditer(body):
        sign = found[0][:1]
        if sign in b"[{":
            depth += 1
            if depth > MOST_DEPTH:
                return True
        elif sign in b"]}":
            depth -= 1
    return False


async def _plain(send: Send, status: int, words: bytes) -> None:
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(words)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": words})
