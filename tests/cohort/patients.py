"""Tables of patients in every type and layout of Arrow, for the laws; and what `diagnose` says of a row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import pyarrow as pa
from bases import VOCABULARY

from charley.engine.expert import Expert
from charley.facts.vocabulary import Fact, Value, Vocabulary

TYPES: dict[str, dict[str, pa.DataType]] = {
    "boolean": {"bool": pa.bool_(), "int8": pa.int8(), "uint32": pa.uint32(), "int64": pa.int64()},
    "number": {
        "double": pa.float64(),
        "float": pa.float32(),
        "half": pa.float16(),
        "decimal": pa.decimal128(9, 2),
        "long decimal": pa.decimal128(38, 10),
        "short decimal": pa.decimal64(12, 1),
        "decimal in dictionary": pa.dictionary(pa.int8(), pa.float64()),
    },
    "choice": {
        "string": pa.string(),
        "large string": pa.large_string(),
        "view": pa.string_view(),
        "dictionary": pa.dictionary(pa.int32(), pa.string()),
        "large dictionary": pa.dictionary(pa.uint8(), pa.large_string()),
    },
}


def column(fact: Fact, values: Sequence[Value | None], type: pa.DataType) -> pa.Array:
    """The values as an array of a type."""
    if pa.types.is_dictionary(type):
        plain = pa.array(list(values), type.value_type)
        return plain.dictionary_encode().cast(type)
    if pa.types.is_decimal(type):
        return pa.array([None if v is None else Decimal(str(v)) for v in values], type)
    if fact.kind == "boolean" and type != pa.bool_():
        return pa.array([None if v is None else int(v) for v in values], type)
    return pa.array(list(values), type)


def table(
    records: Sequence[dict[str, Value]],
    types: Callable[[Fact], pa.DataType],
    vocabulary: Vocabulary = VOCABULARY,
) -> pa.Table:
    """The records as a table; a fact that nobody has is no column."""
    facts = [fact for fact in vocabulary.values() if any(fact.id in record for record in records)]
    columns = [column(fact, [record.get(fact.id) for record in records], types(fact)) for fact in facts]
    names = [fact.id for fact in facts]
    return pa.table([pa.array(range(len(records)), pa.int64()), *columns], names=["row", *names])


def said(base: Expert, record: dict[str, Any]) -> dict[str, Any]:
    """What `diagnose` says, under the names of the columns."""
    d = base.diagnose(record)
    places = {place.candidate: place for place in d.standings}
    fired = {firing.rule for firing in d.firings}
    rules = list(base.rules)
    return {
        "leader": d.leader,
        "urgency": d.urgency,
        "settled": d.settled,
        **{f"score_{id}": places[id].score if places else None for id in base.candidates},
        **{f"section_{id}": places[id].section if places else None for id in base.candidates},
        **{f"flag_{id}": any(flag.candidate == id for flag in d.flags) for id in base.candidates},
        **{f"alert_{id}": any(alert.alert == id for alert in d.alerts) for id in base.alerts},
        **{
            f"fired_{word}": sum(
                (rule in fired) << at for at, rule in enumerate(rules[64 * word : 64 * word + 64])
            )
            for word in range(-(-len(rules) // 64))
        },
        "refused": 0,
    }
