"""Refused values: each is reported with its row, column and reason, and is then unknown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from charley.cohort.reading.bitmaps import is_set
from charley.facts.answer import Unknown, parse_answer
from charley.facts.numbers.number import NotUnderstood
from charley.facts.vocabulary import Comparison, Fact, Value

__all__ = ["Refusals", "Refused", "meant"]


_LONGEST = 200
"""Characters of a value that are told."""
_KEPT = 10_000
"""Reasons that are kept for when the same value comes again."""


@dataclass(frozen=True)
class Refused:
    """A value that was not acceptable. `row` counts from 0, over all rows read."""

    row: int
    column: str
    value: str
    reason: str


@dataclass
class Refusals:
    """What was refused so far: by column, and how many rows have a refused value.

    `tell`, where it is given, is called for every refused value.
    """

    tell: Callable[[Refused], None] | None = None
    rows_read: int = 0
    rows_refused: int = 0
    by_column: Counter[str] = field(default_factory=Counter)
    _counts: Any = None
    _reasons: dict[tuple[str, Any, str | None], str] = field(default_factory=dict)

    def begin(self, rows: int) -> None:
        """A batch of so many rows comes."""
        self._counts = np.zeros(rows, np.uint16)

    def add(self, fact: Fact, array: Any, plane: Any, unit: str | None, compared: Any) -> None:
        """The values of a fact that are refused in this batch: those in the plane."""
        if not plane.any():
            return
        where = np.flatnonzero(is_set(plane, len(array)))
        self._counts[where] += 1
        self.by_column[fact.id] += len(where)
        if self.tell is not None:
            for at in where.tolist():
                value = array[at].as_py()
                reason = self._reason(fact, value, unit, compared)
                self.tell(Refused(self.rows_read + at, fact.id, _shown(value), reason))

    def _reason(self, fact: Fact, value: Any, unit: str | None, compared: Any) -> str:
        """Values repeat, and to understand one takes longer than to tell it."""
        key = fact.id, value, unit
        if key not in self._reasons:
            if len(self._reasons) >= _KEPT:
                self._reasons.clear()
            self._reasons[key] = _reason(fact, value, unit, compared)
        return self._reasons[key]

    def end(self) -> Any:
        """The batch has been read: the refused values of each row."""
        self.rows_read += len(self._counts)
        self.rows_refused += int(np.count_nonzero(self._counts))
        return self._counts


def _shown(value: Any) -> str:
    text = str(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."


def meant(
    fact: Fact, value: Any, unit: str | None = None, compared: tuple[Comparison, ...] | None = None
) -> Value | Unknown:
    """The value that `diagnose` would understand. Raises `NotUnderstood`."""
    given = value if unit is None else {"value": value, "unit": unit}
    return parse_answer(fact, given, compared=compared)


def _reason(fact: Fact, value: Any, unit: str | None, compared: Any) -> str:
    if fact.kind == "boolean" and value in (0, 1) and not isinstance(value, str):
        value = bool(value)
    try:
        meant(fact, value, unit, compared)
    except NotUnderstood as error:
        return f"{error} ({error.help})" if error.help else str(error)
    raise AssertionError(f"a value of `{fact.id}` is understood by `diagnose` and refused in a table")
