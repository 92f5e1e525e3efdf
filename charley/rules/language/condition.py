"""What a condition is: an atom, or `not`, `and`, `or` and `at least` of conditions.

Printing is the inverse of parsing: `parse(str(condition)) == condition` (see `parse.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, assert_never

__all__ = ["And", "AtLeast", "Atom", "Condition", "Constant", "Not", "Operator", "Or", "atoms"]

Constant = bool | int | float | str
Operator = Literal["==", "<", "<=", ">", ">=", "in"]


@dataclass(frozen=True, slots=True)
class Atom:
    """The smallest condition: a name compared with a constant.

    A name alone is `== True`; for `in`, `value` is a tuple of choices. `named` is its threshold, if any.
    """

    name: str
    op: Operator
    value: Constant | tuple[str, ...]
    named: str | None = field(default=None, compare=False, repr=False)

    def __str__(self) -> str:
        if self.value is True:
            return self.name
        if isinstance(self.value, tuple):
            return f"{self.name} in {{{', '.join(self.value)}}}"
        shown = f"{self.named} ({self.value})" if self.named else self.value
        return f"{self.name} {self.op} {shown}"


@dataclass(frozen=True, slots=True)
class Not:
    """True when the part is known false. Of a choice: it is known, and is another one (`!=`, `not in`)."""

    part: Condition

    def __str__(self) -> str:
        if isinstance(self.part, Atom) and isinstance(self.part.value, str | tuple):
            return str(self.part).replace(" == ", " != ").replace(" in ", " not in ")
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
