"""Booleans and choices: a plane for every value that the fact can have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from charley.cohort.reading.bitmaps import known, set_bits
from charley.cohort.reading.cells import meant
from charley.cohort.ways.way import Way
from charley.facts.answer import Unknown
from charley.facts.numbers.number import NotUnderstood
from charley.facts.vocabulary import Comparison, Fact, Value

__all__ = ["Texts", "booleans", "dictionary", "integers", "numpy_of"]


def numpy_of(array: pa.Array, dtype: Any) -> Any:
    """The values of an array of numbers, without a copy; where the array has none, anything."""
    buffer = array.buffers()[1]
    if buffer is None:
        return np.zeros(len(array), dtype)
    return np.frombuffer(buffer, dtype, len(array), array.offset * np.dtype(dtype).itemsize)


def booleans(array: pa.Array, planes: Any, known_at: int, yes_at: int | None, way: Way) -> None:
    """A column of truths, whose bitmaps are planes as they stand."""
    for buffer, place in zip(array.buffers(), (known_at, yes_at), strict=True):
        if place is None:
            continue
        if buffer is None:  # all are known; or there is no row
            planes[place] = ~np.uint64(0)
        else:
            way.borrow(planes, place, buffer, array.offset, len(array))


def integers(array: pa.Array, planes: Any, places: Mapping[Value, int]) -> Any:
    """A column of 0 and 1; the plane of the values that are neither."""
    numbers = numpy_of(array, array.type.to_pandas_dtype())
    valid, neither = known(array, planes.shape[1]), np.full_like(planes[0], ~np.uint64(0))
    for value, place in places.items():
        set_bits(planes[place], numbers == value)
        planes[place] &= valid
        neither &= ~planes[place]
    return valid & neither


_FEW = 64
"""Distinct texts that are looked for one by one among the rows, and not looked up for each row."""


class Texts:
    """What texts of a fact mean: the place of each distinct one among the values, understood once a batch.

    A dictionary may stay the same over many batches, so the last one is kept.
    """

    def __init__(
        self, fact: Fact, values: tuple[Value, ...], compared: tuple[Comparison, ...] | None = None
    ) -> None:
        self.fact = fact
        self.place_of = {value: at for at, value in enumerate(values)}
        self.unknown, self.refused = len(values), len(values) + 1
        self._compared = compared
        self._before: tuple[pa.Array, Any] = (pa.array([], pa.string()), np.zeros(0, np.uint16))

    def read(self, array: pa.Array, planes: Any, places: Mapping[Value, int]) -> Any:
        """Fill the planes of the values; the plane of the texts that are not understood."""
        coded = dictionary(array)
        table = self._table(coded.dictionary)
        numbers = numpy_of(coded.indices, coded.indices.type.to_pandas_dtype())
        valid = known(coded.indices, planes.shape[1])
        if len(table) > _FEW:
            numbers = np.take(table, numbers, mode="clip")
            table = np.arange(self.refused + 1)

        def where(meaning: int, plane: Any) -> None:
            """The rows that mean this: in a short dictionary, those with one of its numbers."""
            those = np.flatnonzero(table == meaning)
            if not len(those):
                plane[:] = 0
                return
            # By numbers of the same type: else all of them are made longer first.
            first, *others = those.astype(numbers.dtype)
            found = numbers == first
            for other in others:
                found |= numbers == other
            set_bits(plane, found)
            plane &= valid

        for value, place in places.items():
            where(self.place_of[value], planes[place])
        refused = np.empty_like(planes[0])
        where(self.refused, refused)
        return refused

    def _table(self, texts: pa.Array) -> Any:
        before, table = self._before
        if not before.equals(texts):
            table = np.array([self._code(text) for text in texts.to_pylist()], np.uint16)
            self._before = texts, table
        return table

    def _code(self, text: str | None) -> int:
        if self.fact.kind == "boolean" and text in ("0", "1"):  # as an integer of a table would be read
            text = "yes" if text == "1" else "no"
        try:
            value = meant(self.fact, text, None, self._compared)
        except NotUnderstood:
            return self.refused
        return self.unknown if isinstance(value, Unknown) else self.place_of[value]


def dictionary(array: pa.Array) -> pa.DictionaryArray:
    """The texts of an array, each distinct one once."""
    if pa.types.is_dictionary(array.type):
        return array
    if array.type == pa.string_view():
        array = array.cast(pa.string())
    return array.dictionary_encode()
