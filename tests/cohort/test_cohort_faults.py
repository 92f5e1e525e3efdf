"""What a user may hand in by mistake: each gets a line that says where it is and what would do."""

from __future__ import annotations

import csv
import random
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pyarrow", reason="a cohort needs charley[cohort]")

import pyarrow as pa
import pyarrow.parquet as pq
from click.testing import CliRunner, Result

from charley.cli import main
from charley.cohort.files.source import Source, opened
from charley.documents.diagnostic import Faulty
from charley.engine.expert import Expert
from charley.facts.answer import UNKNOWN, parse_answer

LEG, SEX = "unilateral_leg_swelling", "sex_at_birth"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["cohort", *map(str, arguments)])


def ends(*values: Any, type: pa.DataType | None = None) -> pa.Array:
    """Each value twice, as runs."""
    numbers = pa.array(range(2, 2 * len(values) + 1, 2), pa.int32())
    return pa.RunEndEncodedArray.from_arrays(numbers, pa.array(list(values), type))


def in_unit(unit: bytes) -> pa.Table:
    return pa.table(
        [pa.array([67])], schema=pa.schema([pa.field("age", pa.int64(), metadata={"unit": unit})])
    )


NAMES = {
    "a fact twice": (pa.table([[1], [2]], names=["age", "age"]), "C001 the column `age` is there twice"),
    "another one thrice": (
        pa.table([[1], [2], [3], [4]], names=["x", "age", "x", "x"]),
        "C001 the column `x` is there 3 times",
    ),
    "the name of a result": (
        pa.table({"age": [67], "leader": ["who"]}),
        "C001 the column `leader` is no fact, and one of the result has its name",
    ),
    "a unit that is no text": (in_unit(b"\xff\xfe"), "does not convert to years"),
    "a unit of something else": (in_unit(b"kg"), "F013 `age`: `kg` does not convert to years"),
}


@pytest.mark.parametrize("case", NAMES)
def test_columns_that_cannot_be_used_are_named(tmp_path: Path, bundled: Expert, case: str) -> None:
    table, said = NAMES[case]
    with pytest.raises(Faulty) as found:
        bundled.cohort().evaluate(table)
    assert said in str(found.value)
    file = tmp_path / "in.parquet"
    pq.write_table(table, file)
    done = run(file, tmp_path / "out.parquet", "--keep", "all")
    assert done.exit_code == 2 and f"{file}: " in done.stderr and said in done.stderr, done.stderr
    assert [each.name for each in tmp_path.iterdir()] == ["in.parquet"]


ALIKE = {
    "Age": "age",
    "age ": "age",
    "agee": "age",
    "unilateral-leg swelling": LEG,
    "unilateral_leg_sweling": LEG,
}


@pytest.mark.parametrize("name", ALIKE)
def test_a_column_that_is_nearly_a_fact_is_told(tmp_path: Path, bundled: Expert, name: str) -> None:
    table = pa.table({name: [1], SEX: ["male"]})
    help = f"did you mean `{ALIKE[name]}`?"
    with pytest.warns(UserWarning, match="is no fact, and is passed through") as told:
        bundled.cohort().evaluate(table, columns="leader")
    assert len(told) == 1 and help in str(told[0].message)
    file = tmp_path / "in.parquet"
    pq.write_table(table, file)
    refused = run(file, tmp_path / "out.parquet")
    assert refused.exit_code == 2 and help in refused.stderr
    kept = run(file, tmp_path / "out.parquet", "--keep", "all")
    assert kept.exit_code == 0 and help in kept.stderr
    if name == name.strip():  # the option takes no blanks
        assert help not in run(file, tmp_path / "out.parquet", "--keep", name).stderr


def test_a_table_without_a_fact_is_told(tmp_path: Path, bundled: Expert) -> None:
    table = pa.table({"who": ["a"], "page": [1]})
    with pytest.warns(UserWarning, match="none of the columns is a fact"):
        bundled.cohort().evaluate(table.select(["who"]), columns="leader")
    pq.write_table(table, tmp_path / "in.parquet")
    done = run(tmp_path / "in.parquet", tmp_path / "out.parquet", "--keep", "who,page")
    assert done.exit_code == 2 and "C002 none of the columns is a fact" in done.stderr


def test_of_very_many_columns_a_few_are_named(tmp_path: Path) -> None:
    table = pa.table({**{f"column {at}": [at] for at in range(500)}, "agee": [67]})
    pq.write_table(table, tmp_path / "in.parquet")
    done = run(tmp_path / "in.parquet", tmp_path / "out.parquet")
    lines = [line for line in done.stderr.splitlines() if "C002" in line]
    assert len(lines) == 21 and "`agee`" in lines[0] and "481 more columns are no facts" in lines[-1]


VEINS, YES, NO = "leg_vein_ultrasound", "positive", "negative_whole_leg"
LAID_OUT = {
    "runs of yes and no": (LEG, ends(True, None), [True, True, None, None]),
    "runs of a dictionary": (
        "age",
        ends(67, None, type=pa.dictionary(pa.int8(), pa.int64())),
        [67, 67, None, None],
    ),
    "runs of views": (VEINS, ends(YES, None, type=pa.string_view()), [YES, YES, None, None]),
    "a slice of runs": (VEINS, ends(YES, NO, None).slice(1, 4), [YES, NO, NO, None]),
    "bool8": (
        LEG,
        pa.ExtensionArray.from_storage(pa.bool8(), pa.array([1, 0, None], pa.int8())),
        [True, False, None],
    ),
    "a null in the dictionary": (
        VEINS,
        pa.DictionaryArray.from_arrays(pa.array([1, 0, None], pa.int8()), pa.array([YES, None])),
        [None, YES, None],
    ),
    "chunks without rows": (
        VEINS,
        pa.chunked_array([pa.array([], pa.string()), pa.array([None, YES]), pa.array([], pa.string())]),
        [None, YES],
    ),
}


@pytest.mark.parametrize("case", LAID_OUT)
def test_however_arrow_lays_it_out(bundled: Expert, case: str) -> None:
    name, array, values = LAID_OUT[case]
    found, expected = (
        bundled.cohort().evaluate(pa.table({name: each})) for each in (array, pa.array(values))
    )
    assert found == expected
    assert len({str(row) for row in expected.to_pylist()}) > 1, "these values mean the same"


CSV = {
    "UTF-16": ("age\n67\n".encode("utf-16"), "1:1: F001 cannot be read as CSV: it is UTF-16 text"),
    "semicolons": (b"age;who\n67;a\n", "1:1: F001 cannot be read as CSV: its values are separated by `;`"),
    "tabs": (b"age\twho\n67\ta\n", "1:1: F001 cannot be read as CSV: its values are separated by tabs"),
    "no names": (b"\n\n", "1:1: F001 cannot be read as CSV: there is no line with the names"),
    "names in Latin 1": (b"age,fi\xe8vre\n67,1\n", "1:1: F001 cannot be read as CSV: it is not UTF-8 text"),
    "values in Latin 1": (
        b"age,who\n67,a\n30,\xe8\n",
        "3:1: F001 cannot be read as CSV: it is not UTF-8 text",
    ),
    "a short line": (
        b'age,who\n67,"a\nb"\n30\n',
        "4:1: F001 cannot be read as CSV: expected 2 columns, got 1",
    ),
    "a long line": (b"age,who\n67,a,b\n", "2:1: F001 cannot be read as CSV: expected 2 columns, got 3"),
    "an open quote": (
        b'age,who\n67,"a\n30,b\n5,c\n',
        " F001 cannot be read as CSV: a quoted text does not end",
    ),
    "a name twice": (b"age,age\n67,67\n", " C001 the column `age` is there twice"),
}


@pytest.mark.parametrize("keep", ["all", "who"])
@pytest.mark.parametrize("case", CSV)
def test_csv_that_cannot_be_read_is_said_with_its_line(tmp_path: Path, case: str, keep: str) -> None:
    content, said = CSV[case]
    file = tmp_path / "in.csv"
    file.write_bytes(content)
    options = ["--keep", keep] if keep == "all" else ["--drop", keep] if b"who" in content else []
    done = run(file, tmp_path / "out.csv", *options)
    assert done.exit_code == 2 and f"{file}:{said}" in done.stderr, done.stderr
    assert [each.name for each in tmp_path.iterdir()] == ["in.csv"]


FINE = {
    "a byte order mark": (b"\xef\xbb\xbfage\n67\n", 1),
    "ends as on Windows": (b"age\r\n67\r\n30\r\n", 2),
    "names alone, no end": (b"age,who", 0),
    "a line end in a quoted text": (b'age,who\n67,"a\nb"\n30,"c ""d"""\n', 2),
    "one that ends the file": (b'age,who\n67,"a\nb"', 1),
}


@pytest.mark.parametrize("case", FINE)
def test_csv_that_can_be_read(tmp_path: Path, case: str) -> None:
    content, rows = FINE[case]
    (tmp_path / "in.csv").write_bytes(content)
    done = run(tmp_path / "in.csv", tmp_path / "out.csv", "--keep", "all")
    assert done.exit_code == 0, done.stderr
    with (tmp_path / "out.csv").open(newline="") as out:
        assert len(list(csv.DictReader(out))) == rows


def test_a_very_long_text_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(f"age,ferritin\n{'< ' * 100_000},{'6' * 100_000}\n")
    refused = tmp_path / "refused.csv"
    assert run(tmp_path / "in.csv", tmp_path / "out.parquet", "--rejects", refused).exit_code == 0
    lines = list(csv.DictReader(refused.read_text().splitlines()))
    assert {line["column"]: len(line["value"]) for line in lines} == {"age": 200, "ferritin": 200}


@pytest.mark.parametrize("suffix", [".parquet", ".arrow", ".arrows"])
def test_a_damaged_file_never_ends_the_process(tmp_path: Path, suffix: str) -> None:
    table = pa.table({"age": list(range(500)), SEX: ["male", "female"] * 250})
    file = tmp_path / f"in{suffix}"
    if suffix == ".parquet":
        pq.write_table(table, file, write_page_checksum=True)
    else:
        new = pa.ipc.new_stream if suffix == ".arrows" else pa.ipc.new_file
        with pa.OSFile(str(file), "wb") as out, new(out, table.schema) as writer:
            writer.write(table)
    whole, chance, read = file.read_bytes(), random.Random(14), 0
    for _ in range(200):
        damaged = bytearray(whole)
        for _ in range(chance.choice((1, 1, 3, 20))):
            damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
        file.write_bytes(damaged)
        try:
            found = opened(Source(file, Path(file.name)))
            text = str([batch.to_pylist() for batch in found.batches])
        except Faulty as faulty:
            (said,) = faulty.diagnostics
            assert said.file == str(file) and said.code in ("F001", "C001")
        else:
            read += 1
            assert suffix != ".parquet" or not found.rows or len(text) > 0
    assert read < 200
    file.write_bytes(whole[: len(whole) // 2])
    assert run(file, tmp_path / "out.parquet").exit_code == 2


def test_a_result_never_takes_the_place_of_what_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    pq.write_table(pa.table({"age": [67]}), "in.parquet")
    content = Path("in.parquet").read_bytes()
    input_, result = "would stand where the input is", "would stand where the result is"
    for arguments, said in {
        ("in.parquet", "."): input_,
        ("*.parquet", "."): input_,
        ("in.parquet", ""): "one of them is empty",
        ("in.parquet", "out.parquet", "--rejects", "in.parquet"): input_,
        ("in.parquet", "out.parquet", "--rejects", "out.parquet"): result,
        ("in.parquet", "out", "--rejects", "out/in.parquet"): result,
        ("in.parquet", "out", "--rejects", "out/charley-cohort.json"): result,
        ("in.parquet", "--compare", "sore_throat", "sore_throat", "--picture", "in.parquet"): input_,
        ("in.parquet", "--compare", "sore_throat", "sore_throat", "--strict"): "--compare takes neither",
    }.items():
        done = run(*arguments)
        assert done.exit_code == 2 and said in done.stderr, (arguments, done.stderr)
        assert Path("in.parquet").read_bytes() == content
    assert [each.name for each in Path().iterdir()] == ["in.parquet"]


def test_what_a_kind_of_file_cannot_hold_is_said_of_its_column(tmp_path: Path) -> None:
    table = pa.table(
        {
            "age": [67],
            "run": pa.RunEndEncodedArray.from_arrays([1], [3]),
            "view": pa.array(["a"], pa.string_view()),
        }
    )
    with pa.OSFile(str(tmp_path / "in.arrow"), "wb") as out, pa.ipc.new_file(out, table.schema) as writer:
        writer.write(table)
    for kind in ("parquet", "csv"):
        done = run(tmp_path / "in.arrow", tmp_path / f"out.{kind}", "--keep", "all")
        assert done.exit_code == 2 and "cannot hold the column `run`, which is run_end_encoded" in done.stderr
        assert (
            run(tmp_path / "in.arrow", tmp_path / f"out.{kind}", "--keep", "all", "--drop", "run").exit_code
            == 0
        )
    assert run(tmp_path / "in.arrow", tmp_path / "out.arrow", "--keep", "all").exit_code == 0


def test_the_type_in_a_message_is_that_of_the_file(tmp_path: Path) -> None:
    pq.write_table(pa.table({LEG: ["yes", "ja", "1"]}), tmp_path / "in.parquet")
    done = run(tmp_path / "in.parquet", tmp_path / "out.parquet")
    assert f"C001 the column `{LEG}` is string, and this is a boolean fact" in done.stderr


def test_frames_that_arrow_cannot_hold_are_refused_without_their_values(bundled: Expert) -> None:
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    evaluate = bundled.cohort().evaluate
    for values, said in {
        (67, "secret"): "C001 the column `age` is int and str",
        (67 + 0j,): "C001 the column `age` is complex128",
    }.items():
        with pytest.raises(Faulty) as found:
            evaluate(pandas.DataFrame({"age": pandas.Series(list(values)), LEG: [True] * len(values)}))
        assert said in str(found.value) and "secret" not in str(found.value)
    with pytest.raises(Faulty, match="C001 the column `age` is there twice"):
        evaluate(pandas.DataFrame([[1, 2]], columns=["age", "age"]))
    with pytest.raises(TypeError, match="this is a Series"):
        evaluate(pandas.Series([67], name="age"))


def test_missing_values_of_pandas_in_columns_of_objects_are_unknown(bundled: Expert) -> None:
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    missing = (None, float("nan"), pandas.NA, pandas.NaT)
    frame = pandas.DataFrame({LEG: pandas.array([True, False, *missing], dtype=object)}, index=list("aabbcc"))
    found = bundled.diagnose_many(frame)
    expected = bundled.cohort().evaluate(pa.table({LEG: [True, False, None, None, None, None]}))
    assert list(found.index) == list("aabbcc")
    assert list(found["leader"]) == expected["leader"].to_pylist()
    assert list(found["settled"]) == expected["settled"].to_pylist()


def test_a_lazy_frame_comes_back_lazy(bundled: Expert) -> None:
    polars = pytest.importorskip("polars", reason="polars is not installed")
    frame = polars.DataFrame({"age": [67, None], LEG: [True, None]})
    found = bundled.diagnose_many(frame.lazy())
    assert isinstance(found, polars.LazyFrame)
    assert found.collect().equals(bundled.diagnose_many(frame))
    with pytest.raises(Faulty, match="C001 the column `age` is Int128"):
        bundled.diagnose_many(frame.with_columns(age=polars.col("age").cast(polars.Int128)))


def test_batches_of_several_schemas(bundled: Expert) -> None:
    evaluate = bundled.cohort().evaluate
    first, second = pa.record_batch({"age": [67]}), pa.record_batch({LEG: [True]})
    found = evaluate([first, second], columns=["leader", "urgency"])
    assert found == pa.concat_tables(
        [evaluate(each, columns=["leader", "urgency"]) for each in (first, second)]
    )
    for other in ({"age": [1], "who": ["a"]}, {"age": [1], "who": [1.5]}):
        with pytest.raises(
            Faulty, match="C001 the column `who` is not in all batches, or is of several types"
        ):
            evaluate(
                [
                    first.append_column("who", [7]) if "who" in other and other["who"] != ["a"] else first,
                    pa.record_batch(other),
                ]
            )
    with pytest.raises(TypeError, match="this takes record batches"):
        list(bundled.cohort().map_batches(pa.table({"age": [67]})))


def test_a_unit_of_a_column_that_is_not_there_is_told(bundled: Expert) -> None:
    with pytest.raises(
        Faulty, match=r"C002 there is no column `agee`, whose unit is said\n.*did you mean `age`"
    ):
        bundled.cohort().evaluate(pa.table({"age": [67]}), units={"agee": "mo"})


def test_scalars_of_numpy_and_arrow_mean_what_they_say(bundled: Expert) -> None:
    numpy = pytest.importorskip("numpy", reason="numpy is not installed")
    age, leg = bundled.vocabulary["age"], bundled.vocabulary[LEG]
    for given in (
        numpy.ma.masked,
        numpy.ma.array(67, mask=True),
        numpy.datetime64("NaT"),
        pa.scalar(None, pa.int8()),
    ):
        assert parse_answer(age, given) is UNKNOWN
    for given in (
        numpy.ma.array(67, mask=False),
        numpy.array(67),
        numpy.float16(67),
        pa.scalar(67),
        pa.scalar("67"),
    ):
        assert parse_answer(age, given) == 67
    assert parse_answer(leg, pa.scalar(True)) is True and parse_answer(leg, numpy.bool_(False)) is False
    for given in ([67], numpy.array([67]), numpy.datetime64("2026-01-01"), True, b"67"):
        with pytest.raises(ValueError, match="`age` needs a number from"):
            parse_answer(age, given)
