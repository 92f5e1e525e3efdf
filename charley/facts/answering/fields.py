"""A line that answers several questions of a form: `58 f left 3 weeks`."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from typing import Final

from charley.facts.answer import NotUnderstood
from charley.facts.answering.said_numbers import pressures
from charley.facts.answering.spoken import understood
from charley.facts.answering.wording import means
from charley.facts.vocabulary import Fact, Value, Vocabulary

__all__ = ["by_fact", "fields_of", "is_answer"]

LONGEST = 5
"""Words of one answer among several."""

_LEFT_OPEN: Final = {"?": "unknown", "-": "unknown"}
"""Signs that stand for an answer that somebody is not sure of."""


def is_answer(vocabulary: Vocabulary, fact: Fact, line: str, today: datetime.date) -> bool:
    """Whether the line is a valid answer to the question for this fact."""
    return _meaning(vocabulary, fact, line, today) is not None


def by_fact(
    vocabulary: Vocabulary, fact: Fact, fields: Sequence[str], line: str, today: datetime.date
) -> dict[str, str]:
    """The answers on a line by their facts, where this fact is asked for on a form with these `fields`."""
    several = pressures(vocabulary, fact, line) or fields_of(vocabulary, fields, line, today)
    return several or {fact.id: line}


def fields_of(
    vocabulary: Vocabulary, facts: Sequence[str], line: str, today: datetime.date
) -> dict[str, str] | None:
    """The answers to two or more of these facts, in the order in which they are asked.

    The reading with most answers counts. None where a word is left over, or two such readings answer
    different questions.
    """
    if len(line.split()) > LONGEST * len(facts):
        return None
    parts = [part.split() for part in re.split(r"[,;]", line)]
    found = list(_read(vocabulary, list(facts), parts, today))
    most = max(map(len, found), default=0)
    best = [each for each in found if len(each) == most]
    return best[0] if most > 1 and all(each.keys() == best[0].keys() for each in best) else None


def _read(
    vocabulary: Vocabulary, facts: list[str], parts: list[list[str]], today: datetime.date
) -> Iterator[dict[str, str]]:
    """Every reading of the words; no answer goes on beyond a comma."""
    while parts and not parts[0]:
        parts = parts[1:]
    if not parts:
        yield {}
        return
    words, rest = parts[0], parts[1:]
    for at, id in enumerate(facts):
        for many in range(1, min(len(words), LONGEST) + 1):
            said = _answer(vocabulary, vocabulary[id], words[:many], today)
            if said:
                for others in _read(vocabulary, facts[at + 1 :], [words[many:], *rest], today):
                    yield {id: said, **others}


def _answer(vocabulary: Vocabulary, fact: Fact, words: list[str], today: datetime.date) -> str:
    """The answer that these words are; empty where they are none, or say anything beside it."""
    said = " ".join(words)
    if said in _LEFT_OPEN:
        return _LEFT_OPEN[said]
    if fact.unit == "a" and fact.fixed and not means(said.lower(), "age_among_others"):
        return ""  # `3 weeks` would be an age, too
    meaning = _meaning(vocabulary, fact, said, today)
    for word, fewer in ((words[-1], words[:-1]), (words[0], words[1:])):
        if fewer and (meaning is None or _meaning(vocabulary, fact, " ".join(fewer), today) == meaning):
            # A word that changes nothing must be one of the question, such as the leg of a side.
            return _answer(vocabulary, fact, fewer, today) if _is_of(fact, word.lower()) else ""
    return "" if meaning is None else said


def _meaning(
    vocabulary: Vocabulary, fact: Fact, line: str, today: datetime.date
) -> tuple[Value | None] | None:
    """The value of an answer; None where the line is none."""
    try:
        return (understood(vocabulary, fact, line, today).value,)
    except NotUnderstood:
        return None


def _is_of(fact: Fact, word: str) -> bool:
    """Whether a word says nothing beside an answer: it fills the line, or stands in the question."""
    if means(word, "not_this_one"):
        return False
    wording = fact.wording
    asked = f"{fact.expected()} {wording.clinician} {wording.student} {wording.patient}".lower()
    said = {each.rstrip("s") for each in re.findall(r"[a-z]+", asked)}
    return means(word, "beside_an_answer") or word.rstrip("s") in said
