"""Text to conditions: what a rule author writes after `when:`.

    unilateral_leg_swelling and not bilateral_leg_swelling and age >= 60
    pain_quality in {cramping, aching}
    at_least(2, paresthesia, pallor, pulselessness)
    potassium < low_potassium

The last compares with a threshold, a number that has a name (`threshold.py`). What an author wrote is read
with the thresholds of the base; in a base that is loaded the number stands behind the name, as in
`low_potassium (3.5)`, and the text can be read alone.

Python's own grammar reads the text (`ast`, never `eval`); the `match` in `Reader` lists what is allowed.
Claims (`charley.rules.invariants.parse`) are conditions with predicates, and the same `Reader` reads them.
"""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NoReturn, TypeVar

from charley.documents.diagnostic import CharleyError, nearest
from charley.rules.language.choices import instead
from charley.rules.language.condition import And, AtLeast, Atom, Condition, Constant, Not, Operator, Or
from charley.rules.language.mistakes import glued, misread

__all__ = [
    *("RESERVED", "Numbers", "Parsed", "Reader", "Unreadable"),
    *("is_number", "parse", "parse_written", "short"),
]

T = TypeVar("T")

Numbers = Mapping[str, float | int]
"""The numbers of thresholds by their names."""

RESERVED = frozenset([*keyword.kwlist, "at_least", "true", "false", "urgency"])
"""Words that mean something in conditions or invariants, or would to the grammar; no fact has such a name."""

LONGEST = 20_000
"""Characters of one text."""

DEEPEST = 50
"""Levels of conditions in conditions: far more than can be understood, far fewer than stacks hold."""

_ALLOWED = "use facts, comparisons, `and`, `or`, `not`, `in {...}` and `at_least(k, ...)`"
_FLIPPED: dict[Operator, Operator] = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "=="}
_SIGNS: dict[type[ast.cmpop], Operator] = {
    ast.Eq: "==",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}


class Unreadable(CharleyError, ValueError):
    """The text is not a condition or claim. `offset` and `length` say where in it, counted from 0.

    `missing` is the name that stands where a number or a threshold should.
    """

    def __init__(
        self, message: str, offset: int = 0, length: int = 1, help: str = "", missing: str = ""
    ) -> None:
        super().__init__(message)
        self.offset = offset
        self.length = length
        self.help = help
        self.missing = missing


@dataclass(frozen=True, slots=True)
class Parsed:
    """A condition with the places in the text of its atoms and of the thresholds in it, left to right.

    A place is (atom or name, offset, length).
    """

    condition: Condition
    places: tuple[tuple[Atom, int, int], ...]
    thresholds: tuple[tuple[str, int, int], ...] = ()


@lru_cache(maxsize=4096)
def parse(text: str) -> Parsed:
    """The condition that the text says. Raises `Unreadable`.

    A text is parsed once: the first call checks it, and later calls get the same condition.
    """
    reader = Reader(text)
    condition = reader.read(reader.condition)
    return Parsed(condition, tuple(reader.places))


def parse_written(text: str, numbers: Numbers) -> Parsed:
    """The condition that an author wrote, who may name these thresholds. Raises `Unreadable`."""
    reader = Reader(text, numbers)
    condition = reader.read(reader.condition)
    return Parsed(condition, tuple(reader.places), tuple(reader.thresholds))


class Reader:
    """Reads one text. `places` are the atoms met so far, with offset and length, `thresholds` the names.

    `numbers` are what an author may name; without them names are read with the numbers behind them.
    """

    what = "condition"

    def __init__(self, text: str, numbers: Numbers | None = None) -> None:
        self.numbers = numbers
        self.text = re.sub(
            r"\s", " ", text
        ).rstrip()  # also blanks that do not break, as word processors leave
        self.places: list[tuple[Atom, int, int]] = []
        self.thresholds: list[tuple[str, int, int]] = []
        self._lead = len(self.text) - len(self.text.lstrip())
        self._ascii = self.text.isascii()
        self._depth = 0

    def read(self, meaning: Callable[[ast.expr], T]) -> T:
        """What `meaning` makes of the whole text. Raises `Unreadable`."""
        self._refuse_before_parsing()
        try:
            tree = ast.parse(self.text[self._lead :], mode="eval")
            return meaning(tree.body)
        except SyntaxError as error:
            raise self._syntax(error) from None
        except (ValueError, MemoryError, RecursionError) as error:
            if isinstance(error, Unreadable):
                raise
            raise Unreadable("nested too deeply to be read", help="split it into findings") from None

    def condition(self, node: ast.expr) -> Condition:
        """The condition that a part of the text says."""
        return self.deeper(node, self._condition)

    def deeper(self, node: ast.expr, meaning: Callable[[ast.expr], T]) -> T:
        """What `meaning` makes of the part, one level further in."""
        self._depth += 1
        if self._depth > DEEPEST:
            self.refuse(node, f"nested deeper than {DEEPEST} levels", "split it into findings")
        found = meaning(node)
        self._depth -= 1
        return found

    def at_least(self, node: ast.Call, meaning: Callable[[ast.expr], T]) -> tuple[int, tuple[T, ...]]:
        """The count and the parts of `at_least(count, ...)`."""
        match node:
            case ast.Call(args=[ast.Constant(value=int(count)), *parts], keywords=[]) if (
                parts and not isinstance(count, bool)
            ):
                if not 1 <= count <= len(parts):
                    known = "is always true" if count < 1 else "can never be true"
                    message = f"`at_least({count}, ...)` of {len(parts)} {self.what}s {known}"
                    self.refuse(node, message, f"use a count from 1 to {len(parts)}")
                return count, tuple(map(meaning, parts))
            case _:
                help = "write `at_least(2, a, b, c)`"
                self.refuse(node, f"`at_least` needs a count and {self.what}s", help)

    def span(self, node: ast.expr) -> tuple[int, int]:
        """Where a part stands in the text: offset and length."""
        start, end = node.col_offset, node.end_col_offset or node.col_offset + 1
        if not self._ascii:  # the grammar counts bytes
            data = self.text[self._lead :].encode()
            start, end = len(data[:start].decode()), len(data[:end].decode())
        return start + self._lead, max(1, end - start)

    def refuse(self, node: ast.expr, message: str, help: str = "") -> NoReturn:
        """Say that a part is no condition."""
        raise Unreadable(message, *self.span(node), help)

    def _refuse_before_parsing(self) -> None:
        """Refuse what Python's grammar would ignore, or would warn the whole process of."""
        text = self.text
        if not text.strip():
            raise Unreadable(f"there is no {self.what} here", help=self._empty())
        if len(text) > LONGEST:
            raise Unreadable(f"longer than {LONGEST:,} characters", help="split it into findings")
        if "#" in text:
            help = f"write comments beside the {self.what}"
            raise Unreadable("`#` has no meaning here", text.index("#"), 1, help)
        if "\\" in text:
            raise Unreadable("`\\` has no meaning here", text.index("\\"), 1, "remove it")
        mistake = glued(text)
        if mistake is not None:
            raise Unreadable(*mistake)

    def _empty(self) -> str:
        return _ALLOWED

    def _syntax(self, error: SyntaxError) -> Unreadable:
        if "nested" in (error.msg or ""):
            return Unreadable("nested too deeply to be read", help="split it into findings")
        mistake = misread(self.text)
        if mistake is not None:
            return Unreadable(*mistake)
        offset = min(self._lead + max(0, (error.offset or 1) - 1), len(self.text) - 1)
        message = f"not readable as a {self.what} from here on"
        return Unreadable(message, offset, len(self.text) - offset, _ALLOWED)

    def _condition(self, node: ast.expr) -> Condition:
        match node:
            case ast.Name(id=name) if self._is_threshold(node):
                self._nothing_compared(node, name)
            case ast.Name(id=name):
                return self._atom(node, Atom(name, "==", True))
            case ast.UnaryOp(op=ast.Not(), operand=part):
                return Not(self.condition(part))
            case ast.BoolOp(op=ast.And(), values=parts):
                return And(tuple(map(self.condition, parts)))
            case ast.BoolOp(op=ast.Or(), values=parts):
                return Or(tuple(map(self.condition, parts)))
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return self._compare(node, left, op, right)
            case ast.Compare(left=low, ops=[first, second], comparators=[ast.Name() as middle, high]):
                return And(
                    (self._compare(node, low, first, middle), self._compare(node, middle, second, high))
                )
            case ast.Call(func=ast.Name(id="at_least")):
                return AtLeast(*self.at_least(node, self.condition))
            case ast.Constant(value=bool() | int() | float() | str()):
                self.refuse(node, "a condition cannot be a constant", "name a fact")
            case ast.Tuple(
                elts=[ast.Compare(left=ast.Name(id=name), ops=[op], comparators=[one]), *more]
            ) if meant := instead(name, op, ast.Tuple([one, *more])):
                self.refuse(node, "a comma joins nothing here", meant)
            case ast.Tuple():
                help = "write `and` or `or`; and decimals with a point"
                self.refuse(node, "a comma joins nothing here", help)
            case ast.Call(func=ast.Name(id=name), args=[number]) if is_number(number):
                self._nothing_compared(node, name)
            case ast.Call(func=ast.Name(id=name)):
                help = nearest(name, ["at_least"]) or "only `at_least` stands before brackets"
                help = "whether something is known cannot be asked" if "known" in name else help
                self.refuse(node, f"`{name}(...)` has no meaning here", help)
            case _:
                self.refuse(node, f"`{short(node)}` has no meaning here", _ALLOWED)

    def _compare(
        self, node: ast.expr, left: ast.expr, op: ast.cmpop, right: ast.expr, negated: bool = False
    ) -> Condition:
        match op:
            case ast.In() | ast.NotIn():
                if not isinstance(left, ast.Name):
                    self.refuse(left, "a fact stands before `in`", "write `fact in {one, another}`")
                inner = self._atom(node, Atom(left.id, "in", self._choices(left.id, op, right)))
                return inner if isinstance(op, ast.In) else Not(inner)
            case ast.NotEq():
                return Not(self._compare(node, left, ast.Eq(), right, negated=True))
            case ast.Is() | ast.IsNot():
                known = isinstance(right, ast.Name) and "known" in right.id
                meant = instead(left.id, op, right) if isinstance(left, ast.Name) and not known else None
                help = f"{meant or 'write `==`'}; whether something is known cannot be asked"
                self.refuse(node, "`is` has no meaning here", help)
        sign = _SIGNS[type(op)]
        if (not isinstance(left, ast.Name) or self._is_threshold(left)) and isinstance(right, ast.Name):
            left, right, sign = right, left, _FLIPPED[sign]
        if not isinstance(left, ast.Name):
            help = "numbers are computed from facts under `derived` in `instruments.yaml`"
            self.refuse(left, "a comparison needs a fact on its left", help)
        if self._is_threshold(left):
            self._nothing_compared(left, left.id)
        named = self._threshold(right)
        if named is not None:
            return self._atom(node, Atom(left.id, sign, named[1], named[0]))
        match right:
            case ast.Name(id=choice):
                value: Constant = choice
            case ast.Constant(value=str(choice)) if choice.isidentifier():
                value = choice
            case ast.Constant(value=bool(truth)):
                if sign != "==":
                    self.refuse(right, f"`{sign} {truth}` has no meaning here", "name the fact alone")
                atom = self._atom(node, Atom(left.id, "==", True))
                return atom if truth else Not(atom)
            case ast.Constant(value=int() | float() as number):
                value = self._number(right, number)
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
                value = self._number(right, -number)
            case _:
                meant = instead(left.id, ast.NotEq() if negated else op, right) if sign == "==" else None
                help = meant or "write a number without its unit, or a choice as one word"
                self.refuse(right, "a comparison needs a number or a choice on its right", help)
        if isinstance(value, str) and sign != "==":
            help = "write a number; two facts are compared through a `derived` value in `instruments.yaml`"
            help = nearest(value, self.numbers or ()) or help
            message = f"`{sign}` compares numbers, `{value}` is not one"
            raise Unreadable(message, *self.span(right), help, missing=value)
        return self._atom(node, Atom(left.id, sign, value))

    def _nothing_compared(self, node: ast.expr, name: str) -> NoReturn:
        help = f"write `fact < {name}`, with the name of a fact"
        self.refuse(node, f"`{name}` is a threshold, and no fact is compared with it", help)

    def _is_threshold(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and node.id in (self.numbers or ())

    def _threshold(self, node: ast.expr) -> tuple[str, float | int] | None:
        """The name and the number of a threshold; None where the node is none."""
        match node:
            case ast.Name(id=name) if self.numbers is not None and name in self.numbers:
                self.thresholds.append((name, *self.span(node)))
                return name, self.numbers[name]
            case ast.Call(func=ast.Name(id=name), args=[number], keywords=[]) if is_number(number):
                if self.numbers is not None:
                    help = f"write `{name}` alone: its number stands in `thresholds.yaml`"
                    self.refuse(node, f"a number stands behind `{name}`", help)
                return name, self._number(number, ast.literal_eval(number))
            case _:
                return None

    def _number(self, node: ast.expr, number: float | int) -> float | int:
        if isinstance(number, bool) or not abs(number) < 1e15:
            self.refuse(node, "not a number that can be compared with", "write it under 10^15")
        return int(number) if isinstance(number, float) and number.is_integer() else number

    def _choices(self, fact: str, op: ast.cmpop, node: ast.expr) -> tuple[str, ...]:
        meant = instead(fact, op, node)
        if not isinstance(node, ast.Set | ast.Tuple | ast.List) or not node.elts:
            self.refuse(node, "choices stand in braces", meant or "write `in {one, another}`")
        found: list[str] = []
        for element in node.elts:
            match element:
                case ast.Name(id=choice) | ast.Constant(value=str(choice)) if choice.isidentifier():
                    if choice in found:
                        self.refuse(element, f"the choice `{choice}` stands here twice", "remove one")
                    found.append(choice)
                case _:
                    help = meant or "choices are single words"
                    self.refuse(element, f"`{short(element)}` is not a choice", help)
        return tuple(found)

    def _atom(self, node: ast.expr, atom: Atom) -> Atom:
        self.places.append((atom, *self.span(node)))
        return atom


def is_number(node: ast.expr) -> bool:
    """Whether the part is a number as it is written, its sign included."""
    match node:
        case ast.Constant(value=bool()):
            return False
        case (
            ast.Constant(value=int() | float())
            | ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float()))
        ):
            return True
        case _:
            return False


def short(node: ast.expr) -> str:
    """A part of the text for a message."""
    text = ast.unparse(node)
    return text if len(text) <= 60 else text[:57] + "..."
