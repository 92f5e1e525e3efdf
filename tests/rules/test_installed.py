"""Bases that installed packages bring: found by name, refused with both names, and no trouble for others."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

import charley
from charley.cli import main
from charley.documents.diagnostic import Faulty
from charley.rules.loading.find import bundled, installed

SMALL = Path(__file__).parents[1] / "small_base"

Install = Callable[..., Path]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Lay a distribution with a base in it on the path, as pip does."""

    def lay(distribution: str, name: str, target: str, inner: str = "") -> Path:
        site = tmp_path / distribution
        about = site / f"{distribution}-1.5.dist-info"
        about.mkdir(parents=True)
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.5\n")
        (about / "entry_points.txt").write_text(f"[charley.knowledge_bases]\n{name} = {target}\n")
        package = site / f"{distribution}_package"
        shutil.copytree(SMALL, package / inner)
        (package / "__init__.py").write_text("")
        monkeypatch.syspath_prepend(site)
        return package

    return lay


def test_an_installed_base_is_loaded_by_its_name(install: Install) -> None:
    install("plants", "garden", "plants_package")
    install("nested", "indoor", "nested_package:in.side", "in/side")
    assert charley.load("garden") == charley.load("indoor") == charley.load(SMALL)
    assert [(base.name, base.distribution) for base in installed()] == [
        ("garden", "plants 1.5"),
        ("indoor", "nested 1.5"),
    ]


def test_two_packages_with_one_name_are_both_named(install: Install) -> None:
    install("plants", "garden", "plants_package")
    install("weeds", "garden", "weeds_package")
    done = CliRunner().invoke(main, ["check", "garden"])
    assert done.exit_code == 2
    assert "plants 1.5 and weeds 1.5" in done.stderr


def test_a_base_with_errors_stops_no_other(install: Install) -> None:
    package = install("broken", "wrong", "broken_package")
    (package / "facts.yaml").write_text("- id: [")
    install("absent", "lost", "absent_package:nowhere")
    install("raising", "loud", "raising_package.inner")
    install("plants", "garden", "plants_package")
    listed = json.loads(CliRunner().invoke(main, ["bases", "--json"]).output)
    problems = {base["name"]: base["problem"] for base in listed}
    assert problems.pop("garden") == ""
    assert all(problems.pop(name) == "" for name in bundled())
    assert set(problems) == {"wrong", "lost", "loud"}
    assert all(problems.values())
    for name in problems:
        with pytest.raises(Faulty):
            charley.load(name)


def test_a_bundled_name_stays_what_it_was(install: Install) -> None:
    install("thief", "nocturnal_leg_pain", "thief_package")
    assert charley.load("nocturnal_leg_pain") == charley.load()
    shown = CliRunner().invoke(main, ["bases"]).output
    assert "a bundled base has this name" in shown


def test_a_name_that_is_nearly_right_gets_the_installed_one(install: Install) -> None:
    install("plants", "garden", "plants_package")
    done = CliRunner().invoke(main, ["check", "gardn"])
    assert done.exit_code == 2
    assert "garden" in done.stderr
