"""The same rules for others who evaluate tables: Polars expressions, SQL for DuckDB, numpy by hand.

Each is written as one who knows the tool would write it: a column for each rule, in three layers since rules
use the findings of others, then scores as sums, then the leader. A rule that is not known to hold does not
fire. Each gives a column for each rule, score and flag, and the leader as a number: its place in `leaders`.

Where a tool has several ways to say a thing, the quickest of those that were tried is here. In Polars `when`
is quicker than a product with a truth, sums of bytes take a fifth less than sums of what it chooses itself,
the highest of scores that hold their places is 15 times as quick as `list.arg_max`, and its streaming engine
takes as long. In DuckDB `CASE` is quicker with small integers, and materialized layers take longer. In numpy
a literal that is worked out again where it is used is quicker than one that is fetched from memory.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

import numpy as np
import pyarrow as pa

from benchmarks.cohort_rules import PLACES, Results, keys, layers, sides, written
from benchmarks.workload import Workload
from charley.rules.language.condition import Atom

__all__ = ["PEERS", "NumpyPeer"]


class PolarsPeer:
    """Lazy expressions."""

    threaded = True

    def __init__(self, work: Workload, threads: int | None = None) -> None:
        import polars as pl

        assert threads in (None, pl.thread_pool_size()), "Polars is told by POLARS_MAX_THREADS"
        self.name = f"Polars {version('polars')}"
        self._pl, self.work = pl, work
        finding = {effects.findings[0]: id for id, effects in work.effects.items() if effects.findings}

        def atom(it: Atom, wanted: bool) -> Any:
            if it.name in finding:
                return pl.col(finding[it.name])
            column = pl.col(it.name)
            if isinstance(it.value, bool):
                return column if wanted else ~column
            return {"<": column < it.value, "<=": column <= it.value, ">": column > it.value}.get(
                it.op, column >= it.value
            )

        self._layers = [
            [
                written(c, atom, lambda a, b: a & b, lambda a, b: a | b).fill_null(False).alias(id)
                for id, c in layer.items()
            ]
            for layer in layers(work)
        ]

        def byte(number: int) -> Any:
            return pl.lit(number, dtype=pl.Int8)

        self._last = [
            pl.sum_horizontal(
                byte(prior),
                *(pl.when(pl.col(id)).then(byte(weight)).otherwise(byte(0)) for id, weight in of),
            ).alias(f"score_{name}")
            for prior, (name, of) in zip(work.priors, sides(work)["score"].items(), strict=True)
        ] + [
            (pl.any_horizontal(*(pl.col(id) for id, _ in of)) if of else pl.lit(False)).alias(f"flag_{name}")
            for name, of in sides(work)["flag"].items()
        ]

        def short(number: int) -> Any:
            return pl.lit(number, dtype=pl.Int16)

        highest = pl.max_horizontal(
            pl.col(score).cast(pl.Int16) * short(PLACES) + short(place) for score, place in keys(work)
        )
        self._leader = (highest & short(PLACES - 1)).cast(pl.Int8).alias("leader")

    def lazily(self, frame: Any) -> Any:
        """The query over a lazy frame."""
        for layer in self._layers:
            frame = frame.with_columns(layer)
        frame = frame.with_columns(self._last).with_columns(self._leader)
        return frame.drop([*self.work.booleans, *self.work.numbers])

    def prepared(self, table: pa.Table) -> Any:
        """The table as the peer holds it."""
        return self._pl.from_arrow(table)

    def run(self, frame: Any) -> Any:
        """Everything, in memory."""
        return self.lazily(frame.lazy()).collect()

    def columns(self, found: Any) -> Results:
        """The result, to be checked."""
        return {name: found[name].to_numpy() for name in found.columns}


class DuckPeer:
    """Layered selects."""

    threaded = True

    def __init__(self, work: Workload, threads: int | None = None) -> None:
        import duckdb

        self.name = f"DuckDB {version('duckdb')}"
        self.work = work
        self._connection = duckdb.connect()
        if threads is not None:
            self._connection.execute(f"SET threads = {threads}")
        finding = {effects.findings[0]: id for id, effects in work.effects.items() if effects.findings}

        def atom(it: Atom, wanted: bool) -> str:
            if it.name in finding:
                return f'"{finding[it.name]}"'
            if isinstance(it.value, bool):
                return it.name if wanted else f"(NOT {it.name})"
            return f"({it.name} {it.op} {it.value})"

        query = "people"
        for layer in layers(work):
            columns = [
                f'coalesce({written(c, atom, "({} AND {})".format, "({} OR {})".format)}, false) AS "{id}"'
                for id, c in layer.items()
            ]
            query = f"(SELECT *, {', '.join(columns)} FROM {query})"
        last = [f'"{id}"' for id in work.base.rules]
        for prior, (name, of) in zip(work.priors, sides(work)["score"].items(), strict=True):
            small = 'CASE WHEN "{}" THEN {}::SMALLINT ELSE 0::SMALLINT END'.format
            terms = [str(prior), *(small(id, weight) for id, weight in of)]
            last.append(f"CAST({' + '.join(terms)} AS SMALLINT) AS score_{name}")
        for name, of in sides(work)["flag"].items():
            last.append(f"{' OR '.join(f'{chr(34)}{id}{chr(34)}' for id, _ in of) or 'false'} AS flag_{name}")
        highest = ", ".join(f"{score} * {PLACES} + {place}" for score, place in keys(work))
        leader = f"CAST(greatest({highest}) & {PLACES - 1} AS TINYINT) AS leader"
        self._query = f"SELECT *, {leader} FROM (SELECT {', '.join(last)} FROM {query})"

    def prepared(self, table: pa.Table) -> Any:
        """The table as the peer holds it: in DuckDB's own memory."""
        self._connection.register("given", table)
        self._connection.execute("CREATE OR REPLACE TABLE people AS SELECT * FROM given")
        return None

    def run(self, _: Any) -> Any:
        """Everything, into Arrow."""
        return self._connection.sql(self._query).to_arrow_table()

    def columns(self, found: Any) -> Results:
        """The result, to be checked."""
        return {name: found[name].to_numpy() for name in found.column_names}


class NumpyPeer:
    """Arrays of truths, a byte for each, with a mask of what is known."""

    threaded = False

    def __init__(self, work: Workload, threads: int | None = None) -> None:
        self.name = f"numpy {version('numpy')}, by hand"
        self.work = work
        self._finding = {effects.findings[0]: id for id, effects in work.effects.items() if effects.findings}
        self._layers = list(layers(work))

    def prepared(self, table: pa.Table) -> Any:
        """Values and masks."""
        return {
            name: (
                table[name]
                .combine_chunks()
                .fill_null(pa.scalar(0).cast(table[name].type))
                .to_numpy(zero_copy_only=False),
                table[name].combine_chunks().is_valid().to_numpy(zero_copy_only=False),
            )
            for name in table.column_names
        }

    def run(self, given: Any) -> Any:
        """Everything, as arrays."""
        found: Results = {}
        operators = {"<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal}

        def atom(it: Atom, wanted: bool) -> Any:
            if it.name in self._finding:
                return found[self._finding[it.name]]
            values, known = given[it.name]
            if isinstance(it.value, bool):
                return known & values if wanted else known & ~values
            return known & operators[it.op](values, it.value)

        for layer in self._layers:
            for id, condition in layer.items():
                found[id] = written(condition, atom, np.logical_and, np.logical_or)
        rows = len(next(iter(found.values())))
        for prior, (name, of) in zip(self.work.priors, sides(self.work)["score"].items(), strict=True):
            score = np.full(rows, prior, np.int16)
            for id, weight in of:
                score += found[id] * np.int16(weight)
            found[f"score_{name}"] = score
        for name, of in sides(self.work)["flag"].items():
            flag = np.zeros(rows, np.bool_)
            for id, _ in of:
                flag |= found[id]
            found[f"flag_{name}"] = flag
        highest = np.full(rows, np.iinfo(np.int16).min, np.int16)
        for score, place in keys(self.work):
            np.maximum(highest, found[score] * np.int16(PLACES) + np.int16(place), out=highest)
        found["leader"] = (highest & np.int16(PLACES - 1)).astype(np.int8)
        return found

    def columns(self, found: Any) -> Results:
        """The result, to be checked."""
        return dict(found)


PEERS: dict[str, type[Any]] = {
    "polars": PolarsPeer,
    "duckdb": DuckPeer,
    "numpy": NumpyPeer,
}
"""By the module that each needs."""
