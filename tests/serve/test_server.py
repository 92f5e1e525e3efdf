"""The server as a process: what it refuses to start with, how it ends, what hostile requests get."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

pytest.importorskip("starlette", reason="the extra `serve` is not installed")
pytest.importorskip("httptools", reason="the extra `serve` is not installed")

from serving import Served, received, serving

from charley.cli import main
from charley.serve.guard import MOST_DEPTH, MOST_HEADER, MOST_TARGET, too_deep
from charley.serve.service import MOST_BYTES

SMALL = str(Path(__file__).parents[1] / "small_base")


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving("--kb", SMALL, "--workers", "2") as found:
        yield found


def post(path: str, body: bytes, *headers: str) -> bytes:
    head = [f"POST {path} HTTP/1.1", "host: x", f"content-length: {len(body)}", "connection: close", *headers]
    return "\r\n".join([*head, "", ""]).encode() + body


def get(path: str, *headers: str) -> bytes:
    return "\r\n".join([f"GET {path} HTTP/1.1", "host: x", "connection: close", *headers, "", ""]).encode()


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def refused(*options: str) -> str:
    found = CliRunner().invoke(main, ["serve", *options])
    assert found.exit_code == 2
    assert "Traceback" not in found.output
    assert found.stdout == ""
    return found.stderr


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "example.org"])
def test_an_address_that_others_reach_is_refused_unless_one_says_so(host: str) -> None:
    assert "--i-know-it-is-open" in refused("--host", host)


def test_a_port_in_use_is_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert refused("--port", str(port)).startswith(f"127.0.0.1:{port}: F001 cannot listen here")


def test_a_base_that_is_not_there_or_has_errors_is_refused(tmp_path: Path) -> None:
    assert "R000" in refused("--kb", "nonsense")
    broken = tmp_path / "broken"
    shutil.copytree(SMALL, broken)
    (broken / "facts.yaml").write_text("[")
    assert "facts.yaml" in refused("--kb", str(broken))


def test_a_secret_that_is_not_there_or_too_short_is_refused(tmp_path: Path) -> None:
    assert "cannot be read" in refused("--secret-file", str(tmp_path / "none"))
    short = tmp_path / "short"
    short.write_bytes(b"12345")
    assert "at least 32 bytes" in refused("--secret-file", str(short))


def test_without_the_extra_it_is_said_how_to_install_it() -> None:
    code = (
        "import sys; sys.modules['uvicorn'] = None\n"
        "import importlib.util as u; find = u.find_spec\n"
        "u.find_spec = lambda name, *a: None if name == 'uvicorn' else find(name, *a)\n"
        "from charley.cli import main; main(['serve'])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 2
    assert "uvicorn, not installed here" in done.stderr
    assert "pip install 'charley[serve]'" in done.stderr


def test_it_says_that_it_lives_and_which_rules_it_serves(served: Served) -> None:
    assert served.send(get("/healthz")).endswith(b'{"status":"ok"}')
    version = json.loads(served.send(get("/version")).split(b"\r\n\r\n")[1])
    assert len(version["knowledge_bases"]["ailing_plant"]["digest"]) == 64


def test_every_answer_has_the_headers_of_the_house(served: Served) -> None:
    for path in ("/healthz", "/version", "/there/is/no/such/page"):
        answer = served.send(get(path)).lower()
        for header in (b"content-security-policy: default-src 'none'", b"referrer-policy: no-referrer",
                       b"cache-control: no-store", b"x-request-id: ", b"nosniff"):  # fmt: skip
            assert header in answer, path


def test_every_worker_opens_what_another_one_has_sealed(served: Served) -> None:
    form = b"audience=patient&base=ailing_plant"
    begun = served.send(post("/start", form, "content-type: application/x-www-form-urlencoded"))
    assert status(begun) == 303
    address = begun.split(b"location: ")[1].split(b"\r\n")[0].decode()
    assert [status(served.send(get(address))) for _ in range(20)] == [200] * 20


HOSTILE = {
    "too large": (post("/api/v1/diagnose", b"x" * (MOST_BYTES + 1)), 413),
    "says that it is too large": (b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999999\r\n\r\n", 413),
    "too deep": (post("/api/v1/diagnose", b"[" * 5000), 400),
    "a long address": (get("/" + "a" * (MOST_TARGET + 1)), 414),
    "a long header": (get("/healthz", f"x: {'a' * MOST_HEADER}"), 431),
    "a header without end": (b"GET / HTTP/1.1\r\nx: " + b"a" * 200_000, 431),
    "no HTTP": (b"\x00\x01\x02\x03 nonsense\r\n\r\n", 400),
    "a NUL in the address": (get("/healthz%00"), 400),
    "a method that is none": (b"EAT / HTTP/1.1\r\nhost: x\r\n\r\n", 400),
    "not the method": (post("/healthz", b""), 405),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_request_gets_a_clear_refusal(served: Served, case: str) -> None:
    request, expected = HOSTILE[case]
    assert status(served.send(request, wait=5)) == expected
    assert status(served.send(get("/healthz"))) == 200


def test_a_body_that_never_ends_is_not_waited_for(served: Served) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=20) as client:
        client.sendall(b"POST /api/v1/diagnose HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{")
        assert status(received(client)) == 408


@pytest.mark.parametrize(
    ("body", "deep"),
    [
        (b"[" * MOST_DEPTH, False),
        (b"[" * (MOST_DEPTH + 1), True),
        (b"[]" * 1000, False),
        (json.dumps(["[" * 200, '"' + "{" * 200]).encode(), False),
        (b'{"a":' * 100 + b"1" + b"}" * 100, True),
        (b"", False),
    ],
)
def test_depth_is_counted_outside_of_texts(body: bytes, deep: bool) -> None:
    assert too_deep(body) is deep


@pytest.mark.parametrize("workers", ["1", "2"])
def test_what_is_in_flight_is_finished_when_it_is_told_to_end(workers: str) -> None:
    with serving("--kb", SMALL, "--workers", workers) as found:
        with socket.create_connection(("127.0.0.1", found.port), timeout=20) as client:
            client.sendall(b"POST /healthz HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\n{")
            time.sleep(0.3)
            found.process.send_signal(signal.SIGTERM)
            time.sleep(0.3)
            client.sendall(b"}")
            assert status(received(client)) == 405
        _, err = found.process.communicate(timeout=30)
        assert found.process.returncode == 0, err
        assert err == ""


@pytest.mark.parametrize("workers", ["1", "3"])
def test_a_signal_that_comes_at_once_ends_it_too(workers: str) -> None:
    with serving("--kb", SMALL, "--workers", workers) as found:
        assert found.end() == 0
        assert found.err == ""
