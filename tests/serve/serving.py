"""A real server process on loopback, for the tests that need one."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class Served:
    """A server that answers at `port`, and what it has written when it has ended."""

    process: subprocess.Popen[str]
    port: int
    out: str = ""
    err: str = ""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def end(self, by: int = signal.SIGTERM) -> int:
        """End it, and wait until it has; its exit status."""
        self.process.send_signal(by)
        self.out, self.err = self.process.communicate(timeout=30)
        return self.process.returncode

    def send(self, request: bytes, *, wait: float = 10.0) -> bytes:
        """What comes back for the bytes, until the server closes or says no more."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=wait) as client:
            client.sendall(request)
            return received(client)


def received(client: socket.socket) -> bytes:
    parts = []
    try:
        while part := client.recv(65536):
            parts.append(part)
    except (TimeoutError, ConnectionResetError):
        pass
    return b"".join(parts)


@contextmanager
def serving(*options: str) -> Iterator[Served]:
    """`charley serve` with these options at a free port."""
    program = "import sys; from charley.cli import main; main(sys.argv[1:])"
    command = [sys.executable, "-c", program, "serve", "--port", "0", *options]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = subprocess.Popen(command, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"}, **pipes)
    try:
        assert process.stdout is not None
        said = process.stdout.readline()
        found = re.search(r"http://[^ ]*:(\d+)", said)
        if found is None:
            process.kill()
            raise AssertionError(f"no server: {said}{process.communicate()[1]}")
        yield Served(process, int(found[1]))
    finally:
        if process.poll() is None:
            process.terminate()
            process.communicate(timeout=30)
