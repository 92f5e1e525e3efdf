"""CDS Hooks: what a chart says becomes cards, and what it does not say becomes nothing."""

from __future__ import annotations

import re
from typing import Any

import pytest

pytest.importorskip("starlette", reason="the extra `serve` is not installed")
pytest.importorskip("joserfc", reason="the extra `serve` is not installed")
pytest.importorskip("sqlalchemy", reason="the extra `serve` is not installed")
pytest.importorskip("httpx2", reason="starlette's test client needs it")

from hooks import SERVICE, SWOLLEN, bundle, call, client, condition, observation, patient, quantity, response

from charley.engine.explain.words import PURPOSE

CLIENT = client()


def answer(body: dict[str, Any]) -> list[dict[str, Any]]:
    got = CLIENT.post(SERVICE, json=body)
    assert got.status_code == 200, got.text
    cards: list[dict[str, Any]] = got.json()["cards"]
    return cards


def test_dangers_come_first_and_the_most_urgent_is_critical() -> None:
    *raised, last = answer(call(answers=bundle(SWOLLEN)))
    assert [card["indicator"] for card in raised] == ["critical", "critical", "warning"]
    assert last["indicator"] == "info"
    assert "Deep vein thrombosis" in raised[-1]["summary"]


def test_a_card_holds_rules_values_action_and_what_would_clear_it() -> None:
    card = answer(call(answers=bundle(SWOLLEN)))[2]
    detail = card["detail"]
    for part in ("**Do:**", "dvt-one-swollen-leg", "unilateral leg swelling: yes", "+7 db", "Wells PS"):
        assert part in detail
    assert "dvt-clear-whole-leg" in detail.split("What would clear it")[1]
    assert not re.search(r"(?<!\\)<[a-z/!]", detail), "no HTML"


def test_the_last_card_tells_the_most_useful_screen_and_where_each_value_came_from() -> None:
    low = observation("2823-3", valueQuantity=quantity(2.4, "mmol/L"))
    detail = answer(call(answers=bundle(SWOLLEN), **{"serum-potassium": low}))[-1]["detail"]
    assert "Most useful to ask or examine next: Warning signs" in detail
    assert "serum potassium: 2.4 mmol/L \\[Observation/o-2823-3-0" in detail


def test_every_card_says_what_it_is_for_and_how_far_the_review_has_come() -> None:
    for card in answer(call(answers=bundle(SWOLLEN))):
        assert PURPOSE in card["detail"]
        assert "rules submitted" in card["detail"]


def test_nothing_to_say_is_no_card() -> None:
    assert answer(call()) == []
    assert answer(call(conditions=bundle(condition("I10")))) == []
    assert answer(call(patient=patient(deceasedBoolean=True), answers=bundle(SWOLLEN))) == []


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "not sent by the client"),
        ({"conditions": None}, "does not mean that the patient has none"),
        ({"conditions": bundle()}, "does not mean that the patient has none"),
        ({"conditions": {"resourceType": "OperationOutcome"}}, "could not be read by the client"),
    ],
)
def test_what_is_not_there_is_told_in_three_ways_and_is_never_a_no(sent: dict[str, Any], said: str) -> None:
    detail = answer(call(answers=bundle(SWOLLEN), **sent))[-1]["detail"]
    line = next(line for line in detail.splitlines() if said in line)
    assert "unknown" in line and "conditions" in line
    assert "diabetes mellitus: no" not in detail


@pytest.mark.parametrize("reason", ["not sent", "null", "outcome"])
def test_without_the_patient_it_is_a_precondition_that_failed(reason: str) -> None:
    body = call(patient={"null": None, "outcome": {"resourceType": "OperationOutcome"}}.get(reason))
    if reason == "not sent":
        del body["prefetch"]["patient"]
    got = CLIENT.post(SERVICE, json=body)
    assert got.status_code == 412
    assert got.json()["resourceType"] == "OperationOutcome"
    assert got.json()["issue"][0]["code"] == "required"


def test_every_base_that_is_served_is_a_service_of_its_own() -> None:
    both = client(kbs=("nocturnal_leg_pain", "sore_throat"))
    services = both.get("/cds-services").json()["services"]
    assert [each["id"] for each in services] == ["nocturnal-leg-pain"] * 2 + ["sore-throat"] * 2
    assert "temperature" in services[-1]["prefetch"]
    told = response(breathing_difficulty=True)
    warm = observation("8310-5", valueQuantity=quantity(102.2, "[degF]"))
    got = both.post("/cds-services/sore-throat", json=call(answers=bundle(told), temperature=warm)).json()
    assert got["cards"][0]["indicator"] == "critical"
    assert "temperature: 39 °C" in got["cards"][-1]["detail"]
    assert "age: 67 years" in got["cards"][-1]["detail"]


def test_whoever_else_a_resource_is_about_says_nothing_here() -> None:
    other = condition("N18.3", subject={"reference": "Patient/2"})
    detail = answer(call(answers=bundle(SWOLLEN), conditions=bundle(other)))[-1]["detail"]
    assert "it is about another patient" in detail
    assert "chronic kidney disease: yes" not in detail
    assert CLIENT.post(SERVICE, json=call(patient=patient(id="2"))).status_code == 400
