"""After the last screen questions are answered, and it goes on where something is asked again."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

import charley
from charley.cli import main
from charley.engine.expert import Expert
from charley.terminal.conversation.consult import AFTERWARDS
from charley.terminal.conversation.talk import Talk


def consulted(*lines: str, audience: str = "patient") -> str:
    words = ["consult", "--audience", audience, "--engine", "kernel"]
    done = CliRunner().invoke(main, words, input="\n".join(lines) + "\n")
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture(scope="module")
def kb() -> Expert:
    return charley.load()


EMERGENCY = ("", "tell chest_pain=yes", "")
"""No story, an emergency, and Enter at the offer to stop."""


def test_a_question_after_the_end_is_answered() -> None:
    said = consulted(*EMERGENCY, "could it be a clot?", "")
    after = said[said.index(AFTERWARDS.strip()) :]
    assert "Blood clot in a leg vein" in after
    assert said.count("How urgent? EMERGENCY") == 1


def test_what_is_told_after_the_end_is_taken_and_shown() -> None:
    said = consulted(*EMERGENCY, "tell unilateral_leg_swelling=yes", "", "")
    assert said.count("How urgent? EMERGENCY") == 2


def test_the_consultation_goes_on_after_the_end() -> None:
    said = consulted(*EMERGENCY, "go on", "none", "quit")
    after = said[said.index(AFTERWARDS.strip()) :]
    assert "Which of these apply?" in after
    assert said.count(AFTERWARDS.strip()) == 1  # `quit` asks for nothing more


def test_all_shows_everything_after_the_end() -> None:
    said = consulted(*EMERGENCY, "all", "")
    assert "For educational purpose only" in said[said.index(AFTERWARDS.strip()) :]


def test_a_student_is_asked_without_the_answer(kb: Expert, tmp_path: Path) -> None:
    for fact in kb.vocabulary.values():
        assert fact.question("student") == fact.wording.clinician
    begun = Talk(kb.consult(engine="kernel", audience="student"), tmp_path / "c.yaml")
    begun.again = "unilateral_leg_swelling"
    assert "until tested" not in " ".join(begun.ask())
    assert "until tested" in " ".join(" ".join(begun.take_line("why")).split())


def test_a_choice_is_put_in_words_and_may_be_none(kb: Expert, tmp_path: Path) -> None:
    begun = Talk(kb.consult(engine="kernel", audience="patient"), tmp_path / "c.yaml")
    begun.again = "pain_laterality"
    shown = "\n".join(begun.ask())
    assert "one leg (side not told)" in shown and "0  none of these" in shown
    assert "not known" in " ".join(begun.take_line("0"))
    assert "pain_laterality" in begun.consultation.answers.unknown
