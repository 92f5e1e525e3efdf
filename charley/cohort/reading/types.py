"""Which of Arrow's types can hold a fact, and what to say of the others."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from charley.documents.diagnostic import Diagnostic
from charley.facts.vocabulary import Fact

__all__ = ["is_text", "marked", "plain", "problem", "unmarked"]

_TEXTS = b"charley.texts"

WILL_DO = {
    "boolean": "bool, or integers 0 and 1",
    "number": "any integer, float or decimal",
    "choice": "string, large_string, string_view, or a dictionary of these",
}


def is_text(type: pa.DataType) -> bool:
    """Whether these are texts, written out or as a dictionary."""
    if pa.types.is_dictionary(type):
        return is_text(type.value_type)
    return type in (pa.string(), pa.large_string(), pa.string_view())


def plain(array: pa.Array) -> pa.Array:
    """The array without run lengths, and without a dictionary where it is not of texts."""
    if pa.types.is_run_end_encoded(array.type):
        # Not by `run_end_decode`, which knows neither dictionaries nor views. A slice keeps all of its runs.
        values = array.values
        if values.type == pa.string_view():
            values = values.cast(pa.string())
        rows = np.arange(array.offset, array.offset + len(array))
        array = values.take(pa.array(np.searchsorted(array.run_ends, rows, side="right")))
    if array.type == pa.bool8():
        array = array.storage
    if pa.types.is_dictionary(array.type) and not is_text(array.type):
        array = array.dictionary_decode()
    return array


def marked(field: pa.Field) -> pa.Field:
    """The field, marked as one whose texts are to be understood as a person's answers are."""
    return field.with_metadata({**(field.metadata or {}), _TEXTS: b"yes"})


def unmarked(field: pa.Field) -> pa.Field:
    """The field without the mark."""
    rest = {key: value for key, value in (field.metadata or {}).items() if key != _TEXTS}
    return field.with_metadata(rest or None)


def problem(fact: Fact, field: pa.Field) -> Diagnostic | None:
    """Why a column cannot hold the fact; None where it can. Where it is `marked`, a text always can."""
    type, texts = field.type, _TEXTS in (field.metadata or {})
    held = type.value_type if pa.types.is_run_end_encoded(type) else type
    if pa.types.is_dictionary(held) and not is_text(held):
        held = held.value_type
    is_number = pa.types.is_integer(held) or pa.types.is_floating(held) or pa.types.is_decimal(held)
    fits = {
        "boolean": pa.types.is_boolean(held) or pa.types.is_integer(held) or type == pa.bool8(),
        "number": is_number,
        "choice": is_text(held),
    }
    if held == pa.null() or fits[fact.kind] or (texts and is_text(held)):
        return None
    message = f"the column `{fact.id}` is {type}, and this is a {fact.kind} fact"
    return Diagnostic(fact.id, 0, 0, "C001", message, f"what does: {WILL_DO[fact.kind]}")
