"""Files of patients: which there are, and each as a stream of record batches."""

from __future__ import annotations

import glob
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pyarrow as pa

from charley.cohort.reading.names import repeated_names
from charley.cohort.reading.types import marked
from charley.documents.diagnostic import Diagnostic, Faulty
from charley.facts.vocabulary import Vocabulary

__all__ = ["SUFFIXES", "Opened", "Source", "choices", "opened", "rows_of", "sources"]

SUFFIXES = {
    **dict.fromkeys((".parquet", ".pq"), "parquet"),
    **dict.fromkeys((".arrow", ".feather", ".ipc"), "arrow"),
    ".arrows": "stream",
    ".csv": "csv",
}
KINDS = "Parquet (.parquet), Arrow (.arrow, .feather, .arrows) or CSV (.csv)"
_BATCH = 131_072
"""Rows that are read together: enough to be worked on as they come. Twice as many take half as much memory
again."""
_NO_VALUE = "__HIVE_DEFAULT_PARTITION__"


@dataclass(frozen=True)
class Source:
    """A file, its path below the folder that was named, and what its folders say of all of its rows
    (`year=2025`)."""

    path: Path
    below: Path
    partitions: dict[str, str | None] = field(default_factory=dict)


@dataclass
class Opened:
    """A file that is being read: its schema, its batches, and how many rows it has, where that is known.

    `share` says how much of the file has been read, from 0 to 1, where rows are not counted beforehand.
    """

    schema: pa.Schema
    batches: Iterator[pa.RecordBatch]
    rows: int | None
    share: Callable[[], float] = lambda: 0.0


def sources(named: str) -> list[Source]:
    """The files that are named: one, all in a folder, or those that a pattern matches. Raises `Faulty`."""
    path = Path(named)
    if path.is_dir():
        found = [each for each in sorted(path.rglob("*")) if _is_table(each, path)]
        if not found:
            raise _unusable(path, "there is no table in this folder", f"put one there: {KINDS}")
        return [_source(each, path) for each in found]
    if path.exists():
        return [Source(path, Path(path.name))]
    if glob.has_magic(named):
        plain = next(at for at, part in enumerate(path.parts) if glob.has_magic(part))
        root = Path(*path.parts[:plain])
        matching = sorted(root.glob(str(Path(*path.parts[plain:]))))
        found = [each for each in matching if _is_table(each, root)]
        if not found:
            raise _unusable(path, "no table matches this pattern", f"it has to match {KINDS}")
        return [_source(each, root) for each in found]
    raise _unusable(path, "there is no such file")


def _is_table(path: Path, root: Path) -> bool:
    hidden = any(part[0] in "._" for part in path.relative_to(root).parts)
    return path.suffix.lower() in SUFFIXES and not hidden and path.is_file()


def _source(path: Path, root: Path) -> Source:
    below = path.relative_to(root)
    pairs = (part.split("=", 1) for part in below.parts[:-1] if "=" in part)
    said = {name: None if value == _NO_VALUE else unquote(value) for name, value in pairs}
    return Source(path, below, said)


def choices(vocabulary: Vocabulary) -> frozenset[str]:
    """The facts of which each distinct text is best read once."""
    return frozenset(fact.id for fact in vocabulary.values() if fact.kind == "choice")


def opened(
    source: Source, columns: Callable[[list[str]], list[str]] | None = None, facts: Container[str] = ()
) -> Opened:
    """The file as batches. `columns` says which of its columns are read, `facts` of which each distinct text
    is handed over once, where the file has it once.

    Raises `Faulty`, at once or when the batches are read, where it is not a table that can be read.
    """
    path = source.path
    kind = SUFFIXES.get(path.suffix.lower())
    if kind is None:
        what = "a folder" if path.is_dir() else f"`{path.suffix[:20]}`" if path.suffix else "this name"
        raise _unusable(path, f"{what} is no table that is read", f"write {KINDS}")
    reading = {"parquet": _parquet, "arrow": _arrow, "stream": _stream, "csv": _csv}[kind]
    chosen: dict[str, None] = {}

    def choose(names: list[str]) -> list[str]:
        among = [*names, *(name for name in source.partitions if name not in names)]
        chosen.update(dict.fromkeys(among if columns is None else columns(among)))
        read = [name for name in names if name in chosen]
        if wrong := repeated_names(read):
            raise Faulty(replace(each, file=str(path)) for each in wrong)
        return read

    try:
        if not path.stat().st_size:
            raise _unusable(path, "the file is empty", f"write {KINDS}")
        found = reading(path, choose, facts)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise _unreadable(path, kind, error) from None
    found.batches = _guarded(path, kind, found.batches)
    said = {name: value for name, value in source.partitions.items() if name in chosen}
    return _with_partitions(found, {name: said[name] for name in said if name not in found.schema.names})


Choose = Callable[[list[str]], list[str]]


def _parquet(path: Path, choose: Choose, facts: Container[str]) -> Opened:
    import pyarrow.parquet as pq

    file = pq.ParquetFile(path, page_checksum_verification=True)
    names = file.schema_arrow.names
    kept = set(choose(names))
    texts = [f.name for f in file.schema_arrow if f.name in kept and f.name in facts]
    if texts := [name for name in texts if pa.types.is_string(file.schema_arrow.field(name).type)]:
        file = pq.ParquetFile(path, read_dictionary=texts, page_checksum_verification=True)
    schema = pa.schema([f for f in file.schema_arrow if f.name in kept])
    batches = file.iter_batches(_BATCH, columns=[name for name in names if name in kept])
    return Opened(schema, batches, file.metadata.num_rows)


def _arrow(path: Path, choose: Choose, _: Container[str]) -> Opened:
    mapped = pa.memory_map(str(path))
    try:
        file = pa.ipc.open_file(mapped)
    except pa.ArrowInvalid:
        mapped.seek(0)
        return _streamed(pa.ipc.open_stream(mapped), choose)
    kept = choose(file.schema.names)
    batches = (_sound(file.get_batch(at)).select(kept) for at in range(file.num_record_batches))
    schema = pa.schema([file.schema.field(name) for name in kept])
    rows = sum(len(file.get_batch(at)) for at in range(file.num_record_batches))
    return Opened(schema, batches, rows)


def _stream(path: Path, choose: Choose, _: Container[str]) -> Opened:
    return _streamed(pa.ipc.open_stream(pa.memory_map(str(path))), choose)


def _streamed(reader: Any, choose: Choose) -> Opened:
    kept = choose(reader.schema.names)
    schema = pa.schema([reader.schema.field(name) for name in kept])
    return Opened(schema, (_sound(batch).select(kept) for batch in reader), None)


def _sound(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch. What is damaged in memory that is mapped would end the process when it is read."""
    batch.validate(full=True)
    return batch


def _csv(path: Path, choose: Choose, _: Container[str]) -> Opened:
    from charley.cohort.files.texts import opened_csv

    schema, batches, share = opened_csv(path, choose)
    return Opened(schema, batches, None, share)


def _with_partitions(found: Opened, said: dict[str, str | None]) -> Opened:
    """Columns that the file's folders stand for, each with one value in all rows, are added."""
    if not said:
        return found
    type = pa.dictionary(pa.int8(), pa.string())
    schema = pa.schema([*found.schema, *(marked(pa.field(name, type)) for name in said)])

    def batches() -> Iterator[pa.RecordBatch]:
        for batch in found.batches:
            codes = pa.array(memoryview(bytes(len(batch))), pa.int8())
            more = [
                pa.nulls(len(batch), type)
                if value is None
                else pa.DictionaryArray.from_arrays(codes, pa.array([value]))
                for value in said.values()
            ]
            yield pa.RecordBatch.from_arrays([*batch.columns, *more], schema=schema)

    return Opened(schema, batches(), found.rows, found.share)


def rows_of(source: Source) -> int:
    """The rows of a file that says so at its end; 0 for others, and for what cannot be read."""
    import pyarrow.parquet as pq

    if SUFFIXES.get(source.path.suffix.lower()) != "parquet":
        return 0
    try:
        return int(pq.read_metadata(source.path).num_rows)
    except (pa.ArrowException, OSError):
        return 0


def _guarded(path: Path, kind: str, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    try:
        yield from batches
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise _unreadable(path, kind, error) from None


def _unreadable(path: Path, kind: str, error: Exception) -> Faulty:
    """What Arrow says may hold values of patients, so only what is safe to repeat is repeated."""
    if isinstance(error, OSError) and error.strerror:
        return _unusable(path, f"cannot be read: {error.strerror}")
    name = {"parquet": "Parquet", "csv": "CSV"}.get(kind, "Arrow")
    if kind == "csv":
        from charley.cohort.files.texts import whats_wrong

        found = whats_wrong(path)
        if found is not None:
            return found
    return _unusable(path, f"cannot be read as {name}", "write it anew, or take it out")


def _unusable(path: Path, message: str, help: str = "") -> Faulty:
    return Faulty([Diagnostic(str(path), 0, 0, "F001", message, help)])
