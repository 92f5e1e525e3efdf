"""Other engines, each with the same rules in its own words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol

from benchmarks.workload import Workload
from charley.facts.vocabulary import Value

__all__ = ["Peer", "Results", "Teller", "peers"]

Results = tuple[frozenset[str], tuple[int, ...]]
"""The rules that fired, and the candidates' scores."""

Teller = Callable[[str, Value], None]


class Peer(Protocol):
    """An engine. Building one is what is timed as building."""

    name: str
    lives: bool
    """Whether answers can be told one at a time."""

    def __init__(self, work: Workload) -> None: ...

    def patient(self, record: dict[str, Value]) -> Results:
        """Everything that follows from a record."""

    def begin(self) -> Teller:
        """A patient of whom nothing is known; what comes back takes one more answer."""

    def results(self) -> Results:
        """What has followed from the answers so far. Not timed."""


def peers() -> Iterator[tuple[str, type[Peer] | None]]:
    """Every peer, ours first; None for one that is not installed."""
    from importlib import import_module

    for module, name in (
        ("kernel", "Firing"),
        ("kernel", "Kernel"),
        ("clips_peer", "Clips"),
        ("clingo_peer", "Clingo"),
        ("zen_peer", "Zen"),
        ("business_rules_peer", "BusinessRules"),
        ("durable_peer", "Durable"),
        ("experta_peer", "Experta"),
    ):
        try:
            yield name, getattr(import_module(f"benchmarks.peers.{module}"), name)
        except ImportError:
            yield name, None
