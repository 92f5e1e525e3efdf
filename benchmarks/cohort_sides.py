"""Memory to memory: Charley both ways, its peers and the copy limit, in rounds in which each takes its turn.

`python -m benchmarks.cohort_sides ROWS ROUNDS THREADS` prints the times as JSON. It is a process of its own
because Polars is told only at its start how many threads it may have. On one thread the times are processor
time, so that what others do on the same machine is not counted; on more they are those of a clock.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from benchmarks.cohort_openfisca import OpenFiscaPeer
from benchmarks.cohort_peers import PEERS
from benchmarks.cohort_rules import Results, leaders
from benchmarks.measure import Times, rounds
from benchmarks.workload import Workload
from charley.cohort.columns import fired
from charley.cohort.evaluation import BATCH, Cohort, Run
from charley.engine.expert import Expert

__all__ = ["ALL_PEERS", "COLUMNS", "Sides", "apart", "beside", "check", "made_up", "warm", "ways"]

ALL_PEERS: dict[str, Any] = {**PEERS, "openfisca_core": OpenFiscaPeer}
"""By the module that each needs."""

COLUMNS = ("leader", "scores", "flags", "fired")
"""What everybody has to say of every patient."""
COPIED = 131_072
"""Rows that are copied at once, into memory that the caches still hold."""

Work = Callable[[], object]


@dataclass
class Sides:
    """Seconds for a patient by who took them, the bytes of a patient in and out, and who was not there."""

    times: dict[str, Times] = field(default_factory=dict)
    bytes_moved: float = 0.0
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
    """A peer says of every row all that we say. Raises `AssertionError`."""
    ours = Cohort(work.base).evaluate(table, columns=COLUMNS)
    for id in work.base.rules:
        assert np.array_equal(fired(ours, id).to_numpy(), found[id]), f"{name} disagrees on {id}"
    for candidate in work.base.candidates:
        for column in (f"score_{candidate}", f"flag_{candidate}"):
            assert np.array_equal(ours[column].to_numpy(), found[column]), f"{name} disagrees on {column}"
    theirs = np.array(leaders(work))[found["leader"]]
    assert np.array_equal(ours["leader"].to_numpy(), theirs), f"{name} disagrees on who leads"


def side_by_side(parts: list[Work]) -> Work:
    """All parts, each on a thread of its own; one alone on this one."""
    if len(parts) == 1:
        return parts[0]
    pool = ThreadPoolExecutor(len(parts))
    return lambda: [each.result() for each in [pool.submit(part) for part in parts]]


def evaluating(base: Expert, table: pa.Table, accelerate: bool, threads: int) -> tuple[Work, float]:
    """What evaluates the whole table, batch by batch; and the bytes of a row, in and out."""
    plan, batches = Cohort(base).plan(COLUMNS), table.to_batches(max_chunksize=BATCH)
    result = Run(plan, table.schema, None, accelerate).batch(batches[0])

    def part(first: int) -> Work:
        run = Run(plan, table.schema, None, accelerate)

        def work() -> None:
            for batch in batches[first::threads]:
                run.batch(batch)

        return work

    moved = table.nbytes / len(table) + result.nbytes / len(result)
    return side_by_side([part(first) for first in range(threads)]), moved


def copying(bytes_moved: float, rows: int, threads: int) -> Work:
    """The limit: these bytes of so many rows, copied in batches into memory that is used again."""
    size = int(bytes_moved * COPIED) // 8
    whole: Any = np.ones(max(int(bytes_moved * rows) // 8, size), np.int64)

    def part(number: int) -> Work:
        target = np.empty(size, np.int64)

        def work() -> None:
            for first in range(number * size, len(whole) - size + 1, threads * size):
                np.copyto(target, whole[first : first + size])

        return work

    return side_by_side([part(number) for number in range(threads)])


def beside(base: Expert, rows: int, times: int, work: Workload | None = None, threads: int = 1) -> Sides:
    """Both ways and, for a workload, every peer. Raises `AssertionError` where one disagrees with us."""
    table = made_up(base, rows)
    works: dict[str, tuple[Work, int]] = {}
    both = {name: evaluating(base, table, name == "numba", threads) for name in ways()}
    sides = Sides({}, both["numpy"][1])
    works["copy"] = copying(sides.bytes_moved, rows, threads), rows
    for name, (its, _) in both.items():
        works[f"Charley, {name}"] = its, rows
    for name, kind in ALL_PEERS.items() if work is not None else ():
        try:
            peer = kind(work, threads)
        except ImportError:
            sides.missing.append(name)
            continue
        few = table.slice(0, 3000)
        check(peer.work, few, peer.columns(peer.run(peer.prepared(few))), peer.name)
        if threads > 1 and not peer.threaded:
            continue
        given = peer.prepared(table)
        works[peer.name] = (lambda peer=peer, given=given: peer.run(given)), rows
    sides.times = warm(works, times, time.process_time if threads == 1 else time.perf_counter)
    return sides


def warm(works: dict[str, tuple[Work, int]], times: int, clock: Callable[[], float]) -> dict[str, Times]:
    """Each once, so that nobody is timed while memory is first touched or code is made; then the rounds."""
    for work, _ in works.values():
        work()
    return rounds(works, times, 0.0, clock)


def ways() -> list[str]:
    """The ways that can be run here."""
    try:
        import numba
    except ImportError:
        return ["numpy"]
    return ["numpy", numba.__name__]


def apart(rows: int, times: int, threads: int) -> Sides:
    """150 rules beside every peer, in a process of its own that has so many threads."""
    command = [sys.executable, "-m", "benchmarks.cohort_sides", str(rows), str(times), str(threads)]
    environment = {**os.environ, "POLARS_MAX_THREADS": str(threads)}
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    said = json.loads(done.stdout)
    return Sides({name: Times(each) for name, each in said["times"].items()}, said["bytes"], said["missing"])


def main() -> None:
    rows, times, threads = map(int, sys.argv[1:])
    work = Workload(150, 1)
    pa.set_cpu_count(threads)
    sides = beside(work.base, rows, times, work, threads)
    said = {name: each.rounds for name, each in sides.times.items()}
    print(json.dumps({"times": said, "bytes": sides.bytes_moved, "missing": sides.missing}))


if __name__ == "__main__":
    main()
