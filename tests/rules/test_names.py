"""One resolver for names: an id, a prefix, a phrase, or a part of a name that only one has."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

import charley
from charley.documents.diagnostic import Faulty
from charley.engine.expert import Expert
from charley.rules.loading.phrases import name_problems
from charley.rules.names import NotNamed, resolve


@pytest.fixture(scope="module")
def kb() -> Expert:
    return charley.load()


@pytest.mark.parametrize(
    "name", ["dvt", "DVT", "deep vein", "clot", "blood clots", "Deep vein thrombosis of the leg"]
)
def test_a_diagnosis_by_any_of_its_names(kb: Expert, name: str) -> None:
    assert resolve(kb, name, "candidate", "alert") == "deep_vein_thrombosis"
    assert kb.consult({"age": 60}, engine="kernel").why_not(name).id == "deep_vein_thrombosis"


def test_every_id_names_itself(kb: Expert) -> None:
    for id in (*kb.candidates, *kb.alerts):
        assert resolve(kb, id, "candidate", "alert") == id
    for id in kb.vocabulary:
        assert resolve(kb, id, "fact") == id
        assert resolve(kb, id.replace("_", " "), "fact") == id
    for id in kb.rules:
        assert resolve(kb, id, "rule") == id


def test_an_instrument_by_a_part_of_its_name(kb: Expert) -> None:
    assert resolve(kb, "wells dvt", "instrument") == "wells_dvt_score"
    with pytest.raises(NotNamed, match="could be wells_dvt_score, wells_positive_points"):
        resolve(kb, "wells", "instrument")


def test_what_could_be_two_is_said_and_not_guessed(kb: Expert) -> None:
    with pytest.raises(NotNamed, match="could be") as raised:
        resolve(kb, "nerves", "candidate", "alert")
    assert {"peripheral_neuropathy", "lumbar_radiculopathy"} <= set(raised.value.could_be)
    with pytest.raises(Faulty, match="could be"):
        kb.consult({"age": 60}, engine="kernel").how("nerves")


def test_the_nearest_name_is_offered(kb: Expert) -> None:
    with pytest.raises(NotNamed, match="did you mean `cellulitis`"):
        resolve(kb, "celulitis", "candidate")


@pytest.mark.parametrize("name", ["swelingg", "sweling", "leg sweling"])
def test_a_misspelt_word_offers_the_names_that_have_it(kb: Expert, name: str) -> None:
    with pytest.raises(NotNamed, match=r"did you mean .*`unilateral_leg_swelling`"):
        resolve(kb, name, "fact")


def test_a_word_of_no_name_offers_none(kb: Expert) -> None:
    with pytest.raises(NotNamed) as refused:
        resolve(kb, "zzzz", "fact")
    assert not refused.value.help


def test_words_that_name_two_are_reported_unless_shared(kb: Expert) -> None:
    file = Path(kb.path) / "candidates.yaml"
    assert list(name_problems(kb, file)) == []
    candidates = {id: each.model_copy(update={"shares_words_with": ()}) for id, each in kb.candidates.items()}
    found = list(name_problems(dataclasses.replace(kb, candidates=candidates), file))
    assert {each.code for each in found} == {"F017"}
    assert any("peripheral_neuropathy" in each.message for each in found)


def test_words_that_cannot_be_read_are_reported(kb: Expert) -> None:
    candidates = dict(kb.candidates)
    each = candidates["cellulitis"]
    candidates["cellulitis"] = each.model_copy(update={"said_as": {"en": ("NOSUCHCLASS",)}})
    file = Path(kb.path) / "candidates.yaml"
    found = list(name_problems(dataclasses.replace(kb, candidates=candidates), file))
    assert [each.code for each in found] == ["F015"]


@pytest.mark.parametrize("name", ["gout", "growing pains", "arthritis", "stroke", "lumbago"])
def test_what_is_like_nothing_here_offers_nothing(kb: Expert, name: str) -> None:
    with pytest.raises(NotNamed) as raised:
        resolve(kb, name, "candidate")
    assert raised.value.near == () and "did you mean" not in str(raised.value)


@pytest.mark.parametrize("name", ["drug cramps", "statin cramps", "cramps, drug"])
def test_words_of_one_diagnosis_in_any_order_name_it(kb: Expert, name: str) -> None:
    assert resolve(kb, name, "candidate") == "drug_induced_muscle_symptoms"
