"""Questions after a differential are understood, answered from the rules, or refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

import charley
from charley.engine.expert import Expert
from charley.engine.follow_up.grammar import forms_of
from charley.engine.follow_up.recognise import Recognised, Recogniser
from charley.engine.follow_up.results import number_for, result_in
from charley.facts.wording import AUDIENCES

HERE = Path(__file__).parent
CRAMPS = {"muscle_cramp_episodes": True, "wakes_from_sleep": True}


def questions(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((HERE / f"{name}.yaml").read_text())
    return found


QUESTIONS = [*questions("tuned"), *questions("held_back"), *questions("third"), *questions("fourth")]


@pytest.fixture(scope="module")
def kb() -> Expert:
    return charley.load()


def same_facts(wanted: dict[str, Any], got: dict[str, Any]) -> bool:
    def fits(fact: str) -> bool:
        want = wanted[fact]
        if isinstance(want, dict):
            low, high = want["between"]
            return bool(low <= got[fact] <= high)
        return bool(got[fact] == want)

    return set(wanted) == set(got) and all(map(fits, wanted))


def understood(wanted: dict[str, Any], got: Recognised) -> bool:
    arguments = wanted.get("arguments") or {}
    if wanted["kind"] != got.kind:
        return False
    if got.kind == "contrast":
        return set(arguments.values()) == set(got.arguments.values())
    if got.kind == "what_if":
        return same_facts(arguments["facts"], dict(got.arguments["facts"]))
    return bool(arguments == dict(got.arguments))


@pytest.mark.parametrize("each", QUESTIONS, ids=lambda each: each["question"])
def test_a_question_is_understood(kb: Expert, each: dict[str, Any]) -> None:
    d = kb.diagnose(each["after"], explain=False)
    got = kb.part(Recogniser).recognise(each["question"], d)
    assert any(understood(wanted, got) for wanted in (each, *each.get("also", ()))), got


@pytest.mark.parametrize("each", QUESTIONS[::4], ids=lambda each: each["question"])
@pytest.mark.parametrize("audience", AUDIENCES)
def test_every_answer_has_words(kb: Expert, each: dict[str, Any], audience: Any) -> None:
    answer = kb.ask(each["after"], each["question"], audience=audience)
    assert answer.words.strip()
    assert answer.words == "\n".join(map(str, answer.rows()))


def test_what_a_question_tells_is_warned_of_first(kb: Expert) -> None:
    answer = kb.ask(CRAMPS, "my chest hurts and I can't breathe, should I wait?", audience="patient")
    assert answer.told["chest_pain"] is True
    assert str(answer.first[0]).startswith("! EMERGENCY")
    assert answer.words.startswith("! EMERGENCY")


def test_a_question_that_tells_nothing_new_warns_of_nothing(kb: Expert) -> None:
    assert kb.ask(CRAMPS, "could it be a clot?").first == ()
    assert kb.ask(CRAMPS, "what if I had chest pain?").first == ()
    assert kb.ask({**CRAMPS, "chest_pain": True}, "my chest hurts, what now?").told == {}


def test_a_patient_reads_no_numbers_and_no_rules(kb: Expert) -> None:
    for question in (
        "why",
        "could it be a clot?",
        "is it cramps or restless legs?",
        "what if I had a fever?",
    ):
        said = kb.ask(CRAMPS, question, audience="patient").words
        assert " db" not in said
        assert "[nlc-" not in said and "_" not in said


def test_where_it_is_flagged_the_answer_is_how(kb: Expert) -> None:
    flagged = {"unilateral_leg_swelling": True, "pain_site_calf": True, "active_cancer": True}
    assert kb.ask(CRAMPS, "could it be a clot?").kind == "why_not"
    assert kb.ask(flagged, "could it be a clot?").kind == "how"


def test_of_a_shared_word_the_one_that_stands_highest_is_meant(kb: Expert) -> None:
    sciatica = {"pain_on_walking": True, "pain_radiates_below_knee_from_back": True}
    ranked = [place.candidate for place in kb.diagnose(sciatica).standings]
    shared = {"peripheral_neuropathy", "vitamin_deficiency_neuropathy", "lumbar_radiculopathy"}
    meant = kb.ask(sciatica, "why is it my nerves?").arguments["target"]
    assert meant == next(each for each in ranked if each in shared)


def test_a_number_that_the_rules_do_not_tell_is_asked_for(kb: Expert) -> None:
    answer = kb.ask(CRAMPS, "what if the ABI is low")
    assert answer.kind == "what_if"
    assert answer.arguments["facts"] == {}
    assert "Give the number" in answer.words


@pytest.mark.parametrize(
    ("said", "result"),
    [("it is not raised", "normal"), ("came back high", "high"), ("too low", "low"), ("7", None)],
)
def test_a_result_in_words(said: str, result: str | None) -> None:
    assert result_in(said) == result


def test_a_low_result_is_below_a_normal_one_and_a_high_one_above(kb: Expert) -> None:
    tested = 0
    for fact in kb.vocabulary.values():
        if fact.kind == "number":
            low, normal, high = (number_for(kb, fact.id, result) for result in ("low", "normal", "high"))
            if normal is not None:
                tested += 1
                assert low is None or low <= normal
                assert high is None or normal < high
    assert tested > 5


def test_a_question_of_no_known_form_is_refused(kb: Expert) -> None:
    assert forms_of("lorem ipsum") == []
    for text in ("lorem ipsum", "", "?", "who wrote hamlet"):
        assert kb.ask(CRAMPS, text).kind == "cannot_answer"


THROAT = {"age": 24, "one_sided_throat_pain": True, "cannot_open_mouth": True}


@pytest.mark.parametrize(
    ("question", "kind", "arguments"),
    [
        ("could it be strep?", "why_not", {"target": "strep_sore_throat"}),
        ("why do you think my throat has an abscess?", "how", {"target": "quinsy"}),
        ("what if the rapid strep test is negative?", "what_if", {"facts": {"rapid_strep_test": "negative"}}),
        ("what would make you more worried?", "distance_to_danger", {}),
        ("will my throat get better?", "cannot_answer", {}),
    ],
)
def test_questions_to_another_base(question: str, kind: str, arguments: dict[str, Any]) -> None:
    answer = charley.load("sore_throat").ask(THROAT, question, audience="patient")
    assert (answer.kind, answer.arguments) == (kind, arguments)
