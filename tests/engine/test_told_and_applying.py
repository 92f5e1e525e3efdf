"""Advice says which of its tests are there already, and lists leave out what does not apply to the person."""

from __future__ import annotations

from typing import Any

import pytest

import charley
from charley.engine.assessment import applicable
from charley.engine.expert import Expert
from charley.engine.summary.summary import summary
from charley.engine.summary.told_results import with_told

CRAMPS: dict[str, Any] = {"muscle_cramp_episodes": True, "thiazide_diuretic": True}


@pytest.fixture(scope="module")
def kb() -> Expert:
    return charley.load()


@pytest.mark.parametrize(
    ("record", "text", "said"),
    [
        ({"ferritin": 45}, "Check ferritin and transferrin saturation", " (told: ferritin 45 ug/L)"),
        ({"hba1c": 7.1, "tsh": 2}, "Glucose or HbA1c, B12, TSH.", " (told: HbA1c 7.1 %, TSH 2 mIU/L)"),
        ({"creatine_kinase": 900}, "CK within two weeks.", " (told: creatine kinase 900 U/L)"),
        ({"creatine_kinase": 900}, "Check the neck and the back.", ""),
        ({"heart_rate": 80}, "Feel the pulses today.", ""),
        ({"abi_left": 0.4}, "Measure ankle-brachial index", " (told: ankle-brachial index, left 0.4)"),
        ({"systolic_bp": 150}, "Measure ankle-brachial index", ""),
        ({"ferritin": 45}, "Creatine kinase and TSH.", ""),
        ({}, "Check ferritin.", ""),
    ],
)
def test_what_was_told_stands_beside_the_advice(
    kb: Expert, record: dict[str, Any], text: str, said: str
) -> None:
    end = "." if text.endswith(".") else ""
    assert with_told(kb, record, [text]) == (text.removesuffix(".") + said + end,)


def test_a_flag_names_the_results_that_are_there(kb: Expert) -> None:
    (action,) = (each.action for each in summary(kb, kb.diagnose({**CRAMPS, "serum_potassium": 3.1})).points
                 if each.kind == "flag" and each.id == "electrolyte_imbalance")  # fmt: skip
    assert "serum potassium 3.1 mmol/L" in action and "told" in action


@pytest.mark.parametrize(
    ("person", "applies"),
    [
        ({"sex_at_birth": "male"}, False),
        ({"sex_at_birth": "female", "age": 72}, False),
        ({"sex_at_birth": "female", "age": 30}, True),
        ({"sex_at_birth": "female", "age": 72, "pregnant": True}, True),
        ({}, True),
    ],
)
def test_cramps_of_pregnancy_are_listed_for_whom_they_can_have(
    kb: Expert, person: dict[str, Any], applies: bool
) -> None:
    d = kb.diagnose({**CRAMPS, **person})
    listed = {place.candidate for place in applicable(kb, d)}
    assert ("pregnancy_leg_cramps" in listed) is applies
    assert {place.candidate for place in d.standings} - listed <= {"pregnancy_leg_cramps"}
