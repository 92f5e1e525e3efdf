"""What the bundled base says to a lay person and to a student: all there, plain, and no more than it may."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from statistics import mean

import pytest
from click.testing import CliRunner

import charley
from charley.cli import main
from charley.facts.vocabulary import Fact
from charley.facts.wording import AUDIENCES, Audience, Wording
from charley.rules.rule import Advise, Alert, Clear, Flag

with warnings.catch_warnings():
    # textstat reads its word lists through pkg_resources, which announces its own end.
    warnings.simplefilter("ignore")
    from textstat import textstat

BASE = charley.load()
EDUCATIONAL = "educational purpose only, pending human review"

QUESTIONS = {fact.id: question for fact in BASE.vocabulary.values() if (question := fact.question("patient"))}


def wordings() -> Iterator[tuple[str, Wording]]:
    """Everything but questions that is said to all three audiences, with where it stands."""
    for candidate in BASE.candidates.values():
        yield f"{candidate.id} name", candidate.name
        yield f"{candidate.id} description", candidate.description
    for alert in BASE.alerts.values():
        yield f"{alert.id} name", alert.name
    for rule in BASE.rules.values():
        for effect in rule.then:
            match effect:
                case (
                    Flag(action=wording) | Alert(action=wording) | Clear(note=wording) | Advise(text=wording)
                ):
                    yield f"{rule.id} {effect.kind}", wording
    about = BASE.about
    assert about.scope is not None and about.always_say is not None and about.follow_up is not None
    yield from {"scope": about.scope.wording, "always": about.always_say, "next": about.follow_up}.items()


def sentences() -> Iterator[tuple[str, str]]:
    """Every text for a lay person, with where it stands."""
    yield from QUESTIONS.items()
    yield from ((where, wording.to("patient")) for where, wording in wordings())
    for candidate in BASE.candidates.values():
        yield from ((f"{candidate.id} next step", step) for step in candidate.next_steps.patient)


def grade(text: str) -> float:
    """The school grade that can read it (Flesch and Kincaid)."""
    return float(textstat.flesch_kincaid_grade(text))


def test_the_measure_tells_plain_words_from_others() -> None:
    assert grade("Is your leg swollen?") < 4
    assert (
        grade("Considerable unilateral oedematous enlargement necessitates compression ultrasonography.") > 15
    )


def test_the_words_for_patients_can_be_read_after_eight_years_of_school() -> None:
    assert mean(grade(text) for _, text in sentences()) <= 8


def test_no_question_for_patients_asks_for_more_than_eleven() -> None:
    assert {id: grade(question) for id, question in QUESTIONS.items() if grade(question) > 11} == {}


@pytest.mark.parametrize("audience", ["patient", "student"])
def test_everything_is_said_to_everybody(audience: Audience) -> None:
    assert [where for where, wording in wordings() if not getattr(wording, audience)] == []
    assert [id for id, c in BASE.candidates.items() if not getattr(c.next_steps, audience)] == []


def test_every_fact_is_put_to_students_and_those_that_patients_answer_to_patients() -> None:
    facts = BASE.vocabulary.values()
    assert [fact.id for fact in facts if not fact.wording.student] == []
    assert [fact.id for fact in facts if fact.answered_by == "patient" and not fact.question("patient")] == []


def only_history(fact: Fact) -> bool:
    """A person can tell it, without anybody examining or testing anything."""
    return fact.answered_by == "patient" and fact.burden == "history"


def test_a_patient_is_never_asked_what_takes_an_examination_or_a_test() -> None:
    assert [id for id in QUESTIONS if not only_history(BASE.vocabulary[id])] == []


@pytest.mark.parametrize("told", [{}, {"age": 67}, {"age": 67, "unilateral_leg_swelling": True}])
def test_a_consultation_with_a_patient_asks_only_what_a_patient_can_answer(told: dict[str, object]) -> None:
    consultation = BASE.consult(told, engine="kernel", audience="patient")
    for _ in range(12):
        question = consultation.next_question()
        assert question is not None
        assert only_history(BASE.vocabulary[question.fact])
        assert question.wording == QUESTIONS[question.fact]
        consultation.unknown(question.fact)


@pytest.mark.parametrize("audience", AUDIENCES)
def test_every_face_says_what_it_is_not(audience: Audience) -> None:
    assert EDUCATIONAL in BASE.about.disclaimer
    assert BASE.diagnose({"age": 67}, audience=audience).disclaimer == BASE.about.disclaimer
    shown = [
        ["candidates", "--audience", audience],
        ["candidates", "deep_vein_thrombosis", "--audience", audience],
        ["about"],
        ["rules", "dvt-swelling"],
    ]
    for arguments in shown:
        said = " ".join(CliRunner().invoke(main, arguments).output.split()).lower()
        assert EDUCATIONAL in said, arguments


def test_what_must_be_said_on_every_result_is_said_to_each() -> None:
    said = {audience: BASE.diagnose({}, audience=audience).model_dump_json() for audience in AUDIENCES}
    assert BASE.about.always_say is not None
    for audience in AUDIENCES:
        assert BASE.about.always_say.to(audience) in said[audience]


def test_no_em_dash_anywhere() -> None:
    files = sorted(BASE.path.rglob("*.yaml"))
    assert files
    assert [file.name for file in files if "\u2014" in file.read_text(encoding="utf-8")] == []


def test_patients_are_spoken_to_and_not_in_abbreviations() -> None:
    """Words of the trade that a lay person need not know stand in no question."""
    trade = (
        "CK",
        "ABI",
        "DVT",
        "EMG",
        "MRI",
        "oedema",
        "paraesthesia",
        "claudication",
        "bilateral",
        "unilateral",
    )
    found = {id: word for id, question in QUESTIONS.items() for word in trade if word in question.split()}
    assert found == {}
