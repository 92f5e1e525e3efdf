"""Every code of a diagnostic has its page, every page its code, and the examples on the pages are true."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from charley.cli import main

ROOT = Path(__file__).parents[2]
PAGES = {page.stem: page for page in sorted((ROOT / "docs" / "diagnostics").glob("[A-Z][0-9]*.md"))}
CODES = sorted(
    {
        code
        for module in (ROOT / "charley").rglob("*.py")
        for code in re.findall(r'"([ACFR]\d{3})"', module.read_text(encoding="utf-8"))
    }
)
SECTIONS = ["What it checks", "Why it matters", "An example to avoid", "An example to prefer"]
PLAYED = [
    code for code, page in PAGES.items() if code[0] in "FR" and "```yaml" in page.read_text(encoding="utf-8")
]


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_a_page(code: str) -> None:
    assert code in PAGES, f"write docs/diagnostics/{code}.md"


@pytest.mark.parametrize("code", PAGES)
def test_every_page_has_a_code(code: str) -> None:
    assert code in CODES, f"nothing says {code} any more"


@pytest.mark.parametrize("code", PAGES)
def test_a_page_has_the_same_headings_as_the_others(code: str) -> None:
    lines = PAGES[code].read_text(encoding="utf-8").splitlines()
    assert re.match(rf"# {code}: [^A-Z].*[^.]$", lines[0])
    assert [line.removeprefix("## ") for line in lines if line.startswith("## ")] == SECTIONS


@pytest.mark.parametrize("code", PLAYED)
def test_the_example_to_avoid_is_reported_and_the_one_to_prefer_is_not(
    code: str, lay: Callable[..., Path]
) -> None:
    avoid, prefer = re.findall(r"```yaml\n(.*?)```", PAGES[code].read_text(encoding="utf-8"), re.DOTALL)
    base = lay()
    before = {file: file.read_text() for file in base.rglob("*.yaml")}
    assert code in _codes(_played(base, avoid))
    for file in base.rglob("*.yaml"):
        file.unlink()
    for file, text in before.items():
        file.write_text(text)
    assert code not in _codes(_played(base, prefer))


def _codes(result: Result) -> set[str]:
    return set(re.findall(r"^(?:standard input|plants)\S*: ([AFR]\d{3}) ", result.stderr, re.MULTILINE))


def _played(base: Path, example: str) -> Result:
    """The example in its place: a record diagnosed, files of rules or additions to files checked."""
    *others, example = re.split(r"^(?=# \S+\.yaml\b)", example, flags=re.MULTILINE)[1:]
    for other in others:
        _played(base, other)
    name = re.match(r"# (\S+)( \(all of it\))?\n", example)
    assert name, "the first line of an example names its file"
    if name[1] == "record.yaml":
        return CliRunner().invoke(main, ["diagnose", "-", "--kb", "plants"], input=example)
    file = base / name[1]
    if name[2] or not file.exists():
        file.write_text(example)
    else:
        file.write_text(json.dumps(_together(yaml.safe_load(file.read_text()), yaml.safe_load(example))))
    return CliRunner().invoke(main, ["check", "plants"])


def _together(old: Any, new: Any) -> Any:
    if isinstance(old, dict):
        return {**old, **{key: _together(old.get(key, []), value) for key, value in new.items()}}
    return [*old, *new]
