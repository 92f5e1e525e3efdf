"""What a base calls its audiences is what readers choose from and are told, at every face."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from charley.cli import main
from charley.engine.expert import load

CAR = Path(__file__).parents[2] / "examples" / "car_trouble"


def run(*arguments: str, input: str) -> str:
    result = CliRunner().invoke(main, [*arguments, "--kb", str(CAR)], input=input)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return str(result.output)


@pytest.mark.parametrize("choice", ["1", "owner of the car", "own", "patient"])
def test_a_reader_chooses_by_the_name_or_the_number(choice: str) -> None:
    said = run("consult", input=f"nobody\n{choice}\naudience clinician\nquit\n")
    assert "   1  owner of the car\n   2  apprentice\n   3  mechanic\n" in said
    assert "Write 1, 2 or 3, or one of owner of the car, apprentice, mechanic." in said
    assert "Worded for a mechanic from now on." in said


def test_a_result_says_for_whom_it_is_worded() -> None:
    said = run("diagnose", "-", "--full", "--audience", "student", input="lights_dim: yes")
    assert "worded for an apprentice" in " ".join(said.split())


def test_a_base_that_calls_them_nothing_else_has_the_plain_names() -> None:
    about = load("sore_throat").about
    assert [about.called(each) for each in ("patient", "student", "clinician")] == [
        "patient",
        "student",
        "clinician",
    ]


def test_a_page_and_a_form_say_so_too() -> None:
    pytest.importorskip("httpx2", reason="what drives the application in the process is not installed")
    from starlette.testclient import TestClient

    from charley.serve.app import create_app
    from charley.serve.fhir.writing.questionnaire import questionnaire
    from charley.serve.service import Settings

    with TestClient(create_app(Settings(kbs=(str(CAR),)))) as client:
        page = client.get("/").text
    assert (
        ">Owner of the car</label>" in page and ">Mechanic</label>" in page and ">Patient</label>" not in page
    )
    form = questionnaire(load(CAR), "patient", "4.0")
    assert form["title"] == "The car does not start: questions for an owner of the car"
