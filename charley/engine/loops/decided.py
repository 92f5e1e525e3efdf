"""What is decided of a patient: a valuation without what is open."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from charley.engine.meaning import Kleene, Valuation
from charley.rules.interval import Interval
from charley.rules.knowledge_base import KnowledgeBase

__all__ = ["Decided", "decided"]


class Decided(NamedTuple):
    """The rules and findings that are true or false, in the order of the base; the rest as in a valuation.

    Nearly all rules are open for nearly all patients, so this is much shorter.
    """

    rules: Mapping[str, bool]
    findings: Mapping[str, bool]
    derived: Mapping[str, Interval]
    scores: Mapping[str, tuple[int, int]]
    gates: Mapping[str, Kleene]

    def valuation(self, base: KnowledgeBase) -> Valuation:
        """The same with what is open."""
        return Valuation(
            rules={**dict.fromkeys(base.rules), **self.rules},
            findings={**dict.fromkeys(base.findings), **self.findings},
            derived=self.derived,
            scores=self.scores,
            gates=self.gates,
        )


def decided(found: Valuation) -> Decided:
    """A valuation without what is open."""
    rules, findings = (
        {id: so for id, so in states.items() if so is not None} for states in (found.rules, found.findings)
    )
    return Decided(rules, findings, found.derived, found.scores, found.gates)
