"""A screen before its questions are worded: its lines, what they promise, and what it costs a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from charley.engine.ask.promise import Promise

__all__ = [
    "CRITERIA",
    "FURTHER",
    "MIXED",
    "MIXTURES",
    "MOST_LINES",
    "MOST_TOPICS",
    "WARNINGS",
    "Cost",
    "Draft",
]

MOST_LINES = 9
"""Lines on one list: each has a number of one digit, and more are no longer read one by one."""

MOST_TOPICS = 2
"""Topics on one list that is not of warning signs."""

SCREEN, LINE, OTHER_TOPIC, TOPIC = 1.0, 0.12, 0.35, 0.1
"""What a screen costs, what each of its lines adds, what a change of topic adds, and what every topic of a
list adds beyond the first. Tuned coarsely on half of the cases of the bundled base (`benchmarks/screens.py`).
"""

WARNINGS, CRITERIA, FURTHER, MIXED = "warnings", "criteria", "further_warnings", "several_topics"
MIXTURES = (WARNINGS, CRITERIA, FURTHER, MIXED)
"""The topics of lists whose lines come from several groups."""


class Cost(NamedTuple):
    """What a screen asks of a person: lines, the topics they come from, and a change of topic."""

    lines: int
    topics: int
    changes_topic: bool

    @property
    def whole(self) -> float:
        """The cost in the unit of a screen without lines."""
        turn = OTHER_TOPIC if self.changes_topic else 0
        return SCREEN + LINE * self.lines + TOPIC * (self.topics - 1) + turn

    def __str__(self) -> str:
        topics = f" + {TOPIC:g} x {self.topics - 1} more topics" if self.topics > 1 else ""
        turn = f" + {OTHER_TOPIC:g} for another topic" if self.changes_topic else ""
        return f"{SCREEN:g} + {LINE:g} x {self.lines} lines{topics}{turn}"


class Draft:
    """A screen about a `topic`.

    `danger` is what its lines promise of danger, `value` what they promise of both kinds for the cost, and
    `urgency` what they promise of danger for the cost. `first` says why it comes whatever others promise.
    """

    __slots__ = ("cost", "danger", "first", "lines", "topic", "urgency", "value")

    def __init__(self, topic: str, lines: Sequence[Promise], cost: Cost, first: str = "") -> None:
        self.topic, self.lines, self.cost, self.first = topic, lines, cost, first
        danger = separation = 0.0
        for each in lines:
            danger += each.danger
            separation += each.separation
        whole = cost.whole
        self.danger, self.value, self.urgency = danger, (danger + separation) / whole, danger / whole
