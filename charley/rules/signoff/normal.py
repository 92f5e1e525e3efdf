"""A condition in one text, however it was written: parts in one order, none twice, `not` at the names."""

from __future__ import annotations

from charley.rules.core import OPPOSITE, Core, Literal, core
from charley.rules.language.condition import Condition
from charley.rules.language.parse import parse

__all__ = ["normal", "normal_text"]


def normal_text(text: str | None) -> str | None:
    """The condition in a text in its one form."""
    return None if text is None else normal(parse(text).condition)


def normal(condition: Condition) -> str:
    """Equal for conditions that differ in order, brackets, repetition or how `not` is written."""
    word, parts = _flat(core(condition, {}))
    return _joined(word, parts)


def _flat(part: Core) -> tuple[str, list[str]]:
    """The word that joins the parts, and the parts. One part has no word."""
    if isinstance(part, Literal):
        return "", [_literal(part)]
    assert set(part.weights) <= {1}  # scores are names here: their items are parts of their own
    if part.needed not in (1, len(part.parts)):
        inside = sorted(_joined(*_flat(each)) for each in part.parts)
        return "", [f"at_least({part.needed}, {', '.join(inside)})"]
    word = " and " if part.needed == len(part.parts) else " or "
    found: dict[str, Core] = {}
    for each in part.parts:
        inner, parts = _flat(each)
        texts = parts if inner in ("", word) else [f"({_joined(inner, parts)})"]
        found.update(dict.fromkeys(texts, each))
    if len(found) == 1:  # the same, said several times
        return _flat(next(iter(found.values())))
    return word, list(found)


def _joined(word: str, parts: list[str]) -> str:
    return word.join(sorted(parts))


def _literal(literal: Literal) -> str:
    name, op, value, wanted = literal
    if isinstance(value, tuple):
        text = f"{name} in {{{', '.join(sorted(value))}}}"
        return text if wanted else f"not {text}"
    if value is True:
        return name if wanted else f"not {name}"
    if isinstance(value, int | float) and not isinstance(value, bool):
        if not wanted and op in OPPOSITE:
            op, wanted = OPPOSITE[op], True
        value = int(value) if value == int(value) else value
    text = f"{name} {op} {value}"
    return text if wanted else f"not {text}"
