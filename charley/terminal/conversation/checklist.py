"""Several yes-or-no questions answered on one line: a screen to tick, or the open facts of a group."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from charley.engine.ask.question import Question
from charley.engine.ask.screen import Screen
from charley.facts.vocabulary import Vocabulary
from charley.facts.wording import Audience
from charley.terminal.text import heading, paint, wrapped

__all__ = ["Ticks", "answers_of", "checklist", "show_checklist", "show_screen", "ticks_of"]

MOST = 9
"""Facts on one list: each has a number of one digit."""

_ASKS: dict[Audience, str] = {
    "patient": "Which of these apply? Numbers (`1 3`), `none`, or `?2` if not sure of 2",
    "student": "Which of these apply? Numbers (`1 3`), `none`, or `?2` for not known",
    "clinician": "Which are present? Numbers (`1 3`), `none` (all absent), or `?2` for not known",
}


class Ticks(NamedTuple):
    """What was ticked on a screen, and of what somebody is not sure; the rest is a no."""

    ticked: tuple[str, ...]
    unsure: tuple[str, ...]


def show_screen(screen: Screen, audience: Audience) -> Iterator[str]:
    """A list to tick with its numbers, and how to answer it."""
    for line in wrapped(_ASKS[audience]):
        yield paint(line, dim=True)
    for at, question in enumerate(screen.questions, 1):
        yield from wrapped(question.wording, f"  {at}  ")


_UNSURE = r"not\s+sure|unsure|not\s+known|unknown|don'?t\s+know|perhaps|maybe|\?"
_MARK = re.compile(rf"(?:{_UNSURE})\s*(?:about|of|for)?\s*((?:\d[\s,]*(?:and\s*|&\s*)?)+)|(\d)\?(?!\s*\d)")
_NONE = {
    *(
        "none",
        "no",
        "none of these",
        "none of them",
        "neither",
        "nothing",
        "n",
        "no to all",
        "none apply",
        "0",
    ),
    *("all no", "rest no", "the rest no", "none so", "all absent"),
}


def ticks_of(facts: Sequence[str], line: str) -> Ticks | None:
    """Numbers are yes, `?2` is not sure of 2, the others are no; None where the line says something else."""
    text = " ".join(line.lower().replace("\u2019", "'").split()).strip(" .!")
    if text in _NONE:
        return Ticks((), ())
    if re.fullmatch(
        rf"(?:i'?m\s+|i\s+)?(?:{_UNSURE})(?:\s+(?:of\s+|about\s+)?(?:all|any)(?:\s+of\s+\w+)?)?", text
    ):
        return Ticks((), tuple(facts))
    unsure: list[int] = []
    for found in _MARK.finditer(text):
        unsure += [int(each) for each in re.findall(r"\d", found[0])]
    rest = _MARK.sub(" ", text)
    for low, high in re.findall(r"\b(\d)\s*(?:-|to)\s*(\d)\b", rest):
        rest += " " + " ".join(map(str, range(int(low), int(high) + 1)))
    ticked = [int(each) for each in re.findall(r"\d+", rest)]
    left = re.sub(r"\d+|yes|rest|others?|none|no|but|and|to|the|[\s,;.:&+-]", "", rest)
    numbers = {*ticked, *unsure}
    if left or not numbers or any(not 1 <= n <= len(facts) for n in numbers) or set(ticked) & set(unsure):
        return None
    ordered = sorted(set(ticked)), sorted(set(unsure))
    yes, open_ = (tuple(facts[n - 1] for n in each) for each in ordered)
    return Ticks(yes, open_)


def checklist(vocabulary: Vocabulary, question: Question, opens: Sequence[Question]) -> list[str]:
    """The open yes-or-no facts of the question's group, those with most at stake first."""
    of = vocabulary[question.fact].group
    return [q.fact for q in opens if vocabulary[q.fact].group == of and q.kind == "boolean"][:MOST]


def show_checklist(vocabulary: Vocabulary, facts: Sequence[str], audience: Audience) -> Iterator[str]:
    """The list with its numbers, and how to answer it."""
    of = vocabulary[facts[0]].group
    yield heading(vocabulary.titles.get(of, of))
    for at, fact in enumerate(facts, 1):
        yield from wrapped(vocabulary[fact].wording.to(audience), f"  {at}  ")
    yield paint("  Which apply? Numbers, `none`, or `1 3 rest no`; what you leave out stays open", dim=True)


def answers_of(facts: Sequence[str], line: str) -> dict[str, bool] | None:
    """Numbers are yes; with `none` or `rest no` the others are no, else they stay open.

    None where the line says something else.
    """
    text = line.lower()
    numbers = [int(each) for each in re.findall(r"\d+", text)]
    rest = re.search(r"\b(rest|others?|none)\b", text) is not None
    left = re.sub(r"\d+|rest|others?|none|no|and|yes|[\s,;.:]", "", text)
    if left or (not numbers and not rest) or any(not 1 <= n <= len(facts) for n in numbers):
        return None
    answers = {facts[n - 1]: True for n in numbers}
    if rest:
        answers |= {fact: False for fact in facts if fact not in answers}
    return answers
