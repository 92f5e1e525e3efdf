"""The peers of cohorts say the same, each before it is timed; the page says what was not reached."""

from __future__ import annotations

import pytest

pytest.importorskip("pyarrow", reason="a cohort needs charley[cohort]")

from benchmarks.cohort import Measured
from benchmarks.cohort_memory import Kept
from benchmarks.cohort_shown import write
from benchmarks.cohort_sides import ALL_PEERS, Sides, beside, check, copying, made_up
from benchmarks.measure import Times
from benchmarks.workload import Workload
from charley.cohort.evaluation import BATCH


@pytest.mark.parametrize("name", ALL_PEERS)
def test_a_peer_is_timed_only_when_it_agrees(name: str) -> None:
    pytest.importorskip(name, reason=f"{name} is not installed")
    work = Workload(60, 1)
    peer = ALL_PEERS[name](work)
    table = made_up(work.base, 300)
    found = peer.columns(peer.run(peer.prepared(table)))
    check(work, table, found, peer.name)
    with pytest.raises(AssertionError, match="disagrees on r-0"):
        check(work, table, {**found, "r-0": ~found["r-0"]}, peer.name)
    with pytest.raises(AssertionError, match="disagrees on who leads"):
        check(work, table, {**found, "leader": 19 - found["leader"]}, peer.name)


@pytest.mark.parametrize("threads", [1, 2])
def test_as_many_threads_do_the_same(threads: int) -> None:
    sides = beside(Workload(60, 1).base, 4000, 2, None, threads)
    assert {len(times.rounds) for times in sides.times.values()} == {2}
    assert set(sides.times) >= {"copy", "Charley, numpy"} and sides.bytes_moved > 40
    copying(8.0, 3 * BATCH, threads)()


def test_the_page_says_what_was_not_reached() -> None:
    def times(seconds: float) -> Times:
        return Times([seconds, seconds * 1.1])

    both = {"copy": times(1e-8), "Charley, numba": times(2e-8), "Charley, numpy": times(9e-8)}
    found = Measured(
        100,
        Sides(
            {**both, "Polars 1": times(1e-6), "DuckDB 1": times(1e-6), "OpenFisca 1": times(2e-7)},
            150.0,
            ["zen"],
        ),
        Sides(both, 150.0),
        Sides(both, 500.0),
        1000,
        {"Charley, numba": times(3e-8)},
        {"pyarrow reads and writes the same columns": times(1e-7), "Charley, numpy": times(2e-7)},
        {150: both},
        {10: 100.0, 1000: 110.0},
        Kept(100, 10**5, 1024.0),
    )
    page = write(found, "python -m benchmarks.cohort")
    assert "| numba, beside the copy | <= 2.5 x | 2.0 x | reached |" in page
    assert "| numpy, beside the copy | <= 8 x | 9.0 x | **not reached** |" in page
    assert "| numba, beside DuckDB | >= 100 x | 50.0 x | **not reached** |" in page
    assert "| Charley, numba, 15 times Polars 1 | 100.0 | 6.67 | 2.00 |  |" in page
    assert "| Charley, numba, 50 times OpenFisca 1 | 20.0 | 0.40 | 2.00 | less than the copy" in page
    assert "zen is not installed" in page and "AVX-512" in page
    assert "1.10 x | reached" in page
    assert "1024 bytes for each column" in page and "that is 98 MiB for\nevery" in page
