"""The JSON Schemas of the files: what a schema refuses the reader refuses, and they agree on shape."""

from __future__ import annotations

import copy
import datetime
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from charley.authoring.format.kinds import KINDS, FileKind, kind_of_file
from charley.authoring.format.modeline import SCHEMAS, schema_texts
from charley.authoring.format.schemas import DRAFTS, file_schema
from charley.authoring.scaffold import write_base
from charley.documents.document import read_document
from charley.rules.loading.find import bundled, find_base, written_files

jsonschema = pytest.importorskip(
    "jsonschema", reason="schemas are tried with jsonschema, which is not installed"
)

SMALL = Path(__file__).parents[1] / "small_base"
MUTATED = 600
"""Files with one mistake each."""


def contents(base: Path) -> Iterator[tuple[FileKind, Any]]:
    for file in written_files(base):
        kind = kind_of_file(base, file)
        assert kind is not None, file
        yield kind, read_document(file).value


def plain(value: Any) -> Any:
    """The values as JSON has them: a date is text."""
    return json.loads(json.dumps(value, default=str))


def validator(kind: FileKind, draft: Any = "2020-12") -> Any:
    schema = file_schema(kind, draft)
    checker = jsonschema.validators.validator_for(schema)
    checker.check_schema(schema)
    return checker(schema, format_checker=checker.FORMAT_CHECKER)


VALIDATORS = {name: validator(kind) for name, kind in KINDS.items()}


@pytest.mark.parametrize("draft", DRAFTS)
@pytest.mark.parametrize("base", [SMALL, find_base()], ids=lambda base: base.name)
def test_good_files_are_good(base: Path, draft: str) -> None:
    checks = {name: validator(kind, draft) for name, kind in KINDS.items()}
    for kind, value in contents(base):
        errors = [error.message[:200] for error in checks[kind.name].iter_errors(plain(value))]
        assert errors == [], kind.name


def problems(kind: FileKind, value: Any) -> list[str]:
    """The kinds of problems that the models have with the items of the file."""
    named = isinstance(value, dict) and "" not in kind.parts
    found = ["unknown key" for key in value if key not in kind.parts] if named else []
    found += ["no candidate"] if kind.name == "candidates" and not value.get("candidates") else []
    for key, model in kind.parts.items():
        items = value if key == "" else value.get(key)
        if kind.listed and items is not None and not isinstance(items, list):
            return [*found, "a list is expected"]
        for item in items or () if kind.listed else [value]:
            try:
                model.model_validate(item)
            except ValidationError as error:
                found += [each["type"] for each in error.errors()]
    return found


OTHERS = [None, 7, 0.5, -3, True, "word", "", [], {}, ["word"], [1, 2], {"clinician": "word"}, "2026-01-31"]


def paths(value: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield at
    for step, inner in (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    ):
        yield from paths(inner, (*at, step))


def mutated(value: Any, among: random.Random) -> tuple[Any, str]:
    """The file with one thing replaced, taken away, added or misspelt; and what was done."""
    value = copy.deepcopy(value)
    at = among.choice([each for each in paths(value) if each])
    within = value
    for step in at[:-1]:
        within = within[step]
    last, how = at[-1], among.choice(["replace", "replace", "remove", "add", "misspell"])
    if how == "add" and isinstance(within, dict):
        within["what_is_this"] = 1
    elif how == "misspell" and isinstance(within, dict):
        within[f"{last}x"] = within.pop(last)
    elif how == "remove":
        del within[last]
    else:
        within[last] = among.choice(OTHERS)
        how = f"replace by {within[last]!r}"
    return value, f"{how} at {at}"


def test_schema_and_reader_agree_on_the_shape_of_mutated_files(tmp_path: Path) -> None:
    write_base(tmp_path / "throat", "throat")
    files = [each for base in (SMALL, tmp_path / "throat") for each in contents(base) if each[1]]
    bundled = [(kind, value[:2]) for kind, value in contents(find_base()) if isinstance(value, list)]
    approval = {"rule": "a-b", "by": "Dr A", "date": datetime.date(2026, 1, 1), "digest": "0" * 64}
    files += [*bundled, (KINDS["reviews"], [approval])]
    among = random.Random(15)
    refused = accepted = 0
    for _ in range(MUTATED):
        kind, value = among.choice(files)
        value, how = mutated(value, among)
        by_schema = not VALIDATORS[kind.name].is_valid(plain(value))
        if kind.listed and not isinstance(value, list if "" in kind.parts else dict):
            continue
        found = problems(kind, value)
        ignored = {"misplaced", "too_short"} if "misplaced" in found else set()
        shape = [each for each in found if each not in ignored]
        assert not by_schema or found, f"{kind.name}: only the schema refuses: {how}"
        assert by_schema or not shape, f"{kind.name}: only the reader refuses: {how}, {shape}"
        refused, accepted = refused + by_schema, accepted + (not by_schema)
    assert refused > MUTATED / 3
    assert accepted > MUTATED / 20


def test_the_schemas_beside_the_bundled_bases_are_those_of_the_models(update: bool) -> None:
    folder = find_base().parent / SCHEMAS
    if update:
        for name, text in schema_texts().items():
            (folder / name).write_text(text, encoding="utf-8")
    assert {file.name: file.read_text(encoding="utf-8") for file in folder.iterdir()} == schema_texts()


@pytest.mark.parametrize("base", bundled().values(), ids=lambda base: base.name)
def test_every_file_of_a_bundled_base_names_a_schema_that_is_there(base: Path) -> None:
    for file in written_files(base):
        first = file.read_text(encoding="utf-8").partition("\n")[0]
        mark, _, schema = first.partition("=")
        assert mark == "# yaml-language-server: $schema", file
        assert (file.parent / schema).resolve().parent == base.parent / SCHEMAS
        assert (file.parent / schema).is_file()
