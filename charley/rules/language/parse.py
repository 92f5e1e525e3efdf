"""Text to conditions: what a rule author writes after `when:`.

    unilateral_leg_swelling and not bilateral_leg_swelling and age >= 60
    pain_quality in {cramping, aching}
    at_least(2, paresthesia, pallor, pulselessness)
    potassium < low_potassium

The last compares with a threshold, a number that has a name (`threshold.py`). What an author wrote is read
with the thresholds of the base; in a base that is loaded the number stands behind the name, as in
`low_potassium (3.5)`, and the text can be read alone.

The `match` in `ConditionReader` lists what is allowed. Claims (`charley.rules.invariants.parse`) are
conditions with predicates, and their reader is derived from it.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple, NoReturn

from charley.documents.diagnostic import nearest
from charley.rules.language.choices import instead
from charley.rules.language.condition import And, AtLeast, Atom, Condition, Constant, Not, Operator, Or
from charley.rules.language.reader import ALLOWED, Reader, Unreadable, is_number, short

__all__ = ["ConditionReader", "Numbers", "Parsed", "parse", "parse_written"]

Numbers = Mapping[str, float | int]
"""The numbers of thresholds by their names."""

_FLIPPED: dict[Operator, Operator] = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "=="}
_SIGNS: dict[type[ast.cmpop], Operator] = {
    ast.Eq: "==",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}


class Parsed(NamedTuple):
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
    reader = ConditionReader(text)
    condition = reader.read(reader.condition)
    return Parsed(condition, tuple(reader.places))


def parse_written(text: str, numbers: Numbers) -> Parsed:
    """The condition that an author wrote, who may name these thresholds. Raises `Unreadable`."""
    reader = ConditionReader(text, numbers)
    condition = reader.read(reader.condition)
    return Parsed(condition, tuple(reader.places), tuple(reader.thresholds))


class ConditionReader(Reader):
    """Reads the conditions in a text.

    `places` are the atoms met so far, with offset and length, `thresholds` the names of thresholds.
    `numbers` are what an author may name; without them names are read with the numbers behind them.
    """

    def __init__(self, text: str, numbers: Numbers | None = None) -> None:
        super().__init__(text)
        self.numbers = numbers
        self.places: list[tuple[Atom, int, int]] = []
        self.thresholds: list[tuple[str, int, int]] = []

    def condition(self, node: ast.expr) -> Condition:
        """The condition that a part of the text says."""
        return self.deeper(node, self._condition)

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
                self.refuse(node, f"`{short(node)}` has no meaning here", ALLOWED)

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
                        self.refuse(element, f"the choice `{choice}` is given twice", "remove one")
                    found.append(choice)
                case _:
                    help = meant or "choices are single words"
                    self.refuse(element, f"`{short(element)}` is not a choice", help)
        return tuple(found)

    def _atom(self, node: ast.expr, atom: Atom) -> Atom:
        self.places.append((atom, *self.span(node)))
        return atom
