"""Kinds of sentences that are easily misread, each by a few examples."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import charley
from charley.facts.text.reader import Reader

READER = Reader(charley.load().vocabulary.values())
SILENT = (Path(__file__).parent / "texts" / "silent.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("sentence", SILENT)
def test_what_says_nothing_of_the_legs_states_nothing(sentence: str) -> None:
    assert READER.read(sentence).facts == {}


@pytest.mark.parametrize(
    ("text", "fact", "value"),
    [
        ("SOB? No.", "dyspnoea", False),
        ("Diabetic? Yes.", "diabetes_mellitus", True),
        ("Calf L 38 cm, R 34.5 cm.", "calf_circumference_difference_cm", 3.5),
        ("ABPI R 0.84 (prev 0.52) L 0.91", "abi_left", 0.91),
        ("Temp 101.2", "fever_or_rigors", True),
        ("T 98.4F", "fever_or_rigors", False),
        ("T 38.6", "fever_or_rigors", True),
        ("HbA1c 53", "hba1c", 7),
        ("Please help. My husband's foot is cold. He is 70.", "limb_cool", True),
        ("Nobody in my family has had a blood clot and neither have I.", "previous_dvt", False),
    ],
)
def test_kinds_of_statements(text: str, fact: str, value: Any) -> None:
    assert READER.read(text).facts.get(fact) == value


@pytest.mark.parametrize(
    ("text", "fact"),
    [
        ("Both legs are normal.", "pain_laterality"),
        ("The left leg is fine.", "pain_laterality"),
        ("Na 127, amlodipine 5 mg 2 tablets", "serum_magnesium"),
        ("DDx: cellulitis, DVT, ruptured Baker's cyst.", "popliteal_mass"),
        ("Advised re red flags: saddle numbness, incontinence.", "new_bladder_bowel_dysfunction"),
        ("Attend A&E if weakness, numbness or incontinence develop.", "new_bladder_bowel_dysfunction"),
        ("It was prescribed quinine but never took it.", "quinine_taken"),
        ("calf claudication ~50 yds, L>R", "calf_circumference_difference_cm"),
    ],
)
def test_kinds_of_sentences_that_do_not_state_it(text: str, fact: str) -> None:
    assert fact not in READER.read(text).facts
