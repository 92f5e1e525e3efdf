"""What facts are called in explanations: by a name, and each by its own."""

from collections import Counter

import pytest

from charley import load
from charley.engine.explain.words import answer_words
from charley.facts.vocabulary import Fact, Value
from charley.facts.wording import Wording
from charley.rules.loading.find import bundled


@pytest.mark.parametrize("base", bundled())
def test_no_two_facts_are_called_the_same(base: str) -> None:
    names = Counter(fact.label.lower() for fact in load(base).vocabulary.values())
    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize(("called", "label"), [(None, "leg pain nrs"), ("worst leg pain", "worst leg pain")])
def test_a_fact_is_called_by_its_name_or_by_its_id(called: str | None, label: str) -> None:
    wording = Wording(clinician="Leg pain")
    fact = Fact(id="leg_pain_nrs", called=called, kind="boolean", wording=wording, answered_by="patient")
    assert fact.label == label


@pytest.mark.parametrize(
    ("fact", "value", "said"),
    [
        ("symptom_duration_days", 14, "time since onset: 14 days"),
        ("umn_signs", True, "upper motor neuron signs: yes"),
        ("hba1c", 6.5, "HbA1c: 6.5 %"),
    ],
)
def test_an_answer_is_named_without_the_parts_of_its_id(fact: str, value: Value, said: str) -> None:
    assert answer_words(load(), fact, value) == said
