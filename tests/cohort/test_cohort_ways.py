"""Both ways do what each of their operations says, at every length."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import pytest

pytest.importorskip("pyarrow", reason="a cohort needs charley[cohort]")

import numpy as np
import pyarrow as pa

from charley.cohort.code import Code
from charley.cohort.outputs import Outputs
from charley.cohort.ways.memory import table
from charley.cohort.ways.way import WORTH_ACCELERATING, Way, way, worth_accelerating

LENGTHS = (0, 1, 63, 64, 65, 511, 512, 513, 1500, 4095, 4096, 4097, 9000)


@pytest.fixture(params=[False, True], ids=["numpy", "numba"])
def accelerate(request: pytest.FixtureRequest) -> bool:
    if request.param:
        pytest.importorskip("numba", reason="numba is not installed")
    return bool(request.param)


def planes_of(rows: int, count: int) -> tuple[Any, Any]:
    """Random planes with the constants before them, and their bits."""
    chance = np.random.default_rng(rows)
    planes = table(count + 2, -(-rows // 64))
    planes[:] = chance.integers(0, 2**64, planes.shape, np.uint64, endpoint=False)
    planes[0], planes[1] = 0, ~np.uint64(0)
    bits = np.unpackbits(planes.view(np.uint8), axis=1, bitorder="little")[2:, :rows]
    return planes, bits.astype(np.int64)


def run(made: Way, planes: Any, words: int) -> Any:
    """The memory that the way fills; more is there, and is to stay as it is."""
    memory = table(1, words + 64)[0]
    made.run(planes, memory[:words])
    assert not memory[words:].any()
    return memory[:words]


@pytest.mark.parametrize("rows", LENGTHS)
def test_gates(accelerate: bool, rows: int) -> None:
    planes, bits = planes_of(rows, 6)
    steps = ((0, 2, 3, 5), (1, 5, 4, 6), (2, 6, 1, 7))
    outputs = Outputs()
    both, neither = outputs.digits("bit", [5]), outputs.digits("bit", [7])
    made = way(Code(steps, {0: 2, 1: 3, 2: 4}, (7, 5), 8), outputs, accelerate)
    words = planes.shape[1]
    found = run(made, planes, outputs.words * words)
    results = np.unpackbits(found.view(np.uint8).reshape(2, -1), axis=1, bitorder="little")[:, :rows]
    assert (both.start, neither.start) == (0, 1)
    assert (results[0] == bits[0] & bits[1]).all()
    assert (results[1] == 1 - (bits[0] & bits[1] | bits[2])).all()


@pytest.mark.parametrize("rows", LENGTHS)
@pytest.mark.parametrize("offset", [0, 1, 7, 8, 13, 63, 64])
def test_bits_are_borrowed_from_wherever_they_begin(accelerate: bool, rows: int, offset: int) -> None:
    bits = np.random.default_rng(rows).integers(0, 2, offset + rows, np.uint8)
    # Not a byte more than there has to be: what lies beyond must not be read, and here it is not there.
    buffer = pa.py_buffer(np.packbits(bits, bitorder="little").tobytes())
    planes, _ = planes_of(rows, 1)
    outputs = Outputs()
    outputs.digits("bit", [2])
    made = way(Code((), {0: 2}, (2,), 3), outputs, accelerate)
    made.borrow(planes, 2, buffer, offset, rows)
    found = np.unpackbits(run(made, planes, planes.shape[1]).view(np.uint8), bitorder="little")
    assert (found[:rows] == bits[offset:]).all()


@pytest.mark.parametrize("rows", LENGTHS)
@pytest.mark.parametrize(
    ("kind", "digits"),
    [
        (kind, digits)
        for kind, most in (("bit", 1), ("byte", 8), ("word", 64))
        for digits in (1, 3, 8, 9, 16, 32, 33, 64)
        if digits <= most
    ],
)
def test_digits(accelerate: bool, rows: int, kind: str, digits: int) -> None:
    planes, set_ = planes_of(rows, digits)
    outputs = Outputs()
    outputs.digits("bit", [2])
    output = outputs.digits(kind, range(2, 2 + digits))
    made = way(Code((), {at: 2 + at for at in range(digits)}, (), 2 + digits), outputs, accelerate)
    words = planes.shape[1]
    found = run(made, planes, outputs.words * words)[words:]
    if kind == "bit":
        assert (np.unpackbits(found.view(np.uint8), bitorder="little")[:rows] == set_[0]).all()
        return
    expected = [sum(1 << at for at, bit in enumerate(row) if bit) for row in set_.T]
    assert found.view(f"u{output.bits // 8}")[:rows].tolist() == expected


@pytest.mark.parametrize("rows", LENGTHS)
@pytest.mark.parametrize("kind", ["byte", "short"])
def test_sums_and_the_highest(accelerate: bool, rows: int, kind: str) -> None:
    planes, set_ = planes_of(rows, 6)
    code = Code((), {at: 2 + at for at in range(6)}, (), 8)
    # What is added on the way may be beyond a byte; what comes out is not.
    weights = {
        0: [(0, 3), (1, -7), (4, 1)],
        -5: [(2, 10), (3, 100), (4, -60)],
        90: [(0, 100), (1, -100), (0, -100), (1, 100)],
        3: [],
        1: [(5, 2), (3, 1), (5, 2)],
    }
    outputs = Outputs()
    outputs.digits("bit", [2])
    sums = [outputs.sum(kind, base, [(2 + at, w) for at, w in of]) for base, of in weights.items()]
    highest = outputs.highest([sums[at] for at in (4, 3, 0, 1)])
    words = planes.shape[1]
    found = run(way(code, outputs, accelerate), planes, outputs.words * words)
    expected = [
        np.full(rows, base) + sum((w * set_[at] for at, w in of), np.zeros(rows, np.int64))
        for base, of in weights.items()
    ]
    for its, numbers in zip(sums, expected, strict=True):
        part = found[its.start * words :].view(f"i{its.bits // 8}")
        assert part[:rows].tolist() == numbers.tolist()
    leading = [
        max(range(4), key=lambda at: (row[at], at))
        for row in zip(*(expected[at] for at in (4, 3, 0, 1)), strict=True)
    ]
    assert found[highest.start * words :].view(np.uint8)[:rows].tolist() == leading


@pytest.mark.parametrize("rows", LENGTHS)
@pytest.mark.parametrize("dtype", ["f8", "f4", "i1", "u8"])
def test_cuts(accelerate: bool, rows: int, dtype: str) -> None:
    numbers = np.random.default_rng(rows).integers(0, 100, rows).astype(dtype)
    if dtype[0] == "f":
        numbers[::7] = np.nan
    planes, _ = planes_of(rows, 3)
    limits = np.array([10, 50, 101], dtype)
    way(Code((), {}, (), 5), Outputs(), accelerate).cut(numbers, limits, planes, np.array([2, 3, 4]))
    found = np.unpackbits(planes.view(np.uint8), axis=1, bitorder="little")
    for limit, row in zip(limits, found[2:], strict=True):
        assert (row[:rows] == (numbers >= limit)).all() and not row[rows:].any()


def test_only_many_rows_are_worth_machine_code(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    has_numba = find_spec("numba") is not None
    half = WORTH_ACCELERATING // 2
    assert worth_accelerating([half, WORTH_ACCELERATING - half]) is has_numba
    assert not worth_accelerating([half, WORTH_ACCELERATING - half - 1])
    monkeypatch.setattr("charley.cohort.ways.way.find_spec", lambda name: None)
    rows = iter([WORTH_ACCELERATING])
    assert not worth_accelerating(rows)
    assert next(rows) == WORTH_ACCELERATING  # nobody counted them
