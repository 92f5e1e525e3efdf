"""The answer to a question that a person asks after a differential, in words and as data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from charley.engine.assessment import assess
from charley.engine.consult.consultation import Consultation
from charley.engine.differential import Alarm, Raised
from charley.engine.explain.justification import answers_behind
from charley.engine.explain.words import (
    URGENCY_NAMES,
    answer_words,
    name_of,
    section_title,
    urgency_words,
)
from charley.engine.explanation import Explanation, Row
from charley.engine.follow_up.reader import reader_of
from charley.engine.follow_up.recognise import Kind, Recognised, Recogniser
from charley.engine.standing import most_urgent
from charley.facts.record import Answers

__all__ = ["Answer", "ask"]

_MOST: Final = 5
"""Of dangers, and of other things that make a list, so many are named."""

_ANSWERABLE: Final = (
    "It can be asked why a diagnosis stands where it stands, or why not; what a further answer would "
    "change; what separates two diagnoses; what would be more urgent; what to do; what a diagnosis is; "
    "and what is still to be asked."
)


@dataclass(frozen=True, slots=True)
class Answer(Explanation):
    """What was asked (`kind` and `arguments`), and the answer: its words and the data that they say.

    `first` are the words of warnings that the question itself would raise by what it tells. It tells the
    facts in `told`, which are not in the record until somebody confirms them.
    """

    question: str
    kind: Kind
    arguments: Mapping[str, Any]
    first: tuple[Row, ...]
    told: Mapping[str, Any]
    said: tuple[Row, ...]
    data: Any

    @property
    def words(self) -> str:
        """The whole answer, a row a line."""
        return str(self)

    def rows(self) -> Iterator[Row]:
        """What is urgent first, then the answer."""
        yield from self.first
        yield from self.said


def ask(c: Consultation, question: str) -> Answer:
    """The answer to a question, of what was told so far. Nothing is told by it."""
    asked = c.base.part(Recogniser).recognise(question, c.differential)
    told = {} if asked.kind == "what_if" else _told(c, question)
    said, data = _answered(c, asked)
    first = tuple(_raised(c, told))
    if first and asked.kind == "what_to_do":
        said = []  # what to do is then what the warning says
    return Answer(question, asked.kind, asked.arguments, first, told, tuple(said), data)


def _told(c: Consultation, question: str) -> dict[str, Any]:
    """What the question states of the person, and was not told yet."""
    facts = c.base.part(reader_of).read(question, c.audience).facts
    return {fact: value for fact, value in facts.items() if c.record.get(fact) != value}


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


def _answered(c: Consultation, asked: Recognised) -> tuple[list[Row], Any]:
    """The words and the data of what is asked."""
    a, patient = asked.arguments, c.audience == "patient"
    match asked.kind:
        case "how":
            how = c.how(a["target"])
            return list(_for_patient(c, a["target"]) if patient else how.rows()), how
        case "why_not":
            why_not = c.why_not(a["target"])
            return list(why_not.rows(rules=not patient)), why_not
        case "what_if" if not a["facts"]:
            return [Row("", f"Give the number: what if {_numbers(c, a['number_of'])}?")], None
        case "what_if":
            what_if = c.what_if(a["facts"])
            return list(what_if.rows(numbers=not patient)), what_if
        case "contrast":
            return _contrasted(c, a["first"], a["second"])
        case "distance_to_danger":
            distances = c.distances(answerable=patient)
            rows = [row for each in distances[:_MOST] for row in each.rows()]
            rows = [Row(margin, text[:1].upper() + text[1:]) for margin, text in rows]
            return rows or [Row("", "No further warning can be raised.")], distances
        case "what_to_do":
            target = a.get("target")
            return list(_to_do(c, target)), target
        case "about_candidate":
            return list(_about(c, a["target"])), a["target"]
        case "next_question":
            return _next(c, a.get("target"))
        case "cannot_answer":
            return [
                Row("", "These rules cannot answer that, and no answer is guessed."),
                Row("", "They say nothing of chances, of how it will go on, or of doses."),
                Row("", _ANSWERABLE),
            ], None


def _for_patient(c: Consultation, target: str) -> Iterator[Row]:
    """Which of their own answers speak for it, and which against."""
    base, d = c.base, c.differential
    yield Row("", f"{name_of(base, target, 'patient').rstrip('.')}.")
    flags = [rule for each in d.flags if each.candidate == target for rule in each.rules]
    flags += [rule for each in d.alerts if each.alert == target for rule in each.rules]
    counted = []
    if target in base.candidates and d.standings:
        counted = [each for each in d.standing(target).contributions if each.counted]
    sides = {
        "You said, and it speaks for it:": [*flags, *(each.rule for each in counted if each.weight > 0)],
        "You said, and it speaks against it:": [each.rule for each in counted if each.weight < 0],
    }
    nothing = True
    for heading, rules in sides.items():
        facts = answers_behind(base, d, rules)
        if facts:
            nothing = False
            yield Row("", heading)
        for fact in facts:
            yield Row("  * ", answer_words(base, fact, d.record[fact], "patient"))
    if nothing:
        yield Row("  ", "Nothing that you said speaks for it or against it.")


def _numbers(c: Consultation, tests: tuple[str, ...]) -> str:
    facts = [c.base.vocabulary[id] for id in tests]
    return " or ".join(f"the {fact.label} is ... ({fact.expected()})" for fact in facts)


def _contrasted(c: Consultation, first: str, second: str) -> tuple[list[Row], Any]:
    if not c.differential.standings:
        return [Row("", f"Nothing is ranked. {c.differential.scope_note}")], None
    contrast = c.contrast(first, second)
    if c.audience != "patient":
        return list(contrast.rows()), contrast
    rows: list[Row] = []
    for each in (first, second):
        rows.append(Row("", f"{name_of(c.base, each, 'patient')}: {_description(c, each)}"))
    for each in (first, second):
        rows += _for_patient(c, each)
    return rows, contrast


def _to_do(c: Consultation, target: str | None) -> Iterator[Row]:
    """How soon, the actions of what was raised, and the next steps of the one that is asked about."""
    base, d = c.base, c.differential
    yield Row("", f"How soon: {urgency_words(base, d.urgency, c.audience)}.")
    for alarm in d.alerts:
        yield Row("! ", f"{alarm.name.rstrip('.')}. {alarm.action}")
        yield from _answers(alarm)
    for flag in d.flags:
        yield Row("! ", f"{name_of(base, flag.candidate, c.audience)}. {flag.action}")
        yield from _answers(flag)
    of = target if target is not None else d.leader
    if of is None:
        pass
    elif of in base.candidates:
        yield Row("", f"Next steps for {name_of(base, of, c.audience)}, if it is that:")
        for step in base.candidates[of].next_steps.to(c.audience):
            yield Row("  - ", step)
    else:
        yield from _actions(c, of)
    for advice in d.advice:
        if not advice.done and target is None:
            yield Row("  - ", advice.text)


def _answers(raised: Alarm | Raised) -> Iterator[Row]:
    """What answers a flag or an alert, which is shown all the same."""
    for cleared in raised.cleared_by:
        yield Row("  ", f"Answered, and still shown: {cleared.note}")


def _actions(c: Consultation, alert: str) -> Iterator[Row]:
    """What the rules that raise an alert say to do, where it is not raised."""
    if any(alarm.alert == alert for alarm in c.differential.alerts):
        return
    yield Row(
        "", f"{name_of(c.base, alert, c.audience).rstrip('.')}: not raised by what was told. Where it is:"
    )
    actions = [effect.action.to(c.audience) for _, effect in c.base.scoring.alerts[alert]]
    for action in dict.fromkeys(actions):
        yield Row("  - ", action)


def _about(c: Consultation, target: str) -> Iterator[Row]:
    """What it is, and where it stands."""
    base, d = c.base, c.differential
    yield Row("", name_of(base, target, c.audience))
    if target in base.alerts:
        raised = any(alarm.alert == target for alarm in d.alerts)
        yield Row("  ", "It is raised by what was told." if raised else "Nothing that was told raises it.")
        for alarm in d.alerts:
            if alarm.alert == target:
                yield from _answers(alarm)
        yield from _actions(c, target)
        return
    candidate = base.candidates[target]
    yield Row("  ", candidate.description.to(c.audience))
    if d.standings:
        place = d.standing(target)
        flagged = ", and a warning is raised for it" if place.flagged else ""
        yield Row("  ", f"Here it stands under: {section_title(d, place.section)}{flagged}.")
    if c.audience != "patient":
        for test in candidate.tests:
            yield Row("  test: ", test)
    for step in candidate.next_steps.to(c.audience):
        yield Row("  - ", step)


def _description(c: Consultation, target: str) -> str:
    return c.base.candidates[target].description.to(c.audience)


def _next(c: Consultation, target: str | None) -> tuple[list[Row], Any]:
    question = c.next_question(target)
    if question is None:
        return [*c.stop(target).rows()], None
    rows = [Row("", f"Most would be learned from: {question.wording}")]
    if question.why:
        rows.append(Row("  ", f"It is asked because {question.why.rstrip('.')}."))
    return rows, question
