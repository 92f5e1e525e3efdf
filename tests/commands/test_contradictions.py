"""Answers that cannot both be right are shown together on every face, at once."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from charley.cli import main

TOLD = {"sex_at_birth": "male", "pregnant": True, "age": 30}


@pytest.mark.parametrize(
    "arguments",
    [
        ["diagnose", "-", "--audience", "clinician"],
        ["diagnose", "-", "--audience", "patient"],
        ["report", "-", "--out", "page.md"],
        ["report", "-", "--out", "page.html"],
    ],
    ids=" ".join,
)
def test_both_answers_are_shown(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shown = CliRunner().invoke(main, arguments, input=json.dumps(TOLD)).output
    shown += "".join(file.read_text(encoding="utf-8") for file in tmp_path.iterdir())
    text = " ".join(shown.split())
    assert "which of the two is right?" in text
    if "patient" in arguments:
        said = text.split("You said: ")[1].split("How urgent?")[0]
        assert "male" in said
        assert "pregnant at the moment? yes" in said
    else:
        assert "sex at birth: male; pregnant: yes" in text


def test_the_json_has_both() -> None:
    shown = json.loads(CliRunner().invoke(main, ["diagnose", "-", "--json"], input=json.dumps(TOLD)).stdout)
    (found,) = shown["contradictions"]
    assert {part["name"] for part in found["support"]} == {"sex_at_birth", "pregnant"}
    assert all(shown["record"][name] == TOLD[name] for name in TOLD)


def test_a_consultation_says_it_at_once(tmp_path: Path) -> None:
    record = tmp_path / "told.json"
    record.write_text(json.dumps({"sex_at_birth": "male", "age": 30}))
    shown = (
        CliRunner()
        .invoke(main, ["consult", str(record), "--audience", "clinician"], input="tell pregnant=yes\n")
        .output
    )
    news = " ".join(shown.split("> tell pregnant=yes")[1].split())
    assert news.index("sex at birth: male; pregnant: yes") < 200
