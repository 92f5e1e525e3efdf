"""Play the cases of a knowledge base through every reading, and report each difference."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from charley.audit.cases.expected import differences
from charley.engine.assessment import Assessment
from charley.engine.differential import Differential
from charley.engine.meaning import Valuation, valuation
from charley.engine.prepared import Prepared
from charley.engine.reading import Read, differing
from charley.rules.loading.cases import PlacedCase

__all__ = ["Played", "play"]


@dataclass(frozen=True)
class Played:
    """One case, its result, and the differences from what was expected, as sentences.

    `disagreeing` names the readings that differ from the definition; that is a fault of Charley.
    """

    placed: PlacedCase
    found: Valuation
    differential: Differential
    differences: tuple[str, ...]
    disagreeing: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether all is as expected, in every reading."""
        return not self.differences and not self.disagreeing


def play(base: Prepared, cases: Iterable[PlacedCase], readings: Mapping[str, Read]) -> Iterator[Played]:
    """Play each case: compare the expectation and every reading with the definition."""
    for placed in cases:
        found = valuation(base, placed.answers.record)
        assessed = Assessment(base, placed.answers, found)
        disagreeing = tuple(
            name
            for name, read in readings.items()
            if any(differing(name, read(placed.answers.record), found))
        )
        differing_in = tuple(differences(placed.case.expect, assessed))
        yield Played(placed, found, assessed.differential(), differing_in, disagreeing)
