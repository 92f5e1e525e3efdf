"""The story: free text is read for facts, which the person confirms before they become answers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import isclose
from typing import Final

from charley.engine.consult.consultation import Consultation
from charley.engine.explain.words import answer_words
from charley.facts.answer import NotUnderstood, number_as_told, parse_answer
from charley.facts.answering.mixed import confirms, rejects
from charley.facts.answering.number_words import counted
from charley.facts.text.results import Reading, Taken
from charley.facts.vocabulary import Fact
from charley.terminal.conversation.interview import Interview
from charley.terminal.news import warnings_of
from charley.terminal.text import paint, wrapped

__all__ = ["Told", "confirmed", "is_short", "show_left_out", "show_understood"]


_NUMBER: Final = re.compile(r"\d[\d.,/]*\s*[a-z]+")
"""A number with its unit, among other words."""


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
    fact = consultation.base.vocabulary[taken.fact]
    if consultation.audience == "patient":
        said = answer_words(consultation.base, taken.fact, taken.value, "patient")
        return said.removesuffix(fact.show(taken.value)) + _as_told(fact, taken)
    return f"{fact.noted}: {_as_told(fact, taken)}"


def _as_told(fact: Fact, taken: Taken) -> str:
    """A value as it was told, where that is the same: `2 years`, not `730 days`."""
    if fact.kind != "number":
        return fact.show(taken.value)
    text = counted(taken.words.lower())
    for part in (text, *_NUMBER.findall(text)):
        try:
            told = parse_answer(fact, part, prompted=True)
        except NotUnderstood:
            continue
        if isinstance(told, int | float) and isclose(told, float(taken.value), rel_tol=0.01):
            own_unit = re.match(rf"{taken.value:g}(?![\d.,/])", part) is not None
            return ("" if own_unit else number_as_told(fact, part, taken.value)) or fact.show(taken.value)
    return fact.show(taken.value)


def confirmed(taken: Sequence[Taken], line: str) -> list[Taken] | None:
    """The confirmed facts: all, none, or all but some numbers; None if the line is not an answer."""
    text = line.strip().lower()
    if confirms(text):
        return list(taken)
    if rejects(text):
        return []
    numbers = [int(each) for each in re.findall(r"\d+", text)]
    left = re.sub(r"\d+|yes|but|except|without|all|not|no|wrong|is|are|and|[\s,;.:]", "", text)
    if left or not numbers or any(not 1 <= n <= len(taken) for n in numbers):
        return None
    return [each for at, each in enumerate(taken, 1) if at not in numbers]


class Told(Interview):
    """An interview that reads free text for facts, which wait until the person confirms them."""

    _reading: Reading | None = None
    """The reading of the last free text."""

    def _beyond(self, text: str, otherwise: str) -> Iterator[str]:
        """Read words that are no answer to what is asked, and say what of them is not understood."""
        if self._understood(text):
            yield from self._ask_confirmation()
            return
        if self._reading is not None and self._reading.text == text and not is_short(text):
            yield from show_left_out(self._reading)
        yield from wrapped(otherwise, "  ")

    def _understood(self, text: str) -> bool:
        """Read a text for facts; whether there are any to confirm."""
        if self.read_text is None or len(text.split()) < 2:
            return False
        self._reading = self.read_text(text, self.consultation.audience)
        self.confirming = self._reading.taken
        return bool(self.confirming)

    def _ask_confirmation(self) -> Iterator[str]:
        assert self._reading is not None
        yield from show_understood(self.consultation, self._reading, self.committed)

    def _confirm(self, line: str) -> Iterator[str]:
        taken = confirmed(self.confirming, line)
        if taken is None and self._corrected(line):
            yield from self._ask_confirmation()
            return
        if taken is None:
            yield from wrapped("Write `yes`, `no`, or the numbers that are wrong, such as `not 2`.", "  ")
            return
        self.confirming = ()
        if not taken:
            yield "  None of it is noted."
            return
        assert self._reading is not None
        warned = self.consultation.supposed(self._reading.facts)
        self.told.append(" ".join(self._reading.text.split()))
        yield from self.take(self.base.vocabulary.written({each.fact: each.value for each in taken}), warned)

    def _corrected(self, line: str) -> bool:
        """Put what a text says in place of what waits for confirmation: `yes, but it is the right leg`."""
        before, waiting = self._reading, self.confirming
        if before is None or not self._understood(line) or self._reading is None:
            self._reading, self.confirming = before, waiting
            return False
        said = {each.fact for each in self.confirming}
        self.confirming = (*(each for each in waiting if each.fact not in said), *self.confirming)
        self._reading = replace(self._reading, taken=self.confirming)
        self.told.append(" ".join(before.text.split()))
        return True
