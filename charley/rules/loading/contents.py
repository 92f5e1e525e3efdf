"""What the files of a base hold, item by item, each with its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from charley.documents.diagnostic import Diagnostic
from charley.documents.document import Document

__all__ = ["Contents", "Placed"]


@dataclass(frozen=True)
class Placed:
    """Something read, with the document and the path in it that it came from."""

    model: Any
    document: Document
    path: list[str | int]

    def problem(
        self, path: Sequence[str | int], code: str, message: str, help: str = "", **rest: Any
    ) -> Diagnostic:
        """A diagnostic about the value at `path` within this."""
        return self.document.problem([*self.path, *path], code, message, help, **rest)


@dataclass
class Contents:
    """All items that could be read.

    `facts` are those that rules can look at, `dates` are days; `taken` says which of them are from
    elsewhere. `spoiled` are the ids in items that could not
    be read, `unread` the kinds of items whose file could not; naming one of them is not reported. `values`
    are the files as plain values.
    """

    about: Placed | None = None
    groups: list[Placed] = field(default_factory=list)
    facts: list[Placed] = field(default_factory=list)
    dates: list[Placed] = field(default_factory=list)
    taken: list[Placed] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)
    candidates: list[Placed] = field(default_factory=list)
    alerts: list[Placed] = field(default_factory=list)
    derived: list[Placed] = field(default_factory=list)
    instruments: list[Placed] = field(default_factory=list)
    findings: list[Placed] = field(default_factory=list)
    citations: list[Placed] = field(default_factory=list)
    thresholds: list[Placed] = field(default_factory=list)
    rules: list[Placed] = field(default_factory=list)
    problems: list[Diagnostic] = field(default_factory=list)
    spoiled: set[str] = field(default_factory=set)
    unread: set[str] = field(default_factory=set)
    values: list[Any] = field(default_factory=list)

    def excuses(self, id: str, *kinds: str) -> bool:
        """Whether what could not be read may hold something of one of these kinds with this id."""
        return id in self.spoiled or not self.unread.isdisjoint(kinds)
