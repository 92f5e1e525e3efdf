"""`charley diff` sees every field of every file: each is changed in turn, and the edit is shown."""

from __future__ import annotations

import datetime
import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest
import yaml
from click.testing import CliRunner

from charley.audit.diff.comparison import KINDS
from charley.audit.diff.edit_kinds import EDITS, kind_of
from charley.audit.diff.edits import edits
from charley.cli import main
from charley.documents.diagnostic import Faulty
from charley.documents.model import Frozen
from charley.engine.expert import load
from charley.facts.vocabulary import Fact, Vocabulary
from charley.rules.candidate import AlertName, Candidate
from charley.rules.case import Case
from charley.rules.governance.about import About
from charley.rules.governance.evidence import Citation
from charley.rules.governance.hazard import Hazard
from charley.rules.instrument import Derived, Finding, Instrument
from charley.rules.invariants.invariant import Invariant
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.language.threshold import NamedThreshold
from charley.rules.rule import Rule

SMALL = Path(__file__).parents[1] / "small_base"
_SPELL = NamedThreshold(id="dry_spell", value=7, unit="d", because="A week", citations=("ALMANAC",))
BASE = replace(load(str(SMALL)), thresholds={"dry_spell": _SPELL})
SORTS: dict[str, type[Frozen]] = {
    "about": About,
    "fact": Fact,
    "candidate": Candidate,
    "alert": AlertName,
    "derived": Derived,
    "score": Instrument,
    "finding": Finding,
    "citation": Citation,
    "threshold": NamedThreshold,
    "rule": Rule,
    "invariant": Invariant,
    "case": Case,
    "hazard": Hazard,
}
HELD = {
    "candidate": "candidates",
    "alert": "alerts",
    "derived": "derived",
    "score": "instruments",
    "finding": "findings",
    "citation": "citations",
    "threshold": "thresholds",
    "rule": "rules",
}


def other(value: Any, hint: Any) -> Any:
    """Another value than this one, of the kind that the field takes (nothing checks it)."""
    match value:
        case None:
            return None if hint is None else _made(hint)
        case bool():
            return not value
        case int() | float() | Decimal():
            return value + 1
        case str():
            return next((each for each in choices(hint) if each != value), f"{value} otherwise")
        case datetime.date():
            return value + datetime.timedelta(days=1)
        case tuple():
            if value and isinstance(value[-1], int | float):
                return (*value[:-1], value[-1] + 1)
            return (*value, value[-1]) if value else (_made(get_args(hint)[0]),)
        case Mapping():
            inner = get_args(hint)[-1]
            made = isinstance(inner, type) and issubclass(inner, Frozen)
            if made:
                return {**value, "another": _least(inner)}
            nested = issubclass(get_origin(inner) or object, Mapping)
            return {**value, "another": {"another": ("another",)} if nested else _made(inner)}
        case _:
            raise AssertionError(value)


def choices(hint: Any) -> tuple[Any, ...]:
    """The values of a literal type, wherever in the hint it stands."""
    if get_origin(hint) is Literal:
        return get_args(hint)
    return next((found for inner in get_args(hint) if (found := choices(inner))), ())


def _made(hint: Any) -> Any:
    """Some value of this type, where there was none."""
    for kind in [hint, *get_args(hint)]:
        if choices(kind):
            return choices(kind)[0]
        origin = get_origin(kind) or kind
        if origin is tuple:
            return tuple(_made(each) for each in get_args(kind) if each is not ...)
        if origin is datetime.date:
            return datetime.date(2026, 1, 1)
        if origin in (int, float, Decimal):
            return 7
        if isinstance(origin, type) and issubclass(origin, Frozen):
            return _least(origin)
    return "something"


def _least(model: type[Frozen]) -> Frozen:
    known = {
        "when": "wilting",
        "wording": "some",
        "clinician": "some",
        "states": ["some"],
        "kind": "recalled",
        "status": "submitted",
        "unit": "h",
        "slope": 2,
        "source": "some",
    }
    return model.model_validate({name: known[name] for name in model.model_fields if name in known})


def changed(item: Frozen) -> Iterator[tuple[str, Frozen]]:
    """The item with each of its fields changed, and each field of what is in them."""
    hints = get_type_hints(type(item))
    for name in type(item).model_fields:
        hint = hints[name]
        value = getattr(item, name)
        if len(choices(hint)) == 1:
            continue  # the kind of an effect, which is not a field that anybody writes
        if isinstance(value, Frozen):
            for inner, made in changed(value):
                yield f"{name}.{inner}", item.model_copy(update={name: made})
        elif isinstance(value, tuple) and value and isinstance(value[0], Frozen):
            for at, part in enumerate(value):
                for inner, made in changed(part):
                    parts = (*value[:at], made, *value[at + 1 :])
                    yield f"{name}.{at}.{inner}", item.model_copy(update={name: parts})
            yield name, item.model_copy(update={name: value[:-1]})
        else:
            yield name, item.model_copy(update={name: other(value, hint)})


def every_change() -> Iterator[tuple[str, str, str, KnowledgeBase]]:
    """Each item and field of the base, and the base with that field changed."""
    for field, made in changed(BASE.about):
        yield "about", "", field, replace(BASE, about=made)
    for id, fact in BASE.vocabulary.items():
        for field, made in changed(fact):
            facts = [made if each.id == id else each for each in BASE.vocabulary.values()]
            yield "fact", id, field, replace(BASE, vocabulary=Vocabulary(facts, BASE.vocabulary.titles))
    for sort, name in HELD.items():
        items = getattr(BASE, name)
        for id, item in items.items():
            for field, made in changed(item):
                yield sort, id, field, replace(BASE, **{name: {**items, id: made}})


CHANGES = list(every_change())


def test_the_changes_cover_every_field_of_every_model() -> None:
    for sort, model in SORTS.items():
        if sort in ("invariant", "case", "hazard"):
            continue
        fields = {field.partition(".")[0] for of, _, field, _ in CHANGES if of == sort}
        assert fields == set(model.model_fields)


def test_every_changed_field_is_seen() -> None:
    unseen = []
    for sort, id, field, base in CHANGES:
        found = list(edits(BASE, base))
        first = field.partition(".")[0]
        if not any((edit.sort, edit.field.partition(":")[0]) == (sort, first) for edit in found):
            gone_and_come = {edit.id for edit in found if edit.sort == sort and not edit.field}
            if not (field == "id" and len(gone_and_come) == 2):
                unseen.append((sort, id, field))
        assert all(edit.kind in EDITS for edit in found)
    assert unseen == []


@pytest.mark.parametrize(
    ("sort", "path", "kind"),
    [
        ("rule", ("then", "flag drowning", "action", "patient"), "action"),
        ("rule", ("then", "alert frost", "action", "clinician"), "action"),
        ("rule", ("then", "flag drowning", "urgency"), "rule"),
        ("rule", ("then", "clear mites", "note", "student"), "note"),
        ("rule", ("then", "advise", "gives"), "advice"),
        ("fact", ("unit",), "unit"),
        ("fact", ("plausible_range",), "range"),
        ("fact", ("wording", "patient"), "wording"),
        ("candidate", ("disposition",), "disposition"),
        ("candidate", ("next_steps", "patient"), "next-step"),
        ("candidate", ("tests",), "next-step"),
        ("score", ("items", "1", "points"), "number"),
        ("about", ("scope", "when"), "scope"),
    ],
)
def test_an_edit_has_the_kind_of_what_it_is_about(sort: str, path: tuple[str, ...], kind: str) -> None:
    assert kind_of(sort, path) == kind


def scalars(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every word and number in a file."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from scalars(inner, (*path, key))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from scalars(inner, (*path, at))
    else:
        yield path


def put(value: Any, path: tuple[Any, ...], new: Any) -> None:
    for step in path[:-1]:
        value = value[step]
    value[path[-1]] = new


def test_every_word_and_number_of_every_file_is_seen(tmp_path: Path) -> None:
    """Each is changed in the file itself; what the reader then refuses is no version to compare."""
    seen, unseen = set(), []
    for file in sorted(SMALL.rglob("*.yaml")):
        name = file.relative_to(SMALL)
        text = file.read_text()
        for path in scalars(yaml.safe_load(text)):
            folder = tmp_path / "new"
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(SMALL, folder)
            document = yaml.safe_load(text)
            was = document
            for step in path:
                was = was[step]
            put(document, path, _replacement(was))
            (folder / name).write_text(yaml.safe_dump(document, sort_keys=False))
            try:
                base = load(str(folder))
                found = list(edits(BASE, base))
            except Faulty:
                continue
            seen.add(str(name))
            if not found:
                unseen.append((str(name), path))
    assert unseen == []
    assert seen == {str(file.relative_to(SMALL)) for file in SMALL.rglob("*.yaml")}


def _replacement(was: Any) -> Any:
    if isinstance(was, bool):
        return not was
    if isinstance(was, int | float):
        return was + 1
    if isinstance(was, datetime.date):
        return was + datetime.timedelta(days=1)
    swapped = {"soon": "same_day", "same_day": "soon", "strong": "slight", "d": "wk", "patient": "lab"}
    return swapped.get(str(was), f"{was} otherwise")


@pytest.fixture
def versions(tmp_path: Path) -> tuple[Path, Path]:
    for name in ("old", "new"):
        shutil.copytree(SMALL, tmp_path / name)
    return tmp_path / "old", tmp_path / "new"


@pytest.mark.parametrize(
    ("file", "was", "now", "kind"),
    [
        ("rules/water.yaml", "action: Let it drain", "action: Do nothing", "action"),
        ("rules/dangers.yaml", "note: No spot was seen", "note: Nothing was seen", "note"),
        ("rules/water.yaml", "advise: Water it", "advise: Leave it", "advice"),
        ("facts.yaml", "unit: d\n", "unit: wk\n", "unit"),
        ("facts.yaml", "[0, 60]", "[0, 50]", "range"),
        ("facts.yaml", "wording: It is wilting", "wording: It hangs", "wording"),
        ("candidates.yaml", "disposition: soon", "disposition: routine", "disposition"),
        ("rules/water.yaml", "because: Roots in water", "because: Plants in water", "reason"),
        ("citations.yaml", "gardener's", "florist's", "citation"),
        ("invariants.yaml", "night_temperature < 10", "night_temperature < 9", "invariant"),
        ("cases/plants.yaml", "title: ", "title: A ", "case"),
    ],
)
def test_each_kind_of_edit_is_shown_and_can_be_forbidden(
    versions: tuple[Path, Path], file: str, was: str, now: str, kind: str
) -> None:
    old, new = versions
    text = (new / file).read_text()
    assert was in text
    (new / file).write_text(text.replace(was, now, 1))
    run = CliRunner().invoke(main, ["diff", str(old), str(new), "--forbid", "lost-flag"])
    assert run.exit_code == 0
    assert f"{kind}: {EDITS[kind]}" in run.stdout
    assert "no patient sees any change" not in run.stdout
    assert CliRunner().invoke(main, ["diff", str(old), str(new), "--forbid", kind]).exit_code == 1
    told = json.loads(CliRunner().invoke(main, ["diff", str(old), str(new), "--json"]).stdout)
    assert not told["equivalent"] and {edit["kind"] for edit in told["edits"]} == {kind}


def test_the_manual_names_every_kind() -> None:
    page = " ".join(CliRunner().invoke(main, ["diff", "--help"]).stdout.split())
    assert not {kind for kind in (*KINDS, *EDITS) if f"{kind}," not in page and f"{kind}." not in page}
