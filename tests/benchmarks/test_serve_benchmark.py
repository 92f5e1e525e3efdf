"""The benchmark of the server reads what wrk says, and writes what it was told."""

from __future__ import annotations

from collections import Counter

import pytest

pytest.importorskip("starlette", reason="the extra `serve` is not installed")

from benchmarks.serve import ASKED, CONNECTIONS, DIAGNOSE, EXPERTA, FLOOR, SCREEN, Measured, page
from benchmarks.serving import HOSTILE, Load, load_of, other_process

SAID = """\
Running 4s test @ http://127.0.0.1:8000/healthz
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     2.51ms    1.20ms  20.11ms   88.00%
  Latency Distribution
     50%  812.00us
     75%    2.90ms
     90%    3.70ms
     99%    1.02s
  25100 requests in 4.00s, 4.10MB read
{more}Requests/sec:   6275.12
Transfer/sec:      1.02MB
"""


@pytest.mark.parametrize(
    ("more", "failed"),
    [
        ("", 0),
        ("  Non-2xx or 3xx responses: 7\n", 7),
        ("  Socket errors: connect 1, read 2, write 0, timeout 3\n  Non-2xx or 3xx responses: 7\n", 13),
    ],
)
def test_rate_times_and_failures_are_read(more: str, failed: int) -> None:
    assert load_of(SAID.format(more=more)) == Load(6275.12, 0.812, 1020.0, failed)


def test_what_wrk_did_not_say_is_no_measurement() -> None:
    with pytest.raises(ValueError, match="something else"):
        load_of("unable to connect to 127.0.0.1:1 Connection refused")


def test_the_page_says_what_was_measured_as_shares_of_the_floor() -> None:
    rates = {name: 1000.0 / (at + 1) for at, name in enumerate((FLOOR, *ASKED))}
    loads = {(name, n): Load(rate, 1, 2, 0, rate) for n in CONNECTIONS for name, rate in rates.items()}
    loads[EXPERTA, 1] = Load(0.5, 1, 2, 0, 0.5)
    loops, memory = {DIAGNOSE: 1000.0, SCREEN: 100.0}, {0: 2**20, 1234: 3 * 2**20}
    found = Measured(loads, loops, 500.0, {4: Load(9, 1, 2, 0)}, memory, Counter({400: 7, 413: 3}), True)
    text = "\n".join(page(found, "python -m benchmarks.serve"))
    assert "| diagnose | 16 | 333 | 1.00 | 2.00 | 0 | 333 | 0.333 |" in text
    assert "| diagnose | 1000 | 333 | 0.33 |" in text
    assert "the loop\nmakes 500 `diagnose` a second, and served are 0.67 of that" in text
    assert "667 times" in text
    assert "| 0 | 1.0 | +0.0 |" in text and "| 1,234 | 3.0 | +2.0 |" in text
    assert "10 hostile requests" in text and "7 times 400, 3 times 413" in text
    assert all(kind in text for kind in HOSTILE)


def test_every_answer_is_exchanged_with_another_process_for_the_next_request() -> None:
    with other_process() as exchange:
        for size in (1, 5000, 50_000):
            exchange(bytes(size))
