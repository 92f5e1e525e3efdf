"""What a record comes to in short: enough to compare many answers with one another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from charley.rules.rule import Urgency, most_urgent

__all__ = ["Danger", "Sketch", "worst"]

Danger = tuple[str, Urgency]
"""A candidate that is flagged or an alert that is raised, and one of the urgencies it may have."""


class Sketch(NamedTuple):
    """Scores in the order of the base's candidates, who stands first, and the urgency of every flag (by
    candidate) and alert.

    `leader` is the first of the ranking also where the patient is outside the scope.
    """

    scores: Sequence[int]
    leader: str
    flags: Mapping[str, Urgency]
    alerts: Mapping[str, Urgency]

    @property
    def dangers(self) -> dict[str, Urgency]:
        """Flags and alerts together, by the id of the candidate or the alert."""
        return {**self.flags, **self.alerts}

    def further(self, before: Sketch) -> dict[str, Urgency]:
        """The flags and alerts here that were not there before, or were less urgent."""
        old = before.dangers
        return {
            id: urgency
            for id, urgency in self.dangers.items()
            if most_urgent([urgency, old.get(id)]) != old.get(id)
        }


def worst(dangers: Iterable[Danger]) -> dict[str, Urgency]:
    """The greatest urgency of each."""
    found: dict[str, Urgency] = {}
    for id, urgency in sorted(dangers):
        found[id] = most_urgent([urgency, found.get(id)]) or urgency
    return found
