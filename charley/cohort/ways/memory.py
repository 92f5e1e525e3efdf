"""Memory for planes, laid out as processors fetch it."""

from __future__ import annotations

from typing import Any

import numpy as np

__all__ = ["table"]

_LINE = 64
"""Bytes that a processor fetches at once. Vectors that lie across two of them take twice as long."""


def table(rows: int, words: int) -> Any:
    """Planes of so many words, none of them set. They begin where a line of the processor's caches does."""
    raw: Any = np.zeros(rows * words + _LINE // 8, np.uint64)
    first = -raw.ctypes.data % _LINE // 8
    return raw[first : first + rows * words].reshape(rows, words)
