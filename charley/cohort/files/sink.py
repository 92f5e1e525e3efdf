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

MOST_ROWS, MOST_BYTES = 1 << 20, 32 << 20
"""The rows and the bytes up to which batches become one row group of a Parquet file. Of every row group some
800 bytes a column stay in memory until the file is closed.
"""


def kind_of(path: Path) -> str:
    """The kind of table that a file of this name is. Raises `Faulty`."""
    kind = SUFFIXES.get(path.suffix.lower())
    if kind is None:
        what = f"`{path.suffix[:20]}`" if path.suffix else "this name"
        message = f"{what} is no table that is written"
        raise Faulty([Diagnostic(str(path), 0, 0, "F001", message, f"write {KINDS}")])
    return kind


@contextmanager
def sink(path: Path, schema: pa.Schema) -> Iterator[Write]:
    """What writes batches of the schema into a file, which is for its owner only. Raises `OSError`."""
    kind = kind_of(path)
    problems = [] if _holds(kind, schema) else [*_not_held(path, kind, schema)]
    if problems:
        raise Faulty(problems)
    with opened_whole(path, private=True) as out, _writer(kind, out, schema) as table:
        if kind == "csv":
            plain = _texts(schema)
            yield lambda batch: table.write_batch(_plain(batch, plain))
        elif kind == "parquet":
            groups = _RowGroups(table)
            yield groups.write
            groups.end()
        else:
            yield table.write_batch


class _RowGroups:
    """The batches of a Parquet file, several of them to a row group."""

    def __init__(self, table: Any) -> None:
        self._table = table
        self._held: list[pa.RecordBatch] = []
        self._rows = self._bytes = 0

    def write(self, batch: pa.RecordBatch) -> None:
        """Take one more batch. Raises `OSError`."""
        if self._rows + batch.num_rows > MOST_ROWS or self._bytes + batch.nbytes > MOST_BYTES:
            self.end()
        self._held.append(batch)
        self._rows += batch.num_rows
        self._bytes += batch.nbytes

    def end(self) -> None:
        """Write the row group that has begun. Raises `OSError`."""
        if self._held:
            self._table.write_table(pa.Table.from_batches(self._held), MOST_ROWS)
        self._held, self._rows, self._bytes = [], 0, 0


def _holds(kind: str, schema: pa.Schema) -> bool:
    """Whether a file of this kind can hold these columns, which is tried without a row."""
    if kind not in ("parquet", "csv"):
        return True
    try:
        with _writer(kind, pa.BufferOutputStream(), schema) as table:
            if kind == "csv":
                table.write_batch(pa.RecordBatch.from_pylist([], _texts(schema)))
    except (pa.ArrowException, OSError):
        return False
    return True


def _not_held(path: Path, kind: str, schema: pa.Schema) -> Iterator[Diagnostic]:
    name = {"parquet": "Parquet", "csv": "CSV"}.get(kind, "Arrow")
    for field in schema:
        if not _holds(kind, pa.schema([field])):
            message = f"{name} cannot hold the column `{field.name[:60]}`, which is {field.type}"
            help = f"leave it out with `--drop {field.name[:60]}`, or write another kind of table"
            yield Diagnostic(str(path), 0, 0, "C001", message, help)


def _writer(kind: str, out: Any, schema: pa.Schema) -> Any:
    if kind == "parquet":
        import pyarrow.parquet as pq

        return pq.ParquetWriter(out, schema, write_page_checksum=True)
    if kind == "csv":
        from pyarrow import csv

        return csv.CSVWriter(out, _texts(schema))
    return pa.ipc.new_stream(out, schema) if kind == "stream" else pa.ipc.new_file(out, schema)


def _texts(schema: pa.Schema) -> pa.Schema:
    """The schema in types that CSV is written from."""
    return pa.schema(field.with_type(_text(field.type)) for field in schema)


def _text(type: pa.DataType) -> pa.DataType:
    if pa.types.is_dictionary(type):
        return _text(type.value_type)
    return pa.string() if type == pa.string_view() else type


def _plain(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    columns = [column.cast(field.type) for column, field in zip(batch.columns, schema, strict=True)]
    return pa.RecordBatch.from_arrays(columns, schema=schema)
