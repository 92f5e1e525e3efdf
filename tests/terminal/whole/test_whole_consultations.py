"""People are asked to the end as in a terminal, and nothing on the way makes them stumble.

Who they are stands in `people.yaml`; what counts as a stumble, in `lints_of_words.py` and
`lints_of_asking.py`; which kinds are not mended yet, in `known.yaml`. `sweep.py` plays hundreds more by hand.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

import pytest
import yaml
from lints_of_asking import LINTS as OF_ASKING
from lints_of_words import LINTS as OF_WORDS
from lints_of_words import Stumble
from people import HERE, Person, people
from playing import play

import charley

KB = charley.load()
PEOPLE = {person.name: person for person in people(KB)}


class Known(NamedTuple):
    """A kind of stumble that is not mended yet: its lint, a pattern of what it says, and what is wrong."""

    lint: str
    what: str
    reason: str


KNOWN = [Known(**each) for each in yaml.safe_load((HERE / "known.yaml").read_text()) or ()]


@cache
def stumbles(name: str) -> list[tuple[str, Stumble]]:
    """Every stumble of a person, with the name of the lint that found it."""
    played = play(KB, PEOPLE[name])
    return [(lint.__name__, found) for lint in (*OF_WORDS, *OF_ASKING) for found in lint(played)]


def is_known(lint: str, found: Stumble, known: Known) -> bool:
    return lint == known.lint and re.search(known.what, found.what) is not None


def shown(lint: str, found: Stumble) -> str:
    return f"{lint}: {found.what}\n{found.turn.shown[-700:]}> {found.turn.typed}\n"


@pytest.mark.parametrize("person", PEOPLE.values(), ids=PEOPLE)
def test_nobody_stumbles(person: Person) -> None:
    found = [
        shown(lint, each)
        for lint, each in stumbles(person.name)
        if not any(is_known(lint, each, known) for known in KNOWN)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "known", [pytest.param(k, marks=pytest.mark.xfail(reason=k.reason, strict=True)) for k in KNOWN], ids=str
)
def test_what_is_not_mended_yet(known: Known) -> None:
    """Passes when it is mended: then the entry of `known.yaml` goes, and nobody may stumble so again."""
    assert not any(is_known(lint, each, known) for name in PEOPLE for lint, each in stumbles(name))
