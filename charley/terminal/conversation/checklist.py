"""Checklists: several yes-or-no questions at once, from a screen or from one group of facts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from charley.engine.ask.question import Question
from charley.engine.ask.screen import Screen
from charley.facts.vocabulary import Vocabulary
from charley.facts.wording import Audience
from charley.terminal.text import heading, paint, wrapped

__all__ = ["checklist", "show_checklist", "show_screen"]

MOST = 9
"""The most facts on one list, so that every number has one digit."""

_ASKS: dict[Audience, str] = {
    "patient": "Which of these apply? Numbers (`1 3`), `none`, or `?2` if not sure of 2",
    "student": "Which of these apply? Numbers (`1 3`), `none`, or `?2` for not known",
    "clinician": "Which are present? Numbers (`1 3`), `none` (all absent), `?2` for not known",
}


def show_screen(screen: Screen, audience: Audience, vocabulary: Vocabulary) -> Iterator[str]:
    """A screen as a numbered checklist, below how to answer it: an examination may not have been done."""
    asked = _ASKS[audience]
    if vocabulary[screen.facts[0]].burden != "history":
        asked = asked.replace("not known", "not done")
    for line in wrapped(asked):
        yield paint(line, dim=True)
    for at, question in enumerate(screen.questions, 1):
        yield from wrapped(question.wording, f"  {at}  ")


def checklist(vocabulary: Vocabulary, question: Question, opens: Sequence[Question]) -> list[str]:
    """The open yes-or-no facts of the question's group, in the order of `opens`."""
    of = vocabulary[question.fact].group
    return [q.fact for q in opens if vocabulary[q.fact].group == of and q.kind == "boolean"][:MOST]


def show_checklist(vocabulary: Vocabulary, facts: Sequence[str], audience: Audience) -> Iterator[str]:
    """A group as a numbered checklist, above the instruction how to answer it."""
    of = vocabulary[facts[0]].group
    yield heading(vocabulary.titles.get(of, of))
    for at, fact in enumerate(facts, 1):
        yield from wrapped(vocabulary[fact].wording.to(audience), f"  {at}  ")
    yield paint("  Which apply? Numbers, `none`, or `1 3 rest no`; what you leave out stays open", dim=True)
