"""The two distributions differ by experta, and by nothing else."""

from __future__ import annotations

import runpy
import sys
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
HOOK = ROOT / "packaging" / "core" / "metadata.py"


@pytest.fixture
def core(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What hatchling would be told of charley-core."""
    if not HOOK.is_file():
        pytest.skip("not the whole checkout, so the second distribution is not here")

    class Interface:
        root = str(HOOK.parent)

    stand_in = ModuleType("hatchling.metadata.plugin.interface")
    stand_in.MetadataHookInterface = Interface  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, stand_in.__name__, stand_in)
    metadata: dict[str, Any] = {}
    runpy.run_path(str(HOOK))["CustomMetadataHook"]().update(metadata)
    return metadata


def test_the_core_distribution_needs_the_same_without_experta(core: dict[str, Any]) -> None:
    full = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    left_out = set(full["dependencies"]) - set(core.pop("dependencies"))
    assert left_out == {"experta==1.9.4", "frozendict==1.2"}
    assert core == {key: full[key] for key in core}
    assert {"version", "optional-dependencies", "scripts"} < set(core)
