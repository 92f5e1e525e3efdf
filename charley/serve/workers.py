"""Several processes that answer at one address. The parent accepts connections and hands them over in turn.

Were they all to accept at one socket, whoever is quickest would have most of the connections, and those live
long: one process would be busy while another one waits.
"""

from __future__ import annotations

import logging
import os
import selectors
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType
from typing import Any

from charley.serve.connections import HandedOver, Listening, Source
from charley.serve.guard import place_of

__all__ = ["ENDING", "Workers"]

ENDING = (signal.SIGTERM, signal.SIGINT)
"""The signals that end the server."""

SHORTEST_LIFE = 1.0
"""Seconds. A worker that ends sooner would end again."""

_LOG = logging.getLogger("charley.serve")


@dataclass(frozen=True)
class _Worker:
    """A process, the pipe through which it is given connections, and when it was born."""

    process: int
    pipe: socket.socket
    born: float


class Workers:
    """Forks of this process. One that ends is replaced; the signals that end us end all."""

    def __init__(self, at: socket.socket, answer: Callable[[Source], None]) -> None:
        """`answer` serves the connections of a source until a signal comes or the source ends."""
        self._at, self._answer = at, answer
        self._workers: list[_Worker] = []
        self._selector = selectors.DefaultSelector()
        self._turn = 0
        self._ending = False

    def run(self, workers: int, ready: Callable[[], Any]) -> int:
        """Keep so many of them until a signal comes; the exit status."""
        for each in ENDING:
            signal.signal(each, self._end)
        for _ in range(workers):
            self._fork()
        listening = Listening(self._at)
        self._selector.register(self._at, selectors.EVENT_READ)
        ready()
        status = 0
        while self._workers:
            for key, _ in self._selector.select():
                if key.fileobj is not self._at:
                    status |= self._bury(key.data)
                elif self._ending:
                    self._selector.unregister(self._at)
                else:
                    self._hand_over(listening)
        return status

    def _hand_over(self, listening: Listening) -> None:
        """Give what waits to the workers in turn. A connection that none of them can take is closed."""
        try:
            for connection in listening.waiting():
                with connection:
                    any(self._takes(each, connection) for each in self._in_turn())
        except OSError:
            _LOG.error("no connection can be accepted now: the system is out of resources")
            time.sleep(0.1)

    def _in_turn(self) -> list[_Worker]:
        """All of them, each time beginning with another one."""
        self._turn = (self._turn + 1) % max(len(self._workers), 1)
        return self._workers[self._turn :] + self._workers[: self._turn]

    @staticmethod
    def _takes(worker: _Worker, connection: socket.socket) -> bool:
        """Whether it could be handed over: not where the worker has ended, or has taken none for long."""
        try:
            socket.send_fds(worker.pipe, [b"+"], [connection.fileno()])
        except OSError:
            return False
        return True

    def _bury(self, worker: _Worker) -> int:
        """What is to be done when a worker has ended; 1 if it ended as the next one would, too."""
        self._selector.unregister(worker.pipe)
        worker.pipe.close()
        self._workers.remove(worker)
        os.waitpid(worker.process, 0)
        if not self._ending and time.monotonic() - worker.born < SHORTEST_LIFE:
            _LOG.error("a worker ended as soon as it started; the server ends, too")
            self._end(signal.SIGTERM, None)
            return 1
        self._fork()
        return 0

    def _fork(self) -> None:
        """One more, unless it is the end. No signal comes between its birth and its being known."""
        signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
        try:
            if self._ending:
                return
            ours, its = socket.socketpair()
            child = os.fork()
            if child == 0:
                ours.close()
                self._live(its)
            its.close()
            ours.setblocking(False)
            worker = _Worker(child, ours, time.monotonic())
            self._workers.append(worker)
            self._selector.register(
                ours, selectors.EVENT_READ, worker
            )  # it can be read when its end is closed
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, ENDING)

    def _live(self, pipe: socket.socket) -> None:
        """The life of a worker. What belongs to the parent is closed: an open end would hide that another one
        has ended, and keep the address taken.
        """
        self._selector.close()
        self._at.close()
        for each in self._workers:
            each.pipe.close()
        try:
            self._answer(HandedOver(pipe))
        except BaseException as error:
            _LOG.error("a worker ended: %s", place_of(error))
            os._exit(1)
        os._exit(0)

    def _end(self, number: int, frame: FrameType | None) -> None:
        self._ending = True
        for worker in self._workers:
            os.kill(worker.process, signal.SIGTERM)
