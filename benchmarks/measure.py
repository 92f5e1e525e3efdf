"""Times, taken in rounds in which everybody takes a turn, so that a slow minute slows them all.

Processor time, where nothing else is asked for, not the clock on the wall: what other programs do meanwhile
is not counted.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from benchmarks.peers import Peer
from charley.facts.vocabulary import Value

__all__ = ["Times", "percentile", "rounds", "telling", "timed"]


@dataclass
class Times:
    """Seconds, one for each round."""

    rounds: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self.rounds)

    @property
    def spread(self) -> tuple[float, float]:
        """The quickest and the slowest round."""
        return min(self.rounds), max(self.rounds)

    def over(self, other: Times) -> Times:
        """How many times as long as the other, round by round."""
        if len(self.rounds) != len(other.rounds):
            return Times([self.median / other.median])
        return Times([ours / theirs for ours, theirs in zip(self.rounds, other.rounds, strict=True)])


def timed(
    work: Callable[[], object],
    count: int = 1,
    least: float = 0.0,
    clock: Callable[[], float] = time.process_time,
) -> float:
    """Seconds for one of `count` things that `work` does; repeated until it has taken `least`."""
    # What was built before stays; collecting the rubbish of this work alone is this work's own cost.
    gc.collect()
    gc.freeze()
    done = 0
    start = clock()
    while True:
        work()
        done += 1
        taken = clock() - start
        if taken >= least:
            return taken / done / count


def rounds(
    works: dict[str, tuple[Callable[[], object], int]],
    times: int,
    least: float,
    clock: Callable[[], float] = time.process_time,
) -> dict[str, Times]:
    """Everything measured once a round; each work with how many things it does."""
    found = {name: Times() for name in works}
    for _ in range(times):
        for name, (work, count) in works.items():
            found[name].rounds.append(timed(work, count, least, clock))
    return found


def telling(peer: Peer, answers: list[list[tuple[str, Value]]], least: float = 0.1) -> float:
    """Seconds for an answer, over patients told from nothing to everything, again until it has taken `least`.

    Each engine has run a while then, and none is measured with another one's data in the processor's caches.
    """
    taken, told = 0.0, 0
    while taken < least:
        for facts in answers:
            tell = peer.begin()
            start = time.process_time()
            for fact, value in facts:
                tell(fact, value)
            taken += time.process_time() - start
            told += len(facts)
    return taken / told


def percentile(values: Sequence[float], part: float) -> float:
    """The value below which this part of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]
