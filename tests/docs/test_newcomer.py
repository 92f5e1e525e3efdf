"""What a newcomer is promised: a short reading order, and every law linked to its test."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterable
from importlib.metadata import packages_distributions
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


def test_a_new_kind_of_condition_touches_the_files_that_the_worked_change_names() -> None:
    """Those with a `match` over all kinds of conditions, which mypy names where a kind is missing."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    step = text.split("a new kind of condition")[1].split("4. Run `mypy`")[1].split("\n5. ")[0]
    closed = {
        str(file.relative_to(PACKAGE))
        for file in PACKAGE.rglob("*.py")
        if {"AtLeast", "Not"} <= {kind for match in matches(file) for kind in kinds(match)}
    }
    assert set(re.findall(r"`([\w/]+\.py)`", step)) == closed - {"rules/language/condition.py"}


def matches(file: Path) -> list[ast.Match]:
    return [
        node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Match)
    ]


def kinds(match: ast.Match) -> set[str]:
    """The classes that the cases of a `match` name."""
    named = (
        node.cls
        for case in match.cases
        for node in ast.walk(case.pattern)
        if isinstance(node, ast.MatchClass)
    )
    return {cls.id for cls in named if isinstance(cls, ast.Name)}


def distributions(needs: Iterable[str]) -> set[str]:
    return {re.split(r"[\[<>=~!; ]", need)[0].lower() for need in needs}


def test_what_a_contributor_installs_is_all_that_mypy_looks_into() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras: dict[str, list[str]] = settings["project"]["optional-dependencies"]
    command = re.findall(r"'\.\[([\w,]+)\]'", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))[0]
    installed = distributions(need for extra in command.split(",") for need in extras[extra])
    others = distributions(need for needs in extras.values() for need in needs) - installed
    skipped = {name.removesuffix(".*") for name in settings["tool"]["mypy"]["overrides"][0]["module"]}
    imported = {
        name.split(".")[0]
        for file in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        for name in imported_by(node)
    }
    sources = packages_distributions()
    brought_by = {name: {each.lower() for each in sources.get(name, [name])} for name in imported - skipped}
    assert brought_by["starlette"] <= installed
    assert {name for name, brings in brought_by.items() if brings and brings <= others} == set()


def imported_by(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module else []


def test_every_decision_is_in_the_index_and_says_what_it_costs() -> None:
    index = (DOCS / "README.md").read_text(encoding="utf-8")
    for number, decision in enumerate(sorted((DOCS / "decisions").glob("*.md")), 1):
        assert f"decisions/{decision.name}" in index
        text = decision.read_text(encoding="utf-8")
        assert (decision.name[:5], text[:8]) == (f"{number:04d}-", f"# {number:04d}: ")
        assert all(f"**{part}.**" in text for part in ("Question", "Chosen", "Costs", "Otherwise")), (
            decision.name
        )
