"""Sixty-four lanes at once, as vectors of LLVM: what processors have and Python cannot say.

LLVM makes of them whatever the processor offers (AVX-512, AVX2, NEON). A *block* is a table of 64-bit words
with 64 words in each row, one row for each plane.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

__all__ = [
    "LANES",
    "WORD",
    "bits_of",
    "byte_at",
    "fetch",
    "in_both",
    "in_either",
    "in_one",
    "mark_reaching",
    "memory_of",
    "place_of",
    "vector_of",
]

LANES = 64
_REGISTER = 512
"""Bits of the widest register of any processor; others take several of their own."""
WORD = ir.IntType(64)
_WORDS = ir.VectorType(WORD, LANES)
_BITS = ir.VectorType(ir.IntType(1), LANES)


@intrinsic  # type: ignore[untyped-decorator, unused-ignore]
def mark_reaching(typing: Any, planes: Any, place: Any, word: Any, numbers: Any, limit: Any) -> Any:
    """Bit i of a word of a plane becomes set where `numbers[64 * word + i]` is at least the limit."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        table, row, at, array, bound = arguments
        dtype, one = numbers.dtype, context.get_data_type(numbers.dtype)
        # As many as one register holds: putting longer masks together takes longer than to compare.
        lanes = min(LANES, _REGISTER // dtype.bitwidth)
        bounds = vector_of(builder, bound, ir.VectorType(one, lanes))
        held = context.make_array(planes)(context, builder, table)
        words = builder.extract_value(held.shape, 1)
        cell = builder.gep(held.data, [builder.add(builder.mul(row, words), at)])
        first = builder.mul(at, ir.Constant(WORD, LANES))
        for part in range(LANES // lanes):
            lane = builder.add(first, ir.Constant(WORD, part * lanes))
            place = place_of(builder, memory_of(context, builder, numbers, array), lane, bounds.type)
            loaded = builder.load(place, align=dtype.bitwidth // 8)
            mask = ir.IntType(lanes)
            marks = builder.bitcast(_reaches(builder, dtype, loaded, bounds), mask)
            to = builder.gep(builder.bitcast(cell, mask.as_pointer()), [ir.Constant(WORD, part)])
            builder.store(marks, to, align=lanes // 8)

    if not isinstance(numbers, types.Array) or numbers.layout != "C":
        return None
    return types.void(planes, types.intp, types.intp, numbers, numbers.dtype), generate


def _reaches(builder: Any, dtype: Any, numbers: Any, bounds: Any) -> Any:
    if isinstance(dtype, types.Float):
        return builder.fcmp_ordered(">=", numbers, bounds)
    return (builder.icmp_signed if dtype.signed else builder.icmp_unsigned)(">=", numbers, bounds)


def _gate(operation: str, meaning: str) -> Any:
    def gate(typing: Any, block: Any, one: Any, other: Any, to: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            array, *rows = arguments
            a, b, found = (_row(context, builder, block, array, row) for row in rows)
            combine = getattr(builder, operation)
            builder.store(combine(builder.load(a, align=8), builder.load(b, align=8)), found, align=8)

        return types.void(block, types.intp, types.intp, types.intp), generate

    gate.__doc__ = meaning
    return intrinsic(gate)


in_both = _gate("and_", "A row of a block becomes the lanes that two of its rows both have.")
in_either = _gate("or_", "A row of a block becomes the lanes that one or both of two rows have.")
in_one = _gate("xor", "A row of a block becomes the lanes that one of two rows has, and the other has not.")


@intrinsic  # type: ignore[untyped-decorator, unused-ignore]
def fetch(typing: Any, block: Any, to: Any, address: Any, shift: Any) -> Any:
    """A row of a block becomes the bits at an address in memory, from the bit `shift` (0 to 7) on.

    Where `shift` is not 0, one word more is read than the row has.
    """

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array, row, at, lower = arguments
        target = _row(context, builder, block, array, row)
        loaded = builder.load(builder.inttoptr(at, _WORDS.as_pointer()), align=1)
        _prefetch(builder, builder.add(at, ir.Constant(WORD, 8 * LANES)))
        with builder.if_else(builder.icmp_unsigned("==", lower, ir.Constant(WORD, 0))) as (straight, moved):
            with straight:
                builder.store(loaded, target, align=8)
            with moved:
                beyond = builder.add(at, ir.Constant(WORD, 8))
                rest = builder.load(builder.inttoptr(beyond, _WORDS.as_pointer()), align=1)
                upper = builder.sub(ir.Constant(WORD, 64), lower)
                low = builder.lshr(loaded, vector_of(builder, lower, _WORDS))
                high = builder.shl(rest, vector_of(builder, upper, _WORDS))
                builder.store(builder.or_(low, high), target, align=8)

    return types.void(block, types.intp, types.intp, types.intp), generate


def _prefetch(builder: Any, address: Any) -> None:
    """Bring what a row of the next block will be from memory while this one is worked on."""
    flag = ir.IntType(32)
    kind = ir.FunctionType(ir.VoidType(), [ir.IntType(8).as_pointer(), flag, flag, flag])
    prefetch = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0i8")
    for line in range(0, 8 * LANES, 64):
        place = builder.inttoptr(builder.add(address, ir.Constant(WORD, line)), ir.IntType(8).as_pointer())
        builder.call(prefetch, [place, flag(0), flag(2), flag(1)])


@intrinsic  # type: ignore[untyped-decorator, unused-ignore]
def byte_at(typing: Any, address: Any) -> Any:
    """The byte at an address in memory."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        place = builder.inttoptr(arguments[0], ir.IntType(8).as_pointer())
        return builder.zext(builder.load(place), WORD)

    return types.uint64(types.intp), generate


def bits_of(builder: Any, cells: Any, row: Any, lane: Any) -> Any:
    """A word of a row of a block, as bits."""
    cell = builder.add(builder.mul(row, ir.Constant(WORD, LANES)), lane)
    return builder.bitcast(builder.load(builder.gep(cells, [cell])), _BITS)


def memory_of(context: Any, builder: Any, type: Any, array: Any) -> Any:
    """The memory of an array."""
    return context.make_array(type)(context, builder, array).data


def _row(context: Any, builder: Any, type: Any, array: Any, row: Any) -> Any:
    """The memory of a row of a block."""
    at = builder.mul(row, ir.Constant(WORD, LANES))
    return place_of(builder, memory_of(context, builder, type, array), at, _WORDS)


def place_of(builder: Any, data: Any, at: Any, vector: Any) -> Any:
    return builder.bitcast(builder.gep(data, [at]), vector.as_pointer())


def vector_of(builder: Any, value: Any, vector: Any) -> Any:
    """A vector of one value."""
    one = builder.insert_element(ir.Constant(vector, ir.Undefined), value, ir.Constant(ir.IntType(32), 0))
    first = ir.Constant(ir.VectorType(ir.IntType(32), vector.count), [0] * vector.count)
    return builder.shuffle_vector(one, ir.Constant(vector, ir.Undefined), first)
