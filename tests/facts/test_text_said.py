"""Each fact as patients, relatives and notes say it, deny it, and say something else with its words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

import charley
from charley.facts.text.reader import Reader

SAID = {
    fact: values
    for file in sorted((Path(__file__).parent / "said").glob("*.yaml"))
    for fact, values in yaml.safe_load(file.read_text(encoding="utf-8")).items()
}
TURNED_ROUND = yaml.safe_load((Path(__file__).parent / "turned_round.yaml").read_text(encoding="utf-8"))
VOCABULARY = charley.load().vocabulary
READER = Reader(VOCABULARY.values())


@pytest.mark.parametrize("fact", SAID)
def test_a_fact_is_taken_from_what_states_it_and_from_nothing_else(fact: str) -> None:
    assert fact in VOCABULARY
    misread: list[tuple[str, Any]] = []
    for value, sentences in SAID[fact].items():
        wanted = None if value == "nothing" else value
        for sentence in sentences:
            got = READER.read(sentence).facts.get(fact)
            if got != wanted or isinstance(got, bool) != isinstance(wanted, bool):
                misread.append((sentence, got))
    assert misread == []


@pytest.mark.parametrize("sentence", TURNED_ROUND)
def test_no_sentence_is_read_the_wrong_way_round(sentence: str) -> None:
    facts = READER.read(sentence).facts
    for fact, wrong in TURNED_ROUND[sentence].items():
        assert fact in VOCABULARY
        assert fact not in facts or facts[fact] != wrong
