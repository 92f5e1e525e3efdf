"""What is said to a question by its kind: to a patient plainly, to others with rules and numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple, assert_never

from charley.engine.assessment import applicable
from charley.engine.consult.consultation import Consultation
from charley.engine.differential import Differential
from charley.engine.explain.how import How
from charley.engine.explain.words import name_of, others_considered, section_title
from charley.engine.explanation import Row
from charley.engine.follow_up import plainly
from charley.engine.follow_up.asked_facts import bearing
from charley.engine.follow_up.danger import dangers, how_soon, watched
from charley.engine.follow_up.grammar import Worry, asks_about_a_medicine, worry_of
from charley.engine.follow_up.mentions import Names
from charley.engine.follow_up.recognise import Recognised
from charley.engine.follow_up.refusal import MEDICINES, refused
from charley.engine.scores.table import score_table
from charley.engine.summary import briefly
from charley.engine.summary.reasons import speaks_for
from charley.engine.summary.summary import Point, suits_urgency, summary, while_not_known
from charley.engine.summary.told_results import with_told

__all__ = ["Said", "answered"]

_MOST: Final = 4
"""Of dangers, and of other things that make a list, so many are named."""


class Said(NamedTuple):
    """The words and the data of an answer; `whole` are all the words, where `rows` are the short answer."""

    rows: list[Row]
    data: Any
    whole: tuple[Row, ...] = ()


def answered(c: Consultation, asked: Recognised, question: str) -> Said:
    """The answer to what is asked."""
    a, patient = asked.arguments, c.audience == "patient"
    worry = worry_of(c.base.part(Names).read(question).text)
    match asked.kind:
        case "how":
            how = c.how(a["target"])
            rows = how.rows(short=True) if isinstance(how, How) else how.rows()
            return Said(list(plainly.how(c, a["target"]) if patient else rows), how)
        case "why_not":
            why_not = c.why_not(a["target"])
            if patient:
                return Said(list(plainly.why_not(c, why_not)), why_not)
            return Said(list(briefly.why_not(why_not)), why_not, tuple(why_not.rows()))
        case "what_if" if not a["facts"]:
            return Said([Row("", f"Say the result: what if {_numbers(c, a['number_of'])}?")], None)
        case "what_if":
            what_if = c.what_if(a["facts"])
            if patient:
                return Said(list(plainly.what_if(c, what_if)), what_if)
            return Said(list(briefly.what_if(what_if)), what_if, tuple(what_if.rows()))
        case "contrast":
            return Said(*_contrasted(c, a["first"], a["second"]))
        case "distance_to_danger":
            return _dangers(c, worry)
        case "what_to_do":
            target = a.get("target")
            return Said(list(_to_do(c, target, worry, asks_about_a_medicine(question))), target)
        case "about_candidate":
            return Said(list(_about(c, a["target"])), a["target"])
        case "next_question":
            return Said(*_next(c, a.get("target")))
        case "about_fact" if a["fact"] in c.record:
            return Said(list(bearing(c, a["fact"], a.get("target"))), a["fact"])
        case "why_asked" | "about_fact":
            why = c.why(a["fact"])
            if patient:
                return Said(list(why.rows(plain=True)), why)
            return Said(list(briefly.why(why)), why, tuple(why.rows()))
        case "considered":
            return Said(list(_considered(c)), c.differential.sections)
        case "score" if not patient:
            table = score_table(c.base, c.differential, a["score"])
            return Said(list(table.rows()), table)
        case "cannot_answer" | "score":
            return Said(list(refused(c, question)), None)
        case _:
            assert_never(asked.kind)


def _numbers(c: Consultation, tests: tuple[str, ...]) -> str:
    facts = [c.base.vocabulary[id] for id in tests]
    return " or ".join(f"the {fact.label} is ... ({fact.expected()})" for fact in facts)


def _contrasted(c: Consultation, first: str, second: str) -> tuple[list[Row], Any]:
    if not c.differential.standings:
        return [Row("", f"Nothing is ranked. {c.differential.scope_note}")], None
    contrast = c.contrast(first, second)
    patient = c.audience == "patient"
    return list(plainly.contrasted(c, first, second) if patient else contrast.rows()), contrast


def _dangers(c: Consultation, worry: Worry | None) -> Said:
    """How urgent it is and the signs that would make it more so; of all, how far away every danger is."""
    patient = c.audience == "patient"
    distances = c.distances(answerable=patient)
    rows = list(dangers(c, distances, worry, _MOST))
    if patient:
        return Said(rows, distances)
    far = [row for each in distances for row in each.rows()]
    far = [Row(margin, text[:1].upper() + text[1:]) for margin, text in far]
    return Said(rows, distances, (*how_soon(c, None), *far, *watched(c)))


def _to_do(c: Consultation, target: str | None, worry: Worry | None, of_medicines: bool) -> Iterator[Row]:
    """How soon, the actions of what was raised, and the next steps of the one that is asked about.

    Of their own accord the steps of the leader are given only where they do not reassure too early.
    """
    base, d = c.base, c.differential
    yield from how_soon(c, worry)
    if d.urgency == "not_known_yet":
        yield Row("  - ", while_not_known(d))
    said = summary(base, d)
    for point in said.raised:
        yield Row("! ", f"{point.name.rstrip('.')}. {point.action}")
        yield from _answers(point)
    of = target if target is not None else _first(d)
    if of is None or (target is None and not _steps_suit(c, of)):
        pass
    elif of in base.candidates:
        yield Row("", f"Next steps for {name_of(base, of, c.audience)}, if it is that:")
        for test in base.candidates[of].tests if c.audience != "patient" else ():
            yield Row("  test: ", test)
        for step in with_told(base, c.record, base.candidates[of].next_steps.to(c.audience)):
            yield Row("  - ", step)
    else:
        yield from _actions(c, of)
    for point in said.advised:
        if not point.done and target is None:
            yield Row("  - ", point.action)
    if of_medicines and c.audience == "patient":
        yield Row("", MEDICINES)


def _steps_suit(c: Consultation, candidate: str) -> bool:
    """Whether next steps neither reassure too early nor, to a patient, name a later time than the overall."""
    as_urgent = c.base.candidates[candidate].disposition == c.differential.urgency
    return suits_urgency(c.base, c.differential, candidate) and (as_urgent or c.audience != "patient")


def _first(d: Differential) -> str | None:
    """Whose next steps are given: the first that something speaks for; the leader, where nothing is known."""
    if d.lead == "nothing_known":
        return d.leader
    return next((place.candidate for place in speaks_for(d)), None)


def _answers(raised: Point) -> Iterator[Row]:
    """What answers a flag or an alert, which is shown all the same."""
    for note in raised.answered:
        yield Row("  ", f"Answered, and still shown: {note}")


def _actions(c: Consultation, alert: str) -> Iterator[Row]:
    """What the rules that raise an alert say to do, where it is not raised."""
    if any(alarm.alert == alert for alarm in c.differential.alerts):
        return
    name = name_of(c.base, alert, c.audience).rstrip(".")
    yield Row("", f"{name}: not raised by what was told. Where it is:")
    actions = [effect.action.to(c.audience) for _, effect in c.base.scoring.alerts[alert]]
    for action in dict.fromkeys(actions):
        yield Row("  - ", action)


def _about(c: Consultation, target: str) -> Iterator[Row]:
    """What it is, and where it stands."""
    base, d = c.base, c.differential
    yield Row("", name_of(base, target, c.audience))
    if target in base.alerts:
        raised = plainly.raised_of(c, target)
        yield Row("  ", "It is raised by what was told." if raised else "Nothing that was told raises it.")
        for point in raised:
            yield Row("  ", f"Do: {point.action}")
            yield from _answers(point)
        yield from _actions(c, target)
        return
    candidate = base.candidates[target]
    yield Row("  ", candidate.description.to(c.audience))
    if c.audience == "patient":
        yield Row("  ", plainly.standing(c, target))
    elif d.standings:
        place = d.standing(target)
        flagged = ", and a warning is raised for it" if place.flagged else ""
        yield Row("  ", f"Here it stands under: {section_title(d, place.section)}{flagged}.")
    if c.audience != "patient":
        for test in candidate.tests:
            yield Row("  test: ", test)
    for step in with_told(base, c.record, candidate.next_steps.to(c.audience)):
        yield Row("  - ", step)
    if c.audience == "patient":
        yield from plainly.so_far(c)


def _next(c: Consultation, target: str | None) -> tuple[list[Row], Any]:
    question = c.next_question(target)
    if question is None:
        return [*c.stop(target).rows()], None
    rows = [Row("", f"Most would be learned from: {question.wording}")]
    if question.why:
        rows.append(Row("  ", f"It is asked because {question.why.rstrip('.')}."))
    if target is not None and c.audience != "patient":
        how = c.how(target)
        assert isinstance(how, How)
        rows += [
            Row("  ", f"The warning would be answered by: {when} [{rule}]") for rule, when in how.would_clear
        ]
    return rows, question


def _considered(c: Consultation) -> Iterator[Row]:
    """What stands in the differential: to a patient what something speaks for, to others the first few."""
    d = c.differential
    if not d.standings:
        yield Row("", f"Nothing is ranked. {d.scope_note}".strip())
        return
    yield from plainly.so_far(c)
    if c.audience != "patient":
        places = applicable(c.base, d)
        for place in places[:_MOST]:
            flagged = ", flagged" if place.flagged else ""
            yield Row(f"{place.score:+4d} db  ", f"{place.name}{flagged}")
        yield Row("", f"And {len(places) - _MOST} more." if len(places) > _MOST else "")
        return
    found = speaks_for(d)
    yield Row("", "What you told speaks for:" if found else "Nothing that you told speaks for any cause yet.")
    for place in found:
        yield Row("  * ", place.name + (", which you are warned of" if place.flagged else ""))
    if (counted := others_considered(d)) is not None:
        yield Row("", counted)
