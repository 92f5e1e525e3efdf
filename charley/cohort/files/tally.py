"""What becomes of a cohort as a whole: how many lead, are flagged, are settled, are refused."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["NOBODY", "Tally"]

NOBODY = "nobody is ranked"


@dataclass
class Tally:
    """Counts of rows, of those with a refused value, and of what is said of them, by column and by its value.

    A column of truths is counted by the rows in which it is true. Scores and fired rules are not counted.
    """

    rows: int = 0
    rows_refused: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    counts: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, batch: pa.RecordBatch, names: list[str]) -> None:
        """The rows of a result; `names` are its columns that are counted."""
        self.rows += len(batch)
        for name in names:
            column = batch.column(batch.schema.get_field_index(name))
            counter = self.counts.setdefault(name, Counter())
            if pa.types.is_boolean(column.type):
                counter["true"] += pc.sum(column).as_py() or 0
            elif pa.types.is_dictionary(column.type):
                self._labels(column, counter)

    def _labels(self, column: pa.DictionaryArray, counter: Counter[str]) -> None:
        labels = column.dictionary.to_pylist()
        codes = column.indices.fill_null(len(labels)) if column.null_count else column.indices
        found = np.bincount(np.asarray(codes), minlength=len(labels) + 1).tolist()
        for label, count in zip([*labels, NOBODY], found, strict=True):
            if count:
                counter[label] += count

    def together(self, other: Tally) -> None:
        """Add what another one counted."""
        self.rows += other.rows
        self.rows_refused += other.rows_refused
        self.refused += other.refused
        for name, counter in other.counts.items():
            self.counts.setdefault(name, Counter()).update(counter)

    def as_json(self) -> dict[str, Any]:
        """The counts for a program to read."""
        return {
            "rows": self.rows,
            "rows_refused": self.rows_refused,
            "refused": dict(self.refused),
            "counts": {name: dict(counter) for name, counter in self.counts.items()},
        }

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> Tally:
        """The counts that `as_json` wrote."""
        counts = {name: Counter(counter) for name, counter in said["counts"].items()}
        return cls(said["rows"], said["rows_refused"], Counter(said["refused"]), counts)
