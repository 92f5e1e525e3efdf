"""`charley new`: a base at which nothing is found, written whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

import charley
from charley.authoring import scaffold
from charley.cli import main


def run(*arguments: str, input: str | None = None) -> Result:
    return CliRunner().invoke(main, arguments, input=input)


@pytest.mark.parametrize(
    "title", ['Throat: "sore"', "Maux de gorge – l'hiver", "{{ id }} {% raw %}", "a\nb: c #d", "no"]
)
def test_any_title_makes_a_base_at_which_nothing_is_found(tmp_path: Path, title: str) -> None:
    folder = tmp_path / "Sore throat"
    result = run("new", str(folder), "--title", title)
    assert result.exit_code == 0, result.output
    assert "pending human review" in result.output
    assert [str(d) for d in charley.check(folder)] == []
    base = charley.load(folder)
    assert (base.id, base.about.title) == ("sore_throat", title)


@pytest.mark.parametrize(
    ("name", "id"), [("Sore throat", "sore_throat"), ("2024", "base_2024"), ("—", "base")]
)
def test_the_id_comes_from_the_name_of_the_folder(name: str, id: str) -> None:
    assert scaffold.id_from(Path(name)) == id


@pytest.mark.parametrize(
    ("there", "options", "said"),
    [
        ("full/notes.txt", ["full"], "this folder is not empty"),
        ("full/.hidden", ["full"], "this folder is not empty"),
        ("full", ["full"], "this is a file"),
        ("other", ["full", "--id", "Not an id"], "not a well-formed id"),
        ("other", ["full", "--title", " "], "the title is blank"),
    ],
)
def test_it_is_refused_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: str, options: list[str], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(there).parent.mkdir(exist_ok=True)
    Path(there).write_text("mine")
    before = sorted(tmp_path.rglob("*"))
    result = run("new", *options)
    assert (result.exit_code, said in result.output) == (2, True), result.output
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("exists", [True, False])
def test_a_write_that_fails_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exists: bool
) -> None:
    folder = tmp_path / "base"
    if exists:
        folder.mkdir()
    rename, renamed = Path.rename, list[Path]()

    def fails_at_the_third(self: Path, target: Path) -> Path:
        renamed.append(self)
        if len(renamed) == (3 if exists else 1):
            raise OSError(28, "No space left on device", str(target))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fails_at_the_third)
    assert run("new", str(folder)).exit_code == 2
    assert list(tmp_path.rglob("*")) == ([folder] if exists else [])


def test_an_empty_folder_is_filled_in_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    before = tmp_path.stat().st_ino
    assert run("new", ".", "--id", "throat").exit_code == 0
    assert tmp_path.stat().st_ino == before
    assert (tmp_path / "knowledge_base.yaml").exists()


def test_the_commands_work_on_it_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("new", "throat").exit_code == 0
    assert run("test", "throat").exit_code == 0
    assert run("diagnose", "-", "--kb", "throat", input="stiff_neck: yes").output.count("Possible meningitis")
    asked = run("consult", "--kb", "throat", "--audience", "patient", "--engine", "kernel", input="q\n")
    assert asked.exit_code == 0, asked.output
    assert run("about", "throat").exit_code == 0
    assert run("review", "status", "throat").exit_code == 0


def test_every_file_says_what_it_is_and_teaches() -> None:
    for file in sorted(scaffold.TEMPLATES.rglob("*.yaml")):
        text = file.read_text(encoding="utf-8")
        assert text.startswith(f"# {file.relative_to(scaffold.TEMPLATES).as_posix()}: ")
        assert max(map(len, text.splitlines())) <= 120
        yaml.compose(text.replace("{{ ", '"').replace(" }}", '"'))
