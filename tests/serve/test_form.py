"""The basics over the wire: a form on a page, in JSON, in FHIR and for an assistant."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

import pytest

pytest.importorskip("starlette", reason="the extra `serve` is not installed")
pytest.importorskip("joserfc", reason="the extra `serve` is not installed")
pytest.importorskip("sqlalchemy", reason="the extra `serve` is not installed")
pytest.importorskip("httpx2", reason="starlette's test client needs it")

from starlette.testclient import TestClient

from charley.engine.ask.shapes.screen import BASICS
from charley.engine.expert import Expert
from charley.facts.wording import AUDIENCES, Audience
from charley.serve.api.surface import Api
from charley.serve.app import create_app
from charley.serve.fhir.surface import Fhir
from charley.serve.service import Settings
from charley.serve.web.sealing import Sealer
from charley.serve.web.state import Batch, State
from charley.serve.web.surface import Web

SECRET = bytes(range(32))
COMPLAINT = "pain_character"


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(create_app(Settings(secret=SECRET), [Web(), Api(), Fhir()]))


def sealed(*batches: Batch, audience: Audience = "patient") -> str:
    state = State("nocturnal_leg_pain", audience, "ask", batches)
    return f"/c/{Sealer(SECRET).seal(str(state))}"


DENIED = Batch(COMPLAINT, {"muscle_cramp_episodes": False})


def words(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).split())


def sent(kb: Expert, *typed: str, **more: Any) -> dict[str, Any]:
    """The form as a browser sends it, with these answers in the order of its fields."""
    fields = {f"answer-{at}": each for at, each in enumerate(typed, 1) if each}
    return {"topic": BASICS, "asked": list(kb.about.basics), **fields, **more}


@pytest.mark.parametrize("audience", AUDIENCES)
def test_a_page_has_a_field_for_each_of_the_basics(
    client: TestClient, bundled: Expert, audience: Audience
) -> None:
    page = client.get(sealed(DENIED, audience=audience)).text
    assert "<h1>The basics</h1>" in page and "data-list" not in page
    for at, id in enumerate(bundled.about.basics, 1):
        fact = bundled.vocabulary[id]
        assert (fact.question(audience) or "") in words(page)
        assert f'id="answer-{at}-unsure"' in page
        assert page.count(f'name="answer-{at}"') == (1 if fact.kind == "number" else len(fact.choices) + 1)
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len({*ids})
    assert {*re.findall(r' for="([^"]+)"', page)} <= {*ids}


def test_what_is_sent_is_told_together_and_can_be_changed(client: TestClient, bundled: Expert) -> None:
    after = client.post(sealed(DENIED), data=sent(bundled, "58", "female", "left_only", "3 weeks"))
    assert "The basics" not in words(after.text)
    at = after.url.path
    told = words(client.get(f"{at}/answers").text)
    assert "How old are you? 58" in told and "3 weeks" in told
    back = client.get(f"{at}/back/1").text
    assert 'value="58"' in back and re.search(r'value="female" id="answer-2" checked', back)
    again = client.post(f"{at}/back/1", data=sent(bundled, "59", "unsure", "left_only", "3 weeks"))
    told = words(client.get(f"{again.url.path}/answers").text)
    assert "How old are you? 59" in told and "recorded as at birth? not sure" in told


def test_a_form_in_part_says_field_by_field_what_is_wrong(client: TestClient, bundled: Expert) -> None:
    page = client.post(sealed(DENIED), data=sent(bundled, "580", "female", unsure=["symptom_duration_days"]))
    wrong = re.findall(r'<li><a href="#([^"]+)">([^<]+)</a>', page.text)
    assert [field for field, _ in wrong] == ["answer-1", "answer-3"]
    asked = [bundled.vocabulary[id].question("patient") for id in ("age", "pain_laterality")]
    assert all(unescape(said).startswith(f"{words} ") for (_, said), words in zip(wrong, asked, strict=True))
    for field, _ in wrong:
        assert f'id="{field}-error"' in page.text and f'id="{field}"' in page.text
    assert 'value="580"' in page.text
    assert re.search(r'value="female" id="answer-2" checked', page.text)
    assert re.search(r'value="symptom_duration_days" id="answer-4-unsure" checked', page.text)
    assert page.text.count("-error answer") == 0 and 'aria-invalid="true"' in page.text


def test_not_sure_of_all_is_an_answer_and_is_not_asked_again(client: TestClient, bundled: Expert) -> None:
    everything = sent(bundled, unsure=list(bundled.about.basics))
    page = client.post(sealed(DENIED), data=everything)
    assert "There is a problem" not in words(page.text) and "<h1>The basics</h1>" not in page.text


def test_json_has_a_form_with_the_kinds_of_its_fields(client: TestClient, bundled: Expert) -> None:
    asked = {"record": {"muscle_cramp_episodes": False}, "last_topic": COMPLAINT, "recommend": True}
    found = client.post("/api/v1/next-screen?audience=patient", json=asked).json()
    screen = found["screen"]
    assert (screen["topic"], screen["ticks"]) == (BASICS, False) and screen["first"]
    kinds = {each["fact"]: (each["kind"], each["unit"]) for each in screen["questions"]}
    assert kinds == {
        id: (bundled.vocabulary[id].kind, bundled.vocabulary[id].unit) for id in bundled.about.basics
    }
    assert not found["recommendation"]["stop"]


def test_fhir_has_a_group_of_items_of_several_types(client: TestClient, bundled: Expert) -> None:
    url = "/fhir/Questionnaire/$next-question"
    form = {
        "resourceType": "Questionnaire",
        "id": "f",
        "status": "draft",
        "derivedFrom": ["urn:charley:questionnaire:nocturnal-leg-pain-patient"],
    }
    response: dict[str, Any] = {
        "resourceType": "QuestionnaireResponse",
        "status": "in-progress",
        "contained": [form],
        "questionnaire": "#f",
    }
    first = client.post(url, json=response).json()
    group = first["contained"][0]["item"][-1]
    no = [{"linkId": each["linkId"], "answer": [{"valueBoolean": False}]} for each in group["item"]]
    then = client.post(url, json={**first, "item": [{"linkId": group["linkId"], "item": no}]}).json()
    basics = then["contained"][0]["item"][-1]
    assert basics["linkId"] == f"screen-2-{BASICS}"
    assert [each["linkId"] for each in basics["item"]] == list(bundled.about.basics)
    assert [each["type"] for each in basics["item"]] == ["decimal", "choice", "choice", "decimal"]
    side = basics["item"][2]["answerOption"][0]["valueCoding"]
    filled = {
        "linkId": basics["linkId"],
        "item": [
            {"linkId": "age", "answer": [{"valueDecimal": 58}]},
            {"linkId": "pain_laterality", "answer": [{"valueCoding": side}]},
        ],
    }
    last = client.post(url, json={**then, "item": [*then["item"], filled]})
    assert last.status_code == 200, last.text
    asked = json.dumps(last.json()["contained"][0]["item"][2:])
    assert not any(f'"{id}"' in asked for id in bundled.about.basics)
