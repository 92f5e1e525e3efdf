"""Who is served: everybody who has come, in turn, by one process or by several."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

pytest.importorskip("starlette", reason="the extra `serve` is not installed")
pytest.importorskip("httptools", reason="the extra `serve` is not installed")

from charley.serve.connections import HandedOver, Listening

REQUEST = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n"

PROGRAM = """
import os, sys, time
from charley.serve.process import bound, run

async def app(scope, receive, send):
    if scope["type"] == "http":
        time.sleep(float(sys.argv[2]))  # the loop is busy for so long
        body = f"pid={os.getpid():08}".encode()
        headers = [(b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

with bound("127.0.0.1", 0) as at:
    sys.exit(run(app, at, int(sys.argv[1]), lambda: print(at.getsockname()[1], flush=True)))
"""


@contextmanager
def answering(workers: int, busy: float = 0.0) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A server whose answers are the process that answers, and its port."""
    command = [sys.executable, "-c", PROGRAM, str(workers), str(busy)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield process, int(process.stdout.readline())
    finally:
        process.terminate()
        process.communicate(timeout=30)


def answered(client: socket.socket) -> int:
    """The process in the answer that comes next."""
    found = b""
    while (said := re.search(rb"pid=(\d{8})", found)) is None:
        part = client.recv(4096)
        assert part, "the connection was closed"
        found += part
    return int(said[1])


def asked(port: int) -> int:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        client.sendall(REQUEST)
        return answered(client)


def test_who_comes_late_does_not_wait_for_the_next_requests_of_others() -> None:
    clients = 24
    with answering(1, busy=0.01) as (_, port), ExitStack() as stack:
        first = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20))
        first.sendall(REQUEST)
        answered(first)
        others = [
            stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20))
            for _ in range(clients)
        ]
        for each in others:
            each.sendall(REQUEST)
        served = [first, *others]
        answers: Counter[int] = Counter()
        first.sendall(REQUEST)
        while len(answers) < len(served):  # whoever has an answer asks again
            for at, each in enumerate(served):
                each.setblocking(False)
                with suppress(BlockingIOError):
                    if each.recv(4096):
                        answers[at] += 1
                        each.sendall(REQUEST)
    assert max(answers.values()) <= 4


def test_every_worker_is_given_as_many_connections() -> None:
    with answering(2) as (_, port), ExitStack() as stack:
        clients = [
            stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20)) for _ in range(8)
        ]
        for each in clients:
            each.sendall(REQUEST)
        assert sorted(Counter(map(answered, clients)).values()) == [4, 4]


def test_a_worker_that_dies_is_replaced() -> None:
    with answering(2) as (_, port):
        time.sleep(1.1)  # one that dies sooner is not: it would die again
        before = {asked(port), asked(port)}
        assert len(before) == 2
        victim = min(before)
        os.kill(victim, signal.SIGKILL)
        after = set(before)
        until = time.monotonic() + 20
        while after <= before and time.monotonic() < until:
            with suppress(ConnectionError, AssertionError):  # it was handed over to the one that died
                after = {asked(port), asked(port)}
        assert len(after - before) == 1
        assert victim not in after


def test_workers_end_when_their_parent_was_killed() -> None:
    with answering(2) as (process, port):
        workers = {asked(port), asked(port)}
        process.kill()
        process.wait(30)
        until = time.monotonic() + 20
        while any(map(lives, workers)) and time.monotonic() < until:
            time.sleep(0.05)
        assert not any(map(lives, workers))
        with pytest.raises(ConnectionError):
            asked(port)


def lives(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_all_that_wait_are_taken_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as at, ExitStack() as stack:
        listening = Listening(at)
        assert list(listening.waiting()) == []
        for _ in range(20):
            stack.enter_context(socket.create_connection(at.getsockname()))
        found = [stack.enter_context(each) for each in listening.waiting()]
        assert len(found) == 20


def test_what_was_handed_over_is_taken_until_the_giver_has_gone() -> None:
    ours, its = socket.socketpair()
    with its, ExitStack() as stack:
        source = HandedOver(its)
        assert list(source.waiting()) == []
        with ours:
            for _ in range(5):
                near, far = map(stack.enter_context, socket.socketpair())
                socket.send_fds(ours, [b"+"], [near.fileno()])
            found = [stack.enter_context(each) for each in source.waiting()]
            found[-1].sendall(b"hello")
            assert len(found) == 5
            assert far.recv(5) == b"hello"
        with pytest.raises(EOFError):
            list(source.waiting())
