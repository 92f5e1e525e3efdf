"""Sixty-four lanes at once, as vectors of LLVM: what processors have and Python cannot say.

LLVM makes of them whatever the processor offers (AVX-512, AVX2, NEON). A *block* is a table of 64-bit words
with 64 words in each row, one row for each plane.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

__all__ = [
    "LANES",
    "byte_at",
    "fetch",
    "in_both",
    "in_either",
    "in_one",
    "mark_reaching",
    "put_bytes",
    "put_shorts",
    "put_words",
]

LANES = 64
_REGISTER = 512
"""Bits of the widest register of any processor; others take several of their own."""
_WORD = ir.IntType(64)
_WORDS = ir.VectorType(_WORD, LANES)
_BITS = ir.VectorType(ir.IntType(1), LANES)


@intrinsic  # type: ignore[untyped-decorator, unused-ignore]
def mark_reaching(typing: Any, planes: Any, place: Any, word: Any, numbers: Any, limit: Any) -> Any:
    """Bit i of a word of a plane becomes set where `numbers[64 * word + i]` is at least the limit."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        table, row, at, array, bound = arguments
        dtype, one = numbers.dtype, context.get_data_type(numbers.dtype)
        # As many as one register holds: putting longer masks together takes longer than to compare.
        lanes = min(LANES, _REGISTER // dtype.bitwidth)
        bounds = _all(builder, bound, ir.VectorType(one, lanes))
        held = context.make_array(planes)(context, builder, table)
        words = builder.extract_value(held.shape, 1)
        cell = builder.gep(held.data, [builder.add(builder.mul(row, words), at)])
        first = builder.mul(at, ir.Constant(_WORD, LANES))
        for part in range(LANES // lanes):
            lane = builder.add(first, ir.Constant(_WORD, part * lanes))
            place = _place(builder, _data(context, builder, numbers, array), lane, bounds.type)
            loaded = builder.load(place, align=dtype.bitwidth // 8)
            mask = ir.IntType(lanes)
            marks = builder.bitcast(_reaches(builder, dtype, loaded, bounds), mask)
            to = builder.gep(builder.bitcast(cell, mask.as_pointer()), [ir.Constant(_WORD, part)])
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
        with builder.if_else(builder.icmp_unsigned("==", lower, ir.Constant(_WORD, 0))) as (straight, moved):
            with straight:
                builder.store(loaded, target, align=8)
            with moved:
                beyond = builder.add(at, ir.Constant(_WORD, 8))
                rest = builder.load(builder.inttoptr(beyond, _WORDS.as_pointer()), align=1)
                upper = builder.sub(ir.Constant(_WORD, 64), lower)
                low = builder.lshr(loaded, _all(builder, lower, _WORDS))
                high = builder.shl(rest, _all(builder, upper, _WORDS))
                builder.store(builder.or_(low, high), target, align=8)

    return types.void(block, types.intp, types.intp, types.intp), generate


@intrinsic  # type: ignore[untyped-decorator, unused-ignore]
def byte_at(typing: Any, address: Any) -> Any:
    """The byte at an address in memory."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        place = builder.inttoptr(arguments[0], ir.IntType(8).as_pointer())
        return builder.zext(builder.load(place), _WORD)

    return types.uint64(types.intp), generate


def _put(bits: int, meaning: str) -> Any:
    """What writes 64 numbers of so many bits, whose digits are planes of a block."""

    def put(typing: Any, block: Any, word: Any, places: Any, out: Any, at: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            array, lane, table, memory, to = arguments
            cells, digits = _data(context, builder, block, array), _data(context, builder, places, table)

            def digit(number: int) -> Any:
                row = builder.load(builder.gep(digits, [ir.Constant(_WORD, number)]))
                row = builder.sext(row, _WORD)
                cell = builder.add(builder.mul(row, ir.Constant(_WORD, LANES)), lane)
                return builder.bitcast(builder.load(builder.gep(cells, [cell])), _BITS)

            parts = [_byte(builder, [digit(8 * byte + bit) for bit in range(8)]) for byte in range(bits // 8)]
            while len(parts) > 1:
                parts = [
                    _joined(builder, low, high) for low, high in zip(parts[::2], parts[1::2], strict=True)
                ]
            target = _place(builder, _data(context, builder, out, memory), to, parts[0].type)
            builder.store(parts[0], target, align=8)

        return types.void(block, types.intp, places, out, types.intp), generate

    put.__doc__ = meaning
    return intrinsic(put)


_SAID = "Write 64 numbers of {} bits from `out[at]` on. Their digits are in one word of the rows `places`."
put_bytes = _put(8, _SAID.format(8))
put_shorts = _put(16, _SAID.format(16))
put_words = _put(64, _SAID.format(64))


def _byte(builder: Any, digits: list[Any]) -> Any:
    """The 64 bytes of which these are the digits."""
    vector = ir.VectorType(ir.IntType(8), LANES)
    found = ir.Constant(vector, [0] * LANES)
    for number, digit in enumerate(digits):
        worth = ir.Constant(vector, [1 << number] * LANES)
        found = builder.or_(found, builder.select(digit, worth, ir.Constant(vector, [0] * LANES)))
    return found


def _joined(builder: Any, low: Any, high: Any) -> Any:
    """Numbers of twice the width, from their halves."""
    bits = low.type.element.width
    vector = ir.VectorType(ir.IntType(2 * bits), LANES)
    upper = builder.shl(builder.zext(high, vector), ir.Constant(vector, [bits] * LANES))
    return builder.or_(builder.zext(low, vector), upper)


def _data(context: Any, builder: Any, type: Any, array: Any) -> Any:
    """The memory of an array."""
    return context.make_array(type)(context, builder, array).data


def _row(context: Any, builder: Any, type: Any, array: Any, row: Any) -> Any:
    """The memory of a row of a block."""
    at = builder.mul(row, ir.Constant(_WORD, LANES))
    return _place(builder, _data(context, builder, type, array), at, _WORDS)


def _place(builder: Any, data: Any, at: Any, vector: Any) -> Any:
    return builder.bitcast(builder.gep(data, [at]), vector.as_pointer())


def _all(builder: Any, value: Any, vector: Any) -> Any:
    """A vector of one value."""
    found = ir.Constant(vector, ir.Undefined)
    for number in range(vector.count):
        found = builder.insert_element(found, value, ir.Constant(ir.IntType(32), number))
    return found
