"""`docs/benchmarks.md` and its chart, from what was measured. Nothing in them is typed by hand."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from math import log10
from pathlib import Path

from benchmarks.growing import second_level
from benchmarks.measure import Times
from benchmarks.run import Measured, Row

__all__ = ["write"]

DISTRIBUTIONS = (
    "business-rules", "clingo", "clipspy", "drools-jpy", "durable_rules", "experta", "zen-engine", "pydantic",
)  # fmt: skip
WHERE = """\
Where the time goes when a target is missed. *One patient*: ours is a loop in Python over a hundred or so
counters; a third of it is finding what each answer meets, a third counting, the rest rules, scores and the
patient's own lists. CLIPS and Drools run machine code, CLIPS here through the quickest door that its Python
binding has. *Hypothetical answers*: the program over all lanes is a few per cent (its row is below); reading
400 answers, a Python dictionary each, takes two thirds, and lists of scores for 400 most of the rest.
*diagnose*: the kernel beside which it is put also says what is ruled out and what every score can still be.
"""

OURS, CLIPS, EXPERTA, DROOLS = "Charley, what fires", "CLIPS", "experta", "Drools"


def write(found: Measured, folder: Path, command: str) -> None:
    """Write the page and the chart into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "benchmarks.md").write_text("\n".join(_page(found, command)) + "\n")
    (folder / "benchmarks.svg").write_text(_chart(found.rows))


def _page(found: Measured, command: str) -> Iterator[str]:
    ours = _row(found.rows, OURS)
    yield "# Benchmarks\n"
    yield f"Written by `{command}`; run it again for numbers of your own machine.\n"
    yield f"{_machine()} Load average when it was written: {os.getloadavg()[0]:.1f}.\n"
    yield (
        "Every engine has the same rules and the same patients, and is checked, at once and answer by "
        "answer, to say what the definition (`charley/engine/meaning.py`) says: the same fired rules, the "
        "same scores. Only then is it timed. *One patient* goes from a record to the set of fired rules and "
        "the scores as values of the caller's; *one more answer* leaves them in the engine. Times are "
        "processor time, medians over rounds in which the engines take turns, the quickest and the slowest "
        "round in brackets. Drools runs in its own Java machine, after 15 seconds of warming up, and the "
        "thread that runs the rules is what is counted. Ratios travel to other machines, times do not.\n"
    )
    yield (
        f"The workload: 150 rules in three strata, 60 yes-or-no facts and 10 numbers, 20 candidates, "
        f"{found.fired:.0f} rules firing a patient on average (`benchmarks/workload.py`).\n"
    )
    if found.missing:
        yield f"Not installed, so not measured: {', '.join(found.missing)}.\n"
    yield "![One patient from scratch, and one more answer](benchmarks.svg)\n"
    yield "## Side by side, 150 rules\n"
    yield "| engine | build, ms | one patient, µs | times ours | one more answer, µs | times ours | p99, µs |"
    yield "|---|---|---|---|---|---|---|"
    for row in found.rows:
        yield "| " + " | ".join([
            row.name, _ms(row.build), _us(row.patient), _ratio(row.patient, ours.patient),
            _us(row.tell), _ratio(row.tell, ours.tell),
            "" if row.worst is None else f"{row.worst * 1e6:.1f}",
        ]) + " |"  # fmt: skip
    yield ""
    yield from _targets(found, ours)
    yield WHERE
    if found.growth:
        yield from _growth(found)
    yield "## 400 hypothetical answers in one call\n"
    names = list(found.supposed)
    for at in range(0, len(names), 3):
        yield from _times({name: found.supposed[name] for name in names[at : at + 3]}, names[at])
    yield "## `diagnose` on the bundled knowledge base\n"
    first = next(iter(found.diagnosed))
    yield from _times(found.diagnosed, first)


def _times(times: dict[str, Times], first: str) -> Iterator[str]:
    yield f'| what | µs | times "{first}" |'
    yield "|---|---|---|"
    for name, each in times.items():
        yield f"| {name} | {_us(each)} | {_ratio(each, times[first])} |"
    yield ""


def _targets(found: Measured, ours: Row) -> Iterator[str]:
    yield "## What was to be reached\n"
    yield "| what | target | measured | |"
    yield "|---|---|---|---|"
    for what, target, value, reached in _goals(found, ours):
        yield f"| {what} | {target} | {value} | {'reached' if reached else '**not reached**'} |"
    yield ""


def _goals(found: Measured, ours: Row) -> Iterator[tuple[str, str, str, bool]]:
    def share(mine: Times | None, name: str, kind: str, limit: float) -> Iterator[tuple[str, str, str, bool]]:
        other = _row(found.rows, name, missing=True)
        theirs = getattr(other, kind) if other else None
        if mine is None or theirs is None:
            return
        times = 1 / mine.over(theirs).median
        what = "one patient from scratch" if kind == "patient" else "one more answer"
        yield f"{what}, beside {name}", f"1/{limit:g}", f"1/{times:.1f}", times >= limit

    yield from share(ours.patient, CLIPS, "patient", 10)
    yield from share(ours.patient, EXPERTA, "patient", 500)
    yield from share(ours.patient, DROOLS, "patient", 3)
    yield from share(ours.tell, CLIPS, "tell", 3)
    yield from share(ours.tell, DROOLS, "tell", 1)
    if found.grown:
        few, many = min(found.grown), max(found.grown)
        times = found.grown[many].quickest / found.grown[few].quickest
        yield "one more answer, from 150 to 15,000 rules", "≤ 2.5 times", f"{times:.2f} times", times <= 2.5
    if 1500 in found.growth:
        mine, clips = (_row(found.growth[1500], name).build for name in (OURS, CLIPS))
        times = clips.median / mine.median
        yield "compiling 1,500 rules, beside CLIPS", "1/10", f"1/{times:.1f}", times >= 10
    names = list(found.supposed)
    for first, second in zip(names[::3], names[1::3], strict=True):
        times = found.supposed[second].over(found.supposed[first]).median
        told = f"{times:.1f} times"
        yield f"{second}, beside one patient", "≤ 15 times", told, times <= 15
    counters, kernel, plain, explained = found.diagnosed.values()
    for label, each, limit in (("without", plain, 2.0), ("with", explained, 5.0)):
        times = each.over(kernel).median
        told = f"{times:.2f} times ({each.over(counters).median:.1f} times its counters alone)"
        what = f"`diagnose` {label} explanations, beside the kernel"
        yield what, f"≤ {limit:g} times", told, times <= limit


def _growth(found: Measured) -> Iterator[str]:
    yield "## How cost grows\n"
    yield "Facts grow with the rules, so a patient has ten and a hundred times as many answers.\n"
    yield "| engine | rules | build, ms | one patient, µs | one more answer, µs |"
    yield "|---|---|---|---|---|"
    sizes = {150: found.rows, **found.growth}
    for name in (OURS, CLIPS, DROOLS):
        for rules, rows in sizes.items():
            row = _row(rows, name, missing=True)
            if row:
                yield f"| {row.name} | {rules:,} | {_ms(row.build)} | {_us(row.patient)} | {_us(row.tell)} |"
    yield ""
    yield "One more answer to our counters, all sizes in turns, the quickest of the rounds:\n"
    yield "| rules | conditions that it goes to | tables, MB | one more answer, µs |"
    yield "|---|---|---|---|"
    for rules, grown in found.grown.items():
        size, quickest = grown.table_bytes / 1e6, _three(grown.quickest * 1e6)
        yield f"| {rules:,} | {grown.touched:.2f} | {size:.2f} | {quickest} |"
    yield (
        "\nSo the work of an answer does not grow, but the tables do that it goes through, while the second "
        f"cache of a core stays (here: {second_level()}). Of larger tables, an answer to one of thousands of "
        "facts finds its part no longer there.\n"
    )


def _row(rows: list[Row], name: str, missing: bool = False) -> Row:
    found = next((row for row in rows if row.name.startswith(name)), None)
    assert missing or found is not None
    return found  # type: ignore[return-value]


def _us(times: Times | None) -> str:
    if times is None:
        return ""
    low, high = times.spread
    return f"{_three(times.median * 1e6)} ({_three(low * 1e6)}–{_three(high * 1e6)})"


def _ms(times: Times) -> str:
    return _three(times.median * 1e3)


def _ratio(times: Times | None, ours: Times | None) -> str:
    if times is None or ours is None:
        return ""
    return _three(times.over(ours).median)


def _three(number: float) -> str:
    """Three figures."""
    if number >= 100:
        return f"{number:,.0f}"
    return f"{number:.1f}" if number >= 10 else f"{number:.2f}"


def _machine() -> str:
    cpu = platform.processor() or platform.machine()
    information = Path("/proc/cpuinfo")
    if information.exists():
        lines = (line for line in information.read_text().splitlines() if line.startswith("model name"))
        cpu = next(lines, cpu).partition(":")[2].strip() or cpu
    installed = []
    for name in DISTRIBUTIONS:
        try:
            installed.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            continue
    try:
        java = subprocess.run(["java", "-version"], capture_output=True, text=True).stderr.split('"')[1]
        installed.append(f"Java {java}")
    except (OSError, IndexError):
        pass
    return f"{cpu}, {os.cpu_count()} cores, Python {platform.python_version()}; {', '.join(installed)}."


def _chart(rows: list[Row]) -> str:
    """Two rows of bars on one logarithmic scale, from 0.1 µs to 1 s."""
    width, left, line = 760, 290, 22
    span = width - left - 90
    bars: list[str] = []
    y = 30

    def bar(label: str, seconds: float, ours: bool) -> None:
        nonlocal y
        long = max(2.0, (log10(seconds * 1e6) + 1) / 7 * span)
        colour = "#0b6e4f" if ours else "#8a97a3"
        bars.append(f'<text x="{left - 8}" y="{y + 14}" text-anchor="end">{label}</text>')
        bars.append(f'<rect x="{left}" y="{y + 3}" width="{long:.0f}" height="{line - 8}" fill="{colour}"/>')
        bars.append(f'<text x="{left + long + 6:.0f}" y="{y + 14}">{_three(seconds * 1e6)} µs</text>')
        y += line

    for title, kind in (("One patient from scratch", "patient"), ("One more answer", "tell")):
        bars.append(f'<text x="{left}" y="{y - 8}" font-weight="bold">{title} (logarithmic)</text>')
        shown = [row for row in rows if getattr(row, kind) is not None]
        for row in sorted(shown, key=lambda row: getattr(row, kind).median):
            bar(row.name, getattr(row, kind).median, row.name.startswith("Charley"))
        y += 40
    body = "\n".join(bars)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {y - 20}" '
        f'font-family="sans-serif" font-size="12">\n<rect width="100%" height="100%" fill="white"/>\n'
        f"{body}\n</svg>\n"
    )
