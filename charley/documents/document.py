"""A YAML or JSON text as plain values, together with the place of every one of them.

What is JSON is read by its own rules, everything else as YAML. The composed nodes are kept, so that any
path into the values (as pydantic gives it with an error) can be walked down to a line and a column. Only
plain data is accepted: no tags, no anchors, string keys, each key once.
"""

from __future__ import annotations

import contextlib
import datetime
import re
import sys
from collections.abc import Iterator
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import yaml

from charley.documents.diagnostic import Diagnostic, Faulty
from charley.documents.json_syntax import JsonRefused, json_nodes
from charley.documents.places import LINE_END, Places
from charley.documents.yaml_syntax import yaml_problem

__all__ = ["Document", "keeping", "read_document", "read_text"]

LARGEST = 16 * 1024 * 1024
"""Bytes; a larger text is refused before it is parsed."""

DEEPEST = 200
"""Lists and mappings within each other; a record needs two, a rule five."""

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PLAIN_TAGS = {yaml.MappingNode: "tag:yaml.org,2002:map", yaml.SequenceNode: "tag:yaml.org,2002:seq"}
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")


class Document(Places):
    """What a text holds: `value` (dictionaries, lists, strings, numbers, booleans, dates, None)."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.lines = LINE_END.split(text)
        self.root = self._compose(text)
        self._problems: list[Diagnostic] = []
        self._seen: set[int] = set()
        try:
            self.value = self._construct(self.root) if self.root is not None else None
        except RecursionError:
            raise self._too_deep() from None
        if self._problems:
            raise Faulty(self._problems)

    def _compose(self, text: str) -> Any:
        # YAML in brackets may be indented by tabs as JSON is; between tokens a space means the same.
        if text.lstrip()[:1] in ("{", "[") and "\t" in text:
            text = re.sub(r"(?m)^\t+", lambda tabs: " " * len(tabs[0]), text)
        try:
            nodes = json_nodes(text, LINE_END, DEEPEST) if text.lstrip()[:1] in ("{", "[") else None
            if nodes is not None:
                return nodes
            # Composing a long text that nests deeply would overflow the C stack; a short one cannot.
            if len(text) > 10_000 and _nests_too_deeply(text):
                raise self._too_deep()
            return yaml.compose(text, Loader=_Loader)
        except JsonRefused as refused:
            if not str(refused):
                raise self._too_deep() from None
            line = len(LINE_END.findall(text[: refused.at])) + 1
            column = refused.at - max(
                (each.end() for each in LINE_END.finditer(text[: refused.at])), default=0
            )
            raise Faulty([self.diagnostic(line, column + 1, "F002", str(refused))]) from None
        except yaml.MarkedYAMLError as error:
            # PyYAML 6.0.4 has a limit of its own; older ones may stop at another mistake further in.
            if "nesting depth" in str(error.problem) or _nests_too_deeply(text):
                raise self._too_deep() from None
            line, column, message, help = yaml_problem(error, self.lines)
            raise Faulty([self.diagnostic(line, column, "F002", message, help)]) from None
        except yaml.reader.ReaderError as error:
            before = text[: error.position]
            line = before.count("\n") + 1
            column = error.position - (before.rfind("\n") + 1) + 1
            number = error.character if isinstance(error.character, int) else ord(error.character)
            message = f"the character U+{number:04X} cannot stand in a text"
            raise Faulty([self.diagnostic(line, column, "F002", message, "remove it")]) from None
        except yaml.YAMLError as error:
            raise Faulty([self.diagnostic(1, 1, "F002", " ".join(str(error).split()))]) from None
        except RecursionError:
            raise self._too_deep() from None

    def _too_deep(self) -> Faulty:
        return Faulty([self.diagnostic(1, 1, "F002", "nested too deeply to be read")])

    def _refuse(self, node: Any, code: str, message: str, help: str = "") -> None:
        mark, end = node.start_mark, node.end_mark
        length = end.column - mark.column if end.line == mark.line else 1
        place = self.diagnostic(mark.line + 1, mark.column + 1, code, message, help, max(1, length))
        self._problems.append(place)

    def _refuse_tag(self, node: Any) -> None:
        tag = node.tag.replace("tag:yaml.org,2002:", "!!")
        help = f"in a condition write `not {tag[1:61]}`; put any other text that starts with `!` in quotes"
        help = help if re.fullmatch(r"![a-z_]\w*", tag) else "remove it, or put the text in quotes"
        self._refuse(node, "F002", f"the tag `{tag[:60]}` is not supported", help)

    def _construct(self, node: Any, depth: int = 1) -> Any:
        # What is met twice is an alias (perhaps to itself).
        if id(node) in self._seen:
            self._refuse(node, "F002", "anchors and aliases are not supported", "write it out each time")
            return None
        self._seen.add(id(node))
        if depth > DEEPEST and isinstance(node, yaml.CollectionNode):
            raise RecursionError
        if isinstance(node, yaml.CollectionNode) and node.tag != _PLAIN_TAGS[type(node)]:
            self._refuse_tag(node)
        if isinstance(node, yaml.MappingNode):
            values: dict[str, Any] = {}
            for key, child in node.value:
                if not isinstance(key, yaml.ScalarNode):
                    self._refuse(key, "F004", "a key must be a word", "write `key: value`")
                elif key.value in values:
                    self._refuse(key, "F003", f"`{key.value}` is given twice", "keep one of them")
                else:
                    values[key.value] = self._construct(child, depth + 1)
            return values
        if isinstance(node, yaml.SequenceNode):
            return [self._construct(child, depth + 1) for child in node.value]
        return self._scalar(node)

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
                if "_" in text:  # to YAML 1.1 they are nothing; a person may have meant a point
                    return text
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
                self._refuse_tag(node)
                return None


def _nests_too_deeply(text: str) -> bool:
    """Whether more lists and mappings stand in each other than are read, before the first mistake."""
    depth = 0
    try:
        for event in yaml.parse(text, Loader=_Loader):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > DEEPEST:
                    return True
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
    except yaml.YAMLError:
        pass
    return False


def read_document(path: str | Path) -> Document:
    """The document in a file, or on standard input for `-`.

    Raises `Faulty` where it cannot be opened, is not UTF-8, is too large, or is not plain YAML or JSON.
    """
    shown, text = read_text(path)
    kept = _kept.get()
    if kept is not None and shown in kept and kept[shown][0] == text:
        return kept[shown][1]
    document = Document(shown, text)
    if kept is not None:
        kept[shown] = text, document
    return document


_kept: ContextVar[dict[str, tuple[str, Document]] | None] = ContextVar("kept", default=None)


@contextlib.contextmanager
def keeping() -> Iterator[None]:
    """While this is open, a file whose text is as it was is not parsed again.

    Within another one the same files are kept.
    """
    kept = _kept.get()
    token = _kept.set({} if kept is None else kept)
    try:
        yield
    finally:
        _kept.reset(token)


def read_text(path: str | Path) -> tuple[str, str]:
    """A file, or standard input for `-`, as messages name it, and the text in it.

    Raises `Faulty` where it cannot be opened, is not UTF-8, or is too large.
    """
    shown = "standard input" if str(path) == "-" else str(path)
    try:
        if str(path) == "-":
            data = sys.stdin.buffer.read(LARGEST + 1)
        else:
            with Path(path).open("rb") as file:
                data = file.read(LARGEST + 1)
    except FileNotFoundError:
        help = "to read a text that is typed, write `-` and pipe it in" if " " in shown.strip() else ""
        raise Faulty([_cannot(shown, "there is no such file", help)]) from None
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
    return shown, text


def _cannot(file: str, message: str, help: str = "") -> Diagnostic:
    return Diagnostic(file, 0, 0, "F001", message, help)
