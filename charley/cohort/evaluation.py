"""A base applied to tables: what `kb.cohort()` returns."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

import numpy as np
import pyarrow as pa

from charley.cohort.code import ONES, ZERO
from charley.cohort.columns import array, schema_of
from charley.cohort.exchange import as_it_came, stream_of
from charley.cohort.plan import REFUSED, Plan
from charley.cohort.reading.cells import Refusals, Refused
from charley.cohort.reading.dates import Dated
from charley.cohort.reading.names import almost_facts, no_fact, problems
from charley.cohort.reading.numbers import SCRATCH
from charley.cohort.reading.reader import Reader
from charley.cohort.ways.memory import table
from charley.cohort.ways.way import Way, way
from charley.documents.diagnostic import Diagnostic, Faulty, nearest
from charley.engine.expert import Expert

__all__ = ["BATCH", "Cohort", "Run"]

BATCH = 262_144
"""Rows that are worked on together at most: so many that calls of Arrow and numpy cost little. With numba,
which takes a block after the other, caches do not limit it; with numpy the planes of a gate (three times
32 KiB) lie in the second one.
"""
_ENOUGH = 131_072
"""Rows that are worked on as they come. Fewer are put together, which copies them and takes memory."""
_WORD = 64


class Cohort:
    """A base applied to many patients. It keeps nothing of them and may be used by several threads."""

    def __init__(self, base: Expert) -> None:
        self.base = base
        self._plans: dict[frozenset[str] | None, Plan] = {}

    def plan(self, columns: Collection[str] | None = None) -> Plan:
        """The program for these columns. Raises `Faulty` for a name that no column has."""
        if isinstance(columns, str):
            columns = (columns,)
        key = None if columns is None else frozenset(columns)
        if key not in self._plans:
            self._plans[key] = Plan(self.base, columns)
        return self._plans[key]

    def evaluate(
        self,
        given: Any,
        *,
        columns: Collection[str] | None = None,
        units: Mapping[str, str] | None = None,
        accelerate: bool = False,
        refused: Callable[[Refused], None] | None = None,
    ) -> Any:
        """What follows for every row of a table.

        `given` is anything that hands over Arrow (`__arrow_c_stream__`: a table, a Polars or pandas frame, a
        DuckDB relation), record batches, or the path of a file. The result is a `pyarrow.Table`, or a frame
        of the kind that came in: the columns that are no facts, then those of the result, or of it only
        `columns` (names, or kinds such as `flags`; `charley.cohort.plan.GROUPS` are the kinds).

        A column is a fact by its name; one that is missing, null and NaN are unknown. `units` names the unit
        of columns that are in another one than their fact. Dates are seen, row by row, from the day in the
        column `as_of`. A value that `diagnose` would not accept is unknown, counted in the column `refused`,
        and told to the function `refused`. `accelerate` runs machine code made by numba. Raises `Faulty`
        where a column has a type or a unit that does not do.
        """
        schema, batches = stream_of(given, self.base)
        run = self._run(schema, columns, units, accelerate, refused)
        table = pa.Table.from_batches(run.batches(batches), run.schema)
        return as_it_came(table, given)

    def map_batches(
        self,
        batches: Iterable[pa.RecordBatch],
        *,
        columns: Collection[str] | None = None,
        units: Mapping[str, str] | None = None,
        accelerate: bool = False,
        refused: Callable[[Refused], None] | None = None,
    ) -> Iterator[pa.RecordBatch]:
        """What follows for every row of these batches, as an iterator: what Spark's `mapInArrow` takes.

        Rows come in their order; batches are put together where they are small. See `evaluate`.
        """
        coming = iter(batches)
        first = next(coming, None)
        if first is None:
            return
        if not isinstance(first, pa.RecordBatch):
            message = "this takes record batches, and `evaluate` takes tables"
            raise TypeError(f"{message}; the first of them is a {type(first).__name__}")
        run = self._run(first.schema, columns, units, accelerate, refused)
        yield from run.batches(chain([first], coming))

    def schema(self, schema: pa.Schema, columns: Collection[str] | None = None) -> pa.Schema:
        """The schema of the result for tables of a schema. Raises `Faulty` as `evaluate` does."""
        return Run(self.plan(columns), schema).schema

    def _run(
        self,
        schema: pa.Schema,
        columns: Collection[str] | None,
        units: Mapping[str, str] | None,
        accelerate: bool,
        refused: Callable[[Refused], None] | None,
    ) -> Run:
        """One pass over a table of the user's. Columns that look like slips are reported."""
        absent = [
            Diagnostic(name, 0, 0, "C002", f"there is no column `{name[:60]}`, whose unit is said", help)
            for name in units or ()
            if name not in schema.names
            for help in [nearest(name, schema.names)]
        ]
        if absent:
            raise Faulty(absent)
        run = Run(self.plan(columns), schema, units, accelerate, refused)
        facts = self.base.vocabulary.record_keys
        nothing = no_fact(schema.names, facts)
        for slip in (*almost_facts(schema.names, facts), *([nothing] if nothing else [])):
            warnings.warn(f"{slip.message}; {slip.help}", stacklevel=3)
        return run


class Run:
    """One pass over a table of one schema, with the memory that it uses again for every batch."""

    def __init__(
        self,
        plan: Plan,
        schema: pa.Schema,
        units: Mapping[str, str] | None = None,
        accelerate: bool = False,
        refused: Callable[[Refused], None] | None = None,
    ) -> None:
        self._plan = plan
        self._units = units
        told = [*(column.name for column in plan.columns), *([REFUSED] if plan.counts_refused else [])]
        if wrong := problems(schema.names, plan.base.vocabulary.record_keys, told):
            raise Faulty(wrong)
        self._dated = Dated(plan.base.vocabulary, schema)
        schema = self._dated.schema
        self._coming, self._reader = schema, Reader(plan, schema, units)
        self._extra = self._reader.extra
        self._way: Way = way(plan.code, plan.outputs, accelerate)
        self.schema = schema_of(plan, [schema.field(name) for name in self._reader.extra])
        self.refusals = Refusals(refused)
        self._room: Any = table(1, 0)[0]
        self._planes: Any = table(plan.code.places + SCRATCH, 0)

    def batches(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The results, in the order of the rows."""
        for batch in gathered(batches):
            yield self.batch(batch)

    def batch(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The result of one batch."""
        batch = self._dated.batch(batch)
        rows = len(batch)
        words = -(-rows // _WORD)
        planes = self._memory(words)
        if not batch.schema.equals(self._coming):  # columns in another order, or nothing in one of them
            self._coming, self._reader = batch.schema, Reader(self._plan, batch.schema, self._units)
            self._same_extra(batch.schema)
        self.refusals.begin(rows)
        self._reader.read(batch, planes, self._way, self.refusals)
        # Arrow keeps memory that is given back to it, so that it need not be found anew for every batch.
        memory = pa.allocate_buffer(8 * self._plan.outputs.words * words)
        self._way.run(planes, np.frombuffer(memory, np.uint64))
        found = [batch.column(name) for name in self._extra]
        found += [array(self._plan, column, memory, words, rows) for column in self._plan.columns]
        counts = self.refusals.end()
        if self._plan.counts_refused:
            found.append(pa.array(counts))
        return pa.RecordBatch.from_arrays(found, schema=self.schema)

    def _same_extra(self, schema: pa.Schema) -> None:
        """Raises `Faulty` where the columns that are passed through are not those of the first batch."""
        coming = {name: schema.field(name).type for name in self._reader.extra}
        wanted = {name: self.schema.field(name).type for name in self._extra}
        for name in (*wanted, *coming):
            if coming.get(name) != wanted.get(name):
                message = f"the column `{name[:60]}` is not in all batches, or is of several types"
                help = "make it one type, or leave it out"
                raise Faulty([Diagnostic(name[:60], 0, 0, "C001", message, help)])

    def _memory(self, words: int) -> Any:
        """Planes of so many words, in memory that is not given back: to touch new memory takes long."""
        if self._planes.shape[1] != words:
            places = self._plan.code.places + SCRATCH
            if self._room.size < places * words:
                self._room = table(1, places * words)[0]
            self._planes = self._room[: places * words].reshape(places, words)
            self._planes[ZERO], self._planes[ONES] = 0, ~np.uint64(0)
        return self._planes


def gathered(
    batches: Iterable[pa.RecordBatch], most: int = BATCH, enough: int = _ENOUGH
) -> Iterator[pa.RecordBatch]:
    """The same rows in batches of a good size: small ones put together, large ones cut."""
    waiting: list[pa.RecordBatch] = []
    count = 0
    for batch in batches:
        if waiting and not batch.schema.equals(waiting[0].schema):
            yield _together(waiting)
            waiting, count = [], 0
        at = 0
        while at < len(batch):
            part = batch.slice(at, (enough if waiting else most) - count)
            waiting.append(part)
            count, at = count + len(part), at + len(part)
            if count >= enough:
                yield _together(waiting)
                waiting, count = [], 0
    if waiting:
        yield _together(waiting)


def _together(batches: list[pa.RecordBatch]) -> pa.RecordBatch:
    if len(batches) == 1:
        return batches[0]
    table = pa.Table.from_batches(batches).unify_dictionaries().combine_chunks()
    (batch,) = table.to_batches()
    return batch
