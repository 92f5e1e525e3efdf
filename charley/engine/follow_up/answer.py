"""The answer to a question that a person asks after a differential, in words and as data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from charley.engine.assessment import assess
from charley.engine.consult.consultation import Consultation
from charley.engine.explain.words import URGENCY_NAMES, answer_words, name_of
from charley.engine.explanation import Explanation, Row
from charley.engine.follow_up.grammar import pattern
from charley.engine.follow_up.mentions import Names
from charley.engine.follow_up.reader import reader_of
from charley.engine.follow_up.recognise import Kind, Recogniser
from charley.engine.follow_up.said import answered
from charley.facts.record import Answers
from charley.rules.rule import most_urgent

__all__ = ["Answer", "ask"]


@dataclass(frozen=True, slots=True)
class Answer(Explanation):
    """What was asked (`kind` and `arguments`), and the answer: its words and the data that they say.

    `first` are the words of warnings that the question itself would raise by what it tells. It tells the
    facts in `told`, which are not in the record until somebody confirms them. `said` fits on a screen; where
    it leaves something out, `whole` has all of it.
    """

    question: str
    kind: Kind
    arguments: Mapping[str, Any]
    first: tuple[Row, ...]
    told: Mapping[str, Any]
    said: tuple[Row, ...]
    data: Any
    whole: tuple[Row, ...] = ()

    @property
    def words(self) -> str:
        """The answer, a row a line."""
        return str(self)

    def rows(self) -> Iterator[Row]:
        """What is urgent first, then the answer."""
        yield from self.first
        yield from self.said


def ask(c: Consultation, question: str) -> Answer:
    """The answer to a question, of what was told so far. Nothing is told by it."""
    asked = c.base.part(Recogniser).recognise(question, c.differential)
    of_nobody = asked.kind in ("about_candidate", "contrast") and not pattern("of_somebody").search(question)
    # What was forgotten is told, not supposed: `I am on the pill, is that important?`
    supposed = asked.kind == "what_if" and not pattern("stated").search(question)
    told = {} if supposed or of_nobody else _told(c, question)
    said = answered(c, asked, question)
    first = tuple(_raised(c, told))
    # What to do is what a warning says, where the question raises one.
    rows = () if first and asked.kind == "what_to_do" else tuple(said.rows)
    whole = said.whole if len(said.whole) > len(rows) else ()
    return Answer(question, asked.kind, asked.arguments, first, told, rows, said.data, whole)


def _told(c: Consultation, question: str) -> dict[str, Any]:
    """What the question states of the person, and was not told yet. To name a diagnosis states nothing."""
    names = c.base.part(Names).read(question).spans(c.base.candidates)
    taken = c.base.part(reader_of).read(question, c.audience).taken
    told = (each for each in taken if not _is_name(question, each.start, each.end, names))
    return {each.fact: each.value for each in told if c.record.get(each.fact) != each.value}


def _is_name(question: str, start: int, end: int, names: list[tuple[int, int]]) -> bool:
    """Whether the words are the name of a diagnosis and no more: `not cellulitis`, not `had a clot`."""
    for low, high in names:
        if start < high and low < end:
            beside = f"{question[start:low]} {question[high:end]}".lower().split()
            return set(beside) <= {"not", "no", "a", "an", "the"}
    return False


def _raised(c: Consultation, told: Mapping[str, Any]) -> Iterator[Row]:
    """What the question would warn of by what it tells, before anything else is said."""
    if not told:
        return
    before = c.differential
    after = assess(c.base, Answers({**c.record, **told}, frozenset())).differential(c.audience, explain=False)
    old = {alarm.alert: alarm.urgency for alarm in before.alerts}
    old |= {flag.candidate: flag.urgency for flag in before.flags}
    now = [(alarm.alert, alarm.urgency, alarm.action) for alarm in after.alerts]
    now += [(flag.candidate, flag.urgency, flag.action) for flag in after.flags]
    new = [each for each in now if most_urgent([each[1], old.get(each[0])]) != old.get(each[0])]
    for id, urgency, action in new:
        yield Row("! ", f"{URGENCY_NAMES[urgency]}: {name_of(c.base, id, c.audience)}")
        yield Row("  ", f"Do: {action}")
    if new:
        said = "; ".join(answer_words(c.base, fact, value, c.audience) for fact, value in told.items())
        yield Row("  ", f"This is so if it is right that you said: {said}. It is not noted yet.")
        yield Row("", "")
