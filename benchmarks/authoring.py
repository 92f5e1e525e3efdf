"""How long an author waits: bases of 1,500 and of 15,000 rules, checked, asked, proved.

    python -m benchmarks.authoring [--runs 3] [--patience 300] [--write]

A command that takes longer than `--patience` seconds is stopped, and the page says so. `--write` writes
`docs/authoring-benchmarks.md`, with what was to be reached and whether it was.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.large_base import write_large
from charley.documents.document import keeping
from charley.engine.expert import Expert, load
from charley.rules.loading.check import check

PAGE = Path(__file__).parent.parent / "docs" / "authoring-benchmarks.md"
SIZES = (1_500, 15_000)
ANSWERS = 12


@dataclass(frozen=True)
class Time:
    """How long something took: by the clock, and of it by the processor."""

    clock: float
    processor: float


@dataclass(frozen=True)
class Line:
    """What was measured on a base of so many rules: the time of each run, and the limit where there is one.
    Without a time it was stopped.
    """

    rules: int
    what: str
    times: list[Time]
    limit: float | None = None

    @property
    def reached(self) -> str:
        """Whether the median is within the limit, as the page says it."""
        if self.limit is None:
            return ""
        within = bool(self.times) and statistics.median(each.clock for each in self.times) < self.limit
        return f"< {_seconds(self.limit)}: {'reached' if within else '**not reached**'}"

    def shown(self, patience: float) -> str:
        """By the clock, the median, the quickest and the slowest; and the median by the processor."""
        if not self.times:
            return f"stopped after {patience:g} s | "
        clocks = [each.clock for each in self.times]
        spread = f" ({_seconds(min(clocks))} to {_seconds(max(clocks))})" if len(clocks) > 1 else ""
        processor = statistics.median(each.processor for each in self.times)
        return f"{_seconds(statistics.median(clocks))}{spread} | {_seconds(processor)}"


def _seconds(time: float) -> str:
    return f"{time:.1f} s" if time >= 1 else f"{time * 1000:.0f} ms"


def command(patience: float, *arguments: str, runs: int = 1, stdin: str = "") -> list[Time]:
    """The time of each run of a command, from starting Python on; none where it takes too long."""
    found = []
    for _ in range(runs):
        call = [sys.executable, "-c", "from charley.cli import main; main()", *arguments]
        start, before = time.perf_counter(), _children()
        try:
            done = subprocess.run(call, input=stdin, capture_output=True, text=True, timeout=patience)
        except subprocess.TimeoutExpired:
            return []
        if done.returncode not in (0, 1):
            raise SystemExit(done.stderr)
        found.append(Time(time.perf_counter() - start, _children() - before))
    return found


def _children() -> float:
    """The processor time of all processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def once(do: Callable[[], object]) -> Time:
    """The time of a call."""
    start, processor = time.perf_counter(), time.process_time()
    do()
    return Time(time.perf_counter() - start, time.process_time() - processor)


def measured(rules: int, runs: int, patience: float) -> Iterator[Line]:
    """Everything for a base of this size, in the order of the page."""
    small = rules == SIZES[0]
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder) / "base"
        write_large(base, rules)
        kb = str(base)
        yield Line(rules, "`charley check`", command(patience, "check", kb, runs=runs), 3 if small else 30)
        yield Line(rules, "check again after one edit", edits(base, runs), 1 if small else None)
        first = command(patience, "diagnose", "-", "--kb", kb, stdin="fact_1: true")
        yield Line(rules, "`charley diagnose`, the first time", first)
        warm = command(patience, "diagnose", "-", "--kb", kb, runs=runs, stdin="fact_1: true")
        yield Line(rules, "`charley diagnose`, prepared", warm)
        questions, answers = consultation(load(base))
        yield Line(rules, "an answer, to the new differential", answers, 0.1)
        yield Line(rules, "the next question", questions)
        yield Line(rules, "`charley prove`", command(patience, "prove", kb))
        yield Line(rules, "`charley check --deep`", command(patience, "check", kb, "--deep"))


def edits(base: Path, runs: int) -> list[Time]:
    """Each check after a file of rules was saved, as `charley check --watch` makes it."""
    file = min((base / "rules").glob("*.yaml"))
    found = []
    with keeping():
        check(base)
        for n in range(runs):
            text = file.read_text().replace("title: Rule number 1\n", f"title: Rule {n} of this file\n", 1)
            file.write_text(
                text if n == 0 else text.replace(f"title: Rule {n - 1} of", f"title: Rule {n} of")
            )
            found.append(once(lambda: check(base)))
    return found


def consultation(kb: Expert) -> tuple[list[Time], list[Time]]:
    """The times of questions and of answers on the kernel, the first of each left out."""
    asked = kb.consult(engine="kernel")
    questions, answers = [], []
    for _ in range(ANSWERS):
        questions.append(once(asked.next_question))
        question = asked.next_question()
        assert question is not None
        value = True if kb.vocabulary[question.fact].kind == "boolean" else 50
        answers.append(once(lambda: (asked.tell(**{question.fact: value}), asked.differential)))  # noqa: B023
    return questions[1:], answers[1:]


def page(lines: list[Line], called: str, patience: float) -> Iterator[str]:
    """The page of what was measured."""
    yield "# Benchmarks of authoring\n"
    yield f"Written by `{called}`; run it again for numbers of your own machine.\n"
    yield (
        f"{platform.python_implementation()} {platform.python_version()}, {os.cpu_count()} cores, "
        f"{platform.machine()}. Load average when it was written: {os.getloadavg()[0]:.1f}; what else the "
        "machine was doing is in these times.\n"
    )
    yield (
        "The bases are drawn by `benchmarks/large_base.py`: a fact for every five rules, a candidate for "
        "every fifty, findings, scores, cases, and an invariant for every rule that flags. Commands are "
        "measured from starting Python on; answers, questions and checks after an edit within a process.\n"
    )
    yield "| rules | what | by the clock | by the processor | target, by the clock |"
    yield "|---|---|---|---|---|"
    for line in lines:
        yield f"| {line.rules:,} | {line.what} | {line.shown(patience)} | {line.reached} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--patience", type=float, default=300)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    lines = []
    for rules in SIZES:
        for line in measured(rules, asked.runs, asked.patience):
            lines.append(line)
            print(f"{rules:>6,}  {line.what:<40} {line.shown(asked.patience)}  {line.reached}", flush=True)
    if asked.write:
        called = f"python -m benchmarks.authoring --runs {asked.runs} --patience {asked.patience:g} --write"
        PAGE.write_text("\n".join(page(lines, called, asked.patience)) + "\n")


if __name__ == "__main__":
    main()
