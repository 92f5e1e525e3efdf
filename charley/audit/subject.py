"""The subject of an audit: the base, its formulas, a solver, and its places in files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, partial

from charley.audit.cases.typical import typical_values
from charley.audit.places import Places
from charley.audit.problem import Problem
from charley.audit.symbolic.connectives import Formula
from charley.audit.symbolic.solver import NotDecided, Search
from charley.audit.symbolic.standing import Formulas
from charley.engine.prepared import Prepared
from charley.facts.record import Record

__all__ = ["Subject"]


@dataclass(frozen=True)
class Subject:
    """A base under audit. `seconds` is the limit for one question to the solver."""

    base: Prepared
    seconds: float = 30.0

    @cached_property
    def formulas(self) -> Formulas:
        """The base as formulas."""
        return Formulas(self.base)

    @cached_property
    def search(self) -> Search:
        """Questions to the solver."""
        return Search(self.formulas.patient, self.seconds, partial(typical_values, self.base))

    @cached_property
    def places(self) -> Places:
        """Where things stand in its files."""
        return Places(self.base)

    def never(self, *formulas: Formula) -> bool:
        """Whether it is proved that no patient makes all of them true; False where it is not decided."""
        try:
            return not self.search.possible(*formulas)
        except NotDecided:
            return False

    def problem(
        self,
        code: str,
        about: str,
        message: str,
        help: str = "",
        *,
        because: Iterable[str] = (),
        witness: Record | None = None,
        severity: str = "warning",
        path: tuple[str | int, ...] = ("id",),
    ) -> Problem:
        """A problem at its place in the files, with the author's reason for allowing it, if any."""
        place = self.places.at(about, code, message, help, path=path, severity=severity)
        return Problem(place, about, tuple(because), witness, self.places.allowed(about, code))
