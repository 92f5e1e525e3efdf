"""The engines that benchmarks time say the same, each before it is timed."""

from __future__ import annotations

import pytest

from benchmarks.peers import Peer, peers
from benchmarks.peers.drools_peer import drools
from benchmarks.run import check, expected
from benchmarks.workload import Workload

MISSING = "{} is not installed: pip install -r benchmarks/requirements.txt{}"


@pytest.mark.parametrize(("name", "kind"), list(peers()))
def test_an_engine_is_timed_only_when_it_agrees(name: str, kind: type[Peer] | None) -> None:
    if kind is None:
        pytest.skip(MISSING.format(name, ""))
    work = Workload(60, 8)
    wanted = expected(work)
    assert sum(len(fired) for fired, _ in wanted) > 40
    check(kind(work), work, wanted)
    wrong = [(fired ^ {"r-0"}, scores) for fired, scores in wanted]
    with pytest.raises(AssertionError, match="disagrees"):
        check(kind(work), work, wrong)


def test_drools_agrees() -> None:
    work = Workload(60, 8)
    found = drools(work, rounds=1, warm=0.0)
    if found is None:
        pytest.skip(MISSING.format("Drools", ", and a JDK"))
    assert found.results == expected(work)
