"""Where things stand in a text: diagnostics that point at a value, a key, or a part of a string."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import yaml

from charley.documents.diagnostic import Diagnostic

__all__ = ["LINE_END", "Places"]

LINE_END = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")  # what YAML counts as the end of a line


class Places:
    """The lines of a text, and the composed node from which all paths into its values go down."""

    file: str
    lines: list[str]
    root: Any

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
            return self.diagnostic(1, 1, code, message, help, severity=severity)
        mark, end = node.start_mark, node.end_mark
        line, column = mark.line + 1, mark.column + 1
        length = end.column - mark.column if end.line == mark.line else len(self._line(line)) - mark.column
        if at is not None and isinstance(node, yaml.ScalarNode):
            line, column, length = self._within(node, *at) or (line, column, length)
        return self.diagnostic(line, column, code, message, help, max(1, length), severity)

    def _within(self, node: Any, offset: int, length: int) -> tuple[int, int, int] | None:
        """Where a part of a string value stands in the file, however it is quoted or folded there."""
        part = node.value[offset : offset + length]
        if not part.strip():
            return None
        # The same text, and as many of it before: quotes, escapes and line ends only come in between.
        before = node.value[:offset].count(part)
        line, column = node.start_mark.line + 1, node.start_mark.column + 1
        if node.style in ("|", ">"):
            line, column = line + 1, 1
        for number in range(line, node.end_mark.line + 2):
            source = self._line(number)
            at = source.find(part, column - 1 if number == line else 0)
            while at >= 0:
                if not before:
                    return number, at + 1, length
                before -= 1
                at = source.find(part, at + len(part))
        return None

    def diagnostic(
        self,
        line: int,
        column: int,
        code: str,
        message: str,
        help: str = "",
        length: int = 1,
        severity: str = "error",
    ) -> Diagnostic:
        """A diagnostic at a line and column, both counted from 1, with the text of the line."""
        return Diagnostic(self.file, line, column, code, message, help, self._line(line), length, severity)

    def _line(self, line: int) -> str:
        return self.lines[line - 1] if 0 < line <= len(self.lines) else ""

    def _node(self, path: Sequence[str | int], key: bool) -> Any:
        node, found_key = self.root, None
        for step in path:
            if isinstance(node, yaml.MappingNode):
                entry = next(((k, v) for k, v in node.value if k.value == step), None)
                if entry is not None:
                    found_key, node = entry
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
                found_key, node = None, node.value[step]
        return found_key if key and found_key is not None else node
