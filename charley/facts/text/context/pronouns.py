"""What `it` and `they` stand for after a part of the leg: `my left calf, it is sore`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from charley.facts.text.passage import Passage

__all__ = ["stand_ins"]

_PRONOUNS: Final = {"it", "they"}
_SAID: Final = ("COMPLAINT", "LOOK")
"""What is said of a part of the leg; a look also of much else: `I put ice on my foot, it was cold`."""
_FAR: Final = 20


def stand_ins(passage: Passage) -> Iterator[tuple[int, int]]:
    """Every pronoun with a complaint after it, and the part of the leg that was named last before it.

    It is named in the same sentence, or is what the writer speaks of in the one before: `My calf. It hurts.`
    None where another part of the body was named last, or follows: `it hurts in my back`.
    """
    for place, token in enumerate(passage.tokens):
        said = _said_of_it(passage, place + 1) if token.low in _PRONOUNS else ""
        if not said or any(passage.is_a("PART", at) for at in range(place + 1, passage.clause(place)[1])):
            continue
        low = passage.sentence(place)[0]
        part = _last_part(passage, low, place)
        if part is None and low:
            before = passage.sentence(low - 1)[0]
            part = _last_part(passage, before, low)
            if part is not None and not (_is_subject(passage, part) and passage.tokens[before].low == "my"):
                continue
        if part is None or not passage.is_a("SITE", part):
            continue
        if said == "COMPLAINT" or _is_subject(passage, part):
            yield place, part


def _last_part(passage: Passage, low: int, high: int) -> int | None:
    """Where a part of the body is named last from `low` up to `high`."""
    places = range(high - 1, max(low, high - _FAR) - 1, -1)
    return next((at for at in places if passage.is_a("PART", at)), None)


def _said_of_it(passage: Passage, place: int) -> str:
    """The class of what follows directly, with or without a verb between."""
    high = passage.clause(place - 1)[1]
    while place < high:
        found = next((name for name in _SAID if passage.is_a(name, place)), "")
        if found:
            return found
        if not passage.is_a("BE", place) and not passage.filler[place]:
            return ""
        place += 1
    return ""


def _is_subject(passage: Passage, part: int) -> bool:
    """Whether a clause begins with this part: `my left foot has gone white`."""
    low = passage.clause(part)[0]
    return all(passage.filler[at] for at in range(low, part))
