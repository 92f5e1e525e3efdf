"""HTTP/1.1 on one connection, with bounds on what comes before the body of a request."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from charley.serve.at_once import AtOnce
from charley.serve.guard import ARRIVED, MOST_HEADER, MOST_TARGET

__all__ = ["BoundedProtocol"]

MOST_BEFORE_BODY = 2 * (MOST_HEADER + MOST_TARGET)
"""Bytes that may come before a body: more than `Guard` takes, so that it can say what is too long."""

HEADER_SECONDS = 10.0
"""How long a client may take to send the header of a request."""


class _Together:
    """A transport that sends the head of an answer and its body at once, instead of one after the other.

    What is written is held until more is written, but no longer than this turn of the loop.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport, self._loop = transport, loop
        self._held = b""

    def write(self, data: bytes) -> None:
        """Send the bytes, or hold them for a moment."""
        if self._held:
            held, self._held = self._held, b""
            self._transport.writelines((held, data))
        else:
            self._held = data
            self._loop.call_soon(self._send)

    def write_whole(self, data: bytes) -> None:
        """Send the bytes, which nothing follows, and before them what is held."""
        self._send()
        self._transport.write(data)

    def close(self) -> None:
        """Close the connection when everything is sent."""
        self._send()
        self._transport.close()

    def _send(self) -> None:
        if self._held:
            held, self._held = self._held, b""
            self._transport.write(held)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class BoundedProtocol(HttpToolsProtocol):
    """HTTP/1.1 with a bound on the header of a request: on its size, and on the time that it takes.

    A request that can be answered at once, and has arrived whole, never becomes a task.
    """

    _header: int = 0
    _in_header = True
    _late: asyncio.TimerHandle | None = None
    _together: _Together
    _kept: list[bytes] | None = None
    """The parts of a body, while it is open whether its request is answered at once."""

    def __init__(self, *, at_once: AtOnce | None = None, **given: Any) -> None:
        super().__init__(**given)
        self._at_once = AtOnce({}) if at_once is None else at_once

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client is there, and is given some time."""
        self._together = _Together(transport, self.loop)
        super().connection_made(self._together)  # type: ignore[arg-type]
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Bytes of a request; those before its body are counted."""
        if not self._in_header and self._is_free():
            self._in_header, self._header = True, 0
        room = MOST_BEFORE_BODY - self._header if self._in_header else len(data)
        super().data_received(data[:room])
        if not self._in_header:
            if room < len(data):
                super().data_received(data[room:])
            self._hand_on()  # there is more to come of it
            return
        self._header += len(data)
        if room < len(data):
            self._end(b"431 Request Header Fields Too Large")
        elif self._late is None:
            self._wait()

    def on_headers_complete(self) -> None:
        """The header is whole; what follows is bounded by `Guard`."""
        self._in_header = False
        self._stop_waiting()
        if self._may_be_at_once():
            self._kept = []
        else:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A part of the body."""
        if self._kept is None:
            super().on_body(body)
        else:
            self._kept.append(body)

    def on_message_complete(self) -> None:
        """The body is whole; `Guard` takes it from here if it has not begun to wait for it."""
        if self._kept is not None and self._is_answered(b"".join(self._kept)):
            self._kept = None
            return
        self._hand_on()
        self.scope["state"][ARRIVED] = bytes(self.cycle.body)
        super().on_message_complete()

    def _is_free(self) -> bool:
        """Whether no request is being answered."""
        return self.cycle is None or self.cycle.response_complete

    def _may_be_at_once(self) -> bool:
        """Whether the request may be answered without a task: the client does what nearly all do."""
        path, _, _ = self.url.partition(b"?")
        parser = self.parser
        return (
            self._at_once.knows(parser.get_method(), path)
            and self._is_free()
            and parser.get_http_version() == "1.1"
            and parser.should_keep_alive()
            and not (parser.should_upgrade() or self.expect_100_continue or self.flow.write_paused)
            and b"#" not in self.url
        )

    def _is_answered(self, body: bytes) -> bool:
        """Whether the request was answered at once."""
        path, _, query = self.url.partition(b"?")
        said = self._at_once.answer(self.parser.get_method(), path, query, self.headers, body)
        if said is None:
            return False
        always = [b"%s: %s\r\n" % each for each in self.server_state.default_headers]
        self._together.write_whole(b"".join((b"HTTP/1.1 200 OK\r\n", *always, said)))
        self.on_response_complete()
        return True

    def _hand_on(self) -> None:
        """What was kept of a request goes to the application, as a task."""
        if self._kept is not None:
            parts, self._kept = self._kept, None
            super().on_headers_complete()
            for part in parts:
                super().on_body(part)

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has gone."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._late = self.loop.call_later(HEADER_SECONDS, self._end, b"408 Request Timeout")

    def _stop_waiting(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _end(self, status: bytes) -> None:
        self._stop_waiting()
        if not self.transport.is_closing():
            self.transport.write(
                b"HTTP/1.1 " + status + b"\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
            )
            self.transport.close()
