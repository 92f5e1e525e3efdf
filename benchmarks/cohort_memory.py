"""How much memory a cohort takes, in a process of its own: it does not grow with the patients."""

from __future__ import annotations

import subprocess
import sys

__all__ = ["memory"]

CODE = """
import re, sys, tempfile
from pathlib import Path
from charley.cohort import of
from charley.cohort.files.job import Job
from charley.cohort.files.synthetic import Synthetic
from charley.engine.expert import load

with tempfile.TemporaryDirectory() as folder:
    job = Job(of(load()), ["leader", "urgency", "flags"])
    job.into_file([Synthetic.of(int(sys.argv[1]), 1)], Path(folder) / "out.parquet")
most = re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())
print(int(most[1]) / 1024)
"""


def memory(patients: int) -> float:
    """The most memory, in MiB, that so many made-up patients of the bundled base take, written to Parquet.

    It is what Linux says of the process; elsewhere this fails.
    """
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(patients)], capture_output=True, text=True, check=True
    )
    return float(done.stdout)
