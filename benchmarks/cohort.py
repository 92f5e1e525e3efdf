"""`python -m benchmarks.cohort [--rows N] [--quick] [--full] [--write FOLDER]`: tables and peers.

Every peer is first checked to say the same of the same rows, on one thread and on two; the copy limit is
measured in the same rounds. Takes three to five minutes; `--quick` takes one. `--full` also evaluates 10^8
made-up patients, to show that memory stays flat, which takes some minutes more.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

import charley
from benchmarks.cohort_memory import Kept, kept, memory
from benchmarks.cohort_peers import PEERS
from benchmarks.cohort_shown import write
from benchmarks.cohort_sides import COLUMNS, Sides, apart, beside, made_up, warm, ways
from benchmarks.measure import Times
from benchmarks.workload import Workload
from charley.cohort.evaluation import BATCH, Cohort, Run
from charley.cohort.files.job import Job
from charley.cohort.files.source import sources

__all__ = ["Measured", "measure"]


@dataclass
class Measured:
    """Everything, as the page needs it. Times are seconds for one patient."""

    rows: int
    one_core: Sides = field(default_factory=Sides)
    two_cores: Sides = field(default_factory=Sides)
    bundled: Sides = field(default_factory=Sides)
    streamed_rows: int = 0
    streamed: dict[str, Times] = field(default_factory=dict)
    files: dict[str, Times] = field(default_factory=dict)
    growth: dict[int, dict[str, Times]] = field(default_factory=dict)
    memory: dict[int, float] = field(default_factory=dict)
    kept: Kept | None = None
    seconds: float = 0.0


def streamed(work: Workload, rows: int, times: int) -> tuple[int, dict[str, Times]]:
    """Batches of an Arrow file mapped into memory, each evaluated and let go; and how many rows."""
    table, plan = made_up(work.base, 4 * BATCH), Cohort(work.base).plan(COLUMNS)
    repeated = -(-rows // len(table))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "in.arrow"
        with pa.ipc.new_file(path, table.schema) as file:
            for _ in range(repeated):
                file.write_table(table, max_chunksize=BATCH)

        def evaluated(accelerate: bool) -> None:
            with pa.memory_map(str(path)) as mapped:
                reader = pa.ipc.open_file(mapped)
                run = Run(plan, reader.schema, None, accelerate)
                for at in range(reader.num_record_batches):
                    run.batch(reader.get_batch(at))

        works: dict[str, tuple[Callable[[], object], int]] = {
            f"Charley, {name}": ((lambda name=name: evaluated(name == "numba")), repeated * len(table))
            for name in ways()
        }
        return repeated * len(table), warm(works, times, time.process_time)


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
            peer = PEERS["polars"](work, 1)
            import polars as pl

            def query() -> None:
                peer.lazily(pl.scan_parquet(given)).sink_parquet(Path(folder) / "polars.parquet")

            works[peer.name] = query, rows
        except ImportError:
            pass
        return warm(works, times, time.process_time)


def measure(
    rows: int, times: int, streaming: int, most: int, growing: tuple[int, ...] = (150, 500, 1500)
) -> Measured:
    """Everything; `streaming` is how many patients are streamed, `most` for how many memory is shown."""
    start = time.perf_counter()
    # Of one thread here; `apart` says itself how many there are.
    os.environ["POLARS_MAX_THREADS"] = "1"
    pa.set_cpu_count(1)
    found = Measured(rows)
    work = Workload(150, 1)
    say("memory to memory, one core")
    found.one_core = apart(rows, times, 1)
    say("memory to memory, two cores")
    found.two_cores = apart(rows, times, 2)
    say("the bundled base")
    found.bundled = beside(charley.load(), min(rows, 2 * BATCH), times)
    say("streamed")
    found.streamed_rows, found.streamed = streamed(work, streaming, min(times, 3))
    say("file to file")
    found.files = file_to_file(work, min(rows, 2 * BATCH), times)
    for rules in growing:
        say(f"{rules} rules")
        found.growth[rules] = beside(Workload(rules, 1).base, BATCH, times).times
    for patients in (10**5, 10**6, 10**7, 10**8) if most <= 10**6 else (10**6, 10**7, 10**8):
        if patients <= most:
            say(f"memory with {patients:,} patients")
            found.memory[patients] = memory(patients)
    found.kept = kept()
    found.seconds = time.perf_counter() - start
    return found


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.cohort", description=__doc__)
    parser.add_argument("--rows", type=int, default=4 * BATCH)
    parser.add_argument("--quick", action="store_true", help="an eighth of the rows, and fewer rounds")
    parser.add_argument("--full", action="store_true", help="memory with 10^8 patients, too")
    parser.add_argument("--write", type=Path, metavar="FOLDER")
    given = parser.parse_args()
    found = measure(
        given.rows // 8 if given.quick else given.rows,
        2 if given.quick else 5,
        10**6 if given.quick else 10**7,
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
