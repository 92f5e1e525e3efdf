"""The inner loops: leaves that can be compiled, pure where nobody asked, and known by their files."""

from __future__ import annotations

import ast
from importlib import import_module
from pathlib import Path

import pytest

import charley
from charley.engine import loops

ROOM = Path(loops.__file__).parent
PACKAGE = ROOM.parent.parent
HOOK = PACKAGE.parent / "hatch_build.py"


def test_the_definition_stands_beside_whatever_is_compiled() -> None:
    assert {file.stem for file in ROOM.glob("*.py")} == {"__init__", *loops.LEAVES}


def test_what_runs_is_what_is_said() -> None:
    compiled = {file.name.split(".")[0] for file in ROOM.glob("*.so")}
    assert loops.made_of() == ("machine code" if compiled >= set(loops.LEAVES) else "pure Python")


def test_the_build_compiles_just_these() -> None:
    if not HOOK.is_file():
        pytest.skip("not a checkout, so there is no build hook")
    tree = ast.parse(HOOK.read_text(encoding="utf-8"))
    (named,) = (
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "MODULES"
    )
    assert named == loops.LEAVES


@pytest.mark.parametrize("leaf", loops.LEAVES)
def test_a_leaf_has_nothing_to_do_with_planes(leaf: str) -> None:
    tree = ast.parse((ROOM / f"{leaf}.py").read_text(encoding="utf-8"))
    used = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    wide = {
        f"charley.engine.kernel.{name}" for name in ("bits", "circuit", "lanes", "planes", "hypotheticals")
    }
    assert not used & wide


@pytest.mark.parametrize("leaf", loops.LEAVES)
def test_nobody_inherits_from_a_leaf(leaf: str) -> None:
    """A class of machine code is no base for one of Python without further ado."""
    public = set(import_module(f"charley.engine.loops.{leaf}").__all__)
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                assert not public & {ast.unparse(base) for base in node.bases}, file


def test_no_patient_is_kept_with_a_base() -> None:
    kb = charley.load()
    assert not [each for each in vars(kb.kernel).values() if type(each).__name__ == "Patient"]
