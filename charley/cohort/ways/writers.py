"""What is written of sixty-four lanes at once: bytes and words from their digits, sums, the highest of sums.

Vectors of LLVM, as in `vectors`. They are written into memory where Arrow will look for them.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from charley.cohort.ways.vectors import LANES, WORD, bits_of, memory_of, place_of, vector_of

__all__ = [
    "highest_bytes",
    "highest_shorts",
    "put_bytes",
    "put_words",
    "sum_bytes",
    "sum_shorts",
]


def _put(bits: int, meaning: str) -> Any:
    """What writes 64 numbers of so many bits, whose digits are planes of a block."""

    def put(typing: Any, block: Any, word: Any, places: Any, out: Any, at: Any) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            array, lane, table, memory, to = arguments
            cells, digits = (
                memory_of(context, builder, block, array),
                memory_of(context, builder, places, table),
            )

            def digit(number: int) -> Any:
                row = builder.load(builder.gep(digits, [ir.Constant(WORD, number)]))
                return bits_of(builder, cells, row, lane)

            parts = [_byte(builder, [digit(8 * byte + bit) for bit in range(8)]) for byte in range(bits // 8)]
            while len(parts) > 1:
                parts = [
                    _joined(builder, low, high) for low, high in zip(parts[::2], parts[1::2], strict=True)
                ]
            target = place_of(builder, memory_of(context, builder, out, memory), to, parts[0].type)
            builder.store(parts[0], target, align=8)

        return types.void(block, types.intp, places, out, types.intp), generate

    put.__doc__ = meaning
    return intrinsic(put)


_SAID = "Write 64 numbers of {} bits from `out[at]` on. Their digits are in one word of the rows `places`."
put_bytes = _put(8, _SAID.format(8))
put_words = _put(64, _SAID.format(64))


def _summing(bits: int) -> Any:
    """What adds up 64 numbers of so many bits."""
    number = ir.IntType(bits)
    vector = ir.VectorType(number, LANES)

    def summing(
        typing: Any, block: Any, word: Any, summands: Any, first: Any, end: Any, base: Any, out: Any, at: Any
    ) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            array, lane, table, begin, stop, start, memory, to = arguments
            cells, rows = (
                memory_of(context, builder, block, array),
                memory_of(context, builder, summands, table),
            )
            sum_ = cgutils.alloca_once_value(
                builder, vector_of(builder, builder.trunc(start, number), vector)
            )
            with cgutils.for_range_slice(builder, begin, stop, ir.Constant(WORD, 1)) as (index, _):
                pair = builder.gep(rows, [builder.shl(index, ir.Constant(WORD, 1))])
                weight = builder.load(builder.gep(pair, [ir.Constant(WORD, 1)]))
                where = bits_of(builder, cells, builder.load(pair), lane)
                weights = vector_of(builder, builder.trunc(weight, number), vector)
                nothing = ir.Constant(vector, [0] * LANES)
                weighed = builder.select(where, weights, nothing)
                builder.store(builder.add(builder.load(sum_), weighed), sum_)
            target = place_of(builder, memory_of(context, builder, out, memory), to, vector)
            builder.store(builder.load(sum_), target, align=8)

        index = types.intp
        return types.void(block, index, summands, index, index, index, out, index), generate

    summing.__doc__ = f"""Write 64 sums of {bits} bits from `out[at]` on: `base`, and the weight of each
    summand where its row of a block is set.
    """
    return intrinsic(summing)


sum_bytes, sum_shorts = _summing(8), _summing(16)


def _finding_highest(bits: int) -> Any:
    """What finds the highest of numbers of so many bits."""
    vector, place = ir.VectorType(ir.IntType(bits), LANES), ir.VectorType(ir.IntType(8), LANES)

    def finding_highest(
        typing: Any, memory: Any, starts: Any, first: Any, end: Any, words: Any, word: Any, at: Any
    ) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            array, table, begin, stop, each, lane, to = arguments
            data, rows = (
                memory_of(context, builder, memory, array),
                memory_of(context, builder, starts, table),
            )
            lowest = ir.Constant(vector, [-(1 << bits - 1)] * LANES)
            highest = cgutils.alloca_once_value(builder, lowest)
            found = cgutils.alloca_once_value(builder, ir.Constant(place, [0] * LANES))
            inside = builder.mul(lane, ir.Constant(WORD, bits))
            with cgutils.for_range_slice(builder, begin, stop, ir.Constant(WORD, 1)) as (index, _):
                start = builder.mul(builder.load(builder.gep(rows, [index])), each)
                numbers = builder.load(place_of(builder, data, builder.add(start, inside), vector), align=8)
                before = builder.load(highest)
                reaches = builder.icmp_signed(">=", numbers, before)
                builder.store(builder.select(reaches, numbers, before), highest)
                number = vector_of(builder, builder.trunc(builder.sub(index, begin), ir.IntType(8)), place)
                builder.store(builder.select(reaches, number, builder.load(found)), found)
            builder.store(builder.load(found), place_of(builder, data, to, place), align=8)

        index = types.intp
        return types.void(memory, starts, index, index, index, index, index), generate

    finding_highest.__doc__ = f"""Write 64 bytes from `memory[at]` on: which of some sums of {bits} bits is
    the highest, of equal ones the last. They lie in the memory, each from `words` times its start on.
    """
    return intrinsic(finding_highest)


highest_bytes, highest_shorts = _finding_highest(8), _finding_highest(16)


def _byte(builder: Any, digits: list[Any]) -> Any:
    """The 64 bytes of which these are the digits."""
    vector = ir.VectorType(ir.IntType(8), LANES)
    found = ir.Constant(vector, [0] * LANES)
    for number, digit in enumerate(digits):
        worth = ir.Constant(vector, [1 << number] * LANES)
        found = builder.add(found, builder.select(digit, worth, ir.Constant(vector, [0] * LANES)))
    return found


def _joined(builder: Any, low: Any, high: Any) -> Any:
    """Numbers of twice the width, from their halves."""
    lanes = ir.VectorType(ir.IntType(32), 2 * LANES)
    by_turns = ir.Constant(lanes, [lane + half for lane in range(LANES) for half in (0, LANES)])
    wide = ir.VectorType(ir.IntType(2 * low.type.element.width), LANES)
    return builder.bitcast(builder.shuffle_vector(low, high, by_turns), wide)
