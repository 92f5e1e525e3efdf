"""The exact checks by themselves, for `charley check --deep`."""

from __future__ import annotations

from charley.audit.problem import Problem
from charley.audit.symbolic.installed import with_solver
from charley.rules.knowledge_base import KnowledgeBase

__all__ = ["deep_check"]


@with_solver
def deep_check(base: KnowledgeBase) -> list[Problem]:
    """What the exact checks find in the base, but for notes and for what its authors allow."""
    from charley.audit.checks import check_all
    from charley.audit.subject import Subject

    return [problem for problem in check_all(Subject(base)) if problem.severity != "note"]
