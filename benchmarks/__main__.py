"""`python -m benchmarks [--quick] [--out FOLDER]`: measure, and write `benchmarks.md` and its chart.

Install the peers first: `pip install -r benchmarks/requirements.txt`. Takes about ten minutes; `--quick`
leaves the growth out and takes two.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.report import write
from benchmarks.run import measure


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--out", type=Path, default=Path("docs"))
    given = parser.parse_args()
    write(measure(given.quick), given.out, "python -m benchmarks" + (" --quick" if given.quick else ""))


if __name__ == "__main__":
    main()
