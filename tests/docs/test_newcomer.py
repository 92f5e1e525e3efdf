"""What a newcomer is promised: a short reading order, and every law linked to its test."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
MOST_LINES = 600
README = (ROOT / "README.md").read_text(encoding="utf-8")
PACKAGE = ROOT / "charley"


def functions(file: Path) -> dict[str, ast.FunctionDef]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def reading_order() -> list[tuple[str, str | None]]:
    """The files of the reading order, each with the one part of it that is to be read, or None for all."""
    section = README.split("## Reading order")[1].split("\n## ")[0]
    return [
        (file, part or None)
        for file, part in re.findall(r"^\d+\. (?:`([^`]*)` in )?\[`([^`]+)`\]", section, re.MULTILINE)
        for file, part in [(part, file)]
    ]


def length(file: Path, part: str | None) -> int:
    lines = file.read_text(encoding="utf-8").splitlines()
    if part is None:
        return len(lines)
    if file.suffix == ".yaml":
        start = lines.index(f"- id: {part}")
        return next((n for n, line in enumerate(lines[start:]) if not line.strip()), len(lines) - start)
    node = functions(file)[part]
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    assert node.end_lineno is not None
    return node.end_lineno - first + 1


def test_the_reading_order_is_as_short_as_the_readme_says() -> None:
    order = reading_order()
    assert len(order) == 7
    total = sum(length(ROOT / file, part) for file, part in order)
    assert 300 < total < MOST_LINES
    assert f"under {MOST_LINES} lines" in README


def test_the_readme_names_every_room_once_and_no_other() -> None:
    rooms = {file.parent.name + "/" for file in PACKAGE.glob("*/__init__.py")} | {"cli.py"}
    named = re.findall(r"^\| `charley/([^`]+)` \|", README, re.MULTILINE)
    assert sorted(named) == sorted(rooms)


LINK = re.compile(r"\[`(test_\w+)`\]\(\.\./(tests/[\w/]+\.py)\)")
SEMANTICS = (DOCS / "semantics.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "file"), LINK.findall(SEMANTICS))
def test_a_law_has_its_test(name: str, file: str) -> None:
    assert name in functions(ROOT / file)


@pytest.mark.parametrize("file", ["tests/engine/test_laws.py", "tests/engine/test_one_meaning.py"])
def test_every_law_is_among_those_that_the_semantics_lists(file: str) -> None:
    tests = {name for name in functions(ROOT / file) if name.startswith("test_")}
    assert tests == {name for name, where in LINK.findall(SEMANTICS) if where == file}


PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted(DOCS.glob("*.md")),
    *sorted((DOCS / "how-to").glob("*.md")),
]


@pytest.mark.parametrize(
    "page", [*PAGES, *sorted((DOCS / "decisions").glob("*.md"))], ids=lambda page: page.name
)
def test_a_page_names_files_that_exist(page: Path) -> None:
    """Links, and files of the package as they are written between backticks."""
    text = page.read_text(encoding="utf-8")
    links = [target.split("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in target]
    assert [link for link in links if link and not (page.parent / link).exists()] == []
    rooms = "|".join(folder.name for folder in PACKAGE.iterdir() if folder.is_dir())
    files = re.findall(rf"`((?:{rooms})/[\w/]+\.py)`", text)
    assert [file for file in files if not (PACKAGE / file).exists()] == []


def test_every_decision_is_in_the_index_and_says_what_it_costs() -> None:
    index = (DOCS / "README.md").read_text(encoding="utf-8")
    for number, decision in enumerate(sorted((DOCS / "decisions").glob("*.md")), 1):
        assert f"decisions/{decision.name}" in index
        text = decision.read_text(encoding="utf-8")
        assert (decision.name[:5], text[:8]) == (f"{number:04d}-", f"# {number:04d}: ")
        assert all(f"**{part}.**" in text for part in ("Question", "Chosen", "Costs", "Otherwise")), (
            decision.name
        )
