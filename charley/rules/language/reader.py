"""A text of the rule language as Python's own grammar reads it: its parts, their places, and refusals.

The grammar reads the text (`ast`, never `eval`); what a part means is for those who read it: conditions
(`parse.py`) and claims (`charley.rules.invariants.parse`).
"""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Callable
from typing import NoReturn, TypeVar

from charley.documents.diagnostic import CharleyError
from charley.rules.language.mistakes import misread, run_together

__all__ = ["ALLOWED", "RESERVED", "Reader", "Unreadable", "is_number", "short"]

T = TypeVar("T")

RESERVED = frozenset([*keyword.kwlist, "at_least", "true", "false", "urgency"])
"""Words that mean something in conditions or invariants, or would to the grammar; no fact has such a name."""

LONGEST = 20_000
"""Characters of one text."""

DEEPEST = 50
"""Levels of conditions in conditions: far more than can be understood, far fewer than stacks hold."""

ALLOWED = "use facts, comparisons, `and`, `or`, `not`, `in {...}` and `at_least(k, ...)`"
"""What a condition is made of."""


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


class Reader:
    """Reads one text. `what` it should be, and what to write where it is `empty`, are said in messages."""

    what = "condition"
    empty = ALLOWED

    def __init__(self, text: str) -> None:
        # `\s` is also the blank that does not break, which word processors leave.
        self.text = re.sub(r"\s", " ", text).rstrip()
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
            raise Unreadable(f"there is no {self.what} here", help=self.empty)
        if len(text) > LONGEST:
            raise Unreadable(f"longer than {LONGEST:,} characters", help="split it into findings")
        if "#" in text:
            help = f"write comments beside the {self.what}"
            raise Unreadable("`#` has no meaning here", text.index("#"), 1, help)
        if "\\" in text:
            raise Unreadable("`\\` has no meaning here", text.index("\\"), 1, "remove it")
        mistake = run_together(text)
        if mistake is not None:
            raise Unreadable(*mistake)

    def _syntax(self, error: SyntaxError) -> Unreadable:
        if "nested" in (error.msg or ""):
            return Unreadable("nested too deeply to be read", help="split it into findings")
        mistake = misread(self.text)
        if mistake is not None:
            return Unreadable(*mistake)
        offset = min(self._lead + max(0, (error.offset or 1) - 1), len(self.text) - 1)
        message = f"not readable as a {self.what} from here on"
        return Unreadable(message, offset, len(self.text) - offset, ALLOWED)


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
