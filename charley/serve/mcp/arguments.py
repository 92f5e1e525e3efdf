"""The arguments of the tools. Whatever is sent is taken and then read by our own reader, whose refusals name
the fact, the unit and the nearest name, and do not come with somebody else's links.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, get_args

from pydantic import WithJsonSchema

from charley.documents.diagnostic import Diagnostic, Faulty, nearest
from charley.engine.expert import Expert
from charley.facts.record import Answers, answers
from charley.serve.api.models.requests import MOST_TEXT, Explain, ExplainKind

__all__ = ["Facts", "Record", "explained", "known", "record_of", "worded"]

DEEPEST = 3
"""Objects within each other: the record, and a value with its unit."""

_SURROGATE = re.compile("[\ud800-\udfff]")

Record = Annotated[
    Any,
    WithJsonSchema({"type": "object", "description": "fact id: value; null is unknown; absent is not no"}),
]
"""A record as a tool takes it."""

Facts = Annotated[Any, WithJsonSchema({"type": "array", "items": {"type": "string"}})]
"""Ids of facts as a tool takes them."""


def record_of(expert: Expert, name: str, given: Any, unknown: Sequence[str] = ()) -> Answers:
    """The answers in an argument, with facts that are not known. Raises `Faulty`."""
    if not isinstance(given, Mapping):
        raise Faulty([_wrong(name, f"`{name}` is an object", 'write facts and values: `{"age": 67}`')])
    if _depth(given) > DEEPEST:
        help = "a value is plain, or has `value` and `unit`"
        raise Faulty([_wrong(name, f"`{name}` nests too deeply", help)])

    def place(path: list[Any], code: str, message: str, help: str = "", *, key: bool = False) -> Diagnostic:
        return Diagnostic(name, 0, 0, code, message, help)

    found = answers(given, expert.vocabulary, place, datetime.date.today())
    return replace(found, unknown=found.unknown | (frozenset(unknown) - set(found.record)))


def known(expert: Expert, name: str, given: Any) -> tuple[str, ...]:
    """The facts that an argument lists. Raises `Faulty`."""
    if not isinstance(given, list | tuple) or not all(isinstance(each, str) for each in given):
        raise Faulty([_wrong(name, f"`{name}` is a list of facts", 'write `["age"]`')])
    strange = [each for each in given if each not in expert.vocabulary]
    if strange:
        raise Faulty(
            Diagnostic(name, 0, 0, "F010", f"unknown fact `{e[:60]}`", nearest(e, expert.vocabulary))
            for e in strange
        )
    return tuple(given)


def worded(name: str, text: str) -> str:
    """A text that is not too long and can be written again. Raises `Faulty`."""
    if len(text) > MOST_TEXT:
        raise Faulty([_wrong(name, f"`{name}` is longer than {MOST_TEXT:,} characters", "send a part of it")])
    if _SURROGATE.search(text):
        raise Faulty([_wrong(name, f"`{name}` holds half of a surrogate pair", "send it as UTF-8")])
    return text


def explained(kind: str, candidate: str, other: str, fact: str) -> Explain:
    """The question of the tool `explain`. Raises `Faulty`."""
    if kind not in get_args(ExplainKind):
        kinds = ", ".join(get_args(ExplainKind))
        help = nearest(kind, get_args(ExplainKind)) or f"it is one of {kinds}"
        raise Faulty([_wrong("kind", f"there is no kind `{kind[:40]}`", help)])
    names = [worded("name", each)[:200] or None for each in (candidate, other, fact)]
    return Explain.model_validate({"kind": kind, "candidate": names[0], "other": names[1], "fact": names[2]})


def _depth(given: Any, most: int = 4) -> int:
    if most == 0 or not isinstance(given, Mapping | list):
        return 0
    inner = given.values() if isinstance(given, Mapping) else given
    return 1 + max((_depth(each, most - 1) for each in inner), default=0)


def _wrong(name: str, message: str, help: str) -> Diagnostic:
    return Diagnostic(name, 0, 0, "F004", message, help)
