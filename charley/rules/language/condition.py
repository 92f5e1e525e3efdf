"""The condition language: what a rule author writes after `when:`.

    unilateral_leg_swelling and not bilateral_leg_swelling and age >= 60
    pain_quality in {cramping, aching}
    at_least(2, paresthesia, pallor, pulselessness)

Read with Python's own grammar (`ast`, never `eval`); the `match` in `_Reader` is the white list.
Printing is the inverse of parsing: `parse(str(condition)) == condition`.
"""

from __future__ import annotations

import ast
import keyword
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn, assert_never

from charley.documents.diagnostic import nearest
from charley.rules.language.mistakes import misread

__all__ = [
    "RESERVED",
    "And",
    "AtLeast",
    "Atom",
    "Condition",
    "Not",
    "Or",
    "Parsed",
    "Unreadable",
    "atoms",
    "parse",
]

Constant = bool | int | float | str

RESERVED = frozenset([*keyword.kwlist, "at_least", "true", "false", "urgency"])
"""Words that mean something in conditions or invariants, or would to the grammar; no fact has such a name."""


@dataclass(frozen=True, slots=True)
class Atom:
    """The smallest condition: a name compared with a constant.

    `op` is `==`, `<`, `<=`, `>`, `>=` or `in`; a name alone is `== True`. For `in`, `value` is a tuple of
    choices as written.
    """

    name: str
    op: str
    value: Constant | tuple[str, ...]

    def __str__(self) -> str:
        if self.value is True:
            return self.name
        if isinstance(self.value, tuple):
            return f"{self.name} in {{{', '.join(self.value)}}}"
        return f"{self.name} {self.op} {self.value}"


@dataclass(frozen=True, slots=True)
class Not:
    """True when the part is known false."""

    part: Condition

    def __str__(self) -> str:
        return f"not {_inside(self.part, And, Or)}"


@dataclass(frozen=True, slots=True)
class And:
    """True when all parts are; two or more."""

    parts: tuple[Condition, ...]

    def __str__(self) -> str:
        return " and ".join(_inside(part, And, Or) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Or:
    """True when one part is; two or more."""

    parts: tuple[Condition, ...]

    def __str__(self) -> str:
        return " or ".join(_inside(part, Or) for part in self.parts)


@dataclass(frozen=True, slots=True)
class AtLeast:
    """True when `count` of the parts are; `1 <= count <= len(parts)`."""

    count: int
    parts: tuple[Condition, ...]

    def __str__(self) -> str:
        return f"at_least({self.count}, {', '.join(map(str, self.parts))})"


Condition = Atom | Not | And | Or | AtLeast


def _inside(part: Condition, *bracketed: type) -> str:
    return f"({part})" if isinstance(part, bracketed) else str(part)


def atoms(condition: Condition) -> Iterator[Atom]:
    """Every atom of the condition, left to right, as often as it stands there."""
    match condition:
        case Atom():
            yield condition
        case Not(part):
            yield from atoms(part)
        case And(parts) | Or(parts) | AtLeast(_, parts):
            for part in parts:
                yield from atoms(part)
        case _:
            assert_never(condition)


class Unreadable(ValueError):
    """The text is not a condition. `offset` and `length` say where in it, counted from 0."""

    def __init__(self, message: str, offset: int = 0, length: int = 1, help: str = "") -> None:
        super().__init__(message)
        self.offset = offset
        self.length = length
        self.help = help


@dataclass(frozen=True, slots=True)
class Parsed:
    """A condition with the place of its atoms: (atom, offset, length) in the text, left to right."""

    condition: Condition
    places: tuple[tuple[Atom, int, int], ...]


FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "=="}
DEEPEST = 50
"""Levels of conditions in conditions: far more than can be understood, far fewer than stacks hold."""

_ALLOWED = "use facts, comparisons, `and`, `or`, `not`, `in {...}` and `at_least(k, ...)`"
_OPS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}


def parse(text: str) -> Parsed:
    """The condition that the text says. Raises `Unreadable`."""
    flat = re.sub(r"\s", " ", text).rstrip()  # also blanks that do not break, as word processors leave
    if not flat.strip():
        raise Unreadable("there is no condition here", help=_ALLOWED)
    if len(flat) > 20_000:
        raise Unreadable("longer than 20,000 characters", help="split it into findings")
    if "#" in flat:
        raise Unreadable("`#` has no meaning here", flat.index("#"), 1, "write comments beside the condition")
    lead = len(flat) - len(flat.lstrip())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(flat[lead:], mode="eval")
        return _Reader(flat, lead).read(tree.body)
    except SyntaxError as error:
        raise _syntax(flat, lead, error) from None
    except (ValueError, MemoryError, RecursionError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable("nested too deeply to be read", help="split it into findings") from None


class _Reader:
    def __init__(self, text: str, lead: int) -> None:
        self._text = text
        self._lead = lead
        self._ascii = text.isascii()
        self._places: list[tuple[Atom, int, int]] = []
        self._depth = 0

    def read(self, node: ast.expr) -> Parsed:
        condition = self._read(node)
        return Parsed(condition, tuple(self._places))

    def _read(self, node: ast.expr) -> Condition:
        self._depth += 1
        if self._depth > DEEPEST:
            self._refuse(node, f"nested deeper than {DEEPEST} levels", "split it into findings")
        condition = self._meant(node)
        self._depth -= 1
        return condition

    def _meant(self, node: ast.expr) -> Condition:
        match node:
            case ast.Name(id=name):
                return self._atom(node, Atom(name, "==", True))
            case ast.UnaryOp(op=ast.Not(), operand=part):
                return Not(self._read(part))
            case ast.BoolOp(op=ast.And(), values=parts):
                return And(tuple(map(self._read, parts)))
            case ast.BoolOp(op=ast.Or(), values=parts):
                return Or(tuple(map(self._read, parts)))
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return self._compare(node, left, op, right)
            case ast.Compare(left=low, ops=[first, second], comparators=[ast.Name() as middle, high]):
                return And(
                    (self._compare(node, low, first, middle), self._compare(node, middle, second, high))
                )
            case ast.Call(func=ast.Name(id="at_least")):
                return self._at_least(node)
            case ast.Constant(value=bool() | int() | float() | str()):
                self._refuse(node, "a condition cannot be a constant", "name a fact")
            case ast.Tuple():
                help = "write `and` or `or`; and decimals with a point"
                self._refuse(node, "a comma joins nothing here", help)
            case ast.Call(func=ast.Name(id=name)):
                help = nearest(name, ["at_least"]) or "only `at_least` stands before brackets"
                self._refuse(node, f"`{name}(...)` has no meaning here", help)
            case _:
                self._refuse(node, f"`{_short(ast.unparse(node))}` has no meaning here", _ALLOWED)

    def _compare(self, node: ast.expr, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Condition:
        match op:
            case ast.In() | ast.NotIn():
                if not isinstance(left, ast.Name):
                    self._refuse(left, "a fact stands before `in`", "write `fact in {one, another}`")
                inner = self._atom(node, Atom(left.id, "in", self._choices(right)))
                return inner if isinstance(op, ast.In) else Not(inner)
            case ast.NotEq():
                return Not(self._compare(node, left, ast.Eq(), right))
            case ast.Is() | ast.IsNot():
                help = "write `==`; whether something is known cannot be asked"
                self._refuse(node, "`is` has no meaning here", help)
        sign = _OPS[type(op)]
        if not isinstance(left, ast.Name) and isinstance(right, ast.Name):
            left, right, sign = right, left, FLIPPED[sign]
        if not isinstance(left, ast.Name):
            help = "numbers are computed from facts under `derived` in `instruments.yaml`"
            self._refuse(left, "a comparison needs a fact on its left", help)
        match right:
            case ast.Name(id=choice):
                value: Constant = choice
            case ast.Constant(value=str(choice)) if choice.isidentifier():
                value = choice
            case ast.Constant(value=bool(truth)):
                if sign != "==":
                    self._refuse(right, f"`{sign} {truth}` has no meaning here", "name the fact alone")
                atom = self._atom(node, Atom(left.id, "==", True))
                return atom if truth else Not(atom)
            case ast.Constant(value=int() | float() as number):
                value = self._number(right, number)
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
                value = self._number(right, -number)
            case _:
                help = "write a number without its unit, or a choice as one word"
                self._refuse(right, "a comparison needs a number or a choice on its right", help)
        if isinstance(value, str) and sign != "==":
            help = "write a number; two facts are compared through a `derived` value in `instruments.yaml`"
            self._refuse(right, f"`{sign}` compares numbers, `{value}` is not one", help)
        return self._atom(node, Atom(left.id, sign, value))

    def _number(self, node: ast.expr, number: float | int) -> float | int:
        if isinstance(number, bool) or not abs(number) < 1e15:
            self._refuse(node, "not a number that can be compared with", "write it under 10^15")
        return int(number) if isinstance(number, float) and number.is_integer() else number

    def _choices(self, node: ast.expr) -> tuple[str, ...]:
        if not isinstance(node, ast.Set | ast.Tuple | ast.List) or not node.elts:
            self._refuse(node, "choices stand in braces", "write `in {one, another}`")
        found: list[str] = []
        for element in node.elts:
            match element:
                case ast.Name(id=choice) | ast.Constant(value=str(choice)) if choice.isidentifier():
                    if choice in found:
                        self._refuse(element, f"the choice `{choice}` stands here twice", "remove one")
                    found.append(choice)
                case _:
                    help = "choices are single words"
                    self._refuse(element, f"`{_short(ast.unparse(element))}` is not a choice", help)
        return tuple(found)

    def _at_least(self, node: ast.Call) -> Condition:
        match node.args:
            case [ast.Constant(value=int(count)), *parts] if _plain_count(node, count) and parts:
                if not 1 <= count <= len(parts):
                    known = "is always true" if count < 1 else "can never be true"
                    message = f"`at_least({count}, ...)` of {len(parts)} conditions {known}"
                    self._refuse(node, message, f"use a count from 1 to {len(parts)}")
                return AtLeast(count, tuple(map(self._read, parts)))
            case _:
                help = "write `at_least(2, a, b, c)`"
                self._refuse(node, "`at_least` needs a count and conditions", help)

    def _atom(self, node: ast.expr, atom: Atom) -> Atom:
        self._places.append((atom, *self._span(node)))
        return atom

    def _span(self, node: ast.expr) -> tuple[int, int]:
        start, end = node.col_offset, node.end_col_offset or node.col_offset + 1
        if not self._ascii:  # the grammar counts bytes
            data = self._text[self._lead :].encode()
            start, end = len(data[:start].decode()), len(data[:end].decode())
        return start + self._lead, max(1, end - start)

    def _refuse(self, node: ast.expr, message: str, help: str = "") -> NoReturn:
        raise Unreadable(message, *self._span(node), help)


def _syntax(text: str, lead: int, error: SyntaxError) -> Unreadable:
    if "nested" in (error.msg or ""):
        return Unreadable("nested too deeply to be read", help="split it into findings")
    said = misread(text)
    if said is not None:
        return Unreadable(*said)
    offset = min(lead + max(0, (error.offset or 1) - 1), len(text) - 1)
    return Unreadable("not readable as a condition from here on", offset, len(text) - offset, _ALLOWED)


def _plain_count(node: ast.Call, count: int) -> bool:
    return not isinstance(count, bool) and not node.keywords


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."
