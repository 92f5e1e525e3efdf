"""Forms and lists that are gone through item by item: `Fever: N Cough: Y`, `pitting yes, collaterals no`."""

from __future__ import annotations

from typing import Final

from charley.facts.text.context.scopes import Trigger
from charley.facts.text.passage import Passage

__all__ = ["Form", "ticked_items"]

_ITEM: Final = 6
"""The most words in an item of a form."""

Form = dict[int, Trigger | None]
"""By the place of a tick, and of the colon before it, what it denies; None where it affirms."""


def ticked_items(passage: Passage) -> Form:
    """The items with their ticks."""
    return {**_in_clauses(passage), **_in_a_row(passage), **_after_colons(passage)}


def _in_clauses(passage: Passage) -> Form:
    """Two or more items of which each ends its clause with a tick: `Fever N. Trauma N.`"""
    tokens = passage.tokens
    items: dict[int, list[tuple[int, int]]] = {}
    for low, high in passage.clauses():
        begin, end = passage.sentence(low)
        last = high - 1 if tokens[high - 1].kind == "mark" and not _is_tick(passage, high - 1) else high
        if last - low > 1 and _is_tick(passage, last - 1):
            alone = (low, high) == (begin, end)
            items.setdefault(-1 if alone else begin, []).append((low, last - 1))
    return {
        place: _denial(passage, low, place, place)
        for group in items.values()
        for low, place in group
        if len(group) > 1
    }


def _in_a_row(passage: Passage) -> Form:
    """Two or more items with nothing but their ticks between them: `Fever N Rash N Cough Y`."""
    found: Form = {}
    row: list[tuple[int, int]] = []
    begin = 0
    for place, token in enumerate(passage.tokens):
        if passage.ends(place) or token.kind == "mark":
            found |= _row(passage, row)
            row, begin = [], place + (token.kind == "mark")
        elif passage.text[token.start : token.end] in ("N", "Y") and 0 < place - begin <= _ITEM:
            row.append((begin, place))
            begin = place + 1
    return found | _row(passage, row)


def _row(passage: Passage, row: list[tuple[int, int]]) -> Form:
    return {place: _denial(passage, low, place, place) for low, place in row} if len(row) > 1 else {}


def _after_colons(passage: Passage) -> Form:
    """Items with a colon before each tick: `Fever: N Rash: N`."""
    found: Form = {}
    begin = 0
    for place, token in enumerate(passage.tokens[:-1]):
        if passage.ends(place):
            begin = place
        tick = place + 1
        if token.low != ":" or not _is_tick(passage, tick):
            continue
        if place - begin <= _ITEM and (passage.closes(tick + 1) or _labels(passage, tick + 1)):
            found[place], found[tick] = _denial(passage, begin, place, tick), None
            begin = tick + 1
    return found


def _labels(passage: Passage, place: int) -> bool:
    """Whether the name of another item begins here."""
    for at in range(place, min(place + _ITEM, len(passage.tokens))):
        if passage.closes(at):
            return at > place and passage.tokens[at].low == ":"
    return False


def _is_tick(passage: Passage, place: int) -> bool:
    slashed = place + 1 < len(passage.tokens) and passage.tokens[place + 1].low == "/"  # `n/a`
    return not slashed and (passage.is_a("TICK", place) or passage.is_a("CROSS", place))


def _denial(passage: Passage, low: int, high: int, tick: int) -> Trigger | None:
    if not passage.is_a("CROSS", tick):
        return None
    return Trigger("negation", passage.tokens[tick].low, high, tick + 1, low, high, "asked")
