"""`kb.cohort()`: what is refused, in which words; units; frames of every kind; long tables."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from itertools import islice
from typing import Any

import pytest

pytest.importorskip("pyarrow", reason="a cohort needs charley[cohort]")

import pyarrow as pa
from patients import said

from charley.cohort.columns import fired
from charley.cohort.evaluation import BATCH, Run, gathered
from charley.cohort.reading.cells import Refused
from charley.documents.diagnostic import Faulty
from charley.engine.expert import Expert

FEW = ["leader", "urgency", "flags", "refused"]


def test_a_base_is_asked_about_a_table(bundled: Expert) -> None:
    record = {"age": 67, "unilateral_leg_swelling": True}
    found = bundled.cohort().evaluate(pa.table({**{k: [v] for k, v in record.items()}, "who": ["a"]}))
    (row,) = found.to_pylist()
    assert row == {"who": "a", **said(bundled, record)}
    assert found.schema.metadata[b"charley.digest"].decode() == bundled.digest
    assert b"pending human review" in found.schema.metadata[b"charley.status"]
    rules = {firing.rule for firing in bundled.diagnose(record).firings}
    assert {rule for rule in bundled.rules if fired(found, rule)[0].as_py()} == rules
    with pytest.raises(KeyError):
        fired(found, "no-such-rule")


def refused(base: Expert, table: pa.Table, **options: Any) -> tuple[list[Refused], list[int]]:
    told: list[Refused] = []
    found = base.cohort().evaluate(table, columns=["refused"], refused=told.append, **options)
    return told, found["refused"].to_pylist()


def test_what_diagnose_would_refuse_is_unknown_counted_and_told(bundled: Expert) -> None:
    choice = next(fact for fact in bundled.vocabulary.values() if fact.kind == "choice")
    given = pa.table(
        {
            "age": [67.0, 215.0, float("nan"), None, float("inf")],
            "unilateral_leg_swelling": pa.array([1, 0, 2, None, 1], pa.int16()),
            choice.id: ["no such choice", choice.choices[0], "unknown", None, choice.choices[1].upper()],
        }
    )
    told, counts = refused(bundled, given)
    assert counts == [1, 1, 1, 0, 1]
    assert [(each.row, each.column, each.value) for each in sorted(told, key=lambda each: each.row)] == [
        (0, choice.id, "no such choice"),
        (1, "age", "215.0"),
        (2, "unilateral_leg_swelling", "2"),
        (4, "age", "inf"),
    ]
    assert "outside the plausible range" in told[0].reason and "expected" in told[0].reason
    (row, *_) = bundled.cohort().evaluate(given.slice(1, 1)).to_pylist()
    known = {"unilateral_leg_swelling": False, choice.id: choice.choices[0]}
    assert row == {**said(bundled, known), "refused": 1}


@pytest.mark.parametrize(
    "array",
    [pa.array([0.5, 1.0, -0.5, 0.0]), pa.array([Decimal("0.5"), Decimal(1), Decimal("-0.5"), Decimal(0)])],
)
def test_a_bare_percentage_under_one_is_refused(bundled: Expert, array: pa.Array) -> None:
    given = pa.table({"post_exercise_abi_drop_pct": array})
    told, counts = refused(bundled, given)
    assert counts == [1, 0, 1, 0] and all("a fraction of 1" in each.reason for each in told)
    told, counts = refused(bundled, given, units={"post_exercise_abi_drop_pct": "%"})
    assert counts == [0, 0, 0, 0] and told == []


UNITS = {
    "hba1c": ("mmol/mol", [20.0, 38.0, 38.8, 39.0, 48.0, 47.54, 900.0, None]),
    "compartment_pressure": ("kPa", [4.0, 3.99967, 3.9996710, 6.0, 1.0, 21.0, 0.0, None]),
    "ferritin": ("ng/mL", [15.0, 75.0, 74.999, 50.0, 0.0, 1e9, 300.0, None]),
    "serum_potassium": ("mg/dL", [13.68, 11.7294, 11.72, 20.0, 21.5, 3.5, 100.0, None]),
}


@pytest.mark.parametrize("id", UNITS)
def test_numbers_in_another_unit_mean_what_they_mean_to_diagnose(bundled: Expert, id: str) -> None:
    unit, values = UNITS[id]
    rest = {"diastolic_bp": 60} if id == "compartment_pressure" else {"age": 60}
    told = pa.field(id, pa.float64(), metadata={"unit": unit})
    given = pa.table([pa.array(values)], schema=pa.schema([told]))
    for name, value in rest.items():
        given = given.append_column(name, pa.array([value] * len(values)))
    for row, value in zip(bundled.cohort().evaluate(given).to_pylist(), values, strict=True):
        try:
            known = {**rest} if value is None else {**rest, id: {"value": value, "unit": unit}}
            expected = said(bundled, known)
        except Faulty:
            expected = {**said(bundled, rest), "refused": 1}
        assert row == expected, value


def test_what_is_wrong_with_columns_is_said_of_all_of_them(bundled: Expert) -> None:
    choice = next(fact for fact in bundled.vocabulary.values() if fact.kind == "choice")
    given = pa.table({"age": ["67"], "unilateral_leg_swelling": [1.0], choice.id: [3], "pregnant": [True]})
    with pytest.raises(Faulty) as found:
        bundled.cohort().evaluate(given, units={"pregnant": "mg"})
    assert [str(each).replace(choice.id, "CHOICE") for each in found.value.diagnostics] == [
        "age: C001 the column `age` is string, and this is a number fact\n"
        "  = help: what does: any integer, float or decimal",
        "unilateral_leg_swelling: C001 the column `unilateral_leg_swelling` is double, and this is a boolean "
        "fact\n"
        "  = help: what does: bool, or integers 0 and 1",
        "CHOICE: C001 the column `CHOICE` is int64, and this is a choice fact\n"
        "  = help: what does: string, large_string, string_view, or a dictionary of these",
        "pregnant: F013 the column `pregnant` is said to be in `mg`, and only a number has a unit\n"
        "  = help: leave the unit out",
    ]
    with pytest.raises(Faulty, match=r"F013 .*`age`: `kg` does not convert to years"):
        bundled.cohort().evaluate(pa.table({"age": [67]}), units={"age": "kg"})
    with pytest.raises(
        Faulty, match=r"C002 there is no column `leeder` in the result\n  = help: did you mean `leader`"
    ):
        bundled.cohort().evaluate(pa.table({"age": [67]}), columns=["leeder"])
    with pytest.raises(TypeError, match="this is a dict"):
        bundled.cohort().evaluate({"age": [67]})


PEOPLE = {"who": ["a", "b", "c"], "age": [67.0, None, 30.0], "unilateral_leg_swelling": [True, False, None]}


def test_polars_comes_back_as_polars(bundled: Expert) -> None:
    polars = pytest.importorskip("polars", reason="polars is not installed")
    found = bundled.cohort().evaluate(polars.DataFrame(PEOPLE), columns=FEW)
    assert isinstance(found, polars.DataFrame)
    assert found.to_dicts() == bundled.cohort().evaluate(pa.table(PEOPLE), columns=FEW).to_pylist()


def test_pandas_comes_back_as_pandas_with_its_index(bundled: Expert) -> None:
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    frame = pandas.DataFrame(PEOPLE, index=[7, 8, 9])
    found = bundled.cohort().evaluate(frame, columns=[*FEW, "scores"])
    assert isinstance(found, pandas.DataFrame) and list(found.index) == [7, 8, 9]
    expected = bundled.cohort().evaluate(pa.table(PEOPLE), columns=FEW)
    assert list(found["leader"]) == expected["leader"].to_pylist()
    assert found["score_deep_vein_thrombosis"].dtype == "Int8"


def test_duckdb_is_read_as_it_stands(bundled: Expert) -> None:
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")
    relation = duckdb.sql("select 67 as age, true as unilateral_leg_swelling, 12.5::decimal(18, 3) as who")
    (row,) = bundled.cohort().evaluate(relation, columns=FEW).to_pylist()
    assert row["leader"] == "deep_vein_thrombosis"


def test_batches_come_back_in_order_however_they_are_cut(bundled: Expert) -> None:
    whole = pa.table({"who": range(1000), "age": [18 + at % 80 for at in range(1000)]})
    batches = whole.to_batches(max_chunksize=7)
    found = pa.Table.from_batches(bundled.cohort().map_batches(batches, columns=FEW))
    assert found == bundled.cohort().evaluate(whole, columns=FEW)
    assert list(bundled.cohort().map_batches([])) == []
    assert bundled.cohort().evaluate(iter(batches), columns=FEW) == found
    assert bundled.cohort().evaluate(whole.slice(0, 0), columns=FEW).num_rows == 0


@pytest.mark.parametrize("accelerate", [False, True])
@pytest.mark.parametrize("rows", [BATCH, BATCH + 1])
def test_long_tables(bundled: Expert, rows: int, accelerate: bool) -> None:
    if accelerate:
        pytest.importorskip("numba", reason="numba is not installed")
    import numpy as np

    some = pa.table(
        {
            "age": [67, 30, None, 5, 215],
            "unilateral_leg_swelling": [True, None, False, True, True],
            "pregnant": [None, True, None, True, False],
        }
    )
    which = np.arange(rows) % len(some)
    columns = ["leader", "scores", "flags", "fired", "refused"]
    found = bundled.cohort().evaluate(some.take(which), columns=columns, accelerate=accelerate)
    few = bundled.cohort().evaluate(some, columns=columns)
    expected = few.take(which)
    for name in found.column_names:
        assert found[name].combine_chunks().equals(expected[name].combine_chunks()), name


@pytest.mark.parametrize("accelerate", [False, True])
def test_one_base_is_asked_by_many_threads(bundled: Expert, accelerate: bool) -> None:
    if accelerate:
        pytest.importorskip("numba", reason="numba is not installed")
    tables = [
        pa.table(
            {"age": [(at + 7 * part) % 110 for at in range(3000)], "unilateral_leg_swelling": [True] * 3000}
        )
        for part in range(6)
    ]

    def evaluated(table: pa.Table) -> pa.Table:
        return bundled.cohort().evaluate(table, columns=FEW, accelerate=accelerate)

    alone = [evaluated(table) for table in tables]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(evaluated, tables)) == alone


def test_batches_may_have_their_columns_in_another_order_and_nothing_in_one(bundled: Expert) -> None:
    age, leg = "age", "unilateral_leg_swelling"
    first = pa.record_batch({age: [67, 30], leg: pa.nulls(2), "id": [1, 2]})
    second = pa.record_batch({"id": [3, 4], leg: [True, None], age: [67.0, None]})
    runs = [Run(bundled.cohort().plan(), first.schema) for _ in range(2)]
    one_by_one = [runs[0].batch(batch) for batch in (first, second, first)]
    for batch, found in zip((first, second, first), one_by_one, strict=True):
        alone = bundled.cohort().evaluate(batch)
        assert found.select(alone.schema.names).to_pylist() == alone.to_pylist()


def test_small_batches_are_put_together_and_large_ones_cut() -> None:
    chance = random.Random(1)
    schema = pa.schema([("a", pa.int64())])
    for _ in range(200):
        sizes = [chance.choice([0, 1, 3, 5, 7, 16, 25, 60]) for _ in range(chance.randint(0, 12))]
        numbers = iter(range(sum(sizes)))
        given = [pa.record_batch({"a": list(islice(numbers, size))}, schema=schema) for size in sizes]
        found = list(gathered(given, most=20, enough=10))
        assert [number for batch in found for number in batch["a"].to_pylist()] == list(range(sum(sizes)))
        assert all(10 <= len(batch) <= 20 for batch in found[:-1]) and all(map(len, found))
    whole = pa.record_batch({"a": list(range(15))}, schema=schema)
    assert [len(batch) for batch in gathered([whole, whole], most=20, enough=10)] == [15, 15]


def test_a_pass_takes_batches_of_any_length(bundled: Expert) -> None:
    table = pa.Table.from_pylist(
        [{"age": 20 + at, "unilateral_leg_swelling": at % 3 == 0} for at in range(70)]
    )
    run = Run(bundled.cohort().plan(["scores", "fired"]), table.schema)
    whole = run.batch(table.combine_chunks().to_batches()[0])
    for length in (70, 3, 64, 65, 1, 70):  # the memory of longer ones is used for shorter ones
        for batch in table.slice(0, length).combine_chunks().to_batches():
            assert run.batch(batch).equals(whole.slice(0, length))
