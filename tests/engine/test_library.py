"""What people of Python expect: numbers of numpy, missing values, many records, tables, threads."""

from __future__ import annotations

import asyncio
import json
import random
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from bases import bases, records
from hypothesis import given, settings

import charley
from charley.engine.expert import Expert
from charley.facts.record import Record

RECORD = {"age": 67, "unilateral_leg_swelling": True, "calf_circumference_difference_cm": 3.5}


@pytest.fixture(scope="module")
def kb() -> Expert:
    return charley.load()


@pytest.fixture
def hurried() -> Iterator[None]:
    """Threads change places as often as Python can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_numbers_and_truths_of_numpy_are_what_they_say(kb: Expert) -> None:
    np = pytest.importorskip("numpy", reason="needs numpy")
    given = {
        "age": np.int64(67),
        "unilateral_leg_swelling": np.bool_(True),
        "calf_circumference_difference_cm": np.float64(3.5),
    }
    assert kb.diagnose(given) == kb.diagnose(RECORD)
    said = json.loads(kb.diagnose(given).model_dump_json())["record"]
    assert said == RECORD and type(kb.diagnose(given).record["age"]) is int


def test_what_is_missing_is_unknown(kb: Expert) -> None:
    missing: list[Any] = [None, float("nan"), Decimal("NaN"), "unknown", charley.UNKNOWN]
    np = pytest.importorskip("numpy", reason="needs numpy")
    pd = pytest.importorskip("pandas", reason="needs pandas")
    missing += [np.float64("nan"), np.datetime64("NaT"), pd.NA, pd.NaT]
    for nothing in missing:
        d = kb.diagnose({**RECORD, "chest_pain": nothing, "serum_potassium": nothing})
        assert d.record == RECORD and set(d.unknown) == {"chest_pain", "serum_potassium"}


def test_many_records_are_diagnosed_in_their_order(kb: Expert) -> None:
    rows = [RECORD, {}, {"age": 30}]
    assert kb.diagnose_many(iter(rows)) == [kb.diagnose(row) for row in rows]
    assert kb.diagnose_many([]) == []


def test_every_problem_of_many_records_is_named_with_its_record(kb: Expert) -> None:
    with pytest.raises(charley.Faulty) as caught:
        kb.diagnose_many([{"age": 670}, RECORD, {"agee": 1, "age": -1}])
    assert [each.file for each in caught.value.diagnostics] == ["record 0", "record 2", "record 2"]


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_a_table_comes_back_as_a_table_of_its_kind(kb: Expert, library: str) -> None:
    pytest.importorskip("pyarrow", reason="needs charley[cohort]")
    there = pytest.importorskip(library, reason=f"needs {library}")
    columns = {"age": [67, 30, None], "unilateral_leg_swelling": [True, None, False]}
    table = there.table(columns) if library == "pyarrow" else there.DataFrame(columns)
    found = kb.diagnose_many(table)
    assert type(found) is type(table)
    rows = [
        {name: values[at] for name, values in columns.items() if values[at] is not None} for at in range(3)
    ]
    leaders = found["leader"].to_pylist() if library == "pyarrow" else list(found["leader"])
    assert leaders == [kb.diagnose(row).leader for row in rows]


def test_only_public_names_are_listed() -> None:
    assert dir(charley) == sorted(charley.__all__)


def everything_of(base: Expert, record: Record) -> list[object]:
    """What different faces ask of a base, each as something that can be compared."""
    c = base.consult(record, engine="kernel", audience="patient")
    return [
        base.diagnose(record).model_dump_json(),
        base.diagnose(record, audience="patient", explain=False).model_dump_json(),
        c.next_screen(),
        c.recommendation,
        c.next_question(),
    ]


@given(bases(), records())
@settings(max_examples=10)
def test_threads_that_share_a_new_base_are_told_the_same(base: Expert, record: Record) -> None:
    alone = everything_of(Expert.of(base), record)
    shared = Expert.of(base)
    for name in [*vars(shared)]:  # nothing is worked out yet, so that the threads meet in the making of it
        if name not in Expert.__dataclass_fields__:
            del vars(shared)[name]
    begin = threading.Barrier(4)

    def ask(_: int) -> list[object]:
        begin.wait()
        return everything_of(shared, record)

    with ThreadPoolExecutor(4) as threads:
        assert all(found == alone for found in threads.map(ask, range(4)))


@pytest.mark.usefixtures("hurried")
def test_threads_on_the_bundled_base_never_mix_patients(kb: Expert) -> None:
    chance = random.Random(14)
    told = [
        {id: chance.random() < 0.5 for id in chance.sample(sorted(kb.vocabulary), 12)
         if kb.vocabulary[id].kind == "boolean"}
        for _ in range(24)
    ]  # fmt: skip
    alone = [everything_of(kb, record) for record in told]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda record: everything_of(kb, record), told * 2)) == alone * 2


def test_it_is_awaited_as_the_recipe_says(kb: Expert) -> None:
    async def ask() -> list[charley.Differential]:
        each = [asyncio.to_thread(kb.diagnose, record) for record in (RECORD, {})]
        return list(await asyncio.gather(*each))

    assert asyncio.run(ask()) == [kb.diagnose(RECORD), kb.diagnose({})]
