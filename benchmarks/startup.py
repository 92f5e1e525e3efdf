"""How long a cold `charley diagnose` takes, against a Python that only imports what it stands on.

    python -m benchmarks.startup [--runs 15] [--write]

All are whole processes, run in turns so that a busy machine slows all of them; medians, spread and ratios.
`--write` makes `docs/startup-benchmarks.md` of it.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
RECORD = ROOT / "examples" / "swollen-calf.yaml"
GOAL = 3.0

IMPORTS = "imports only"
OURS = "charley diagnose"
PROGRAMS = {
    IMPORTS: ["-c", "import click, pydantic, yaml, rich"],
    OURS: ["-c", "from charley.cli import main; main()", "diagnose", str(RECORD)],
}

AS_INSTALLED = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""pip compiles what it installs; a checkout must be allowed to keep its compiled modules too."""


def seconds(program: str) -> float:
    """The wall time of one run."""
    command = [sys.executable, *PROGRAMS[program]]
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True, env=AS_INSTALLED)
    return time.perf_counter() - start


def lines(rounds: list[dict[str, float]], command: str) -> Iterator[str]:
    """What came out, as a page."""
    yield "# How long a command takes to start\n"
    yield f"Written by `{command}`; run it again for numbers of your own machine.\n"
    yield (
        "Wall time of whole processes, in turns. `charley diagnose` reads `examples/swollen-calf.yaml` and "
        "prints the differential in words; the knowledge base is in the cache, as from the second run on.\n"
    )
    yield f"| process | median, ms | quickest to slowest | times {IMPORTS} |"
    yield "|---|---|---|---|"
    ratios = {p: statistics.median(each[p] / each[IMPORTS] for each in rounds) for p in PROGRAMS}
    for program, ratio in ratios.items():
        times = [each[program] for each in rounds]
        yield (
            f"| {program} | {1000 * statistics.median(times):.0f} | {1000 * min(times):.0f} to "
            f"{1000 * max(times):.0f} | {ratio:.2f} |"
        )
    reached = "reached" if ratios[OURS] <= GOAL else "**not reached**"
    yield f"\nThe goal is at most {GOAL:g} times {IMPORTS}: {ratios[OURS]:.2f}, {reached}.\n"
    yield (
        "The models are pydantic models that are prepared when they are first needed "
        "(`docs/decisions/0006-plain-pydantic-models.md`)."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--write", action="store_true", help="write docs/startup-benchmarks.md")
    given = parser.parse_args()
    seconds(OURS)  # the first run compiles the knowledge base into the cache
    rounds = [{program: seconds(program) for program in PROGRAMS} for _ in range(given.runs)]
    command = f"python -m benchmarks.startup --runs {given.runs}" + (" --write" if given.write else "")
    page = "\n".join(lines(rounds, command)) + "\n"
    if given.write:
        (ROOT / "docs" / "startup-benchmarks.md").write_text(page, encoding="utf-8")
    print(page, end="")


if __name__ == "__main__":
    main()
