"""A connection without a socket: what a client says is handed to the protocol, what is sent back is kept."""

from __future__ import annotations

import asyncio
from typing import Any


class Line(asyncio.Transport):
    """The client's end: what was sent to it, a piece for each time."""

    def __init__(self) -> None:
        super().__init__()
        self.sent: list[bytes] = []
        self.closed = False

    def write(self, data: Any) -> None:
        self.sent.append(bytes(data))

    def writelines(self, pieces: Any) -> None:
        self.sent.append(b"".join(pieces))

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass


async def turns(count: int = 20) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


def post(body: bytes, more: bytes = b"") -> bytes:
    return b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n" % (len(body) + len(more)) + body
