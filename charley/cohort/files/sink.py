"""A result in a file, written batch by batch, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from charley.cohort.files.source import KINDS, SUFFIXES
from charley.documents.atomic import opened_whole
from charley.documents.diagnostic import Diagnostic, Faulty

__all__ = ["kind_of", "sink"]

Write = Callable[[pa.RecordBatch], None]


def kind_of(path: Path) -> str:
    """The kind of table that a file of this name is. Raises `Faulty`."""
    kind = SUFFIXES.get(path.suffix.lower())
    if kind is None:
        message = f"`{path.suffix[:20]}` is no table that is written"
        raise Faulty([Diagnostic(str(path), 0, 0, "F001", message, f"write {KINDS}")])
    return kind


@contextmanager
def sink(path: Path, schema: pa.Schema) -> Iterator[Write]:
    """What writes batches of the schema into a file, which is for its owner only. Raises `OSError`."""
    kind = kind_of(path)
    nested = [field.name for field in schema if kind == "csv" and pa.types.is_nested(field.type)]
    if nested:
        message = f"CSV cannot hold the column `{nested[0][:60]}`, which is {schema.field(nested[0]).type}"
        help = f"leave it out with `--drop {nested[0]}`, or write Parquet or Arrow"
        raise Faulty([Diagnostic(str(path), 0, 0, "C001", message, help)])
    with opened_whole(path, private=True) as out:
        if kind == "csv":
            from pyarrow import csv

            plain = pa.schema([_without_dictionary(field) for field in schema])
            with csv.CSVWriter(out, plain) as writer:
                yield lambda batch: writer.write_batch(_plain(batch, plain))
            return
        with _writer(kind, out, schema) as table:
            yield table.write_batch


def _writer(kind: str, out: Any, schema: pa.Schema) -> Any:
    if kind == "parquet":
        import pyarrow.parquet as pq

        return pq.ParquetWriter(out, schema)
    return pa.ipc.new_stream(out, schema) if kind == "stream" else pa.ipc.new_file(out, schema)


def _without_dictionary(field: pa.Field) -> pa.Field:
    return field.with_type(field.type.value_type) if pa.types.is_dictionary(field.type) else field


def _plain(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    columns = [
        column.dictionary_decode() if pa.types.is_dictionary(column.type) else column
        for column in batch.columns
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema)
