"""The page on the Python interface, written from the public names and their docstrings.

    python docs/api_page.py > docs/api.md

A test holds the page to what this writes.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import charley

__all__ = ["page"]

HEAD = """# The Python interface

Everything that `import charley` offers, from the docstrings. [Embed Charley](how-to/embed.md) shows it in
use, and `examples/embed.ipynb` is a notebook. What is not on this page may change without notice.

Educational purpose only, pending human review.
"""

WITHIN = ("Frozen", "Prepared", "ReadOnlyDict")
"""Classes whose members are for the package itself."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(line for name in charley.__all__ for line in _entry(name))]).rstrip() + "\n"


def _entry(name: str) -> Iterator[str]:
    value = getattr(charley, name)
    if inspect.isclass(value):
        yield from [f"## `{name}`", "", *_words(value), ""]
        members = [line for node in _members(value) for line in _member(node)]
        yield from [*members, ""] if members else []
    elif inspect.isfunction(value):
        node = next(each for each in _tree(value.__module__).body if _named(each, name))
        assert isinstance(node, Function)
        yield from [f"## `{name}{_signature(node)}`", "", *_words(value), ""]
    elif name != "__version__":
        yield from [f"## `{name}`", "", *_words(type(value)), ""]


def _words(value: Any) -> list[str]:
    """The docstring, as paragraphs."""
    return (inspect.getdoc(value) or "").splitlines()


def _tree(module: str) -> ast.Module:
    return ast.parse(inspect.getsource(import_module(module)))


def _named(node: ast.stmt, name: str) -> bool:
    return isinstance(node, ast.ClassDef | Function) and node.name == name


def _members(cls: type) -> Iterator[ast.stmt]:
    """The public fields, properties and methods of a class of this package, its own before inherited ones."""
    seen: set[str] = set()
    for kind in cls.__mro__:
        inherited = kind is not cls and kind.__name__ in charley.__all__
        if not kind.__module__.startswith("charley.") or inherited or kind.__name__ in WITHIN:
            continue
        node = next(each for each in _tree(kind.__module__).body if _named(each, kind.__name__))
        assert isinstance(node, ast.ClassDef)
        for member in node.body:
            name = _name(member)
            overloaded = isinstance(member, Function) and "overload" in map(
                ast.unparse, member.decorator_list
            )
            if name and not name.startswith("_") and name not in seen and not overloaded:
                seen.add(name)
                yield member


def _name(node: ast.stmt) -> str:
    if isinstance(node, Function):
        return node.name
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return node.target.id
    return ""


def _member(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.AnnAssign):
        yield f"- `{ast.unparse(node.target)}: {ast.unparse(node.annotation)}`"
        return
    assert isinstance(node, Function)
    decorators = [ast.unparse(each) for each in node.decorator_list]
    if any(
        each.startswith(("model_validator", "field_validator")) or ".setter" in each for each in decorators
    ):
        return
    is_property = any(each in ("property", "cached_property") for each in decorators)
    returns = f": {ast.unparse(node.returns)}" if is_property and node.returns else ""
    text = " ".join((ast.get_docstring(node) or "").split("\n\n", 1)[0].split())
    yield f"- `{node.name}{returns if is_property else _signature(node)}`: {text}"


def _signature(node: Function) -> str:
    arguments = ast.unparse(node.args)
    for first in ("self, ", "cls, ", "self", "cls"):
        if arguments.startswith(first):
            arguments = arguments.removeprefix(first)
            break
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return f"({arguments}){returns}"


if __name__ == "__main__":
    print(page(), end="")
