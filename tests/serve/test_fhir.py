"""The FHIR surface: what is there, `$diagnose`, adaptive forms, and errors as OperationOutcome."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

pytest.importorskip("starlette", reason="the extra `serve` is not installed")
pytest.importorskip("joserfc", reason="the extra `serve` is not installed")
pytest.importorskip("sqlalchemy", reason="the extra `serve` is not installed")
pytest.importorskip("httpx2", reason="starlette's test client needs it")

from hooks import SWOLLEN, bundle, client, observation, patient, quantity

from charley.engine.expert import Expert
from charley.engine.explain.words import PURPOSE
from charley.facts.wording import AUDIENCES

CLIENT = client()
FORM = "urn:charley:questionnaire:nocturnal-leg-pain-"
SICK = bundle(patient(), SWOLLEN, observation("2823-3", valueQuantity=quantity(2.4, "mmol/L")))


def diagnose(body: Any, **options: str) -> dict[str, list[dict[str, Any]]]:
    """What comes back, by the type of the resource."""
    got = CLIENT.post("/fhir/$diagnose", params=options, json=body)
    assert got.status_code == 200, got.text
    found: dict[str, list[dict[str, Any]]] = {}
    for entry in got.json()["entry"]:
        found.setdefault(entry["resource"]["resourceType"], []).append(entry["resource"])
    return found


def blank(audience: str = "clinician") -> dict[str, Any]:
    form = {"resourceType": "Questionnaire", "id": "f", "status": "draft", "derivedFrom": [FORM + audience]}
    return {
        "resourceType": "QuestionnaireResponse",
        "status": "in-progress",
        "contained": [form],
        "questionnaire": "#f",
    }


def ask(form: dict[str, Any], **options: str) -> dict[str, Any]:
    got = CLIENT.post("/fhir/Questionnaire/$next-question", params=options, json=form)
    assert got.status_code == 200, got.text
    found: dict[str, Any] = got.json()
    return found


def answered(form: dict[str, Any], **known: Any) -> dict[str, Any]:
    """The form with the last group answered: what is known, and no to every other tick."""
    group = form["contained"][0]["item"][-1]
    items = []
    for each in group["item"]:
        value = known.get(each["linkId"], False if each["type"] == "boolean" else None)
        if value is not None:
            kind = "valueBoolean" if isinstance(value, bool) else "valueDecimal"
            items.append({"linkId": each["linkId"], "answer": [{kind: value}]})
    return {**form, "item": [*form.get("item", []), {"linkId": group["linkId"], "item": items}]}


def interview(audience: str, most: int = 80, **known: Any) -> Iterator[dict[str, Any]]:
    """A whole adaptive form, answer by answer."""
    form = ask(blank(audience))
    for _ in range(most):
        yield form
        if form["status"] == "completed":
            return
        form = ask(answered(form, **known))
    raise AssertionError("the form does not end")


def put(form: dict[str, Any]) -> list[str]:
    return [each["linkId"] for group in form["contained"][0]["item"] for each in group["item"]]


def test_the_differential_of_a_patient_comes_as_resources(bundled: Expert) -> None:
    found = diagnose(SICK)
    assert set(found) == {
        *("OperationOutcome", "GuidanceResponse", "RiskAssessment", "DetectedIssue", "Provenance")
    }
    told = ("unilateral_leg_swelling", "pain_site_calf", "chest_pain")
    d = bundled.diagnose({"age": 67, "serum_potassium": 2.4, **dict.fromkeys(told, True)})
    issues = [each["code"]["coding"][0]["code"] for each in found["DetectedIssue"]]
    assert sorted(issues) == sorted([*(f.candidate for f in d.flags), *(a.alert for a in d.alerts)])
    (risk,) = found["RiskAssessment"]
    ranked = [each["outcome"]["coding"][0]["code"] for each in risk["prediction"]]
    assert ranked == [place.candidate for place in d.standings]
    assert not any("probability" in name for each in risk["prediction"] for name in each)


def test_the_provenance_names_the_base_by_its_digest_and_everything_that_was_made(bundled: Expert) -> None:
    got = CLIENT.post("/fhir/$diagnose", json=SICK).json()
    *others, last = got["entry"]
    made = {each["fullUrl"] for each in others if each["resource"]["resourceType"] != "OperationOutcome"}
    assert {each["reference"] for each in last["resource"]["target"]} == made
    assert last["resource"]["entity"][0]["what"]["identifier"]["value"] == bundled.digest


def test_what_was_not_used_is_said_in_the_outcome() -> None:
    bad = observation("2157-6", valueQuantity=quantity(3, "furlong"))
    (outcome,) = diagnose(bundle(patient(), SWOLLEN, bad))["OperationOutcome"]
    warnings = [each["diagnostics"] for each in outcome["issue"] if each["severity"] == "warning"]
    assert warnings == [
        "refused: `creatine_kinase`: `furlong` does not convert to U/L [Observation/o-2157-6-0]"
    ]


def test_outside_the_scope_nothing_is_ranked_and_dangers_are_still_there() -> None:
    found = diagnose(bundle(patient(birthDate="2020-01-01"), SWOLLEN))
    assert "RiskAssessment" not in found
    assert found["DetectedIssue"]


def test_parameters_choose_the_audience_and_the_base() -> None:
    def parameters(**more: str) -> dict[str, Any]:
        given = [{"name": "resource", "resource": each["resource"]} for each in SICK["entry"]]
        return {
            "resourceType": "Parameters",
            "parameter": [*given, *({"name": name, "valueString": value} for name, value in more.items())],
        }

    plain = diagnose(parameters(audience="patient", base="nocturnal_leg_pain"))["DetectedIssue"][0]["detail"]
    assert plain != diagnose(SICK)["DetectedIssue"][0]["detail"]
    for more, status in (({"base": "nobody"}, 404), ({"audience": "cat"}, 400), ({"colour": "red"}, 400)):
        assert CLIENT.post("/fhir/$diagnose", json=parameters(**more)).status_code == status


@pytest.mark.parametrize("version", ["4.0", "4.3", "5.0"])
def test_versions_differ_where_the_standard_does(version: str) -> None:
    (issue, *_) = diagnose(SICK, fhirVersion=version)["DetectedIssue"]
    assert ("subject" if version == "5.0" else "patient") in issue
    got = CLIENT.get("/fhir/Questionnaire/nocturnal-leg-pain-clinician", params={"fhirVersion": version})
    assert ('"type":"coding"' in got.text) == (version == "5.0")
    assert ('"type":"choice"' in got.text) == (version != "5.0")
    assert got.headers["content-type"] == f"application/fhir+json; fhirVersion={version}"
    stated = CLIENT.get("/fhir/metadata", headers={"accept": f"application/fhir+json; fhirVersion={version}"})
    assert stated.json()["fhirVersion"].startswith(version)


def test_everything_that_the_statement_names_is_there() -> None:
    statement = CLIENT.get("/fhir/metadata").json()
    names = {each["type"] for each in statement["rest"][0]["resource"]}
    for audience in AUDIENCES:
        assert CLIENT.get(f"/fhir/Questionnaire/nocturnal-leg-pain-{audience}").status_code == 200
    for kind in ("PlanDefinition", "Library"):
        assert CLIENT.get(f"/fhir/{kind}/nocturnal-leg-pain").json()["resourceType"] in names
    definition = CLIENT.get("/fhir/OperationDefinition/diagnose").json()
    assert definition["url"] == statement["rest"][0]["operation"][0]["definition"]
    found = CLIENT.get("/fhir/Questionnaire", params={"url": FORM + "patient"}).json()
    assert [each["resource"]["url"] for each in found["entry"]] == [FORM + "patient"]
    assert "entry" not in CLIENT.get("/fhir/Questionnaire", params={"url": "urn:nothing"}).json()


def test_a_form_asks_an_audience_just_what_it_can_be_asked(bundled: Expert) -> None:
    for audience in AUDIENCES:
        form = CLIENT.get(f"/fhir/Questionnaire/nocturnal-leg-pain-{audience}").json()
        asked = [each["linkId"] for group in form["item"] for each in group["item"]]
        able = {id for id, fact in bundled.vocabulary.items() if fact.question(audience) is not None}
        assert len(asked) == len(set(asked)) and set(asked) == able


def test_the_rules_stand_in_the_plan_as_they_are_written(bundled: Expert) -> None:
    plan = CLIENT.get("/fhir/PlanDefinition/nocturnal-leg-pain").json()
    written = {each["id"]: each["condition"][0]["expression"]["expression"] for each in plan["action"]}
    assert written == {id: rule.when for id, rule in bundled.rules.items()}
    assert plan["status"] == "draft"


@pytest.mark.parametrize("audience", AUDIENCES)
def test_an_adaptive_form_ends_with_the_urgency_that_its_answers_have(bundled: Expert, audience: str) -> None:
    *_, last = interview(audience, age=67, unilateral_leg_swelling=True)
    told = {
        each["linkId"]: next(iter(each["answer"][0].values()))
        for group in last["item"][:-1]
        for each in group["item"]
    }
    d = bundled.diagnose(told, audience=audience)  # type: ignore[arg-type]
    urgency = last["item"][-1]["item"][0]["answer"][0]["valueString"]
    assert d.urgency == "same_day" and urgency.startswith("SAME DAY")
    assert PURPOSE in json.dumps(last["item"][-1])


def test_a_screen_is_a_group_and_nothing_is_put_twice() -> None:
    forms = list(interview("patient", age=50))
    assert [len(form["contained"][0]["item"]) for form in forms] == list(range(1, len(forms) + 1))
    asked = put(forms[-1])
    assert len(asked) == len(set(asked))
    assert len(forms) < 60


def test_an_emergency_ends_the_form_at_once() -> None:
    form = answered(ask(blank()))
    form["item"][-1]["item"] = [{"linkId": "dyspnoea", "answer": [{"valueBoolean": True}]}]
    last = ask(form)
    assert last["status"] == "completed"
    assert last["item"][-1]["item"][0]["answer"][0]["valueString"].startswith("EMERGENCY")


def test_a_question_without_an_answer_is_not_known_and_not_put_again() -> None:
    form = ask(blank("patient"))
    first = put(form)
    again = ask(form)
    assert set(first) < set(put(again)) and len(put(again)) == len(set(put(again)))


def test_the_first_call_may_name_the_form_alone_and_may_come_in_parameters() -> None:
    named = {
        "resourceType": "QuestionnaireResponse",
        "status": "in-progress",
        "questionnaire": FORM + "patient",
    }
    assert ask(named)["contained"][0]["item"]
    given = {
        "resourceType": "Parameters",
        "parameter": [{"name": "questionnaire-response", "resource": named}],
    }
    back = ask(given)
    assert back["parameter"][0]["name"] == "return"
    assert back["parameter"][0]["resource"]["questionnaire"] == "#form"


def test_the_contained_form_has_a_title_and_no_address_of_its_own() -> None:
    start = blank()
    start["contained"][0] |= {"url": "urn:x", "version": "1"}
    form = ask(start)["contained"][0]
    assert form["title"] and form["derivedFrom"] == [FORM + "clinician"]
    assert not {"url", "version"} & set(form)


def test_an_adaptive_form_is_what_structured_data_capture_asks_for() -> None:
    base = CLIENT.get("/fhir/Questionnaire/nocturnal-leg-pain-patient").json()
    assert base["url"] and base["version"] and base["title"]
    assert [each for each in base["extension"] if each["url"].endswith("questionnaireAdaptive")]
    for form in interview("patient", age=50, unilateral_leg_swelling=True):
        (contained,) = form["contained"]
        assert form["questionnaire"] == f"#{contained['id']}"  # sdc-adapt-1
        assert contained["derivedFrom"] == [base["url"]]
        assert contained["title"] and contained["status"]
        items = [*contained["item"], *(each for group in contained["item"] for each in group["item"])]
        assert all(each["text"] and each["type"] and each["linkId"] for each in items)
        answered = {each["linkId"] for group in form.get("item", ()) for each in group["item"]}
        assert answered <= {each["linkId"] for each in items}
        assert form["status"] in ("in-progress", "completed")


def test_earlier_screens_stand_unchanged_in_later_ones() -> None:
    forms = [
        form["contained"][0]["item"] for form in interview("clinician", age=50, unilateral_leg_swelling=True)
    ]
    for before, after in pairwise(forms):
        assert after[: len(before)] == before


BAD_FORMS: list[tuple[dict[str, Any], int, str]] = [
    ({"resourceType": "Patient"}, 400, "QuestionnaireResponse"),
    ({**blank(), "contained": []}, 400, "derivedFrom"),
    ({**blank(), "questionnaire": "#other"}, 400, "contained Questionnaire"),
    ({**blank(), "contained": [{"resourceType": "Questionnaire", "id": "f"}]}, 400, FORM),
    ({**blank(), "status": "completed"}, 422, "no next question"),
    (
        {**blank(), "item": [{"linkId": "chest_pian", "answer": [{"valueBoolean": True}]}]},
        422,
        "`chest_pain`",
    ),
    ({**blank(), "item": [{"linkId": "age", "answer": [{"valueDecimal": 400}]}]}, 422, "plausible"),
    ({**blank(), "item": [{"linkId": "age", "answer": [{"valueUri": "x"}]}]}, 422, "not read"),
]


@pytest.mark.parametrize(("form", "status", "said"), BAD_FORMS)
def test_a_form_that_cannot_be_used_is_refused(form: dict[str, Any], status: int, said: str) -> None:
    got = CLIENT.post("/fhir/Questionnaire/$next-question", json=form)
    assert got.status_code == status
    assert said in got.text
    assert got.json()["resourceType"] == "OperationOutcome"


@pytest.mark.parametrize(
    ("method", "path", "more", "status"),
    [
        ("GET", "/fhir/Patient/1", {}, 404),
        ("GET", "/fhir/Questionnaire/nobody", {}, 404),
        ("GET", "/fhir", {}, 404),
        ("GET", "/fhir/$diagnose", {}, 405),
        ("DELETE", "/fhir/metadata", {}, 405),
        ("GET", "/fhir/metadata", {"params": {"fhirVersion": "3.0"}}, 406),
        ("GET", "/fhir/metadata", {"headers": {"accept": "application/fhir+xml"}}, 406),
        ("POST", "/fhir/$diagnose", {"content": b"{", "headers": {"content-type": "application/json"}}, 400),
        ("POST", "/fhir/$diagnose", {"content": b"{}", "headers": {"content-type": "text/plain"}}, 415),
        ("POST", "/fhir/$diagnose", {"json": []}, 400),
        ("POST", "/fhir/$diagnose", {"json": {"resourceType": 3}}, 400),
        ("POST", "/fhir/$diagnose", {"json": bundle(patient(), patient(id="2"))}, 400),
    ],
)
def test_every_error_is_an_operation_outcome(
    method: str, path: str, more: dict[str, Any], status: int
) -> None:
    got = CLIENT.request(method, path, **more)
    assert got.status_code == status, got.text
    outcome = got.json()
    assert outcome["resourceType"] == "OperationOutcome"
    assert outcome["issue"][0]["severity"] == "error"
    assert PURPOSE in got.text


def test_every_resource_says_what_it_is_for() -> None:
    found = diagnose(SICK)
    for each in (each for group in found.values() for each in group):
        assert PURPOSE in json.dumps(each)
    assert CLIENT.post("/fhir/$diagnose", json=SICK).headers["x-charley-status"].startswith(PURPOSE)


def test_ids_are_ids() -> None:
    text = CLIENT.post("/fhir/$diagnose", json=SICK).text
    for id in re.findall(r'"id":"([^"]*)"', text):
        assert re.fullmatch(r"[A-Za-z0-9\-.]{1,64}", id)
