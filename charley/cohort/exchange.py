"""Tables of every kind as a stream of Arrow, and a result as the kind of frame that came in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pyarrow as pa

from charley.cohort.reading.names import repeated_names
from charley.documents.diagnostic import Diagnostic, Faulty
from charley.engine.expert import Expert

__all__ = ["as_it_came", "stream_of"]

Stream = tuple[pa.Schema, Iterable[pa.RecordBatch]]


def stream_of(given: Any, base: Expert) -> Stream:
    """A schema and record batches. Raises `TypeError` for what is no table, `Faulty` for one that Arrow
    cannot hold.
    """
    if isinstance(given, pa.RecordBatch):
        return given.schema, [given]
    if isinstance(given, str | Path):
        from charley.cohort.files.source import Source, choices, opened

        path = Path(given)
        found = opened(Source(path, Path(path.name)), facts=choices(base.vocabulary))
        return found.schema, found.batches
    if _kind(given) == "pandas" and hasattr(given, "columns"):
        if wrong := repeated_names(map(str, given.columns)):
            raise Faulty(wrong)
        given = given.reset_index(drop=True)  # the index is put back, and is no column
    if _kind(given) == "polars" and hasattr(given, "collect"):
        given = given.collect()
    if hasattr(given, "__arrow_c_stream__"):
        return _handed_over(given)
    if isinstance(given, Iterable) and not isinstance(given, dict):
        coming = iter(given)
        first = next(coming, None)
        if first is None:
            return pa.schema([]), []
        if isinstance(first, pa.RecordBatch):
            return first.schema, chain([first], coming)
    raise _no_table(given)


def _no_table(given: Any) -> TypeError:
    message = "a cohort is a table of Arrow, a frame of Polars or pandas, record batches, or a path"
    return TypeError(f"{message}; this is a {type(given).__name__}")


def _handed_over(given: Any) -> Stream:
    try:
        reader = pa.RecordBatchReader.from_stream(given)
    except (pa.ArrowException, TypeError, ValueError):
        if not hasattr(given, "columns"):
            raise _no_table(given) from None
        # What Arrow says may hold values of patients.
        raise Faulty(_not_held(given)) from None
    return reader.schema, reader


def _not_held(frame: Any) -> Iterator[Diagnostic]:
    """The columns of a frame that Arrow cannot hold, each with what is in it."""
    for name in frame.columns:
        try:
            pa.RecordBatchReader.from_stream(frame[[name]])
        except (pa.ArrowException, TypeError, ValueError):
            held = f"{frame[name].dtype}"
            if held == "object":
                held = " and ".join(sorted({type(value).__name__ for value in frame[name].dropna()}))
            message = f"the column `{str(name)[:60]}` is {held}, which is no type of Arrow"
            yield Diagnostic(str(name)[:60], 0, 0, "C001", message, "convert it, or leave it out")


def as_it_came(table: pa.Table, given: Any) -> Any:
    """The table as a Polars or pandas frame, where such a one was handed in."""
    if _kind(given) == "polars":
        import polars

        frame = polars.from_arrow(table)
        return frame.lazy() if hasattr(given, "collect") and isinstance(frame, polars.DataFrame) else frame
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
