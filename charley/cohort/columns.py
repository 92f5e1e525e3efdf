"""The columns of a result: their fields, and their arrays from planes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from charley.cohort.plan import REFUSED, Column, Plan
from charley.cohort.reading.bitmaps import buffer_of
from charley.cohort.ways.way import Way
from charley.engine.expert import Expert

__all__ = ["LABEL", "array", "fired", "schema_of"]

LABEL = pa.dictionary(pa.int8(), pa.string())


def schema_of(plan: Plan, extra: Iterable[pa.Field]) -> pa.Schema:
    """The schema of a result: the extra columns first. Its metadata says by what, and what for."""
    return pa.schema([*extra, *map(_field_in(plan), plan.columns), *_refused(plan)], _about(plan.base))


def _field_in(plan: Plan) -> Any:
    types = {"truth": pa.bool_(), "label": LABEL, "fired": pa.uint64()}
    score = pa.int8() if plan.score_bits == 8 else pa.int16()

    def field(column: Column) -> pa.Field:
        told = {"rules": json.dumps(column.labels)} if column.kind == "fired" else None
        return pa.field(column.name, types.get(column.kind, score), column.valid is not None, told)

    return field


def _refused(plan: Plan) -> list[pa.Field]:
    return [pa.field(REFUSED, pa.uint16(), False)] if plan.counts_refused else []


def _about(base: Expert) -> dict[str, str]:
    """What a reader of the table must know."""
    return {
        "charley.knowledge_base": f"{base.id} {base.version}",
        "charley.digest": base.digest,
        "charley.disclaimer": base.about.disclaimer,
        "charley.status": "educational purpose only, pending human review",
    }


def array(plan: Plan, column: Column, planes: Any, rows: int, way: Way) -> pa.Array:
    """A column of the result, from the planes in their places."""
    found = plan.code.results
    places = found[column.first : column.first + column.count]
    valid = None if column.valid is None else buffer_of(planes[found[column.valid]], rows)
    match column.kind:
        case "truth":
            return pa.Array.from_buffers(pa.bool_(), rows, [valid, buffer_of(planes[places[0]], rows)])
        case "fired":
            words = way.packed(planes, places, rows)
            return pa.Array.from_buffers(pa.uint64(), rows, [None, pa.py_buffer(words)])
        case "label":
            numbers = way.numbers(planes, places, rows, 8, False)
            codes = pa.Array.from_buffers(pa.int8(), rows, [valid, pa.py_buffer(numbers)])
            return pa.DictionaryArray.from_arrays(codes, pa.array(column.labels, pa.string()), safe=False)
        case _:
            type = pa.int8() if plan.score_bits == 8 else pa.int16()
            numbers = way.numbers(planes, places, rows, plan.score_bits, True)
            return pa.Array.from_buffers(type, rows, [valid, pa.py_buffer(numbers)])


def fired(table: pa.Table, rule: str) -> pa.Array:
    """Where a rule fired, from the words in which a result packs the rules. Raises `KeyError`."""
    import pyarrow.compute as pc

    for field in table.schema:
        rules = json.loads((field.metadata or {}).get(b"rules", b"[]"))
        if rule in rules:
            bit = pa.scalar(1 << rules.index(rule), pa.uint64())
            return pc.not_equal(pc.bit_wise_and(table[field.name], bit), pa.scalar(0, pa.uint64()))
    raise KeyError(rule)
