"""A thread of its own for what takes longer than a moment, so that no request waits for another's search.

What an expert keeps for itself is not meant for two threads, so the worker has its own experts.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from typing import TypeVar

from charley.engine.expert import Expert
from charley.rules.knowledge_base import KnowledgeBase
from charley.serve.service import Problem

__all__ = ["SECONDS", "Worker"]

SECONDS = 5.0
"""How long an answer may take."""

T = TypeVar("T")


class Worker:
    """One thread, and experts that only it uses."""

    def __init__(self, experts: Mapping[str, Expert]) -> None:
        self._experts = experts
        self._own: dict[str, Expert] = {}
        self._thread = ThreadPoolExecutor(1, "charley-worker")

    async def run(self, base: str, work: Callable[[Expert], T]) -> T:
        """What the work makes of the base, in the thread. Raises `Problem` (503) for what takes too long."""
        loop = asyncio.get_running_loop()
        job = loop.run_in_executor(self._thread, lambda: work(self._expert(base)))
        try:
            return await asyncio.wait_for(job, SECONDS)
        except TimeoutError:
            raise Problem(503, f"not answered within {SECONDS:g} s", headers={"retry-after": "5"}) from None

    def _expert(self, base: str) -> Expert:
        if base not in self._own:
            known = self._experts[base]
            self._own[base] = Expert(
                **{each.name: getattr(known, each.name) for each in fields(KnowledgeBase)}
            )
        return self._own[base]
