"""What invariants promise, by kind: a board reads how many promises of each kind are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from charley.audit.prove.prove import Proof
from charley.rules.invariants.claim import Claim, Denied, Event, RanksAbove, Score, Stands, Urgent

__all__ = ["PROMISES", "Promise", "promise_of"]

PROMISES: Mapping[str, str] = {
    "flagged": "A danger is flagged, or is not flagged without ground",
    "alerted": "An alert is raised, or is not raised without ground",
    "urgency": "The overall urgency is high enough, or no higher than it must be",
    "cleared": "A flag or an alert is answered only by what settles it, and stays when it is answered",
    "advised": "An advice is given, or is withheld",
    "standing": "A candidate stands where it must: not below what is less likely, not out of sight",
    "ground": "A rule fires only on the ground that it needs",
}
"""The kinds in the order in which they are shown."""


@dataclass(frozen=True)
class Promise:
    """A kind of promise, with the proofs of the invariants that make it."""

    means: str
    proofs: tuple[Proof, ...]

    @property
    def proved(self) -> int:
        """How many of them hold for every possible patient."""
        return sum(proof.holds for proof in self.proofs)


def promise_of(claim: Claim) -> str:
    """The kind of a promise."""
    match claim:
        case Denied(part):
            return promise_of(part)
        case Event("flagged" | "alerted" | "cleared" | "advised" as what):
            return what
        case Event("leads") | Stands() | Score() | RanksAbove():
            return "standing"
        case Urgent():
            return "urgency"
        case _:
            return "ground"
