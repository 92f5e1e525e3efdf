"""What `benchmarks.serve` measures with: a server process, wrk as the client, and hostile clients."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

__all__ = ["Load", "Server", "hostile", "load_of", "other_process", "server", "wrk"]

ASKING = """
import socket, sys
at = socket.socket(fileno=int(sys.argv[1]))
while at.recv(1 << 20):
    at.send(bytes(256))
"""
PROGRAM = "import sys; from charley.cli import main; main(sys.argv[1:])"


@dataclass(frozen=True)
class Server:
    """A server that answers at `port`."""

    process: subprocess.Popen[str]
    port: int

    def memory(self) -> int:
        """The resident memory of it and its workers, in bytes."""
        return sum(_resident(pid) for pid in _family(self.process.pid))

    def processor(self) -> float:
        """The seconds of processor time that it and its workers have taken."""
        return sum(_processor(pid) for pid in _family(self.process.pid))


@contextmanager
def server(*command: str) -> Iterator[Server]:
    """A process that writes its address on its first line; `charley serve` with these options by default."""
    words = command if command[:1] == ("-m",) else ("-c", PROGRAM, "serve", "--port", "0", *command)
    process = subprocess.Popen([sys.executable, *words], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        found = re.search(r"http://[^ ]*:(\d+)", process.stdout.readline())
        assert found is not None, "the server did not start"
        yield Server(process, int(found[1]))
    finally:
        process.terminate()
        process.wait(30)


@dataclass(frozen=True)
class Load:
    """What wrk saw: requests a second, milliseconds of the median and of the slowest hundredth, failures; and
    how many requests the server answers in a second of its processor time, whatever else the machine does.
    """

    rate: float
    median: float
    p99: float
    failed: int
    by_processor: float = 0.0


def load_of(said: str) -> Load:
    """The numbers in the words of wrk. Raises `ValueError` where they are not there."""
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    median, p99 = (re.search(rf"{part}%\s+([\d.]+)(us|ms|s)\b", said) for part in (50, 99))
    if rate is None or median is None or p99 is None:
        raise ValueError("wrk said something else")
    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    broken = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", said)
    failed = int(refused[1]) if refused else 0
    failed += sum(map(int, broken.groups())) if broken else 0
    return Load(float(rate[1]), _milliseconds(*median.groups()), _milliseconds(*p99.groups()), failed)


def _milliseconds(number: str, unit: str) -> float:
    return float(number) * {"us": 0.001, "ms": 1.0, "s": 1000.0}[unit]


def wrk(at: Server, path: str, connections: int, seconds: int, body: str = "") -> Load:
    """The load of so many connections for so many seconds."""
    with TemporaryDirectory() as folder:
        script = Path(folder) / "request.lua"
        script.write_text(_script(body), "utf-8")
        command = [
            "wrk",
            "-t",
            "1",
            "-c",
            str(connections),
            "-d",
            f"{seconds}s",
            "--latency",
            "--timeout",
            "10s",
        ]
        command += ["-s", str(script), f"http://127.0.0.1:{at.port}{path}"]
        before = at.processor()
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=seconds + 60)
        spent = at.processor() - before
    load = load_of(done.stdout)
    return replace(load, by_processor=load.rate * seconds / spent if spent else 0.0)


def _script(body: str) -> str:
    if not body:
        return 'wrk.method = "GET"\n'
    return (
        f'wrk.method = "POST"\nwrk.headers["Content-Type"] = "application/json"\nwrk.body = [==[{body}]==]\n'
    )


@contextmanager
def other_process() -> Iterator[Callable[[bytes], None]]:
    """Sends what it is given to another process, and waits for what that asks next, as every server does."""
    here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    command = [sys.executable, "-c", ASKING, str(there.fileno())]
    process = subprocess.Popen(command, pass_fds=[there.fileno()])
    there.close()

    def exchange(answer: bytes) -> None:
        here.send(answer)
        here.recv(1024)

    try:
        yield exchange
    finally:
        here.close()
        process.wait(30)


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children")
    found = children.read_text().split() if children.exists() else []
    return [pid, *(each for child in found for each in _family(int(child)))]


def _resident(pid: int) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _processor(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _request(path: str, body: bytes = b"", *headers: str, length: int | None = None) -> bytes:
    size = len(body) if length is None else length
    head = [f"POST {path} HTTP/1.1", "host: x", "content-type: application/json", f"content-length: {size}"]
    return "\r\n".join([*head, "connection: close", *headers, "", ""]).encode() + body


HOSTILE: dict[str, bytes] = {
    "larger than is read": _request("/api/v1/diagnose", b"{}", length=10_000_000),
    "5,000 deep": _request("/api/v1/diagnose", b"[" * 5000),
    "wrong type": _request("/api/v1/diagnose", b'{"record": {"age": [67]}}'),
    "no JSON": _request("/cds-services/nocturnal-leg-pain", b'{"hook": '),
    "NUL": _request("/api/v1/diagnose", b'{"record": {"a\x00ge": 67}}'),
    "64 kB header": _request("/api/v1/diagnose", b"", f"x: {'a' * 65_536}"),
    "long address": _request(f"/c/{'a' * 20_000}"),
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n",
}


def hostile(at: Server, count: int, threads: int = 4) -> Counter[int]:
    """So many hostile requests of every kind in turn; how often each status came back (0: none did)."""
    found: Counter[int] = Counter()
    kinds = list(HOSTILE.values())

    def send(numbers: Sequence[int]) -> None:
        mine = Counter(_status(at, kinds[number % len(kinds)]) for number in numbers)
        with lock:
            found.update(mine)

    lock = threading.Lock()
    workers = [threading.Thread(target=send, args=(range(each, count, threads),)) for each in range(threads)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    return found


def _status(at: Server, request: bytes) -> int:
    try:
        with socket.create_connection(("127.0.0.1", at.port), timeout=15) as client:
            with contextlib.suppress(OSError):  # it may be refused before it is all sent
                client.sendall(request)
            answer = client.recv(64)
    except OSError:
        return 0
    found = re.match(rb"HTTP/1.1 (\d{3})", answer)
    return int(found[1]) if found else 0
