"""A result in a text is of the test, sample and scale that are written, or listed as not understood."""

from __future__ import annotations

import pytest

import charley
from charley.facts.vocabulary import Value

KB = charley.load()


@pytest.mark.parametrize(
    ("text", "fact", "value"),
    [
        *((text, "d_dimer", 600) for text in (
            "d-dimer 300 ng/mL DDU", "D-dimer was 300 DDU", "D-dimer 300 ng/mL (DDU)",
            "D-dimer 0.3 ug/mL D-DU", "ddimer 300 ng DDU/mL, no fever")),
        ("D-dimer 500 ng/mL FEU. DDU not used", "d_dimer", 500),
        ("hba1c 53 mmol/mol", "hba1c", 7),
        ("B12 148 pmol/L", "vitamin_b12", 200.59476),
        ("physically active, B12 180", "vitamin_b12", 180),
        ("urine dip NAD, Na 128", "serum_sodium", 128),
        ("urine clear. K 2.9", "serum_potassium", 2.9),
        ("Na 128 (urine clear)", "serum_sodium", 128),
        ("K 2.9 mmol", "serum_potassium", 2.9),
        ("wbc 15.2 K/uL", "white_cell_count", 15.2),
        ("WBC 15000/uL", "white_cell_count", 15),
    ],
)  # fmt: skip
def test_the_scale_beside_a_number_counts(text: str, fact: str, value: Value) -> None:
    assert {each.fact: each.value for each in KB.read_text(text).taken}[fact] == value


@pytest.mark.parametrize(
    "text",
    [
        *("urinary sodium 120 mmol/L", "urine sodium 120", "sodium 120 in the urine", "urine potassium 5.0"),
        *("ionised calcium 1.2 mmol/L", "ionized calcium 1.0", "calcium 1.0 (ionised)"),
        *("active B12 35 pmol/L", "B12 148 pmol", "potassium 2.9 mg"),
        *("urine WBC 15", "CSF white cells 15", "joint fluid WCC 50", "white cells in urine 15"),
        *("egfr 60 mL/min", "CK 1.234,5 U/L", "CK 12 ng/mL", "wcc 15000", "calcium 9.6", "D-dimer 0.3"),
    ],
)
def test_what_is_no_value_of_the_test_is_listed(text: str) -> None:
    read = KB.read_text(f"My leg hurts. {text}. No fever.")
    assert not [each.fact for each in read.taken if KB.vocabulary[each.fact].answered_by == "lab"]
    assert [read.text[start:end] for start, end in read.not_understood if read.text[start:end] in text]
