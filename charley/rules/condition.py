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
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn, assert_never

__all__ = ["And", "AtLeast", "Atom", "Condition", "Not", "Or", "Parsed", "Unreadable", "atoms", "parse"]

Constant = bool | int | float | str


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
_OPS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}


def parse(text: str) -> Parsed:
    """The condition that the text says. Raises `Unreadable`."""
    flat = text.replace("\n", " ").rstrip()
    if not flat.strip():
        raise Unreadable("there is no condition here", help="write one, or `at_least(1, ...)`")
    if len(flat) > 20_000:
        raise Unreadable("longer than 20,000 characters", help="split it into findings")
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
        raise Unreadable("not readable as a condition", help="is it nested very deeply?") from None


class _Reader:
    def __init__(self, text: str, lead: int) -> None:
        self._text = text
        self._lead = lead
        self._ascii = text.isascii()
        self._places: list[tuple[Atom, int, int]] = []

    def read(self, node: ast.expr) -> Parsed:
        condition = self._read(node)
        return Parsed(condition, tuple(self._places))

    def _read(self, node: ast.expr) -> Condition:
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
            case ast.Call(func=ast.Name(id="at_least"), keywords=[]):
                return self._at_least(node)
            case ast.Constant(value=bool()):
                self._refuse(node, "a condition cannot be a constant", "name a fact")
            case ast.Call(func=ast.Name(id=name)):
                help = "only `at_least(k, ...)` stands before brackets"
                self._refuse(node, f"`{name}(...)` has no meaning here", help)
            case _:
                help = "use facts, comparisons, `and`, `or`, `not`, `in {...}` and `at_least(k, ...)`"
                self._refuse(node, f"`{_short(ast.unparse(node))}` has no meaning here", help)

    def _compare(self, node: ast.expr, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Condition:
        match op:
            case ast.In() | ast.NotIn():
                if not isinstance(left, ast.Name):
                    self._refuse(left, "a fact stands before `in`")
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
            self._refuse(left, "a comparison needs a fact on its left")
        match right:
            case ast.Name(id=choice):
                value: Constant = choice
            case ast.Constant(value=str(choice)) if choice.isidentifier():
                value = choice
            case ast.Constant(value=bool(truth)):
                if sign != "==":
                    self._refuse(right, f"`{sign} {truth}` has no meaning here")
                atom = self._atom(node, Atom(left.id, "==", True))
                return atom if truth else Not(atom)
            case ast.Constant(value=int() | float() as number):
                value = self._number(right, number)
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
                value = self._number(right, -number)
            case _:
                self._refuse(right, "a comparison needs a number or a choice on its right")
        if isinstance(value, str) and sign != "==":
            self._refuse(right, f"`{sign}` compares numbers, `{value}` is not one")
        return self._atom(node, Atom(left.id, sign, value))

    def _number(self, node: ast.expr, number: float | int) -> float | int:
        if isinstance(number, bool) or not abs(number) < 1e15:
            self._refuse(node, "not a number that can be compared with")
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
                    self._refuse(element, f"`{_short(ast.unparse(element))}` is not a choice")
        return tuple(found)

    def _at_least(self, node: ast.Call) -> Condition:
        match node.args:
            case [ast.Constant(value=int(count)), *parts] if not isinstance(count, bool) and parts:
                if not 1 <= count <= len(parts):
                    message = f"at_least({count}, ...) over {len(parts)} parts is impossible or empty"
                    self._refuse(node, message, f"use a count from 1 to {len(parts)}")
                return AtLeast(count, tuple(map(self._read, parts)))
            case _:
                self._refuse(node, "at_least needs a count and conditions", "write `at_least(2, a, b, c)`")

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
    offset = lead + max(0, (error.offset or 1) - 1)
    said = (error.msg or "invalid syntax").split(".")[0].split("'")[0]
    help = ""
    for sign, word in (("&&", "and"), ("||", "or"), ("!", "not"), ("=>", ">="), ("=<", "<=")):
        at = text.find(sign)
        if at >= 0 and text[at : at + 2] != "!=":
            return Unreadable(f"`{sign}` has no meaning here", at, len(sign), f"write `{word}`")
    if "=" in said:
        help = "compare with `==`"
    wrong = text[offset : offset + 1]
    for word in text.split():
        if keyword.iskeyword(word) and word not in ("and", "or", "not", "in", "True", "False"):
            help = f"`{word}` is a word of Python's own"
    message = f"not readable as a condition near `{wrong}`" if wrong.strip() else "the condition breaks off"
    return Unreadable(message, min(offset, max(0, len(text) - 1)), 1, help)


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."
