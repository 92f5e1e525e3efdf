"""What a result is of: the test that its name says, of the usual sample, on the scale named beside it."""

from __future__ import annotations

import re
from typing import Any, Final

from charley.facts.quantity import quantity_of
from charley.facts.text.numbers.number import Number
from charley.facts.text.passage import Passage
from charley.facts.text.phrases import Match
from charley.facts.vocabulary import Fact

__all__ = ["is_other_test", "unit_on_scale", "wrong_amount"]

_OTHER: Final = "OTHERTEST"
_LONGEST_NAME: Final = 3
"""Words of the longest name of a sample."""

_BESIDE: Final = re.compile(r"(?:(?!\.\s)[^,;\n]){0,24}")
"""What stands so near behind a number may say on which scale it is."""

_AMOUNT: Final = re.compile(r"\s?([a-zA-Zµμ]{1,5})(?![\w/])")


def is_other_test(match: Match[Any], number: Number, passage: Passage) -> bool:
    """Whether it is of another sample, or one form of the substance: `urine sodium 120`, `ionised calcium`.

    The word stands right before the name, between it and the number, or behind as `in urine`, `(urine)`.
    """
    first = match.first
    for place in range(max(0, first - _LONGEST_NAME), number.first):
        if any(name == _OTHER and end >= first for name, end in passage.classes[place]):
            return True
    tokens = passage.tokens
    for place in range(number.after, min(number.after + 6, len(tokens) - 1)):
        if tokens[place].low in (",", ";", ".") or passage.ends(place):
            return False
        if tokens[place].low not in ("in", "("):
            continue
        after = place + 1 + (tokens[place + 1].low == "the")
        ends = [end for name, end in passage.classes[after] if name == _OTHER] if after < len(tokens) else []
        closed = [tokens[end].low for end in ends if end < len(tokens)]
        return bool(ends) and (tokens[place].low == "in" or ")" in closed)
    return False


def unit_on_scale(fact: Fact, unit: str | None, behind: str) -> str | None:
    """The unit of a number, on another scale of the fact where words behind name it: `300 ng/mL (DDU)`."""
    near = _BESIDE.match(behind)
    scale = fact.scale_named(near[0]) if near else None
    if scale is None or unit is None:
        return scale or unit
    return unit + scale[scale.index("{") :]


def wrong_amount(fact: Fact, behind: str) -> bool:
    """Whether moles stand behind a number that is a mass, or the other way round: `B12 148 pmol`."""
    word, own = _AMOUNT.match(behind), quantity_of(fact.unit or "")
    amount = quantity_of(word[1].replace("µ", "u").replace("μ", "u")) if word else None
    if amount is None or own is None or not amount.listed or len(amount.kinds) != 1:
        return False
    (kind, _), _ = amount.kinds[0]
    return kind in ("mass", "substance") and all(kind != each for (each, _), _ in own.kinds)
