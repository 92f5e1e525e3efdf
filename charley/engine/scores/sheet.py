"""A clinical score as it is filled in for one patient, as models."""

from typing import Literal

from charley.documents.model import Frozen
from charley.engine.support import Support

__all__ = ["Score", "ScoreBand", "ScoreItem"]


class ScoreItem(Frozen):
    """One line of a clinical score. `support` is what was told where it is decided, `open_facts` the facts
    that it waits for where it is not.
    """

    label: str
    when: str
    points: float | int
    state: Literal["true", "false", "open"]
    support: tuple[Support, ...]
    open_facts: tuple[str, ...]


class ScoreBand(Frozen):
    """What a score is read as: reached, still possible, or excluded by what is known."""

    band: str
    when: str
    state: Literal["reached", "possible", "excluded"]


class Score(Frozen):
    """A clinical score, item by item. `low` and `high` are its bounds over all answers to its open items.

    Where it does not apply (yet), no comparison on it is known, and no band is reached.
    """

    id: str
    title: str
    applies: Literal["yes", "no", "unknown"]
    low: float | int
    high: float | int
    items: tuple[ScoreItem, ...]
    bands: tuple[ScoreBand, ...]
    citations: tuple[str, ...]

    @property
    def started(self) -> bool:
        """Whether it applies, and an item of it is true: it says something of this patient."""
        return self.applies == "yes" and any(item.state == "true" for item in self.items)
