"""One patient: the kernel beside CLIPS, and `diagnose`, JSON and the next screen, each as a ratio to CLIPS.

CLIPS takes part in every process and every round, on the same 150 rules as `python -m benchmarks`, so that a
slow minute slows both. The others are divided by its time for one patient, or for one more answer. With
`--compiled FOLDER`, where a wheel made with `CHARLEY_COMPILE=1` was unpacked, the same is measured there.

    python -m benchmarks.single [--compiled FOLDER] [--runs N] [--write FILE]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import charley
from benchmarks.measure import telling, timed
from benchmarks.peers.clips_peer import Clips
from benchmarks.peers.kernel import Firing
from benchmarks.run import check, expected, patients_of
from benchmarks.workload import Workload
from charley.engine.loops import made_of
from charley.facts.record import Record
from charley.rules.loading.cases import read_cases

ROOT = Path(__file__).parent.parent
CLIPS, ONE_ANSWER_CLIPS = "CLIPS 6.4 (clipspy), one patient", "CLIPS 6.4 (clipspy), one more answer"
PATIENT, ANSWER = "Charley's counters, one patient", "Charley's counters, one more answer"
DIAGNOSE, JSON, SCREEN = (
    "`diagnose`, with explanations",
    "the same, and its JSON",
    "the next screen of a record",
)
GOALS = {
    PATIENT: {"pure Python": 1 / 8, "machine code": 1 / 25},
    ANSWER: {"machine code": 1 / 12},
}
"""At most so many times CLIPS."""
MILLISECONDS = {
    DIAGNOSE: {"pure Python": 0.4, "machine code": 0.2},
    SCREEN: {"pure Python": 4.0, "machine code": 4.0},
}
"""At most so many milliseconds."""


def measure(rounds: int, patients: int = 60, least: float = 0.15) -> dict[str, list[float]]:
    """Seconds for one of each, round by round; each is repeated until it has taken `least` seconds."""
    work = Workload(150, patients)
    wanted = expected(work)
    clips, ours = Clips(work), Firing(work)
    for peer in (clips, ours):
        check(peer, work, wanted)
    answers = [list(record.items()) for record in work.records]
    kb = charley.load()
    records: list[Record] = [
        case.answers.record for case in read_cases(kb)[:: max(1, len(read_cases(kb)) // patients)]
    ]

    def each(do: Callable[[Record], object]) -> Callable[[], float]:
        def run() -> None:
            for record in records:
                do(record)

        run()
        return partial(timed, run, len(records), least)

    works: dict[str, Callable[[], float]] = {
        CLIPS: partial(timed, partial(patients_of, clips, work.records), patients, least),
        PATIENT: partial(timed, partial(patients_of, ours, work.records), patients, least),
        ONE_ANSWER_CLIPS: partial(telling, clips, answers, least),
        ANSWER: partial(telling, ours, answers, least),
        "`diagnose`, without explanations": each(lambda record: kb.diagnose(record, explain=False)),
        DIAGNOSE: each(kb.diagnose),
        JSON: each(lambda record: kb.diagnose(record).model_dump_json()),
        SCREEN: each(lambda record: kb.consult(record, engine="kernel").next_screen()),
        "the next question of a record": each(
            lambda record: kb.consult(record, engine="kernel").next_question()
        ),
        "the recommendation to go on or stop": each(
            lambda record: kb.consult(record, engine="kernel").recommendation
        ),
    }
    found: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, do in works.items():
            found[name].append(do())
    return found


def elsewhere(folder: Path | None, rounds: int) -> dict[str, Any]:
    """The same in a process of its own, with the package from the folder."""
    path = os.pathsep.join([*([str(folder)] if folder else []), str(ROOT)])
    command = [sys.executable, "-m", "benchmarks.single", "--worker", "--runs", str(rounds)]
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONSAFEPATH": "1"}
    done = subprocess.run(command, env=environment, cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def lines(
    runs: Mapping[str, Sequence[Mapping[str, list[float]]]], command: str, load: float
) -> Iterator[str]:
    """What came out, as a page."""
    yield "# One patient: ratios to CLIPS\n"
    yield f"Written by `{command}`; run it again for numbers of your own machine. Load average: {load:.1f}.\n"
    yield (
        "Processor time, medians over rounds in which all take turns. The ratios are to CLIPS in the same "
        "process and round: one patient of 150 rules, or one more answer. CLIPS and the counters have the "
        "same rules and patients, and are checked first to say what the definition says. The lines below "
        f"them are the bundled base ({len(charley.load().rules)} rules) on the records of its cases.\n"
    )
    heads = "".join(f" {kind}, µs | of CLIPS |" for kind in runs)
    yield f"| what |{heads}"
    yield "|---|" + "---|---|" * len(runs)
    names = list(next(iter(runs.values()))[0])
    medians: dict[tuple[str, str], tuple[float, float]] = {}
    for name in names:
        row = ""
        for kind, found in runs.items():
            beside = ONE_ANSWER_CLIPS if name in (ANSWER, ONE_ANSWER_CLIPS) else CLIPS
            pairs = [pair for run in found for pair in zip(run[name], run[beside], strict=True)]
            seconds = statistics.median(mine for mine, _ in pairs)
            ratio = statistics.median(mine / theirs for mine, theirs in pairs)
            medians[name, kind] = seconds, ratio
            row += f" {1e6 * seconds:,.1f} | {_ratio(ratio)} |"
        yield f"| {name} |{row}"
    yield "\n## What was to be reached\n"
    yield "| what | loops | goal | measured | |"
    yield "|---|---|---|---|---|"
    for (name, kind), (seconds, ratio) in medians.items():
        if (goal := GOALS.get(name, {}).get(kind)) is not None:
            reached = _reached(ratio <= goal)
            yield f"| {name} | {kind} | {_ratio(goal)} of CLIPS | {_ratio(ratio)} | {reached} |"
        if (limit := MILLISECONDS.get(name, {}).get(kind)) is not None:
            shown = f"{1e3 * seconds:.2f} ms"
            yield f"| {name} | {kind} | {limit:g} ms | {shown} | {_reached(1e3 * seconds <= limit)} |"
    yield "\nWhat machine code is, and why nothing needs it: [0015](decisions/0015-machine-code.md)."


def _ratio(ratio: float) -> str:
    return f"1/{1 / ratio:.1f}" if ratio < 1 else f"{ratio:.1f}"


def _reached(reached: bool) -> str:
    return "reached" if reached else "**not reached**"


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.single", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--runs", type=int, default=7, help="rounds in each process")
    parser.add_argument("--compiled", type=Path, help="where a compiled wheel was unpacked")
    parser.add_argument("--write", type=Path, metavar="FILE")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.worker:
        print(json.dumps({"kind": made_of(), "found": measure(given.runs)}))
        return
    runs: dict[str, list[dict[str, list[float]]]] = {}
    for folder in (None, given.compiled) * 2 if given.compiled else (None,):
        said = elsewhere(folder, given.runs)
        runs.setdefault(said["kind"], []).append(said["found"])
    command = f"python -m benchmarks.single --runs {given.runs}"
    command += (" --compiled FOLDER" if given.compiled else "") + (
        f" --write {given.write}" if given.write else ""
    )
    page = "\n".join(lines(runs, command, os.getloadavg()[0])) + "\n"
    if given.write:
        given.write.write_text(page, encoding="utf-8")
    print(page, end="")


if __name__ == "__main__":
    main()
