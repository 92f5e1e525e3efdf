"""The laws of cohorts: every row is what `diagnose` says of it, by either way, in any type and layout."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("pyarrow", reason="a cohort needs charley[cohort]")

import pyarrow as pa
from bases import VOCABULARY, bases, records
from hypothesis import given, settings
from hypothesis import strategies as st
from patients import TYPES, said, table

from charley.cohort.evaluation import Cohort
from charley.engine.expert import Expert
from charley.facts.answer import Unknown, parse_answer
from charley.facts.numbers.number import NotUnderstood
from charley.facts.vocabulary import Value

Told = dict[str, Value]
try:
    import numba

    WAYS = [False, bool(numba)]
except ImportError:
    WAYS = [False]

pytestmark = pytest.mark.filterwarnings("ignore:none of the columns is a fact")
types = st.fixed_dictionaries(
    {fact.id: st.sampled_from(list(TYPES[fact.kind].values())) for fact in VOCABULARY.values()}
)
lengths = st.sampled_from((0, 1, 2, 63, 64, 65, 130))
people = st.lists(records(), min_size=1, max_size=6)


def tiled(patients: list[Told], length: int) -> list[Told]:
    return [patients[at % len(patients)] for at in range(length)]


def rows(found: pa.Table) -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if name != "row"} for row in found.to_pylist()]


@pytest.mark.parametrize("accelerate", WAYS, ids=["numpy", "numba"][: len(WAYS)])
@settings(max_examples=40)
@given(bases(), people, types, lengths, st.integers(0, 9), st.data())
def test_every_row_is_what_diagnose_says(
    accelerate: bool,
    base: Expert,
    patients: list[Told],
    type: dict[str, Any],
    length: int,
    before: int,
    data: Any,
) -> None:
    told = tiled(patients, before + length)
    whole = table(told, lambda fact: type[fact.id])
    part = whole.slice(before, length)
    if length > 1 and data.draw(st.booleans(), label="in two pieces"):
        cut = data.draw(st.integers(1, length - 1))
        part = pa.concat_tables([part.slice(0, cut), part.slice(cut)])
    found = Cohort(base).evaluate(part, accelerate=accelerate)
    assert found["row"].to_pylist() == list(range(before, before + length))
    expected = [said(base, record) for record in patients]
    assert rows(found) == tiled(expected, before + length)[before:]


NUMBERS = {
    "double": (st.floats(), pa.float64()),
    "float": (st.floats(width=32), pa.float32()),
    "integer": (st.integers(-(2**63), 2**63 - 1), pa.int64()),
    "small integer": (st.integers(-3, 12), pa.int8()),
    "unsigned": (st.integers(0, 2**64 - 1), pa.uint64()),
    "decimal": (st.decimals(-99, 99, places=3), pa.decimal128(7, 3)),
    "long decimal": (st.decimals(0, 10, places=20), pa.decimal128(38, 20)),
    "very long decimal": (st.decimals(-(10**30), 10**30, places=10), pa.decimal256(60, 10)),
}


@pytest.mark.parametrize("kind", NUMBERS)
@settings(max_examples=15)
@given(base=bases(), data=st.data())
def test_a_number_that_diagnose_refuses_is_unknown_and_counted(kind: str, base: Expert, data: Any) -> None:
    near = st.sampled_from((0, 0.5, 1, 2.5, 5, 7.5, 8, 10))
    drawn, type = NUMBERS[kind]
    if kind in ("double", "float"):
        drawn = st.one_of(drawn, near)
    given_ = data.draw(st.lists(st.tuples(drawn, drawn), min_size=1, max_size=8))
    table = pa.table({id: pa.array([row[at] for row in given_], type) for at, id in enumerate("nm")})
    for accelerate in WAYS:
        told: list[Any] = []
        found = Cohort(base).evaluate(table, accelerate=accelerate, refused=told.append)
        for number, (row, values) in enumerate(zip(found.to_pylist(), table.to_pylist(), strict=True)):
            record: Told = {}
            refused = set()
            for fact, value in values.items():
                try:
                    understood = parse_answer(VOCABULARY[fact], value)
                except NotUnderstood:
                    refused.add(fact)
                else:
                    record |= {} if isinstance(understood, Unknown) else {fact: understood}
            assert row == {**said(base, record), "refused": len(refused)}
            assert {each.column for each in told if each.row == number} == refused
