"""Text to claims: what stands after `if:` and `then:` in `invariants.yaml`.

    if: leg_vein_ultrasound == positive
    then: flagged(deep_vein_thrombosis) and urgency >= same_day

A condition in a claim says that it is known true; `not x` on a condition says that it is known false; `not`
before one of the predicates below is ordinary negation.

    flagged(c)  alerted(a)  cleared(c)  advised("rule")  fired("rule")    such a rule fired
    leads(c)  section(c) == s  section(c) in {s, t}  ranks_above(c, d)    the standing says so
    score(c) >= k     whole decibans          urgency >= u     the overall urgency is u or more urgent
    true              always
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from charley.documents.diagnostic import nearest
from charley.rules.candidate import SECTIONS
from charley.rules.invariants.claim import (
    FALSE,
    TRUE,
    Claim,
    CountOf,
    Denied,
    Event,
    Happening,
    Known,
    RanksAbove,
    Score,
    Stands,
    Urgent,
    denied,
)
from charley.rules.language.condition import Atom, Not
from charley.rules.language.parse import ConditionReader, Numbers
from charley.rules.language.reader import is_number, short
from charley.rules.rule import URGENCIES

__all__ = ["Name", "ReadClaim", "read_claim", "read_written_claim"]

_OF_WHAT: dict[str, str] = {
    "flagged": "candidate",
    "cleared": "candidate or alert",
    "alerted": "alert",
    "advised": "rule",
    "fired": "rule",
    "leads": "candidate",
}
"""Predicates of one name, and the kind of the name."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name that a claim uses, of which kind, and where in the text: offset and length from 0."""

    kind: str
    name: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class ReadClaim:
    """A claim with the places of its atoms, names and thresholds in the text."""

    claim: Claim
    atoms: tuple[tuple[Atom, int, int], ...]
    names: tuple[Name, ...]
    thresholds: tuple[tuple[str, int, int], ...] = ()


@lru_cache(maxsize=1024)
def read_claim(text: str) -> ReadClaim:
    """The claim that the text makes. Raises `Unreadable`."""
    return _read(_Reader(text))


def read_written_claim(text: str, numbers: Numbers) -> ReadClaim:
    """The claim that an author wrote, who may name these thresholds. Raises `Unreadable`."""
    return _read(_Reader(text, numbers))


def _read(reader: _Reader) -> ReadClaim:
    claim = reader.read(reader.claim)
    return ReadClaim(claim, tuple(reader.places), tuple(reader.names), tuple(reader.thresholds))


class _Reader(ConditionReader):
    """Reads predicates; a part that has none in it is read as a condition."""

    what = "claim"
    empty = "write a condition, a predicate or `true`"

    def __init__(self, text: str, numbers: Numbers | None = None) -> None:
        super().__init__(text, numbers)
        self.names: list[Name] = []

    def claim(self, node: ast.expr, wanted: bool = True) -> Claim:
        return self.deeper(node, lambda part: self._claim(part, wanted))

    def _claim(self, node: ast.expr, wanted: bool) -> Claim:
        match node:
            case ast.Name(id="true" | "True") | ast.Constant(value=True):
                return TRUE if wanted else FALSE
            case _ if not _has_predicate(node):
                condition = self.condition(node)
                return Known(condition if wanted else Not(condition))
            case ast.UnaryOp(op=ast.Not(), operand=part):
                return self.claim(part, not wanted)
            case ast.BoolOp(op=op, values=values):
                parts = tuple(self.claim(part, wanted) for part in values)
                return _of(len(parts) if isinstance(op, ast.And) else 1, parts, wanted)
            case ast.Call(func=ast.Name(id="at_least")):
                return _of(*self.at_least(node, lambda part: self.claim(part, wanted)), wanted)
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
                return _signed(self._predicate(node, name, arguments), wanted)
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return _signed(self._comparison(node, left, op, right), wanted)
            case _:
                self.refuse(node, f"`{short(node)}` has no meaning here")

    def _predicate(self, node: ast.expr, name: str, arguments: list[ast.expr]) -> Claim:
        if name in _OF_WHAT and len(arguments) == 1:
            return Event(cast(Happening, name), self._name(_OF_WHAT[name], arguments[0]))
        if name == "ranks_above" and len(arguments) == 2:
            first, second = (self._name("candidate", argument) for argument in arguments)
            return RanksAbove(first, second)
        if name in ("score", "section"):
            self.refuse(node, f"`{name}(...)` says nothing by itself", "compare it with something")
        known = [*_OF_WHAT, "ranks_above", "score", "section", "at_least"]
        if name in known:
            self.refuse(node, f"`{name}` needs {'two names' if name == 'ranks_above' else 'one name'}")
        help = nearest(name, known) or "predicates: " + ", ".join(known)
        self.refuse(node, f"`{name}(...)` has no meaning here", help)

    def _comparison(self, node: ast.expr, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Claim:
        match left:
            case ast.Call(func=ast.Name(id="section"), args=[of], keywords=[]):
                return self._section(node, self._name("candidate", of), op, right)
            case ast.Call(func=ast.Name(id="score"), args=[of], keywords=[]):
                return self._score(node, self._name("candidate", of), op, right)
            case ast.Name(id="urgency"):
                return self._urgency(node, op, right)
            case _:
                help = "a predicate stands alone; `section(c)`, `score(c)` and `urgency` are compared"
                self.refuse(node, f"`{short(node)}` has no meaning here", help)

    def _section(self, node: ast.expr, candidate: str, op: ast.cmpop, right: ast.expr) -> Claim:
        match op, right:
            case ((ast.Eq() | ast.NotEq()), ast.Name()):
                sections = [right]
            case ((ast.In() | ast.NotIn()), ast.Set(elts=[*elements]) | ast.Tuple(elts=[*elements])):
                sections = [each for each in elements if isinstance(each, ast.Name)]
                if len(sections) < len(elements):
                    self.refuse(right, "sections stand in braces", "write `in {most_likely, do_not_miss}`")
            case _:
                help = "write `section(c) == do_not_miss` or `section(c) in {most_likely, do_not_miss}`"
                self.refuse(node, "a section is compared with `==` or `in`", help)
        for each in sections:
            if each.id not in SECTIONS:
                help = nearest(each.id, SECTIONS) or "one of " + ", ".join(SECTIONS)
                self.refuse(each, f"there is no section `{each.id}`", help)
        stands = Stands(candidate, tuple(s for s in SECTIONS if s in [each.id for each in sections]))
        return _signed(stands, isinstance(op, ast.Eq | ast.In))

    def _score(self, node: ast.expr, candidate: str, op: ast.cmpop, right: ast.expr) -> Claim:
        match right:
            case ast.Constant(value=int(number)) if not isinstance(number, bool):
                k = number
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(number))):
                k = -number
            case _:
                self.refuse(right, "a score is compared with whole decibans")
        return self._ordered(node, op, lambda least: Score(candidate, k + (0 if least else 1)))

    def _urgency(self, node: ast.expr, op: ast.cmpop, right: ast.expr) -> Claim:
        if not isinstance(right, ast.Name) or right.id not in URGENCIES:
            given = short(right)
            help = nearest(given, URGENCIES) or "one of " + ", ".join(URGENCIES)
            self.refuse(right, f"there is no urgency `{given}`", help)
        at = URGENCIES.index(right.id)

        def reaches(least: bool) -> Claim:
            if least:
                return Urgent(URGENCIES[at])
            return Urgent(URGENCIES[at - 1]) if at else FALSE

        return self._ordered(node, op, reaches)

    def _ordered(self, node: ast.expr, op: ast.cmpop, reaches: Callable[[bool], Claim]) -> Claim:
        """A comparison out of two: `reaches(True)` is at least, `reaches(False)` is more than."""
        at_least, above = reaches(True), reaches(False)
        match op:
            case ast.GtE():
                return at_least
            case ast.Gt():
                return above
            case ast.LtE():
                return Denied(above)
            case ast.Lt():
                return Denied(at_least)
            case ast.Eq():
                return CountOf(2, (at_least, Denied(above)))
            case ast.NotEq():
                return CountOf(1, (Denied(at_least), above))
            case _:
                self.refuse(node, "this is compared with `>=`, `>`, `<=`, `<`, `==` or `!=`")

    def _name(self, kind: str, node: ast.expr) -> str:
        match node:
            case ast.Name(id=name) | ast.Constant(value=str(name)):
                offset, length = self.span(node)
                if isinstance(node, ast.Constant):
                    offset, length = offset + 1, max(1, length - 2)
                self.names.append(Name(kind, name, offset, length))
                return name
            case _:
                help = 'a rule stands in quotes: `fired("dvt-age")`' if kind == "rule" else ""
                self.refuse(node, f"the name of a {kind} is expected here", help)


def _of(count: int, parts: Sequence[Claim], wanted: bool) -> Claim:
    """At least `count` of the parts; unwanted, the parts are denied already, and so many of them suffice."""
    return CountOf(count if wanted else len(parts) - count + 1, tuple(parts))


def _signed(claim: Claim, wanted: bool) -> Claim:
    return claim if wanted else denied(claim)


def _has_predicate(node: ast.expr) -> bool:
    """Whether anything but a plain condition is in it."""
    for inner in ast.walk(node):
        match inner:
            case ast.Call(func=ast.Name(id="at_least")):
                continue
            case ast.Call(args=[number]) if is_number(number):  # the number behind a threshold
                continue
            case ast.Call() | ast.Name(id="true" | "True") | ast.Constant(value=True):
                return True
            case ast.Compare(left=ast.Name(id="urgency")):
                return True
    return False
