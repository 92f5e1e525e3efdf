"""What each phrase of a fact says of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from charley.facts.vocabulary import Fact, Value

__all__ = ["Meaning", "Role", "meanings"]

Role = Literal["states", "enough", "needed", "denies", "number", "sides", "nothing"]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a phrase says of a fact.

    `states` and `denies` say so, and the opposite when denied. `enough` is a part that suffices: its denial
    says nothing. `needed` is a part that does not: only its denial says something. `sides` is what is
    measured on both sides, where the fact is how far they are apart. `nothing` says nothing.
    """

    fact: str
    value: Value | None
    role: Role


def meanings(fact: Fact, language: str) -> Iterator[tuple[str, Meaning]]:
    """Each phrase of a fact in a language with what it says."""
    said = fact.said_as.get(language)
    if said is None:
        return
    groups: tuple[tuple[Role, Value | None, tuple[str, ...]], ...] = (
        (
            "number" if fact.kind == "number" else "states",
            None if fact.kind == "number" else True,
            said.states,
        ),
        ("enough", True, said.enough),
        ("needed", True, said.needed),
        ("denies", False, said.denies),
        ("sides", None, said.sides),
        ("nothing", None, said.nothing),
        *(("states", choice, phrases) for choice, phrases in said.values.items()),
    )
    for role, value, phrases in groups:
        meaning = Meaning(fact.id, value, role)
        for phrase in phrases:
            yield phrase, meaning
