"""How long a cold `charley diagnose` takes, against a Python that only imports what it stands on.

    python benchmarks/startup.py [--runs 15]

Both are whole processes, run in turns so that a busy machine slows both. Prints medians, spread and ratio.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

RECORD = Path(__file__).parent.parent / "examples" / "swollen-calf.yaml"
PEER = [sys.executable, "-c", "import click, pydantic, yaml, rich"]
OURS = [sys.executable, "-c", "from charley.cli import main; main()", "diagnose", str(RECORD)]

AS_INSTALLED = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""pip compiles what it installs; a checkout must be allowed to keep its compiled modules too."""


def seconds(command: list[str]) -> float:
    """The wall time of one run."""
    start = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True, env=AS_INSTALLED)
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=15)
    runs = parser.parse_args().runs
    seconds(OURS)  # the first run compiles the knowledge base into the cache
    pairs = [(seconds(PEER), seconds(OURS)) for _ in range(runs)]
    peer, ours = ([pair[side] for pair in pairs] for side in (0, 1))
    for name, times in (("imports only", peer), ("charley diagnose", ours)):
        low, middle, high = min(times), statistics.median(times), max(times)
        print(f"{name:<18} median {middle * 1000:6.0f} ms   ({low * 1000:.0f} to {high * 1000:.0f})")
    ratios = sorted(mine / theirs for theirs, mine in pairs)
    print(f"ratio              median {statistics.median(ratios):6.2f}      (goal: at most 2)")


if __name__ == "__main__":
    main()
