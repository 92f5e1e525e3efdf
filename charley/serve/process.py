"""The processes of the server: one socket, workers that answer at it, and logs that quote no request."""

from __future__ import annotations

import contextlib
import gc
import logging
import signal
import socket
import sys
import warnings
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.types import ASGIApp

from charley.documents.diagnostic import Diagnostic, Faulty
from charley.serve.connections import BACKLOG, ConnectionServer, Listening, Source
from charley.serve.guard import place_of
from charley.serve.protocol import BoundedProtocol
from charley.serve.workers import ENDING, Workers

__all__ = ["bound", "quiet_libraries", "run"]

FULL_OFTEN = 700, 10, 2
"""When garbage is collected. Only a full collection, which costs little once the bases are frozen, frees what
Python keeps for reuse: up to 2,000 tuples of each length, a megabyte in all.
"""

GRACE = 15
"""Seconds in which a request that is in flight may be finished after SIGTERM."""


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


def quiet_libraries() -> None:
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
    quiet_libraries()
    at.listen(BACKLOG)
    gc.collect()
    gc.freeze()  # the bases stay: nobody has to look through them, nor copy the pages that workers share
    gc.collect()  # now it is known how little is left to look through
    gc.set_threshold(*FULL_OFTEN)
    if workers == 1:
        _answer(app, Listening(at), ready)
        return 0
    return Workers(at, partial(_answer, app)).run(workers, ready)


def _answer(app: ASGIApp, source: Source, ready: Callable[[], Any] = lambda: None) -> None:
    at_once = app.state.at_once if isinstance(app, Starlette) else None
    config = uvicorn.Config(
        app,
        http=partial(BoundedProtocol, at_once=at_once),  # type: ignore[arg-type]
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # nothing depends on who asks, or on the scheme
        timeout_graceful_shutdown=GRACE,
        timeout_keep_alive=30,
    )
    server = ConnectionServer(config, source)

    def end(number: int, frame: FrameType | None) -> None:
        # Before the server has handlers of its own; and after, since it sends itself again what ended it.
        server.should_exit = True

    for each in ENDING:
        signal.signal(each, end)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)
    ready()
    server.run()
