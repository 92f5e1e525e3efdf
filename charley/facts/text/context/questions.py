"""What is asked and not said: `is it a clot?`, and a question that is answered at once (`Any fever? No.`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from charley.facts.text.context.scopes import Trigger
from charley.facts.text.passage import Passage

__all__ = ["answers", "asks", "questions"]

_QUOTES: Final = {"-", "–", '"', "'", "“", "”", ":"}
_ANSWERS: Final = {
    **dict.fromkeys(("no", "nope", "never", "none", "nil", "denies", "denied", "negative", "neg"), False),
    **dict.fromkeys(("yes", "yep", "yeah", "yup"), True),
}
"""What answers a question of one's own, with whether it affirms."""
_TICKS: Final = {**_ANSWERS, "n": False, "y": True, "-": False, "–": False, "−": False, "+": True}
"""What follows an item of a list that was gone through: `pitting yes, collaterals no`."""


def asks(passage: Passage, place: int) -> bool:
    """Whether words such as `is it` ask, and are not part of a statement."""
    low, high = passage.sentence(place)
    if passage.tokens[high - 1].low == "?":
        return True
    begins = place == low or passage.tokens[place - 1].low in (",", "and", "or", "but", "so", "-")
    return begins and passage.tokens[place].low not in ("which", "who", "what", "how", "why")


def questions(passage: Passage, asked: set[int]) -> Iterator[Trigger]:
    """A sentence that ends with a question mark and has no word that asks: its last part is the question."""
    tokens = passage.tokens
    for place, token in enumerate(tokens):
        if token.low != "?" or not passage.ends(place + 1):
            continue
        at = place + 1
        while at < len(tokens) and tokens[at].low in _QUOTES:  # `"Any flights?" "No"`, `lost? - no`
            at += 1
        answer = tokens[at].low if at < len(tokens) else ""
        if answer in _ANSWERS and passage.closes(at + 1):  # `Any fever? No.`, and not `no fever`
            if not _ANSWERS[answer]:
                yield Trigger("negation", answer, place, at + 1, passage.sentence(place)[0], place)
            continue
        low = max(passage.sentence(place)[0], place - 60)
        if low == place or any(at in asked for at in range(low, place)):
            continue
        begin = place
        while begin > low and tokens[begin - 1].low not in (",", ";", "but", "so", "-", "–"):
            begin -= 1
        yield Trigger("question", "?", place, place + 1, begin, place)


def answers(passage: Passage) -> Iterator[Trigger]:
    """Two or more items, each with its answer: `whole leg swollen no, pitting yes`, `Fever N. Trauma N.`"""
    tokens = passage.tokens
    items: dict[int, list[tuple[int, int]]] = {}
    for low, high in passage.clauses():
        begin, end = passage.sentence(low)
        last = high - 1 if tokens[high - 1].kind == "mark" and tokens[high - 1].low not in _TICKS else high
        if last - low > 1 and tokens[last - 1].low in _TICKS:
            alone = (low, high) == (begin, end)  # `Fever N. Trauma N.`
            items.setdefault(-1 if alone else begin, []).append((low, last - 1))
    for group in items.values():
        for low, place in group if len(group) > 1 else ():
            if not _TICKS[tokens[place].low]:
                yield Trigger("negation", tokens[place].low, place, place + 1, low, place, "word")
