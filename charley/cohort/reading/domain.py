"""Where, among all values that a column's type can hold, a number begins to reach a limit.

A column may hold integers, floats of any width, decimals, or numbers in another unit. What a value of it
means is said by one function (the one that `diagnose` uses), which never falls as the value grows. So the
least value that reaches a limit is found once, by bisection over everything that the type can hold; after
that each row costs one comparison in the type of the column, and no rounding of a cast can decide otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa

__all__ = ["Domain", "domain"]

Meaning = Callable[[Any], float | int]
"""A value of a column, as the number in the fact's own unit."""


@dataclass(frozen=True)
class Domain:
    """All values of a type, numbered in their order from `lowest` to `highest`.

    `value` is the one with a number, as Python has it; `raw` the same as it is compared.
    """

    lowest: int
    highest: int
    value: Callable[[int], Any]
    raw: Callable[[int], Any]
    dtype: Any

    def least(self, holds: Callable[[float | int], bool], meaning: Meaning) -> int | None:
        """The number of the least value whose meaning holds (that of greater ones does too); None of none."""
        low, high = self.lowest, self.highest
        if not holds(meaning(self.value(high))):
            return None
        while low < high:
            middle = (low + high) // 2
            if holds(meaning(self.value(middle))):
                high = middle
            else:
                low = middle + 1
        return low


@cache
def domain(type: pa.DataType) -> Domain | None:
    """All values of a type of numbers; None for any other type, and for decimals of more than 64 bits."""
    if pa.types.is_integer(type):
        dtype = np.dtype(type.to_pandas_dtype())
        bounds = np.iinfo(dtype)
        return Domain(int(bounds.min), int(bounds.max), int, dtype.type, dtype)
    if pa.types.is_floating(type):
        return _floats(np.dtype(type.to_pandas_dtype()))
    if pa.types.is_decimal(type) and type.precision <= 18:
        scale = type.scale
        most = 10**type.precision - 1
        exact = lambda number: float(Decimal(number).scaleb(-scale))  # noqa: E731
        bits = np.dtype(np.int32 if type.bit_width == 32 else np.int64)
        return Domain(-most, most, exact, bits.type, bits)
    return None


def _floats(dtype: np.dtype[Any]) -> Domain:
    whole = np.dtype(f"i{dtype.itemsize}")
    sign = 1 << (8 * dtype.itemsize - 1)

    def raw(number: int) -> Any:
        # Below zero the bits count upwards from the sign.
        return np.array(number if number >= 0 else -number - sign, whole).view(dtype)[()]

    top = int(np.array(np.inf, dtype).view(whole))
    return Domain(-top, top, lambda number: float(raw(number)), raw, dtype)
