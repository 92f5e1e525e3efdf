"""Questions after a differential are understood, answered from the rules, or refused."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

import charley
from charley.engine.expert import Expert
from charley.engine.follow_up import grammar
from charley.engine.follow_up.grammar import forms_of
from charley.engine.follow_up.recognise import Recognised, Recogniser
from charley.engine.follow_up.results import number_for, result_in
from charley.engine.summary.briefly import REASONS
from charley.facts.wording import AUDIENCES
from charley.terminal.text import laid_out

HERE = Path(__file__).parent
CRAMPS = {"muscle_cramp_episodes": True, "wakes_from_sleep": True}


def questions(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((HERE / f"{name}.yaml").read_text())
    return found


FILES = (
    "tuned",
    "held_back",
    "third",
    "fourth",
    "over_the_grammar",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
)
QUESTIONS = [each for name in FILES for each in questions(name)]


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


@pytest.mark.parametrize(
    "each",
    [*questions("eighth"), *questions("ninth"), *questions("tenth")],
    ids=lambda each: each["question"],
)
def test_an_answer_says_what_was_asked_for(kb: Expert, each: dict[str, Any]) -> None:
    answer = kb.ask(each["after"], each["question"], audience=each["audience"])
    assert each.get("says", "") in answer.words


@pytest.mark.parametrize("each", QUESTIONS[::11], ids=lambda each: each["question"])
@pytest.mark.parametrize("audience", AUDIENCES)
def test_every_answer_has_words(kb: Expert, each: dict[str, Any], audience: Any) -> None:
    answer = kb.ask(each["after"], each["question"], audience=audience)
    assert answer.words.strip()
    assert answer.words == "\n".join(map(str, answer.rows()))


A_SCREEN = 24
"""Lines of a terminal."""

LONG = (
    "why is PAD so low?",
    "any red flags?",
    "is it serious?",
    "why are you asking about cancer?",
    "would a CK of 12000 change anything?",
    "is it cramps or restless legs?",
    "what should I do?",
)
"""Questions with much to say."""


@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize("question", LONG)
def test_an_answer_fits_on_a_screen_and_leaves_nothing_out_in_silence(
    kb: Expert, question: str, audience: Any
) -> None:
    answer = kb.ask({**CRAMPS, "statin": True, "diffuse_myalgia": True}, question, audience=audience)
    assert len(list(laid_out(answer.rows()))) <= A_SCREEN
    assert not answer.whole or len(answer.whole) > len(answer.said)
    if audience != "patient" and answer.kind in ("why_not", "why_asked", "what_if"):
        assert answer.whole
        assert sum("[" in row.text and "-" in row.text for row in answer.said) <= REASONS + 1


def test_what_is_said_of_one_further_answer_is_as_urgent_as_that_answer_makes_it(kb: Expert) -> None:
    """A thiazide with cramps is seen soon; that a result of a test could be an emergency is no reason."""
    said = kb.ask(CRAMPS, "is it serious?", audience="clinician").words
    emergency = said.split("EMERGENCY")[1].split("SAME DAY")[0]
    assert kb.vocabulary["chest_pain"].label in emergency
    for fact in ("thiazide_diuretic", "chronic_kidney_disease", "on_dialysis"):
        assert kb.diagnose({**CRAMPS, fact: True}).urgency == "soon"
        assert kb.vocabulary[fact].label not in emergency


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


OF_DANGER = (
    "is it serious?",
    "so I'm fine then?",
    "could it be nothing?",
    "should I worry?",
    "am I in danger?",
)
SWOLLEN = {"unilateral_leg_swelling": True, "pain_site_calf": True}


@pytest.mark.parametrize("question", OF_DANGER)
@pytest.mark.parametrize(
    ("told", "first"), [(CRAMPS, "NOT KNOWN YET"), (SWOLLEN, "SAME DAY"), ({"chest_pain": True}, "EMERGENCY")]
)
@pytest.mark.parametrize("audience", AUDIENCES)
def test_a_question_of_danger_is_answered_with_how_urgent_it_is(
    kb: Expert, question: str, told: dict[str, Any], first: str, audience: Any
) -> None:
    answer = kb.ask(told, question, audience=audience)
    assert answer.kind == "distance_to_danger"
    assert str(answer.said[0]).startswith(f"So far: {first}")


def test_what_is_not_warned_of_is_not_ruled_out(kb: Expert) -> None:
    for question in ("could it be a clot?", "it's not a clot then?", "could it be a skin infection?"):
        answer = kb.ask(CRAMPS, question, audience="patient")
        assert answer.kind == "why_not"
        assert "That does not rule it out" in answer.words


def test_next_steps_of_a_harmless_cause_wait_for_the_warning_signs(kb: Expert) -> None:
    steps = kb.candidates["nocturnal_leg_cramps"].next_steps.patient
    said = kb.ask(CRAMPS, "what should I do tonight?", audience="patient").words
    assert "Answer the open warning signs first" in said
    assert not [step for step in steps if step in said]


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("how sure are you", "no chances"),
        ("will it go away", "how it will go on"),
        ("can I take ibuprofen", "ask a doctor or pharmacist"),
        ("is it safe to fly", "what you may do"),
        ("are you a doctor", "computer program"),
        ("should my husband be tested", "a consultation of their own"),
        ("how much does a scan cost", "costs"),
        ("is it arthritis", "no diagnosis of that name"),
        ("what if I ate a banana", "What is supposed was not understood"),
        ("who wrote hamlet", "nothing else"),
    ],
)
@pytest.mark.parametrize("audience", AUDIENCES)
def test_what_cannot_be_answered_is_said_with_its_reason(
    kb: Expert, question: str, reason: str, audience: Any
) -> None:
    answer = kb.ask(CRAMPS, question, audience=audience)
    assert answer.kind == "cannot_answer"
    assert reason in answer.words
    assert "So far: NOT KNOWN YET" in answer.words


def test_a_name_in_a_question_of_meaning_states_nothing(kb: Expert) -> None:
    assert kb.ask(CRAMPS, "what does claudication mean?").told == {}
    assert kb.ask(CRAMPS, "I have chest pain, what is a clot?").told["chest_pain"] is True


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
    assert "Say the result" in answer.words


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


def test_what_may_begin_is_told_where_everything_was_answered(kb: Expert) -> None:
    minimum = {fact for condition in kb.minimum for fact in kb.facts_of(condition)}
    answered = {**CRAMPS, **dict.fromkeys(minimum, False)}
    for audience in AUDIENCES:
        said = kb.ask(answered, "when should I worry?", audience=audience).words
        assert "Get help sooner if one of these begins" in said
        assert kb.vocabulary["chest_pain"].listed(audience) in said


def test_no_other_fits_better_where_nothing_speaks_for_it(kb: Expert) -> None:
    """What stands first only by how common it is is neither called better nor given its next steps."""
    minimum = {fact: False for condition in kb.minimum for fact in kb.facts_of(condition)}
    urge = {"urge_to_move_legs": True, "relieved_by_movement": True, "begins_or_worsens_at_rest": False}
    told = {**minimum, **urge, "muscle_cramp_episodes": False, "pain_site_calf": False, "age": 45}
    d = kb.diagnose(told)
    assert d.lead == "undecided"
    assert d.leader is not None
    assert d.standing("restless_legs_syndrome").has_reason
    said = kb.ask(told, "could it be restless legs?", audience="patient").words
    assert "fits better" not in said
    assert "no single cause stands out" in said
    steps = kb.candidates[d.leader].next_steps.to("patient")
    assert not any(step in kb.ask(told, "what should I do?", audience="patient").words for step in steps)


def test_to_name_a_diagnosis_states_nothing(kb: Expert) -> None:
    for question in ("why not cellulitis", "baker's cyst vs dvt"):
        assert not kb.ask(CRAMPS, question, audience="clinician").told
    assert kb.ask(CRAMPS, "could it be cellulitis? my calf is red and hot").told == {
        "erythema_warmth_leg": True
    }


def test_a_score_is_said_item_by_item_and_to_no_patient(kb: Expert) -> None:
    record = {"unilateral_leg_swelling": True, "active_cancer": True}
    said = kb.ask(record, "how many Wells points does she have?", audience="clinician").words
    assert said.startswith("Two-level Wells score") and "+1  yes" in said
    assert "Wells" not in kb.ask(record, "what's the Wells score?", audience="patient").words


def test_what_rules_a_danger_out_is_said_with_what_answers_its_warning(kb: Expert) -> None:
    said = kb.ask({"unilateral_leg_swelling": True}, "what would rule out DVT?", audience="clinician").words
    assert "[dvt-clear-whole-leg]" in said


@pytest.mark.parametrize("question", ["could it be a clot?", "what should I do?", "tell me about chest pain"])
def test_an_emergency_is_answered_with_one_time_frame(kb: Expert, question: str) -> None:
    record = {"unilateral_leg_swelling": True, "chest_pain": True, "dyspnoea": True}
    said = kb.ask(record, question, audience="patient").words
    assert "today" not in said and ("EMERGENCY" in said or "emergency services" in said)


@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize(
    ("told", "serious", "wait"),
    [
        ({"chest_pain": True}, "treated as serious", "No: do not wait"),
        (SWOLLEN, "may be serious", "No: it should not wait"),
        ({**CRAMPS, "thiazide_diuretic": True}, "should not be left", "not longer than that"),
        (CRAMPS, "cannot be said before", "cannot be said before"),
    ],
)
def test_worry_is_answered_by_how_urgent_it_is(
    kb: Expert, told: dict[str, Any], serious: str, wait: str, audience: Any
) -> None:
    assert serious in str(kb.ask(told, "is it serious?", audience=audience).said[0])
    assert wait in str(kb.ask(told, "can it wait until Monday?", audience=audience).said[0])


def test_what_would_be_more_urgent_is_a_list_of_signs_and_not_of_questions(kb: Expert) -> None:
    said = kb.ask(SWOLLEN, "should I be worried?", audience="patient").said
    assert sum(row.margin == "  * " for row in said) > 3
    assert [row for row in said if row.text.endswith("?")] == []


def test_every_pattern_of_the_language_is_looked_for() -> None:
    folder = Path(grammar.__file__).parent
    language = yaml.safe_load((folder / "english.yaml").read_text())
    code = "".join(file.read_text() for file in folder.glob("*.py"))
    assert set(re.findall(r'\bpattern\("(\w+)"\)', code)) == {
        *language["in_the_question"],
        *language["compared"],
    }
    assert set(re.findall(r'\bmeant\(\w+, "(\w+)"\)', code)) == set(language["said_for"])
