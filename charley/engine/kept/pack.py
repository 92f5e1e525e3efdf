"""The objects of a prepared base as JSON, in columns (`unpack.py` says which, and reads them)."""

from __future__ import annotations

import datetime
import json
from collections.abc import Hashable, Iterable
from decimal import Decimal
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import Any

from charley.documents.diagnostic import CharleyError
from charley.documents.model import Frozen
from charley.engine.kept.unpack import (
    BUILT_IN,
    CLASSES,
    DATES,
    DECIMALS,
    FRACTIONS,
    FROZENSETS,
    MIXED,
    NAMED,
    NUMBERS,
    PATHS,
    PLAIN,
    ROWS,
    TEXTS,
    TUPLES,
)

__all__ = ["Unpackable", "pack"]

_PLAIN = {str, int, float, bool, type(None)}
_NUMBERS = _PLAIN - {str}
_WRITTEN = {Fraction: FRACTIONS, Decimal: DECIMALS, datetime.date: DATES, type(Path()): PATHS}


class Unpackable(CharleyError, TypeError):
    """There is something in the object that is no data."""


def pack(root: object) -> str:
    """The object, and all that it is made of, as a text. Raises `Unpackable`."""
    return _Packer(root).text


class _Packer:
    """Numbers what can be shared (objects, dictionaries, lists, sets), and writes it by kind."""

    def __init__(self, root: object) -> None:
        self._classes: dict[str, int] = {}
        self._texts: dict[str, int] = {}
        self._numbers: dict[str, int] = {}
        self._like: dict[int, int] = {}
        """Of what does not change and is the same as what was seen before: that, each by its `id`."""
        groups = self._grouped(root)
        rows = chain.from_iterable(groups.values())
        self._rows = {id(each): number for number, each in enumerate(rows)}
        self._rows |= {each: self._rows[first] for each, first in self._like.items()}
        written = [self._group(*shape, members) for shape, members in groups.items()]
        start = self._column([root])
        tables = list(self._classes), list(self._texts), list(map(json.loads, self._numbers))
        self.text = json.dumps([*tables, written, start], separators=(",", ":"))

    def _grouped(self, root: object) -> dict[tuple[type, tuple[str, ...]], list[Any]]:
        """Everything that is in it and can be shared, by class and attributes."""
        groups: dict[tuple[type, tuple[str, ...]], list[Any]] = {}
        seen: set[int] = set()
        same: dict[Hashable, Any] = {}
        waiting = [root]
        while waiting:
            value = waiting.pop()
            kind = type(value)
            if kind in _PLAIN or kind in _WRITTEN or isinstance(value, type):
                continue
            if isinstance(value, tuple | frozenset):
                waiting.extend(value)
            elif id(value) not in seen:
                seen.add(id(value))
                state = _state(value)
                content = _content(tuple(state.items())) if _is_frozen(kind) else None
                if content is not None and (first := same.setdefault((kind, content), value)) is not value:
                    self._like[id(value)] = id(first)
                    continue
                groups.setdefault((kind, tuple(state)), []).append(value)
                waiting.extend(state.values())
                waiting.extend(_members(value))
        return groups

    def _group(self, kind: type, names: tuple[str, ...], members: list[Any]) -> list[Any]:
        states = [tuple(_state(each).values()) for each in members]
        columns = [self._column(column) for column in zip(*states, strict=True)]
        inside = [list(_members(each)) for each in members]
        held = [self._column(list(chain.from_iterable(inside)))]
        if issubclass(kind, dict):
            held = [self._column([key for each in members for key in each])]
            held.append(self._column([value for each in members for value in each.values()]))
        builtin = BUILT_IN.get(kind)
        lengths = [len(each) for each in members] if isinstance(members[0], dict | list | set) else []
        return [
            self._number(kind) if builtin is None else builtin,
            names,
            len(members),
            columns,
            lengths,
            held,
        ]

    def _column(self, values: Iterable[Any]) -> list[Any]:
        values = list(values)
        by_kind: dict[Any, list[Any]] = {}
        kinds = [self._kind(value) for value in values]
        for kind, value in zip(kinds, values, strict=True):
            by_kind.setdefault(kind, []).append(value)
        if len(by_kind) == 1:
            return self._alike(kinds[0], values)
        order = {kind: at for at, kind in enumerate(by_kind)}
        parts = [self._alike(kind, each) for kind, each in by_kind.items()]
        return [MIXED, [order[kind] for kind in kinds], parts]

    def _kind(self, value: Any) -> Any:
        kind = type(value)
        if kind in _PLAIN:
            return PLAIN
        if kind is tuple or kind is frozenset:
            return TUPLES if kind is tuple else FROZENSETS
        if isinstance(value, tuple):
            return kind
        if isinstance(value, type):
            return CLASSES
        return _WRITTEN.get(kind, ROWS)

    def _alike(self, kind: Any, values: list[Any]) -> list[Any]:
        if kind == PLAIN:
            if set(map(type, values)) != {str}:
                return [PLAIN, values]
            # Each text once: equal ones come back as the same one, and are found faster as keys.
            return [TEXTS, [self._texts.setdefault(text, len(self._texts)) for text in values]]
        if kind == ROWS:
            return [ROWS, [self._rows[id(value)] for value in values]]
        if kind == TUPLES and {type(member) for value in values for member in value} <= _NUMBERS:
            # Told apart by how they are written: `1`, `1.0` and `true` are equal.
            return [
                NUMBERS,
                [self._numbers.setdefault(json.dumps(value), len(self._numbers)) for value in values],
            ]
        if kind in (TUPLES, FROZENSETS):
            return [kind, [len(value) for value in values], self._column(chain.from_iterable(values))]
        if kind == CLASSES:
            return [CLASSES, [self._number(value) for value in values]]
        if isinstance(kind, type):
            return [NAMED, self._number(kind), [self._column(each) for each in zip(*values, strict=True)]]
        return [kind, [value.isoformat() if kind == DATES else str(value) for value in values]]

    def _number(self, kind: type) -> int:
        name = f"{kind.__module__}:{kind.__qualname__}"
        if not name.startswith("charley.") or "<" in name:
            raise Unpackable(f"`{name}` is no data")
        return self._classes.setdefault(name, len(self._classes))


def _state(value: Any) -> dict[str, Any]:
    """What an object holds, in its dictionary and in its slots, but for what its class says is `NOT_KEPT`."""
    held = dict(getattr(value, "__dict__", ()))
    for name in getattr(type(value), "NOT_KEPT", ()):
        held.pop(name, None)
    for kind in type(value).__mro__:
        if kind.__module__.startswith("charley."):
            for name in kind.__dict__.get("__slots__", ()):
                held[name] = getattr(value, name)
    return held


def _is_frozen(kind: type) -> bool:
    """Whether objects of this class do not change, so that one can stand for all that are the same."""
    dataclass = getattr(kind, "__dataclass_params__", None)
    return issubclass(kind, Frozen) or (dataclass is not None and dataclass.frozen)


def _content(value: Any) -> Hashable:
    """The value where it is plain data; None where it is more. Told apart by how it is written, too: `1` and
    `True` are equal.
    """
    kind = type(value)
    if kind is not tuple:
        return (kind, repr(value)) if kind in _PLAIN or kind in _WRITTEN else None
    parts = tuple(map(_content, value))
    return None if None in parts else parts


def _members(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return chain(value.keys(), value.values())
    return value if isinstance(value, list | set) else ()
