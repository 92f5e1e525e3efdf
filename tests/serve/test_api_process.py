"""The JSON API of a process: who is let in, that a batch holds nobody up, that no value told is written."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

pytest.importorskip("starlette", reason="the extra `serve` is not installed")
pytest.importorskip("httptools", reason="the extra `serve` is not installed")
pytest.importorskip("joserfc", reason="the extra `serve` is not installed")
pytest.importorskip("httpx2", reason="what drives the application in the process is not installed")

import anyio
import httpx2
from joserfc import jwt
from joserfc.jwk import ECKey
from serving import serving
from starlette.testclient import TestClient

from charley.engine.expert import Expert
from charley.facts.record import Record
from charley.rules.loading.cases import read_cases
from charley.serve.app import create_app
from charley.serve.service import Settings

BASE, ISSUER = "https://cds.example.org", "https://ehr.example.org"
KEY = ECKey.generate_key("P-384", {"kid": "ours"})


def token(path: str) -> dict[str, str]:
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": BASE + path, "exp": now + 300, "iat": now, "jti": "one"}
    header = {"alg": "ES384", "typ": "JWT", "kid": "ours"}
    return {"authorization": "Bearer " + jwt.encode(header, claims, KEY, algorithms=["ES384"])}


def test_where_issuers_are_configured_nobody_else_is_let_in(tmp_path: Path) -> None:
    pytest.importorskip("mcp", reason="the extra `mcp` is not installed")
    file = tmp_path / "keys.json"
    file.write_text(json.dumps({"keys": [KEY.as_dict(private=False)]}))
    settings = Settings(issuers=(ISSUER,), key_files={ISSUER: file}, base_url=BASE, mcp=True)
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        for path in ("/api/v1/diagnose", "/mcp"):
            refused = client.post(path, json={})
            assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
            assert refused.headers["content-type"] == "application/problem+json"
            elsewhere = client.post(path, json={}, headers=token("/elsewhere"))
            assert elsewhere.status_code == 401
        for _ in range(2):
            assert client.post("/api/v1/diagnose", json={}, headers=token("/api/v1")).status_code == 200
        assert client.post("/mcp", json={}, headers=token("/mcp")).status_code not in (401, 500)


def test_a_batch_says_of_every_case_what_the_kernel_says(bundled: Expert) -> None:
    records: list[Record] = [each.answers.record for each in read_cases(bundled)][::3]
    client = TestClient(create_app(Settings()))
    for start in range(0, len(records), 300):
        some = records[start : start + 300]
        sent = [bundled.vocabulary.written(record) for record in some]
        rows = client.post("/api/v1/batch", json={"records": sent}).json()["rows"]
        for record, row in zip(some, rows, strict=True):
            found = bundled.assess(record)
            assert (row["urgency"], row["leader"]) == (found.urgency, found.leader)


def test_other_requests_are_answered_while_a_batch_runs() -> None:
    records = [{"age": 20 + at % 80, "syncope": at % 2 == 0} for at in range(3000)]
    ended: list[str] = []

    async def main() -> None:
        transport = httpx2.ASGITransport(app=create_app(Settings()))
        async with httpx2.AsyncClient(transport=transport, base_url="http://testserver") as client:

            async def ask(path: str, body: object) -> None:
                answer = await client.post(f"/api/v1/{path}", json=body)
                assert answer.status_code == 200
                ended.append(path)

            async with anyio.create_task_group() as group:
                group.start_soon(ask, "batch", {"records": records})
                await anyio.sleep(0)
                for path in ("diagnose", "next-screen", "what-if"):
                    group.start_soon(ask, path, {"changes": {}} if path == "what-if" else {})

    anyio.run(main)
    assert ended[-1] == "batch"


def test_no_value_told_is_written_by_the_process() -> None:
    secret = "zebrafish4711"
    sent = [
        ("diagnose", {"record": {"age": secret}}),
        ("diagnose", {"record": {secret: 1}}),
        ("diagnose", {"recrd": secret}),
        ("diagnose?explain=" + secret, {}),
        ("read-text", {"text": f"My left calf is swollen, {secret}."}),
        ("follow-up", {"record": {"age": 67}, "question": secret}),
        ("explain", {"kind": "how", "candidate": secret}),
        (secret, {}),
    ]
    with serving() as served:
        with httpx2.Client(base_url=f"{served.url}/api/v1/") as client:
            for path, body in sent:
                assert client.post(path, json=body).status_code in (200, 404, 422)
            broken = client.post("diagnose", content=secret, headers={"content-type": "application/json"})
            assert broken.status_code == 400
        assert served.end() == 0
    assert secret not in served.out + served.err
    assert served.err == ""
