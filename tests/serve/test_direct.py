"""The short way to fixed paths gives the answers of the long one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("starlette", reason="the extra `serve` is not installed")
pytest.importorskip("httptools", reason="the extra `serve` is not installed")

from starlette.applications import Starlette
from starlette.testclient import TestClient

from charley.serve.app import create_app
from charley.serve.guard import Guard
from charley.serve.service import Settings

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

DIFFERENT = {"x-request-id", "date"}
"""Headers that differ from one request to the next."""


@pytest.fixture(scope="module")
def both() -> Iterator[tuple[TestClient, TestClient]]:
    """The application, and the same without the short way."""
    short, long = create_app(Settings((SMALL,))), create_app(Settings((SMALL,)))
    long.middleware_stack = Guard(Starlette.build_middleware_stack(long), long.state.refuse)
    with (
        TestClient(short, follow_redirects=False) as one,
        TestClient(long, follow_redirects=False) as other,
    ):
        yield one, other


def said(client: TestClient, case: str) -> tuple[int, dict[str, str], Any]:
    method, path, body, headers = REQUESTS[case]
    answer = client.request(method, path, content=body, headers=headers)
    shown = {name: value for name, value in answer.headers.items() if name not in DIFFERENT}
    if answer.headers.get("content-type", "").endswith("json") and answer.content:
        said = json.loads(answer.content)
        said.pop("instance", None)  # the request's own
        return answer.status_code, shown, said
    return answer.status_code, shown, answer.content


@pytest.mark.parametrize("case", REQUESTS)
def test_an_answer_is_the_same_by_either_way(both: tuple[TestClient, TestClient], case: str) -> None:
    one, other = both
    assert said(one, case) == said(other, case)


def test_fixed_paths_do_go_the_short_way() -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("the long way")

    app = create_app(Settings((SMALL,)))
    app.router.middleware_stack = broken
    client = TestClient(app, raise_server_exceptions=False)
    assert client.get("/healthz").status_code == 200
    assert client.post("/api/v1/diagnose", json={}).status_code == 200
    assert client.get("/kb/ailing_plant").status_code == 500
