"""Every block of Python on the page about cohorts is run, in its order, where what it imports is installed.

Spark's is run where a session is, and what the page itself says was not run is not run.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pyarrow", reason="a cohort needs charley[cohort]")

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "cohort.md"
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
ELSEWHERE = ("# spark", "# not run")
HERE = [block for block in BLOCKS if not block.startswith(ELSEWHERE)]


def test_every_block_is_run_here_or_with_a_session() -> None:
    assert len(HERE) == len(BLOCKS) - len(ELSEWHERE) >= 6


@pytest.fixture(scope="module")
def names() -> dict[str, Any]:
    """What the blocks before a block have made."""
    found: dict[str, Any] = {}
    exec(HERE[0], found)
    return found


@pytest.mark.parametrize("number", range(1, len(HERE)))
def test_a_block_runs(number: int, names: dict[str, Any]) -> None:
    for module in re.findall(r"^import (\w+)", HERE[number], re.MULTILINE):
        pytest.importorskip(module, reason=f"{module} is not installed")
    exec(compile(HERE[number], f"block {number} of {PAGE.name}", "exec"), dict(names))
