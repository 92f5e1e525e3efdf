"""What was edited between two versions of a base, field by field: every word and number that is read.

The solver compares what follows for a patient. It does not see words, units or sources; this does, and every
edit has a kind by which it can be looked for or forbidden.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from charley.audit.diff.edit_kinds import kind_of
from charley.documents.diagnostic import Faulty
from charley.documents.fields import changes, fields_of
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.loading.cases import read_cases
from charley.rules.loading.find import HAZARDS, INVARIANTS
from charley.rules.loading.hazards import read_hazards
from charley.rules.loading.invariants import read_invariants

__all__ = ["Edit", "edits"]


@dataclass(frozen=True)
class Edit:
    """One edited field. `old` or `new` is None where there is no such field.

    `sort` and `id` say of what (`rule water-dry`), `field` which field of it (empty for the whole item).
    """

    kind: str
    sort: str
    id: str
    field: str
    old: str | None
    new: str | None


def edits(old: KnowledgeBase, new: KnowledgeBase) -> Iterator[Edit]:
    """Every field that differs, item by item."""
    before, after = _items(old), _items(new)
    for sort, files, read in (
        ("invariant", INVARIANTS, _invariants),
        ("case", "cases/*.yaml", _cases),
        ("hazard", HAZARDS, _hazards),
    ):
        if _texts(old.path, files) != _texts(new.path, files):
            before |= {(sort, id): item for id, item in read(old)}
            after |= {(sort, id): item for id, item in read(new)}
    for key in dict.fromkeys([*before, *after]):
        yield from _item_edits(*key, before.get(key), after.get(key))
    yield from _order(before, after)


def _items(base: KnowledgeBase) -> dict[tuple[str, str], Mapping[str, Any]]:
    """Everything that stands in the files of the base, by sort and id."""
    sorts: list[tuple[str, Mapping[str, Any]]] = [
        ("about", {base.id: base.about}),
        ("fact", {**base.vocabulary, **base.vocabulary.dates}),
        ("candidate", base.candidates),
        ("alert", base.alerts),
        ("derived", base.derived),
        ("score", base.instruments),
        ("finding", base.findings),
        ("citation", base.citations),
        ("threshold", base.thresholds),
        ("rule", base.rules),
    ]
    found: dict[tuple[str, str], Mapping[str, Any]] = {
        (sort, "" if sort == "about" else id): item.model_dump()
        for sort, items in sorts
        for id, item in items.items()
    }
    found |= {("group", id): {"title": title} for id, title in base.vocabulary.titles.items()}
    return found


def _texts(folder: Path, files: str) -> dict[str, bytes]:
    """The files as bytes. Files that are equal are not read."""
    return {file.name: file.read_bytes() for file in sorted(folder.glob(files))}


def _invariants(base: KnowledgeBase) -> Iterator[tuple[str, Mapping[str, Any]]]:
    try:
        yield from ((invariant.id, invariant.model_dump()) for invariant in read_invariants(base))
    except Faulty as faulty:
        yield "(all)", _unreadable(faulty)


def _hazards(base: KnowledgeBase) -> Iterator[tuple[str, Mapping[str, Any]]]:
    try:
        hazards = read_hazards(base, read_invariants(base))
        yield from ((hazard.id, hazard.model_dump()) for hazard in hazards)
    except Faulty as faulty:
        yield "(all)", _unreadable(faulty)


def _cases(base: KnowledgeBase) -> Iterator[tuple[str, Mapping[str, Any]]]:
    try:
        yield from ((placed.case.id, placed.case.model_dump()) for placed in read_cases(base))
    except Faulty as faulty:
        yield "(all)", _unreadable(faulty)


def _unreadable(faulty: Faulty) -> Mapping[str, Any]:
    """A placeholder for a file that cannot be read with its base: the first reason."""
    return {"cannot be read": faulty.diagnostics[0].message}


def _item_edits(
    sort: str, id: str, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None
) -> Iterator[Edit]:
    if old is None or new is None:
        summary = _summary(old or new or {})
        yield Edit(
            kind_of(sort, ()),
            sort,
            id,
            "",
            summary if new is None else None,
            summary if old is None else None,
        )
        return
    if old != new:
        for path, was, now in changes(old, new):
            yield Edit(kind_of(sort, path), sort, id, ": ".join(path), was, now)


def _order(before: Mapping[tuple[str, str], Any], after: Mapping[tuple[str, str], Any]) -> Iterator[Edit]:
    """The order of facts and groups of facts, in which they are asked, of those that both versions have."""
    for sort in ("group", "fact"):
        was = [id for of, id in before if of == sort and (of, id) in after]
        now = [id for of, id in after if of == sort and (of, id) in before]
        if was != now:
            yield Edit("asking", sort, "", "order", ", ".join(was), ", ".join(now))


def _summary(item: Mapping[str, Any]) -> str:
    """An item that is new or gone, in a line."""
    for key in ("when", "meaning", "title", "name", "wording", "then", "hazard"):
        if item.get(key):
            said = item[key]
            return str(said["clinician"] if isinstance(said, Mapping) else said)
    return ", ".join(text for _, text in fields_of(item))
