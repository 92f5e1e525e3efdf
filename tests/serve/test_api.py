"""The JSON API: every answer is as its document says, every refusal is a problem with its place."""

from __future__ import annotations

import json
from typing import Any

import pytest

pytest.importorskip("starlette", reason="the extra `serve` is not installed")
pytest.importorskip("httpx2", reason="what drives the application in the process is not installed")
from starlette.testclient import TestClient

from charley.engine.expert import Expert
from charley.engine.explain.words import PURPOSE
from charley.serve.api.operations import OPERATIONS, PREFIX
from charley.serve.app import create_app
from charley.serve.service import MOST_BYTES, Settings

jsonschema = pytest.importorskip("jsonschema", reason="JSON Schema is not installed")

RECORD = {"age": 67, "unilateral_leg_swelling": True, "pain_site_calf": True, "previous_dvt": None}
EXPLAINED = ("how", "why", "why_not", "fragility", "contrast", "distance")
PAIR = {"candidate": "cellulitis", "other": "deep_vein_thrombosis"}
ASKED: list[tuple[str, dict[str, Any] | None]] = [
    ("bases", None),
    ("bases?audience=patient", None),
    ("vocabulary", None),
    ("vocabulary?find=leg%20swelling", None),
    ("record-schema", None),
    ("read-text", {"text": "My left calf is swollen. No fever. Wobbly blorp all over."}),
    ("diagnose", {}),
    ("diagnose?explain=none", {"record": RECORD}),
    ("diagnose?explain=short&audience=patient", {"record": RECORD, "unknown": ["ferritin", "age"]}),
    ("diagnose?explain=full", {"record": RECORD}),
    ("diagnose?explain=full", {"record": {"age": 9}}),
    ("next-screen", {}),
    ("next-screen?audience=patient", {"record": RECORD, "recommend": True, "last_topic": "warnings"}),
    ("next-screen", {"record": RECORD, "later": ["age", "chest_pain"]}),
    *(("explain", {"record": RECORD, "kind": kind, **PAIR}) for kind in EXPLAINED),
    ("explain", {"kind": "how"}),
    ("explain", {"record": RECORD, "kind": "how", "candidate": "deep_vein_thrombosis.1"}),
    ("explain", {"record": RECORD, "kind": "how", "candidate": "wells_dvt_score"}),
    ("explain", {"record": RECORD, "kind": "why", "fact": "chest_pain"}),
    ("explain", {"record": {"age": 9}, "kind": "fragility"}),
    ("what-if", {"record": RECORD, "changes": {"fever_or_rigors": True, "age": None}}),
    ("follow-up", {"record": RECORD, "question": "could it be a clot?"}),
    ("follow-up?audience=patient", {"question": "I have chest pain now, what should I do?"}),
    ("follow-up", {"question": "what is the meaning of life?"}),
    ("scores", {"record": RECORD}),
    ("scores", {"record": RECORD, "score": "wells"}),
    ("batch", {"records": [RECORD, {}, {"age": "many"}, {"agee": 3}]}),
    ("batch", {"records": []}),
]


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit on an answer is of the clock, which others on the machine make run: here it is no limit."""
    monkeypatch.setattr("charley.serve.api.worker.SECONDS", 300.0)


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(create_app(Settings()), raise_server_exceptions=False)


@pytest.fixture(scope="module")
def document(client: TestClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"{PREFIX}/openapi.json").json()
    return found


def ask(client: TestClient, path: str, body: dict[str, Any] | None) -> Any:
    where = f"{PREFIX}/{path}"
    return client.get(where) if body is None else client.post(where, json=body)


def check(document: dict[str, Any], operation: dict[str, Any], answer: Any) -> None:
    """The answer is one that the document allows for this operation."""
    responses = operation["responses"]
    said = responses.get(str(answer.status_code), responses["default"])
    if "$ref" in said:
        said = document["components"]["responses"]["Problem"]
    ((kind, content),) = said["content"].items()
    assert answer.headers["content-type"] == kind
    assert {name.lower() for name in said["headers"]} <= set(answer.headers)
    whole = {**content["schema"], "components": document["components"]}
    jsonschema.Draft202012Validator(whole).validate(answer.json())


def operation(document: dict[str, Any], path: str, method: str) -> dict[str, Any]:
    found: dict[str, Any] = document["paths"][f"{PREFIX}/{path.partition('?')[0]}"][method]
    return found


@pytest.mark.parametrize(("path", "body"), ASKED, ids=lambda each: str(each)[:60])
def test_every_answer_is_as_the_document_says(
    client: TestClient, document: dict[str, Any], bundled: Expert, path: str, body: dict[str, Any] | None
) -> None:
    answer = ask(client, path, body)
    assert answer.status_code == 200, answer.text
    check(document, operation(document, path, "get" if body is None else "post"), answer)
    assert answer.headers["x-charley-digest"] == bundled.digest
    if path != "record-schema":
        assert answer.json()["status"] == PURPOSE
    if body is not None:
        assert "urgency" in answer.json()


def test_every_route_is_in_the_document_and_no_other(client: TestClient, document: dict[str, Any]) -> None:
    routes = {
        (route.path, method.lower())
        for route in client.app.routes  # type: ignore[attr-defined]
        if route.path.startswith(PREFIX)
        for method in route.methods - {"HEAD"}
    }
    written = {(path, method) for path, item in document["paths"].items() for method in item}
    assert routes == written
    assert {each.path for each in OPERATIONS} < {path for path, _ in routes}
    asked = {f"{PREFIX}/{path.partition('?')[0]}" for path, _ in ASKED}
    assert {each.path for each in OPERATIONS} == asked


def test_the_document_is_open_api_and_its_schemas_are_schemas(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1.")
    for name, schema in document["components"]["schemas"].items():
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema.get("description") or name == "Row"
    references = set(_references(document))
    assert references
    for reference in references:
        found: Any = document
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]


def _references(value: Any) -> Any:
    if isinstance(value, dict):
        yield from ([value["$ref"]] if isinstance(value.get("$ref"), str) else [])
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _references(each)


def test_full_is_the_differential_of_the_library(client: TestClient, bundled: Expert) -> None:
    answer = ask(client, "diagnose?explain=full", {"record": RECORD}).json()
    d = bundled.diagnose(RECORD)
    assert answer["differential"] == json.loads(d.model_dump_json())
    assert (answer["urgency"], answer["leader"]) == (d.urgency, d.leader)
    assert [each["id"] for each in answer["raised"]] == [each.candidate for each in d.flags]
    assert answer["reasons"]["rules_for"]


def test_batch_says_of_each_what_diagnose_says(client: TestClient) -> None:
    records = [RECORD, {}, {"age": 9}, {"chest_pain": True, "age": 60}, {"weight": "x"}]
    rows = ask(client, "batch", {"records": records}).json()["rows"]
    for record, row in zip(records[:-1], rows[:-1], strict=True):
        alone = ask(client, "diagnose", {"record": record}).json()
        assert (row["urgency"], row["leader"]) == (alone["urgency"], alone["leader"])
        assert row["supported"] == (alone["lead"] == "supported")
        assert {*row["flags"], *row["alerts"]} == {each["id"] for each in alone["raised"]}
        assert not row["errors"]
    assert rows[-1]["errors"][0]["code"] == "F010" and rows[-1]["urgency"] is None


def test_a_screen_never_asks_what_is_known_unknown_or_put_off(client: TestClient) -> None:
    first = ask(client, "next-screen", {"record": RECORD}).json()["screen"]
    facts = [each["fact"] for each in first["questions"]]
    asked = {"record": RECORD, "unknown": facts[:2], "later": facts[2:4], "last_topic": first["topic"]}
    then = ask(client, "next-screen", asked).json()["screen"]
    assert not {each["fact"] for each in then["questions"]} & {*facts[:4], *RECORD}


JSON = {"content-type": "application/json"}
LONG = b"9" * 5000
LATIN = {"content-type": "application/json; charset=latin-1"}
REFUSED: list[tuple[str, str, dict[str, Any], int, str]] = [
    ("GET", "nope", {}, 404, ""),
    ("GET", "bases?kb=nope", {}, 404, ""),
    ("GET", "bases?audience=nobody", {}, 422, "F004"),
    ("GET", "bases?audience=patient&audience=student", {}, 422, "F003"),
    ("GET", "diagnose", {}, 405, ""),
    ("DELETE", "diagnose", {}, 405, ""),
    ("OPTIONS", "diagnose", {}, 405, ""),
    ("POST", "bases", {}, 405, ""),
    ("POST", "diagnose", {}, 415, ""),
    ("POST", "diagnose", {"content": b"{}", "headers": {"content-type": "text/plain"}}, 415, ""),
    ("POST", "diagnose", {"content": b"{}", "headers": LATIN}, 415, ""),
    ("POST", "diagnose", {"content": b"", "headers": JSON}, 400, "F002"),
    ("POST", "diagnose", {"content": b'{"record": {"age": 67,}}', "headers": JSON}, 400, "F002"),
    ("POST", "diagnose", {"content": b'{"record": {"age": 6}, "record": {}}', "headers": JSON}, 400, "F003"),
    ("POST", "diagnose", {"content": b'{"record": {"age": NaN}}', "headers": JSON}, 400, "F002"),
    ("POST", "diagnose", {"content": b'{"record": {"age": -Infinity}}', "headers": JSON}, 400, "F002"),
    ("POST", "diagnose", {"content": b'{"record": {"\xff": 1}}', "headers": JSON}, 400, "F001"),
    ("POST", "diagnose", {"content": b'{"record": {"age": "\\ud800"}}', "headers": JSON}, 400, "F002"),
    ("POST", "diagnose", {"content": b"[" * 100_000, "headers": JSON}, 400, ""),
    ("POST", "diagnose", {"content": b"\xef\xbb\xbf{}", "headers": JSON}, 400, "F002"),
    ("POST", "diagnose", {"content": b" " * (MOST_BYTES + 1), "headers": JSON}, 413, ""),
    ("POST", "diagnose", {"content": b"[]", "headers": JSON}, 422, "F004"),
    ("POST", "diagnose", {"content": b"null", "headers": JSON}, 422, "F002"),
    ("POST", "diagnose", {"content": b'{"record": {"age": 1e999}}', "headers": JSON}, 422, "F012"),
    ("POST", "diagnose", {"content": b'{"record": {"age": %s}}' % LONG, "headers": JSON}, 422, "F012"),
    ("POST", "diagnose", {"json": {"record": {"agee": 67}}}, 422, "F010"),
    ("POST", "diagnose", {"json": {"record": {"age": 500}}}, 422, "F012"),
    ("POST", "diagnose", {"json": {"record": {"age": {"value": 67, "unit": "mmol/l"}}}}, 422, "F013"),
    ("POST", "diagnose", {"json": {"record": []}}, 422, "F004"),
    ("POST", "diagnose", {"json": {"recrd": {}}}, 422, "F004"),
    ("POST", "diagnose", {"json": {"unknown": ["agee"]}}, 422, "F010"),
    ("POST", "diagnose?explain=all", {"json": {}}, 422, "F004"),
    ("POST", "diagnose?explian=full", {"json": {}}, 422, "F004"),
    ("POST", "read-text", {"json": {"text": 4}}, 422, "F004"),
    ("POST", "next-screen", {"json": {"later": ["agee"]}}, 422, "F010"),
    ("POST", "next-screen", {"json": {"recommend": "yes"}}, 422, "F004"),
    ("POST", "explain", {"json": {}}, 422, "F004"),
    ("POST", "explain", {"json": {"kind": "why_not"}}, 422, "F004"),
    ("POST", "explain", {"json": {"kind": "why_not", "candidate": "celulitis"}}, 422, "R003"),
    ("POST", "explain", {"json": {"kind": "contrast", "candidate": "cellulitis", "other": "x"}}, 422, "R003"),
    ("POST", "what-if", {"json": {"changes": {"age": "many"}}}, 422, "F011"),
    ("POST", "scores", {"json": {"score": "nope"}}, 422, "R003"),
    ("POST", "batch", {"json": {"records": {}}}, 422, "F004"),
    ("POST", "batch", {"content": b'{"records":[%s{}]}' % (b"{}," * 10_000), "headers": JSON}, 422, "F004"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("method", "path", "sent", "status", "code"),
    REFUSED,
    ids=[f"{method} {path} {status} {at}" for at, (method, path, _, status, _) in enumerate(REFUSED)],
)
def test_every_refusal_is_a_problem_with_its_place(
    client: TestClient,
    document: dict[str, Any],
    bundled: Expert,
    method: str,
    path: str,
    sent: dict[str, Any],
    status: int,
    code: str,
) -> None:
    answer = client.request(method, f"{PREFIX}/{path}", **sent)
    assert answer.status_code == status, answer.text
    check(document, operation(document, "diagnose", "post"), answer)
    said = answer.json()
    assert said["status"] == status
    assert said["instance"].endswith(answer.headers["x-request-id"])
    assert [each["code"] for each in said["errors"]][:1] == ([code] if code else [])
    assert answer.headers["x-charley-digest"] == bundled.digest
    assert "Traceback" not in answer.text and "pydantic" not in answer.text
    if status == 405:
        assert answer.headers["allow"]
    if (code and status == 400) or code in ("F010", "F011", "F012", "F013"):
        assert said["errors"][0]["line"] == 1 and said["errors"][0]["column"] > 0


def test_a_head_is_the_answer_without_its_body(client: TestClient) -> None:
    there, not_there = client.head(f"{PREFIX}/bases"), client.head(f"{PREFIX}/nope")
    assert (there.status_code, there.content) == (200, b"")
    assert (not_there.status_code, not_there.content) == (404, b"")


def test_a_fault_of_ours_says_nothing_of_the_patient(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the patient is 67")

    monkeypatch.setattr("charley.serve.api.operations.outcome", broken)
    answer = ask(client, "diagnose", {"record": {"age": 67}})
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "67" not in json.dumps({**answer.json(), "instance": ""}) and "is 67" not in caplog.text


def test_what_takes_too_long_is_a_503(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("charley.serve.api.worker.SECONDS", 0.0)
    answer = ask(client, "explain", {"kind": "distance"})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
