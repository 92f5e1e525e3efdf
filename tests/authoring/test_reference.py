"""The reference of the format names every key of every file, in words, and does not lag behind the models."""

from __future__ import annotations

from pathlib import Path

import pytest

from charley.authoring.format.kinds import KINDS, key_words, kind_of_file
from charley.authoring.format.reference import with_reference
from charley.authoring.format.schemas import effect_models, file_schema
from charley.documents.model import Frozen
from charley.rules.loading.find import files_of, find_base, written_files
from charley.rules.rule import KEYWORDS

PAGE = Path(__file__).parents[2] / "docs" / "format.md"


def test_the_page_has_every_key_as_it_is_now(update: bool) -> None:
    page = PAGE.read_text(encoding="utf-8")
    if update:
        PAGE.write_text(page := with_reference(page), encoding="utf-8")
    assert with_reference(page) == page, "run `pytest tests/authoring/test_reference.py --update`"


def _models() -> dict[str, type[Frozen]]:
    """Every model that reads a file, and those in them, by their names."""
    found: dict[str, type[Frozen]] = {}
    waiting = [model for kind in KINDS.values() for model in kind.models]
    every = {each.__name__: each for each in _below(Frozen)}
    while waiting:
        model = waiting.pop()
        if model.__name__ not in found:
            found[model.__name__] = model
            waiting += [every[name] for name in model.model_json_schema().get("$defs", {})]
    return found


def _below(model: type[Frozen]) -> list[type[Frozen]]:
    return [each for inner in model.__subclasses__() for each in (inner, *_below(inner))]


@pytest.mark.filterwarnings("ignore:Default value")
def test_every_key_has_words_and_all_words_have_a_key() -> None:
    models, words = _models(), key_words()
    assert set(words) == set(models)
    openings = {effect_models()[kind].__name__: set[str]() for kind, _ in KEYWORDS.values()}
    hidden = {name: {"kind", "direction"} for name in openings}
    for word, (kind, field) in KEYWORDS.items():
        name = effect_models()[kind].__name__
        openings[name].add(word)
        hidden[name].add(field)
    for name, model in models.items():
        keys = {field.alias or key for key, field in model.model_fields.items()}
        keys = keys - hidden.get(name, set()) | openings.get(name, set()) | {"this"}
        assert set(words[name]) == keys, name
        assert all(str(each).endswith((".", "?")) for each in words[name].values()), name


@pytest.mark.parametrize("base", [find_base()], ids=lambda base: base.name)
def test_every_file_of_a_base_is_of_some_kind(base: Path) -> None:
    assert [
        file for file in (*written_files(base), *files_of(base)) if kind_of_file(base, file) is None
    ] == []
    assert kind_of_file(base, base / "rules" / "deep" / "x.yaml") is None


def test_every_kind_has_a_schema_that_says_which_version_of_what_it_is() -> None:
    for kind in KINDS.values():
        schema = file_schema(kind)
        assert schema["$id"] == f"urn:charley:schema:1:{kind.name}"
        assert "Charley" in schema["$comment"]
