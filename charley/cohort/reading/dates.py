"""Columns of dates as columns of the numbers that count since them, each row seen from its own day.

A date and the day of its row become the text that a person would have told, such as `since 2026-01-10 as of
2026-01-31`. So a table says of every date what `diagnose` says of it, what is refused included.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from charley.cohort.reading.types import is_text, marked, plain
from charley.documents.diagnostic import Diagnostic, Faulty
from charley.facts.fields import NOT_KNOWN
from charley.facts.vocabulary import AS_OF, Vocabulary

__all__ = ["Dated"]


class Dated:
    """Which columns of a schema are dates; `schema` is that without them. Raises `Faulty`."""

    def __init__(self, vocabulary: Vocabulary, schema: pa.Schema) -> None:
        names = schema.names
        self._vocabulary, self._coming = vocabulary, schema
        self._told = [name for name in names if name in vocabulary.dates]
        self._numbers = {number: date for date in self._told for number in vocabulary.counting[date]}
        self._as_of = AS_OF in names and bool(vocabulary.dates)
        problems = [
            _wrong(field)
            for field in schema
            if field.name in (*self._told, *([AS_OF] if self._as_of else [])) and not _holds_days(field.type)
        ]
        if self._told and not self._as_of:
            message = f"the column `{self._told[0]}` is of dates, and nothing says of which day each row is"
            help = f"add a column `{AS_OF}` with that day"
            problems.append(Diagnostic(self._told[0], 0, 0, "C001", message, help))
        for number, date in self._numbers.items():
            if number in names:
                message = f"the columns `{date}` and `{number}` say the same"
                problems.append(Diagnostic(number, 0, 0, "C001", message, "leave one out"))
        if problems:
            raise Faulty(problems)
        kept = [field for field in schema if not self._goes(field.name)]
        texts = [marked(pa.field(number, pa.string())) for number in self._numbers]
        self.schema = pa.schema([*kept, *texts], schema.metadata)

    def _goes(self, name: str) -> bool:
        return name in self._told or (self._as_of and name == AS_OF)

    def batch(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The batch in the schema without dates."""
        if not self._told and not self._as_of:
            return batch
        if not batch.schema.equals(self._coming):  # columns in another order, or nothing in one of them
            return Dated(self._vocabulary, batch.schema).batch(batch)
        column = {name: batch.column(at) for at, name in enumerate(batch.schema.names)}
        arrays = [column[name] for name in batch.schema.names if not self._goes(name)]
        arrays += [_since(column[date], column[AS_OF]) for date in self._numbers.values()]
        return pa.RecordBatch.from_arrays(arrays, schema=self.schema)


def _since(date: pa.Array, as_of: pa.Array) -> pa.Array:
    """What a person would have told; of a row without a day, that it is not said stays to be refused."""
    start, seen = (plain(each).cast(pa.string()) for each in (date, as_of))
    nobody = pc.is_in(pc.utf8_lower(pc.utf8_trim_whitespace(start)), pa.array(sorted(NOT_KNOWN)))
    start = pc.if_else(nobody, pa.scalar(None, pa.string()), start)
    seen = pc.coalesce(pc.binary_join_element_wise(" as of ", seen, ""), "")
    return pc.binary_join_element_wise("since ", start, seen, "")


def _holds_days(type: pa.DataType) -> bool:
    return pa.types.is_date32(type) or is_text(type) or type == pa.null()


def _wrong(field: pa.Field) -> Diagnostic:
    message = f"the column `{field.name}` is {field.type}, and this is a date"
    return Diagnostic(field.name, 0, 0, "C001", message, "what does: date32, or string such as 2026-01-31")
