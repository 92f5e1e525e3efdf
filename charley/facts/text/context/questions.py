"""What is asked and not said: `is it a clot?`, and a question that is answered at once (`Any fever? No.`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from charley.facts.text.context.scopes import Trigger
from charley.facts.text.passage import Passage

__all__ = ["Answer", "answered", "asks", "questions"]

_QUOTES: Final = {"-", "–", '"', "'", "“", "”", ":", ">"}
_GOES_ON: Final = {
    "i",
    "it",
    "he",
    "she",
    "they",
    "we",
    "there",
    "not",
    "that",
    "this",
    "both",
    "just",
    "only",
}
"""What may follow `no` where it answers a question: `No it's fine`, and not `no fever`."""

_LABEL: Final = 3
"""The most words in the name of who speaks: `Patient:`, `Mr D:`."""

_ITEM: Final = 5
"""The most words in an item of a form."""

_FAR: Final = 60
"""No question is longer than this."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The words that answer a question, from `first` up to `after`, and whether they affirm."""

    first: int
    after: int
    affirms: bool


def asks(passage: Passage, place: int) -> bool:
    """Whether words such as `is it` ask, and are not part of a statement."""
    low, high = passage.sentence(place)
    if passage.tokens[high - 1].low == "?":
        return True
    begins = place == low or passage.tokens[place - 1].low in (",", "and", "or", "but", "so", "-")
    return begins and passage.tokens[place].low not in ("which", "who", "what", "how", "why")


def answered(passage: Passage) -> dict[int, Answer]:
    """The questions that are answered at once, by the place of their question mark.

    `Any fever or rash? Yes` leaves open which of them, and `No fever? No` whether there is one.
    """
    found: dict[int, Answer] = {}
    for mark, token in enumerate(passage.tokens):
        if token.low != "?" or not passage.ends(mark + 1):
            continue
        answer = _answer(passage, mark + 1)
        asked = range(max(passage.sentence(mark)[0], mark - _FAR), mark)
        if answer is None or any(passage.is_a("DENIAL", at) for at in asked):
            continue
        if not (answer.affirms and any(passage.is_a("EITHER", at) for at in asked)):
            found[mark] = answer
    return found


def _answer(passage: Passage, place: int) -> Answer | None:
    """The answer that begins here, after marks and the name of who speaks."""
    place = _past_quotes(passage, place)
    for at in range(place + 1, min(place + 1 + _LABEL, len(passage.tokens))):
        if passage.tokens[at].low == ":" and passage.tokens[at - 1].kind == "word":
            place = _past_quotes(passage, at)
            break
    if place >= len(passage.tokens):
        return None
    yes, no = (
        max((end for name, end in passage.classes[place] if name == of), default=0)
        for of in ("YESANSWER", "NOANSWER")
    )
    if not yes and not no:
        return None
    after, affirms = max(yes, no), yes > no
    closed = affirms or passage.closes(after) or passage.is_dash(after)
    closed = closed or passage.tokens[after].low in _GOES_ON or _asks_on(passage, after)
    return Answer(place, after, affirms) if closed else None


def _asks_on(passage: Passage, place: int) -> bool:
    """Whether the next item of a form follows: `Rash? n  Fever? n`."""
    end = passage.sentence(place)[1]
    return end - place <= _ITEM and passage.tokens[end - 1].low == "?"


def _past_quotes(passage: Passage, place: int) -> int:
    while place < len(passage.tokens) and passage.tokens[place].low in _QUOTES:
        place += 1  # `"Any flights?" "No"`, `lost? - no`
    return place


def questions(passage: Passage, asked: set[int], replies: dict[int, Answer]) -> Iterator[Trigger]:
    """A sentence that ends with a question mark and has no word that asks: its last part is the question.

    What is denied at once is denied, and what is affirmed is stated.
    """
    tokens = passage.tokens
    replied = 0
    for place, token in enumerate(tokens):
        if token.low != "?" or not passage.ends(place + 1):
            continue
        low = max(passage.sentence(place)[0], place - _FAR, replied)
        reply = replies.get(place)
        if reply is not None:
            replied = reply.after
            if not reply.affirms:
                term = passage.text[tokens[reply.first].start : tokens[reply.after - 1].end].lower()
                yield Trigger("negation", term, place, reply.after, low, place, "asked")
            continue
        if low == place or any(at in asked for at in range(low, place)):
            continue
        begin = place
        while begin > low and tokens[begin - 1].low not in (",", ";", "but", "so", "-", "–"):
            begin -= 1
        yield Trigger("question", "?", place, place + 1, begin, place)
