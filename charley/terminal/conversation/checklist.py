"""Questions on the screen: one by itself, the head of a form, a checklist of a screen or of a group."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from charley.engine.ask.question import Question
from charley.engine.ask.shapes.screen import Form, TickList
from charley.facts.vocabulary import TESTS, Fact, Vocabulary
from charley.facts.wording import Audience
from charley.terminal.text import heading, paint, wrapped

__all__ = ["OPENING", "checklist", "show_checklist", "show_form", "show_question", "show_screen"]

MOST = 9
"""The most facts on one list, so that every number has one digit."""

OPENING: dict[Audience, str] = {
    "patient": "In your own words, what is the trouble?",
    "student": "In your own words, what is the case?",
    "clinician": "The history in your own words, or a note to paste:",
}
"""What asks for the story."""

_ASKS: dict[Audience, str] = {
    "patient": "Which of these apply? Numbers (`1 3`), `none`, or `?2` if not sure of 2",
    "student": "Which of these apply? Numbers (`1 3`), `none`, or `?2` for not known",
    "clinician": "Which are present? Numbers (`1 3`), `none` (all absent), `?2` for not known",
}


def show_screen(screen: TickList, audience: Audience, vocabulary: Vocabulary) -> Iterator[str]:
    """A screen as a numbered checklist, below how to answer it: an examination may not have been done."""
    asked = _ASKS[audience]
    if vocabulary[screen.facts[0]].burden != "history":
        asked = asked.replace("not known", "not done")
    for line in wrapped(asked):
        yield paint(line, dim=True)
    for at, question in enumerate(screen.questions, 1):
        yield from wrapped(question.wording, f"  {at}  ")


def show_form(form: Form, audience: Audience, vocabulary: Vocabulary) -> Iterator[str]:
    """What a form asks for and how to answer it, above its first question."""
    unsure = "you are not sure" if audience == "patient" else "it is not known"
    asked = ", ".join(vocabulary[fact].label for fact in form.facts)
    for line in wrapped(
        f"{len(form.questions)} questions ({asked}), one by one or all on one line; Enter where {unsure}"
    ):
        yield paint(line, dim=True)


def show_question(fact: Fact, wording: str) -> Iterator[str]:
    """One question, above what may be answered."""
    for line in wrapped(wording):
        yield paint(line, bold=True)
    if fact.kind == "choice":
        for at, choice in enumerate(fact.choices, 1):
            yield f"   {at}  {fact.show(choice)}"
        yield paint("   0  none of these, more than one, or not known", dim=True)
    else:
        tested = ", or `no tests`" if fact.burden in TESTS else ""
        yield paint(f"   {_expected(fact)}, or `unknown`{tested}", dim=True)


def _expected(fact: Fact) -> str:
    """What may be answered: a length of time as people say it."""
    return "a time such as `3 days` or `6 months`" if fact.unit == "d" else fact.expected()


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
