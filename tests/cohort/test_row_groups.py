"""Batches are put together into row groups, of which the writer of a Parquet file keeps some bytes each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

pytest.importorskip("pyarrow", reason="a cohort needs charley[cohort]")

import pyarrow as pa
import pyarrow.parquet as pq

from charley.cohort.files import sink as sinks
from charley.cohort.files.sink import sink

SCHEMA = pa.schema([("number", pa.int64()), ("name", pa.dictionary(pa.int32(), pa.string()))])


def batch(first: int, rows: int) -> pa.RecordBatch:
    numbers = range(first, first + rows)
    names = pa.array([f"of {first}"] * rows).dictionary_encode()  # of each batch another one
    return pa.record_batch([pa.array(numbers, pa.int64()), names.cast(SCHEMA.field(1).type)], schema=SCHEMA)


@pytest.mark.parametrize(
    ("sizes", "rows", "bytes_", "groups"),
    [
        ([4, 4, 4, 4, 1], 8, 1 << 20, [8, 8, 1]),
        ([4, 5, 4], 8, 1 << 20, [4, 5, 4]),
        ([4, 4, 4], 1 << 20, 1, [4, 4, 4]),
        ([9], 8, 1, [8, 1]),
        ([0, 3, 0], 8, 1 << 20, [3]),
        ([], 8, 1 << 20, []),
    ],
)
def test_batches_become_row_groups(
    sizes: Sequence[int],
    rows: int,
    bytes_: int,
    groups: list[int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sinks, "MOST_ROWS", rows)
    monkeypatch.setattr(sinks, "MOST_BYTES", bytes_)
    batches = [batch(sum(sizes[:at]), size) for at, size in enumerate(sizes)]
    out = tmp_path / "out.parquet"
    with sink(out, SCHEMA) as write:
        for each in batches:
            write(each)
    about = pq.read_metadata(out)
    assert [about.row_group(at).num_rows for at in range(about.num_row_groups)] == groups
    wanted = pa.Table.from_batches(batches, SCHEMA).to_pylist()
    assert pq.read_table(out).to_pylist() == wanted
