"""The models of the house: frozen dataclasses that pydantic checks and writes."""

from __future__ import annotations

import pickle
from functools import cached_property
from typing import Annotated

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

import charley
from charley.documents.misplaced import misplaced
from charley.documents.model import Constraint, Frozen, field
from charley.facts.wording import Wording


class Part(Frozen):
    name: Annotated[str, Constraint(pattern="^[a-z]+$")]
    weight: Annotated[int, Constraint(gt=0)] | None = None

    @cached_property
    def label(self) -> str:
        return f"{self.name} {self.weight}"


class Whole(Frozen):
    title: Wording
    subtitle: Wording
    parts: Annotated[tuple[Part, ...], Constraint(min_length=1)]
    notes: dict[str, str] = field(default_factory=dict)

    def whole(self) -> None:
        if len({part.name for part in self.parts}) < len(self.parts):
            raise misplaced("a part stands here twice", "parts")


GIVEN = {"title": "T", "subtitle": "S", "parts": [{"name": "a", "weight": 2}, {"name": "b"}]}


def test_made_of_a_mapping_or_of_names_or_of_json_it_is_the_same() -> None:
    one = Whole.model_validate(GIVEN)
    assert one == Whole(**GIVEN) == Whole.model_validate_json(one.model_dump_json())
    assert one == Whole.model_validate(one.model_dump()) == Whole.model_validate(one)
    assert one.parts == (Part(name="a", weight=2), Part(name="b"))
    assert repr(one.parts[1]) == "Part(name='b', weight=None)"


def test_what_may_be_given_shorter_may_be_so_at_every_place() -> None:
    one = Whole.model_validate(GIVEN)
    assert (one.title.to("patient"), one.subtitle.to("student")) == ("T", "S")


@pytest.mark.parametrize(
    ("change", "kind", "at"),
    [
        ({"more": 1}, "unexpected_keyword_argument", ("more",)),
        ({"parts": []}, "too_short", ("parts",)),
        ({"parts": [{"name": "A"}]}, "string_pattern_mismatch", ("parts", 0, "name")),
        ({"parts": [{"name": "a", "weight": 0}]}, "greater_than", ("parts", 0, "weight")),
        ({"parts": [{"name": "a"}, {"name": "a"}]}, "misplaced", ()),
        ({"title": None}, "dataclass_type", ("title",)),
    ],
)
def test_what_does_not_fit_is_refused(change: dict[str, object], kind: str, at: tuple[object, ...]) -> None:
    with pytest.raises(ValidationError) as caught:
        Whole.model_validate({**GIVEN, **change})
    problem = caught.value.errors()[0]
    assert (problem["type"], problem["loc"]) == (kind, at)


def test_nothing_of_it_can_be_changed() -> None:
    part = Part(name="a")
    with pytest.raises(AttributeError):
        part.name = "b"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        del part.name
    assert part == Part(name="a")


def test_what_was_worked_out_is_no_part_of_it() -> None:
    fresh, used = Part(name="a", weight=2), Part(name="a", weight=2)
    assert used.label == "a 2"
    assert fresh == used and hash(fresh) == hash(used) and repr(fresh) == repr(used)
    assert used.model_dump() == {"name": "a", "weight": 2}
    again = pickle.loads(pickle.dumps(used))
    assert again == used and "label" not in vars(again) and again.label == "a 2"
    assert used.model_copy(update={"weight": 3}).label == "a 3"


def test_equal_only_to_its_like() -> None:
    class Other(Part):
        pass

    assert Part(name="a") != Other(name="a")
    assert Part(name="a") != Part(name="b")


def test_a_differential_is_a_field_of_a_pydantic_model() -> None:
    class Answer(BaseModel):
        said: charley.Differential

    d = charley.load().diagnose({"unilateral_leg_swelling": True})
    answer = Answer(said=d)
    assert Answer.model_validate_json(answer.model_dump_json()).said == d
    assert "Differential" in str(Answer.model_json_schema())


def test_the_schema_of_a_differential_is_that_of_its_json() -> None:
    schema = charley.Differential.model_json_schema()
    d = charley.load().diagnose({"unilateral_leg_swelling": True})
    assert list(schema["properties"]) == list(d.model_dump(mode="json"))
    assert schema == TypeAdapter(charley.Differential).json_schema(mode="serialization")
    assert schema["additionalProperties"] is False
