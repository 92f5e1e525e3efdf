"""What holds for every request: a bound on its size and its slowness, and the headers of every answer."""

from __future__ import annotations

import asyncio
import secrets
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from charley.serve.service import MOST_BYTES

__all__ = ["Guard"]

SECONDS = 5.0
"""How long a client may take to send its body."""

HEADERS = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"content-security-policy": (
        b"default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; "
        b"form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
}
"""On every answer that does not set them itself."""


class Guard:
    """Reads the body whole before the route is called, so that no route can be held up or flooded."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; what is no HTTP request is passed on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = secrets.token_hex(8).encode()
        scope.setdefault("state", {})["request_id"] = request_id.decode()

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers: list[Any] = message.setdefault("headers", [])
                there = {name.lower() for name, _ in headers}
                headers += [pair for pair in HEADERS.items() if pair[0] not in there]
                headers.append((b"x-request-id", request_id))
            await send(message)

        try:
            body = await asyncio.wait_for(_body(scope, receive), SECONDS)
        except TimeoutError:
            await _plain(answer, 408, b"the request took too long to arrive")
            return
        if body is None:
            await _plain(answer, 413, b"the request is too large")
            return
        messages = [{"type": "http.request", "body": body, "more_body": False}]

        async def whole() -> Message:
            return messages.pop() if messages else await receive()

        await self.app(scope, whole, answer)


async def _body(scope: Scope, receive: Receive) -> bytes | None:
    """The whole body; None where it is larger than is read."""
    for name, value in scope["headers"]:
        if name == b"content-length" and (not value.isdigit() or int(value) > MOST_BYTES):
            return None
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b"".join(parts)
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > MOST_BYTES:
            return None
        if not message.get("more_body", False):
            return b"".join(parts)


async def _plain(send: Send, status: int, words: bytes) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": words})
