"""The two distributions differ by experta, and by nothing else."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
ONLY_IN_THE_FULL_ONE = {"experta", "frozendict"}


def _project(file: str) -> dict[str, Any]:
    path = ROOT / file
    if not path.is_file():
        pytest.skip("not the whole checkout, so the second distribution is not here")
    found: dict[str, Any] = tomllib.loads(path.read_text())["project"]
    return found


def test_the_core_distribution_needs_the_same_without_experta() -> None:
    full, core = _project("pyproject.toml"), _project("packaging/core/pyproject.toml")
    left = [need for need in full["dependencies"] if need.split("=")[0] not in ONLY_IN_THE_FULL_ONE]
    assert core["dependencies"] == left
    assert len(left) == len(full["dependencies"]) - len(ONLY_IN_THE_FULL_ONE)
    for key in ("requires-python", "license", "authors", "scripts"):
        assert core[key] == full[key]
    extras = dict(full.get("optional-dependencies", {}))
    assert core.get("optional-dependencies") == extras
