"""Explain why a text is not a condition, in terms of the words and signs the author wrote."""

from __future__ import annotations

import keyword
import re
from itertools import pairwise

from charley.documents.diagnostic import nearest

__all__ = ["misread", "run_together"]

_TOKEN = (
    r"(?P<number>\d+(?:[.,]\d+)*\.?(?:[eE][-+]?\d+)?)|(?P<name>[^\W\d]\w*)|(?P<text>\"[^\"]*\"|'[^']*')"
    r"|(?P<sign>&&|\|\||==|!=|<>|<=|>=|=>|=<|[^\s\w])"
)

_MEANT = {
    "&&": "and", "&": "and", "||": "or", "|": "or", "!": "not", "=>": ">=", "=<": "<=", "=": "==",
    "<>": "!=", "≥": ">=", "≤": "<=", "≠": "!=", "AND": "and", "OR": "or", "NOT": "not", "IN": "in",
    "notin": "not in",
}  # fmt: skip
"""Signs and words of other languages, and what is written here instead."""

_WORDS = ("and", "or", "not", "in")
_CLOSES = {")": "(", "}": "{", "]": "["}
_COMPARE = ("==", "!=", "<", "<=", ">", ">=")

Said = tuple[str, int, int, str]
"""A message, where in the text it belongs (offset from 0, and length), and what to do."""


def run_together(text: str) -> Said | None:
    """A number that runs into a word of the grammar, or None. Python reads `60and` as two words and warns."""
    for number, name in pairwise(re.finditer(_TOKEN, text)):
        if (
            (number.lastgroup, name.lastgroup) == ("number", "name")
            and number.end() == name.start()
            and name[0].endswith(tuple(keyword.kwlist))
        ):
            both = number[0] + name[0]
            help = "put a blank between the number and the word"
            return misread(text) or (f"`{both}` has no meaning here", number.start(), len(both), help)
    return None


def misread(text: str) -> Said | None:
    """The first thing in the text that a condition cannot have, or None where none is found."""
    tokens = [(m[0], m.lastgroup or "", m.start()) for m in re.finditer(_TOKEN, text)]
    for token, _, at in tokens:
        if not token.isprintable():
            return f"`U+{ord(token[0]):04X}` has no meaning here", at, 1, "remove what cannot be seen"
        if token in _MEANT:
            return f"`{token}` has no meaning here", at, len(token), f"write `{_MEANT[token]}`"
    return _brackets(tokens) or _negations(tokens) or _neighbours(tokens) or _signs(tokens)


def _brackets(tokens: list[tuple[str, str, int]]) -> Said | None:
    opened: list[tuple[str, int]] = []
    for token, _, at in tokens:
        if token in _CLOSES.values():
            opened.append((token, at))
        elif token in _CLOSES and (not opened or opened.pop()[0] != _CLOSES[token]):
            return f"`{token}` closes nothing", at, 1, "remove it, or open the bracket"
    if opened:
        bracket, at = opened[-1]
        return f"`{bracket}` is not closed", at, 1, "close it"
    return None


def _negations(tokens: list[tuple[str, str, int]]) -> Said | None:
    """A choice that is denied in a way that has no meaning."""
    for (token, _, at), (after, _, to) in pairwise(tokens):
        length = to + len(after) - at
        if (token, after) in (("not", "=="), ("==", "not")):
            return f"`{token} {after}` has no meaning here", at, length, "write `!=`"
        if token == "not" and after in ("{", "[") and at:
            return f"`in` is missing before `{after}`", to, 1, "write `not in {...}`"
        if token == "is" and after in ("in", "not"):
            return "`is` has no meaning here", at, 2, "leave it out: `in {...}` or `not in {...}`"
    return None


def _neighbours(tokens: list[tuple[str, str, int]]) -> Said | None:
    """Two operands need something between them, and `and` something on both its sides."""
    before, ended = "", False  # the token before, and whether an operand ended with it
    following = [token for token, _, _ in tokens[1:]] + [""]
    for (token, kind, at), after in zip(tokens, following, strict=True):
        word = kind == "name" and keyword.iskeyword(token)
        if word and token not in (*_WORDS, "True", "False"):
            return f"`{token}` has no meaning here", at, len(token), "a condition has no such word"
        starts = token in ("not", "(", "{", "[") or (kind != "sign" and token not in _WORDS)
        belongs = (token == "not" and after == "in") or (token == "(" and before == "at_least")
        if starts and ended and not belongs:
            return _missing(before, token, kind, at)
        if token == "not" and after == "in" and not ended:
            return "something is missing before `not in`", at, 3, "write a fact there"
        joins = token in ("and", "or", "in", ",", *_COMPARE)
        if joins and not ended and not (token == "in" and before == "not"):
            help = "write a fact or a condition there"
            return f"something is missing before `{token}`", at, len(token), help
        ended = token in _CLOSES or (starts and token not in ("not", "(", "{", "["))
        before = token
    if tokens and not ended:
        token, _, at = tokens[-1]
        return f"the condition breaks off after `{token}`", at, len(token), "write what follows, or remove it"
    return None


def _signs(tokens: list[tuple[str, str, int]]) -> Said | None:
    for token, kind, at in tokens:
        if kind == "sign" and token not in (*_COMPARE, *_CLOSES, *_CLOSES.values(), ",", "-", "."):
            return f"`{token}` has no meaning here", at, len(token), "remove it"
    return None


def _missing(before: str, token: str, kind: str, at: int) -> Said:
    typo = kind == "name" and len(token) <= 4 and token not in _WORDS
    help = nearest(token, _WORDS) if typo else ""
    if before[:1].isdigit() and kind == "name":
        help = help or "leave the unit out: numbers are in the fact's own"
    return f"`and` or `or` is missing before `{token}`", at, len(token), help or "write one of them"
