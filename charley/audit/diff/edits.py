"""What was edited between two versions of a base, field by field: every word and number that is read.

The solver compares what follows for a patient. It does not see words, units or sources; this does, and every
edit has a kind by which it can be looked for or forbidden.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from charley.documents.diagnostic import Faulty
from charley.documents.fields import changes, fields_of
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.loading.cases import read_cases
from charley.rules.loading.find import HAZARDS, INVARIANTS
from charley.rules.loading.hazards import read_hazards
from charley.rules.loading.invariants import read_invariants

__all__ = ["EDITS", "Edit", "edits", "kind_of"]

EDITS: dict[str, str] = {
    "rule": "what a rule looks at, does or supersedes",
    "action": "what a flag or an alert says to do",
    "advice": "what an advice says, or what it would tell",
    "note": "a note: beside an answered flag or alert, or of a fact, candidate, number or score",
    "disposition": "how soon a candidate that leads needs a clinician",
    "next-step": "the tests and next steps of a candidate",
    "unit": "the unit of a number, or what converts into it",
    "range": "the plausible range of a number",
    "choice": "the choices of a fact",
    "fact": "a fact: whether it is there, and what kind it is of",
    "asking": "who is asked for a fact, when and in which order",
    "phrase": "how a fact is said in free text",
    "candidate": "a candidate or alert: whether it is there, tier, prior",
    "number": "a derived number or a score: items, points, bands",
    "threshold": "a threshold: its number, and why it is so",
    "finding": "a finding: whether it is there, and what it means",
    "scope": "for whom the base is meant",
    "wording": "a name, title, description or question",
    "reason": "the reason that a rule gives",
    "evidence": "the evidence of a rule or score",
    "citation": "a reference",
    "code": "a code of a fact, candidate or alert",
    "review": "how far review has come",
    "about": "what is said of the base as a whole",
    "invariant": "an invariant",
    "case": "a case",
    "hazard": "a hazard, its controls or its owner",
}
"""Every kind of edit, those nearest to a patient first, and what it is about."""

_KINDS: dict[tuple[str, str], str] = {
    **dict.fromkeys(
        (("rule", name) for name in ("id", "when", "then", "supersedes", "withdraws_advice_of")), "rule"
    ),
    ("rule", "title"): "wording",
    ("rule", "because"): "reason",
    ("rule", "evidence"): "evidence",
    ("rule", "review"): "review",
    **dict.fromkeys((("fact", name) for name in ("id", "kind", "fixed", "since")), "fact"),
    **dict.fromkeys(
        (("fact", name) for name in ("unit", "molar_mass", "charge", "conversions", "annotations")), "unit"
    ),
    **dict.fromkeys(
        (
            ("fact", name)
            for name in ("answered_by", "burden", "priority", "ask_unless", "ask_when", "opens", "group")
        ),
        "asking",
    ),
    **dict.fromkeys(
        (
            ("fact", name)
            for name in (
                *("said_as", "when_past", "within_days", "side"),
                *("shares_words_with", "said_beside", "said_unless"),
            )
        ),
        "phrase",
    ),
    ("fact", "wording"): "wording",
    ("fact", "plausible_range"): "range",
    ("fact", "choices"): "choice",
    ("fact", "codes"): "code",
    **dict.fromkeys(
        (("candidate", name) for name in ("id", "prefix", "tier", "beyond_source", "prior")), "candidate"
    ),
    **dict.fromkeys((("candidate", name) for name in ("name", "description")), "wording"),
    **dict.fromkeys((("candidate", name) for name in ("icd10cm", "icd10cm_related")), "code"),
    **dict.fromkeys((("candidate", name) for name in ("tests", "next_steps")), "next-step"),
    ("candidate", "disposition"): "disposition",
    **dict.fromkeys(
        ((sort, name) for sort in ("candidate", "alert") for name in ("said_as", "shares_words_with")),
        "phrase",
    ),
    **dict.fromkeys((("alert", name) for name in ("id", "prefix")), "candidate"),
    ("alert", "name"): "wording",
    ("alert", "icd10cm"): "code",
    **dict.fromkeys(((sort, "note") for sort in ("fact", "candidate", "derived", "score")), "note"),
    ("derived", "title"): "wording",
    ("derived", "unit"): "unit",
    ("threshold", "unit"): "unit",
    ("threshold", "because"): "reason",
    ("threshold", "citations"): "evidence",
    ("score", "title"): "wording",
    ("score", "evidence"): "evidence",
    ("about", "scope"): "scope",
    ("about", "review"): "review",
}
"""The kind of edit for each field of each sort of item; see `_OF_SORT` for all others."""

_OF_SORT = {
    "derived": "number",
    "score": "number",
    "threshold": "threshold",
    "finding": "finding",
    "citation": "citation",
    "about": "about",
    "group": "asking",
    "invariant": "invariant",
    "case": "case",
    "hazard": "hazard",
    "rule": "rule",
    "fact": "fact",
    "candidate": "candidate",
    "alert": "candidate",
}
"""The kind of edit where an item is new or gone, and for the fields that `_KINDS` does not name."""

_OF_EFFECT = {
    ("flag", "action"): "action",
    ("alert", "action"): "action",
    ("clear", "note"): "note",
    ("advise", "text"): "advice",
    ("advise", "urgency"): "advice",
    ("advise", "gives"): "advice",
}


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


def kind_of(sort: str, path: tuple[str, ...]) -> str:
    """The kind of an edit to the field at `path` of such an item."""
    if sort == "rule" and len(path) > 2 and path[0] == "then":
        return _OF_EFFECT.get((path[1].partition(" ")[0], path[2]), "rule")
    return _KINDS.get((sort, path[0]) if path else (sort, ""), _OF_SORT[sort])


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
