"""Both ways do what each of their four operations says, at every length."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("pyarrow", reason="a cohort needs charley[cohort]")

import numpy as np

from charley.cohort.code import Code
from charley.cohort.ways.way import way

LENGTHS = (1, 63, 64, 65, 511, 512, 513, 1500)


@pytest.fixture(params=[False, True], ids=["numpy", "numba"])
def made(request: pytest.FixtureRequest) -> Any:
    if request.param:
        pytest.importorskip("numba", reason="numba is not installed")
    steps = ((0, 2, 3, 5), (1, 5, 4, 6), (2, 6, 1, 7))
    return way(Code(steps, {0: 2, 1: 3, 2: 4}, (7, 5), 8), request.param)


def planes_of(rows: int, count: int) -> tuple[Any, Any]:
    """Random planes with the constants before them, and their bits."""
    chance = np.random.default_rng(rows)
    planes = chance.integers(0, 2**64, (count + 2, -(-rows // 64)), np.uint64, endpoint=False)
    planes[0], planes[1] = 0, ~np.uint64(0)
    bits = np.unpackbits(planes.view(np.uint8), axis=1, bitorder="little")[2:, :rows]
    return planes, bits.astype(np.int64)


@pytest.mark.parametrize("rows", LENGTHS)
def test_gates(made: Any, rows: int) -> None:
    planes, bits = planes_of(rows, 6)
    made.run(planes)
    both = bits[0] & bits[1]
    results = np.unpackbits(planes.view(np.uint8), axis=1, bitorder="little")[:, :rows]
    assert (results[5] == both).all()
    assert (results[7] == 1 - (both | bits[2])).all()


@pytest.mark.parametrize("rows", LENGTHS)
@pytest.mark.parametrize(
    ("bits", "digits"), [(8, 1), (8, 3), (8, 7), (8, 8), (16, 9), (16, 12), (16, 16), (16, 5)]
)
def test_numbers(made: Any, rows: int, bits: int, digits: int) -> None:
    planes, set_ = planes_of(rows, digits)
    worth = (1 << np.arange(digits))[:, None]
    found = made.numbers(planes, range(2, 2 + digits), rows, bits, False)
    assert (found.view(f"u{bits // 8}") == (set_ * worth).sum(0)).all()
    worth[-1] *= -1
    found = made.numbers(planes, range(2, 2 + digits), rows, bits, True)
    assert found.dtype == f"i{bits // 8}" and (found == (set_ * worth).sum(0)).all()


@pytest.mark.parametrize("rows", LENGTHS)
@pytest.mark.parametrize("count", [1, 8, 9, 63, 64])
def test_packed(made: Any, rows: int, count: int) -> None:
    planes, set_ = planes_of(rows, count)
    found = made.packed(planes, range(2, 2 + count), rows)
    assert found.tolist() == [sum(int(bit) << at for at, bit in enumerate(row)) for row in set_.T]


@pytest.mark.parametrize("rows", LENGTHS)
@pytest.mark.parametrize("dtype", ["f8", "f4", "i1", "u8"])
def test_cuts(made: Any, rows: int, dtype: str) -> None:
    numbers = np.random.default_rng(rows).integers(0, 100, rows).astype(dtype)
    if dtype[0] == "f":
        numbers[::7] = np.nan
    planes, _ = planes_of(rows, 3)
    limits = np.array([10, 50, 101], dtype)
    made.cut(numbers, limits, planes, [2, 3, 4])
    found = np.unpackbits(planes.view(np.uint8), axis=1, bitorder="little")
    for limit, row in zip(limits, found[2:], strict=True):
        assert (row[:rows] == (numbers >= limit)).all() and not row[rows:].any()
