"""The page of the cohort benchmark."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks.measure import Times

__all__ = ["write"]

GIVEN = """\
60 booleans and 10 numbers of double precision in, four of five known; the leader, 20 scores, 20 flags and the
fired rules out: {:.0f} bytes a patient. Everybody gets the same table in the form that is its own, made
beforehand (Arrow for Charley and Polars, a table of its own for DuckDB, arrays of values and of what is known
for numpy and, in single precision, OpenFisca), has one thread, says all of that, and was first checked to say
the same of 3,000 patients. Charley packs the fired rules into words; the others give each rule a column of
truths.

Processor time, so that what others do on the machine is not counted; the median of the rounds, in which
everybody takes a turn, with the quickest and the slowest. Ratios are taken round by round and travel from
machine to machine; times do not.
"""

PEERS = """\
Of the ways in which each peer can say these rules, the quickest of those that were tried is measured. The
goals beside peers were set from a prototype on an AMD EPYC without AVX-512. There Polars took 544 ns on one
core, and the prototype's numpy 64 (6.9 copies). With AVX-512 Polars, perhaps with the same query, had taken
153 ns by the clock on two threads, and numpy 44 (4 copies). So how far behind a peer is depends on the
processor and on its query, more than how far from the copy we are.
"""

GOALS = {
    "Charley, numba": {"Polars": 15, "DuckDB": 100, "OpenFisca": 50},
    "Charley, numpy": {"Polars": 5, "DuckDB": 40, "OpenFisca": 20},
}
"""How many times as fast as each peer."""

BOUNDS = """\
What is evaluated has to be read, and what comes out written: nothing takes less than the copy. So a peer that
takes so many copies leaves for a goal beside it that many, divided by the goal.
"""

BY_THE_CLOCK = """\
By the clock, with two threads for everybody who can use them. What else runs on the machine counts here.
"""


def write(found: Any, command: str) -> str:
    """The page as Markdown."""
    return "\n".join(_lines(found, command)) + "\n"


def _lines(found: Any, command: str) -> Iterator[str]:
    load = os.getloadavg()[0]
    yield "# Benchmarks of cohorts\n"
    yield f"Written by `{command} --write docs`, in {found.seconds / 60:.1f} minutes; run it again for"
    yield f"numbers of your own machine.\n\n{machine()} Load average when it was written: {load:.1f}.\n"
    yield f"## Memory to memory: 150 rules, {found.rows:,} patients, one core\n"
    yield GIVEN.format(found.one_core.bytes_moved)
    yield from _beside(found.one_core.times)
    yield PEERS
    for name in found.one_core.missing:
        yield f"{name} is not installed, and was not measured.\n"
    yield f"## The same on two cores\n\n{BY_THE_CLOCK}"
    yield from _beside(found.two_cores.times)
    yield "## The bundled base, one core\n"
    yield f"All of its facts and rules: {found.bundled.bytes_moved:.0f} bytes a patient.\n"
    yield from _beside(found.bundled.times)
    yield "## Streamed, one core\n"
    yield f"{found.streamed_rows:,} patients, of an Arrow file that is mapped into memory; the 150 rules.\n"
    yield "| what | ns a patient |"
    yield "|---|---|"
    for name, times in sorted(found.streamed.items(), key=lambda each: each[1].median):
        yield f"| {name} | {_ns(times)} |"
    yield ""
    yield "## File to file: the same 150 rules, Parquet to Parquet, one thread\n"
    yield "| what | ns a patient | times pyarrow's reading and writing |"
    yield "|---|---|---|"
    plain = found.files["pyarrow reads and writes the same columns"]
    for name, times in sorted(found.files.items(), key=lambda each: each[1].median):
        yield f"| {name} | {_ns(times)} | {_ratio(times, plain)} |"
    yield "\n## Growth with rules\n\nFacts grow with the rules.\n"
    yield "| rules | copy | " + " | ".join(n for n in found.growth[min(found.growth)] if n != "copy") + " |"
    yield "|---|" + "---|" * len(found.growth[min(found.growth)])
    for rules, times in found.growth.items():
        yield f"| {rules:,} | " + " | ".join(_ns(each) for each in times.values()) + " |"
    yield "\n## Memory\n\nThe most that a process takes; made-up patients, the bundled base, to Parquet.\n"
    yield "| patients | MiB |"
    yield "|---|---|"
    for patients, most in found.memory.items():
        yield f"| {patients:,} | {most:.0f} |"
    if (kept := found.kept) is not None:
        each = f"{kept.bytes:.0f} bytes for each column of a row group"
        yield f"\nUntil a Parquet file is closed, its writer keeps {each}. Of all {kept.columns}"
        yield f"columns, with {kept.rows:,} patients to a row group, that is {kept.more(10**8):.0f} MiB for"
        yield "every 100,000,000 patients. Of fewer columns more patients make a row group, up to a million."
    yield "\n## How fast it can be at all\n"
    yield BOUNDS
    yield "| goal | the peer takes, copies | the goal leaves, copies | measured, copies | |"
    yield "|---|---|---|---|---|"
    for what, takes, leaves, ours, possible in bounds(found):
        said = "" if possible else "less than the copy: out of reach here"
        yield f"| {what} | {takes:,.1f} | {leaves:,.2f} | {ours:,.2f} | {said} |"
    yield "\n## What was to be reached\n"
    yield "| what | goal | measured | |"
    yield "|---|---|---|---|"
    for what, goal, measured, reached in goals(found):
        yield f"| {what} | {goal} | {measured} | {'reached' if reached else '**not reached**'} |"


def _beside(times: dict[str, Times]) -> Iterator[str]:
    yield "| what | ns a patient | times the copy |"
    yield "|---|---|---|"
    for name, each in sorted(times.items(), key=lambda named: named[1].median):
        shown = "copy of the same bytes" if name == "copy" else name
        yield f"| {shown} | {_ns(each)} | {_ratio(each, times['copy'])} |"
    yield ""


def goals(found: Any) -> Iterator[tuple[str, str, str, bool]]:
    """What was to be reached, what was measured, and whether it was."""

    def at_most(what: str, ours: Times, theirs: Times, goal: float) -> tuple[str, str, str, bool]:
        times = ours.over(theirs).median
        return what, f"<= {goal:g} x", f"{times:.1f} x", times <= goal

    def faster(what: str, ours: Times, theirs: Times, goal: float) -> tuple[str, str, str, bool]:
        times = theirs.over(ours).median
        return what, f">= {goal:g} x", f"{times:.1f} x", times >= goal

    sides, its = found.one_core.times, found.bundled.times
    for way, small, bundled in (("numba", 2.5, 6.0), ("numpy", 8.0, None)):
        name = f"Charley, {way}"
        if name not in sides:
            continue
        ours = sides[name]
        yield at_most(f"{way}, beside the copy", ours, sides["copy"], small)
        if bundled:
            yield at_most(f"{way}, bundled base, beside the copy", its[name], its["copy"], bundled)
        for its_way, peer, goal in _beside_peers(sides):
            if its_way == name:
                yield faster(f"{way}, beside {peer.split()[0]}", ours, sides[peer], goal)
    plain = found.files["pyarrow reads and writes the same columns"]
    for name, times in found.files.items():
        if name.startswith("Charley"):
            way = name.removeprefix("Charley, ")
            yield at_most(f"Parquet to Parquet with {way}, beside pyarrow", times, plain, 1.3)
    few, many = min(found.memory), max(found.memory)
    more = found.memory[many] / found.memory[few]
    yield f"memory, {many:,} patients beside {few:,}", "flat (<= 1.25 x)", f"{more:.2f} x", more <= 1.25


def bounds(found: Any) -> Iterator[tuple[str, float, float, float, bool]]:
    """Of each goal beside a peer: how many copies the peer takes, how many the goal leaves, how many we take,
    and whether there is anything that could take so few: whatever reads and writes the bytes copies them.
    """
    times = found.one_core.times
    for way, peer, goal in _beside_peers(times):
        takes, ours = (times[name].over(times["copy"]).median for name in (peer, way))
        yield f"{way}, {goal} times {peer}", takes, takes / goal, ours, takes / goal >= 1


def _beside_peers(times: dict[str, Times]) -> Iterator[tuple[str, str, int]]:
    """Every goal beside a peer that was measured: of which way, beside whom, how many times."""
    for way, goals in GOALS.items():
        for peer, goal in goals.items():
            name = next((each for each in times if each.startswith(peer)), None)
            if way in times and name is not None:
                yield way, name, goal


def _ns(times: Times) -> str:
    low, high = times.spread
    return f"{times.median * 1e9:,.1f} ({low * 1e9:,.1f} to {high * 1e9:,.1f})"


def _ratio(times: Times, other: Times) -> str:
    return f"{times.over(other).median:,.1f}"


def machine() -> str:
    """The processor, whether it has AVX-512, and the versions."""
    cpu, avx = platform.processor() or platform.machine(), "not known"
    information = Path("/proc/cpuinfo")
    if information.exists():
        text = information.read_text()
        cpu = next(
            (at.partition(":")[2].strip() for at in text.splitlines() if at.startswith("model name")), cpu
        )
        avx = "with AVX-512" if "avx512f" in text else "without AVX-512"
    said = []
    for name in ("numpy", "pyarrow", "numba", "polars", "duckdb"):
        try:
            said.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    return f"{cpu} ({avx}), {os.cpu_count()} cores, Python {platform.python_version()}; {', '.join(said)}."
