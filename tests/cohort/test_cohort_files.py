"""Cohorts in files: every kind in and out, many files, what is written whole, what is not done again."""

from __future__ import annotations

import csv
import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pyarrow", reason="a cohort needs charley[cohort]")

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
from click.testing import CliRunner, Result

from charley.cli import main
from charley.cohort.files.source import opened, sources
from charley.engine.expert import Expert

PEOPLE: dict[str, list[Any]] = {
    "who": ["a", "b", "c", "d"],
    "age": [67, None, 30, 215],
    "unilateral_leg_swelling": [True, False, None, True],
    "sex_at_birth": ["male", None, "female", "male"],
}
COLUMNS = "leader,urgency,flag_deep_vein_thrombosis,refused"


def put(path: Path, table: pa.Table | None = None) -> Path:
    table = pa.table(PEOPLE) if table is None else table
    path.parent.mkdir(parents=True, exist_ok=True)
    match path.suffix:
        case ".parquet":
            pq.write_table(table, path)
        case ".csv":
            pyarrow.csv.write_csv(table, path)
        case suffix:
            new = pa.ipc.new_stream if suffix == ".arrows" else pa.ipc.new_file
            with pa.OSFile(str(path), "wb") as out, new(out, table.schema) as writer:
                writer.write(table)
    return path


def get(path: Path) -> list[dict[str, Any]]:
    (source,) = sources(str(path))
    found = opened(source)
    return pa.Table.from_batches(found.batches, found.schema).to_pylist()


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["cohort", *map(str, arguments)])


@pytest.fixture
def expected(bundled: Expert) -> list[dict[str, Any]]:
    columns = COLUMNS.split(",")
    return bundled.cohort().evaluate(pa.table(PEOPLE), columns=columns).to_pylist()


@pytest.mark.parametrize("out", [".parquet", ".arrow", ".arrows", ".feather"])
@pytest.mark.parametrize("given", [".parquet", ".arrow", ".arrows", ".csv"])
def test_every_kind_in_and_out(tmp_path: Path, given: str, out: str, expected: list[Any]) -> None:
    done = run(put(tmp_path / f"in{given}"), tmp_path / f"out{out}", "--keep", "who", "--columns", COLUMNS)
    assert done.exit_code == 0, done.stderr
    assert get(tmp_path / f"out{out}") == expected
    assert "4 patients" in done.stdout and "1 have a value that was refused" in done.stdout
    assert "educational purpose only" in done.stdout


def test_csv_out(tmp_path: Path, expected: list[Any]) -> None:
    done = run(put(tmp_path / "in.csv"), tmp_path / "out.csv", "--keep", "who", "--columns", COLUMNS)
    assert done.exit_code == 0
    lines = list(csv.DictReader((tmp_path / "out.csv").read_text().splitlines()))
    assert lines == [{name: written(value) for name, value in row.items()} for row in expected]


def written(value: Any) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def test_texts_of_csv_are_understood_as_a_person_s_answers_are(tmp_path: Path, bundled: Expert) -> None:
    file = tmp_path / "in.csv"
    file.write_text(
        "who,age,unilateral_leg_swelling,hba1c,sex_at_birth,ferritin\n"
        '007,67 years,yes,48 mmol/mol,,"<5"\n'
        "b,30,0,6.5,,\n"
        "c,unknown,maybe,0.5,dont know,12 mg\n"
    )
    done = run(
        file, tmp_path / "out.parquet", "--keep", "all", "--rejects", tmp_path / "refused.csv", "--json"
    )
    assert done.exit_code == 0, done.stderr
    rows = get(tmp_path / "out.parquet")
    records: list[dict[str, Any]] = [
        {"age": "67 years", "unilateral_leg_swelling": True, "hba1c": "48 mmol/mol", "ferritin": "<5"},
        {"age": 30, "unilateral_leg_swelling": False, "hba1c": 6.5},
        {},
    ]
    for row, record in zip(rows, records, strict=True):
        d = bundled.diagnose(record)
        assert (row["leader"], row["urgency"], row["settled"]) == (d.leader, d.urgency, d.settled)
    assert [row["who"] for row in rows] == ["007", "b", "c"]
    refused = list(csv.DictReader((tmp_path / "refused.csv").read_text().splitlines()))
    said = {(int(line["row"]), line["column"]): line["value"] for line in refused}
    assert said == {
        (2, "unilateral_leg_swelling"): "maybe",
        (2, "hba1c"): "0.5",
        (2, "ferritin"): "12 mg",
    }
    assert json.loads(done.stdout)["rows_refused"] == 1


def test_folders_and_patterns_and_what_folders_say(tmp_path: Path, expected: list[Any]) -> None:
    data = tmp_path / "data"
    put(data / "year=2024" / "site=a%20b" / "one.parquet")
    put(data / "year=2025" / "two.parquet")
    put(data / "_hidden" / "no.parquet", pa.table({"nothing": [1]}))
    (data / "notes.txt").write_text("not a table")
    options = ["--keep", "who", "--columns", COLUMNS]
    assert run(data, tmp_path / "results", *options).exit_code == 0
    assert get(tmp_path / "results" / "year=2025" / "two.parquet") == [
        {"who": row["who"], "year": "2025", **row} for row in expected
    ]
    one = run(data / "*" / "*.parquet", tmp_path / "all.parquet", *options)
    assert one.exit_code == 0, one.stderr
    assert [row["year"] for row in get(tmp_path / "all.parquet")] == ["2025"] * 4
    both = run(data, tmp_path / "both.parquet", *options)
    assert both.exit_code == 2 and "not those of the first file" in both.stderr
    assert not (tmp_path / "both.parquet").exists()
    assert run(data, tmp_path / "both.parquet", *options, "--drop", "year,site").exit_code == 2


def test_a_run_over_many_files_goes_on_where_it_was(tmp_path: Path) -> None:
    data, results = tmp_path / "data", tmp_path / "results"
    for name in "abc":
        put(data / f"{name}.parquet")
    (data / "c.parquet").write_bytes(b"PAR1 and nothing else")
    options = ["--keep", "who", "--columns", COLUMNS]
    broken = run(data, results, *options)
    assert broken.exit_code == 2 and "c.parquet: F001 cannot be read as Parquet" in broken.stderr
    assert sorted(each.name for each in results.iterdir()) == [
        "a.parquet",
        "b.parquet",
        "charley-cohort.json",
    ]
    put(data / "c.parquet")
    again = run(data, results, *options)
    assert again.exit_code == 0 and "12 patients" in again.stdout
    assert "2 of 3 files were done before" in again.stdout
    put(data / "a.parquet", pa.table(PEOPLE).slice(0, 2))
    (results / "b.parquet").write_bytes(b"somebody wrote here")
    changed = run(data, results, *options, "--json")
    assert json.loads(changed.stdout)["rows"] == 10
    assert len(get(results / "a.parquet")) == 2 and len(get(results / "b.parquet")) == 4
    assert "3 of 3 files" in run(data, results, *options).stdout
    assert "done before" not in run(data, results, *options, "--unit", "age=months").stdout
    (results / "charley-cohort.json").write_text("{")
    assert "done before" not in run(data, results, *options).stdout


BAD = {
    "no file": ([], "nowhere.parquet", "nowhere.parquet: F001 there is no such file"),
    "no table": ([], "notes.txt", "notes.txt: F001 `.txt` is no table that is read"),
    "an empty file": ([], "empty.csv", "empty.csv: F001 the file is empty"),
    "a folder without tables": ([], "folder", "folder: F001 there is no table in this folder"),
    "a pattern without tables": ([], "x*.csv", "x*.csv: F001 no table matches this pattern"),
    "ragged lines": (
        ["--keep", "all"],
        "ragged.csv",
        "ragged.csv:3:1: F001 cannot be read as CSV: expected 2 columns, got 1",
    ),
    "not UTF-8": (
        ["--keep", "all"],
        "latin.csv",
        "latin.csv:2:1: F001 cannot be read as CSV: it is not UTF-8",
    ),
    "no fact": (
        [],
        "in.parquet",
        "in.parquet: C002 the column `who` is no fact\n  = help: pass it through with",
    ),
    "nearly a fact": (
        [],
        "near.csv",
        "near.csv: C002 the column `agee` is no fact\n  = help: did you mean `age`?",
    ),
    "a type": (
        ["--keep", "who"],
        "type.parquet",
        "type.parquet: C001 the column `age` is bool, and this is a number",
    ),
    "a unit": (
        ["--keep", "who", "--unit", "age=kg"],
        "in.parquet",
        "in.parquet: F013 `age`: `kg` does not convert",
    ),
    "a unit of nothing": (
        ["--keep", "who", "--unit", "agee=a"],
        "in.parquet",
        "in.parquet: C002 there is no column",
    ),
    "no folder for the result": (["--keep", "who"], "in.parquet", "nowhere/out.parquet: F001 cannot be used"),
    "no unit": (["--unit", "age"], "in.parquet", "--unit is COLUMN=UNIT"),
    "no column": (["--keep", "who", "--columns", "leeder"], "in.parquet", "C002 there is no column `leeder`"),
}


def test_csv_cannot_hold_lists(tmp_path: Path) -> None:
    given = put(tmp_path / "in.parquet", pa.table({"age": [67], "visits": [[1, 2]]}))
    done = run(given, tmp_path / "out.csv", "--keep", "visits")
    assert done.exit_code == 2 and "C001 CSV cannot hold the column `visits`" in done.stderr
    assert run(given, tmp_path / "out.csv", "--drop", "visits").exit_code == 0


def test_a_table_without_rows_is_a_table(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("age,who\n")
    assert run(tmp_path / "in.csv", tmp_path / "out.parquet", "--keep", "who").exit_code == 0
    assert pq.read_metadata(tmp_path / "out.parquet").num_rows == 0


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_said_in_a_line_and_nothing_is_written(
    tmp_path: Path, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    put(Path("in.parquet"))
    put(Path("type.parquet"), pa.table({"age": [True], "who": ["a"]}))
    Path("notes.txt").write_text("x")
    Path("empty.csv").write_text("")
    Path("near.csv").write_text("agee\n67\n")
    Path("ragged.csv").write_text("who,age\nsecret,67\nsecret\n")
    Path("latin.csv").write_bytes("who,age\nfièvre,67\n".encode("latin-1"))
    Path("folder").mkdir()
    options, given, said = BAD[case]
    before = sorted(each.name for each in Path().iterdir())
    out = "nowhere/out.parquet" if case == "no folder for the result" else "out.parquet"
    done = run(given, out, *options)
    assert (done.exit_code, said in done.stderr) == (2, True), done.stderr
    assert "secret" not in done.stderr
    assert sorted(each.name for each in Path().iterdir()) == before


def test_what_was_refused_may_be_a_failure(tmp_path: Path) -> None:
    file = put(tmp_path / "in.parquet")
    assert run(file, tmp_path / "out.parquet", "--keep", "who", "--strict").exit_code == 1
    fine = put(tmp_path / "fine.parquet", pa.table(PEOPLE).slice(0, 3))
    assert run(fine, tmp_path / "out.parquet", "--keep", "who", "--strict").exit_code == 0


def test_the_result_never_takes_the_place_of_the_input(tmp_path: Path) -> None:
    file = put(tmp_path / "data" / "in.parquet")
    for out in (file, tmp_path / "data", tmp_path / "data" / "results"):
        done = run(file if out == file else tmp_path / "data", out, "--keep", "who")
        assert done.exit_code == 2 and "the result would stand where the input is" in done.stderr


WRITER = """
import sys
from charley.cli import main
print("ready", flush=True)
main(["cohort", *sys.argv[1:]], standalone_mode=False)
"""


def started(*arguments: object) -> subprocess.Popen[bytes]:
    process = subprocess.Popen([sys.executable, "-c", WRITER, *map(str, arguments)], stdout=subprocess.PIPE)
    assert process.stdout is not None and process.stdout.readline() == b"ready\n"
    return process


def read(file: Path) -> int:
    """The rows of a result that is whole; raises where it is not."""
    match file.suffix:
        case ".parquet":
            return int(pq.read_table(file).num_rows)
        case ".csv":
            return int(pyarrow.csv.read_csv(file).num_rows)
        case _:
            assert file.name == "charley-cohort.json" and json.loads(file.read_text())["files"]
            return 0


@pytest.mark.parametrize("out", ["out.parquet", "out.csv", "results"])
def test_killed_at_any_moment_it_leaves_no_half_file(tmp_path: Path, out: str) -> None:
    rows = 60_000 if out == "out.csv" else 120_000
    people = pa.table(PEOPLE).take([at % 4 for at in range(rows)])
    data, place = tmp_path / "data", tmp_path / "place"
    for number in range(4 if out == "results" else 1):
        put(data / f"{number}.parquet", people)
    place.mkdir()
    rejects = [] if out == "results" else ["--rejects", place / "refused.csv"]
    chance, finished = random.Random(out), set()
    for _ in range(7):
        process = started(data, place / out, "--keep", "who", *rejects)
        time.sleep(chance.uniform(0.1, 2.0))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        for file in (each for each in place.rglob("*") if each.is_file()):
            if file.name != "refused.csv":
                assert read(file) in (0, rows)
                finished.add(file.name)
            if out != "results":
                file.unlink()
    process = started(data, place / out, "--keep", "who", *rejects)
    said, _ = process.communicate()
    assert process.returncode == 0
    done = {each.name for each in (place / out).iterdir()} if out == "results" else {out}
    assert finished <= done and (
        out != "results" or done == {*map("{}.parquet".format, range(4)), "charley-cohort.json"}
    )
    if out == "results" and "charley-cohort.json" in finished:
        assert b"files were done before" in said


FULL = """
import resource, sys
from charley.cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
main(["cohort", *sys.argv[1:]])
"""


TOO_LARGE = {
    **{out: [out, "--keep", "who,note"] for out in ("out.parquet", "out.csv", "out.arrow", "results")},
    "refused.csv": ["small.parquet", "--columns", "leader", "--drop", "who,note", "--rejects", "refused.csv"],
}


@pytest.mark.skipif(sys.platform == "win32", reason="the size of files is limited as Unix does it")
@pytest.mark.parametrize("out", TOO_LARGE)
def test_where_nothing_more_can_be_written_nothing_is(tmp_path: Path, out: str) -> None:
    people = pa.table(PEOPLE).take([at % 4 for at in range(20_000)])
    given = put(tmp_path / "in.parquet", people.append_column("note", pa.array(map(str, range(20_000)))))
    place = tmp_path / "place"
    place.mkdir()
    command = [sys.executable, "-c", FULL, str(given), *TOO_LARGE[out]]
    done = subprocess.run(command, cwd=place, capture_output=True, text=True)
    said = f"{out}/in.parquet" if out == "results" else out
    assert done.returncode == 2 and f"{said}: F001 cannot be used: File too large" in done.stderr
    assert [each for each in place.rglob("*") if each.is_file()] == []


WRONG = {
    "boolean": [
        pa.float64(),
        pa.string(),
        pa.timestamp("us"),
        pa.date32(),
        pa.list_(pa.bool_()),
        pa.binary(),
    ],
    "number": [
        *(pa.bool_(), pa.string(), pa.timestamp("us"), pa.date32(), pa.time64("us"), pa.duration("s")),
        *(pa.list_(pa.float64()), pa.struct([("value", pa.float64())]), pa.binary()),
        pa.dictionary(pa.int32(), pa.string()),
    ],
    "choice": [pa.int64(), pa.bool_(), pa.float64(), pa.timestamp("us"), pa.list_(pa.string()), pa.binary()],
}
"""Types that cannot hold a fact of a kind."""


def test_every_fault_of_a_type_in_a_file_has_a_line_of_its_own(
    tmp_path: Path, bundled: Expert, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    facts = bundled.vocabulary.values()
    wrong = {
        fact.id: type
        for kind, types in WRONG.items()
        for fact, type in zip((each for each in facts if each.kind == kind), types, strict=False)
    }
    assert len(wrong) == sum(map(len, WRONG.values()))
    put(Path("types.parquet"), pa.table({id: pa.nulls(3, type) for id, type in wrong.items()}))
    done = run("types.parquet", "out.parquet")
    assert done.exit_code == 2 and not (tmp_path / "out.parquet").exists()
    for id, type in wrong.items():
        told = [line for line in done.stderr.splitlines() if f"`{id}`" in line]
        kind = bundled.vocabulary[id].kind
        start = f"types.parquet: C001 the column `{id}` is "
        assert len(told) == 1 and told[0].startswith(start), (type, told)
        assert told[0].endswith(f", and this is a {kind} fact")
