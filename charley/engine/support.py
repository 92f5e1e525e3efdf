"""Why a condition is true (or false): the signed atoms that make it so."""

from __future__ import annotations

from typing import NamedTuple, assert_never

from charley.engine.meaning import Look, truth
from charley.rules.language.condition import And, AtLeast, Atom, Condition, Not, Or

__all__ = ["Signed", "support", "support_of_what_holds"]


class Signed(NamedTuple):
    """An atom, or (where it is not `wanted`) its negation, as the author wrote it."""

    atom: Atom
    wanted: bool

    @property
    def condition(self) -> Condition:
        """The atom with its sign."""
        return self.atom if self.wanted else Not(self.atom)


def support(condition: Condition, look: Look, wanted: bool = True) -> list[Signed]:
    """The signed atoms that make the condition known true (or, unwanted, known false).

    Each stands there once and in the order of writing. Of several alternatives all that hold are given,
    none that does not. There are none where the condition is not known to be so.
    """
    return support_of_what_holds(condition, look, wanted) if truth(condition, look) is wanted else []


def support_of_what_holds(condition: Condition, look: Look, wanted: bool = True) -> list[Signed]:
    """The same for a condition that is known to be so: the condition of a rule that fires."""
    found: list[Signed] = []
    _collect(condition, look, wanted, found)
    if len({signed.atom.name for signed in found}) == len(found):
        return found  # nearly always, and names are compared much faster than atoms
    return list(dict.fromkeys(found))


def _collect(condition: Condition, look: Look, wanted: bool, found: list[Signed]) -> None:
    match condition:
        case Atom():
            found.append(Signed(condition, wanted))
            return
        case Not(part):
            _collect(part, look, not wanted, found)
            return
        case And(parts):
            count = len(parts)
        case Or(parts):
            count = 1
        case AtLeast(count, parts):
            pass
        case _:
            assert_never(condition)
    # All are false (or all are true) where one that is not would decide otherwise; else each is asked.
    all_are = count == (len(parts) if wanted else 1)
    for part in parts:
        if isinstance(part, Atom):  # handled here, without a call, since nearly all parts are atoms
            if all_are or look(part) is wanted:
                found.append(Signed(part, wanted))
        elif all_are or truth(part, look) is wanted:
            _collect(part, look, wanted, found)
