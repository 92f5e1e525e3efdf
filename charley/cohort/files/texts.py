"""CSV as a stream of texts, and in which line is what cannot be read.

What a number or a yes is, facts know better than guesses from the first rows. So every column is text.
"""

from __future__ import annotations

import csv as python_csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import csv

from charley.cohort.reading.types import marked
from charley.documents.diagnostic import Diagnostic, Faulty

__all__ = ["opened_csv", "whats_wrong"]

_BLOCK = 16 << 20
_HEADER = 1 << 20
"""Bytes in which the first line ends."""
_PARSING = csv.ParseOptions(newlines_in_values=True)
_ANEW = "write it anew, or take it out"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def opened_csv(
    path: Path, choose: Callable[[list[str]], list[str]]
) -> tuple[pa.Schema, Iterator[pa.RecordBatch], Callable[[], float]]:
    """The schema, the batches, and what says how much has been read. Raises `Faulty`, `pa.ArrowException`."""
    header = _header(path)
    kept = choose(header)
    schema = pa.schema([marked(pa.field(name, pa.string())) for name in kept])
    raw, size = pa.OSFile(str(path)), path.stat().st_size
    # The last column is read in any case: where a quoted text does not end, the rows after it are in it.
    converting = csv.ConvertOptions(
        include_columns=list(dict.fromkeys([*kept, header[-1]])),
        column_types=dict.fromkeys([*kept, header[-1]], pa.string()),
        null_values=[""],
        strings_can_be_null=True,
    )

    def batches() -> Iterator[pa.RecordBatch]:
        last = None
        if not _has_rows(path):
            return
        for batch in csv.open_csv(raw, csv.ReadOptions(block_size=_BLOCK), _PARSING, converting):
            last = batch if len(batch) else last
            yield pa.RecordBatch.from_arrays(batch.columns[: len(kept)], schema=schema)
        if last is not None and _swallows(str(last.column(header[-1])[-1].as_py() or ""), path):
            raise _faulty(path, 0, "a quoted text does not end, and the rows after it are in it")

    return schema, batches(), lambda: raw.tell() / size


def _header(path: Path) -> list[str]:
    """The names in the first line."""
    with path.open("rb") as file:
        start = file.read(_HEADER)
    if start.startswith(_UTF_16):
        raise _faulty(path, 1, "it is UTF-16 text", "write it as UTF-8")
    text = start.removeprefix(b"\xef\xbb\xbf").decode(errors="replace").lstrip("\r\n")
    names = next((row for row in python_csv.reader(io.StringIO(text, newline="")) if row), [])
    if not names:
        raise _faulty(path, 1, "there is no line with the names of the columns")
    if any("\ufffd" in name for name in names):
        raise _faulty(path, 1, "it is not UTF-8 text", "write it as UTF-8")
    for sign in (";", "\t", "|"):
        if len(names) == 1 and sign in names[0]:
            said = "tabs" if sign == "\t" else f"`{sign}`"
            message = f"its values are separated by {said}, and not by commas"
            raise _faulty(path, 1, message, "write it with commas")
    return names


def _has_rows(path: Path) -> bool:
    """Whether anything is below the first line, which Arrow does not read without its end."""
    with path.open("rb") as file:
        return any(end in file.read(_HEADER).lstrip(b"\r\n") for end in (b"\n", b"\r"))


def _swallows(value: str, path: Path) -> bool:
    """Whether the last value of the file begins with a quote that has no other."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _HEADER))
        end = file.read().rstrip(b"\r\n")
    return ("\n" in value or "\r" in value) and not end.endswith(b'"')


def whats_wrong(path: Path) -> Faulty | None:
    """What is wrong in a file that Arrow did not read, with the line; None where it is not found."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = python_csv.reader(file)
            wanted = 0
            before = 0
            for row in rows:
                wanted = wanted or len(row)
                if row and len(row) != wanted:
                    return _faulty(path, before + 1, f"expected {wanted} columns, got {len(row)}")
                before = rows.line_num
    except UnicodeDecodeError:
        with path.open("rb") as raw:
            for number, line in enumerate(raw, 1):
                if not _is_utf8(line):
                    return _faulty(path, number, "it is not UTF-8 text", "write it as UTF-8")
    except python_csv.Error:
        return _faulty(path, before + 1, "a quoted text does not end, or is very long")
    return None


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _faulty(path: Path, line: int, message: str, help: str = _ANEW) -> Faulty:
    column: Any = 1 if line else 0
    return Faulty([Diagnostic(str(path), line, column, "F001", f"cannot be read as CSV: {message}", help)])
