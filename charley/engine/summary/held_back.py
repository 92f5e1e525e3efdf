"""What a student reads of a warning before they have named their own diagnoses: its signs, and how soon.

Nothing is held back in an emergency.
"""

from __future__ import annotations

from charley.engine.differential import Differential
from charley.engine.explain.justification import answers_behind
from charley.engine.summary.summary import Point
from charley.rules.knowledge_base import KnowledgeBase

__all__ = ["is_held_back", "signs", "without_names"]

COMMIT = "Name what it could be, and what you would do, before you look."


def is_held_back(d: Differential, committed: bool) -> bool:
    """Whether diagnoses are not named yet, since a student is to name theirs first."""
    return d.audience == "student" and not committed and bool(d.standings) and d.urgency != "emergency"


def signs(base: KnowledgeBase, d: Differential, point: Point) -> str:
    """The answers that a warning comes from, by the first of its rules."""
    facts = [(base.vocabulary[id], d.record[id]) for id in answers_behind(base, d, point.rules[:1])]
    said = [fact.noted if value is True else f"{fact.noted}: {fact.show(value)}" for fact, value in facts]
    return "; ".join(said)


def without_names(base: KnowledgeBase, d: Differential, point: Point) -> Point:
    """A warning by its signs alone."""
    return point._replace(
        name=signs(base, d, point) or "A warning sign", action=COMMIT, reasons=(), answered=()
    )
