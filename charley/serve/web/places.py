"""The places of a leg on the picture that can be tapped, and the facts that say of one that it hurts there.

A base may say more of a leg, or nothing: the picture shows the places of those facts that are asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from charley.facts.vocabulary import Fact, Vocabulary
from charley.facts.wording import Audience

__all__ = ["FEWEST", "LEGS", "PLACES", "Area", "asked_of_places", "places_of"]

FEWEST = 2
"""With fewer places to choose from, a picture says less than the question."""

PLACES: Mapping[str, str] = {
    "pain_site_groin_or_hip": "hip",
    "pain_site_buttock": "buttock",
    "pain_site_thigh": "thigh",
    "pain_site_knee": "knee",
    "pain_site_calf": "calf",
    "pain_site_shin": "shin",
    "pain_site_ankle": "ankle",
    "pain_site_heel": "heel",
    "pain_site_foot": "foot",
    "pain_site_toe_joint": "toe",
}
"""For each fact the name of its place, from above."""


@dataclass(frozen=True, slots=True)
class Area:
    """A band of the picture across both legs, from one height to another; the picture is 446 high."""

    place: str
    top: int
    bottom: int


LEGS: Mapping[Literal["front", "back"], tuple[Area, ...]] = {
    "front": (
        Area("hip", 36, 116),
        Area("thigh", 116, 198),
        Area("knee", 198, 248),
        Area("shin", 248, 350),
        Area("ankle", 350, 388),
        Area("foot", 388, 420),
        Area("toe", 420, 446),
    ),
    "back": (
        Area("buttock", 36, 130),
        Area("thigh", 130, 204),
        Area("knee", 204, 246),
        Area("calf", 246, 340),
        Area("heel", 340, 446),
    ),
}
"""What is seen from either side."""


def asked_of_places(vocabulary: Vocabulary, audience: Audience) -> tuple[Fact, ...]:
    """The facts that have a place and can be asked of this audience, from above; none where they are few."""
    found = tuple(
        fact
        for fact in map(vocabulary.get, PLACES)
        if fact is not None and fact.kind == "boolean" and fact.question(audience) is not None
    )
    return found if len(found) >= FEWEST else ()


def places_of(facts: Iterable[str]) -> dict[str, int]:
    """For each place the line of the list that asks about it, counted from 1; empty where they are few."""
    found = {PLACES[fact]: at for at, fact in enumerate(facts, 1) if fact in PLACES}
    return found if len(found) >= FEWEST else {}
