"""What a claim is: a statement about one record that is true or false of it, never unknown.

A claim is a condition with predicates. A condition in it says that it is known true.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from charley.rules.candidate import Section
from charley.rules.language.condition import Condition
from charley.rules.rule import Urgency

__all__ = [
    "FALSE",
    "TRUE",
    "Claim",
    "CountOf",
    "Denied",
    "Event",
    "Happening",
    "Known",
    "RanksAbove",
    "Score",
    "Stands",
    "Urgent",
    "denied",
]

Happening = Literal["flagged", "cleared", "alerted", "advised", "fired", "leads"]


@dataclass(frozen=True, slots=True)
class Known:
    """The condition is known true."""

    condition: Condition


@dataclass(frozen=True, slots=True)
class Event:
    """A rule that does this fired; or, of `leads`, the candidate has the highest score."""

    what: Happening
    name: str


@dataclass(frozen=True, slots=True)
class Stands:
    """The candidate is in one of these sections."""

    candidate: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """The candidate's score is at least this, in whole decibans."""

    candidate: str
    least: int


@dataclass(frozen=True, slots=True)
class RanksAbove:
    """The first candidate stands before the second in the ranking."""

    first: str
    second: str


@dataclass(frozen=True, slots=True)
class Urgent:
    """The overall urgency is this or more urgent."""

    urgency: Urgency


@dataclass(frozen=True, slots=True)
class Denied:
    """The part is not so, by ordinary negation."""

    part: Claim


@dataclass(frozen=True, slots=True)
class CountOf:
    """At least `count` of the parts are so. `and` is all of them, `or` is one, `true` is none of none."""

    count: int
    parts: tuple[Claim, ...]


Claim = Known | Event | Stands | Score | RanksAbove | Urgent | Denied | CountOf

TRUE, FALSE = CountOf(0, ()), CountOf(1, ())


def denied(claim: Claim) -> Claim:
    """The claim by ordinary negation."""
    return claim.part if isinstance(claim, Denied) else Denied(claim)
