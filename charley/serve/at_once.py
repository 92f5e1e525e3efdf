"""Answers that wait for nothing, made while a request is read.

What is asked most takes hardly more time to work out than an application takes to hand it on. So no layer of
the application and no task stands before it. Only a request that is in order is answered here. Where
something is wrong with it, or goes wrong, the application answers in the words of its surface.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol, runtime_checkable

from charley.serve.guard import Headers, all_headers, new_id, within_bounds
from charley.serve.service import Service

__all__ = ["AtOnce", "Prompt", "Prompting", "head_of"]

Prompt = Callable[[bytes, Headers, bytes], tuple[bytes, bytes]]
"""From the query, the headers and the body of a request to what `head_of` wrote for its answer, and the body
of that."""


@runtime_checkable
class Prompting(Protocol):
    """A surface some of whose answers wait for nothing."""

    def prompts(self, service: Service) -> Mapping[tuple[str, str], Prompt]:
        """What makes them, by method and path."""
        ...


class AtOnce:
    """The prompt answers, by method and path."""

    def __init__(self, prompts: Mapping[tuple[bytes, bytes], Prompt]) -> None:
        self._prompts = prompts

    def knows(self, method: bytes, path: bytes) -> bool:
        """Whether such a request may be answered here."""
        return (method, path) in self._prompts

    def answer(self, method: bytes, path: bytes, query: bytes, headers: Headers, body: bytes) -> bytes | None:
        """The whole answer but for its status, which is 200; None where the application is to make it."""
        if not within_bounds(path, query, headers, body):
            return None
        try:
            head, made = self._prompts[method, path](query, headers, body)
        except Exception:
            return None  # the application raises it, too, and deals with it
        said = head, b"content-length: %d\r\nx-request-id: %s\r\n\r\n" % (len(made), new_id().encode()), made
        return b"".join(said)


def head_of(headers: Headers) -> bytes:
    """Headers of an answer as they are sent, with those that every answer has."""
    return b"".join(b"%s: %s\r\n" % each for each in all_headers(headers))
