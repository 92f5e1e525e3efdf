"""The processes of the server: one socket, workers that answer at it, and logs that quote no request."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import signal
import socket
import sys
import time
import warnings
from collections.abc import Callable
from types import FrameType
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from charley.documents.diagnostic import Diagnostic, Faulty
from charley.serve.guard import MOST_HEADER, MOST_TARGET, place_of

__all__ = ["bound", "hush", "run"]

MOST_BEFORE_BODY = 2 * (MOST_HEADER + MOST_TARGET)
"""Bytes that may come before a body: more than `Guard` takes, so that it can say what is too long."""

HEADER_SECONDS = 10.0
"""How long a client may take to send the header of a request."""

GRACE = 15
"""Seconds in which a request that is in flight may be finished after SIGTERM."""

ENDING = (signal.SIGTERM, signal.SIGINT)
"""The signals that end the server."""

SHORTEST_LIFE = 1.0
"""Seconds. A worker that ends sooner would end again."""


def bound(host: str, port: int) -> socket.socket:
    """A socket at this address, not listening yet. Raises `Faulty` where the address cannot be had."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        found = socket.socket(family, kind, protocol)
        try:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            found.bind(address)
        except OSError:
            found.close()
            raise
    except OSError as error:
        message = f"cannot listen here: {error.strerror or error}"
        help = "choose another with `--port`, or end what listens there"
        raise Faulty([Diagnostic(f"{host}:{port}", 0, 0, "F001", message, help)]) from None
    return found


class _Protocol(HttpToolsProtocol):
    """HTTP/1.1 with a bound on the header of a request: on its size, and on the time that it takes."""

    _header: int = 0
    _late: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client is there, and is given some time."""
        super().connection_made(transport)  # type: ignore[arg-type]
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Bytes of a request; those before its body are counted."""
        if self._late is None and (self.cycle is None or self.cycle.response_complete):
            self._wait()
        room = MOST_BEFORE_BODY - self._header if self._late is not None else len(data)
        super().data_received(data[:room])
        if self._late is None:
            if room < len(data):
                super().data_received(data[room:])
            return
        self._header += len(data)
        if room < len(data):
            self._end(b"431 Request Header Fields Too Large")

    def on_headers_complete(self) -> None:
        """The header is whole; what follows is bounded by `Guard`."""
        self._stop_waiting()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has gone."""
        self._stop_waiting()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._header = 0
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


class _Bare(logging.Handler):
    """A line a record on standard error: the words as they stand in the program, an exception by its place.

    What is put into the words at run time, and what an exception says, may come from a request.
    """

    def emit(self, record: logging.LogRecord) -> None:
        """Write the line."""
        ours = record.name == "charley.serve"
        said = record.getMessage() if ours else str(record.msg).strip()
        error = record.exc_info[1] if record.exc_info else None
        with contextlib.suppress(OSError, ValueError):  # nobody reads it
            print(f"charley serve: {said}" + (f": {place_of(error)}" if error else ""), file=sys.stderr)


def hush() -> None:
    """From now on nothing that a library writes to standard error quotes a request."""
    logging.root.handlers[:] = [_Bare()]
    logging.root.setLevel(logging.WARNING)
    logging.getLogger("uvicorn").setLevel(logging.ERROR)  # or every request that is no HTTP writes a line
    logging.raiseExceptions = False  # a record that cannot be written would be shown with its arguments
    warnings.simplefilter("ignore")  # a warning may quote a value
    sys.excepthook = lambda kind, error, _: print(f"charley serve: {place_of(error)}", file=sys.stderr)


def run(app: ASGIApp, at: socket.socket, workers: int = 1, ready: Callable[[], Any] = lambda: None) -> int:
    """Answer at the socket until SIGTERM or SIGINT, then finish what is in flight; the exit status.

    The application is warm already: workers are forks of this process. `ready` is called when the first
    client can connect.
    """
    hush()
    at.listen(2048)
    if workers == 1:
        _answer(app, at, ready)
        return 0
    gc.collect()
    gc.freeze()  # so that collections do not copy the pages which the workers share
    return _Workers(app, at).run(workers, ready)


def _answer(app: ASGIApp, at: socket.socket, ready: Callable[[], Any] = lambda: None) -> None:
    config = uvicorn.Config(
        app,
        http=_Protocol,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE,
        timeout_keep_alive=30,
    )
    server = uvicorn.Server(config)

    def end(number: int, frame: FrameType | None) -> None:
        # Before the server has handlers of its own; and after, since it sends itself again what ended it.
        server.should_exit = True

    for each in ENDING:
        signal.signal(each, end)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
    ready()
    server.run(sockets=[at])


class _Workers:
    """Forks that answer at one socket. One that ends is replaced; the signals that end us end all."""

    def __init__(self, app: ASGIApp, at: socket.socket) -> None:
        self._app, self._at = app, at
        self._born: dict[int, float] = {}
        self._ending = False

    def run(self, workers: int, ready: Callable[[], Any]) -> int:
        """Keep so many of them until a signal comes; the exit status."""
        for each in ENDING:
            signal.signal(each, self._end)
        for _ in range(workers):
            self._fork()
        ready()
        status = 0
        while self._born:
            child, _ = os.wait()
            lived = time.monotonic() - self._born.pop(child, 0.0)
            if not self._ending and lived < SHORTEST_LIFE:
                logging.getLogger("charley.serve").error("a worker ended at once; so does the server")
                status = 1
                self._end(signal.SIGTERM, None)
            else:
                self._fork()
        return status

    def _fork(self) -> None:
        """One more, unless it is the end. No signal comes between its birth and its being known."""
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
        try:
            if self._ending:
                return
            child = os.fork()
            if child == 0:
                try:
                    _answer(self._app, self._at)
                except BaseException as error:
                    logging.getLogger("charley.serve").error("a worker ended: %s", place_of(error))
                    os._exit(1)
                os._exit(0)
            self._born[child] = time.monotonic()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)

    def _end(self, number: int, frame: FrameType | None) -> None:
        self._ending = True
        for child in self._born:
            os.kill(child, signal.SIGTERM)
