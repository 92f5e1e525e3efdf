"""Sixty-four numbers compared with a limit at once, as one word: what processors have and Python cannot say.

LLVM makes of it whatever the processor offers (a mask register, or a gathered sign bit), on any of them.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

__all__ = ["reaching"]

_WORD = 64


@intrinsic  # type: ignore[untyped-decorator, unused-ignore]
def reaching(typing: Any, numbers: Any, first: Any, limit: Any) -> Any:
    """Bit i is set where `numbers[first + i]` is at least the limit. The 64 numbers lie beside each other."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array, at, bound = arguments
        dtype = numbers.dtype
        data = context.make_array(numbers)(context, builder, array).data
        one = context.get_data_type(dtype)
        vector = ir.VectorType(one, _WORD)
        place = builder.bitcast(builder.gep(data, [at]), vector.as_pointer())
        loaded = builder.load(place, align=dtype.bitwidth // 8)
        bounds = ir.Constant(vector, ir.Undefined)
        for number in range(_WORD):
            bounds = builder.insert_element(bounds, bound, ir.Constant(ir.IntType(32), number))
        if isinstance(dtype, types.Float):
            found = builder.fcmp_ordered(">=", loaded, bounds)
        elif dtype.signed:
            found = builder.icmp_signed(">=", loaded, bounds)
        else:
            found = builder.icmp_unsigned(">=", loaded, bounds)
        return builder.bitcast(found, ir.IntType(_WORD))

    if not isinstance(numbers, types.Array) or numbers.layout != "C":
        return None
    return types.uint64(numbers, types.intp, numbers.dtype), generate
