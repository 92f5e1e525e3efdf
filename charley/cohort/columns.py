"""The columns of a result: their fields, and their arrays from planes."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from charley.cohort.outputs import Output
from charley.cohort.plan import REFUSED, Column, Plan
from charley.engine.expert import Expert

__all__ = ["LABEL", "array", "fired", "schema_of"]

LABEL = pa.dictionary(pa.int8(), pa.string())


def schema_of(plan: Plan, extra: Iterable[pa.Field]) -> pa.Schema:
    """The schema of a result: the extra columns first. Its metadata says by what, and what for."""
    return pa.schema([*extra, *map(_field_in(plan), plan.columns), *_refused(plan)], _about(plan.base))


def _field_in(plan: Plan) -> Any:
    types = {"truth": pa.bool_(), "label": LABEL, "fired": pa.uint64()}

    def field(column: Column) -> pa.Field:
        told = {"rules": json.dumps(column.labels)} if column.kind == "fired" else None
        return pa.field(column.name, types.get(column.kind, _score(plan)), column.valid is not None, told)

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


def array(plan: Plan, column: Column, memory: pa.Buffer, words: int, rows: int) -> pa.Array:
    """A column of the result of a batch, which lies in this memory."""
    valid = None if column.valid is None else _part(column.valid, memory, words)
    buffers = [valid, _part(column.output, memory, words)]
    if column.kind == "label":
        codes = pa.Array.from_buffers(pa.int8(), rows, buffers)
        return pa.DictionaryArray.from_arrays(codes, pa.array(column.labels, pa.string()), safe=False)
    type = {"truth": pa.bool_(), "fired": pa.uint64()}.get(column.kind, _score(plan))
    return pa.Array.from_buffers(type, rows, buffers)


def _part(output: Output, memory: pa.Buffer, words: int) -> pa.Buffer:
    return memory.slice(8 * output.start * words, 8 * output.bits * words)


def _score(plan: Plan) -> pa.DataType:
    return pa.int8() if plan.score_bits == 8 else pa.int16()


def fired(table: pa.Table, rule: str) -> pa.Array:
    """Where a rule fired, from the words in which a result packs the rules. Raises `KeyError`."""
    import pyarrow.compute as pc

    for field in table.schema:
        rules = json.loads((field.metadata or {}).get(b"rules", b"[]"))
        if rule in rules:
            bit = pa.scalar(1 << rules.index(rule), pa.uint64())
            return pc.not_equal(pc.bit_wise_and(table[field.name], bit), pa.scalar(0, pa.uint64()))
    raise KeyError(rule)
