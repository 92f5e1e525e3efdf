"""A YAML or JSON text as plain values, together with the place of every one of them.

The composed YAML nodes are kept, so that any path into the values (as pydantic gives it with an
error) can be walked down to a line and a column. Only plain data is accepted: no tags, no anchors,
string keys, each key once.
"""

from __future__ import annotations

import datetime
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from charley.facts.diagnostic import Diagnostic, Faulty

__all__ = ["Document", "read_document"]

LARGEST = 16 * 1024 * 1024
"""Bytes; a larger text is refused before it is parsed."""

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")


class Document:
    """What a text holds: `value` (dictionaries, lists, strings, numbers, booleans, dates, None)."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self._lines = text.split("\n")
        self._root = self._compose(text)
        self._problems: list[Diagnostic] = []
        self._seen: set[int] = set()
        try:
            self.value = self._construct(self._root) if self._root is not None else None
        except RecursionError:
            raise Faulty([self._plain(1, 1, "F002", "nested too deeply to be read")]) from None
        if self._problems:
            raise Faulty(self._problems)

    def problem(
        self,
        path: Sequence[str | int],
        code: str,
        message: str,
        help: str = "",
        *,
        at: tuple[int, int] | None = None,
        key: bool = False,
        severity: str = "error",
    ) -> Diagnostic:
        """A diagnostic about the value at `path`.

        With `key` it points at the key that leads there. `at` narrows it to (offset, length) within a
        string value. Steps that lead nowhere are passed over.
        """
        node = self._node(path, key)
        if node is None:
            return self._plain(1, 1, code, message, help, severity=severity)
        mark, end = node.start_mark, node.end_mark
        line, column = mark.line + 1, mark.column + 1
        length = end.column - mark.column if end.line == mark.line else len(self._line(line)) - mark.column
        if at is not None and isinstance(node, yaml.ScalarNode) and end.line == mark.line:
            column += at[0] + (1 if node.style in ("'", '"') else 0)
            length = at[1]
        return self._plain(line, column, code, message, help, max(1, length), severity)

    def _plain(
        self,
        line: int,
        column: int,
        code: str,
        message: str,
        help: str = "",
        length: int = 1,
        severity: str = "error",
    ) -> Diagnostic:
        return Diagnostic(self.file, line, column, code, message, help, self._line(line), length, severity)

    def _line(self, line: int) -> str:
        return self._lines[line - 1].rstrip("\r") if 0 < line <= len(self._lines) else ""

    def _compose(self, text: str) -> Any:
        # JSON may be indented by tabs, which YAML refuses; between tokens a space means the same.
        if text.lstrip()[:1] in ("{", "[") and "\t" in text:
            text = re.sub(r"(?m)^\t+", lambda tabs: " " * len(tabs[0]), text)
        try:
            return yaml.compose(text, Loader=_Loader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            said = " ".join(str(part) for part in (error.context, error.problem) if part)
            if "expected a single document" in said:
                said, aid = "more than one document in a file", "keep what stands before the `---`"
            else:
                said = f"not readable as YAML or JSON: {said}"
                aid = "look for a missing quote, bracket, colon or for wrong indentation here"
            raise Faulty([self._plain(line, column, "F002", said, aid)]) from None
        except yaml.reader.ReaderError as error:
            before = text[: error.position]
            line = before.count("\n") + 1
            column = error.position - (before.rfind("\n") + 1) + 1
            said = f"not readable as text: character {error.character!r} is not allowed"
            raise Faulty([self._plain(line, column, "F002", said)]) from None
        except yaml.YAMLError as error:
            raise Faulty([self._plain(1, 1, "F002", " ".join(str(error).split()))]) from None
        except RecursionError:
            raise Faulty([self._plain(1, 1, "F002", "nested too deeply to be read")]) from None

    def _refuse(self, node: Any, code: str, message: str, help: str = "") -> None:
        mark = node.start_mark
        self._problems.append(self._plain(mark.line + 1, mark.column + 1, code, message, help))

    def _construct(self, node: Any) -> Any:
        # A scalar may be one shared object; a collection met twice is an alias (perhaps to itself).
        if not isinstance(node, yaml.ScalarNode):
            if id(node) in self._seen:
                self._refuse(node, "F002", "anchors and aliases are not supported", "write it out")
                return None
            self._seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            self._plain_tag(node, "map")
            values: dict[str, Any] = {}
            for key, child in node.value:
                if not isinstance(key, yaml.ScalarNode):
                    self._refuse(key, "F004", "a key must be a word")
                elif key.value in values:
                    self._refuse(key, "F003", f"`{key.value}` stands here twice", "keep one of them")
                else:
                    values[key.value] = self._construct(child)
            return values
        if isinstance(node, yaml.SequenceNode):
            self._plain_tag(node, "seq")
            return [self._construct(child) for child in node.value]
        return self._scalar(node)

    def _plain_tag(self, node: Any, kind: str) -> None:
        if node.tag != f"tag:yaml.org,2002:{kind}":
            self._refuse(node, "F002", f"the tag `{node.tag}` is not supported", "remove it")

    def _scalar(self, node: Any) -> Any:
        text = node.value
        match node.tag.rpartition(":")[2]:
            case "str":
                return text
            case "null":
                return None
            case "bool":
                return text.lower() in ("yes", "true", "on")
            case "int":
                # YAML 1.1 would read 010 as eight and 1:30 as ninety; a person means neither.
                if _INTEGER.fullmatch(text) and len(text) <= 40:
                    return int(text)
                return text
            case "float":
                try:
                    return float(text.replace(".inf", "inf").replace(".nan", "nan"))
                except ValueError:
                    return text
            case "timestamp":
                try:
                    return datetime.date.fromisoformat(text)
                except ValueError:
                    return text
            case _:
                self._refuse(node, "F002", f"the tag `{node.tag}` is not supported", "remove it")
                return None

    def _node(self, path: Sequence[str | int], key: bool) -> Any:
        node, found_key = self._root, None
        for step in path:
            if isinstance(node, yaml.MappingNode):
                entry = next(((k, v) for k, v in node.value if k.value == step), None)
                if entry is not None:
                    found_key, node = entry
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
                found_key, node = None, node.value[step]
        return found_key if key and found_key is not None else node


def read_document(path: str | Path) -> Document:
    """The document in a file, or on standard input for `-`.

    Raises `Faulty` where it cannot be opened, is not UTF-8, is too large, or is not plain YAML or JSON.
    """
    shown = "standard input" if str(path) == "-" else str(path)
    try:
        if str(path) == "-":
            data = sys.stdin.buffer.read(LARGEST + 1)
        else:
            with Path(path).open("rb") as file:
                data = file.read(LARGEST + 1)
    except FileNotFoundError:
        raise Faulty([_cannot(shown, "there is no such file")]) from None
    except IsADirectoryError:
        raise Faulty([_cannot(shown, "this is a folder, not a file")]) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Faulty([_cannot(shown, f"cannot be opened: {reason}")]) from None
    if len(data) > LARGEST:
        raise Faulty([_cannot(shown, f"larger than {LARGEST // 2**20} MiB")])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = error.start - (before.rfind(b"\n") + 1) + 1
        message = f"not UTF-8 text: byte 0x{data[error.start]:02x}"
        help = "save the file as UTF-8"
        raise Faulty([Diagnostic(shown, line, column, "F001", message, help)]) from None
    return Document(shown, text)


def _cannot(file: str, message: str) -> Diagnostic:
    return Diagnostic(file, 0, 0, "F001", message)
