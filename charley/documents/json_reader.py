"""JSON that another program sent, read strictly (RFC 8259): nothing is guessed, and no key stands twice.

What is in order is read by Python's own reader. Only what is not is read again with the place of every value,
so that each fault is a diagnostic with its line and column.
"""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from charley.documents.diagnostic import Diagnostic, Faulty
from charley.documents.document import DEEPEST, Document

__all__ = ["JsonDocument", "json_text", "read_json"]

# Half a surrogate pair is no character, and a number of so many digits is none that anybody measured.
_HALF = re.compile(r"\\u[dD][89a-fA-F]")
_LONG = re.compile(r"[0-9]{41}")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[{\]}]|NaN|-?Infinity')
_NOT_FINITE = "JSON has no `NaN` and no infinite numbers"


class JsonDocument(Document):
    """A JSON text with the place of every value. Raises `Faulty` for a text that is not JSON."""

    def _compose(self, text: str) -> Any:
        try:
            json.loads(text, parse_constant=_refuse, parse_int=str, parse_float=str)
        except json.JSONDecodeError as error:
            raise self._at(error.lineno, error.colno, f"not JSON: {_said(error.msg)}") from None
        except ValueError:
            found = next(each for each in _TOKEN.finditer(text) if each[0][0] in "N-I")
            line = text.count("\n", 0, found.start()) + 1
            column = found.start() - text.rfind("\n", 0, found.start())
            raise self._at(line, column, _NOT_FINITE) from None
        except RecursionError:
            raise self._too_deep() from None
        if text.lstrip()[:1] not in ("{", "["):
            raise self._at(1, 1, "not a JSON object")
        return super()._compose(text)

    def _at(self, line: int, column: int, message: str) -> Faulty:
        return Faulty([self.diagnostic(line, column, "F002", message)])


def read_json(data: bytes, file: str) -> Any:
    """The value of a JSON text; messages call it `file`. Raises `Faulty`."""
    text = json_text(data, file)
    if not _is_unusual(text) and _depth(text) <= DEEPEST:
        try:
            return _DECODER.decode(text)
        except (ValueError, RecursionError):
            pass  # read again, to say where
    return JsonDocument(file, text).value


def _is_unusual(text: str) -> bool:
    """Whether something may be in it that Python's reader takes and we do not."""
    return _LONG.search(text) is not None or ("\\u" in text and _HALF.search(text) is not None)


def json_text(data: bytes, file: str) -> str:
    """The text of these bytes. Raises `Faulty` for what is not UTF-8."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        message = f"not UTF-8 text: byte 0x{data[error.start]:02x}"
        raise Faulty([Diagnostic(file, line, column, "F001", message, "send it as UTF-8")]) from None


def _depth(text: str) -> int:
    """How deeply lists and objects stand within each other, or a number that is greater."""
    most = text.count("[") + text.count("{")
    if most <= DEEPEST:
        return most
    depth = most = 0
    for found in _TOKEN.finditer(text):
        depth += 1 if found[0] in ("[", "{") else -1 if found[0] in ("]", "}") else 0
        most = max(most, depth)
    return most


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError
    return made


def _refuse(word: str) -> NoReturn:
    raise ValueError(word)


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_constant=_refuse)


def _said(message: str) -> str:
    """What Python's reader says, in the form of our messages."""
    return message[:1].lower() + message[1:].removesuffix(" at").rstrip(":")
