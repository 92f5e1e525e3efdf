"""No way to change what is signed keeps the signature: a hundred edits, and every field of every model."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pytest
import yaml
from pydantic import BaseModel

from charley.documents.diagnostic import Faulty
from charley.documents.model import Frozen, ReadOnlyDict
from charley.facts.fields import FactFields
from charley.facts.vocabulary import Fact, FactGroup, Vocabulary
from charley.rules.case import Case
from charley.rules.governance.hazard import Hazard
from charley.rules.invariants.invariant import Invariant
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.loading.cases import read_cases
from charley.rules.loading.check import check
from charley.rules.loading.hazards import read_hazards
from charley.rules.loading.invariants import read_invariants
from charley.rules.loading.read import read
from charley.rules.loading.review.approve import approve
from charley.rules.loading.review.valid_approvals import Approvals
from charley.rules.rule import Rule
from charley.rules.signoff.approval import Approval, ReviewerKey, roles_required
from charley.rules.signoff.coverage import COVERED, FIELDS, Place
from charley.rules.signoff.layers import Layers
from charley.rules.signoff.parts import Parts
from charley.rules.signoff.table import table

HERE = Path(__file__).parents[1]
WAYS = yaml.safe_load((HERE / "planted" / "cheats.yaml").read_text())


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A base of which every rule, the whole and the release are approved by all who must."""
    folder = tmp_path_factory.mktemp("signed") / "plants"
    shutil.copytree(HERE / "small_base", folder)
    shutil.copytree(HERE / "signed_base", folder, dirs_exist_ok=True)
    day = datetime.date(2026, 3, 1)
    base = read(folder)
    rules = [("rule", rule) for rule in base.rules]
    for by in ("Ann Ander", "Bo Berg"):
        approve(base, rules, by, day)  # type: ignore[arg-type]
    for layer, about in (("base", base.id), ("release", base.version)):
        for role in roles_required(layer):  # type: ignore[arg-type]
            approve(base, [(layer, about)], f"Person of {role}".replace("_", " "), day, role)  # type: ignore[list-item]
    return folder


def test_the_ground_is_signed(signed: Path) -> None:
    approvals = Approvals.of(read(signed))
    assert set(approvals.states.values()) == {"holds"} and approvals.released
    assert [str(each) for each in check(signed) if each.severity == "error" or each.code[0] == "A"] == []


@pytest.mark.parametrize("way", WAYS, ids=[each["way"] for each in WAYS])
def test_no_way_to_change_the_meaning_keeps_the_signature(
    way: Mapping[str, Any], signed: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "plants"
    shutil.copytree(signed, folder)
    file = folder / way["in"]
    text = file.read_text()
    if "from" in way:
        assert way["from"] in text, "the way starts from what is not there"
        text = text.replace(way["from"], way["to"], 1)
    else:
        text = way.get("to") or text + way["add"]
    file.write_text(text)
    try:
        base = read(folder)
        approvals = Approvals.of(base)
        held = dict(approvals.held)
    except Faulty as faulty:
        assert "weighs more" not in way["way"], faulty  # what cannot be read approves nothing
        return
    for about in way["ends"]:
        key = {"base": ("base", "ailing_plant"), "release": ("release", "1.0.0")}.get(about, ("rule", about))
        assert key not in held, f"the approval of {about} still holds"
    assert ("release", "1.0.0") not in held and not approvals.released
    said = [problem.message for problem in check(folder) if problem.code in ("A018", "A019")]
    assert said and all("means something else" in each or "any more" in each for each in said)


def test_a_lapse_says_what_changed_with_the_old_beside_the_new(signed: Path, tmp_path: Path) -> None:
    folder = tmp_path / "plants"
    shutil.copytree(signed, folder)
    facts = folder / "facts.yaml"
    facts.write_text(facts.read_text().replace("unit: mmol/L", "unit: mol/L"))
    messages = [problem.message for problem in check(folder) if problem.code == "A019"]
    assert any(
        m == "`potash-high` means something else than when Ann Ander approved it: "
        "fact potash, unit: was `mmol/L`, is `mol/L`"
        for m in messages
    )
    (folder / "signed.jsonl").unlink()
    messages = [problem.message for problem in check(folder) if problem.code == "A019"]
    assert "`potash-high` means something else than when Ann Ander approved it" in messages


# Every field of every model.


@cache
def ground() -> tuple[KnowledgeBase, tuple[Invariant, ...], tuple[Case, ...], tuple[Hazard, ...]]:
    """The signed base read from its two folders."""
    import tempfile

    folder = Path(tempfile.mkdtemp()) / "plants"
    shutil.copytree(HERE / "small_base", folder)
    shutil.copytree(HERE / "signed_base", folder, dirs_exist_ok=True)
    base = read(folder)
    invariants = read_invariants(base)
    cases = tuple(placed.case for placed in read_cases(base))
    found = base, invariants, cases, read_hazards(base, invariants)
    shutil.rmtree(folder.parent)
    return found


def digests(base: KnowledgeBase, beside: tuple[Any, Any, Any]) -> dict[str, str]:
    """The digests of all rules together, of the base as a whole, and of the release."""
    parts = Parts(base)
    parts.add(*beside)
    parts.put("keys", {})
    layers = Layers(base, parts)
    rules = "".join(layers.rule(rule).digest for rule in base.rules)
    return {"rule": rules, "base": layers.whole.digest, "release": layers.release.digest}


CONDITIONS = {"when", "ask_unless", "ask_when", "applies_when", "if_", "reassure_when", "bands"}


ANOTHER = {
    "candidate": ("thirst", "mites"),
    "alert": ("frost", "thaw"),
    "target": ("mites", "frost"),
    "finding": ("waterlogged", "dry_air"),
}


def other(model: type[BaseModel], field: str, value: Any) -> Any:
    """Another value of the same kind; None where there is none."""
    words = [word for word in literals(model.model_fields[field].annotation) if word != value]
    match value:
        case None | () | "":
            return None
        case bool():
            return not value
        case datetime.date():
            return datetime.date(2001, 1, 1)
        case int() | float() | Decimal():
            return value + 1
        case str() if literals(model.model_fields[field].annotation):
            return words[0] if words else None
        case str() if field in CONDITIONS:
            return "soil_wet and drained"
        case str() if (model, field) == (Invariant, "then"):
            return "flagged(mites)"
        case str() if field in ANOTHER:
            return next(each for each in ANOTHER[field] if each != value)
        case str():
            return value + "x"
        case tuple():
            return tuple(each + 1 for each in value) if isinstance(value[0], float | int) else value[:-1]
        case Mapping():
            return ReadOnlyDict() if value else None
        case BaseModel():
            fields = reversed(type(value).model_fields)  # of a review, the first is not covered by a rule
            return next((each for name in fields for each in variants(value, type(value), name)), None)
    raise AssertionError(value)


def literals(annotation: Any) -> tuple[Any, ...]:
    """The words that a field may hold, where it holds one of some words."""
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    if get_origin(annotation) in (Union, UnionType, Annotated):
        return next(filter(None, map(literals, get_args(annotation))), ())
    return ()


def all_models(model: type[Frozen] = Frozen) -> Iterator[type[Frozen]]:
    for each in model.__subclasses__():
        if each.__module__.startswith("charley."):
            yield each
        yield from all_models(each)


def test_every_field_of_every_model_is_in_the_table() -> None:
    read = {model for model in all_models() if model.__module__.split(".")[1] in ("facts", "rules")}
    assert set(COVERED) == read - {Approval, FactFields}  # which is the part of a fact that is written
    for model, layers in COVERED.items():
        assert set(layers) == set(model.model_fields), model
        assert all("release" in each for each in layers.values()), model
    assert {field.model for field in FIELDS} == set(COVERED)


TRIED = [
    place
    for place in FIELDS
    if place.model is not ReviewerKey  # `test_another_key_ends_the_approval_of_the_base`
    and place.field not in ("kind", "direction")  # another kind is another model
    and (place.model, place.field) != (Fact, "id")  # who names another fact says something else
    and not place.only_in_files  # `test_an_approval_that_is_written_by_hand_is_refused`
]


@pytest.mark.parametrize("place", TRIED, ids=[f"{each.model.__name__}.{each.field}" for each in TRIED])
def test_changing_a_field_ends_what_the_table_says(place: Place) -> None:
    base, *beside = ground()
    before = digests(base, (beside[0], beside[1], beside[2]))
    ended: set[str] = set()
    for new, beside_it in changed(base, (beside[0], beside[1], beside[2]), place.model, place.field):
        after = digests(new, beside_it)
        ended |= {layer for layer in before if before[layer] != after[layer]}
    assert ended >= set(place.layers), "or no item of `tests/signed_base` has this field"


def renamed(rules: Mapping[str, Rule], old: str, new: Any) -> dict[str, Rule]:
    return {(new.id if id == old else id): new if id == old else rule for id, rule in rules.items()}


def changed(
    base: KnowledgeBase, beside: tuple[Any, Any, Any], model: type[BaseModel], field: str
) -> Iterator[tuple[KnowledgeBase, tuple[Any, Any, Any]]]:
    """The base with this field changed in one item, for each item that has a model of this kind in it."""
    rebuilt: dict[str, Callable[[str, Any], KnowledgeBase]] = {
        "candidates": lambda id, item: replace(base, candidates={**base.candidates, id: item}),
        "alerts": lambda id, item: replace(base, alerts={**base.alerts, id: item}),
        "derived": lambda id, item: replace(base, derived={**base.derived, id: item}),
        "instruments": lambda id, item: replace(base, instruments={**base.instruments, id: item}),
        "findings": lambda id, item: replace(base, findings={**base.findings, id: item}),
        "citations": lambda id, item: replace(base, citations={**base.citations, id: item}),
        "thresholds": lambda id, item: replace(base, thresholds={**base.thresholds, id: item}),
        "rules": lambda id, item: replace(base, rules=renamed(base.rules, id, item)),
    }
    for name, rebuild in rebuilt.items():
        for id, item in getattr(base, name).items():
            for new in variants(item, model, field):
                yield rebuild(id, new), beside
    every = {**base.vocabulary, **base.vocabulary.dates}
    for id, fact in every.items():
        for new in variants(fact, model, field):
            facts = [new if each == id else kept for each, kept in every.items()]
            yield replace(base, vocabulary=Vocabulary(facts, base.vocabulary.titles)), beside
    for new in variants(base.about, model, field):
        yield replace(base, about=new), beside
    for at, items in enumerate(beside):
        for n, item in enumerate(items):
            for new in variants(item, model, field):
                changed_items = (*items[:n], new, *items[n + 1 :])
                yield base, (*beside[:at], changed_items, *beside[at + 1 :])  # type: ignore[misc]
    if model is FactGroup:
        titles = dict(base.vocabulary.titles)
        key = next(iter(titles))
        match field:
            case "title":
                titles[key] = "Another"
            case "group":
                titles = {("other" if each == key else each): title for each, title in titles.items()}
        facts = list(base.vocabulary.values())
        yield replace(base, vocabulary=Vocabulary(facts if field != "facts" else facts[::-1], titles)), beside


def variants(item: BaseModel, model: type[BaseModel], field: str) -> Iterator[BaseModel]:
    """The item with the field changed in each model of this kind in it."""
    if type(item) is model:
        new = other(model, field, getattr(item, field))
        if new is not None:
            yield item.model_copy(update={field: new})
    for name in type(item).model_fields:
        value = getattr(item, name)
        if isinstance(value, BaseModel):
            yield from (item.model_copy(update={name: new}) for new in variants(value, model, field))
        elif isinstance(value, tuple):
            for at, each in enumerate(value):
                for new in variants(each, model, field) if isinstance(each, BaseModel) else ():
                    yield item.model_copy(update={name: (*value[:at], new, *value[at + 1 :])})
        elif isinstance(value, Mapping):
            for key, each in value.items():
                for new in variants(each, model, field) if isinstance(each, BaseModel) else ():
                    yield item.model_copy(update={name: ReadOnlyDict({**value, key: new})})


def test_the_page_with_the_table_is_as_the_models_are() -> None:
    page = HERE.parent / "docs" / "signoff-fields.md"
    assert page.read_text() == table(), (
        "write it: python -m charley.rules.signoff.table > docs/signoff-fields.md"
    )
