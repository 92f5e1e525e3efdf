"""Answers as people say them at a prompt, and nowhere else; questions in place of an answer."""

from __future__ import annotations

from pathlib import Path

import pytest

import charley
from charley.documents.diagnostic import Faulty
from charley.engine.expert import Expert
from charley.facts.answer import UNKNOWN, parse_answer
from charley.facts.wording import Audience
from charley.terminal.conversation.spoken import Refused, spoken
from charley.terminal.conversation.talk import Talk


@pytest.fixture(scope="module")
def kb() -> Expert:
    return charley.load()


def talk(kb: Expert, tmp_path: Path, fact: str, audience: Audience = "patient") -> Talk:
    """A conversation in which this fact is asked for."""
    begun = Talk(kb.consult(engine="kernel", audience=audience), tmp_path / "c.yaml")
    begun.again = fact
    list(begun.ask())
    return begun


MEANT = {
    "dark_urine": {
        True: [
            "sometimes",
            "a bit",
            "now and then",
            "I think so",
            "Yes, at night",
            "yeah, a little",
            "probably",
        ],
        False: ["not really", "never", "I don't think so", "no, not at all", "nah"],
        None: ["dunno", "no idea", "can't remember", "haven't a clue", "not sure"],
    },
    "sex_at_birth": {
        "female": ["F", "woman", "lady", "I'm a woman", "female"],
        "male": ["M", "man", "a bloke"],
    },
    "age": {60: ["60ish", "about 60", "I'm 60", "60 years old", "sixty", "around 60", "~60", "60 or so"]},
    "symptom_duration_days": {365.25: ["1 year", "about a year", "one year"], 14: ["two weeks", "14"]},
}


@pytest.mark.parametrize(
    ("fact", "value", "line"),
    [(fact, value, line) for fact, all_ in MEANT.items() for value, lines in all_.items() for line in lines],
)
def test_what_is_said_is_understood_at_the_prompt(kb: Expert, fact: str, value: object, line: str) -> None:
    asked = kb.vocabulary[fact]
    found = parse_answer(asked, spoken(asked, line).text, prompted=True)
    assert (None if found is UNKNOWN else found) == value


@pytest.mark.parametrize(
    ("fact", "line", "reason"),
    [
        ("dark_urine", "F", "could be a sex"),
        ("dark_urine", "maybe", "may be yes or no"),
        ("sex_at_birth", "yes", "does not say which"),
        ("age", "yes", "is no number"),
    ],
)
def test_what_is_no_answer_is_refused_with_a_reason(
    kb: Expert, tmp_path: Path, fact: str, line: str, reason: str
) -> None:
    with pytest.raises(Refused, match=reason):
        spoken(kb.vocabulary[fact], line)
    begun = talk(kb, tmp_path, fact)
    assert reason in " ".join(begun.take_line(line))
    assert not begun.consultation.record


@pytest.mark.parametrize(
    ("fact", "line"), [("dark_urine", "sometimes"), ("age", "60ish"), ("sex_at_birth", "lady")]
)
def test_a_record_of_a_file_is_not_read_so(kb: Expert, fact: str, line: str) -> None:
    with pytest.raises(Faulty):
        kb.diagnose({fact: line})


def test_what_was_understood_is_played_back(kb: Expert, tmp_path: Path) -> None:
    begun = talk(kb, tmp_path, "dark_urine")
    shown = " ".join(" ".join(begun.take_line("sometimes")).split())
    assert f"Understood: {kb.vocabulary['dark_urine'].wording.to('patient')} yes" in shown


def test_a_number_is_played_back_in_its_unit(kb: Expert, tmp_path: Path) -> None:
    begun = talk(kb, tmp_path, "symptom_duration_days")
    assert "1 year" in " ".join(begun.take_line("1 year"))
    told = " ".join(begun.take_line("answers"))
    assert "1 year" in told and "365" not in told
    list(begun.take_line("symptom_duration_days=3"))
    assert "3 days" in " ".join(begun.take_line("answers"))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("could it be a clot?", "Blood clot in a leg vein"),
        ("what if the d-dimer is negative", "d dimer"),
        ("why not dvt?", "Blood clot in a leg vein"),
        ("am I going to die", "cannot answer"),
        ("why do you ask", "Most would be learned"),
        ("how nerves", "could be"),
    ],
)
def test_a_question_takes_the_place_of_an_answer(kb: Expert, tmp_path: Path, line: str, said: str) -> None:
    begun = talk(kb, tmp_path, "age")
    assert said in " ".join(" ".join(begun.take_line(line)).split())
    assert not begun.consultation.record


def test_what_a_question_tells_is_offered_and_not_noted(kb: Expert, tmp_path: Path) -> None:
    begun = talk(kb, tmp_path, "age")
    shown = " ".join(" ".join(begun.take_line("my chest hurts, should I wait?")).split())
    assert shown.startswith("! EMERGENCY")
    assert "`tell chest_pain=yes` notes it" in shown
    assert "chest_pain" not in begun.consultation.record


@pytest.mark.parametrize("word", ["status", "answers", "dangers", "why"])
def test_a_patient_reads_questions_and_not_ids(kb: Expert, tmp_path: Path, word: str) -> None:
    begun = talk(kb, tmp_path, "age")
    list(begun.take_line("67"))
    list(begun.take_line("tell unilateral_leg_swelling=yes, pain_site_calf=yes"))
    shown = " ".join(" ".join(begun.take_line(word)).split())
    ids = [id.replace("_", " ") for id in kb.vocabulary if id.count("_") > 1]
    assert shown
    assert not [each for each in ids if f" {each}: " in shown]
