"""Medicines in sentences that say that they are taken, over, refused, swapped, or only spoken of."""

from __future__ import annotations

from typing import Final

import pytest

import charley
from charley.facts.text.reader import Reader

READER: Final = Reader(charley.load().vocabulary.values())
MEDICINES: Final = {"anticoagulant": "warfarin", "statin": "atorvastatin", "metformin": "metformin"}

TAKEN: Final = (
    *("On {x}.", "{x} 20 mg od", "I've been on {x} for years.", "Was started on {x}.", "Back on {x}."),
    *("Ramipril switched to {x}.", "Stopped ramipril, now on {x}.", "Changed from ramipril to {x}."),
    *("{x} not stopped.", "Haven't stopped {x}.", "Missed no {x}.", "No problems with {x}."),
    *("{x} doesn't help.", "I stopped smoking and take {x}.", "Takes {x}; salbutamol stopped."),
    *("No tablets except {x}.", "{x} dose doubled.", "I can't do without {x}.", "Still on {x}."),
)
OVER: Final = (
    *("{x} withheld.", "{x} on hold.", "Held {x}.", "{x} finished.", "Completed {x}.", "{x} x 6/12, stopped"),
    *("Ran out of {x} months ago.", "Swapped {x} for ramipril.", "{x} replaced by ramipril."),
    *("{x} changed to ramipril.", "Was on {x}.", "{x} until last month.", "{x} (stopped 2 weeks ago)"),
    *("{x} made me ill, so I binned it.", "I took {x} for a bit but it gave me a rash so I stopped."),
    *(
        "Could not tolerate {x}.",
        "Allergies: {x}.",
        "{x} - rash",
        "{x} refused.",
        "{x} offered.",
        "Stop {x}.",
    ),
    *("They want me on {x}.", "{x} was never started.", "{x} prescribed but not taken.", "{x} to start."),
    *("{x} for six months in 2020", "I've had to stop {x}.", "Hold {x}.", "Trial of {x}.", "Past {x}."),
    *("My wife takes {x}.", "Should I take {x}?", "Plan: start {x}; bloods.", "Not on {x} any more."),
)


@pytest.mark.parametrize(("fact", "medicine"), MEDICINES.items())
@pytest.mark.parametrize("sentence", TAKEN)
def test_a_medicine_that_is_taken(sentence: str, fact: str, medicine: str) -> None:
    assert READER.read(sentence.replace("{x}", medicine)).facts.get(fact) is True


@pytest.mark.parametrize(("fact", "medicine"), MEDICINES.items())
@pytest.mark.parametrize("sentence", OVER)
def test_a_medicine_that_may_be_over_is_not_taken(sentence: str, fact: str, medicine: str) -> None:
    assert READER.read(sentence.replace("{x}", medicine)).facts.get(fact) is not True


def test_the_end_of_a_medicine_is_not_the_end_of_the_illness() -> None:
    facts = READER.read("Finished oxaliplatin in September for bowel cancer.").facts
    assert "active_cancer" not in facts
