"""What a condition rests on, as it is shown."""

from __future__ import annotations

from charley.documents.model import Frozen
from charley.facts.vocabulary import Value

__all__ = ["Interval", "Support"]

Interval = tuple[float | int, float | int]
"""The lowest and the highest value of a number, as it is shown."""


class Support(Frozen):
    """An atom that made a rule fire, as written, and the value it met; a range for a score."""

    atom: str
    name: str
    value: Value | Interval
