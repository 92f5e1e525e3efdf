"""Invariants: what must hold of a base for every possible patient, in the words of `invariants.yaml`.

    if: leg_vein_ultrasound == positive
    then: flagged(deep_vein_thrombosis) and urgency >= same_day

A claim is true or false of a record, never unknown. A condition in it says that it is known true; `not x`
on a condition says that it is known false; `not` before one of the predicates below is ordinary negation.

    flagged(c)  cleared(c)  alerted(a)  advised("rule")  fired("rule")    such a rule fired
    leads(c)  section(c) == s  section(c) in {s, t}  ranks_above(c, d)    the standing says so
    score(c) >= k     whole decibans          urgency >= u     the overall urgency is u or more urgent
    true              always
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Literal, NoReturn, assert_never, cast

from pydantic import Field, ValidationError

from charley.documents.diagnostic import Diagnostic, Faulty, nearest
from charley.documents.document import Document, read_document
from charley.documents.model import Frozen
from charley.rules.candidate import SECTIONS, Section
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.language.condition import Atom, Condition, Not, Unreadable, parse
from charley.rules.loading.references import blamed, problem_of
from charley.rules.loading.shape import shape_problems
from charley.rules.rule import URGENCIES, Advise, Urgency

__all__ = [
    "FILE",
    "Claim",
    "Denied",
    "Event",
    "Invariant",
    "Known",
    "Of",
    "RanksAbove",
    "ReadClaim",
    "Score",
    "Stands",
    "Urgent",
    "read_claim",
    "read_invariants",
]

FILE = "invariants.yaml"

Happening = Literal["flagged", "cleared", "alerted", "advised", "fired", "leads"]
_OF_WHAT: dict[str, str] = {
    "flagged": "candidate",
    "cleared": "candidate",
    "alerted": "alert",
    "advised": "rule",
    "fired": "rule",
    "leads": "candidate",
}


@dataclass(frozen=True, slots=True)
class Known:
    """The condition is known true."""

    condition: Condition


@dataclass(frozen=True, slots=True)
class Event:
    """A rule that does this fired; or, of `leads`, the candidate has the highest score."""

    what: Happening
    name: str


@dataclass(frozen=True, slots=True)
class Stands:
    """The candidate is in one of these sections."""

    candidate: str
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """The candidate's score is at least this, in whole decibans."""

    candidate: str
    least: int


@dataclass(frozen=True, slots=True)
class RanksAbove:
    """The first candidate stands before the second in the ranking."""

    first: str
    second: str


@dataclass(frozen=True, slots=True)
class Urgent:
    """The overall urgency is this or more urgent."""

    urgency: Urgency


@dataclass(frozen=True, slots=True)
class Denied:
    """The part is not so, by ordinary negation."""

    part: Claim


@dataclass(frozen=True, slots=True)
class Of:
    """At least `count` of the parts are so. `and` is all of them, `or` is one, `true` is none of none."""

    count: int
    parts: tuple[Claim, ...]


Claim = Known | Event | Stands | Score | RanksAbove | Urgent | Denied | Of

TRUE, FALSE = Of(0, ()), Of(1, ())


class Invariant(Frozen):
    """Every record that makes `if` true makes `then` true."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
    if_: Annotated[str, Field(alias="if")]
    then: str
    why: str | None = None

    @cached_property
    def premise(self) -> Claim:
        """`if`, parsed."""
        return read_claim(self.if_).claim

    @cached_property
    def conclusion(self) -> Claim:
        """`then`, parsed."""
        return read_claim(self.then).claim

    def __str__(self) -> str:
        return f"if {self.if_} then {self.then}"


@dataclass(frozen=True, slots=True)
class Name:
    """A name that a claim uses, of which kind, and where in the text: offset and length from 0."""

    kind: str
    name: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class ReadClaim:
    """A claim with the places of its atoms and names in the text."""

    claim: Claim
    atoms: tuple[tuple[Atom, int, int], ...]
    names: tuple[Name, ...]


def read_claim(text: str) -> ReadClaim:
    """The claim that the text makes. Raises `Unreadable`."""
    flat = text.replace("\n", " ").rstrip()
    stripped = flat.lstrip()
    if not stripped:
        raise Unreadable("there is no claim here", help="write a condition, a predicate or `true`")
    reader = _Reader(flat, len(flat) - len(stripped))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(stripped, mode="eval")
        claim = reader.read(tree.body)
    except SyntaxError:
        parse(flat)  # the condition's own parser says what is wrong
        raise Unreadable("not readable as a claim") from None
    except (ValueError, MemoryError, RecursionError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable("not readable as a claim", help="is it nested very deeply?") from None
    return ReadClaim(claim, tuple(reader.atoms), tuple(reader.names))


class _Reader:
    """Predicates are read here; whatever has none in it is a condition and is read as one."""

    def __init__(self, text: str, lead: int) -> None:
        self._text = text
        self._lead = lead
        self.atoms: list[tuple[Atom, int, int]] = []
        self.names: list[Name] = []

    def read(self, node: ast.expr, wanted: bool = True) -> Claim:
        match node:
            case ast.Name(id="true" | "True") | ast.Constant(value=True):
                return TRUE if wanted else FALSE
            case _ if not _has_predicate(node):
                return self._known(node, wanted)
            case ast.UnaryOp(op=ast.Not(), operand=part):
                return self.read(part, not wanted)
            case ast.BoolOp(op=op, values=values):
                return self._of(len(values) if isinstance(op, ast.And) else 1, values, wanted)
            case ast.Call(
                func=ast.Name(id="at_least"), args=[ast.Constant(value=int(count)), *parts], keywords=[]
            ):
                if isinstance(count, bool) or not 1 <= count <= len(parts):
                    known = "is always true" if count < 1 else "can never be true"
                    message = f"`at_least({count}, ...)` of {len(parts)} claims {known}"
                    self._refuse(node, message, f"use a count from 1 to {len(parts)}")
                return self._of(count, parts, wanted)
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
                return _signed(self._predicate(node, name, arguments), wanted)
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return _signed(self._comparison(node, left, op, right), wanted)
            case _:
                self._refuse(node, f"`{ast.unparse(node)[:60]}` has no meaning here")

    def _of(self, count: int, parts: Sequence[ast.expr], wanted: bool) -> Claim:
        needed = count if wanted else len(parts) - count + 1
        return Of(needed, tuple(self.read(part, wanted) for part in parts))

    def _known(self, node: ast.expr, wanted: bool) -> Claim:
        offset, length = self._span(node)
        try:
            parsed = parse(self._text[offset : offset + length])
        except Unreadable as error:
            raise Unreadable(str(error), offset + error.offset, error.length, error.help) from None
        self.atoms += [(atom, offset + at, size) for atom, at, size in parsed.places]
        return Known(parsed.condition if wanted else Not(parsed.condition))

    def _predicate(self, node: ast.expr, name: str, arguments: list[ast.expr]) -> Claim:
        if name in _OF_WHAT and len(arguments) == 1:
            return Event(cast(Happening, name), self._name(_OF_WHAT[name], arguments[0]))
        if name == "ranks_above" and len(arguments) == 2:
            first, second = (self._name("candidate", argument) for argument in arguments)
            return RanksAbove(first, second)
        if name in ("score", "section"):
            self._refuse(node, f"`{name}(...)` says nothing by itself", "compare it with something")
        known = [*_OF_WHAT, "ranks_above", "score", "section", "at_least"]
        if name in known:
            self._refuse(node, f"`{name}` needs {'two names' if name == 'ranks_above' else 'one name'}")
        help = nearest(name, known) or "predicates: " + ", ".join(known)
        self._refuse(node, f"`{name}(...)` has no meaning here", help)

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
                self._refuse(node, f"`{ast.unparse(node)[:60]}` has no meaning here", help)

    def _section(self, node: ast.expr, candidate: str, op: ast.cmpop, right: ast.expr) -> Claim:
        match op, right:
            case ((ast.Eq() | ast.NotEq()), ast.Name()):
                sections = [right]
            case ((ast.In() | ast.NotIn()), ast.Set(elts=[*elements]) | ast.Tuple(elts=[*elements])):
                sections = [each for each in elements if isinstance(each, ast.Name)]
                if len(sections) < len(elements):
                    self._refuse(right, "sections stand in braces", "write `in {most_likely, do_not_miss}`")
            case _:
                help = "write `section(c) == do_not_miss` or `section(c) in {most_likely, do_not_miss}`"
                self._refuse(node, "a section is compared with `==` or `in`", help)
        for each in sections:
            if each.id not in SECTIONS:
                help = nearest(each.id, SECTIONS) or "one of " + ", ".join(SECTIONS)
                self._refuse(each, f"there is no section `{each.id}`", help)
        stands = Stands(candidate, tuple(s for s in SECTIONS if s in [each.id for each in sections]))
        return _signed(stands, isinstance(op, ast.Eq | ast.In))

    def _score(self, node: ast.expr, candidate: str, op: ast.cmpop, right: ast.expr) -> Claim:
        match right:
            case ast.Constant(value=int(number)) if not isinstance(number, bool):
                k = number
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(number))):
                k = -number
            case _:
                self._refuse(right, "a score is compared with whole decibans")
        return self._ordered(node, op, lambda least: Score(candidate, k + (0 if least else 1)))

    def _urgency(self, node: ast.expr, op: ast.cmpop, right: ast.expr) -> Claim:
        if not isinstance(right, ast.Name) or right.id not in URGENCIES:
            given = ast.unparse(right)[:60]
            help = nearest(given, URGENCIES) or "one of " + ", ".join(URGENCIES)
            self._refuse(right, f"there is no urgency `{given}`", help)
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
                return Of(2, (at_least, Denied(above)))
            case ast.NotEq():
                return Of(1, (Denied(at_least), above))
            case _:
                self._refuse(node, "this is compared with `>=`, `>`, `<=`, `<`, `==` or `!=`")

    def _name(self, kind: str, node: ast.expr) -> str:
        match node:
            case ast.Name(id=name) | ast.Constant(value=str(name)):
                offset, length = self._span(node)
                if isinstance(node, ast.Constant):
                    offset, length = offset + 1, max(1, length - 2)
                self.names.append(Name(kind, name, offset, length))
                return name
            case _:
                help = 'a rule stands in quotes: `fired("dvt-age")`' if kind == "rule" else ""
                self._refuse(node, f"the name of a {kind} is expected here", help)

    def _span(self, node: ast.expr) -> tuple[int, int]:
        data = self._text[self._lead :].encode()  # the grammar counts bytes
        start = len(data[: node.col_offset].decode())
        end = len(data[: node.end_col_offset or node.col_offset + 1].decode())
        return start + self._lead, max(1, end - start)

    def _refuse(self, node: ast.expr, message: str, help: str = "") -> NoReturn:
        raise Unreadable(message, *self._span(node), help)


def _signed(claim: Claim, wanted: bool) -> Claim:
    if wanted:
        return claim
    return claim.part if isinstance(claim, Denied) else Denied(claim)


def _has_predicate(node: ast.expr) -> bool:
    """Whether anything but a plain condition is in it."""
    for inner in ast.walk(node):
        match inner:
            case ast.Call(func=ast.Name(id="at_least")):
                continue
            case ast.Call() | ast.Name(id="true" | "True") | ast.Constant(value=True):
                return True
            case ast.Compare(left=ast.Name(id="urgency")):
                return True
    return False


def read_invariants(base: KnowledgeBase) -> tuple[Invariant, ...]:
    """The invariants that stand beside the base; none where there is no such file. Raises `Faulty`."""
    file = base.path / FILE
    if not file.exists():
        return ()
    document = read_document(file)
    found: list[Invariant] = []
    problems: list[Diagnostic] = []
    if document.value is not None and not isinstance(document.value, list):
        help = "start each invariant with `- id:`"
        raise Faulty([document.problem([], "F004", "a list is expected here", help)])
    seen: set[str] = set()
    for at, item in enumerate(document.value or ()):
        try:
            invariant = Invariant.model_validate(item)
        except ValidationError as error:
            problems += shape_problems(document, [at], error, Invariant)
            continue
        if invariant.id in seen:
            problems.append(
                document.problem([at, "id"], "R006", f"`{invariant.id}` stands here a second time")
            )
        seen.add(invariant.id)
        for key, text in (("if", invariant.if_), ("then", invariant.then)):
            problems += _problems(base, document, [at, key], text)
        found.append(invariant)
    if problems:
        raise Faulty(sorted(problems, key=lambda problem: (problem.line, problem.column)))
    return tuple(found)


def _problems(
    base: KnowledgeBase, document: Document, path: list[str | int], text: str
) -> Iterator[Diagnostic]:
    """What does not read, or names what is not there."""
    try:
        read = read_claim(text)
    except Unreadable as error:
        at = (error.offset, error.length)
        yield document.problem(path, "R001", str(error), error.help, at=at)
        return
    for atom, offset, length in read.atoms:
        problem = problem_of(atom, base)
        if problem is not None:
            code, message, help = problem
            at = blamed(message, text, offset, length)
            yield document.problem(path, code, message, help, at=at)
    known = {"candidate": base.candidates, "alert": base.alerts, "rule": base.rules}
    for name in read.names:
        if name.name not in known[name.kind]:
            help = nearest(name.name, known[name.kind])
            span = (name.offset, name.length)
            yield document.problem(path, "R003", f"unknown {name.kind} `{name.name}`", help, at=span)
    for rule in _advised(read.claim):
        if rule in base.rules and not base.rules[rule].effects(Advise):
            help = f'write `fired("{rule}")`'
            yield document.problem(path, "R004", f"the rule `{rule}` advises nothing", help)


def _advised(claim: Claim) -> Iterator[str]:
    match claim:
        case Event("advised", rule):
            yield rule
        case Denied(part):
            yield from _advised(part)
        case Of(_, parts):
            for each in parts:
                yield from _advised(each)
        case Known() | Event() | Stands() | Score() | RanksAbove() | Urgent():
            pass
        case _:
            assert_never(claim)
