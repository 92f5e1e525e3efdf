"""A value of plain data as its fields: each by its path, in words. Two versions are compared so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

__all__ = ["Change", "changes", "fields_of"]

Path = tuple[str, ...]
Change = tuple[Path, str | None, str | None]
"""A field that differs: its path, and how it was and is. None where there is no such field."""


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    """Every field that differs between two versions of an item."""
    before, after = dict(fields_of(old)), dict(fields_of(new))
    for path in dict.fromkeys([*before, *after]):
        was, now = before.get(path), after.get(path)
        if was != now:
            yield path, was, now


def fields_of(value: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Every field that says something, by its path."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from fields_of(inner, (*path, str(key)))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        if any(isinstance(inner, Mapping) for inner in value):
            names = _names(value)
            for name, inner in zip(names, value, strict=True):
                yield from fields_of(inner, (*path, name))
        if value:
            yield path, _list(value)
    elif value is not None:
        yield path, _said(value)


def _list(value: Sequence[Any]) -> str:
    """A list of plain values; of a list of parts, their names in order."""
    return ", ".join(_names(value) if any(isinstance(v, Mapping) for v in value) else map(_said, value))


def _names(parts: Sequence[Any]) -> list[str]:
    """A name for each part of a list: an effect by what it acts on, anything else by its place."""
    seen = Counter[str]()
    names = []
    for at, part in enumerate(parts, start=1):
        target = next((part[key] for key in ("candidate", "target", "alert", "finding") if key in part), "")
        name = f"{part['kind']} {target}".strip() if "kind" in part else str(at)
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} {seen[name]}")
    return names


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
