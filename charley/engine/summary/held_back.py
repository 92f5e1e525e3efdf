"""What a student reads of a warning before they have named their own diagnoses: its signs, and how soon.

Nothing is held back in an emergency.
"""

from __future__ import annotations

from collections.abc import Sequence

from charley.engine.differential import Differential
from charley.engine.explain.justification import answers_behind
from charley.engine.summary.summary import Point
from charley.rules.knowledge_base import KnowledgeBase

__all__ = ["is_held_back", "without_names"]

COMMIT = "Name what it could be, and what you would do, before you look."


def is_held_back(d: Differential, committed: bool) -> bool:
    """Whether diagnoses are not named yet, since a student is to name theirs first."""
    return d.audience == "student" and not committed and bool(d.standings) and d.urgency != "emergency"


def without_names(base: KnowledgeBase, d: Differential, points: Sequence[Point]) -> list[Point]:
    """Warnings by their signs alone, each sign once; what has no sign of its own is left out.

    They come most urgent first, so a sign stands with the most urgent thing that it is a sign of.
    """
    found, named = [], set[str]()
    for point in points:
        signs = answers_behind(base, d, point.rules[:1])
        new = [id for id in signs if id not in named]
        named.update(new)
        if new or not signs:
            name = "; ".join(_said(base, d, id) for id in new) or "A warning sign"
            found.append(point._replace(name=name, action=COMMIT, reasons=(), answered=()))
    return found


def _said(base: KnowledgeBase, d: Differential, id: str) -> str:
    fact, value = base.vocabulary[id], d.record[id]
    return fact.noted if value is True else f"{fact.noted}: {fact.show(value)}"
