"""Arrow's bitmaps as planes. A slice begins at any bit, so nothing here assumes whole bytes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

__all__ = ["bitmap", "is_set", "known", "set_bits"]

WORD = 64


def known(array: pa.Array, words: int) -> Any:
    """Where the array has a value, as a plane of so many words. It may be Arrow's memory: read it only."""
    validity = array.buffers()[0] if array.null_count else None
    if validity is not None:
        return bitmap(validity, array.offset, len(array), words)
    plane: Any = np.full(words, 0 if array.type == pa.null() else ~np.uint64(0), np.uint64)
    _end(plane, len(array))
    return plane


def bitmap(buffer: pa.Buffer | None, offset: int, length: int, words: int) -> Any:
    """The `length` bits from the bit `offset` on, as a plane; what is beyond them is not set.

    It may be Arrow's own memory: read it only.
    """
    if buffer is None:
        return np.zeros(words, np.uint64)
    if not offset % WORD and not length % WORD and words * WORD == length:
        return np.frombuffer(buffer, np.uint64, words, offset // 8)
    plane: Any = np.empty(words, np.uint64)
    _shifted(buffer, offset, length, plane)
    return plane


def _shifted(buffer: pa.Buffer, offset: int, length: int, plane: Any) -> None:
    shift = offset % 8
    count = (shift + length + 7) // 8
    raw = np.frombuffer(buffer, np.uint8, count, offset // 8)
    if not shift:
        into = plane.view(np.uint8)
        into[:count] = raw
        into[count:] = 0
    else:
        words: Any = np.zeros(len(plane) + 1, np.uint64)
        words.view(np.uint8)[:count] = raw
        np.right_shift(words[:-1], np.uint64(shift), out=plane)
        words[1:] <<= np.uint64(WORD - shift)
        plane |= words[1:]
    _end(plane, length)


def _end(plane: Any, length: int) -> None:
    """Take away the bits from `length` on."""
    word, rest = divmod(length, WORD)
    if rest:
        plane[word] &= np.uint64((1 << rest) - 1)
        word += 1
    plane[word:] = 0


def set_bits(plane: Any, where: Any) -> None:
    """Write truths, one for each row, into a plane; what is beyond them is not set."""
    packed = np.packbits(where, bitorder="little")
    into = plane.view(np.uint8)
    into[: len(packed)] = packed
    into[len(packed) :] = 0


def is_set(plane: Any, rows: int) -> Any:
    """A plane as truths, one for each row."""
    return np.unpackbits(plane.view(np.uint8), count=rows, bitorder="little").view(np.bool_)
