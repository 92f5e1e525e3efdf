"""How two versions of the rules differ over a cohort, as counts: compared, shown, kept and read again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from charley.cohort.outcome import URGENCY_CODES
from charley.rules.candidate import SECTIONS

__all__ = ["FORMAT", "NOTHING", "ORDER", "Comparison"]

FORMAT: Final = "charley.comparison.v1"
"""What `charley cohort --compare OLD NEW --json` calls its format."""

NOTHING = "nothing"
"""Where nothing is said: the patient is outside the scope."""

ORDER = {"sections": (*SECTIONS, NOTHING), "urgency": (*URGENCY_CODES, NOTHING)}
"""In which order flows are shown."""


@dataclass
class Comparison:
    """Counts over all rows; a pair is what the old rules say, and what the new ones say.

    `sections` counts every candidate that both have, of every row. `won` and `lost` are flags and alerts
    (columns of the result) that only the new and only the old rules raise; `same` are the rows of which both
    say the same in all that is compared.
    """

    rows: int = 0
    same: int = 0
    urgency: Counter[tuple[str, str]] = field(default_factory=Counter)
    leader: Counter[tuple[str, str]] = field(default_factory=Counter)
    sections: Counter[tuple[str, str]] = field(default_factory=Counter)
    of_candidate: dict[str, Counter[tuple[str, str]]] = field(default_factory=dict)
    won: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    only_old: tuple[str, ...] = ()
    only_new: tuple[str, ...] = ()

    @property
    def flows(self) -> dict[str, tuple[Counter[tuple[str, str]], tuple[str, ...]]]:
        """What is drawn: pairs and their order, by what is above them."""
        return {
            "Sections, all candidates": (self.sections, ORDER["sections"]),
            "Overall urgency": (self.urgency, ORDER["urgency"]),
        }

    def as_json(self) -> dict[str, Any]:
        """The counts for a program to read."""

        def flow(pairs: Mapping[tuple[str, str], int]) -> list[dict[str, Any]]:
            return [{"old": old, "new": new, "count": count} for (old, new), count in sorted(pairs.items())]

        return {
            "rows": self.rows,
            "same": self.same,
            "urgency": flow(self.urgency),
            "leader": flow(self.leader),
            "sections": flow(self.sections),
            "sections_of": {id: flow(pairs) for id, pairs in self.of_candidate.items()},
            "won": dict(sorted(self.won.items())),
            "lost": dict(sorted(self.lost.items())),
            "only_old": list(self.only_old),
            "only_new": list(self.only_new),
        }
