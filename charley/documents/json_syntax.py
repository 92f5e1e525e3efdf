"""A JSON text as the nodes of a YAML text, so that both are walked, checked and pointed into alike.

YAML is nearly a superset of JSON. It is none for pairs of surrogates, for U+007F, for tabs between tokens and
for numbers such as `1e5`. So what is JSON is read by the rules of JSON.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from typing import Any

import yaml

from charley.documents.diagnostic import CharleyError

__all__ = ["JsonRefused", "json_nodes"]

_SPACE = re.compile(r"[ \t\n\r]*")
_PLAIN = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?|true|false|null")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_MARK: Any = yaml.Mark
_DECODER = json.JSONDecoder()
_TAGS = {"true": "bool", "false": "bool", "null": "null"}


class JsonRefused(CharleyError, ValueError):
    """JSON that is not read: where, and why. Where nothing is said, it nests too deeply."""

    def __init__(self, at: int = 0, message: str = "") -> None:
        super().__init__(message)
        self.at = at


def json_nodes(text: str, breaks: re.Pattern[str], deepest: int) -> Any:
    """The nodes of a JSON text, or None where it is not JSON. Raises `JsonRefused`."""
    try:
        json.loads(text, parse_constant=_refuse, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return None
    return _Nodes(text, breaks, deepest).node(_space(text, 0), 1)[0]


def _refuse(word: str) -> Any:
    raise ValueError(word)


def _space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    assert found is not None
    return found.end()


class _Nodes:
    """Reads a text that is known to be JSON; each method returns a node and where the text goes on."""

    def __init__(self, text: str, breaks: re.Pattern[str], deepest: int) -> None:
        self._text = text
        self._deepest = deepest
        self._starts = [0, *(found.end() for found in breaks.finditer(text))]

    def node(self, at: int, depth: int) -> tuple[Any, int]:
        """The value that begins there."""
        match self._text[at]:
            case "{" | "[" if depth > self._deepest:
                raise JsonRefused
            case "{":
                return self._mapping(at, depth)
            case "[":
                return self._sequence(at, depth)
            case '"':
                return self._string(at)
        found = _PLAIN.match(self._text, at)
        assert found is not None
        number = "float" if found[1] or found[2] else "int"
        return self._scalar(_TAGS.get(found[0], number), found[0], at, found.end()), found.end()

    def _mapping(self, start: int, depth: int) -> tuple[Any, int]:
        pairs = []
        at = _space(self._text, start + 1)
        while self._text[at] != "}":
            key, at = self._string(at)
            colon = _space(self._text, at)
            value, at = self.node(_space(self._text, colon + 1), depth + 1)
            pairs.append((key, value))
            at = self._next(at)
        return self._collection(yaml.MappingNode, "map", pairs, start, at + 1), at + 1

    def _sequence(self, start: int, depth: int) -> tuple[Any, int]:
        items = []
        at = _space(self._text, start + 1)
        while self._text[at] != "]":
            value, at = self.node(at, depth + 1)
            items.append(value)
            at = self._next(at)
        return self._collection(yaml.SequenceNode, "seq", items, start, at + 1), at + 1

    def _next(self, at: int) -> int:
        at = _space(self._text, at)
        return _space(self._text, at + 1) if self._text[at] == "," else at

    def _string(self, at: int) -> tuple[Any, int]:
        value, end = _DECODER.raw_decode(self._text, at)
        if _LONE_SURROGATE.search(value):
            raise JsonRefused(at, "half of a surrogate pair is no character")
        return self._scalar("str", value, at, end), end

    def _scalar(self, tag: str, value: str, start: int, end: int) -> Any:
        style = '"' if tag == "str" else None
        return yaml.ScalarNode(f"tag:yaml.org,2002:{tag}", value, self._mark(start), self._mark(end), style)

    def _collection(self, kind: Any, tag: str, value: list[Any], start: int, end: int) -> Any:
        return kind(f"tag:yaml.org,2002:{tag}", value, self._mark(start), self._mark(end), True)

    def _mark(self, at: int) -> Any:
        line = bisect_right(self._starts, at) - 1
        return _MARK("", at, line, at - self._starts[line], None, None)
