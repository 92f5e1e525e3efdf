"""The hazard log of a knowledge base, read and checked: the controls that it names exist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from charley.documents.diagnostic import Diagnostic, Faulty, nearest
from charley.documents.document import Document, read_document
from charley.rules.governance.hazard import Hazard
from charley.rules.invariants.invariant import Invariant
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.loading.find import HAZARDS
from charley.rules.loading.model_errors import listed

__all__ = ["hazard_warnings", "read_hazards"]


def read_hazards(base: KnowledgeBase, invariants: Iterable[Invariant]) -> tuple[Hazard, ...]:
    """The hazards that stand beside the base; none where there is no such file. Raises `Faulty`."""
    document = _document(base)
    if document is None:
        return ()
    found: list[Hazard] = []
    problems: list[Diagnostic] = []
    known = [*base.rules, *(invariant.id for invariant in invariants)]
    for at, hazard in listed(document, Hazard, problems):
        found.append(hazard)
        for n, control in enumerate(hazard.control):
            if control not in known:
                message, help = f"unknown rule or invariant `{control}`", nearest(control, known)
                problems.append(document.problem([at, "control", n], "R003", message, help))
    if problems:
        raise Faulty(sorted(problems, key=lambda problem: (problem.line, problem.column)))
    return tuple(found)


def hazard_warnings(base: KnowledgeBase, hazards: Iterable[Hazard]) -> Iterator[Diagnostic]:
    """R120: hazards that nothing controls."""
    document = _document(base)
    for at, hazard in enumerate(hazards if document is not None else ()):
        if not hazard.control and hazard.other_controls is None:
            assert document is not None
            message = f"the hazard `{hazard.id}` has no control"
            help = (
                "name the rules or invariants under `control`, or say under `other_controls` what else does"
            )
            yield document.problem([at, "id"], "R120", message, help, severity="warning")


def _document(base: KnowledgeBase) -> Document | None:
    """The file, or None. Raises `Faulty`."""
    file = base.path / HAZARDS
    return read_document(file) if file.exists() else None
