"""One tree of exceptions, drawn in one place."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import charley
from charley.documents import diagnostic
from charley.documents.diagnostic import CharleyError

PACKAGE = Path(charley.__file__).parent
TREE = {
    name: (base or "", home or diagnostic.__name__)
    for name, base, home in re.findall(
        r"── (\w+)\s+(?:\((\w+)\))?.*?(charley\.[\w.]+)?$", diagnostic.__doc__ or "", re.MULTILINE
    )
}


def defined() -> dict[str, str]:
    """Every exception class that a module of the package defines for others, with its module."""
    found = {}
    for file in PACKAGE.rglob("*.py"):
        module = ".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts)
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                bases = {base.id for base in node.bases if isinstance(base, ast.Name)}
                if any(base.endswith(("Error", "Exception")) for base in bases):
                    found[node.name] = module
    return found


def test_the_tree_names_every_exception_and_where_it_is() -> None:
    exceptions = defined()
    assert exceptions.pop("CharleyError") == diagnostic.__name__
    assert {name: home for name, (_, home) in TREE.items()} == exceptions


@pytest.mark.parametrize("name", TREE)
def test_every_exception_is_what_the_tree_says(name: str) -> None:
    base, home = TREE[name]
    room = pytest.importorskip(home, reason="its room needs an extra", exc_type=ImportError)
    kind = getattr(room, name)
    assert issubclass(kind, CharleyError) and kind.__doc__
    assert {each.__name__ for each in kind.__bases__} == {CharleyError.__name__, base} - {""}
