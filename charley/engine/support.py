"""Why a rule fired: the signed atoms that made its condition known true, with the values they met.

Conditions are laid out once for each base, an atom that stands in several rules once; a firing then costs
one look at each of its atoms.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from charley.engine.meaning import Kleene, Valuation, truth
from charley.facts.record import Answers, Record
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.language.condition import And, AtLeast, Atom, Condition, Not, Or

__all__ = ["Signed", "Supports", "support"]


@dataclass(frozen=True, eq=False, slots=True)
class Signed:
    """An atom, or its negation, as the author wrote it. There is one object for each.

    `about` is what a yes-or-no atom asks, and empty for the others.
    """

    atom: Atom
    wanted: bool
    about: str

    @property
    def condition(self) -> Condition:
        """The atom with its sign."""
        return self.atom if self.wanted else Not(self.atom)


@dataclass(frozen=True, slots=True)
class _Parts:
    needed: int
    parts: tuple[Signed | _Parts, ...]


class Supports:
    """The conditions of the rules of a base, laid out to be asked why they hold."""

    def __init__(self, base: KnowledgeBase) -> None:
        self._base = base
        self._signed: dict[tuple[Atom, bool], Signed] = {}
        self._rules: dict[str, Signed | _Parts] = {}

    def of(self, rule: str, record: Record, found: Valuation) -> list[Signed]:
        """The signed atoms for which the rule fires, each once and in the order of writing."""
        laid = self._rules.get(rule)
        if laid is None:
            laid = self._rules[rule] = self.lay(self._base.rules[rule].condition, True)
        return self.holding(laid, record, found)

    def holding(self, laid: Signed | _Parts, record: Record, found: Valuation) -> list[Signed]:
        """The signed atoms for which a condition that was laid out holds; none where it does not."""
        return list(dict.fromkeys(self._held(laid, record, found) or ()))

    def lay(self, condition: Condition, wanted: bool) -> Signed | _Parts:
        """A condition with `not` carried down to its atoms."""
        match condition:
            case Atom(name, _, value):
                signed = self._signed.get((condition, wanted))
                if signed is None:
                    signed = Signed(condition, wanted, name if value is True else "")
                    self._signed[condition, wanted] = signed
                return signed
            case Not(part):
                return self.lay(part, not wanted)
            case And(parts):
                return self._parts(len(parts), parts, wanted)
            case Or(parts):
                return self._parts(1, parts, wanted)
            case AtLeast(count, parts):
                return self._parts(count, parts, wanted)
            case _:
                assert_never(condition)

    def _parts(self, count: int, parts: tuple[Condition, ...], wanted: bool) -> _Parts:
        needed = count if wanted else len(parts) - count + 1
        return _Parts(needed, tuple(self.lay(part, wanted) for part in parts))

    def _held(self, laid: Signed | _Parts, record: Record, found: Valuation) -> list[Signed] | None:
        """What holds of it, or None where it does not hold."""
        if isinstance(laid, Signed):
            return [laid] if self._truth(laid, record, found) is laid.wanted else None
        holding = 0
        signed: list[Signed] = []
        for part in laid.parts:
            held = self._held(part, record, found)
            if held is not None:
                holding += 1
                signed += held
        return signed if holding >= laid.needed else None

    def _truth(self, signed: Signed, record: Record, found: Valuation) -> Kleene:
        if signed.about:
            if signed.about in found.findings:
                return found.findings[signed.about]
            return record.get(signed.about)  # type: ignore[return-value]
        return truth(signed.atom, self._base, record, found.findings)


def support(
    condition: Condition, base: KnowledgeBase, answers: Answers, found: Valuation, wanted: bool = True
) -> list[Condition]:
    """The signed atoms that make the condition known true (or, unwanted, known false).

    Each is an atom or its negation, as the author wrote it, once and in the order of writing. Of several
    alternatives all that hold are given, none that does not.
    """
    supports = Supports(base)
    laid = supports.lay(condition, wanted)
    return [signed.condition for signed in supports.holding(laid, answers.record, found)]
