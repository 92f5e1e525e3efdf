"""Whatever is sent: never a 500, and no value of a patient in any log, whatever goes wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest

pytest.importorskip("starlette", reason="the extra `serve` is not installed")
pytest.importorskip("joserfc", reason="the extra `serve` is not installed")
pytest.importorskip("sqlalchemy", reason="the extra `serve` is not installed")
pytest.importorskip("httpx2", reason="starlette's test client needs it")

from hooks import (
    SERVICE,
    bundle,
    call,
    client,
    condition,
    observation,
    patient,
    quantity,
    request_for,
    response,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from serving import serving

CLIENT = client()

SOUND: list[tuple[str, dict[str, Any]]] = [
    (
        SERVICE,
        call(
            answers=bundle(response(unilateral_leg_swelling=True, age=67, pain_quality="aching")),
            conditions=bundle(condition("N18.3")),
            **{"serum-potassium": observation("2823-3", valueQuantity=quantity(2.4, "mmol/L"))},
        ),
    ),
    (
        "/fhir/$diagnose",
        bundle(
            patient(),
            request_for("C10AA05"),
            observation("82810-3", valueCodeableConcept={"coding": [{"system": "s", "code": "c"}]}),
            observation("85354-9", component=[{"code": {}, "valueQuantity": quantity(80, "mm[Hg]")}]),
        ),
    ),
    (
        "/fhir/Questionnaire/$next-question",
        {
            **response(unilateral_leg_swelling=True, d_dimer=quantity(0.4, "mg/L{FEU}")),
            "status": "in-progress",
            "questionnaire": "urn:charley:questionnaire:nocturnal-leg-pain-clinician",
        },
    ),
]

JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=8),
    st.sampled_from(
        ["", "\x00", "#", "Patient/1", "2026", "9" * 400, 10**400, -0.0, [], {}, [[]], [{}], [None]]
    ),
    st.dictionaries(st.sampled_from(["coding", "code", "value", "reference", "item", "resource"]), st.none()),
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path to every value in a body."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(each for key, part in inner for each in places(part, (*path, key)))]


def changed(body: Any, path: tuple[Any, ...], junk: Any) -> Any:
    if not path:
        return junk
    copied = json.loads(json.dumps(body))
    holder = copied
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = junk
    return copied


@settings(max_examples=150)
@given(st.data())
def test_whatever_is_changed_in_a_sound_body_it_is_an_answer_or_a_refusal(data: st.DataObject) -> None:
    path, body = data.draw(st.sampled_from(SOUND))
    for _ in range(data.draw(st.integers(1, 2))):
        body = changed(body, data.draw(st.sampled_from(places(body))), data.draw(JUNK))
    sent = json.dumps(body).encode()
    got = CLIENT.post(path, content=sent, headers={"content-type": "application/json"})
    assert got.status_code in (200, 400, 404, 412, 422)
    if got.status_code != 200:
        assert got.json()["resourceType"] == "OperationOutcome"


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[NaN]", b"\xff\xfe", b'{"a": 1, "a": 2}', b"[" * 200, b"null", b"1" * 5000]
)
def test_what_is_no_body_is_refused(body: bytes) -> None:
    for path, _ in SOUND:
        got = CLIENT.post(path, content=body, headers={"content-type": "application/fhir+json"})
        assert got.status_code == 400


TOLD = ("Zebedee Quirk", "1911-11-11", "7777.25", "zz-secret-77", "Mrs Miller")


def test_nothing_that_was_told_is_in_any_log() -> None:
    name, birth, number, token, comment = TOLD
    person = patient(birthDate=birth, name=[{"text": name}])
    bodies = [
        (
            SERVICE,
            call(
                patient=person, **{"serum-potassium": observation("2823-3", valueQuantity={"value": number})}
            ),
        ),
        (SERVICE, call(patient=None, answers=bundle(response(chest_pain=name)))),
        (SERVICE, {**call(patient=person), "hook": name}),
        (
            SERVICE,
            {**call(patient=person), "fhirServer": "https://x", "fhirAuthorization": {"access_token": token}},
        ),
        (f"{SERVICE}/feedback", {"feedback": [{"card": name, "overrideReason": {"userComment": comment}}]}),
        ("/fhir/$diagnose", bundle(person, observation("2823-3", valueQuantity=quantity(7777.25, "mmol/L")))),
        ("/fhir/$diagnose", {"resourceType": name}),
        ("/fhir/Questionnaire/$next-question", {**response(chest_pain=name), "questionnaire": name}),
        (f"/cds-services/{token}", call(patient=person)),
    ]
    with serving("--feedback", "off") as server:
        statuses = []
        for path, body in bodies:
            sent = json.dumps(body).encode()
            head = (
                f"POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(sent)}\r\n\r\n"
            )
            statuses.append(int(server.send(head.encode() + sent).split(b" ")[1]))
        server.end()
    assert statuses == [200, 412, 400, 200, 400, 200, 200, 422, 404]
    for each in TOLD:
        assert each not in server.out + server.err
    assert server.err == ""
