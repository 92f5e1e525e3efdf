"""YAML to `KnowledgeBase`, with every problem reported at once, each at its file, line and column."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from charley.documents.diagnostic import Diagnostic, Faulty, nearest
from charley.documents.document import Document, read_document
from charley.documents.model import Frozen
from charley.facts.vocabulary import FactGroup, Vocabulary
from charley.rules.candidate import AlertName, Candidate
from charley.rules.comparisons import comparisons
from charley.rules.governance.about import About
from charley.rules.governance.evidence import Citation
from charley.rules.instrument import Derived, Finding, Instrument
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.language.threshold import NamedThreshold
from charley.rules.loading import references, warnings
from charley.rules.loading.contents import Contents, Placed
from charley.rules.loading.find import REQUIRED, VOCABULARY, files_of
from charley.rules.loading.model_errors import shape_problems
from charley.rules.loading.review.by_hand import by_hand
from charley.rules.loading.shared.thresholds import resolved
from charley.rules.loading.shared.vocabularies import Taken, take
from charley.rules.rule import Rule

__all__ = ["read", "read_all", "read_with_warnings"]

KINDS = {
    "facts.yaml": ("fact",),
    VOCABULARY: ("fact",),
    "candidates.yaml": ("candidate", "alert"),
    "instruments.yaml": ("derived", "instrument"),
    "findings.yaml": ("finding",),
    "citations.yaml": ("citation",),
    "thresholds.yaml": ("threshold",),
    "rules": ("rule",),
}
"""What each file defines. Where it cannot be read, names that it may define are not reported."""

_DEFINES: dict[type[Frozen], str] = {
    FactGroup: "fact",
    Taken: "fact",
    Candidate: "candidate",
    AlertName: "alert",
    Derived: "derived",
    Instrument: "instrument",
    Finding: "finding",
    Citation: "citation",
    NamedThreshold: "threshold",
    Rule: "rule",
}
_UNREAD = About.made(scope=None)
M = TypeVar("M", bound=Frozen)
Path_ = list[str | int]


def read(folder: Path) -> KnowledgeBase:
    """The knowledge base in the folder. Raises `Faulty` with all errors."""
    base, problems = read_with_warnings(folder)
    errors = [problem for problem in problems if problem.severity == "error"]
    if base is None or errors:
        raise Faulty(errors)
    return base


def read_with_warnings(folder: Path) -> tuple[KnowledgeBase | None, list[Diagnostic]]:
    """The base, or None where there are errors; and everything that was found, in file order."""
    base, _, found = read_all(folder)
    return (None if any(problem.severity == "error" for problem in found) else base), found


def read_all(folder: Path) -> tuple[KnowledgeBase, Contents, list[Diagnostic]]:
    """The base as far as it can be read, what its files hold, and everything that was found, in file order.

    Where there are errors the base is only fit for looking up which names there are.
    """
    contents = _Reader()
    for file in files_of(folder):
        contents.add(folder, file)
    contents.look_for_rules(folder / "rules")
    take(contents, folder)
    plain = resolved(contents)
    base = _knowledge_base(plain, folder)
    found = [*contents.problems, *references.problems(base, contents), *by_hand(contents)]
    if not found:
        found += warnings.warnings(base, plain)
    order = {str(file): at for at, file in enumerate(files_of(folder))}
    found.sort(key=lambda p: (order.get(p.file, len(order)), p.file, p.line, p.column, p.code))
    if any(problem.severity == "error" for problem in found):
        return base, contents, list(dict.fromkeys(found))
    facts = (*base.vocabulary.values(), *base.vocabulary.dates.values())
    vocabulary = Vocabulary(facts, contents.titles, comparisons(base))
    return replace(base, vocabulary=vocabulary), contents, list(dict.fromkeys(found))


class _Reader(Contents):
    """Contents that are filled file by file; what cannot be read is noted as a problem."""

    def add(self, folder: Path, file: Path) -> None:
        name = file.name if file.parent == folder else "rules"
        try:
            document = read_document(file)
            if document.value is None and name in REQUIRED:
                help = "see the format's page for what belongs here"
                raise Faulty([document.problem([], "F004", "this file is empty", help)])
        except Faulty as faulty:
            self.problems.extend(faulty.diagnostics)
            self.unread.update(KINDS.get(name, ()))
            return
        self.values.append((name, document.value))
        match name:
            case "knowledge_base.yaml":
                for placed in self._models(document, [], About, [([], document.value)]):
                    self.about = placed
            case "facts.yaml":
                for placed in self._models(document, [], FactGroup, self._items(document)):
                    self.groups.append(placed)
                    self.titles[placed.model.group] = placed.model.title
                    for at, fact in enumerate(placed.model.facts):
                        grouped = fact.model_copy(update={"group": placed.model.group})
                        kind = self.dates if fact.kind == "date" else self.facts
                        kind.append(Placed(grouped, document, [*placed.path, "facts", at]))
            case "candidates.yaml":
                self.candidates += self._models(document, [], Candidate, self._items(document, "candidates"))
                self.alerts += self._models(document, [], AlertName, self._items(document, "alerts"))
                self._only(document, ("candidates", "alerts"))
                if isinstance(document.value, dict) and not document.value.get("candidates"):
                    message, help = "there is no candidate in this base", "name what it can be"
                    self.problems.append(document.problem(["candidates"], "R014", message, help))
                    self.unread.add("candidate")
            case "instruments.yaml":
                self.derived += self._models(document, [], Derived, self._items(document, "derived"))
                items = self._items(document, "instruments")
                self.instruments += self._models(document, [], Instrument, items)
                self._only(document, ("derived", "instruments"))
            case "findings.yaml":
                self.findings += self._models(document, [], Finding, self._items(document))
            case "citations.yaml":
                self.citations += self._models(document, [], Citation, self._items(document))
            case "vocabulary.yaml":
                self.taken += self._models(document, [], Taken, self._items(document))
            case "thresholds.yaml":
                self.thresholds += self._models(document, [], NamedThreshold, self._items(document))
            case _:
                self.rules += self._models(document, [], Rule, self._items(document))

    def look_for_rules(self, folder: Path) -> None:
        """Without its rules a base would find nothing in any patient, so that is an error."""
        try:
            with os.scandir(folder):
                pass
        except OSError as error:
            there = "there is no such folder" if isinstance(error, FileNotFoundError) else None
            message = there or f"cannot be opened: {error.strerror}"
            self.problems.append(
                Diagnostic(str(folder), 0, 0, "F001", message, "the rules stand in `rules/`")
            )
            self.unread.add("rule")

    def _items(self, document: Document, key: str | None = None) -> Iterator[tuple[Path_, Any]]:
        value, path = document.value, list[str | int]()
        if key is not None:
            if not isinstance(value, dict):
                if key in ("candidates", "derived"):
                    help = f"start with `{key}:`"
                    self.problems.append(document.problem([], "F004", "named lists are expected here", help))
                    self.unread.update(KINDS[Path(document.file).name])
                return
            value, path = value.get(key), [key]
            if value is None:
                return
        if value is None:
            return
        if not isinstance(value, list):
            help = "start each item with `- `"
            self.problems.append(document.problem(path, "F004", "a list is expected here", help))
            name = Path(document.file).name
            self.unread.update(KINDS[name if name in KINDS else "rules"])
            return
        for at, item in enumerate(value):
            yield [*path, at], item

    def _only(self, document: Document, keys: Sequence[str]) -> None:
        if isinstance(document.value, dict):
            for key in document.value:
                if key not in keys:
                    self.unread.update(KINDS[Path(document.file).name])
                    help = nearest(key, keys) or "expected " + " and ".join(f"`{k}`" for k in keys)
                    self.problems.append(
                        document.problem([key], "F004", f"unknown key `{key}`", help, key=True)
                    )

    def _models(
        self, document: Document, path: Path_, model: type[M], items: Iterable[tuple[Path_, Any]]
    ) -> list[Placed]:
        placed: list[Placed] = []
        for at, item in items:
            try:
                placed.append(Placed(model.model_validate(item), document, at))
            except ValidationError as error:
                self.problems += shape_problems(document, at, error, model)
                self._spoil(item, model)
        return placed

    def _spoil(self, item: Any, model: type[Frozen]) -> None:
        """Remember the ids in an unreadable item, so that references to them are not reported."""
        items = item.get("facts") if isinstance(item, dict) and model is FactGroup else [item]
        for each in items if isinstance(items, list) else [None]:
            ids = [each[key] for key in ("id", "key") if key in each] if isinstance(each, dict) else []
            self.spoiled.update(map(str, ids))
            self.spoiled.update(str(id).lower().replace("-", "_") for id in ids)
            if not ids:
                self.unread.update([_DEFINES[model]] if model in _DEFINES else [])


def _knowledge_base(contents: Contents, folder: Path) -> KnowledgeBase:
    # Where the file about the base is broken, the rest is still checked: all problems come at once.
    about = contents.about.model if contents.about is not None else _UNREAD
    meaning = json.dumps(contents.values, sort_keys=True, default=str, ensure_ascii=False)
    return KnowledgeBase(
        about=about,
        vocabulary=Vocabulary(
            (placed.model for placed in (*contents.facts, *contents.dates)), contents.titles
        ),
        candidates=_by_id(contents.candidates),
        alerts=_by_id(contents.alerts),
        derived=_by_id(contents.derived),
        instruments=_by_id(contents.instruments),
        findings=_by_id(contents.findings),
        citations={placed.model.key: placed.model for placed in contents.citations},
        rules=_by_id(contents.rules),
        digest=hashlib.sha256(meaning.encode()).hexdigest(),
        path=folder,
        thresholds=_by_id(contents.thresholds),
    )


def _by_id(placed: Iterable[Placed]) -> Mapping[str, Any]:
    return {each.model.id: each.model for each in placed}
