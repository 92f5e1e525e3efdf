"""What every question of the bundled base takes for granted, and what a no spares, whoever is asked.

The tables are those of the lints of whole consultations; here every question is looked at, reached or not.
"""

from __future__ import annotations

import re
from collections.abc import Collection

import pytest
from lints_of_words import DATA

import charley
from charley.engine.ask.askable import askable
from charley.engine.expert import Expert
from charley.facts.record import Answers
from charley.facts.vocabulary import Value
from charley.facts.wording import AUDIENCES, Audience


@pytest.fixture(scope="module")
def base() -> Expert:
    return charley.load()


def asked_after_a_no(base: Expert, denied: Collection[str], audience: Audience) -> frozenset[str]:
    """The facts that somebody may still be asked for of whom none of these is so."""
    nothing: dict[str, Value] = {}
    for id in denied:
        fact = base.vocabulary[id]
        if fact.kind == "boolean":
            nothing[id] = False
        elif fact.plausible_range is not None:
            nothing[id] = fact.plausible_range[0]
    return askable(base.assess(Answers(nothing)), audience)


@pytest.mark.parametrize("each", DATA["takes_for_granted"], ids=lambda each: each["words"])
def test_a_question_has_the_premise_that_its_words_need(base: Expert, each: dict[str, str]) -> None:
    untold = {
        (id, audience): question
        for audience in AUDIENCES
        for id in asked_after_a_no(base, each["facts"], audience)
        if id not in each["facts"]
        and (question := base.vocabulary[id].question(audience)) is not None
        and re.search(each["words"], question, re.IGNORECASE)
    }
    assert not untold


@pytest.mark.parametrize("general", DATA["kinds_of"])
def test_a_no_to_the_general_question_spares_those_for_its_kinds(base: Expert, general: str) -> None:
    assert asked_after_a_no(base, [], "clinician").issuperset(DATA["kinds_of"][general])
    for audience in AUDIENCES:
        assert asked_after_a_no(base, [general], audience).isdisjoint(DATA["kinds_of"][general])


MOST_THINGS = 7
"""A question for several things names so many at most."""


def test_a_question_for_several_things_can_be_answered_in_one_go(base: Expert) -> None:
    gates = {id: fact.question("patient") or "" for id, fact in base.vocabulary.items() if fact.opens}
    assert gates
    long = {
        id: words for id, words in gates.items() if len(re.findall(r", (?:or )?| or ", words)) >= MOST_THINGS
    }
    assert not long
    assert not {id: words for id, words in gates.items() if words.count("?") > 1}
