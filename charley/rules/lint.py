"""Everything that can be found wrong with a knowledge base on disk, its cases and invariants included."""

from __future__ import annotations

from pathlib import Path

from charley.facts.diagnostic import Diagnostic, Faulty
from charley.rules.find import find_base
from charley.rules.read import read_with_warnings
from charley.rules.read_cases import read_cases

__all__ = ["check"]


def check(name: str | Path = "nocturnal_leg_pain") -> list[Diagnostic]:
    """Every problem of the knowledge base, errors and warnings, in file order.

    Cases and invariants are looked at once the base itself can be used. Raises `Faulty` where there is no
    knowledge base of this name or path.
    """
    folder = find_base(name)
    base, found = read_with_warnings(folder)
    if base is not None:
        from charley.rules.invariant import read_invariants

        for read in (read_cases, read_invariants):
            try:
                read(base)  # type: ignore[operator]
            except Faulty as faulty:
                found.extend(faulty.diagnostics)
    return found
