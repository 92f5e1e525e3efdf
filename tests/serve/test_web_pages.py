"""The consultation in a browser, without the browser: what every address answers, and what it never holds."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("starlette", reason="the extra `serve` is not installed")
pytest.importorskip("cryptography", reason="the extra `serve` is not installed")
pytest.importorskip("httpx2", reason="a client for tests is not installed")

from starlette.testclient import TestClient

from charley.engine.expert import Expert
from charley.engine.explain.words import PURPOSE
from charley.facts.wording import AUDIENCES
from charley.serve.app import create_app
from charley.serve.service import Settings
from charley.serve.web.interview import PLACES
from charley.serve.web.sealing import HOURS, Sealer, Unsealed
from charley.serve.web.state import CUT, MOST_STORY, Batch, State, read_state
from charley.serve.web.surface import STATIC, Web
from charley.serve.web.views import answered

SMALL = str(Path(__file__).parents[1] / "small_base")
SECRET = bytes(range(32))


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(create_app(Settings(secret=SECRET), [Web()]))


def sealed(state: State) -> str:
    return f"/c/{Sealer(SECRET).seal(str(state))}"


def told(audience: Any = "patient", **answers: Any) -> str:
    return sealed(State("nocturnal_leg_pain", audience).tell("", answers))


def words(page: str) -> str:
    """A page as it is read."""
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", text)).split())


def form_of(page: str) -> dict[str, list[str]]:
    """The hidden fields of the first form that asks for something."""
    fields: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page):
        fields.setdefault(name, []).append(value)
    return fields


# Sealing


@given(st.text(max_size=2000))
def test_what_is_sealed_is_opened_and_nothing_of_it_is_readable(text: str) -> None:
    sealer = Sealer(SECRET)
    token = sealer.seal(text)
    assert re.fullmatch(r"[A-Za-z0-9_-]+", token)
    assert sealer.open(token) == text
    assert sealer.seal(text) != token


@given(st.integers(0, 2**31), st.integers(0, 255))
def test_a_damaged_or_foreign_token_is_never_opened(at: int, letter: int) -> None:
    token = Sealer(SECRET).seal("a record")
    at %= len(token)
    damaged = token[:at] + chr(letter) + token[at + 1 :]
    if damaged != token:
        try:
            assert Sealer(SECRET).open(damaged) == "a record"  # the spare bits of the last letter
            assert at == len(token) - 1
        except Unsealed as error:
            assert not error.expired
    with pytest.raises(Unsealed):
        Sealer(b"x" * 32).open(token)


def test_a_token_expires() -> None:
    now = [1_000_000.0]
    sealer = Sealer(SECRET, lambda: now[0])
    token = sealer.seal("a record")
    now[0] += HOURS * 3600 - 61
    assert sealer.open(token) == "a record"
    now[0] += 122
    with pytest.raises(Unsealed) as found:
        sealer.open(token)
    assert found.value.expired


def test_a_state_is_read_as_it_was_written() -> None:
    state = State(
        "b", "student", "confirm", (Batch("x", {"a": True, "b": None}), Batch("", {"c": "53 mmol/mol"})),
        ("later",), "act", "a text “quoted”", (("answer", "abc"),), (("age", "67"),), ("x", "y"),
        "what was told",
    )  # fmt: skip
    assert read_state(str(state)) == state


def test_a_whole_record_is_a_short_address(bundled: Expert) -> None:
    every = {f.id: True if f.kind == "boolean" else f.choices[0] if f.choices else "1"
             for f in bundled.vocabulary.values()}  # fmt: skip
    some = dict(list(every.items())[:20])
    assert len(told(**some)) < 700
    assert len(told(**every)) < 6000


def test_a_story_with_a_whole_record_passes_as_an_address(bundled: Expert) -> None:
    every = {f.id: True if f.kind == "boolean" else f.choices[0] if f.choices else "1"
             for f in bundled.vocabulary.values()}  # fmt: skip
    prose = " ".join(rule.because for rule in bundled.rules.values())
    state = State("nocturnal_leg_pain", "patient").tell("", every).in_own_words(prose)
    assert len(prose) > MOST_STORY >= len(state.told_as) and state.told_as.endswith(CUT)
    assert len(sealed(state)) < 8000


STORY = "My left calf has been swollen for a week, says Mrs Quimby"


def handed_over(client: TestClient, **fields: str) -> str:
    """What the page to take home and the note say after a story was told and confirmed."""
    start = client.post("/start", data={"audience": "patient"}, follow_redirects=False).headers["location"]
    at = client.post(f"{start}/story", data={"text": STORY}, follow_redirects=False).headers["location"]
    every = {"taken": [str(n) for n in range(9)]}
    found = client.post(f"{at}/confirm", data={**every, **fields}, follow_redirects=False)
    at = found.headers["location"]
    assert "uimby" not in at
    assert "uimby" not in client.get(f"{at}/record.yaml").text, "the file holds answers alone"
    return words(client.get(f"{at}/take-home").text) + words(client.get(f"{at}/note").text)


def test_the_story_is_handed_over_as_it_was_told(client: TestClient) -> None:
    assert (
        'id="handed" checked'
        in client.get(sealed(State("nocturnal_leg_pain", "patient", "confirm", text=STORY))).text
    )
    assert handed_over(client, handed="1").count(f"“{STORY}”") == 2


def test_the_story_is_not_handed_over_against_ones_will(client: TestClient) -> None:
    assert "Quimby" not in handed_over(client)


def test_telling_again_changes_the_answer_where_it_stands() -> None:
    state = State("b", "patient").tell("x", {"a": True, "b": False}).tell("y", {"c": 3})
    assert list(state.tell("z", {"b": None}).told.items()) == [("a", True), ("b", None), ("c", 3)]
    assert state.topic == "y"
    assert state.forget(["c"]).topic == "x"


# Pages


def test_it_begins_with_who_is_reading(client: TestClient) -> None:
    page = client.get("/").text
    assert "Which best describes you?" in words(page)
    wrong = client.post("/start", data={})
    assert "There is a problem" in words(wrong.text)
    for audience in AUDIENCES:
        found = client.post("/start", data={"audience": audience}, follow_redirects=False)
        assert found.status_code == 303
        assert found.headers["location"].startswith("/c/")
        assert client.get(found.headers["location"]).status_code == 200


def test_a_story_is_confirmed_before_it_counts(client: TestClient) -> None:
    at = sealed(State("nocturnal_leg_pain", "patient"))
    text = "I am 67 and my left calf is swollen since an operation three weeks ago"
    page = client.post(f"{at}/story", data={"text": text, "do": "tell"})
    shown = words(page.text)
    assert "Is this right?" in shown
    assert "How old are you? 67 years from “I am 67”" in shown
    assert "One leg is more swollen than the other" in shown
    here = page.url.path
    first = client.post(f"{here}/confirm", data={"taken": ["0"]})
    answers = words(client.get(f"{first.url.path}/answers").text)
    assert "67 years" in answers
    assert "swollen" not in answers.split("Check your answers")[1]


@pytest.mark.parametrize("text", ["the weather is nice today and the train was late", "x " * 3000])
def test_a_story_of_which_nothing_is_understood_leads_to_questions(client: TestClient, text: str) -> None:
    at = sealed(State("nocturnal_leg_pain", "clinician"))
    page = client.post(f"{at}/story", data={"text": text, "do": "tell"})
    assert page.status_code == 200
    assert "Nothing certain could be taken from that text" in words(page.text)


def test_an_empty_story_is_no_story(client: TestClient) -> None:
    at = sealed(State("nocturnal_leg_pain", "patient"))
    assert "Write a few words" in words(client.post(f"{at}/story", data={"text": " ", "do": "tell"}).text)
    skipped = client.post(f"{at}/story", data={"text": "", "do": "skip"})
    assert "Continue" in words(skipped.text)


def test_an_emergency_is_a_full_stop_that_can_be_declined(client: TestClient) -> None:
    at = told(chest_pain=True, unilateral_leg_swelling=True)
    page = client.get(at)
    assert "Call for help now" in words(page.text)
    assert "call emergency services" in words(page.text).lower()
    assert 'name="asked"' not in page.text
    on = client.post(f"{at}/stop")
    assert 'name="asked"' in on.text
    assert "EMERGENCY" in words(on.text)


def test_what_becomes_urgent_stands_above_the_next_question(client: TestClient) -> None:
    page = client.get(told(unilateral_leg_swelling=True)).text
    assert "Your last answers matter: SAME DAY" in words(page)
    assert page.index("SAME DAY") < page.index("<form")


def test_a_list_takes_ticks_and_unsure_and_none(client: TestClient) -> None:
    at = told(age="67", muscle_cramp_episodes=True)
    fields = form_of(client.get(at).text)
    asked = fields["asked"]
    assert len(asked) > 3
    page = client.post(at, data={**fields, "yes": asked[:1], "unsure": asked[1:2]})
    answers = client.get(f"{page.url.path}/answers").text
    said = re.findall(r"<dd>(.*?)</dd>", answers)
    assert said[2:5] == ["yes", "not sure", "no"]
    none = client.post(at, data={**fields, "none": "1"})
    assert re.findall(r"<dd>(.*?)</dd>", client.get(f"{none.url.path}/answers").text)[2:] == ["no"] * len(
        asked
    )


REFUSED = [
    ({}, "Tick every line that is so"),
    ({"none": "1", "yes": 1}, "cannot both be right"),
    ({"yes": 1, "unsure": 1}, "not both"),
]


@pytest.mark.parametrize(("ticks", "said"), REFUSED, ids=["nothing", "none and one", "yes and unsure"])
def test_a_list_that_contradicts_itself_is_shown_again(
    client: TestClient, ticks: dict[str, Any], said: str
) -> None:
    at = told(age="67", muscle_cramp_episodes=True)
    fields = form_of(client.get(at).text)
    filled = {
        name: fields["asked"][:value] if isinstance(value, int) else value for name, value in ticks.items()
    }
    page = client.post(at, data={**fields, **filled}).text
    assert "There is a problem" in words(page)
    assert said in words(page)
    assert len(re.findall(" checked[ >]", page)) == len(ticks)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "a number from 0 to 120 years"),
        ("abc", "“abc” is no number"),
        ("300", "outside the plausible range"),
        ("39 kg", "“kg” does not convert to years; give it in years"),
    ],
)
def test_a_number_that_cannot_be_is_refused_in_words(client: TestClient, typed: str, said: str) -> None:
    at = told(age="67")
    page = client.post(f"{at}/change/0", data={"asked": "age", "topic": "", "answer-1": typed}).text
    assert said in words(page)
    assert "`" not in words(page)
    assert f'value="{typed}"' in page


def test_a_number_keeps_the_unit_in_which_it_was_told(client: TestClient) -> None:
    page = client.get(told("clinician", ferritin="12 ng/mL") + "/answers").text
    assert "<dd>12 ng/mL</dd>" in page


@pytest.mark.parametrize(
    ("fact", "typed", "said"),
    [
        ("symptom_duration_days", "3 weeks", "3 weeks"),
        ("symptom_duration_days", "since yesterday", "1 day"),
        ("symptom_duration_days", "about two years", "2 years"),
        ("episode_duration_min", "half an hour", "30 minutes"),
        ("age", "sixty-seven", "67 years"),
        ("symptom_duration_days", "dunno", "not sure"),
    ],
)
def test_a_number_may_be_written_as_people_say_it(
    client: TestClient, fact: str, typed: str, said: str
) -> None:
    at = told(**{fact: "50"})
    page = client.post(f"{at}/change/0", data={"asked": fact, "topic": "", "answer-1": typed}).text
    assert said in re.sub(r"<dt>.*?</dt>", "", page).lower()
    assert "There is a problem" not in page


def test_a_time_is_not_asked_for_as_a_number_of_days(client: TestClient) -> None:
    page = client.get(f"{told(symptom_duration_days='50')}/change/0").text
    assert "since Monday" in page
    assert 'inputmode="text"' in page
    assert "36,500" not in page


def test_every_answer_can_be_changed_taken_back_and_skipped(client: TestClient) -> None:
    at = told(age="67", unilateral_leg_swelling=True)
    page = client.get(f"{at}/answers").text
    assert page.count(">Change<") == 2
    change = client.get(f"{at}/change/1").text
    assert re.search(r'value="yes" id="answer-1" checked', change)
    data = {"asked": "unilateral_leg_swelling", "topic": "", "answer-1": "no"}
    assert "SAME DAY" not in words(client.get(client.post(f"{at}/change/1", data=data).url.path).text)
    gone = client.post(f"{at}/change/1", data={**data, "do": "forget"})
    assert gone.text.count(">Change<") == 1
    fields = form_of(client.get(at).text)
    later = client.post(at, data={**fields, "do": "later"})
    assert not set(form_of(later.text)["asked"]) & set(fields["asked"])


def test_back_shows_the_last_screen_as_it_was_answered(client: TestClient, bundled: Expert) -> None:
    known = {"age": 67, "muscle_cramp_episodes": True}
    at = told(age="67", muscle_cramp_episodes=True)
    fields = form_of(client.get(at).text)
    # No emergency, which would be a full stop.
    calm = (id for id in fields["asked"] if bundled.diagnose({**known, id: True}).urgency != "emergency")
    ticked = [next(calm)]
    on = client.post(at, data={**fields, "yes": ticked})
    back = re.search(r'class="back"><a href="([^"]+)"', on.text)
    assert back is not None
    page = client.get(back[1]).text
    assert form_of(page)["asked"] == fields["asked"]
    assert re.findall(r'value="(\w+)" id="yes-\d" checked', page) == ticked


ABOUT = ("/result", "/answers", "/story", "/compare?a=0&b=1", "/scores", "/dangers", "/chart", "/what-if",
         "/take-home", "/note", "/record.yaml", "/change/0", "/back/0")  # fmt: skip


@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize("page", ABOUT)
def test_every_page_about_a_record_says_its_purpose_and_keeps_the_policy(
    client: TestClient, audience: str, page: str
) -> None:
    found = client.get(told(audience, unilateral_leg_swelling=True, age="67") + page)
    assert found.status_code == 200
    assert PURPOSE in words(found.text) or PURPOSE in found.text
    assert "style=" not in found.text
    assert "<style" not in found.text
    assert not re.search(r"<script(?! src)", found.text)
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", found.text)
    assert found.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("audience", AUDIENCES)
def test_every_candidate_and_alert_has_its_page(client: TestClient, audience: str, bundled: Expert) -> None:
    at = told(audience, unilateral_leg_swelling=True, chest_pain=True, age="67")
    for number in range(0, len(bundled.candidates) + len(bundled.alerts), 7):
        assert client.get(f"{at}/cause/{number}").status_code == 200
    assert client.get(f"{at}/cause/{len(bundled.candidates) + len(bundled.alerts)}").status_code == 404


def test_the_result_begins_with_how_urgent_and_what_to_do(client: TestClient) -> None:
    at = told(unilateral_leg_swelling=True, age="67")
    for page in (f"{at}/result", told("clinician", unilateral_leg_swelling=True) + "/result"):
        text = client.get(page).text
        main = words(text[text.index("<main") :])
        assert main.index("SAME DAY") < main.index("lot")
    unknown = words(client.get(told(age="67") + "/result").text)
    assert "NOT KNOWN YET" in unknown
    assert "warning signs are not answered yet" in unknown


def test_a_student_commits_first_but_never_in_an_emergency(client: TestClient) -> None:
    at = told("student", unilateral_leg_swelling=True, age="67")
    asked = client.get(f"{at}/result").text
    assert "Commit first" in words(asked)
    assert "Single most likely" not in words(asked)
    nothing = client.post(f"{at}/commit", data={"chosen": ["", ""], "do": "commit"})
    assert "Choose at least one" in words(nothing.text)
    chosen = {"chosen": ["restless_legs_syndrome", "", "nobody"], "do": "commit"}
    page = words(client.post(f"{at}/commit", data=chosen).text)
    assert "Your list, and where it stands" in page
    assert "Restless legs syndrome (Willis-Ekbom disease): number" in page
    assert "not on your list: Deep vein thrombosis" in page
    skipped = words(client.post(f"{at}/commit", data={"do": "skip"}).text)
    assert "SAME DAY" in skipped and "Your list" not in skipped
    urgent = words(client.get(told("student", chest_pain=True, age="67") + "/result").text)
    assert "EMERGENCY" in urgent and "Commit first" not in urgent


def test_no_question_names_the_diagnosis_to_a_student_who_has_not_committed(client: TestClient) -> None:
    told_so = {"age": "60", "unilateral_leg_swelling": True}
    for chosen, named in ((None, False), (("sciatica",), True)):
        at = sealed(replace(State("nocturnal_leg_pain", "student").tell("", told_so), chosen=chosen))
        page = words(client.get(at).text)
        assert "SAME DAY" in page
        assert ("thrombosis (DVT)" in page) is named
        assert ("Swelling of one leg" in page) is not named
    clinician = words(client.get(told("clinician", **told_so)).text)
    assert "Deep vein thrombosis" in clinician


def test_what_was_read_is_confirmed_by_a_student_without_what_it_teaches(client: TestClient) -> None:
    story = "60 year old man, left calf swollen for three days"
    page = words(client.get(sealed(State("nocturnal_leg_pain", "student", "confirm", text=story))).text)
    assert "Swelling of one leg yes from" in page and "hrombosis" not in page


@pytest.mark.parametrize(
    ("button", "do", "burdens"),
    [
        ("No tests were done", "untested", ("blood_test", "imaging")),
        ("No examination was done", "unexamined", ("examination",)),
    ],
)
def test_what_was_not_done_is_not_asked_for(
    client: TestClient, bundled: Expert, button: str, do: str, burdens: tuple[str, ...]
) -> None:
    page = "/c/"
    at = told("clinician", age="60", pain_site_calf=True)
    for _ in range(40):
        page = client.get(at).text
        fields = form_of(page)
        if button in page:
            break
        if not fields:  # the offer to stop
            at = client.post(f"{at}/stop", follow_redirects=False).headers["location"]
            continue
        answer = {"none": ["1"]} if "list" in fields else {"unsure": fields["asked"]}
        at = client.post(at, data={**fields, **answer}, follow_redirects=False).headers["location"]
    assert button in page
    at = client.post(at, data={**fields, "do": do}, follow_redirects=False).headers["location"]
    asked = form_of(client.get(at).text).get("asked", [])
    assert not [fact for fact in asked if bundled.vocabulary[fact].burden in burdens]
    assert button not in words(client.get(told("patient", age="60")).text)


def test_the_whole_of_an_answer_can_be_opened(client: TestClient) -> None:
    for audience, offered in (("clinician", True), ("patient", False)):
        at = told(audience, muscle_cramp_episodes=True)
        page = words(client.post(f"{at}/ask", data={"question": "why is PAD so low?"}).text)
        assert ("The whole answer" in page) is offered


def test_answers_that_cannot_both_be_right_are_shown(client: TestClient) -> None:
    at = told("clinician", sex_at_birth="male", pregnant=True)
    for page in ("", "/result", "/answers", "/note"):
        assert "which of the two is right?" in words(client.get(at + page).text)


def test_a_question_is_answered_and_what_it_tells_can_be_noted(client: TestClient) -> None:
    at = told("clinician", unilateral_leg_swelling=True, age="67")
    answered = client.post(f"{at}/ask", data={"question": "could it be a cramp?"})
    assert "Nocturnal leg cramps" in words(answered.text)
    told_too = client.post(f"{at}/ask", data={"question": "what if there is chest pain?"})
    assert told_too.status_code == 200
    empty = client.post(f"{at}/ask", data={"question": " "})
    assert empty.url.path.endswith("/result")


def test_what_if_shows_before_and_after_and_notes_nothing(client: TestClient) -> None:
    at = told("clinician", unilateral_leg_swelling=True, age="67")
    page = client.post(f"{at}/what-if", data={"fact": "chest_pain", "value": "yes"})
    assert "If chest pain: yes" in words(page.text)
    assert "chest" not in words(client.get(page.url.path.replace("/what-if", "/answers")).text).lower().split(
        "check your answers")[1].split("for educational")[0]  # fmt: skip
    wrong = client.post(f"{at}/what-if", data={"fact": "age", "value": "old"})
    assert "a number from 0 to 120 years" in words(wrong.text)


def test_the_record_can_be_taken_away_and_brought_back(client: TestClient) -> None:
    at = told("student", unilateral_leg_swelling=True, age="67", ferritin="12 ug/L", dyspnoea=None)
    file = client.get(f"{at}/record.yaml")
    assert "attachment" in file.headers["content-disposition"]
    back = client.post("/resume", files={"file": ("consultation.yaml", io.BytesIO(file.content))})
    assert back.status_code == 200
    answers = words(client.get(f"{back.url.path}/answers").text)
    assert "67 years" in answers
    assert "not known" in answers
    plain = client.post("/resume", files={"file": ("r.json", io.BytesIO(json.dumps({"age": 67}).encode()))})
    assert "67 years" in words(client.get(f"{plain.url.path}/answers").text)


@pytest.mark.parametrize(
    ("data", "status"),
    [(b"", 422), (b"\xff\xfe", 422), (b"[1, 2", 422), (b"- a\n", 422), (b"agee: 67\n", 422),
     (b"format: charley.consultation.v1\n", 422), (b"x" * 200_000, 413), (b"age: 1000\n", 422)],
)  # fmt: skip
def test_a_file_that_is_no_record_is_refused_in_words(client: TestClient, data: bytes, status: int) -> None:
    found = client.post("/resume", files={"file": ("x", io.BytesIO(data))})
    assert found.status_code == status
    assert "<h1>" in found.text
    assert "Nothing was changed" in words(found.text)


@pytest.mark.parametrize("token", ["abc", "A" * 400, "é", "%00"])
def test_a_token_that_is_none_leads_to_a_page_that_says_so(client: TestClient, token: str) -> None:
    found = client.get(f"/c/{token}")
    assert found.status_code in (400, 404)
    if found.status_code == 404:
        assert "cannot be opened any more" in words(found.text)
        assert 'href="/"' in found.text


def test_a_token_that_is_old_or_of_other_rules_starts_anew(client: TestClient) -> None:
    old = Sealer(SECRET, lambda: 0.0).seal(str(State("nocturnal_leg_pain", "patient")))
    assert client.get(f"/c/{old}").status_code == 410
    for state in (
        State("gone", "patient"),
        State("nocturnal_leg_pain", "patient").tell("", {"nobody": True}),
    ):
        page = client.get(sealed(state))
        assert page.status_code == 410
        assert "have changed since this page was made" in words(page.text)
    for text in ("[]", "{}", "no JSON", "[1,2,3,4,5,6,7,8,9,10]"):
        assert client.get(f"/c/{Sealer(SECRET).seal(text)}").status_code == 410


@pytest.mark.parametrize(
    ("path", "content", "kind", "status"),
    [
        ("", "asked=nobody", "application/x-www-form-urlencoded", 400),
        ("", "", "application/x-www-form-urlencoded", 400),
        ("", "{}", "application/json", 415),
        ("", "asked=age&yes=chest_pain&list=1", "application/x-www-form-urlencoded", 400),
        ("", "a=%ff", "application/x-www-form-urlencoded", 400),
        ("", "&".join("a=1" for _ in range(500)), "application/x-www-form-urlencoded", 400),
        ("/change/99", "asked=age&answer-1=1", "application/x-www-form-urlencoded", 303),
        ("/what-if", "fact=nobody", "application/x-www-form-urlencoded", 400),
        ("/nothing", "", "application/x-www-form-urlencoded", 404),
    ],
)  # fmt: skip
def test_a_form_that_no_page_has_is_refused(
    client: TestClient, path: str, content: str, kind: str, status: int
) -> None:
    at = told(age="67") + path
    found = client.post(at, content=content, headers={"content-type": kind}, follow_redirects=False)
    assert found.status_code == status


# Governance


def test_rules_evidence_and_policy_can_be_browsed(client: TestClient, bundled: Expert) -> None:
    about = words(client.get("/kb/nocturnal_leg_pain").text)
    assert str(bundled.about.updated) in about
    assert "Editorial policy" in about
    assert f"{len(bundled.rules)} rules submitted" in about
    rules = client.get("/kb/nocturnal_leg_pain/rules", params={"q": "swollen clot"})
    assert "dvt-one-swollen-leg" in rules.text
    rule = words(client.get("/kb/nocturnal_leg_pain/rules/dvt-one-swollen-leg").text)
    assert bundled.rules["dvt-one-swollen-leg"].because in rule
    assert "No clinician has reviewed it" in rule
    assert "WELLS2003" in client.get("/kb/nocturnal_leg_pain/evidence").text
    for candidate in bundled.candidates.values():
        assert candidate.id in client.get("/kb/nocturnal_leg_pain/candidates").text
    page = words(client.get("/kb/nocturnal_leg_pain/candidates/deep_vein_thrombosis").text)
    assert "What flags it" in page


def test_every_rule_has_its_page(client: TestClient, bundled: Expert) -> None:
    for id in list(bundled.rules)[::25]:
        assert client.get(f"/kb/nocturnal_leg_pain/rules/{id}").status_code == 200


NOWHERE = ("/kb/none", "/kb/nocturnal_leg_pain/rules/none", "/none", "/static/none",
           "/kb/nocturnal_leg_pain/candidates/none", "/static/..%2fsurface.py")  # fmt: skip


@pytest.mark.parametrize("path", NOWHERE)
def test_what_is_not_there_is_a_page_that_says_so(client: TestClient, path: str) -> None:
    found = client.get(path)
    assert found.status_code == 404
    assert "There is no such page" in words(found.text)


def test_the_audit_report_is_shown_where_there_is_one(tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    report.write_text("<h1>Audit</h1>")
    shown = TestClient(create_app(Settings((SMALL,), audit_report=report), [Web()]))
    assert 'href="/audit"' in shown.get("/").text
    assert shown.get("/audit").text == "<h1>Audit</h1>"
    report.unlink()
    assert shown.get("/audit").status_code == 404


def test_another_base_is_asked_about_with_the_same_pages() -> None:
    both = TestClient(create_app(Settings((SMALL, "nocturnal_leg_pain"), secret=SECRET), [Web()]))
    assert "What is it about?" in words(both.get("/").text)
    found = both.post("/start", data={"audience": "patient", "base": "ailing_plant"})
    assert found.status_code == 200
    for page in ("", "/result", "/story", "/chart"):
        shown = both.get(sealed(State("ailing_plant", "clinician", "ask")) + page)
        assert shown.status_code == 200


# Nothing is kept


def test_no_address_and_no_sink_holds_what_was_told(
    client: TestClient, capfd: pytest.CaptureFixture[str]
) -> None:
    secrets = ("swollen", "operation", "unilateral_leg_swelling")  # no seal spells words as long as these
    at = sealed(State("nocturnal_leg_pain", "patient"))
    page = client.post(
        f"{at}/story", data={"text": "I am 73, left calf swollen since a hip operation", "do": "tell"}
    )
    seen = [str(each.url) for each in (*page.history, page)]
    page = client.post(f"{page.url.path}/confirm", data={"taken": ["0", "1", "2"]})
    seen += [str(each.url) for each in (*page.history, page)]
    at = page.url.path
    page = client.post(
        f"{at}/change/0", data={"asked": "age", "topic": "", "answer-1": "seventy-three swollen"}
    )
    seen += [str(each.url) for each in (*page.history, page)]
    page = client.post(f"{at}/ask", data={"question": "is a hip operation at 73 a risk?"})
    seen += [str(each.url) for each in (*page.history, page)]
    headers = " ".join(f"{k}{v}" for each in (*page.history, page) for k, v in each.headers.items())
    out, err = capfd.readouterr()
    for told in secrets:
        assert not any(told in address for address in seen)
        assert told not in out + err + headers
    assert all(re.sub(r"/c/[\w-]+", "", address).count("=") == 0 for address in seen)


# The picture of a leg


def test_every_place_of_the_picture_is_seen_from_a_side_and_filled_when_it_is_ticked(
    client: TestClient,
) -> None:
    page = client.get(f"{told()}/where").text
    assert set(re.findall(r'<g class="place (\w+)">', page)) == set(PLACES.values())
    for side in re.findall(r"<svg viewBox.*?</svg>", page, re.DOTALL):
        bands = re.findall(r'<foreignObject x="0" y="(\d+)" width="240" height="(\d+)">', side)
        ends = [(int(top), int(top) + int(height)) for top, height in bands]
        assert [bottom for _, bottom in ends[:-1]] == [top for top, _ in ends[1:]]
    style = (STATIC / "style.css").read_text("utf-8")
    assert [place for place in PLACES.values() if f".at-{place}:checked) .place.{place}" not in style] == []


def test_a_tap_on_a_place_ticks_the_line_that_asks_for_it(client: TestClient) -> None:
    page = client.get(f"{told(pain_site_shin=True)}/where").text
    lines = dict(re.findall(r'name="yes" value="(\w+)" id="([\w-]+)"', page))
    assert list(lines) == list(PLACES)
    for fact, place in PLACES.items():
        groups = re.findall(rf'<g class="place {place}">.*?</g>', page, re.DOTALL)
        assert {*re.findall(r'<label for="([\w-]+)">', "".join(groups))} == {lines[fact]}
    assert re.findall(r'value="(\w+)" id="yes-\d+" class="at-\w+" checked', page) == ["pain_site_shin"]


def test_what_is_told_by_the_picture_is_told_as_by_the_list(client: TestClient) -> None:
    at = told()
    fields = form_of(client.get(f"{at}/where").text)
    found = client.post(f"{at}/where", data={**fields, "yes": ["pain_site_calf"]})
    said = words(client.get(f"{found.url.path}/answers").text)
    assert "Is there pain or cramp in the calf? yes" in said
    assert "Is there pain in the thigh (front or back)? no" in said
    wrong = client.post(f"{at}/where", data=fields)
    assert "There is a problem" in wrong.text and "Where does it hurt?" in wrong.text


def test_rules_without_places_show_no_picture() -> None:
    small = TestClient(create_app(Settings(kbs=("sore_throat",), secret=SECRET), [Web()]))
    at = sealed(State("sore_throat", "patient").tell("", {}))
    assert "/where" not in small.get(at).text
    assert small.get(f"{at}/where").status_code == 404


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Is it dark, like tea? yes", "Is it dark, like tea? <strong>yes</strong>"),
        ("Is it so? yes and Is it <b>? no (told: yes)",
         "Is it so? <strong>yes</strong> and Is it &lt;b&gt;? <strong>no (told: yes)</strong>"),
        ("Is it salt? Or tea and cake? 3.5 g", "Is it salt? Or tea and cake? <strong>3.5 g</strong>"),
        ("Why so? Nobody knows.", "Why so? Nobody knows."),
        ("A sentence", "A sentence"),
    ],
)  # fmt: skip
def test_the_answer_to_a_question_stands_out(text: str, shown: str) -> None:
    assert answered(text) == shown
