"""What `it` and `they` stand for in a text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

import charley
from charley.facts.text.reader import Reader

READER = Reader(charley.load().vocabulary.values())
TEXTS: list[dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("pronouns.yaml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("case", TEXTS, ids=lambda case: case["text"])
def test_a_pronoun_stands_for_the_part_of_the_leg_named_last(case: dict[str, Any]) -> None:
    got = READER.read(case["text"], "patient").facts
    assert {fact: got.get(fact) for fact in case.get("facts", {})} == case.get("facts", {})
    assert not set(case.get("not_facts", ())) & set(got)
