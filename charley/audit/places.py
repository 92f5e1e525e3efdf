"""The places of items in the files of a base, and the findings that authors allow there.

An author who has looked at something that the audit found, and wants it so, says so on the rule:

    # audit: allow A005, kept for its citation
    - id: dvt-single-wells-item
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from charley.documents.diagnostic import Diagnostic, Faulty
from charley.documents.document import Document, read_document
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.loading.find import ABOUT, INVARIANTS, files_of

__all__ = ["Places"]

_ALLOW = re.compile(r"#\s*audit:\s*allow\s+(A\d{3})\b[\s,:;-]*(.*)")
_LISTS = ("candidates", "alerts", "derived", "instruments")


class Places:
    """The documents of a base, and the path of every item in them by its id."""

    def __init__(self, base: KnowledgeBase) -> None:
        self.base = base

    @cached_property
    def _items(self) -> Mapping[str, tuple[Document, list[str | int]]]:
        found: dict[str, tuple[Document, list[str | int]]] = {}
        for file in [*files_of(self.base.path), self.base.path / INVARIANTS]:
            if file.exists():
                try:
                    document = read_document(file)
                except Faulty:
                    continue  # the reader has said so already
                if file.name == ABOUT:
                    found.setdefault(f"item {self.base.id}", (document, []))
                for path, item in _items_of(document.value):
                    kind = "invariant" if file.name == INVARIANTS else "item"
                    found.setdefault(f"{kind} {item}", (document, path))
        return found

    def at(
        self,
        id: str,
        code: str,
        message: str,
        help: str = "",
        *,
        path: tuple[str | int, ...] = ("id",),
        kind: str = "item",
        severity: str = "warning",
    ) -> Diagnostic:
        """A diagnostic about the rule, fact, candidate ... of this id; without a file where it has none."""
        entry = self._items.get(f"{kind} {id}")
        if entry is None:
            return Diagnostic(str(self.base.path), 0, 0, code, message, help, severity=severity)
        document, start = entry
        found = document.problem([*start, *path], code, message, help, severity=severity)
        return found

    @cached_property
    def _allowed(self) -> Mapping[str, Mapping[str, str]]:
        """The codes allowed for each id, with the reason: in a comment above the item or inside it."""
        allowed: dict[str, dict[str, str]] = {}
        lines: dict[str, list[str]] = {}
        starts: dict[str, list[tuple[int, str]]] = {}
        for name, (document, path) in self._items.items():
            where = document.problem([*path], "", "").line
            starts.setdefault(document.file, []).append((where, name))
        for file, items in starts.items():
            lines[file] = Path(file).read_text(encoding="utf-8").splitlines()
            items.sort()
            for at, (start, name) in enumerate(items):
                before = items[at - 1][0] if at else 0
                after = items[at + 1][0] if at + 1 < len(items) else len(lines[file]) + 1
                inside = [*_above(lines[file], start, before), *_within(lines[file], start, after)]
                for line in inside:
                    match = _ALLOW.search(line)
                    if match is not None and match[2].strip():
                        allowed.setdefault(name.partition(" ")[2], {})[match[1]] = match[2].strip()
        return allowed

    def allowed(self, id: str, code: str) -> str | None:
        """The author's reason for allowing this here, or None."""
        return self._allowed.get(id, {}).get(code)


def _above(lines: list[str], start: int, before: int) -> list[str]:
    """The comment lines directly above line `start` (counted from 1)."""
    found: list[str] = []
    for number in range(start - 1, before, -1):
        if not lines[number - 1].lstrip().startswith("#"):
            break
        found.append(lines[number - 1])
    return found


def _within(lines: list[str], start: int, after: int) -> list[str]:
    """The lines of the item itself; a comment block before the next item belongs to that one."""
    found = lines[start - 1 : after - 1]
    while found and (not found[-1].strip() or found[-1].lstrip().startswith("#")):
        found.pop()
    return found


def _items_of(value: Any) -> list[tuple[list[str | int], str]]:
    """Every item with an id, with the path to it."""
    found: list[tuple[list[str | int], str]] = []
    lists: list[tuple[list[str | int], Any]] = [([], value)]
    if isinstance(value, dict):
        lists = [([key], value.get(key)) for key in _LISTS]
    for path, items in lists:
        for at, item in enumerate(items if isinstance(items, list) else ()):
            if isinstance(item, dict) and "id" in item:
                found.append(([*path, at], str(item["id"])))
            elif isinstance(item, dict) and isinstance(item.get("facts"), list):
                found += [([*path, at, "facts", *rest], id) for rest, id in _items_of(item["facts"])]
    return found
