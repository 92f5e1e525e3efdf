"""No word that tells something of the body, an illness or a medicine vanishes from a text that is read."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import charley
from charley.facts.text.reader import Reader
from charley.facts.text.tokens import tokenize

READER: Final = Reader(charley.load().vocabulary.values())
CASES: Final[list[dict[str, Any]]] = [
    case
    for file in sorted((Path(__file__).parent / "texts").glob("*.yaml"))
    for case in yaml.safe_load(file.read_text(encoding="utf-8"))
]
TELLING: Final = {
    "oedema",
    "numbness",
    "swelling",
    "redness",
    "paraesthesia",
    "omeprazole",
    "ramipril",
    "b12",
}
"""Some of the words that tell something, however they are used."""

SENTENCES: Final = st.lists(
    st.sampled_from(
        [
            *(
                "No oedema.",
                "Oedema.",
                "My mum has swelling.",
                "Could it be numbness?",
                "There is redness.",
            ),
            *("I used to take omeprazole.", "B12 normal.", "Swelling when sitting or lying.", "On ramipril."),
            *(
                "She has paraesthesia if the foot is cold.",
                "Numbness went.",
                "Redness, not seen.",
                "Calf pain.",
            ),
        ]
    ),
    max_size=8,
    unique=True,  # what is said of one fact twice is noted once
).map(" ".join)


def vanished(text: str) -> list[str]:
    """The telling words beside nothing that was taken, doubted or of somebody else, and not left over."""
    reading = READER.read(text)
    tokens = tokenize(text)
    spans = [*(each.span for each in (*reading.taken, *reading.doubtful)), *reading.of_others]
    spans += reading.not_understood
    return [
        token.low
        for place, token in enumerate(tokens)
        if token.low in TELLING
        and not any(
            start < beside.end and beside.start < end
            for beside in tokens[max(place - 1, 0) : place + 2]
            for start, end in spans
        )
    ]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_no_telling_word_of_the_practice_texts_vanishes(case: dict[str, Any]) -> None:
    assert not vanished(case["text"])


@given(text=SENTENCES)
def test_no_telling_word_vanishes(text: str) -> None:
    assert not vanished(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Worse when sitting or lying.", "lying"),
        ("My left calf aches, no oedema.", "oedema"),
        ("Calf pain. B12 normal.", "B12"),
    ],
)
def test_what_was_left_over_is_said(text: str, words: str) -> None:
    assert any(words in text[start:end] for start, end in READER.read(text).not_understood)
