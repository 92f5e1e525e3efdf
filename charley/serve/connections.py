"""Where the loop of a process gets its connections from: all that wait, each time that it looks.

The loop's own server would take one connection in a turn (libuv does), and a turn lasts as long as
the answers to everybody whom it serves already: of 128 clients that come at once, the last waits for seconds.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Iterator
from typing import Protocol

import uvicorn

__all__ = ["BACKLOG", "ConnectionServer", "HandedOver", "Listening", "Source"]

BACKLOG = 2048
"""Connections that may wait to be taken; also the most that are taken at a time."""

RECOVERY_SECONDS = 1.0
"""How long no connection is taken after the system had no room for one more."""


class Source(Protocol):
    """Something at which connections arrive."""

    def fileno(self) -> int:
        """What the loop watches: it can be read when a connection is there."""
        ...

    def waiting(self) -> Iterator[socket.socket]:
        """The connections that are there now. Raises `EOFError` when no more will come, `OSError` when the
        system has no room for one more.
        """
        ...


class Listening:
    """Connections that are accepted at a listening socket."""

    def __init__(self, at: socket.socket) -> None:
        at.setblocking(False)
        self._at = at

    def fileno(self) -> int:
        """Of the listening socket."""
        return self._at.fileno()

    def waiting(self) -> Iterator[socket.socket]:
        """Those that were not accepted yet. Raises `OSError`."""
        for _ in range(BACKLOG):
            try:
                connection, _ = self._at.accept()
            except ConnectionAbortedError:  # it has gone again
                continue
            except BlockingIOError:
                return
            yield connection


class HandedOver:
    """Connections that the parent process has accepted and hands over, a byte and a descriptor each."""

    def __init__(self, pipe: socket.socket) -> None:
        pipe.setblocking(False)
        self._pipe = pipe

    def fileno(self) -> int:
        """Of the pipe from the parent."""
        return self._pipe.fileno()

    def waiting(self) -> Iterator[socket.socket]:
        """Those that were not taken yet. Raises `EOFError` when the parent has gone."""
        for _ in range(BACKLOG):
            try:
                sign, descriptors, _, _ = socket.recv_fds(self._pipe, 1, 1)
            except BlockingIOError:
                return
            if not sign:
                raise EOFError
            yield from (socket.socket(fileno=each) for each in descriptors)


class ConnectionServer(uvicorn.Server):
    """A server of uvicorn that serves the connections of a source."""

    def __init__(self, config: uvicorn.Config, source: Source) -> None:
        super().__init__(config)
        self._source = source
        self._opening: set[asyncio.Task[None]] = set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to serve."""
        await super().startup([])
        self._loop = asyncio.get_running_loop()
        self._watch()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more connections, and finish what is in flight."""
        self._loop.remove_reader(self._source.fileno())
        await super().shutdown(sockets)

    def _watch(self) -> None:
        if not self.should_exit:
            self._loop.add_reader(self._source.fileno(), self._take)

    def _take(self) -> None:
        try:
            for connection in self._source.waiting():
                task = self._loop.create_task(self._open(connection))
                self._opening.add(task)
                task.add_done_callback(self._opening.discard)
        except EOFError:
            self._loop.remove_reader(self._source.fileno())
            self.should_exit = True
        except OSError:
            logging.getLogger("charley.serve").error(
                "no connection can be accepted now: the system is out of resources"
            )
            self._loop.remove_reader(self._source.fileno())
            self._loop.call_later(RECOVERY_SECONDS, self._watch)

    async def _open(self, connection: socket.socket) -> None:
        try:
            await self._loop.connect_accepted_socket(self._protocol, connection)
        except OSError:  # it has gone again
            connection.close()

    def _protocol(self) -> asyncio.Protocol:
        return self.config.http_protocol_class(  # type: ignore[call-arg]
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )
