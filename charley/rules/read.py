"""YAML to `KnowledgeBase`, with every problem reported at once, each at its file, line and column."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from charley.facts.diagnostic import Diagnostic, Faulty, nearest
from charley.facts.document import Document, read_document
from charley.facts.vocabulary import FactGroup, Vocabulary
from charley.rules import check
from charley.rules.candidate import AlertName, Candidate
from charley.rules.find import ABOUT
from charley.rules.instrument import Derived, Finding, Instrument
from charley.rules.knowledge_base import About, KnowledgeBase
from charley.rules.rule import KEYWORDS, Citation, Rule

__all__ = ["files_of", "read", "read_with_warnings", "shape_problems"]

REQUIRED = (ABOUT, "facts.yaml", "candidates.yaml")
OPTIONAL = ("instruments.yaml", "findings.yaml", "citations.yaml")

M = TypeVar("M", bound=BaseModel)
Path_ = list[str | int]


@dataclass(frozen=True)
class Placed:
    """Something read, with the document and the path in it that it came from."""

    model: Any
    document: Document
    path: Path_

    def problem(
        self, path: Sequence[str | int], code: str, message: str, help: str = "", **rest: Any
    ) -> Diagnostic:
        """A diagnostic about the value at `path` within this."""
        return self.document.problem([*self.path, *path], code, message, help, **rest)


def files_of(folder: Path) -> list[Path]:
    """The files that make up the meaning of a base: not its cases, not its invariants."""
    optional = [folder / name for name in OPTIONAL if (folder / name).exists()]
    return [*(folder / name for name in REQUIRED), *optional, *sorted((folder / "rules").glob("*.yaml"))]


def read(folder: Path) -> KnowledgeBase:
    """The knowledge base in the folder. Raises `Faulty` with all errors."""
    base, problems = read_with_warnings(folder)
    errors = [problem for problem in problems if problem.severity == "error"]
    if base is None or errors:
        raise Faulty(errors)
    return base


def read_with_warnings(folder: Path) -> tuple[KnowledgeBase | None, list[Diagnostic]]:
    """The base, or None where there are errors; and everything that was found, in file order."""
    contents = _Contents()
    for file in files_of(folder):
        contents.add(folder, file)
    found = list(contents.problems)
    base = None
    if contents.about is not None:
        base = contents.knowledge_base(folder)
        found += check.check(base, contents)
    elif not found:
        found.append(Diagnostic(str(folder / REQUIRED[0]), 1, 1, "F004", "there is nothing in this file"))
    if any(problem.severity == "error" for problem in found):
        base = None
    order = {str(file): at for at, file in enumerate(files_of(folder))}
    found.sort(key=lambda p: (order.get(p.file, len(order)), p.file, p.line, p.column, p.code))
    return base, list(dict.fromkeys(found))


@dataclass
class _Contents:
    """What the files hold, item by item; an item with a problem is left out, and its id remembered."""

    about: Placed | None = None
    facts: list[Placed] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)
    candidates: list[Placed] = field(default_factory=list)
    alerts: list[Placed] = field(default_factory=list)
    derived: list[Placed] = field(default_factory=list)
    instruments: list[Placed] = field(default_factory=list)
    findings: list[Placed] = field(default_factory=list)
    citations: list[Placed] = field(default_factory=list)
    rules: list[Placed] = field(default_factory=list)
    problems: list[Diagnostic] = field(default_factory=list)
    spoiled: set[str] = field(default_factory=set)
    values: list[Any] = field(default_factory=list)

    def add(self, folder: Path, file: Path) -> None:
        try:
            document = read_document(file)
        except Faulty as faulty:
            self.problems.extend(faulty.diagnostics)
            self.spoiled.add("*")
            return
        name = file.name if file.parent == folder else "rules"
        self.values.append((name, document.value))
        match name:
            case "knowledge_base.yaml":
                for placed in self._models(document, [], About, [([], document.value)]):
                    self.about = placed
            case "facts.yaml":
                for placed in self._models(document, [], FactGroup, self._items(document)):
                    self.titles[placed.model.group] = placed.model.title
                    self.facts += [
                        Placed(
                            fact.model_copy(update={"group": placed.model.group}),
                            document,
                            [*placed.path, "facts", at],
                        )
                        for at, fact in enumerate(placed.model.facts)
                    ]
            case "candidates.yaml":
                self.candidates += self._models(document, [], Candidate, self._items(document, "candidates"))
                self.alerts += self._models(document, [], AlertName, self._items(document, "alerts"))
                self._only(document, ("candidates", "alerts"))
            case "instruments.yaml":
                self.derived += self._models(document, [], Derived, self._items(document, "derived"))
                items = self._items(document, "instruments")
                self.instruments += self._models(document, [], Instrument, items)
                self._only(document, ("derived", "instruments"))
            case "findings.yaml":
                self.findings += self._models(document, [], Finding, self._items(document))
            case "citations.yaml":
                self.citations += self._models(document, [], Citation, self._items(document))
            case _:
                self.rules += self._models(document, [], Rule, self._items(document))

    def _items(self, document: Document, key: str | None = None) -> Iterator[tuple[Path_, Any]]:
        value, path = document.value, list[str | int]()
        if key is not None:
            if not isinstance(value, dict):
                if key in ("candidates", "derived"):
                    help = f"start with `{key}:`"
                    self.problems.append(document.problem([], "F004", "named lists are expected here", help))
                return
            value, path = value.get(key), [key]
            if value is None:
                return
        if value is None:
            return
        if not isinstance(value, list):
            help = "start each item with `- `"
            self.problems.append(document.problem(path, "F004", "a list is expected here", help))
            return
        for at, item in enumerate(value):
            yield [*path, at], item

    def _only(self, document: Document, keys: Sequence[str]) -> None:
        if isinstance(document.value, dict):
            for key in document.value:
                if key not in keys:
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
                self._spoil(item)
        return placed

    def _spoil(self, item: Any) -> None:
        """Remember the ids in something unreadable, so that nothing else is blamed for naming them."""
        if isinstance(item, dict):
            self.spoiled.update(str(item[key]) for key in ("id", "key") if key in item)
            for inner in item.get("facts") or () if isinstance(item.get("facts"), list) else ():
                self._spoil(inner)

    def knowledge_base(self, folder: Path) -> KnowledgeBase:
        assert self.about is not None
        meaning = json.dumps(self.values, sort_keys=True, default=str, ensure_ascii=False)
        return KnowledgeBase(
            about=self.about.model,
            vocabulary=Vocabulary((placed.model for placed in self.facts), self.titles),
            candidates=_by_id(self.candidates),
            alerts=_by_id(self.alerts),
            derived=_by_id(self.derived),
            instruments=_by_id(self.instruments),
            findings=_by_id(self.findings),
            citations={placed.model.key: placed.model for placed in self.citations},
            rules=_by_id(self.rules),
            digest=hashlib.sha256(meaning.encode()).hexdigest(),
            path=folder,
        )


def _by_id(placed: Iterable[Placed]) -> Mapping[str, Any]:
    return {each.model.id: each.model for each in placed}


def shape_problems(
    document: Document, path: Path_, error: ValidationError, model: type[BaseModel]
) -> Iterator[Diagnostic]:
    """What pydantic found wrong with the shape, in the author's words."""
    say: Callable[..., Diagnostic] = document.problem
    for found in error.errors(include_url=False):
        at: Path_ = [*path, *found["loc"]]
        last = str(found["loc"][-1]) if found["loc"] else ""
        message, help, key = found["msg"], "", False
        match found["type"]:
            case "missing":
                at, message = at[:-1], f"`{_author(last)}` is missing"
            case "extra_forbidden":
                message, key = f"unknown key `{last}`", True
                help = nearest(last, _keys(model, found["loc"])) or "remove it, or see the format's page"
            case "union_tag_not_found" | "union_tag_invalid":
                message = "an effect opens with exactly one of " + ", ".join(f"`{word}`" for word in KEYWORDS)
                given = found.get("input")
                help = (
                    next(filter(None, (nearest(str(k), KEYWORDS) for k in given)), "")
                    if isinstance(given, dict)
                    else ""
                )
            case "model_type" | "dict_type" | "model_attributes_type":
                message, help = "keys with values are expected here", "write `key: value`"
            case "tuple_type" | "list_type":
                message, help = "a list is expected here", "write `[a, b]`"
            case "string_pattern_mismatch":
                message = f"`{str(found.get('input'))[:60]}` is not a well-formed id"
                help = "start with a letter; small letters, digits and `_` (rules: `-`)"
            case "string_type":
                message = f"`{last}` must be text"
            case "literal_error":
                expected = str(found.get("ctx", {}).get("expected", ""))
                options = [part.strip().strip("'") for part in expected.replace(" or ", ",").split(",")]
                given = str(found.get("input"))[:60]
                message, help = (
                    f"`{given}` is not possible here",
                    nearest(given, options) or f"expected {expected}",
                )
            case _:
                message = message.removeprefix("Value error, ")
                message = message[:1].lower() + message[1:].rstrip(".")
        yield say(at, "F004", message, help, key=key)


def _author(name: str) -> str:
    """The word that an author would write for a field of an effect."""
    words = {"candidate": "candidate", "text": "advise", "direction": "raise` or `lower"}
    return words.get(name, name)


def _keys(model: type[BaseModel], loc: tuple[str | int, ...]) -> list[str]:
    """The keys that may stand where the last step of `loc` stands, as far as they can be told."""
    current: Any = model
    for step in loc[:-1]:
        fields = getattr(current, "model_fields", None)
        if fields is None or step not in fields:
            continue
        inner = _model_in(fields[step].annotation)
        current = inner or current
    return [*getattr(current, "model_fields", {}), *KEYWORDS]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        inner = _model_in(argument)
        if inner is not None:
            return inner
    return None
