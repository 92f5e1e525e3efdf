"""What grows with the rules is measured as it is told: the tables, and not the work of an answer."""

from __future__ import annotations

import sys

from benchmarks.growing import growing, table_bytes
from benchmarks.workload import Workload
from charley.engine.kernel.network import Network


def test_tables_grow_with_the_rules_and_the_work_of_an_answer_does_not() -> None:
    few, many = growing({60: 4, 600: 2}, times=2, least=1e-4).values()
    assert 7 < many.table_bytes / few.table_bytes < 15
    assert 0.5 < many.touched / few.touched < 2
    assert len(few.tell.rounds) == len(many.tell.rounds) == 2
    assert few.quickest == min(few.tell.rounds) > 0


def test_every_table_is_counted_once() -> None:
    network = Network(Workload(60, 1).base, falsity=False)
    whole = table_bytes(network)
    network.after.append(network.after[0])  # one more place for what is there
    assert 0 <= table_bytes(network) - whole <= sys.getsizeof(network.after)
    assert whole > sys.getsizeof(network.facts) + sys.getsizeof(network.lack)
