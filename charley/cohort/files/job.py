"""Evaluate files into files: each read, evaluated and written batch by batch."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from charley.cohort.columns import LABEL
from charley.cohort.evaluation import Cohort, Run
from charley.cohort.files.choice import Choice, placed
from charley.cohort.files.manifest import Manifest, digest_of
from charley.cohort.files.sink import kind_of, sink
from charley.cohort.files.source import Opened, Source, choices, opened
from charley.cohort.files.synthetic import Synthetic
from charley.cohort.files.tally import Tally
from charley.cohort.reading.cells import Refused
from charley.cohort.reading.types import unmarked
from charley.documents.atomic import opened_whole
from charley.documents.diagnostic import Diagnostic, Faulty

__all__ = ["Job", "Progress"]

Progress = Callable[[int, float | None], None]
"""Told how many rows are done, and which share of all of them (None: not known)."""
COUNTED = ("leader", "urgency", "settled", "flags", "alerts")
"""The kinds of columns that are counted for the summary."""


@dataclass
class Job:
    """What is done with every file. `keep` are the columns that are no facts and are passed through (`all`:
    any), `drop` those that are left out; another one is a fault.
    """

    cohort: Cohort
    columns: Collection[str] | None = None
    units: Mapping[str, str] = field(default_factory=dict)
    keep: Collection[str] = ()
    drop: Collection[str] = ()
    accelerate: bool = False
    rejects: Path | None = None
    progress: Progress = lambda rows, share: None
    warn: Callable[[Diagnostic], None] = lambda slip: None

    def into_file(self, sources: list[Source], out: Path) -> Tally:
        """All sources, in their order, into one file. Raises `Faulty`, `OSError`."""
        kind_of(out)
        tally = Tally()
        with self._refusals() as refusals:
            first = self._open(sources[0])
            run = self._run(sources[0], first, refusals)
            schema = _plain_schema(run.schema)
            with sink(out, schema) as write:
                for number, source in enumerate(sources):
                    coming = first if number == 0 else self._open(source)
                    run = run if number == 0 else self._run(source, coming, refusals)
                    _same(schema, _plain_schema(run.schema), source)
                    for batch in self._evaluated(run, coming, tally, number, len(sources)):
                        write(_plain(batch, schema))
        return tally

    def into_folder(self, sources: list[Source], folder: Path) -> tuple[Tally, int]:
        """Each source into a file of its own, below the folder as it was; how many were done already.

        Raises `Faulty`, `OSError`; what has been done until then stays, and is not done again.
        """
        folder.mkdir(parents=True, exist_ok=True)
        manifest = Manifest.of(folder, self._depends_on())
        tally, before = Tally(), 0
        with self._refusals() as refusals:
            for number, source in enumerate(sources):
                digest = digest_of(source.path)
                done = manifest.done(source.below, digest)
                if done is not None and not (self.rejects and done.rows_refused):
                    tally.together(done)
                    before += 1
                    continue
                coming = self._open(source)
                run, its = self._run(source, coming, refusals), Tally()
                out = folder / source.below
                out.parent.mkdir(parents=True, exist_ok=True)
                schema = _plain_schema(run.schema)
                with sink(out, schema) as write:
                    for batch in self._evaluated(run, coming, its, number, len(sources), tally.rows):
                        write(_plain(batch, schema))
                manifest.note(source.below, digest, its)
                tally.together(its)
        return tally, before

    def _depends_on(self) -> dict[str, object]:
        return {
            "digest": self.cohort.base.digest,
            "columns": None if self.columns is None else sorted(self.columns),
            "units": dict(sorted(self.units.items())),
            "keep": sorted(self.keep),
            "drop": sorted(self.drop),
        }

    def _open(self, source: Source) -> Opened:
        base = self.cohort.base
        if isinstance(source, Synthetic):
            return source.opened(base)
        choice = Choice(self.keep, self.drop, self.units, self.warn)
        place, free, keys = str(source.path), source.partitions, base.vocabulary.record_keys
        return opened(source, lambda names: choice.of(place, names, keys, free), choices(base.vocabulary))

    def _run(self, source: Source, coming: Opened, refusals: _Rejects | None) -> Run:
        tell = None if refusals is None else refusals.of(source)
        with placed(source):
            return Run(self.cohort.plan(self.columns), coming.schema, self.units, self.accelerate, tell)

    def _evaluated(
        self, run: Run, coming: Opened, tally: Tally, number: int, files: int, rows_before: int = 0
    ) -> Iterator[pa.RecordBatch]:
        """The results of one file, counted. Progress is reported as it goes."""
        counted = [each.name for each in self.cohort.plan(self.columns).columns if each.group in COUNTED]
        done = 0
        for batch in run.batches(coming.batches):
            tally.add(batch, counted)
            done += len(batch)
            yield batch
            share = done / coming.rows if coming.rows else coming.share()
            self.progress(rows_before + tally.rows, (number + min(share, 1.0)) / files)
        tally.rows_refused += run.refusals.rows_refused
        tally.refused += run.refusals.by_column

    @contextmanager
    def _refusals(self) -> Iterator[_Rejects | None]:
        if self.rejects is None:
            yield None
            return
        with opened_whole(self.rejects, private=True) as out:
            rejects = _Rejects(out)
            yield rejects
            rejects.finish()


class _Rejects:
    """The file of refused values, a line for each of them."""

    def __init__(self, out: BinaryIO) -> None:
        self._text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
        self._lines = csv.writer(self._text, lineterminator="\n")
        self._lines.writerow(["file", "row", "column", "value", "reason"])

    def finish(self) -> None:
        """All has been written; the file is left open."""
        self._text.detach()

    def of(self, source: Source) -> Callable[[Refused], None]:
        """Writes what is refused in one source."""

        def write(refused: Refused) -> None:
            line = [str(source.below), refused.row, refused.column, refused.value, refused.reason]
            self._lines.writerow(line)

        return write


def _plain_schema(schema: pa.Schema) -> pa.Schema:
    """The schema of what is written: texts that are passed through are written out, since each batch may have
    a dictionary of its own.
    """
    fields = [
        pa.field(field.name, field.type.value_type, field.nullable)
        if pa.types.is_dictionary(field.type) and field.type != LABEL
        else unmarked(field)
        for field in schema
    ]
    return pa.schema(fields, schema.metadata)


def _plain(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    columns = [
        column.dictionary_decode() if column.type != field.type else column
        for column, field in zip(batch.columns, schema, strict=True)
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _same(schema: pa.Schema, other: pa.Schema, source: Source) -> None:
    """Raises `Faulty` where files that are to become one pass other columns through."""
    if not schema.equals(other):
        message = "its columns that are no facts are not those of the first file, or have other types"
        help = "write into a folder, a file for each, or leave them out with `--drop`"
        raise Faulty([Diagnostic(str(source.path), 0, 0, "C001", message, help)])
