"""The story: free text is read for facts, which the person confirms before they become answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from math import isclose

from charley.engine.consult.consultation import Consultation
from charley.engine.explain.words import answer_words
from charley.facts.answer import NotUnderstood, number_as_told, parse_answer
from charley.facts.answering.number_words import counted
from charley.facts.text.results import Reading, Taken
from charley.facts.vocabulary import Fact
from charley.facts.wording import Audience
from charley.terminal.news import warnings_of
from charley.terminal.text import paint, wrapped

__all__ = ["OPENING", "ReadText", "confirmed", "is_short", "show_left_out", "show_understood"]

ReadText = Callable[[str, Audience], Reading]
"""A function that reads a text for an audience."""

OPENING: dict[Audience, str] = {
    "patient": "In your own words, what is the trouble?",
    "student": "In your own words, what is the case?",
    "clinician": "The history in your own words, or a note to paste:",
}


def show_understood(consultation: Consultation, reading: Reading, committed: bool = True) -> Iterator[str]:
    """The facts read from a text, each with its words; above them the warnings they would raise."""
    supposed = consultation.supposed(reading.facts)
    warned = list(warnings_of(consultation.base, consultation.differential, supposed, committed))
    if warned:
        yield from warned
    yield paint("  This is what I understood:", bold=True)
    for at, taken in enumerate(reading.taken, 1):
        yield from wrapped(f"{_said(consultation, taken)}  (from {taken.quoted})", f"  {at}  ", "     ")
    yield from show_left_out(reading)
    yield paint("  Is that right? `yes`, `no`, or the numbers that are wrong, such as `not 2`", dim=True)


def show_left_out(reading: Reading) -> Iterator[str]:
    """What of a text is not noted: in doubt, of somebody else, or not understood."""
    spans = [each.span for each in reading.taken]
    doubtful = list(
        dict.fromkeys(
            " ".join(each.words.split())
            for each in reading.doubtful
            if not any(start <= each.start and each.end <= end for start, end in spans)
        )
    )
    if doubtful:
        quoted = ", ".join(f"“{words}”" for words in doubtful)
        yield from wrapped(f"Mentioned, but not noted: {quoted}", "  ")
    others = [" ".join(reading.text[start:end].split()) for start, end in reading.of_others]
    if others:
        quoted = ", ".join(f"“{words}”" for words in dict.fromkeys(others))
        yield from wrapped(f"Not noted, as it seems to be about somebody else: {quoted}", "  ")
    unread = [" ".join(reading.text[start:end].split()) for start, end in reading.not_understood]
    if unread:
        yield from wrapped("Not understood: " + ", ".join(f"“{words}”" for words in unread), "  ")


def is_short(text: str) -> bool:
    """Whether a text is too short to be read as a story."""
    return len(text.split()) < 3


def _said(consultation: Consultation, taken: Taken) -> str:
    """One fact to confirm: as an answer for a patient, as a note for others."""
    if consultation.audience == "patient":
        return answer_words(consultation.base, taken.fact, taken.value, "patient")
    fact = consultation.base.vocabulary[taken.fact]
    return f"{fact.noted}: {_as_told(fact, taken)}"


def _as_told(fact: Fact, taken: Taken) -> str:
    """A value as it was told, where that is the same: `2 years`, not `730 days`."""
    if fact.kind != "number":
        return fact.show(taken.value)
    text = counted(taken.words.lower())
    try:
        told = parse_answer(fact, text, prompted=True)
    except NotUnderstood:
        return fact.show(taken.value)
    same = isinstance(told, int | float) and isclose(told, float(taken.value), rel_tol=0.01)
    return (number_as_told(fact, text, taken.value) if same else "") or fact.show(taken.value)


def confirmed(taken: Sequence[Taken], line: str) -> list[Taken] | None:
    """The confirmed facts: all, none, or all but some numbers; None if the line is not an answer."""
    text = line.strip().lower()
    if text in ("", "y", "yes", "ok", "okay", "right", "correct", "yes it is", "that is right", "all"):
        return list(taken)
    if text in ("n", "no", "none", "wrong", "not right"):
        return []
    numbers = [int(each) for each in re.findall(r"\d+", text)]
    left = re.sub(r"\d+|yes|but|except|without|all|not|no|wrong|is|are|and|[\s,;.:]", "", text)
    if left or not numbers or any(not 1 <= n <= len(taken) for n in numbers):
        return None
    return [each for at, each in enumerate(taken, 1) if at not in numbers]
