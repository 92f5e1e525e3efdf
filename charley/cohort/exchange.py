"""Tables of every kind as a stream of Arrow, and a result as the kind of frame that came in."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa

from charley.engine.expert import Expert

__all__ = ["as_it_came", "reader_of"]


def reader_of(given: Any, base: Expert) -> pa.RecordBatchReader:
    """A stream of record batches. Raises `TypeError` for what is no table."""
    if isinstance(given, pa.RecordBatch):
        return pa.RecordBatchReader.from_batches(given.schema, [given])
    if _kind(given) == "pandas":
        given = given.reset_index(drop=True)  # the index is put back, and is no column
    if hasattr(given, "__arrow_c_stream__"):
        return pa.RecordBatchReader.from_stream(given)
    if isinstance(given, str | Path):
        from charley.cohort.files.source import Source, opened

        path = Path(given)
        found = opened(Source(path, Path(path.name)), facts=base.vocabulary)
        return pa.RecordBatchReader.from_batches(found.schema, found.batches)
    if isinstance(given, Iterable) and not isinstance(given, dict):
        coming = iter(given)
        first = next(coming, None)
        if first is None:
            return pa.RecordBatchReader.from_batches(pa.schema([]), [])
        if isinstance(first, pa.RecordBatch):
            return pa.RecordBatchReader.from_batches(first.schema, _chained(first, coming))
    message = "a cohort is a table of Arrow, a frame of Polars or pandas, record batches, or a path"
    raise TypeError(f"{message}; this is a {type(given).__name__}")


def _chained(first: pa.RecordBatch, rest: Iterable[pa.RecordBatch]) -> Iterable[pa.RecordBatch]:
    yield first
    yield from rest


def as_it_came(table: pa.Table, given: Any) -> Any:
    """The table as a Polars or pandas frame, where such a one was handed in."""
    if _kind(given) == "polars":
        import polars

        return polars.from_arrow(table)
    if _kind(given) == "pandas":
        import pandas

        nullable = {
            pa.int8(): pandas.Int8Dtype(),
            pa.int16(): pandas.Int16Dtype(),
            pa.bool_(): pandas.BooleanDtype(),
        }
        frame = table.to_pandas(types_mapper=nullable.get)
        frame.index = given.index
        return frame
    return table


def _kind(given: Any) -> str:
    """The library that made it."""
    return type(given).__module__.partition(".")[0]
