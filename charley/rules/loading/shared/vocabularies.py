"""Vocabularies that several bases share: a base may take facts from another, or from a folder of facts alone.

What is taken is read where it stands and becomes part of the base: of its digest, of its approvals and of
everything that is checked. Problems with it are said where it is taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError

from charley.documents.diagnostic import Diagnostic, Faulty, nearest
from charley.documents.document import Document, read_document
from charley.documents.model import Frozen, Text
from charley.facts.fields import Identifier
from charley.facts.vocabulary import Fact, FactGroup
from charley.rules.loading.contents import Contents, Placed
from charley.rules.loading.find import VOCABULARY, bundled, installed
from charley.rules.loading.model_errors import shape_problems

__all__ = ["Taken", "beside_it", "sources", "take"]


class Taken(Frozen):
    """Facts that are taken from elsewhere: `from` is a folder beside the base, or the name of a base."""

    from_: Annotated[Text, Field(alias="from")]
    facts: Annotated[tuple[Identifier, ...], Field(min_length=1)]


class _FromElsewhere(Placed):
    """A fact that is taken. Whatever is wrong with it is said where it is named."""

    def problem(
        self, path: Sequence[str | int], code: str, message: str, help: str = "", **rest: Any
    ) -> Diagnostic:
        if code == "R003":
            help = f"`{self.model.id}` names it: take it, too"
        severity = str(rest.get("severity", "error"))
        return self.document.problem(self.path, code, message, help, severity=severity)


def source(folder: Path, name: str) -> Path:
    """The file of the facts that are taken under this name by the base in the folder. Raises `Faulty`."""
    known = {**bundled(), **{each.name: None for each in installed()}}
    if name.startswith("."):
        found: Path | None = folder / name
    elif known.get(name) is not None:
        found = known[name]
    else:
        found = next((each.folder() for each in installed() if each.name == name), None)
    if found is None:
        help = (
            nearest(name, known)
            or "a folder starts with a point, `../vital_signs`; an installed base has a name"
        )
        raise Faulty([Diagnostic(name, 0, 0, "R000", f"there is no knowledge base `{name[:60]}`", help)])
    file = found / "facts.yaml"
    if not file.is_file():
        message = f"there are no facts in `{name[:60]}`"
        raise Faulty([Diagnostic(name, 0, 0, "R000", message, "name a folder that has `facts.yaml`")])
    return file


def _names(folder: Path) -> Iterator[str]:
    """Where the base in the folder takes facts from; what cannot be read is left out."""
    file = folder / VOCABULARY
    if not file.is_file():
        return
    try:
        items = read_document(file).value
    except Faulty:
        return
    for item in items if isinstance(items, list) else ():
        name = item.get("from") if isinstance(item, dict) else None
        if isinstance(name, str):
            yield name


def beside_it(folder: Path) -> tuple[str, ...]:
    """The folders from which the base takes facts, by their paths from its own."""
    return tuple(name for name in _names(folder) if name.startswith("."))


def sources(folder: Path) -> Iterator[tuple[str, Path]]:
    """The names under which the base in the folder takes facts, and the files that hold them."""
    for name in _names(folder):
        try:
            yield name, source(folder, name)
        except Faulty:
            continue


def take(contents: Contents, folder: Path) -> None:
    """Add the facts that the base takes, before its own. Problems are added to those of the contents."""
    found: list[Placed] = []
    titles: dict[str, str] = {}
    own = {placed.model.id: placed for placed in (*contents.facts, *contents.dates)}
    for placed in contents.taken:
        try:
            offered = _offered(source(folder, placed.model.from_))
        except Faulty as faulty:
            contents.unread.add("fact")
            contents.problems += [_here(placed, each) for each in faulty.diagnostics]
            continue
        for at, id in enumerate(placed.model.facts):
            if id not in offered:
                help = nearest(id, offered) or "its facts: " + ", ".join(list(offered)[:8])
                message = f"unknown fact `{id}` in `{placed.model.from_}`"
                contents.problems.append(placed.problem(["facts", at], "R003", message, help))
                contents.spoiled.add(id)
                continue
            fact, title, written = offered[id]
            other = own.get(id)
            if other is not None:
                contents.problems += _differing(placed, at, fact, other)
                continue
            own[id] = _FromElsewhere(fact, placed.document, [*placed.path, "facts", at])
            found.append(own[id])
            titles.setdefault(fact.group, title)
            contents.values.append(("taken", written))
    contents.facts[:0] = [each for each in found if each.model.kind != "date"]
    contents.dates[:0] = [each for each in found if each.model.kind == "date"]
    contents.titles = {**titles, **contents.titles}


def _offered(file: Path) -> dict[str, tuple[Fact, str, Any]]:
    """The facts of a file by id, each with the title of its group and as it is written. Raises `Faulty`."""
    document = read_document(file)
    offered: dict[str, tuple[Fact, str, Any]] = {}
    problems: list[Diagnostic] = []
    for at, item in enumerate(document.value if isinstance(document.value, list) else ()):
        try:
            group = FactGroup.model_validate(item)
        except ValidationError as error:
            problems += shape_problems(document, [at], error, FactGroup)
            continue
        for n, fact in enumerate(group.facts):
            kept = fact.model_copy(update={"group": group.group})
            offered[fact.id] = kept, group.title, item["facts"][n]
    if not problems and not offered:
        problems.append(_empty(document))
    if problems:
        raise Faulty(problems)
    return offered


def _empty(document: Document) -> Diagnostic:
    return document.problem([], "F004", "there are no facts in this file", "write groups of facts")


def _here(placed: Placed, found: Diagnostic) -> Diagnostic:
    """A problem of what is taken: in its own file, or where it is named."""
    return found if found.line else placed.problem(["from"], found.code, found.message, found.help)


def _differing(placed: Placed, at: int, fact: Fact, other: Placed) -> Iterator[Diagnostic]:
    """The same id with another meaning, here and there."""
    mine = other.model
    fields = [name for name in Fact.model_fields if name != "group"]
    fields = [name for name in fields if getattr(mine, name) != getattr(fact, name)]
    if fields:
        where = other.problem(["id"], "", "")
        message = f"`{fact.id}` of `{placed.model.from_}` is not what {where.file}:{where.line} says: "
        message += f"{', '.join(fields)} {'differ' if len(fields) > 1 else 'differs'}"
        help = "remove one of them, or give it a name of its own"
        yield placed.problem(["facts", at], "R020", message, help)
