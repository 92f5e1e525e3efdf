"""What CDS Hooks 2.0 asks of a service, one test for each SHALL and SHALL NOT, in our own words.

The number in a test's name is that of the requirement in the list of the Inferno test kit for Da Vinci CRD
(set `cds-hooks_2.0`). `docs/cds-hooks.md` holds the list with the test of each.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

pytest.importorskip("starlette", reason="the extra `serve` is not installed")
pytest.importorskip("joserfc", reason="the extra `serve` is not installed")
pytest.importorskip("sqlalchemy", reason="the extra `serve` is not installed")
pytest.importorskip("httpx2", reason="starlette's test client needs it")

from hooks import SERVICE, SWOLLEN, bundle, call, client, condition, observation, quantity

from charley.serve.cds.hooks import HOOKS
from charley.serve.cds.reasons import OVERRIDE_SYSTEM
from charley.serve.client_options import client_settings
from charley.serve.trust import ALGORITHMS, Trust

BASE = "https://cds.example.org"
ORIGIN = "https://ehr.example.org"
CLIENT = client(base_url=BASE, suggest=True, cors=(ORIGIN,))
PLAIN = client()

SICK = call(
    answers=bundle(SWOLLEN),
    conditions=bundle(condition("N18.3"), condition("I10", "provisional")),
    **{"serum-potassium": observation("2823-3", valueQuantity=quantity(2.4, "mmol/L"))},
)
SERVICES: list[dict[str, Any]] = CLIENT.get("/cds-services").json()["services"]
RESPONSE: dict[str, Any] = CLIENT.post(SERVICE, json=SICK).json()
CARDS: list[dict[str, Any]] = RESPONSE["cards"]
SUGGESTIONS = [each for card in CARDS for each in card.get("suggestions", [])]
ACTIONS = [each for suggestion in SUGGESTIONS for each in suggestion["actions"]]
REASONS = [each for card in CARDS for each in card.get("overrideReasons", [])]
TEMPLATES = [template for each in SERVICES for template in each["prefetch"].values()]
TOKENS = [token for template in TEMPLATES for token in re.findall(r"\{\{(.*?)\}\}", template)]


def text(holder: dict[str, Any], name: str) -> bool:
    return isinstance(holder.get(name), str) and bool(holder[name])


def leaves(value: Any) -> Iterator[Any]:
    """Every value within a value, and the value itself."""
    yield value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in inner:
        yield from leaves(each)


def test_the_examples_here_have_something_to_look_at() -> None:
    assert len(CARDS) > 3 and SUGGESTIONS and ACTIONS and REASONS and TOKENS


def test_001_everything_is_sent_and_taken_as_json() -> None:
    for got in (CLIENT.get("/cds-services"), CLIENT.post(SERVICE, json=SICK)):
        assert got.headers["content-type"] == "application/json"
    assert CLIENT.post(SERVICE, content="<call/>", headers={"content-type": "text/xml"}).status_code == 415
    assert CLIENT.post(SERVICE, content="{", headers={"content-type": "application/json"}).status_code == 400


def test_002_addresses_that_clients_are_told_are_https() -> None:
    given: dict[str, Any] = {"issuers": [], "cors": [], "feedback": "off", "cds_hooks": "2", "suggest": False}
    with pytest.raises(Exception, match="not an https address"):
        client_settings(base_url="http://cds.example.org", **given)
    assert client_settings(base_url=BASE + "/", **given)["base_url"] == BASE


def test_003_nothing_is_null_or_empty_but_a_list_of_no_cards() -> None:
    for answer in (SERVICES, CARDS):
        assert not [each for each in leaves(answer) if each in (None, "", [], {})]
    assert CLIENT.post(SERVICE, json=call()).json() == {"cards": []}


def test_004_discovery_is_under_the_base_address() -> None:
    assert CLIENT.get("/cds-services").status_code == 200


def test_005_discovery_is_a_get_that_needs_nothing() -> None:
    assert CLIENT.get("/cds-services", headers={"accept": "*/*"}).status_code == 200
    assert CLIENT.post("/cds-services", json={}).status_code == 405


def test_006_discovery_is_an_object_with_a_list() -> None:
    found = CLIENT.get("/cds-services").json()
    assert set(found) == {"services"} and isinstance(found["services"], list)


def test_007_each_service_names_its_hook() -> None:
    assert [each["hook"] for each in SERVICES] == ["encounter-start", "patient-view"]


def test_009_each_service_is_described() -> None:
    assert all(text(each, "description") for each in SERVICES)


def test_010_each_service_has_the_id_by_which_it_is_called() -> None:
    for each in SERVICES:
        assert text(each, "id")
        assert CLIENT.post(f"/cds-services/{each['id']}", json=call(each["hook"])).status_code == 200


def test_013_a_discovery_that_succeeds_is_200() -> None:
    assert CLIENT.get("/cds-services").status_code == 200


def test_016_a_service_is_under_its_id_and_nowhere_else() -> None:
    assert CLIENT.post(SERVICE, json=SICK).status_code == 200
    assert CLIENT.post("/cds-services/nobody", json=SICK).status_code == 404


def test_029_what_is_to_be_prefetched_stands_in_discovery() -> None:
    assert all(isinstance(each["prefetch"], dict) and each["prefetch"] for each in SERVICES)


def test_036_every_template_has_a_key_by_which_it_is_read() -> None:
    for each in SERVICES:
        assert all(re.fullmatch(r"[a-z0-9-]+", key) for key in each["prefetch"])
    low = observation("2823-3", valueQuantity=quantity(2.4, "mmol/L"))
    assert "serum-potassium" in SERVICES[0]["prefetch"]
    assert CLIENT.post(SERVICE, json=call(**{"serum-potassium": low})).json()["cards"]


def test_054_without_what_is_needed_it_is_a_precondition_that_failed() -> None:
    without = call()
    del without["prefetch"]["patient"]
    for body in (without, {**call(), "prefetch": None}, call(patient=None)):
        assert CLIENT.post(SERVICE, json=body).status_code == 412


def test_055_tokens_stand_in_pairs_of_braces() -> None:
    for template in TEMPLATES:
        bare = re.sub(r"\{\{[^{}]+\}\}", "", template)
        assert "{" not in bare and "}" not in bare


def test_056_a_token_is_a_field_of_the_context_or_a_user() -> None:
    users = {"userPractitionerId", "userPractitionerRoleId", "userPatientId", "userRelatedPersonId"}
    assert all(token.startswith("context.") or token in users for token in TOKENS)


def test_057_a_token_is_a_field_at_the_root_of_the_context() -> None:
    assert all(re.fullmatch(r"context\.\w+|user\w+", token) for token in TOKENS)


def test_059_a_field_of_the_context_is_named_as_the_hooks_have_it() -> None:
    fields = {"userId", "patientId"}  # those that both hooks require
    assert {token.removeprefix("context.") for token in TOKENS} <= fields


def test_061_the_fhir_server_of_a_client_is_called_with_its_token_or_not_at_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("a call to the outside")

    monkeypatch.setattr("socket.create_connection", refuse)
    monkeypatch.setattr("socket.getaddrinfo", refuse)
    monkeypatch.setattr("charley.serve.trust._fetch", refuse)
    token = {
        "access_token": "x",
        "token_type": "Bearer",
        "expires_in": 300,
        "scope": "user/*.read",
        "subject": "c",
    }
    body = {**SICK, "fhirServer": "https://ehr.example.org/fhir", "fhirAuthorization": token}
    assert CLIENT.post(SERVICE, json=body).status_code == 200


def test_074_an_answer_is_200_with_a_list_of_cards() -> None:
    got = CLIENT.post(SERVICE, json=SICK)
    assert got.status_code == 200 and isinstance(got.json()["cards"], list)


def test_075_nothing_is_done_without_a_person() -> None:
    assert "systemActions" not in RESPONSE  # were there any, they would be a list of actions


def test_080_every_card_has_a_uuid_of_its_own() -> None:
    again = CLIENT.post(SERVICE, json=SICK).json()["cards"]
    found = [card["uuid"] for card in (*CARDS, *again)]
    assert len(set(found)) == len(found)
    assert all(str(uuid.UUID(each)) == each for each in found)


def test_083_a_summary_is_shorter_than_140_characters() -> None:
    assert all(text(card, "summary") and len(card["summary"]) < 140 for card in CARDS)


def test_085_the_detail_is_markdown_without_html() -> None:
    for card in CARDS:
        assert text(card, "detail")
        assert not re.search(r"(?<![\\`])<[A-Za-z/!]", card["detail"])
    table = CARDS[-1]["detail"].split("| candidate |")[1].split("\n\n")[0].splitlines()
    assert {line.count("|") - line.count("\\|") for line in table[1:]} == {5}


def test_087_every_card_says_how_urgent_it_is() -> None:
    assert all(text(card, "indicator") for card in CARDS)


def test_088_the_urgencies_are_three() -> None:
    assert {card["indicator"] for card in CARDS} == {"info", "warning", "critical"}


def test_089_cards_stand_in_the_order_of_their_urgency() -> None:
    order = [("critical", "warning", "info").index(card["indicator"]) for card in CARDS]
    assert order == sorted(order)


def test_090_every_card_has_its_source() -> None:
    assert all(isinstance(card["source"], dict) for card in CARDS)


def test_092_suggestions_are_a_list_and_are_made_only_when_asked_for() -> None:
    assert all(isinstance(card["suggestions"], list) for card in CARDS[:-1])
    plain = PLAIN.post(SERVICE, json=SICK).json()["cards"]
    assert not any("suggestions" in card for card in plain)


def test_093_suggestions_say_how_they_may_be_chosen() -> None:
    assert all(("suggestions" in card) == ("selectionBehavior" in card) for card in CARDS)


def test_095_how_they_may_be_chosen_is_one_of_two() -> None:
    assert {card.get("selectionBehavior", "any") for card in CARDS} <= {"at-most-one", "any"}


def test_096_how_they_may_be_chosen_is_a_text_and_missing_without_suggestions() -> None:
    assert all(text(card, "selectionBehavior") for card in CARDS if "suggestions" in card)
    assert "selectionBehavior" not in CARDS[-1]


def test_098_override_reasons_are_a_list_of_codings() -> None:
    raised = CARDS[:-1]
    assert all(isinstance(card["overrideReasons"], list) for card in raised)
    assert all(set(each) == {"system", "code", "display"} for each in REASONS)


def test_100_every_override_reason_has_words() -> None:
    assert all(text(each, "display") for each in REASONS)


def test_103_no_card_has_links() -> None:
    assert not any("links" in card for card in CARDS)


def test_105_a_source_has_a_label() -> None:
    assert all(text(card["source"], "label") for card in CARDS)


def test_107_the_address_of_a_source_is_absolute() -> None:
    for card in CARDS:
        parts = urlsplit(card["source"]["url"])
        assert parts.scheme == "https" and parts.netloc
    assert not any("url" in card["source"] for card in PLAIN.post(SERVICE, json=SICK).json()["cards"])


def test_111_a_source_has_no_icon() -> None:
    assert not any("icon" in card["source"] for card in CARDS)


def test_115_a_source_has_no_topic() -> None:
    assert not any("topic" in card["source"] for card in CARDS)


def test_117_a_suggestion_has_a_label() -> None:
    assert all(text(each, "label") for each in SUGGESTIONS)


def test_119_a_suggestion_has_a_uuid() -> None:
    assert len({str(uuid.UUID(each["uuid"])) for each in SUGGESTIONS}) == len(SUGGESTIONS)


def test_121_whether_a_suggestion_is_recommended_would_be_a_truth() -> None:
    assert all(isinstance(each.get("isRecommended", True), bool) for each in SUGGESTIONS)


def test_124_the_actions_of_a_suggestion_are_a_list() -> None:
    assert all(isinstance(each["actions"], list) for each in SUGGESTIONS)


def test_125_a_suggestion_is_taken_whole_since_it_is_one_action() -> None:
    assert all(len(each["actions"]) == 1 for each in SUGGESTIONS)
    assert not any("actionSelectionBehavior" in each for each in SUGGESTIONS)


def test_127_an_action_has_a_type_of_three() -> None:
    assert {each["type"] for each in ACTIONS} <= {"create", "update", "delete"}


def test_128_an_action_is_described() -> None:
    assert all(text(each, "description") for each in ACTIONS)


def test_130_an_action_has_a_resource_of_fhir() -> None:
    assert {each["resource"]["resourceType"] for each in ACTIONS} == {"DetectedIssue"}


def test_131_what_is_to_be_created_is_new() -> None:
    for each in ACTIONS:
        assert each["type"] == "create" and "id" not in each["resource"]
        assert each["resource"]["patient"] == {"reference": "Patient/1"}


def test_132_nothing_is_to_be_updated() -> None:
    assert "update" not in {each["type"] for each in ACTIONS}


def test_133_nothing_is_to_be_deleted_by_a_resource_that_is_a_text() -> None:
    assert all(isinstance(each["resource"], dict) for each in ACTIONS)


def test_134_nothing_is_to_be_deleted() -> None:
    assert "delete" not in {each["type"] for each in ACTIONS}


def test_135_no_action_has_the_id_of_a_resource() -> None:
    assert not any("resourceId" in each for each in ACTIONS)


def test_136_a_reason_can_be_read_by_a_person() -> None:
    assert all(len(each["display"].split()) > 2 for each in REASONS)


@pytest.mark.parametrize("number", [138, 139, 141, 142, 144, 147])
def test_138_to_147_no_link_is_sent_in_any_form(number: int) -> None:
    """138 label, 139 url, 141 and 142 type, 144 and 147 appContext of a link."""
    named = {138: "label", 139: "url", 141: "type", 142: "type", 144: "appContext", 147: "appContext"}[number]
    held = [each for each in leaves(CARDS) if isinstance(each, dict) and "links" in each]
    assert not held, f"a link has to have its {named} as the standard says"


def test_168_the_address_of_tokens_and_keys_is_https() -> None:
    given: dict[str, Any] = {"cors": [], "feedback": "off", "cds_hooks": "2", "suggest": False}
    for issuers, base in (
        (["a=http://a.example.org/keys"], BASE),
        (["a=keys.json"], "http://cds.example.org"),
    ):
        with pytest.raises(Exception, match="not an https address"):
            client_settings(issuers=issuers, base_url=base, **given)


def test_176_a_client_is_known_by_a_signed_token() -> None:
    trust = Trust((ORIGIN,), {}, {}, lambda issuer, id, until: False)
    with pytest.raises(Exception, match="signed token"):
        trust.check(None, BASE + SERVICE)


def test_199_without_an_address_of_keys_they_are_handed_over_in_a_file(tmp_path: Path) -> None:
    given: dict[str, Any] = {"cors": [], "feedback": "off", "cds_hooks": "2", "suggest": False}
    found = client_settings(issuers=[f"{ORIGIN}={tmp_path / 'keys.json'}"], base_url=BASE, **given)
    assert found["key_files"] == {ORIGIN: tmp_path / "keys.json"} and found["key_urls"] == {}


def test_201_a_token_without_a_signature_is_not_accepted() -> None:
    assert "none" not in {each.lower() for each in ALGORITHMS}


def test_203_a_token_with_a_shared_key_is_not_accepted() -> None:
    assert not [each for each in ALGORITHMS if each.startswith("HS")]
    assert {"ES384", "RS384"} <= set(ALGORITHMS)  # those that the standard recommends


def test_208_pages_of_the_origins_that_are_configured_may_call_and_no_others() -> None:
    ask = {
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type",
    }
    allowed = CLIENT.options(SERVICE, headers={"origin": ORIGIN, **ask})
    assert allowed.status_code == 200
    assert allowed.headers["access-control-allow-origin"] == ORIGIN
    got = CLIENT.post(SERVICE, json=SICK, headers={"origin": ORIGIN})
    assert got.headers["access-control-allow-origin"] == ORIGIN
    other = CLIENT.options(SERVICE, headers={"origin": "https://evil.example.org", **ask})
    assert "access-control-allow-origin" not in other.headers
    assert "access-control-allow-origin" not in PLAIN.get("/cds-services", headers={"origin": ORIGIN}).headers


def test_211_one_id_at_both_hooks_so_that_later_cards_replace_earlier_ones() -> None:
    assert len({each["id"] for each in SERVICES}) == 1
    assert len({each["hook"] for each in SERVICES}) == len(HOOKS)


def test_213_each_service_says_when_it_has_to_be_called() -> None:
    for each in SERVICES:
        assert HOOKS[each["hook"]].purpose in each["description"]
        assert text(each, "usageRequirements")


def test_214_an_extension_that_is_sent_to_us_changes_nothing_and_none_is_sent() -> None:
    extended = {**SICK, "extension": {"org.example.x": {"a": 1}}}
    got = CLIENT.post(SERVICE, json=extended).json()["cards"]
    assert [card["summary"] for card in got] == [card["summary"] for card in CARDS]
    assert '"extension"' not in json.dumps([SERVICES, [{**c, "suggestions": []} for c in CARDS]])


def test_216_a_coding_has_a_code() -> None:
    assert all(text(each, "code") for each in REASONS)


def test_217_a_coding_has_a_system() -> None:
    assert {each["system"] for each in REASONS} == {OVERRIDE_SYSTEM}


def test_218_the_code_of_a_coding_is_a_code() -> None:
    assert all(re.fullmatch(r"[a-z-]+", each["code"]) for each in REASONS)


def test_219_a_coding_of_a_reason_has_words() -> None:
    assert all(text(each, "display") for each in REASONS)


def test_220_a_topic_would_not_need_words_and_there_is_none() -> None:
    assert not any("topic" in card["source"] for card in CARDS)


# Beside the 73: what the standard recommends, and what later versions add.


def test_058_templates_keep_to_the_searches_that_are_recommended() -> None:
    for template in TEMPLATES:
        kind, _, query = template.partition("?")
        if not query:
            assert re.fullmatch(r"Patient/\{\{context\.patientId\}\}", kind)
            continue
        for name, value in parse_qsl(query, strict_parsing=True):
            assert name in ("patient", "questionnaire", "code", "status", "_count", "_sort")
            assert ":" not in name and "," not in value


@pytest.mark.parametrize(
    "change",
    [
        {"hook": "order-sign"},
        {"hook": None},
        {"hookInstance": "not a uuid"},
        {"hookInstance": None},
        {"context": None},
        {"context": {"patientId": "1"}},
        {"context": {"userId": "Practitioner/7"}},
        {"context": {"userId": "Robot/7", "patientId": "1"}},
        {"context": {"userId": "Practitioner/7", "patientId": "../2"}},
        {"prefetch": []},
        {"fhirAuthorization": {"access_token": "x"}},
        {"prefetch": {"patient": "Patient/1"}},
    ],
)
def test_a_call_of_another_form_is_refused_with_what_is_wrong(change: dict[str, Any]) -> None:
    got = CLIENT.post(SERVICE, json={**SICK, **change})
    assert got.status_code == 400
    assert got.json()["resourceType"] == "OperationOutcome"
    assert got.json()["issue"][0]["diagnostics"]


def test_an_encounter_that_starts_is_named() -> None:
    body = call("encounter-start", answers=bundle(SWOLLEN))
    assert CLIENT.post(SERVICE, json=body).status_code == 200
    del body["context"]["encounterId"]
    assert CLIENT.post(SERVICE, json=body).status_code == 400


def test_elements_of_version_3_are_taken_always_and_sent_only_when_asked_for() -> None:
    third = client(cds_hooks=3)
    for each in third.get("/cds-services").json()["services"]:
        assert each["version"].startswith("3.") and each["hookVersion"] == HOOKS[each["hook"]].version
    assert not any({"version", "hookVersion"} & set(each) for each in SERVICES)
    newer = {**SICK, "fhirServer": "https://ehr.example.org", "fhirAuthorization": {"scope": "patient/*.rs"}}
    for used in (third, PLAIN):
        assert used.post(SERVICE, json=newer).status_code == 200


TABLE = (Path(__file__).parents[2] / "docs" / "cds-hooks.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+) \| (?:SHALL|SHALL NOT) \| .*? \| (.*?) \|$", TABLE, re.MULTILINE)


def test_the_table_in_the_documentation_names_the_test_of_every_requirement() -> None:
    assert len(ROWS) == len({number for number, _ in ROWS}) == 73
    here = Path(__file__).read_text(encoding="utf-8")
    defined = set(re.findall(r"^def (test_\w+)", here, re.MULTILINE))
    for number, test in ROWS:
        name = test.strip("`")
        assert name in defined
        assert f"test_{int(number):03}" in name or (
            name.startswith("test_138_to_147") and 138 <= int(number) <= 147
        )
