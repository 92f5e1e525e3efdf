"""Nothing never becomes something: words for no and for nothing, and numbers of menus, answer no choice."""

from __future__ import annotations

from typing import Any

import pytest
from foreign import NAType, Scalar
from pydantic import ValidationError

import charley
from charley.facts.answer import UNKNOWN, NotUnderstood, parse_answer
from charley.facts.fields import NOT_KNOWN
from charley.facts.vocabulary import Fact

FACTS = charley.load().vocabulary
CHOICES = [fact for fact in FACTS.values() if fact.kind == "choice"]
SAID = [
    *("yes", "no", "y", "n", "t", "f", "true", "false", "none", "None", "NONE", "nope", "absent", "present"),
    *("positive", "negative", "+", "-", "nil", "Nil", "0", "1", "2", "3", "01", "", " "),
]


@pytest.mark.parametrize("fact", CHOICES, ids=lambda fact: fact.id)
def test_a_choice_is_answered_by_its_name_alone(fact: Fact) -> None:
    for choice in fact.choices:
        for text in (
            choice,
            choice.upper(),
            choice.replace("_", " "),
            choice.replace("_", "-"),
            f" {choice}.",
        ):
            assert parse_answer(fact, text) == choice
    beginnings = {choice[:length] for choice in fact.choices for length in range(1, len(choice))}
    for text in {*SAID, *beginnings} - set(fact.choices):
        if text.lower() in NOT_KNOWN:
            continue
        if text.strip().lower() in fact.choices:
            continue
        with pytest.raises(NotUnderstood):
            parse_answer(fact, text)
    for value in (True, False, 0, 1, 1.0):
        with pytest.raises(NotUnderstood):
            parse_answer(fact, value)
    assert parse_answer(fact, "1", prompted=True) == fact.choices[0]
    for text in ("yes", "no", "y", "n", "t", "f"):
        if text not in fact.choices:
            with pytest.raises(NotUnderstood):
                parse_answer(fact, text, prompted=True)


@pytest.mark.parametrize("kind", ["boolean", "number", "choice"])
@pytest.mark.parametrize(
    "given",
    [None, float("nan"), NAType(), Scalar(float("nan")), *sorted(NOT_KNOWN), "NULL", "NaN", "<NA>"],
    ids=lambda given: given if isinstance(given, str) else type(given).__name__,
)
def test_nothing_is_unknown(kind: str, given: Any) -> None:
    fact = next(fact for fact in FACTS.values() if fact.kind == kind)
    assert parse_answer(fact, given) is UNKNOWN


@pytest.mark.parametrize("kind", ["boolean", "number", "choice"])
@pytest.mark.parametrize(
    "given", ["None", "none", "NONE", "undefined", "nil", "[]", "{}", "-", "--", ".", " - "]
)
def test_other_words_for_nothing_are_refused(kind: str, given: str) -> None:
    for fact in FACTS.values():
        if fact.kind == kind and given.lower() not in fact.choices:
            with pytest.raises(NotUnderstood):
                parse_answer(fact, given)


def test_a_person_who_was_asked_may_say_no_with_a_dash() -> None:
    yes_or_no = next(fact for fact in FACTS.values() if fact.kind == "boolean")
    assert parse_answer(yes_or_no, "-", prompted=True) is False
    with pytest.raises(NotUnderstood, match="may mean no, or that nothing is known"):
        parse_answer(yes_or_no, "-")


def test_what_numpy_holds_is_what_it_is() -> None:
    assert parse_answer(FACTS["age"], Scalar(67)) == 67
    yes = next(fact for fact in FACTS.values() if fact.kind == "boolean")
    assert parse_answer(yes, Scalar(True)) is True


@pytest.mark.parametrize("word", sorted(NOT_KNOWN))
def test_no_choice_is_called_like_not_knowing(word: str) -> None:
    for name in {word.replace(" ", "_").replace("'", mark) for mark in ("", "_")}:
        if name.isidentifier() and name.isascii():
            with pytest.raises(ValidationError, match=r"not known|pattern"):
                Fact(id="a", kind="choice", wording="A?", answered_by="patient", choices=("b", name))


@pytest.mark.parametrize("unit", [[], ["a"], 3, {"a": 1}, True])
def test_a_unit_that_is_no_text_is_refused_even_of_nothing(bundled: charley.Expert, unit: object) -> None:
    for value in (None, 67):
        with pytest.raises(NotUnderstood):
            parse_answer(bundled.vocabulary["age"], {"value": value, "unit": unit})
