"""How long the proofs, checks and comparisons of an audit take, each a whole process of its own.

    python -m benchmarks.audit [--runs 3] [--mutate] [--write]

`--mutate` tries every small mistake in every rule as well, which takes minutes; `--write` writes
`docs/audit-benchmarks.md`, with what was to be reached and whether it was.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from charley.engine.expert import load
from charley.rules.loading.invariants import read_invariants

PAGE = Path(__file__).parent.parent / "docs" / "audit-benchmarks.md"
EDITS = {
    "a flag asks for more": ("dvt-one-swollen-leg", ": unilateral_leg_swelling", ": entire_leg_swollen"),
    "a finding is widened": ("rha-ck-range", "creatine_kinase >= 1000", "creatine_kinase >= 900"),
    "an alert loses a part": ("ces-saddle-or-sphincter", "saddle_anaesthesia or ", ""),
}  # fmt: skip
"""One-rule edits: the rule, what stands in it, and what stands there then."""


@dataclass(frozen=True)
class Line:
    """What was measured: wall seconds of each run, the limit, and what else there is to say."""

    what: str
    limit: float
    seconds: list[float]
    said: str = ""

    @property
    def reached(self) -> bool:
        """Whether the median is within the limit."""
        return statistics.median(self.seconds) < self.limit


def timed(*arguments: str, runs: int = 1) -> list[float]:
    """The wall time of each run of a command; that it finds something is no failure."""
    found = []
    for _ in range(runs):
        start = time.perf_counter()
        command = [sys.executable, "-c", "from charley.cli import main; main()", *arguments]
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        if done.returncode not in (0, 1):
            raise SystemExit(done.stderr.decode())
        found.append(time.perf_counter() - start)
    return found


def measured(runs: int, mutate: bool) -> Iterator[Line]:
    """Everything, in the order of the page."""
    base = load()
    count = len(read_invariants(base))
    rules = f"{len(base.rules)} rules"
    yield Line("`charley prove`: every invariant", 10, timed("prove", runs=runs), f"{count} invariants")
    yield Line("`charley check --deep`: every exact check", 30, timed("check", "--deep", runs=runs), rules)
    with tempfile.TemporaryDirectory() as folder:
        for what, (rule, old, new) in EDITS.items():
            edited = Path(folder) / rule
            shutil.copytree(base.path, edited)
            edit(edited, rule, old, new)
            yield Line(
                f"`charley diff`: {what}", 5, timed("diff", base.id, str(edited), runs=runs), f"`{rule}`"
            )
        if mutate:
            report = Path(folder) / "report.json"
            seconds = timed("audit", "--mutate", "--jobs", "2", "--out", str(report))
            found = json.loads(report.read_text())["mutation"]
            said = f"{found['mutants']:,} mistakes; {found['killed_percent']:.1f} % noticed"
            yield Line("`charley audit --mutate --jobs 2`: every small mistake", 600, seconds, said)


def edit(folder: Path, rule: str, old: str, new: str) -> None:
    """Change the condition of one rule."""
    for file in (folder / "rules").glob("*.yaml"):
        before, mark, after = file.read_text().partition(f"- id: {rule}\n")
        if mark:
            if old not in after:
                raise SystemExit(f"`{rule}` does not say `{old}`")
            file.write_text(before + mark + after.replace(old, new, 1))


def page(lines: list[Line], command: str) -> Iterator[str]:
    """The page of what was measured."""
    yield "# Benchmarks of the audit\n"
    yield f"Written by `{command}`; run it again for numbers of your own machine.\n"
    yield (
        f"{platform.python_implementation()} {platform.python_version()}, z3 {version('z3-solver')}, "
        f"{os.cpu_count()} cores, {platform.machine()}. Load average when it was written: "
        f"{os.getloadavg()[0]:.1f}; what else the machine was doing is in these times.\n"
    )
    yield "Wall time of a whole command, from starting Python on: the median, the quickest and the slowest.\n"
    yield "| what | | target | measured | |"
    yield "|---|---|---|---|---|"
    for line in lines:
        low, middle, high = min(line.seconds), statistics.median(line.seconds), max(line.seconds)
        spread = f" ({low:.1f} to {high:.1f})" if len(line.seconds) > 1 else ""
        mark = "reached" if line.reached else "**not reached**"
        yield f"| {line.what} | {line.said} | < {line.limit:g} s | {middle:.1f} s{spread} | {mark} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--mutate", action="store_true")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    lines = []
    for line in measured(asked.runs, asked.mutate):
        lines.append(line)
        middle = statistics.median(line.seconds)
        print(f"{line.what:<55} {middle:6.1f} s   (target < {line.limit:g} s)  {line.said}")
    if asked.write:
        mutate = " --mutate" if asked.mutate else ""
        command = f"python -m benchmarks.audit --runs {asked.runs}{mutate} --write"
        PAGE.write_text("\n".join(page(lines, command)) + "\n")


if __name__ == "__main__":
    main()
