"""Several yes-or-no questions of a group, answered on one line: `1 3 rest no`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from charley.engine.ask.question import Question
from charley.facts.vocabulary import Vocabulary
from charley.facts.wording import Audience
from charley.terminal.text import heading, paint, wrapped

__all__ = ["answers_of", "checklist", "show_checklist"]

MOST = 9
"""Facts on one list: each has a number of one digit."""


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
    yield paint("  Which are so? Numbers, `none`, or `1 3 rest no`; what you leave out stays open", dim=True)


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
