"""Answers as people say them at a prompt, and nowhere else; questions in place of an answer."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import charley
from charley.documents.diagnostic import Faulty
from charley.engine.expert import Expert
from charley.facts.answer import NotUnderstood
from charley.facts.answering.spoken import spoken, understood
from charley.facts.answering.ticks import ticks_of
from charley.facts.wording import Audience
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


TODAY = datetime.date(2026, 11, 30)
TABLE: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "answers.yaml").read_text())
LINES = TABLE.pop("lines")
FACTS = ("a", "b", "c", "d", "e")


def taken() -> Iterator[tuple[str, object, str]]:
    for fact, said in TABLE.items():
        for value, rows in said["takes"].items():
            yield from ((fact, value, str(line)) for row in rows for line in row)


def refused() -> Iterator[tuple[str, str, str]]:
    for fact, said in TABLE.items():
        for reason, lines in said.get("refuses", {}).items():
            yield from ((fact, reason, str(line)) for line in lines)


@pytest.mark.parametrize(("fact", "value", "line"), list(taken()))
def test_what_is_said_is_understood_at_the_prompt(kb: Expert, fact: str, value: object, line: str) -> None:
    asked = kb.vocabulary[fact]
    assert understood(kb.vocabulary, asked, line, TODAY).value == value


@pytest.mark.parametrize(("fact", "reason", "line"), list(refused()))
def test_what_is_no_answer_is_refused_with_a_reason(kb: Expert, fact: str, reason: str, line: str) -> None:
    asked = kb.vocabulary[fact]
    with pytest.raises(NotUnderstood) as error:
        understood(kb.vocabulary, asked, line, TODAY)
    assert reason in f"{error.value}; {error.value.help}; {asked.expected()}"


@pytest.mark.parametrize(("fact", "reason", "line"), list(refused())[::3])
def test_a_refusal_at_the_prompt_shows_what_can_be_typed_and_takes_nothing(
    kb: Expert, tmp_path: Path, fact: str, reason: str, line: str
) -> None:
    begun = talk(kb, tmp_path, fact)
    shown = " ".join(" ".join(begun.take_line(line)).split())
    assert shown
    assert not begun.consultation.record
    if kb.vocabulary[fact].kind == "choice":
        assert not [choice for choice in kb.vocabulary[fact].choices if "_" in choice and choice in shown]


@pytest.mark.parametrize(("line", "ticked", "unsure"), LINES["takes"])
def test_a_line_for_a_list(line: str, ticked: list[int], unsure: list[int]) -> None:
    found = ticks_of(FACTS, line)
    assert found == (tuple(FACTS[n - 1] for n in ticked), tuple(FACTS[n - 1] for n in unsure))


@pytest.mark.parametrize("line", LINES["refuses"])
def test_a_line_that_is_no_answer_to_a_list(line: str) -> None:
    assert ticks_of(FACTS, line) is None


@pytest.mark.parametrize(
    ("fact", "line"), [("dark_urine", "sometimes"), ("age", "60ish"), ("sex_at_birth", "lady")]
)
def test_a_record_of_a_file_is_not_read_so(kb: Expert, fact: str, line: str) -> None:
    with pytest.raises(Faulty):
        kb.diagnose({fact: line})


@pytest.mark.parametrize("line", ["not done", "none", "-", "pending", "no result", "never measured"])
def test_a_test_that_nobody_made_is_unknown(kb: Expert, line: str) -> None:
    assert spoken(kb.vocabulary["tsh"], line, TODAY).text == "unknown"
    assert line == "never measured" or spoken_or_refused(kb, "age", line) != "unknown"


def spoken_or_refused(kb: Expert, fact: str, line: str) -> str:
    try:
        return spoken(kb.vocabulary[fact], line, TODAY).text
    except NotUnderstood:
        return "refused"


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
        ("what if the d-dimer is negative", "D-dimer: "),
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
    assert "`tell chest pain=yes` notes it" in shown
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
