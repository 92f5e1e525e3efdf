"""What every question of the bundled base takes for granted, and what a no spares, whoever is asked.

The tables are those of the lints of whole consultations; here every question is looked at, reached or not.
"""

from __future__ import annotations

import re
from collections.abc import Collection

import pytest
from lints_of_words import DATA

import charley
from charley.engine.expert import Expert
from charley.facts.wording import AUDIENCES
from charley.rules.core import Core, Literal, Threshold, core
from charley.rules.language.parse import parse


@pytest.fixture(scope="module")
def base() -> Expert:
    return charley.load()


def fails(part: Core, denied: Collection[str]) -> bool:
    """Whether it is known as soon as none of these facts is so."""
    match part:
        case Literal(name, _, _, wanted):
            return name in denied and not wanted
        case Threshold(count, parts, weights):
            return sum(w for each, w in zip(parts, weights, strict=True) if fails(each, denied)) >= count


def spared(base: Expert, fact: str, denied: Collection[str]) -> bool:
    """Whether nobody is asked for the fact of whom none of these is so."""
    unless, premise = base.vocabulary[fact].ask_unless, base.vocabulary[fact].ask_when
    conditions = [] if unless is None else [core(parse(unless).condition, base.instruments)]
    conditions += [] if premise is None else [core(parse(premise).condition, base.instruments, False)]
    return any(fails(each, denied) for each in conditions)


@pytest.mark.parametrize("each", DATA["takes_for_granted"], ids=lambda each: each["words"])
def test_a_question_has_the_premise_that_its_words_need(base: Expert, each: dict[str, str]) -> None:
    untold = {
        (id, audience): fact.question(audience)
        for id, fact in base.vocabulary.items()
        for audience in AUDIENCES
        if id not in each["facts"]
        and re.search(each["words"], fact.question(audience) or "", re.IGNORECASE)
        and not spared(base, id, each["facts"])
    }
    assert not untold


@pytest.mark.parametrize("general", DATA["kinds_of"])
def test_a_no_to_the_general_question_spares_those_for_its_kinds(base: Expert, general: str) -> None:
    asked = [kind for kind in DATA["kinds_of"][general] if not spared(base, kind, [general])]
    assert not asked


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
