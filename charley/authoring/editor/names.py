"""Where the names of a base are defined and used, at their places in the files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from charley.documents.diagnostic import Diagnostic, Faulty
from charley.documents.document import Document, read_document
from charley.rules.invariants.parse import ReadClaim, read_written_claim
from charley.rules.language.parse import Numbers, parse_written
from charley.rules.language.reader import Unreadable
from charley.rules.loading.contents import Contents, Placed
from charley.rules.loading.find import written_files
from charley.rules.loading.read import read_all
from charley.rules.loading.shared.thresholds import numbers

__all__ = ["CONDITIONS", "TARGETS", "Place", "defined", "in_conditions", "used"]

CONDITIONS = ("when", "ask_unless", "ask_when", "applies_when", "reassure_when", "if", "then")
"""Keys at which conditions stand."""

TARGETS = {
    **dict.fromkeys(("raise", "lower", "flag"), ("candidates",)),
    "clear": ("candidates", "alerts"),
    "alert": ("alerts",),
    "conclude": ("findings",),
    **dict.fromkeys(("supersedes", "withdraws_advice_of"), ("rules",)),
}
"""Keys at which names stand that are no conditions, and the kinds of items that they name."""

_LISTS = ("of", "gives", "since", "shares_words_with", "said_beside", "said_unless", "opens", "basics")
_Steps = tuple[str | int, ...]


@dataclass(frozen=True)
class Place:
    """A name in a file; line and column count from 1."""

    file: str
    line: int
    column: int
    length: int


def in_conditions(contents: Contents) -> dict[str, Placed]:
    """The names that a condition may have: facts, derived values, scores, findings and thresholds."""
    kinds = (
        *(contents.facts, contents.derived, contents.instruments, contents.findings),
        contents.thresholds,
    )
    return {placed.model.id: placed for kind in kinds for placed in kind}


def defined(contents: Contents) -> Mapping[str, list[Placed]]:
    """Everything that has a name, by it. A name can stand for a fact and for a candidate."""
    found: dict[str, list[Placed]] = {}
    kinds = (contents.dates, contents.candidates, contents.alerts, contents.rules)
    for placed in [*in_conditions(contents).values(), *(each for kind in kinds for each in kind)]:
        found.setdefault(placed.model.id, []).append(placed)
    for placed in contents.citations:
        found.setdefault(placed.model.key, []).append(placed)
    return found


def used(folder: Path, name: str) -> list[Place]:
    """Where a fact, derived value, score, finding or threshold is defined and used. Raises `Faulty`."""
    known = numbers(read_all(folder)[0])
    found: list[Place] = []
    problems: list[Diagnostic] = []
    for file in written_files(folder):
        try:
            document = read_document(file)
        except Faulty as faulty:
            problems += faulty.diagnostics
            continue
        defines = file.parent == folder and file.name != "candidates.yaml"
        found += _in_value(document, document.value, (), name, defines, known)
    if problems:
        raise Faulty(problems)
    return found


def _in_value(
    document: Document, value: Any, path: _Steps, name: str, defines: bool, known: Numbers
) -> Iterator[Place]:
    key = next((step for step in reversed(path) if isinstance(step, str)), "")
    if isinstance(value, dict):
        for step, inner in value.items():
            if step == name and key == "given":
                yield _place(document.problem([*path, step], "", "", key=True))
            yield from _in_value(document, inner, (*path, step), name, defines, known)
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from _in_value(document, inner, (*path, at), name, defines, known)
    elif isinstance(value, str):
        if value == name and (key in (*_LISTS, "conclude") or (key == "id" and defines)):
            yield _place(document.problem(path, "", ""))
        elif key in CONDITIONS or "bands" in path:
            for offset in _offsets(value, name, known, claim=key in ("if", "then")):
                yield _place(document.problem(path, "", "", at=(offset, len(name))))


def _offsets(text: str, name: str, known: Numbers, *, claim: bool) -> Iterator[int]:
    """Where the name stands in a condition or a claim; not where a choice or a candidate is called so."""
    try:
        read = read_written_claim(text, known) if claim else parse_written(text, known)
    except Unreadable:
        return
    for atom, offset, length in read.atoms if isinstance(read, ReadClaim) else read.places:
        if atom.name == name:
            found = re.search(rf"\b{name}\b", text[offset : offset + length])
            yield offset + (found.start() if found else 0)
    yield from (offset for threshold, offset, _ in read.thresholds if threshold == name)


def _place(problem: Diagnostic) -> Place:
    return Place(problem.file, problem.line, problem.column, problem.length)
