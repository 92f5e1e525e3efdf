"""`python -m benchmarks.cohort [--rows N] [--quick] [--full] [--write FOLDER]`: tables and peers.

Every peer is first checked to say the same of the same rows. Times are processor time, all threads added up,
so a figure is that of one core, whatever else the machine does; the copy limit is measured in the same
rounds. `--full` also evaluates 10^8 made-up patients, to show that memory stays flat.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

import charley
from benchmarks.cohort_memory import memory
from benchmarks.cohort_openfisca import OpenFiscaPeer
from benchmarks.cohort_peers import PEERS, Results
from benchmarks.cohort_shown import write
from benchmarks.measure import Times, rounds
from benchmarks.workload import Workload
from charley.cohort.columns import fired
from charley.cohort.evaluation import BATCH, Cohort, Run
from charley.cohort.files.job import Job
from charley.cohort.files.source import sources
from charley.engine.expert import Expert

__all__ = ["Measured", "check", "made_up", "measure"]

ALL_PEERS: dict[str, Any] = {**PEERS, "openfisca_core": OpenFiscaPeer}
"""By the module that each needs."""

COLUMNS = ("leader", "scores", "flags", "fired")


@dataclass
class Measured:
    """Everything, as the page needs it. Times are seconds for one patient."""

    rows: int
    bytes_moved: float = 0.0
    memory_to_memory: dict[str, Times] = field(default_factory=dict)
    bundled: dict[str, Times] = field(default_factory=dict)
    bundled_bytes: float = 0.0
    files: dict[str, Times] = field(default_factory=dict)
    growth: dict[int, dict[str, Times]] = field(default_factory=dict)
    memory: dict[int, float] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)


def made_up(base: Expert, rows: int, seed: int = 1) -> pa.Table:
    """Patients of whom four facts of five are known, each value as likely as the others."""
    chance = np.random.default_rng(seed)
    columns: dict[str, pa.Array] = {}
    for fact in base.vocabulary.values():
        unknown = chance.random(rows) < 0.2
        if fact.kind == "boolean":
            columns[fact.id] = pa.array(chance.random(rows) < 0.5, mask=unknown)
        elif fact.kind == "number":
            low, high = fact.plausible_range or (0, 1)
            numbers = np.round(chance.uniform(max(low, 1), high, rows), 1)
            columns[fact.id] = pa.array(numbers, mask=unknown)
        else:
            codes = pa.array(chance.integers(0, len(fact.choices), rows).astype(np.int8), mask=unknown)
            columns[fact.id] = pa.DictionaryArray.from_arrays(codes, list(fact.choices))
    return pa.table(columns)


def check(work: Workload, table: pa.Table, found: Results, name: str) -> None:
    """A peer says of every row what we say. Raises `AssertionError`."""
    ours = Cohort(work.base).evaluate(table, columns=COLUMNS)
    for id in work.base.rules:
        assert np.array_equal(fired(ours, id).to_numpy(), found[id]), f"{name} disagrees on {id}"
    for candidate in work.base.candidates:
        for column in (f"score_{candidate}", f"flag_{candidate}"):
            assert np.array_equal(ours[column].to_numpy(), found[column]), f"{name} disagrees on {column}"


def evaluating(base: Expert, table: pa.Table, accelerate: bool) -> tuple[Callable[[], object], float]:
    """What evaluates the whole table, batch by batch; and the bytes of a row, in and out."""
    run = Run(Cohort(base).plan(COLUMNS), table.schema, None, accelerate)
    batches = table.to_batches(max_chunksize=BATCH)
    result = run.batch(batches[0])

    def work() -> None:
        for batch in batches:
            run.batch(batch)

    return work, table.nbytes / len(table) + result.nbytes / len(result)


def copying(bytes_moved: float, rows: int) -> Callable[[], object]:
    """The limit: these bytes of so many rows, copied in batches into memory that is used again."""
    size = int(bytes_moved * BATCH) // 8
    whole: Any = np.ones(max(int(bytes_moved * rows) // 8, size), np.int64)
    target = np.empty(size, np.int64)

    def work() -> None:
        for first in range(0, len(whole) - size + 1, size):
            np.copyto(target, whole[first : first + size])

    return work


def beside(base: Expert, rows: int, times: int, work: Workload | None, found: Measured) -> dict[str, Times]:
    """Both ways and, for a workload, every peer, in rounds in which each takes its turn."""
    table = made_up(base, rows)
    works: dict[str, tuple[Callable[[], object], int]] = {}
    both = {name: evaluating(base, table, name == "numba") for name in ways()}
    moved = both["numpy"][1]
    works["copy"] = copying(moved, rows), rows
    for name, (its, _) in both.items():
        works[f"Charley, {name}"] = its, rows
    if work is None:
        found.bundled_bytes = moved
        return warm(works, times)
    found.bytes_moved = moved
    for name, kind in ALL_PEERS.items():
        try:
            peer = kind(work)
        except ImportError:
            found.missing.append(name)
            continue
        few = table.slice(0, 3000)
        check(work, few, peer.columns(peer.run(peer.prepared(few))), peer.name)
        given = peer.prepared(table)
        works[peer.name] = (lambda peer=peer, given=given: peer.run(given)), rows
    return warm(works, times)


def warm(works: dict[str, tuple[Callable[[], object], int]], times: int) -> dict[str, Times]:
    """Each once, so that nobody is timed while memory is first touched or code is made; then the rounds."""
    for work, _ in works.values():
        work()
    return rounds(works, times, 0.0)


def ways() -> list[str]:
    try:
        import numba
    except ImportError:
        return ["numpy"]
    return ["numpy", numba.__name__]


def file_to_file(work: Workload, rows: int, times: int) -> dict[str, Times]:
    """Parquet to Parquet, beside pyarrow reading and writing the same columns, and Polars."""
    with tempfile.TemporaryDirectory() as folder:
        given, out = Path(folder) / "in.parquet", Path(folder) / "out.parquet"
        pq.write_table(made_up(work.base, rows), given)
        works: dict[str, tuple[Callable[[], object], int]] = {}
        for name in ways():
            job = Job(Cohort(work.base), COLUMNS, accelerate=name == "numba")
            works[f"Charley, {name}"] = (lambda job=job: job.into_file(sources(str(given)), out)), rows
            works[f"Charley, {name}"][0]()
        results = pq.read_table(out)

        def plain() -> None:
            with pq.ParquetWriter(Path(folder) / "plain.parquet", results.schema) as writer:
                for number, _ in enumerate(pq.ParquetFile(given).iter_batches(BATCH)):
                    writer.write_table(results.slice(number * BATCH, BATCH))

        works["pyarrow reads and writes the same columns"] = plain, rows
        try:
            peer = PEERS["polars"](work)
            import polars as pl

            def query() -> None:
                peer.lazily(pl.scan_parquet(given)).sink_parquet(Path(folder) / "polars.parquet")

            works[peer.name] = query, rows
        except ImportError:
            pass
        return warm(works, times)


def measure(rows: int, times: int, most: int, growing: tuple[int, ...] = (150, 500, 1500)) -> Measured:
    """Everything; `most` is how many patients the memory is shown for."""
    found = Measured(rows)
    work = Workload(150, 1)
    say("memory to memory, and the peers")
    found.memory_to_memory = beside(work.base, rows, times, work, found)
    say("the bundled base")
    found.bundled = beside(charley.load(), min(rows, 4 * BATCH), times, None, found)
    say("file to file")
    found.files = file_to_file(work, min(rows, 4 * BATCH), times)
    for rules in growing:
        say(f"{rules} rules")
        found.growth[rules] = beside(Workload(rules, 1).base, BATCH, times, None, Measured(BATCH))
    for patients in (10**5, 10**6, 10**7, 10**8) if most <= 10**6 else (10**6, 10**7, 10**8):
        if patients <= most:
            say(f"memory with {patients:,} patients")
            found.memory[patients] = memory(patients)
    return found


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cohort", description=__doc__)
    parser.add_argument("--rows", type=int, default=8 * BATCH)
    parser.add_argument("--quick", action="store_true", help="an eighth of the rows, and fewer rounds")
    parser.add_argument("--full", action="store_true", help="memory with 10^8 patients, too")
    parser.add_argument("--write", type=Path, metavar="FOLDER")
    given = parser.parse_args()
    found = measure(
        given.rows // 8 if given.quick else given.rows,
        2 if given.quick else 5,
        10**8 if given.full else 10**6 if given.quick else 10**7,
    )
    text = write(
        found,
        "python -m benchmarks.cohort"
        + (" --quick" if given.quick else "")
        + (" --full" if given.full else ""),
    )
    print(text)
    if given.write:
        (given.write / "cohort-benchmarks.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
