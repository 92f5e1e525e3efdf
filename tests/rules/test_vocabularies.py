"""Shared vocabularies: facts that are taken mean what they mean at home, and are part of who takes them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from charley.authoring.editor.names import defined, in_conditions
from charley.authoring.editor.words import meaning
from charley.cli import main
from charley.engine.expert import load
from charley.rules.loading import find
from charley.rules.loading.check import check
from charley.rules.loading.find import Installed, bundled
from charley.rules.loading.read import read, read_all
from charley.rules.loading.shared.vocabularies import beside_it, sources
from charley.rules.signoff.layers import Layers

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def moped(tmp_path: Path) -> Path:
    """A base that takes facts from the one beside it."""
    for name in ("car_trouble", "moped_trouble"):
        shutil.copytree(EXAMPLES / name, tmp_path / name)
    return tmp_path / "moped_trouble"


def replaced(file: Path, before: str, after: str) -> None:
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after))


def run(*arguments: object) -> str:
    result = CliRunner().invoke(main, list(map(str, arguments)))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.output


def test_what_is_taken_is_what_it_is_at_home_and_stands_first(moped: Path) -> None:
    here, there = read(moped).vocabulary, read(moped.parent / "car_trouble").vocabulary
    taken = ["battery_voltage", "lights_dim", "smell_of_petrol"]
    assert list(here) == [*taken, "plug_wet"]
    assert [here[id] for id in taken] == [there[id] for id in taken]
    assert here.titles == {"car": "The car", "moped": "The moped"}
    assert here.compared["battery_voltage"] == (("<", 11.8), (">=", 12.4))
    assert check(moped) == []


def test_a_change_at_home_changes_the_digest_what_is_loaded_and_what_is_approved(
    moped: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    room = tmp_path / "cache"
    room.mkdir(mode=0o700)
    monkeypatch.setenv("CHARLEY_CACHE", str(room))
    before = load(moped)
    assert load(moped).digest == before.digest
    layers = {id: Layers(before).rule(id).digest for id in before.rules}
    replaced(moped.parent / "car_trouble" / "facts.yaml", "Are the lights dim or off?", "Are they out?")
    after = load(moped)
    assert after.vocabulary["lights_dim"].wording.clinician == "Are they out?"
    assert after.digest != before.digest
    now = Layers(after)
    changed = [id for id, digest in layers.items() if now.rule(id).digest != digest]
    assert changed == ["bat-dim", "bat-low", "bat-full"]


def test_a_change_of_what_is_not_taken_changes_nothing(moped: Path) -> None:
    before = read(moped).digest
    replaced(moped.parent / "car_trouble" / "facts.yaml", "Does the starter turn", "Will the starter turn")
    assert read(moped).digest == before


def test_the_same_id_with_another_meaning_names_both(moped: Path) -> None:
    file = moped / "facts.yaml"
    file.write_text(
        file.read_text()
        + "    - {id: lights_dim, kind: boolean, answered_by: patient, wording: Is the lamp dim?}\n"
    )
    (problem,) = [each for each in check(moped) if each.severity == "error"]
    assert problem.code == "R020" and Path(problem.file).name == "vocabulary.yaml"
    assert "`lights_dim` of `../car_trouble`" in problem.message and "facts.yaml:" in problem.message
    assert problem.message.endswith("wording, said_as differ")


def test_the_same_id_with_the_same_meaning_is_one_fact(moped: Path) -> None:
    (moped / "vocabulary.yaml").write_text(
        (moped / "vocabulary.yaml").read_text() + "- {from: ../moped_trouble, facts: [plug_wet]}\n"
    )
    assert check(moped) == []


def test_an_installed_base_is_taken_from_by_its_name(moped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = moped.parent / "garage"
    package.mkdir()
    (package / "__init__.py").write_text("")
    shutil.move(moped.parent / "car_trouble", package / "car_trouble")
    monkeypatch.syspath_prepend(str(moped.parent))
    brought = Installed("charley-cars", "garage:car_trouble", "garage 1.0")
    monkeypatch.setattr("charley.rules.loading.shared.vocabularies.installed", lambda: (brought,))
    replaced(moped / "vocabulary.yaml", "../car_trouble", "charley-cars")
    assert check(moped) == []
    assert [name for name, _ in sources(moped)] == ["charley-cars"]
    assert beside_it(moped) == ()
    assert find.GROUP == "charley.knowledge_bases"


def test_a_bundled_base_is_taken_from_by_its_name(moped: Path) -> None:
    (moped / "vocabulary.yaml").write_text("- {from: sore_throat, facts: [age]}\n")
    age = read_all(moped)[0].vocabulary["age"]
    assert age == read(bundled()["sore_throat"]).vocabulary["age"]


def test_an_older_revision_is_compared_with_its_own_vocabulary(moped: Path) -> None:
    git = ["git", "-C", str(moped.parent), "-c", "user.name=A", "-c", "user.email=a@example.org"]
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "before"]):
        subprocess.run([*git, *arguments], check=True)
    replaced(moped.parent / "car_trouble" / "facts.yaml", "[0, 16]", "[0, 15]")
    said = run("diff", "HEAD", moped)
    assert "battery_voltage" in said and "plausible_range" in said


def test_an_editor_knows_what_is_taken(moped: Path) -> None:
    contents = read_all(moped)[1]
    assert "battery_voltage" in in_conditions(contents)
    (placed,) = defined(contents)["battery_voltage"]
    assert "Voltage of the battery" in meaning(placed)
    assert Path(placed.problem(["id"], "", "").file).name == "vocabulary.yaml"
