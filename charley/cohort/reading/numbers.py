"""Numbers: a plane for what is known, and one for each limit that the rules compare the fact with."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from charley.cohort.inputs import Reaches
from charley.cohort.reading.bitmaps import known, set_bits
from charley.cohort.reading.cells import meant
from charley.cohort.reading.coded import dictionary, numpy_of
from charley.cohort.reading.domain import Domain, domain
from charley.cohort.ways.way import Way
from charley.facts.answer import Unknown
from charley.facts.numbers.number import NotUnderstood, in_unit
from charley.facts.vocabulary import Comparison, Fact

__all__ = ["SCRATCH", "Numbers", "from_texts", "normal"]

DOUBLE = pa.float64()
SCRATCH = 6
"""Planes beside those of a program, in which it is found out whether a number is plausible."""


class Numbers:
    """How a column of one type (`normal`) is read for one number fact.

    `unit` is the unit that the column says it is in; None for the fact's own. `limits` come with the places
    of their planes; `scratch` is the first of `SCRATCH` planes that are used in passing. Texts that were
    understood one by one have been checked (`checked`): a percentage under 1 is then what was written.
    Raises `NotUnderstood` where the unit does not convert.
    """

    def __init__(
        self,
        fact: Fact,
        type: pa.DataType,
        unit: str | None,
        limits: Sequence[tuple[Reaches, int]] = (),
        scratch: int = 0,
        checked: bool = False,
    ) -> None:
        self.fact, self.unit = fact, unit
        found = domain(type)
        assert found is not None and fact.plausible_range is not None
        if unit is not None:
            in_unit(fact, 1, unit)
        self._domain = found
        low, high = fact.plausible_range
        frame: list[tuple[float | int, bool]] = [(low, False), (high, True)]
        self._fraction = fact.unit == "%" and unit is None and not checked
        if self._fraction:  # between -1 and 1, and not 0: a fraction may be meant
            frame += [(-1, True), (0, False), (0, True), (1, False)]
        self._frame = range(scratch, scratch + len(frame))
        cuts = [*zip(frame, self._frame, strict=True), *(((r.limit, r.beyond), place) for r, place in limits)]
        least = [(self._least(*limit), place) for limit, place in cuts]
        self._never = [place for limit, place in least if limit is None]  # no value of the type reaches it
        self._limits = np.array([limit for limit, _ in least if limit is not None], found.dtype)
        self._places = np.array([place for limit, place in least if limit is not None], np.int64)

    def _least(self, limit: float | int, beyond: bool) -> Any:
        """The least value of the column, as it is compared, that reaches the limit; None of none."""

        def reaches(number: float | int) -> bool:
            return number > limit if beyond else number >= limit

        at = self._domain.least(reaches, self.number)
        return None if at is None else self._domain.raw(at)

    def number(self, value: Any) -> float | int:
        """A value of the column, in the fact's own unit."""
        return value if self.unit is None else in_unit(self.fact, value, self.unit)

    def read(self, array: pa.Array, planes: Any, known_at: Any, way: Way) -> Any:
        """Fill the plane of what is known, and those of the limits; the plane of what is refused.

        Where nothing is refused there is none.
        """
        raw = _raw(array, self._domain)
        # One pass over the numbers: to read them from memory takes longer than to compare them.
        way.cut(raw, self._limits, planes, self._places)
        for place in self._never:
            planes[place] = 0
        low, high, *fraction = (planes[place] for place in self._frame)
        plausible = np.bitwise_and(low, np.bitwise_not(high, out=high), out=low)
        if self._fraction:
            below, nothing, above, one = fraction
            plausible &= ~((below & ~nothing) | (above & ~one))
        valid = known(array, planes.shape[1])
        np.bitwise_and(valid, plausible, out=known_at)
        refused = np.bitwise_xor(valid, known_at, out=high)
        if not refused.any():
            return None
        if raw.dtype.kind == "f":  # not a number is not refused: it is not known
            nothing = np.empty_like(refused)
            set_bits(nothing, np.isnan(raw))
            refused &= ~nothing
        return refused

    def values(self, array: pa.Array) -> Any:
        """The numbers as doubles in the fact's own unit; where the array has none, anything."""
        found = _doubles(array)
        if self.unit is None:
            return found
        converted = lru_cache(maxsize=None)(self.number)  # measured values repeat; kept for this batch only
        return np.array([converted(value) for value in found.tolist()], np.float64)


def normal(array: pa.Array) -> pa.Array:
    """The array in a type whose values can be numbered and compared by machine code: halves as floats,
    decimals of more than 64 bits as shorter ones where they all fit, else as doubles.
    """
    if pa.types.is_float16(array.type):
        return array.cast(pa.float32())
    if domain(array.type) is not None:
        return array
    if array.type.scale <= 18:
        try:
            return array.cast(pa.decimal128(18, array.type.scale))
        except pa.ArrowInvalid:
            pass
    return pa.array(_doubles(array), DOUBLE, mask=array.is_null().to_numpy(zero_copy_only=False))


def _raw(array: pa.Array, found: Domain) -> Any:
    if array.type.bit_width == 128 and len(array):  # a decimal of 18 digits at most lies in the lower half
        return np.frombuffer(array.buffers()[1], np.int64, 2 * len(array), 16 * array.offset)[::2]
    return numpy_of(array, found.dtype)


def _doubles(array: pa.Array) -> Any:
    """The numbers as doubles, each as Python's `float` has it."""
    if pa.types.is_decimal(array.type):
        found = [0.0 if value is None else float(value) for value in array.to_pylist()]
        return np.array(found, np.float64)
    return numpy_of(array, array.type.to_pandas_dtype()).astype(np.float64)


def from_texts(
    fact: Fact, array: pa.Array, unit: str | None, compared: tuple[Comparison, ...] | None
) -> tuple[pa.Array, Any, bool]:
    """A column of texts as numbers: the doubles, which rows are refused, and whether words were read.

    Plain numbers are read by Arrow. Where any text is not one, every distinct text is understood as a
    person's answer is: `12 mmol/L`, `<0.3`, `unknown`. Those are then in the fact's own unit.
    """
    try:
        return pc.cast(array, DOUBLE), None, False
    except pa.ArrowInvalid:
        pass
    coded = dictionary(array)
    numbers: list[float | None] = []
    wrong: list[bool] = []
    for text in coded.dictionary.to_pylist():
        try:
            value = meant(fact, text, unit, compared)
        except NotUnderstood:
            value = None
            wrong.append(True)
        else:
            wrong.append(False)
        numbers.append(None if value is None or isinstance(value, Unknown) else float(value))
    told = pa.array(numbers, DOUBLE).take(coded.indices)
    refused = pc.fill_null(pa.array(wrong, pa.bool_()).take(coded.indices), False)
    return told, refused.to_numpy(zero_copy_only=False), True
