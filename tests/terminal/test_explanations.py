"""Explanations are data; `str()` and the terminal show the same rows, and answers are never lost unseen."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import charley
from charley.cli import main
from charley.engine.consult.consultation import Consultation
from charley.engine.consult.transcript import FORMAT
from charley.engine.explanation import Explanation
from charley.terminal.explanations import show_explanation

ROOT = Path(__file__).parents[2]
SWOLLEN = ROOT / "examples" / "swollen-calf.yaml"
SMALL = ROOT / "tests" / "small_base"


@pytest.fixture(scope="module")
def consultation() -> Consultation:
    base = charley.load()
    return base.consult(charley.read_answers(SWOLLEN, base.vocabulary), engine="kernel")


@pytest.fixture(scope="module")
def explanations(consultation: Consultation) -> list[Explanation]:
    c = consultation
    fragility = c.fragility()
    assert fragility is not None
    return [
        c.how("deep_vein_thrombosis"),
        c.how("deep_vein_thrombosis.1"),
        c.why("age"),
        c.why_not("cellulitis"),
        c.what_if(fever_or_rigors="yes"),
        c.contrast("deep_vein_thrombosis", "cellulitis"),
        fragility,
        c.stop(),
        *c.distances()[:3],
    ]


def test_an_explanation_is_frozen_data_with_words(explanations: list[Explanation]) -> None:
    for found in explanations:
        assert dataclasses.is_dataclass(found)
        field = dataclasses.fields(found)[0].name
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(found, field, None)
        assert str(found) == "\n".join(f"{margin}{text}".rstrip() for margin, text in found.rows())
        assert all("\n" not in text and not text.startswith(" " * 60) for _, text in found.rows())


@pytest.mark.parametrize("columns", [40, 57, 80, 110])
def test_the_terminal_shows_the_same_words_within_its_width(
    explanations: list[Explanation], columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    for found in explanations:
        shown = list(show_explanation(found))
        longest = max(len(word) for line in shown for word in line.split())
        assert all(len(line) <= max(columns, longest + columns // 2) for line in shown)
        words = str(found).lower().split()
        assert " ".join(shown).lower().split()[: len(words)] == words


def test_json_names_its_format_and_holds_every_field() -> None:
    asked = ["--how", "deep_vein_thrombosis", "--why-not", "cellulitis", "--stop", "--fragility", "--json"]
    result = CliRunner().invoke(main, ["explain", str(SWOLLEN), *asked])
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert found["format"] == "charley.explanation.v1"
    assert set(found) == {"format", "how", "why_not", "fragility", "stop", "disclaimer"}
    base = charley.load()
    c = base.consult(charley.read_answers(SWOLLEN, base.vocabulary), engine="kernel")
    how = c.how("deep_vein_thrombosis")
    assert set(found["how"]) == {field.name for field in dataclasses.fields(how)}
    assert found["how"]["place"] == json.loads(c.differential.model_dump_json())["standings"][0]


# ---------------------------------------------------------------------- answers that are not accepted


def kept(folder: Path, urgency: str, *events: tuple[str, object]) -> Path:
    """A consultation that was held on another version of the small base."""
    lines = [
        f"format: {FORMAT}",
        'knowledge_base: {id: plants, version: "0", digest: "00"}',
        "audience: clinician",
        "events:",
        *(f'- {{at: "", fact: {fact}, answer: {json.dumps(value)}}}' for fact, value in events),
        f"result: {{leader: mites, urgency: {urgency}}}",
    ]
    file = folder / "kept.yaml"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


REFUSED = [("no_such_fact", True), ("days_dry", 5000), ("leaf_colour", "purple"), ("wilting", "perhaps")]


@pytest.mark.parametrize(("fact", "value"), REFUSED)
@pytest.mark.parametrize("command", ["explain", "explain --json", "report"])
def test_an_answer_that_is_not_accepted_is_told_first(
    fact: str, value: object, command: str, tmp_path: Path
) -> None:
    file = kept(tmp_path, "emergency", ("wilting", True), (fact, value))
    out = ["--out", str(tmp_path / "report.md")] if command == "report" else []
    result = CliRunner().invoke(main, [*command.split(), str(file), "--kb", str(SMALL), *out])
    assert result.exit_code == 1, result.output
    if command == "explain --json":
        warned = json.loads(result.stdout)["warnings"]
    else:
        warned = [line.removeprefix("!! ") for line in result.stdout.split("\n\n")[0].splitlines()]
    if command == "report":
        page = (tmp_path / "report.md").read_text(encoding="utf-8")
        assert page.index("LEFT OUT: 1 answer") < page.index("## Overall urgency")
    assert warned[0].startswith("LEFT OUT: 1 answer")
    assert f"answer 2, {fact}" in " ".join(warned)
    assert "LESS URGENT: overall urgency was EMERGENCY" in " ".join(warned)


def test_where_every_answer_is_accepted_nothing_is_warned_of(tmp_path: Path) -> None:
    file = kept(tmp_path, "routine", ("wilting", True))
    result = CliRunner().invoke(main, ["explain", str(file), "--kb", str(SMALL)])
    assert result.exit_code == 0 and "!!" not in result.output
    lower = kept(tmp_path, "emergency", ("wilting", True))
    result = CliRunner().invoke(main, ["explain", str(lower), "--kb", str(SMALL)])
    assert result.exit_code == 0 and result.output.startswith("!! LESS URGENT")
