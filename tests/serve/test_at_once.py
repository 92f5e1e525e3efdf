"""What is answered while it is read is what the application would have answered, and nothing else is."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

pytest.importorskip("starlette", reason="the extra `serve` is not installed")
pytest.importorskip("uvicorn", reason="the extra `serve` is not installed")
pytest.importorskip("httptools", reason="the extra `serve` is not installed")

import uvicorn
from line import Line, turns
from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send
from uvicorn.server import ServerState

from charley.serve.api.operations import OPERATIONS
from charley.serve.app import create_app
from charley.serve.at_once import AtOnce
from charley.serve.guard import MOST_HEADER, MOST_TARGET
from charley.serve.protocol import BoundedProtocol
from charley.serve.service import MOST_BYTES, Settings

SMALL = str(Path(__file__).parents[1] / "small_base")
JSON = {"content-type": "application/json"}

REQUESTS: dict[str, tuple[str, str, bytes, dict[str, str]]] = {
    "a constant": ("GET", "/healthz", b"", {}),
    "its head": ("HEAD", "/healthz", b"", {}),
    "another method": ("POST", "/healthz", b"{}", JSON),
    "no such path": ("GET", "/api/v1/nothing", b"", {}),
    "a stroke at the end": ("GET", "/healthz/", b"", {}),
    "an answer": ("POST", "/api/v1/diagnose", b'{"record": {"wilting": true}}', JSON),
    "an answer with options": ("POST", "/api/v1/diagnose?explain=full&audience=patient", b"{}", JSON),
    "an option twice": ("POST", "/api/v1/diagnose?explain=full&explain=none", b"{}", JSON),
    "an option that is none": ("POST", "/api/v1/diagnose?explain=", b"{}", JSON),
    "a base that is not here": ("GET", "/api/v1/bases?kb=x%26y", b"", {}),
    "an unknown fact": ("POST", "/api/v1/diagnose", b'{"record": {"wiltign": true}}', JSON),
    "no JSON": ("POST", "/api/v1/diagnose", b"{", JSON),
    "not said to be JSON": ("POST", "/api/v1/diagnose", b"{}", {}),
    "discovery": ("GET", "/cds-services", b"", {}),
    "a path with a part to fill in": ("POST", "/cds-services/ailing-plant", b"{}", JSON),
    "a page": ("GET", "/", b"", {}),
    "a resource": ("GET", "/fhir/metadata", b"", {}),
}

WILTING = b'{"record": {"wilting": true}}'
DATE = (b"date", b"some day")


@pytest.fixture(scope="module")
def app() -> Starlette:
    return create_app(Settings((SMALL,)))


def request(method: str, path: str, body: bytes, headers: dict[str, str]) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "host: x", *(f"{name}: {value}" for name, value in headers.items())]
    if method == "POST":
        lines.append(f"content-length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


class Talk:
    """What a client sends to an application on one connection, piece by piece, and what comes back.

    `tasks` counts the requests that the application was asked about.
    """

    def __init__(self, app: Starlette, at_once: AtOnce | None, *pieces: bytes, pause: bool = False) -> None:
        self.line, self.tasks = Line(), 0
        asyncio.run(self._run(app, at_once, pieces, pause))

    async def _run(
        self, app: Starlette, at_once: AtOnce | None, pieces: tuple[bytes, ...], pause: bool
    ) -> None:
        async def counted(scope: Scope, receive: Receive, send: Send) -> None:
            self.tasks += 1
            await app(scope, receive, send)

        config = uvicorn.Config(counted, http=BoundedProtocol, ws="none", log_config=None)
        config.load()
        state = ServerState()
        state.default_headers = [DATE]
        protocol = BoundedProtocol(config=config, server_state=state, app_state={}, at_once=at_once)
        protocol.connection_made(self.line)
        if pause:
            protocol.pause_writing()
        for piece in pieces:
            protocol.data_received(piece)
            await turns()
        protocol.resume_writing()
        async with asyncio.timeout(60):
            while protocol.cycle is not None and not protocol.cycle.response_complete:
                await asyncio.sleep(0.001)
        await turns()  # what is held goes out
        protocol.connection_lost(None)

    @property
    def answers(self) -> list[tuple[bytes, dict[bytes, bytes], bytes]]:
        """The status line, the headers without the request's id, and the body of each answer."""
        return [parsed(each) for each in self.line.sent]


def parsed(answer: bytes) -> tuple[bytes, dict[bytes, bytes], bytes]:
    head, _, body = answer.partition(b"\r\n\r\n")
    status, *lines = head.split(b"\r\n")
    headers = dict(line.split(b": ", 1) for line in lines)
    assert len(headers) == len(lines)
    id = headers.pop(b"x-request-id")
    return status, headers, body.replace(id, b"ID")


@pytest.mark.parametrize("case", REQUESTS)
def test_it_is_the_answer_of_the_application(app: Starlette, case: str) -> None:
    sent = request(*REQUESTS[case])
    assert Talk(app, app.state.at_once, sent).answers == Talk(app, None, sent).answers


GOOD = {
    "an answer": request("POST", "/api/v1/diagnose", WILTING, JSON),
    "with options": request("POST", "/api/v1/diagnose?explain=full&audience=patient", WILTING, JSON),
    "a text": request("POST", "/api/v1/read-text", b'{"text": "It is wilting."}', JSON),
    "without a body": request("GET", "/api/v1/vocabulary?find=leaf", b"", {}),
}
OTHERS = {
    "an unknown fact": request("POST", "/api/v1/diagnose", b'{"record": {"wiltign": true}}', JSON),
    "no JSON": request("POST", "/api/v1/diagnose", b"{", JSON),
    "too large": request("POST", "/api/v1/diagnose", b" " * (MOST_BYTES + 1), JSON),
    "too deep": request("POST", "/api/v1/diagnose", b"[" * 5000, JSON),
    "a long address": request("POST", f"/api/v1/diagnose?{'a' * MOST_TARGET}", WILTING, JSON),
    "a long header": request("POST", "/api/v1/diagnose", WILTING, {**JSON, "x": "a" * MOST_HEADER}),
    "not JSON in UTF-8": request("POST", "/api/v1/diagnose", WILTING, {"content-type": "text/plain"}),
    "another method": request("DELETE", "/api/v1/diagnose", b"", {}),
    "a fragment": request("POST", "/api/v1/diagnose#a", WILTING, JSON),
    "the last one": request("POST", "/api/v1/diagnose", WILTING, {**JSON, "connection": "close"}),
    "of old": request("POST", "/api/v1/diagnose", WILTING, JSON).replace(b"HTTP/1.1", b"HTTP/1.0"),
    "what is worked out": request("POST", "/api/v1/next-screen", b"{}", JSON),
}


@pytest.mark.parametrize("case", GOOD)
def test_what_is_in_order_does_not_reach_the_application(app: Starlette, case: str) -> None:
    talk = Talk(app, app.state.at_once, GOOD[case])
    assert talk.tasks == 0
    assert [status for status, _, _ in talk.answers] == [b"HTTP/1.1 200 OK"]


@pytest.mark.parametrize("case", OTHERS)
def test_what_is_not_is_left_to_the_application(app: Starlette, case: str) -> None:
    found, wanted = (Talk(app, how, OTHERS[case]) for how in (app.state.at_once, None))
    assert found.tasks == wanted.tasks == 1
    assert found.answers == wanted.answers


def test_a_body_that_comes_later_is_waited_for(app: Starlette) -> None:
    whole = GOOD["an answer"]
    for at in range(len(whole) - len(WILTING), len(whole)):
        talk = Talk(app, app.state.at_once, whole[:at], whole[at:])
        assert (talk.tasks, talk.answers) == (1, Talk(app, None, whole).answers)


def test_requests_that_come_together_are_answered_in_turn(app: Starlette) -> None:
    kinds = [
        GOOD["an answer"],
        OTHERS["an unknown fact"],
        GOOD["without a body"],
        OTHERS["what is worked out"],
    ]
    together = [*kinds, *reversed(kinds), *kinds]
    found = Talk(app, app.state.at_once, b"".join(together))
    each = [Talk(app, None, one).answers[0] for one in together]
    assert found.answers == each


def test_many_on_one_connection_are_no_long_header(app: Starlette) -> None:
    many = -(-2 * (MOST_HEADER + MOST_TARGET) // len(GOOD["an answer"])) + 1
    assert len(Talk(app, app.state.at_once, *[GOOD["an answer"]] * many).answers) == many
    assert len(Talk(app, app.state.at_once, GOOD["an answer"] * many).answers) == many


def test_a_client_that_does_not_read_is_not_written_to(app: Starlette) -> None:
    talk = Talk(app, app.state.at_once, GOOD["an answer"], pause=True)
    assert (talk.tasks, len(talk.line.sent)) == (1, 1)


CLOSED = (
    Settings((SMALL,), cors=("https://example.org",)),
    Settings((SMALL,), issuers=("https://issuer.example",)),
)


@pytest.mark.parametrize("settings", CLOSED, ids=["CORS", "issuers"])
def test_nobody_is_answered_without_authorization(settings: Settings) -> None:
    at_once = create_app(settings).state.at_once
    assert not any(at_once.knows(each.method.encode(), each.path.encode()) for each in OPERATIONS)


def test_a_fault_of_ours_is_a_500_that_says_nothing_of_the_patient(
    app: Starlette, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the plant is wilting")

    monkeypatch.setattr("charley.serve.api.operations.outcome", broken)
    talk = Talk(app, app.state.at_once, GOOD["an answer"])
    assert [status for status, _, _ in talk.answers] == [b"HTTP/1.1 500 Internal Server Error"]
    assert b"wilting" not in b"".join(talk.line.sent) and "is wilting" not in caplog.text
