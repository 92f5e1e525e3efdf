"""The models are pydantic models, and nothing in them can be changed."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Annotated, Any, get_args, get_origin

import pytest
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

import charley
from charley.documents.model import Frozen, ReadOnly, ReadOnlyDict
from charley.engine.differential import Place
from charley.rules.case import Case
from charley.rules.invariants.invariant import Invariant
from charley.rules.signoff.approval import Approval

RECORD = {"unilateral_leg_swelling": True, "age": 67}


class Part(Frozen):
    name: Annotated[str, Field(pattern="^[a-z]+$")]
    weight: int | None = None
    notes: ReadOnly[str, str] = ReadOnlyDict()

    @cached_property
    def label(self) -> str:
        return f"{self.name} {self.weight}"


@pytest.fixture(scope="module")
def said() -> charley.Differential:
    return charley.load().diagnose(RECORD)


def models(model: type[Frozen] = Frozen) -> Iterator[type[Frozen]]:
    for each in model.__subclasses__():
        if each.__module__.startswith("charley."):
            yield each
        yield from models(each)


def test_the_models_are_all_here() -> None:
    names = {model.__name__ for model in models()}
    assert names >= {"Differential", "Fact", "Rule", "Weigh", "Candidate", "Instrument", "Citation", "About"}
    assert names >= {Case.__name__, Invariant.__name__, Approval.__name__, Place.__name__}


@pytest.mark.parametrize("model", list(models()), ids=lambda model: model.__name__)
def test_no_field_of_a_model_holds_what_can_be_changed(model: type[Frozen]) -> None:
    assert model.model_config["frozen"] and model.model_config["extra"] == "forbid"

    def changeable(annotation: Any) -> bool:
        origin = get_origin(annotation) or annotation
        if origin in (list, dict, set):
            return True
        if isinstance(origin, type) and issubclass(origin, Mapping):
            return True  # without the validator that makes it read-only
        return any(map(changeable, get_args(annotation)))

    for name, field in model.model_fields.items():
        if field.metadata and get_origin(field.annotation) is not None:
            given = TypeAdapter(Annotated[field.annotation, *field.metadata])
            if issubclass(get_origin(field.annotation), Mapping):
                assert isinstance(given.validate_python({}), ReadOnlyDict), name
                continue
        assert not changeable(field.annotation), name


def test_a_differential_cannot_be_changed(said: charley.Differential) -> None:
    d: Any = said
    with pytest.raises(ValidationError):
        d.leader = None
    with pytest.raises(ValidationError):
        del d.leader
    for mapping in (d.record, d.sections, d.findings, d.instruments):
        for change in (
            lambda m: m.__setitem__("age", 3),
            lambda m: m.__delitem__("age"),
            lambda m: m.update(age=3),
            lambda m: m.pop("age"),
            lambda m: m.popitem(),
            lambda m: m.clear(),
            lambda m: m.setdefault("age", 3),
            lambda m: m.__ior__({"age": 3}),
        ):
            with pytest.raises(TypeError, match="cannot be changed"):
                change(mapping)
    assert said.record == RECORD
    again: Any = charley.Differential.model_validate_json(said.model_dump_json())
    with pytest.raises(TypeError):
        again.record["age"] = 3


def test_a_differential_is_what_others_expect(said: charley.Differential) -> None:
    class Answer(BaseModel):
        said: charley.Differential

    assert isinstance(said, BaseModel)
    answer = Answer(said=said)
    assert Answer.model_validate_json(answer.model_dump_json()).said == said
    assert charley.Differential.model_validate(said.model_dump()) == said
    assert TypeAdapter(list[charley.Differential]).validate_python([said]) == [said]
    assert json.loads(json.dumps(said.record)) == dict(said.record) == {**said.record}
    assert copy.deepcopy(said) == pickle.loads(pickle.dumps(said)) == said.model_copy(deep=True) == said
    assert hash(said) == hash(said.model_copy())
    assert said.model_fields_set == set(charley.Differential.model_fields)


def test_the_schema_of_a_differential_is_that_of_its_json(said: charley.Differential) -> None:
    schema = charley.Differential.model_json_schema(mode="serialization")
    assert list(schema["properties"]) == list(said.model_dump(mode="json"))
    assert schema["additionalProperties"] is False
    assert "Differential" in str(TypeAdapter(list[charley.Differential]).json_schema())


def test_a_model_made_without_checks_is_like_one_that_was_checked() -> None:
    made, checked = Part.made(name="a", weight=2, notes=ReadOnlyDict()), Part(name="a", weight=2)
    assert made == checked and hash(made) == hash(checked) and repr(made) == repr(checked)
    assert made.model_dump_json() == checked.model_dump_json()
    assert pickle.loads(pickle.dumps(made)) == copy.copy(made) == made


def test_a_changed_copy_forgets_what_was_worked_out() -> None:
    part = Part(name="a", weight=2)
    assert part.label == "a 2" and part == Part(name="a", weight=2)
    assert part.model_dump() == {"name": "a", "weight": 2, "notes": {}}
    assert part.model_copy(update={"weight": 3}).label == "a 3"


@pytest.mark.parametrize(
    ("given", "kind", "at"),
    [
        ({"name": "a", "more": 1}, "extra_forbidden", ("more",)),
        ({"name": "A"}, "string_pattern_mismatch", ("name",)),
        ({"weight": 1}, "missing", ("name",)),
    ],
)
def test_what_does_not_fit_is_refused(given: dict[str, object], kind: str, at: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError) as caught:
        Part.model_validate(given)
    assert [(problem["type"], problem["loc"]) for problem in caught.value.errors()] == [(kind, at)]
