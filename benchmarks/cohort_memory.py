"""How much memory a cohort takes, in a process of its own: it does not grow with the patients."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

__all__ = ["Kept", "kept", "memory"]

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


ALL_COLUMNS = """
import sys
from pathlib import Path
from charley.cohort import of
from charley.cohort.files.job import Job
from charley.cohort.files.synthetic import Synthetic
from charley.engine.expert import load

Job(of(load())).into_file([Synthetic.of(400_000, 1)], Path(sys.argv[1]))
"""
ROW_GROUPS = """
import json, re, sys
from pathlib import Path
import pyarrow.parquet as pq

def resident():
    return int(re.search(r"VmRSS:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) * 1024

with pq.ParquetFile(sys.argv[1]) as file:
    rows = file.metadata.row_group(0).num_rows
    few = next(file.iter_batches(64))
with pq.ParquetWriter(sys.argv[1] + ".again", few.schema, write_page_checksum=True) as writer:
    for number in range(600):
        if number == 200:
            before = resident()
        writer.write_batch(few)
    each = (resident() - before) / 400
print(json.dumps({"columns": few.num_columns, "rows": rows, "bytes": each / few.num_columns}))
"""


@dataclass(frozen=True)
class Kept:
    """What a writer of Parquet keeps until the end: `bytes` for each column of a row group of `rows`."""

    columns: int
    rows: int
    bytes: float

    def more(self, patients: int) -> float:
        """The MiB that so many patients add."""
        return self.bytes * self.columns * patients / self.rows / 2**20


def kept() -> Kept:
    """It for all columns of the bundled base, measured on row groups of few rows, in a process of its own."""
    with TemporaryDirectory() as folder:
        file = str(Path(folder) / "out.parquet")
        subprocess.run([sys.executable, "-c", ALL_COLUMNS, file], check=True)
        command = [sys.executable, "-c", ROW_GROUPS, file]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    return Kept(**json.loads(done.stdout))
