"""The same rows on Spark: two executors in processes of their own, one of which is killed in the middle."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import threading
import time
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pyarrow", reason="a cohort needs charley[cohort]")
pytest.importorskip("pyspark", reason="Spark needs charley[spark]")
if shutil.which("java") is None:
    pytest.skip("Spark needs Java 17", allow_module_level=True)

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pyspark
from click.testing import CliRunner

from charley.cli import main
from charley.cohort.files.synthetic import Synthetic
from charley.cohort.spark import Altered, Shipped, evaluate, session
from charley.documents.diagnostic import Faulty
from charley.engine.expert import Expert

MASTER = "local-cluster[2,1,1024]"
ROWS = 40_000
COLUMNS = ["leader", "urgency", "settled", "scores", "flags", "fired", "refused"]

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    before = dict(os.environ)
    os.environ["SPARK_HOME"] = str(Path(pyspark.__file__).parent)
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = session(MASTER)
        made.sparkContext.setLogLevel("OFF")
        yield made
        made.stop()
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory, bundled: Expert) -> Path:
    """Made-up patients as Parquet, some with values that are refused."""
    found = Synthetic.of(ROWS, 14).opened(bundled)
    table = pa.Table.from_batches(found.batches, found.schema)
    age = table.schema.get_field_index("age")
    ages = pa.array([None if at % 3 == 0 else float(at % 150) for at in range(ROWS)])
    table = table.set_column(age, "age", ages)
    file = tmp_path_factory.mktemp("people") / "people.parquet"
    pq.write_table(table, file)
    return file


def in_spark_s_types(table: pa.Table) -> list[dict[str, Any]]:
    def word(value: int) -> int:
        return value - (1 << 64) if value >> 63 else value

    return [
        {name: word(value) if name.startswith("fired_") else value for name, value in row.items()}
        for row in table.to_pylist()
    ]


def collected(df: Any) -> list[dict[str, Any]]:
    return sorted((row.asDict() for row in df.collect()), key=lambda row: row["patient"])


def test_every_row_is_as_on_one_machine(spark: Any, people: Path, bundled: Expert) -> None:
    few = spark.read.parquet(str(people)).where("patient < 3000").repartition(3)
    found = evaluate(few, bundled, columns=COLUMNS)
    fields = {field.name: field for field in found.schema}
    assert fields["leader"].dataType.simpleString() == "string"
    assert fields["score_deep_vein_thrombosis"].dataType.simpleString() == "tinyint"
    assert fields["fired_0"].dataType.simpleString() == "bigint"
    assert json.loads(fields["fired_0"].metadata["rules"]) == list(bundled.rules)[:64]
    expected = bundled.cohort().evaluate(pq.read_table(people).slice(0, 3000), columns=COLUMNS)
    assert collected(found) == in_spark_s_types(expected)


def test_the_block_of_the_page_runs(spark: Any, bundled: Expert) -> None:
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "cohort.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```python\n(# spark.*?)```", page, re.DOTALL)
    exec(block, {"spark": spark, "kb": bundled})


def test_what_is_wrong_is_said_before_anything_runs(spark: Any, bundled: Expert) -> None:
    with pytest.raises(Faulty, match="C001 the column `age` is string"):
        evaluate(spark.createDataFrame([("67",)], "age string"), bundled)
    weeks = spark.createDataFrame([(5,)], "symptom_duration_days int")
    known = evaluate(weeks, bundled, columns=["refused"], units={"symptom_duration_days": "wk"})
    assert [row.refused for row in known.collect()] == [0]


def test_a_base_that_was_altered_on_the_way_is_not_used(bundled: Expert) -> None:
    sent = Shipped.of(bundled)
    assert sent.opened().base.digest == bundled.digest
    for other in (replace(sent, text=sent.text + " "), replace(sent, checksum="0")):
        if other.checksum == sent.checksum:
            from charley.cohort import spark as room

            room._KEPT.clear()
        with pytest.raises(Altered):
            other.opened()
    from charley.cohort import spark as room

    room._KEPT.clear()
    with pytest.raises(Altered, match="was wanted"):
        replace(sent, digest="0" * 64).opened()


def executors() -> list[int]:
    """The executors' processes among those that this one has started."""
    parents: dict[int, int] = {}
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                if b"CoarseGrainedExecutorBackend" in (folder / "cmdline").read_bytes():
                    found.append(int(folder.name))
            except OSError:
                continue

    def ours(process: int) -> bool:
        while process > 1 and process != os.getpid():
            process = parents.get(process, 0)
        return process == os.getpid()

    return [process for process in found if ours(process)]


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks for processes under /proc")
def test_an_executor_that_is_killed_loses_nothing_and_repeats_nothing(
    spark: Any, people: Path, bundled: Expert, tmp_path: Path
) -> None:
    def slowly(batches: Iterator[Any]) -> Iterator[Any]:
        for batch in batches:
            time.sleep(0.5)
            yield batch

    df = spark.read.parquet(str(people)).repartition(8)
    found = evaluate(df.mapInArrow(slowly, df.schema), bundled, columns=["leader", "flags"])
    killed: list[int] = []

    def kill() -> None:
        tracker = spark.sparkContext.statusTracker()
        for _ in range(600):
            time.sleep(0.1)
            stages = [tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds()]
            if any(stage and stage.numTasks == 8 and 0 < stage.numCompletedTasks < 6 for stage in stages):
                process = executors()[0]
                os.kill(process, signal.SIGKILL)
                killed.append(process)
                return

    killer = threading.Thread(target=kill)
    killer.start()
    found.write.parquet(str(tmp_path / "results"))
    killer.join()
    assert len(killed) == 1
    written = pq.read_table(tmp_path / "results").sort_by("patient")
    expected = bundled.cohort().evaluate(pq.read_table(people), columns=["leader", "flags"])
    assert written["patient"].to_pylist() == list(range(ROWS))
    assert written["leader"].to_pylist() == expected["leader"].to_pylist()
    for name in expected.column_names[2:]:
        assert written[name].to_pylist() == expected[name].to_pylist()


def test_the_command_on_spark(spark: Any, people: Path, tmp_path: Path, bundled: Expert) -> None:
    options = ["--on", "spark", "--master", MASTER, "--only", "leader,refused", "--keep", "patient"]
    out = tmp_path / "results"
    done = CliRunner().invoke(main, ["cohort", str(people), str(out), *options])
    assert done.exit_code == 0, done.stderr
    assert f"{ROWS:,} patients" in done.stdout and "educational purpose only" in done.stdout
    table = pq.read_table(out).sort_by("patient")
    expected = bundled.cohort().evaluate(pq.read_table(people), columns=["leader", "refused"])
    assert table["leader"].to_pylist() == expected["leader"].to_pylist()
    assert table["refused"].to_pylist() == expected["refused"].to_pylist()
    again = CliRunner().invoke(main, ["cohort", str(people), str(out), *options])
    assert again.exit_code == 2 and "is there already" in again.stderr


@pytest.fixture
def few(spark: Any, tmp_path: Path) -> pa.Table:
    """Patients whose facts are written as people write them; some cannot be understood."""
    return pa.table(
        {
            "who": ["a", "b", 'c "d", e', None],
            "age": ["67 years", "215", None, "48.5"],
            "unilateral_leg_swelling": ["yes", "no", "perhaps", "1"],
            "sex_at_birth": ["male", None, "female", "unknown"],
        }
    )


ASKED = ["--on", "spark", "--master", MASTER, "--only", "leader,urgency,refused", "--keep", "who"]


def test_csv_on_spark_is_understood_as_on_one_machine(few: pa.Table, tmp_path: Path) -> None:
    pyarrow.csv.write_csv(few, tmp_path / "in.csv")
    done = CliRunner().invoke(main, ["cohort", str(tmp_path / "in.csv"), str(tmp_path / "spark"), *ASKED])
    assert done.exit_code == 0, done.stderr
    here = CliRunner().invoke(
        main, ["cohort", str(tmp_path / "in.csv"), str(tmp_path / "here.parquet"), *ASKED[4:]]
    )
    assert here.exit_code == 0, here.stderr
    found, expected = (
        sorted(map(str, pq.read_table(tmp_path / name).to_pylist())) for name in ("spark", "here.parquet")
    )
    assert found == expected
    assert sum("'refused': 1" in row for row in found) == 2


def test_orc_on_spark(spark: Any, people: Path, tmp_path: Path, bundled: Expert) -> None:
    spark.read.parquet(str(people)).where("patient < 500").coalesce(1).write.orc(str(tmp_path / "in.orc"))
    options = [*ASKED[:4], "--only", "leader,refused", "--keep", "patient"]
    done = CliRunner().invoke(main, ["cohort", str(tmp_path / "in.orc"), str(tmp_path / "out"), *options])
    assert done.exit_code == 0, done.stderr
    expected = bundled.cohort().evaluate(pq.read_table(people).slice(0, 500), columns=["leader", "refused"])
    found = pq.read_table(tmp_path / "out").sort_by("patient")
    assert found["leader"].to_pylist() == expected["leader"].to_pylist()
    assert found["refused"].to_pylist() == expected["refused"].to_pylist()


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("ragged.csv", "who,age\nx,67\nsecret\n", "ragged.csv: F001 a file cannot be read"),
        ("empty.csv", "", "empty.csv: F001 the file is empty"),
        (
            "near.csv",
            "who,agee\nx,67\n",
            "near.csv: C002 the column `agee` is no fact\n  = help: did you mean `age`?",
        ),
        ("bad.parquet", "hello", "bad.parquet: F001 a file cannot be read"),
        ("bad.orc", "hello", "bad.orc: F001 a file cannot be read"),
        ("nowhere.csv", None, "nowhere.csv: F001 there is no such file"),
    ],
)
def test_what_spark_cannot_read_is_said_in_a_line(
    spark: Any, tmp_path: Path, name: str, content: str | None, told: str
) -> None:
    if content is not None:
        (tmp_path / name).write_text(content)
    done = CliRunner().invoke(main, ["cohort", str(tmp_path / name), str(tmp_path / "out"), *ASKED])
    assert done.exit_code == 2 and told in done.stderr, done.stderr
    assert "secret" not in done.stderr and not (tmp_path / "out").exists()
