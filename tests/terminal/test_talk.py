"""What somebody types in mid-interview is taken whole, or what of it is not taken is said."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import charley
from charley.engine.expert import Expert
from charley.facts.answering.declining import declines, leaves_open
from charley.facts.answering.ticks import ticks_of
from charley.facts.wording import Audience
from charley.terminal.conversation.consult import consult
from charley.terminal.conversation.talk import Talk
from charley.terminal.conversation.typed import is_question


@pytest.fixture(scope="module")
def kb() -> Expert:
    return charley.load()


def asked(kb: Expert, tmp_path: Path, fact: str, audience: Audience = "clinician") -> Talk:
    """A conversation in which this fact is asked for."""
    begun = Talk(
        kb.consult(engine="kernel", audience=audience),
        tmp_path / "c.yaml",
        read_text=lambda text, audience: kb.read_text(text, audience=audience),
    )
    begun.again = fact
    list(begun.ask())
    return begun


def said(begun: Talk, line: str) -> str:
    return " ".join(" ".join(begun.take_line(line)).split())


@pytest.mark.parametrize("fact", ["systolic_bp", "diastolic_bp"])
def test_a_blood_pressure_answers_both_questions(kb: Expert, tmp_path: Path, fact: str) -> None:
    begun = asked(kb, tmp_path, fact)
    shown = said(begun, "138 over 82")
    assert dict(begun.consultation.record) == {"systolic_bp": 138, "diastolic_bp": 82}
    assert "systolic blood pressure: 138 mmHg" in shown and "diastolic blood pressure: 82 mmHg" in shown


@pytest.mark.parametrize(
    ("fact", "line"),
    [
        ("pain_intensity_nrs", "8 kg"),
        ("pain_intensity_nrs", "8 now, 5 before"),
        ("symptom_duration_days", "since Easter"),
        ("serum_potassium", "3.1 mmHg"),
        ("serum_potassium", "low"),
        ("hba1c", "54"),
        ("age", "300"),
        ("pain_laterality", "upstairs"),
    ],
)
def test_a_refusal_names_no_id_and_no_code_of_a_unit(
    kb: Expert, tmp_path: Path, fact: str, line: str
) -> None:
    begun = asked(kb, tmp_path, fact)
    shown = said(begun, line)
    assert shown and not begun.consultation.record
    assert "_" not in shown and "{" not in shown and "[" not in shown


@pytest.mark.parametrize(
    ("fact", "line", "value", "beyond"),
    [
        ("dark_urine", "no, and my foot has gone numb", False, "numb"),
        ("dark_urine", "yes, and my elbow clicks badly", True, "Not noted: “my elbow clicks badly”"),
        ("pain_intensity_nrs", "8, and my elbow clicks badly", 8, "Not noted: “my elbow clicks badly”"),
    ],
)
def test_what_is_said_beyond_the_answer_is_read_or_said_to_be_left_out(
    kb: Expert, tmp_path: Path, fact: str, line: str, value: object, beyond: str
) -> None:
    begun = asked(kb, tmp_path, fact, "patient")
    assert beyond in said(begun, line)
    assert begun.consultation.record[fact] == value


def test_words_that_answer_nothing_are_quoted(kb: Expert, tmp_path: Path) -> None:
    shown = said(asked(kb, tmp_path, "dark_urine", "patient"), "my elbow clicks whenever the weather changes")
    assert "Not understood: “my elbow clicks" in shown and "yes or no" in shown


def test_what_is_said_of_somebody_else_is_quoted(kb: Expert, tmp_path: Path) -> None:
    shown = said(
        asked(kb, tmp_path, "dark_urine", "patient"), "my brother has diabetes, and my calf is swollen"
    )
    assert "about somebody else: “diabetes”" in shown


def test_a_question_about_a_word_states_nothing(kb: Expert, tmp_path: Path) -> None:
    begun = asked(kb, tmp_path, "dark_urine", "patient")
    assert "SAME DAY" not in said(begun, "what does out of proportion mean")


def test_a_question_before_the_confirmation_is_answered_and_the_facts_still_wait(
    kb: Expert, tmp_path: Path
) -> None:
    begun = asked(kb, tmp_path, "dark_urine", "patient")
    list(begun.take_line("my left calf is swollen and sore"))
    waiting = begun.confirming
    assert waiting and "So far" in said(begun, "is it serious?")
    assert begun.confirming == waiting and not begun.consultation.record


@pytest.mark.parametrize("line", ["no", "None.", "nothing", "no thanks", "that's all", "enough", "Stop here"])
def test_one_list_of_how_people_decline(line: str) -> None:
    assert declines(line) and leaves_open(line)


@pytest.mark.parametrize("line", ["don't know", "I can't say", "dunno", "no idea", "not sure"])
def test_who_cannot_answer_does_not_decline(line: str) -> None:
    assert leaves_open(line) and not declines(line)


@pytest.mark.parametrize(
    ("line", "after"), [("quit", False), ("q", False), ("skip", True), ("don't know", True), ("none", True)]
)
def test_a_student_can_leave_the_commitment(
    kb: Expert, tmp_path: Path, line: str, after: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    begun = Talk(kb.consult({"pain_site_calf": True}, engine="kernel", audience="student"), tmp_path / "c")
    lines = iter(["done", line, "quit"])
    consult(begun, lambda: next(lines))
    shown = capsys.readouterr().out
    assert "Commit first" in shown and "Overall urgency" in shown and "Nothing here is called" not in shown
    assert ("Enter ends" in shown) is after


def test_a_diagnosis_that_is_not_covered_is_said_to_be_so_with_what_is(
    kb: Expert, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    begun = Talk(kb.consult({"pain_site_calf": True}, engine="kernel", audience="student"), tmp_path / "c")
    lines: Iterator[str] = iter(["done", "gout", "drug cramps, motor neurone disease", "quit"])
    consult(begun, lambda: next(lines))
    shown = " ".join(capsys.readouterr().out.split())
    assert "Nothing here is called `gout`. Covered here: Nocturnal leg cramps;" in shown
    assert "1 Medication-related cramps" in shown and "2 Amyotrophic lateral sclerosis" in shown


def test_all_shows_the_whole_of_an_answer_that_was_given_in_short(kb: Expert, tmp_path: Path) -> None:
    begun = asked(kb, tmp_path, "age", "clinician")
    short = begun.take_line("why is it not a clot?")
    whole = list(begun.take_line("all"))
    assert any("`all` shows all of this answer" in line for line in short)
    assert len(whole) > len(list(short))
    assert any("is needed; it is not known" in line for line in whole)
    assert "is needed" not in " ".join(short)
    assert "is needed; it is not known" not in " ".join(begun.take_line("all"))  # the differential, as ever


def on_a_list(kb: Expert, tmp_path: Path, *lines: str) -> Talk:
    """A conversation of a patient in which the first list is open."""
    begun = Talk(
        kb.consult(engine="kernel", audience="patient"),
        tmp_path / "c.yaml",
        screens=True,
        read_text=lambda text, audience: kb.read_text(text, audience=audience),
    )
    list(begun.ask())
    for line in lines or ("",):
        said(begun, line)
        list(begun.ask()) if not begun.confirming else None
    return begun


@pytest.mark.parametrize(
    "line", ["yep", "yeah", "yes thats right", "Yes, correct!", "that's it", "ok yes", ""]
)
def test_a_story_is_confirmed_in_any_words_of_yes(kb: Expert, tmp_path: Path, line: str) -> None:
    begun = on_a_list(kb, tmp_path, "I am 58 and my left calf is swollen", line)
    assert not begun.confirming
    assert begun.consultation.record["unilateral_leg_swelling"] is True


@pytest.mark.parametrize("line", ["nope", "no, that's wrong", "no that is not right", "none of that"])
def test_a_story_is_rejected_in_any_words_of_no(kb: Expert, tmp_path: Path, line: str) -> None:
    begun = on_a_list(kb, tmp_path, "I am 58 and my left calf is swollen", line)
    assert not begun.confirming and not begun.consultation.record


@pytest.mark.parametrize("line", ["yes but it is the right calf", "no, it's my right calf"])
def test_what_was_understood_is_corrected_in_words(kb: Expert, tmp_path: Path, line: str) -> None:
    begun = on_a_list(kb, tmp_path, "I am 58 and my left calf is swollen", line)
    assert {each.fact for each in begun.confirming} >= {"age", "unilateral_leg_swelling"}
    assert not begun.consultation.record
    said(begun, "yes")
    record = begun.consultation.record
    assert (record["age"], record["pain_laterality"]) == (58, "right_only")


def test_none_with_an_exception_in_words_answers_the_list(kb: Expert, tmp_path: Path) -> None:
    begun = on_a_list(kb, tmp_path, "cramps in my calf at night", "yes")
    assert begun.screen is not None and "pain_on_walking" in begun.screen.facts
    asked_for = set(begun.screen.facts)
    shown = said(begun, "none, but it hurts when I walk")
    assert "no to the others" in shown and [each.fact for each in begun.confirming] == ["pain_on_walking"]
    said(begun, "yes")
    record = begun.consultation.record
    assert {fact for fact in asked_for if record[fact]} == {"pain_on_walking"}


def test_none_with_a_medicine_beside_it_does_not_deny_medicines(kb: Expert, tmp_path: Path) -> None:
    begun = on_a_list(kb, tmp_path, "cramps in my calf at night", "yes")
    assert begun.screen is not None and "medicines_taken" in begun.screen.facts
    said(begun, "none of these but I take a statin")
    assert "medicines_taken" not in begun.consultation.record
    assert begun.consultation.record["chest_pain"] is False


def test_none_with_words_that_are_not_understood_answers_nothing(kb: Expert, tmp_path: Path) -> None:
    begun = on_a_list(kb, tmp_path, "cramps in my calf at night", "yes")
    before = dict(begun.consultation.record)
    assert "Write the numbers" in said(begun, "none, but I am not so sure about all this")
    assert begun.consultation.record == before


@pytest.mark.parametrize("line", ["3 a bit, the rest no. could it be a clot??", "3. Could it be a clot?"])
def test_an_answer_and_a_question_on_one_line_are_both_heard(kb: Expert, tmp_path: Path, line: str) -> None:
    begun = on_a_list(kb, tmp_path, "cramps in my calf at night", "yes")
    assert begun.screen is not None
    third = begun.screen.facts[2]
    assert "clot" in said(begun, line)
    assert begun.consultation.record[third] is True


@pytest.mark.parametrize(
    "line", ["none i think", "none, I believe", "none really", "no, not really", "nothing so far"]
)
def test_a_none_may_be_hedged(line: str) -> None:
    assert ticks_of(["a", "b"], line) == ((), ())


@pytest.mark.parametrize("line", ["dunno really", "dont know any of it"])
def test_who_cannot_say_is_not_sure_of_all(line: str) -> None:
    assert ticks_of(["a", "b"], line) == ((), ("a", "b"))


@pytest.mark.parametrize("line", ["dont know ?", "Don’t know?", "not sure??", "no idea ?"])
def test_who_cannot_say_asks_nothing(line: str) -> None:
    assert not is_question(line)
    assert ticks_of(["a", "b"], line) == ((), ("a", "b"))


@pytest.mark.parametrize(
    ("line", "ticked", "unsure"),
    [
        ("not 2, and i dont know the rest", "", "ac"),
        ("1, not sure about the others", "a", "bc"),
        ("1 and 3 yes, the rest i don't know", "ac", "b"),
        ("3, rest unknown", "c", "ab"),
        ("3, rest no", "c", ""),
    ],
)
def test_the_rest_may_be_not_known(line: str, ticked: str, unsure: str) -> None:
    assert ticks_of("abc", line) == (tuple(ticked), tuple(unsure))


def test_a_time_is_asked_for_and_played_back_as_people_say_it(kb: Expert, tmp_path: Path) -> None:
    begun = on_a_list(kb, tmp_path, "my foot has been like this for 2 months")
    assert begun.confirming
    assert "How long ago did this problem start? 2 months" in " ".join(begun._ask_confirmation())
    asking = asked(kb, tmp_path, "symptom_duration_days", "patient")
    begun = on_a_list(kb, tmp_path, "a 44 year old man with cramps")
    assert "How old are you? 44 years " in " ".join(begun._ask_confirmation())
    assert "`6 months`" in " ".join(asking._put_question())


def test_a_student_reads_each_sign_of_a_warning_once(kb: Expert, tmp_path: Path) -> None:
    begun = Talk(
        kb.consult(engine="kernel", audience="student"),
        tmp_path / "c.yaml",
        screens=True,
        read_text=lambda text, audience: kb.read_text(text, audience=audience),
    )
    list(begun.ask())
    shown = said(begun, "man 66, smoker, forefoot pain at night, relieved by hanging the leg out of bed")
    boxes = shown[: shown.index("This is what I understood")]
    assert "SAME DAY" in boxes
    assert boxes.count("eased by hanging the leg down") == 1
    assert boxes.count("Persistent pain in the forefoot") == 1
