"""The exact checks, and `charley check --deep`, which runs them by themselves.

Each asks the solver about every possible patient, and yields what it found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from charley.audit.checks.counting import against_itself, never_counts, never_stands
from charley.audit.checks.firing import contained, never_fires
from charley.audit.checks.gaps import gaps
from charley.audit.checks.no_difference import atoms_that_do_not_matter, facts_that_do_not_matter
from charley.audit.checks.reach import bands, contradictions, flags, leaders, sections
from charley.audit.problem import Problem
from charley.audit.subject import Subject
from charley.engine.prepared import Prepared

__all__ = ["CHECKS", "Check", "check_all", "deep_check"]

Check = Callable[[Subject], Iterator[Problem]]

CHECKS: tuple[Check, ...] = (
    never_fires,
    atoms_that_do_not_matter,
    facts_that_do_not_matter,
    contained,
    against_itself,
    never_counts,
    never_stands,
    leaders,
    sections,
    flags,
    bands,
    contradictions,
    gaps,
)


def check_all(subject: Subject) -> Iterator[Problem]:
    """Everything that all the checks find."""
    contained_ones: set[str] = set()
    for check in CHECKS:
        for problem in check(subject):
            if problem.code == "A005":
                contained_ones.add(problem.about)
            # Of a rule that is contained in another, no weight counts either: said once is enough.
            if not (problem.code == "A008" and problem.about in contained_ones):
                yield problem


def deep_check(base: Prepared) -> list[Problem]:
    """What the exact checks find in the base, but for notes and for what its authors allow."""
    return [problem for problem in check_all(Subject(base)) if problem.severity != "note"]
