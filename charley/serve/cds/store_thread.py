"""The thread in which a process uses its store of feedback: cards never wait for a database."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from charley.serve.cds.feedback import FeedbackStore, NotKept, Shown

__all__ = ["MOST_WAITING", "StoreThread"]

MOST_WAITING = 10_000
"""Cards that wait to be written; of more, while a database does not answer, nothing is remembered."""

T = TypeVar("T")

_LOG = logging.getLogger("charley.serve")


class StoreThread:
    """One thread. What it is given is done in order, and cards that wait together are written together."""

    def __init__(self, store: FeedbackStore) -> None:
        self._store = store
        self._waiting: deque[Shown] = deque()
        self._thread = ThreadPoolExecutor(1, "charley-feedback")

    def remember(self, cards: Sequence[Shown]) -> None:
        """Have cards that are sent remembered, soon. Decision support is given whether or not it succeeds."""
        if not cards:
            return
        if len(self._waiting) + len(cards) > MOST_WAITING:
            self._lost()
            return
        self._waiting.extend(cards)
        # If others were there before, they are about to be written; with them goes all that is there by then.
        if len(self._waiting) <= len(cards):
            self._thread.submit(self._write)

    async def run(self, work: Callable[[FeedbackStore], T]) -> T:
        """What the work makes of the store, after all that came before it. Raises what the work raises."""
        return await asyncio.wrap_future(self._thread.submit(work, self._store))

    def finish(self) -> None:
        """Wait until everything is written, and end."""
        self._thread.shutdown()

    def _write(self) -> None:
        cards: list[Shown] = []
        while self._waiting:
            cards.append(self._waiting.popleft())
        try:
            self._store.show(cards)
        except NotKept:
            self._lost()

    @staticmethod
    def _lost() -> None:
        _LOG.error("the feedback store is not available: cards were sent that it does not know")
