"""One more answer while rules and facts grow: the work stays, the tables that it goes through do not."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.measure import Times, telling
from benchmarks.peers.kernel import Firing
from benchmarks.workload import Workload
from charley.engine.kernel.network import Network

__all__ = ["Grown", "growing", "second_level", "table_bytes"]


@dataclass
class Grown:
    """An answer with so many rules."""

    touched: float
    """To how many conditions it goes on average, which is the work that it makes."""
    table_bytes: int
    tell: Times = field(default_factory=Times)

    @property
    def quickest(self) -> float:
        """Seconds of an answer in the quickest round: what others do on the machine only adds to it."""
        return min(self.tell.rounds)


def growing(sizes: Mapping[int, int], times: int, least: float = 0.1) -> dict[int, Grown]:
    """By the number of rules, which `sizes` gives a number of patients; all sizes take turns."""
    found: dict[int, Grown] = {}
    sides = {}
    for rules, patients in sizes.items():
        work = Workload(rules, patients)
        network = Network(work.base, falsity=False)
        held = network.index.held
        answers = [list(record.items()) for record in work.records]
        told = [answer for each in answers for answer in each]
        met = sum(len(held[fact][value]) for fact, value in told if fact in held)
        found[rules] = Grown(met / len(told), table_bytes(network))
        sides[rules] = Firing(work), answers
    for _ in range(times):
        for rules, (peer, answers) in sides.items():
            found[rules].tell.rounds.append(telling(peer, answers, least))
    return found


def table_bytes(network: Network) -> int:
    """The memory of what answers are looked up in and passed on by, and of the counters of a patient.

    Texts are left out: their hashes are compared, and most are not read.
    """
    seen: set[int] = set()
    waiting: list[object] = [network.facts, network.after, network.lack]
    size = 0
    while waiting:
        each = waiting.pop()
        if id(each) in seen or each is None or isinstance(each, str | bool):
            continue
        seen.add(id(each))
        size += sys.getsizeof(each)
        if isinstance(each, dict):
            waiting += each.values()
        elif isinstance(each, tuple | list):
            waiting += each
    return size


def second_level() -> str:
    """How large the second cache of a core is, as the system says it; `not known` where it does not."""
    found = Path("/sys/devices/system/cpu/cpu0/cache/index2/size")
    return found.read_text().strip() if found.exists() else "not known"
