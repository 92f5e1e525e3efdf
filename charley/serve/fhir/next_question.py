"""`$next-question` of Structured Data Capture: a screen of the interview is a group of items.

The form travels with each call. A question that was put and is not answered is taken as not known, and is not
put again; it is never taken for a no.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from charley.documents.diagnostic import Diagnostic, Faulty
from charley.engine.ask.next_screen import next_screen
from charley.engine.ask.prospect import prospect
from charley.engine.ask.shapes.screen import Screen
from charley.engine.assessment import Assessment
from charley.engine.consult.recommend import recommend
from charley.engine.expert import Expert
from charley.engine.summary.summary import summary
from charley.facts.answer import NotUnderstood, Unknown, parse_answer
from charley.facts.record import Answers
from charley.facts.vocabulary import Value
from charley.facts.wording import AUDIENCES, Audience
from charley.serve.fhir.names import questionnaire_url
from charley.serve.fhir.reading.response import of_response
from charley.serve.fhir.reading.statement import Note
from charley.serve.fhir.versions import FhirVersion
from charley.serve.fhir.writing.datatypes import narrative
from charley.serve.fhir.writing.questionnaire import group_item, item
from charley.serve.service import Problem, Service
from charley.serve.status import status_line

__all__ = ["advanced", "response_in"]

Resource = dict[str, Any]

SCREEN, RESULT = "screen", "result"
"""How the linkId of a group begins: of questions, and of what came out."""


def response_in(body: Any) -> Mapping[str, Any]:
    """The QuestionnaireResponse in a body, or in the Parameters that it is. Raises `Problem` (400)."""
    if isinstance(body, Mapping) and body.get("resourceType") == "Parameters":
        given = body.get("parameter")
        for each in given if isinstance(given, list) else ():
            if isinstance(each, Mapping) and each.get("name") == "questionnaire-response":
                body = each.get("resource")
                break
    if not isinstance(body, Mapping) or body.get("resourceType") != "QuestionnaireResponse":
        raise Problem(
            400, "the body must be a QuestionnaireResponse, or Parameters with `questionnaire-response`"
        )
    return body


def advanced(service: Service, response: Mapping[str, Any], version: FhirVersion) -> Resource:
    """The response with the next screen in its contained Questionnaire, or completed with what came out.

    Raises `Problem`: 400 for a form that is not one of ours, 422 for answers that cannot be read.
    """
    if response.get("status") == "completed":
        raise Problem(422, "this form is completed: there is no next question")
    form = _form(response)
    base, audience = _meant(service, response, form)
    items = _items(form)
    told = _told(base, response, items)
    assessment = base.assess(told)
    ahead = prospect(assessment, audience, told.unknown)
    recommendation = recommend(ahead)
    screen = None if recommendation.stop else next_screen(ahead, audience, _last_topic(items))
    answered = [each for each in _items(response) if not _is_result(each)]
    shown = [each for each in items if not _is_result(each)]
    if screen is not None:
        shown.append(_group(base, screen, audience, version, len(shown) + 1))
    else:
        lines = list(_result(base, assessment, audience, recommendation.sentence))
        shown.append(_result_items(lines))
        answered.append(_result_answers(lines))
    status = "in-progress" if screen is not None else "completed"
    return {
        **{name: value for name, value in response.items() if name not in ("item", "text")},
        "text": narrative(base, f"Adaptive form for {base.about.a_reader(audience)}, {status}."),
        "contained": [_updated(base, form, audience, shown), *_others(response, form)],
        "questionnaire": f"#{form['id']}",
        "status": status,
        **({"item": answered} if answered else {}),
    }


def _form(response: Mapping[str, Any]) -> Resource:
    """The contained Questionnaire; where only its address was sent, an empty one for it."""
    contained = response.get("contained")
    named = response.get("questionnaire")
    for each in contained if isinstance(contained, list) else ():
        if isinstance(each, Mapping) and each.get("resourceType") == "Questionnaire":
            if not isinstance(each.get("id"), str) or named not in (None, f"#{each['id']}"):
                raise Problem(400, "`questionnaire` must name the contained Questionnaire: `#` and its id")
            return dict(each)
    if not isinstance(named, str):
        raise Problem(400, "the form must be a contained Questionnaire with `derivedFrom`")
    return {"resourceType": "Questionnaire", "id": "form", "derivedFrom": [named.split("|")[0]]}


def _meant(service: Service, response: Mapping[str, Any], form: Mapping[str, Any]) -> tuple[Expert, Audience]:
    """The base and the audience that a form is derived from. Raises `Problem` (400)."""
    known = {
        questionnaire_url(base, audience): (base, audience)
        for base in service.bases.values()
        for audience in AUDIENCES
    }
    derived = form.get("derivedFrom")
    for each in derived if isinstance(derived, list) else [derived]:
        found = known.get(str(each).split("|")[0])
        if found is not None:
            return found
    raise Problem(400, f"`derivedFrom` must be one of {', '.join(known)}")


def _items(holder: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    items = holder.get("item")
    return [each for each in items if isinstance(each, Mapping)] if isinstance(items, list) else []


def _is_result(item: Mapping[str, Any]) -> bool:
    return str(item.get("linkId")).startswith(RESULT)


def _last_topic(items: list[Mapping[str, Any]]) -> str | None:
    groups = [str(each.get("linkId")).split("-", 2) for each in items if not _is_result(each)]
    return groups[-1][2] if groups and len(groups[-1]) == 3 else None


def _told(base: Expert, response: Mapping[str, Any], items: list[Mapping[str, Any]]) -> Answers:
    """The answers; what was put and not answered is not known. Raises `Faulty` with every bad answer."""
    record: dict[str, Value] = {}
    put = {link for group in items for link in _links(group) if link in base.vocabulary}
    problems: list[Diagnostic] = []
    for each in of_response(
        {**response, "item": [i for i in _items(response) if not _is_result(i)]}, base.vocabulary
    ):
        if isinstance(each, Note):
            problems.append(_faulty("item", each.text))
        elif each.refusal:
            problems.append(_faulty(each.fact, f"`{each.fact}`: {each.refusal}"))
        else:
            try:
                fact = base.vocabulary[each.fact]
                value = parse_answer(fact, each.value, compared=base.vocabulary.compared.get(each.fact))
            except NotUnderstood as error:
                problems.append(_faulty(each.fact, str(error), error.help))
                continue
            put.add(each.fact)
            if not isinstance(value, Unknown):
                record[each.fact] = value
    if problems:
        raise Faulty(problems)
    return Answers(record, frozenset(put - record.keys()))


def _faulty(where: str, message: str, help: str = "") -> Diagnostic:
    return Diagnostic(where, 0, 0, "F011", message, help)


def _links(group: Mapping[str, Any]) -> Iterator[str]:
    yield str(group.get("linkId"))
    for each in _items(group):
        yield str(each.get("linkId"))


def _group(base: Expert, screen: Screen, audience: Audience, version: FhirVersion, number: int) -> Resource:
    questions = (
        item(base, base.vocabulary[each.fact], audience, version, each.wording) for each in screen.questions
    )
    return group_item(f"{SCREEN}-{number}-{screen.topic}", screen.title, questions)


def _result(base: Expert, assessment: Assessment, audience: Audience, stop: str) -> Iterator[tuple[str, str]]:
    """What came out, line by line: the urgency first."""
    d = assessment.differential(audience, explain=False)
    said = summary(base, d)
    yield "Overall urgency", said.urgency
    for at, action in enumerate(said.actions, 1):
        yield f"What to do {at}", action
    yield "Why the questions end here", stop
    yield "What this is", status_line(base)


def _result_items(lines: list[tuple[str, str]]) -> Resource:
    items = [
        {"linkId": f"{RESULT}-{at}", "text": title, "type": "text", "readOnly": True}
        for at, (title, _) in enumerate(lines, 1)
    ]
    return group_item(RESULT, "What came out", items)


def _result_answers(lines: list[tuple[str, str]]) -> Resource:
    items = [
        {"linkId": f"{RESULT}-{at}", "text": title, "answer": [{"valueString": text}]}
        for at, (title, text) in enumerate(lines, 1)
    ]
    return {"linkId": RESULT, "text": "What came out", "item": items}


def _updated(base: Expert, form: Resource, audience: Audience, items: list[Mapping[str, Any]]) -> Resource:
    """The contained form with these items: it has a title, and neither address nor version of its own."""
    kept = {name: value for name, value in form.items() if name not in ("url", "version", "text", "item")}
    return {
        **kept,
        "status": "draft",
        "title": f"{base.about.title}: questions for {base.about.a_reader(audience)}",
        "derivedFrom": [questionnaire_url(base, audience)],
        "item": items,
    }


def _others(response: Mapping[str, Any], form: Mapping[str, Any]) -> list[Any]:
    contained = response.get("contained")
    given = contained if isinstance(contained, list) else []
    return [each for each in given if not (isinstance(each, Mapping) and each.get("id") == form["id"])]
