"""Reasons as sentences: what rules say of themselves, for a candidate and against it."""

from __future__ import annotations

from dataclasses import dataclass

from charley.engine.differential import Differential, Place
from charley.engine.explain.words import rule_reasons
from charley.rules.knowledge_base import KnowledgeBase

__all__ = ["Sides", "sides", "speaks_for"]


@dataclass(frozen=True, slots=True)
class Sides:
    """What speaks for a candidate and what speaks against it, as sentences."""

    in_favour: tuple[str, ...]
    against: tuple[str, ...]


def sides(base: KnowledgeBase, d: Differential, place: Place) -> Sides:
    """The sentences for a candidate (its flags are for it) and against it, what counts most first."""
    flags = [rule for flag in d.flags if flag.candidate == place.candidate for rule in flag.rules]
    raising = [*flags, *(c.rule for c in place.counting if c.weight > 0)]
    in_favour = rule_reasons(base, raising, d.audience)
    lowering = rule_reasons(base, [c.rule for c in place.counting if c.weight < 0], d.audience)
    # One sentence cannot speak for and against; it stands where it raises the alarm.
    return Sides(in_favour, tuple(each for each in lowering if each not in in_favour))


def speaks_for(d: Differential) -> list[Place]:
    """The candidates that are flagged or that a counted rule speaks for, in the order of the ranking."""
    return [place for place in d.standings if place.has_reason]
