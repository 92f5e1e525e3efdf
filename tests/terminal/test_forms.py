"""The basics in a terminal: one by one or all on one line, Enter where somebody is not sure, and all that a
question takes.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path

import pytest
from talks import begun, say

import charley
from charley.documents.document import read_document
from charley.engine.ask.shapes.screen import TickList
from charley.engine.consult.replay import replay
from charley.engine.consult.transcript import read_saved
from charley.engine.expert import Expert
from charley.facts.answering.fields import fields_of
from charley.facts.wording import AUDIENCES, Audience
from charley.terminal.conversation.talk import Talk

TODAY = datetime.date(2026, 11, 30)


@pytest.fixture(scope="module")
def kb() -> Expert:
    return charley.load()


def at_the_form(kb: Expert, tmp_path: Path, audience: Audience = "patient") -> tuple[Talk, str]:
    """A talk of somebody who told nothing, and what is shown where the form comes."""
    talk = begun(kb, tmp_path, audience)
    return talk, say(talk, "", "none")


def asked(talk: Talk) -> str | None:
    return talk.question.fact if talk.question is not None else None


@pytest.mark.parametrize("audience", AUDIENCES)
def test_the_form_says_how_many_questions_it_has_and_begins(
    kb: Expert, tmp_path: Path, audience: Audience
) -> None:
    talk, shown = at_the_form(kb, tmp_path, audience)
    first = kb.vocabulary[kb.about.basics[0]]
    assert "-- The basics --" in shown and f"{len(kb.about.basics)} questions" in shown
    assert (first.question(audience) or "") in shown and asked(talk) == first.id
    assert "\n".join(shown.split("\n")).count("-- ") == 1, "one heading"


def test_the_questions_come_one_by_one_under_one_heading(kb: Expert, tmp_path: Path) -> None:
    talk, _ = at_the_form(kb, tmp_path)
    for fact, line in zip(kb.about.basics, ("58", "f", "left", "3 weeks"), strict=True):
        assert asked(talk) == fact
        shown = say(talk, line)
        assert ("-- " in shown) == (fact == kb.about.basics[-1])
    assert {id: talk.consultation.record[id] for id in kb.about.basics} == {
        "age": 58, "sex_at_birth": "female", "pain_laterality": "left_only", "symptom_duration_days": 21,
    }  # fmt: skip
    assert isinstance(talk.screen, TickList)


def test_all_may_stand_on_one_line_and_are_played_back(kb: Expert, tmp_path: Path) -> None:
    talk, _ = at_the_form(kb, tmp_path)
    shown = say(talk, "58 f left 3 weeks")
    assert shown.count("Understood: ") == 4 and "left only" in shown and "3 weeks" in shown
    assert talk.consultation.record["symptom_duration_days"] == 21
    assert isinstance(talk.screen, TickList)


def test_what_a_line_leaves_out_is_asked_for_by_itself(kb: Expert, tmp_path: Path) -> None:
    talk, _ = at_the_form(kb, tmp_path)
    say(talk, "58, left")
    assert talk.fields == ("sex_at_birth", "symptom_duration_days") and asked(talk) == "sex_at_birth"


def test_enter_is_not_sure_and_never_a_no(kb: Expert, tmp_path: Path) -> None:
    talk, _ = at_the_form(kb, tmp_path)
    assert "not known" in say(talk, "")
    say(talk, "", "", "")
    assert talk.consultation.answers.unknown >= {*kb.about.basics}
    assert isinstance(talk.screen, TickList)


def test_back_takes_the_last_line_back_and_then_the_list_before(kb: Expert, tmp_path: Path) -> None:
    talk, _ = at_the_form(kb, tmp_path)
    say(talk, "58", "f")
    say(talk, "back")
    assert asked(talk) == "sex_at_birth"
    say(talk, "m")
    assert asked(talk) == "pain_laterality" and talk.consultation.record["sex_at_birth"] == "male"
    say(talk, "back", "back", "back")
    assert isinstance(talk.screen, TickList) and not talk.consultation.record
    say(talk, "none")
    assert asked(talk) == "age"


def test_back_after_one_line_takes_all_of_it_back(kb: Expert, tmp_path: Path) -> None:
    talk, _ = at_the_form(kb, tmp_path)
    say(talk, "58 f left 3 weeks", "back")
    assert not {*kb.about.basics} & {*talk.consultation.record} and asked(talk) == "age"


def test_a_field_can_be_put_off(kb: Expert, tmp_path: Path) -> None:
    talk, _ = at_the_form(kb, tmp_path)
    assert "Postponed" in say(talk, "skip") and asked(talk) == "sex_at_birth"


def test_a_story_in_between_is_confirmed_and_fills_fields(kb: Expert, tmp_path: Path) -> None:
    talk, _ = at_the_form(kb, tmp_path)
    say(talk, "I am a 58 year old woman and my left calf has been hurting for three weeks", "yes")
    assert talk.consultation.record["age"] == 58
    assert not {*talk.fields} & {*talk.consultation.record}


def test_why_explains_the_form_and_each_of_its_lines(kb: Expert, tmp_path: Path) -> None:
    talk, _ = at_the_form(kb, tmp_path)
    assert "It is asked now because" in say(talk, "why") and asked(talk) == "age"
    assert "spare" in say(talk, "why 2")
    assert "Enter is `unknown`" in say(talk, "?")
    talk, _ = at_the_form(kb, tmp_path, "clinician")
    assert "This screen promises" in say(talk, "why")


def test_another_reader_gets_the_form_in_their_words(kb: Expert, tmp_path: Path) -> None:
    talk, _ = at_the_form(kb, tmp_path)
    assert kb.vocabulary["age"].wording.clinician in say(talk, "clinician")


def test_a_form_is_saved_and_replayed_answer_by_answer(kb: Expert, tmp_path: Path) -> None:
    talk, _ = at_the_form(kb, tmp_path)
    say(talk, "58 f ? 3 weeks")
    again = replay(kb, read_saved(read_document(str(tmp_path / "c.yaml"))))
    assert not again.departures and again.consultation.answers == talk.consultation.answers


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("58 f left 3 weeks", "58|f|left|3 weeks"),
        ("58, f, left, 3 weeks", "58|f|left|3 weeks"),
        ("58; female; left leg; 3 weeks", "58|female|left|3 weeks"),
        ("58 years old woman right two months", "58|woman|right|two months"),
        ("58 f both legs for about 3 weeks", "58|f|both|3 weeks"),
        ("71yo m both 2 years", "71yo|m|both|2 years"),
        ("58 2 1 3 weeks", "58|2|1|3 weeks"),
        ("58 f ? 3 weeks", "58|f|unknown|3 weeks"),
        ("58 - - 3 weeks", "58|unknown|unknown|3 weeks"),
        ("58 left", "58||left|"),
        ("f left 3 weeks", "|f|left|3 weeks"),
        ("3 weeks", None),
        ("58", None),
        ("3 weeks 58", None),
        ("3 weeks left", None),
        ("58 f and it hurts", None),
        ("58 f left 3 weeks and a fever", None),
        ("58 f left 3 weeks feverish", None),
        ("58 f left numb 3 weeks", None),
        ("58 f not left 3 weeks", None),
        ("", None),
        ("58 " * 40, None),
    ],
)
def test_a_line_is_read_in_the_order_of_the_questions_or_not_at_all(
    kb: Expert, line: str, read: str | None
) -> None:
    facts: Sequence[str] = kb.about.basics
    expected = (
        None
        if read is None
        else {fact: said for fact, said in zip(facts, read.split("|"), strict=True) if said}
    )
    assert fields_of(kb.vocabulary, facts, line, TODAY) == expected
