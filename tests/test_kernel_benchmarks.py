"""The engines that benchmarks time say the same: those that tests can count on being installed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.peers import Peer
from benchmarks.peers.clips_peer import Clips
from benchmarks.peers.experta_peer import Experta
from benchmarks.peers.kernel import Firing, Kernel
from benchmarks.run import check, expected
from benchmarks.workload import Workload


@pytest.mark.parametrize("kind", [Firing, Kernel, Clips, Experta])
def test_an_engine_is_timed_only_when_it_agrees(kind: type[Peer]) -> None:
    work = Workload(60, 8)
    wanted = expected(work)
    assert sum(len(fired) for fired, _ in wanted) > 40
    check(kind(work), work, wanted)
    wrong = [(fired ^ {"r-0"}, scores) for fired, scores in wanted]
    with pytest.raises(AssertionError, match="disagrees"):
        check(kind(work), work, wrong)
