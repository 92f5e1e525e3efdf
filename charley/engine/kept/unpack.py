"""The objects of a prepared base, made of the JSON that `pack.py` writes.

The text names classes of this package and says what their objects hold. Nothing in it is ever called or run.

Things of one kind stand together, as columns: all values of one attribute of one class, all members of all
lists, and so on. Python then makes thousands of them with one call.
"""

from __future__ import annotations

import datetime
import gc
import importlib
from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic_core import from_json

__all__ = ["unpack"]

PLAIN, ROWS, MIXED, TUPLES, FROZENSETS, NAMED, CLASSES, FRACTIONS, DECIMALS, DATES, PATHS = range(11)
TEXTS, NUMBERS = range(11, 13)
"""What a column is of. `TEXTS` and `NUMBERS` (tuples of numbers) each have a table that names them once."""

_READ: dict[int, Callable[[str], Any]] = {
    FRACTIONS: Fraction,
    DECIMALS: Decimal,
    DATES: datetime.date.fromisoformat,
    PATHS: Path,
}
BUILT_IN: dict[type, str] = {dict: "dict", list: "list", set: "set"}
_NAMED = {name: kind for kind, name in BUILT_IN.items()}

_set = object.__setattr__
_tuple = tuple.__new__


def unpack(text: str | bytes) -> Any:
    """What was packed. Raises `ValueError`, `LookupError` or `TypeError` for what was not."""
    collecting = gc.isenabled()
    gc.disable()  # all that is made stays in use, so collecting garbage would only double the time
    try:
        return _unpacked(*from_json(text))
    finally:
        if collecting:
            gc.enable()


def _unpacked(
    names: list[str], texts: list[str], tuples: list[list[Any]], groups: list[Any], start: list[Any]
) -> Any:
    classes = [_class(name) for name in names]
    numbers = list(map(tuple, tuples))
    made: list[Any] = []
    filling = []
    for kind, attributes, count, columns, lengths, held in groups:
        cls: Any = _NAMED[kind] if isinstance(kind, str) else classes[kind]
        new = cls.__new__ if cls in BUILT_IN or issubclass(cls, dict) else object.__new__
        members = [new(cls) for _ in range(count)]
        made += members
        filling.append((cls, attributes, members, columns, lengths, held))

    def column(given: list[Any]) -> Any:
        kind = given[0]
        if kind == PLAIN:
            return given[1]
        if kind == TEXTS:
            return list(map(texts.__getitem__, given[1]))
        if kind == NUMBERS:
            return list(map(numbers.__getitem__, given[1]))
        if kind == ROWS:
            return list(map(made.__getitem__, given[1]))
        if kind in (TUPLES, FROZENSETS):
            flat = iter(column(given[2]))
            make: Any = tuple if kind == TUPLES else frozenset
            return [make(islice(flat, length)) for length in given[1]]
        if kind == MIXED:
            parts = [iter(column(each)) for each in given[2]]
            return list(map(next, map(parts.__getitem__, given[1])))
        if kind == NAMED:
            cls = classes[given[1]]
            return list(map(partial(_tuple, cls), zip(*map(column, given[2]), strict=True)))
        if kind == CLASSES:
            return list(map(classes.__getitem__, given[1]))
        return list(map(_READ[kind], given[1]))

    # Objects are filled before the dictionaries and sets in which they may be keys.
    for cls, attributes, members, columns, _, _ in filling:
        if attributes:
            _fill(cls, attributes, members, map(column, columns))
    for cls, _, members, _, lengths, held in filling:
        if issubclass(cls, dict):
            pairs = zip(column(held[0]), column(held[1]), strict=True)
            for each, length in zip(members, lengths, strict=True):
                dict.update(each, islice(pairs, length))
        elif cls in (list, set):
            flat = iter(column(held[0]))
            add = list.extend if cls is list else set.update
            for each, length in zip(members, lengths, strict=True):
                add(each, islice(flat, length))
    return column(start)[0]


def _fill(cls: type, names: list[str], members: list[Any], columns: Iterable[Any]) -> None:
    """Give the objects what they hold."""
    states = zip(*columns, strict=True)
    if issubclass(cls, BaseModel):
        held = set(names)
        for each, values in zip(members, states, strict=True):
            _set(each, "__dict__", dict(zip(names, values, strict=True)))
            _set(each, "__pydantic_fields_set__", held)
            _set(each, "__pydantic_extra__", None)
            _set(each, "__pydantic_private__", None)
    elif hasattr(members[0], "__dict__"):
        for each, values in zip(members, states, strict=True):
            each.__dict__.update(zip(names, values, strict=True))
    else:
        for each, values in zip(members, states, strict=True):
            for name, value in zip(names, values, strict=True):
                _set(each, name, value)


def _class(name: str) -> type:
    module, _, path = name.partition(":")
    if not module.startswith("charley."):
        raise ValueError(f"`{module}` is not of this package")
    found: Any = importlib.import_module(module)
    for step in path.split("."):
        found = vars(found)[step]
    if not isinstance(found, type):
        raise TypeError(f"`{name}` is no class")
    return found
