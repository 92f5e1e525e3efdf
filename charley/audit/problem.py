"""A finding of an audit: a diagnostic with its reasons and the patient that shows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from charley.documents.diagnostic import Diagnostic
from charley.facts.record import Record
from charley.facts.vocabulary import Vocabulary

__all__ = ["Problem", "record_words"]


@dataclass(frozen=True)
class Problem:
    """One thing found. `about` is the id of the rule, fact, candidate or invariant; `because` the reasons.

    `allowed` is the author's reason for leaving it so; an allowed problem is listed and counts for nothing.
    """

    diagnostic: Diagnostic
    about: str
    because: tuple[str, ...] = ()
    witness: Record | None = None
    allowed: str | None = None

    @property
    def code(self) -> str:
        """The stable code of the check."""
        return self.diagnostic.code

    @property
    def severity(self) -> str:
        """`error`, `warning` or `note`."""
        return "note" if self.allowed else self.diagnostic.severity

    def lines(self, vocabulary: Vocabulary) -> Iterator[str]:
        """As a terminal shows it."""
        shown = self.diagnostic.lines()
        at = next((n for n, line in enumerate(shown) if line.startswith("  = help:")), len(shown))
        yield from shown[:at]
        for reason in self.because:
            yield f"  = because: {reason}"
        if self.witness is not None:
            yield "  = patient: " + "; ".join(record_words(self.witness, vocabulary))
        if self.allowed:
            yield f"  = allowed: {self.allowed}"
        yield from shown[at:]

    def as_json(self) -> dict[str, Any]:
        """For a program to read."""
        return {
            **self.diagnostic.as_json(),
            "severity": self.severity,
            "about": self.about,
            "because": list(self.because),
            "witness": None if self.witness is None else dict(self.witness),
            "allowed": self.allowed,
        }


def record_words(record: Record, vocabulary: Vocabulary) -> list[str]:
    """A record as a person reads it, one fact a line."""
    if not record:
        return ["nothing is known"]
    return [
        f"{vocabulary[id].label}: {vocabulary[id].show(value)}" if id in vocabulary else f"{id}: {value}"
        for id, value in record.items()
    ]
