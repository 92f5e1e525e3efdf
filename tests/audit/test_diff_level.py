"""How far a version must rise: one edit of the small base for each level, through the command."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from charley.audit.diff.comparison import KINDS, Change
from charley.audit.diff.level import TAKES_AWAY, next_version, required_level, rises_enough
from charley.cli import main

SMALL = Path(__file__).parents[1] / "small_base"
EDITS = {
    "another title": ("rules/water.yaml", "title: A dry pot", "title: A very dry pot", "patch"),
    "another source": (
        "rules/water.yaml",
        "because: A plant without",
        "because: Every plant without",
        "patch",
    ),
    "another weight": ("rules/water.yaml", "lr: 4.5\n", "lr: 9\n", "minor"),
    "another action": ("rules/water.yaml", "action: Let it drain", "action: Drain it now", "minor"),
    "a flag less urgent": ("rules/water.yaml", "urgency: same_day", "urgency: soon", "major"),
    "an alert that is harder to raise": ("rules/dangers.yaml", "< 10 or", "< 10 and", "major"),
    "an alert that is easier to raise": ("rules/dangers.yaml", "< 10 or", "< 12 or", "minor"),
    "a rule is gone by its name": ("rules/water.yaml", "id: water-drowning", "id: water-drowned", "major"),
}


@pytest.mark.parametrize("what", EDITS)
def test_the_level_follows_from_the_edit(what: str, lay: Callable[..., Path]) -> None:
    file, was, now, level = EDITS[what]
    assert _level(SMALL, _edited(lay(), file, was, now))["level"] == level


def _level(old: Path, new: Path) -> dict[str, object]:
    done = CliRunner().invoke(main, ["diff", str(old), str(new), "--json"])
    found: dict[str, object] = json.loads(done.output)
    return found


def _edited(base: Path, file: str, was: str, now: str) -> Path:
    path = base / file
    text = path.read_text()
    assert was in text, f"{file} holds no {was!r}"
    path.write_text(text.replace(was, now, 1))
    return base


def test_nothing_changed_asks_for_no_version(lay: Callable[..., Path]) -> None:
    assert _level(SMALL, lay())["level"] == "none"


def test_some_kinds_alone_do_not_tell_the_level(lay: Callable[..., Path]) -> None:
    done = CliRunner().invoke(main, ["diff", str(SMALL), str(lay()), "--json", "--only", "lost-flag"])
    assert "level" not in json.loads(done.output)


@pytest.mark.parametrize("kind", KINDS)
def test_whoever_is_warned_less_makes_it_major(kind: str) -> None:
    assert required_level([Change(kind, None)], []).level == ("major" if kind in TAKES_AWAY else "minor")


@pytest.mark.parametrize(
    ("version", "patch", "minor", "major"),
    [
        ("1.2.3", "1.2.4", "1.3.0", "2.0.0"),
        ("0.4.1", "0.4.2", "0.4.2", "0.5.0"),
        ("2026-11", None, None, None),
    ],
)
def test_the_least_version(version: str, patch: str | None, minor: str | None, major: str | None) -> None:
    found = [next_version(version, level) for level in ("patch", "minor", "major")]
    assert found == [patch, minor, major]


versions = st.lists(st.integers(0, 9), min_size=3, max_size=3).map(lambda parts: ".".join(map(str, parts)))


@given(versions)
def test_the_least_version_is_enough_and_the_old_one_is_not(version: str) -> None:
    for level in ("patch", "minor", "major"):
        least = next_version(version, level)
        assert least is not None
        assert rises_enough(version, least, level)
        assert not rises_enough(version, version, level)
