"""What is read on a short way means what the models read."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

pytest.importorskip("starlette", reason="the extra `serve` is not installed")
pytest.importorskip("httpx2", reason="what drives the application in the process is not installed")
from starlette.testclient import TestClient

from charley.serve.api.models.requests import Told
from charley.serve.api.reading import Body
from charley.serve.app import create_app
from charley.serve.service import Problem, Settings

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 99) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
KEYS = st.sampled_from(["record", "unknown", "recor", "age"])
BODIES = st.dictionaries(KEYS, VALUES, max_size=3) | VALUES.map(lambda value: {"record": value})


def _by_the_model(value: Any) -> dict[str, Any] | None:
    try:
        return Told.model_validate(value).model_dump()
    except ValidationError:
        return None


@given(BODIES)
def test_a_body_is_read_as_the_model_reads_it(value: Any) -> None:
    try:
        read = Body(json.dumps(value).encode()).as_a(Told).model_dump()
    except Problem as problem:
        assert problem.status == 422
        read = None
    assert read == _by_the_model(value)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("explain=none", 200),
        ("explain=none&audience=patient", 200),
        ("kb=nocturnal_leg_pain", 200),
        ("kb=of_nobody", 404),
        ("explain=everything", 422),
        ("explain=none&explain=none", 422),
    ],
)
def test_options_mean_the_same_each_time(query: str, status: int) -> None:
    client = TestClient(create_app(Settings()))
    first, again = (client.post(f"/api/v1/diagnose?{query}", json={"record": {"age": 67}}) for _ in range(2))
    assert first.status_code == again.status_code == status
    said, then = first.json(), again.json()
    for each in (said, then):
        each.pop("instance", None)  # of a refusal: which request it was
    assert said == then
