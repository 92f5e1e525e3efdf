"""One screen a page: the next questions, what was answered, and when to stop."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from charley.engine.ask.draft import MIXTURES
from charley.engine.ask.shapes.screen import TickList, is_ticked
from charley.engine.explain.words import list_title
from charley.facts.units import unit_name
from charley.serve.web.forms import Form, field_name, given, read_form
from charley.serve.web.interview import Interview, places_of
from charley.serve.web.pages.beginning import Beginning
from charley.serve.web.views import Sealed, View, lines, record_of

__all__ = ["Answering", "question_page"]


class Answering:
    """The pages on which answers are given. Each POST leads on to the page of a new state, so that Back,
    reload and a second tab show what was there.
    """

    def __init__(self, view: View, sealed: Sealed, beginning: Beginning) -> None:
        self._view, self._sealed, self._beginning = view, sealed, beginning

    def shown(self) -> Iterable[tuple[str, Any]]:
        """What is looked at."""
        return (("", self.step),)

    def taken(self) -> Iterable[tuple[str, Any]]:
        """What is sent."""
        return ("", self.answer), ("/stop", self.decline)

    async def step(self, request: Request, it: Interview) -> Response:
        """The page of this state."""
        match it.step:
            case "story":
                return await self._beginning.story(request, it)
            case "confirm":
                return self._beginning.understood(request, it)
            case "stop":
                return self._stop(request, it)
            case "ask":
                return self._ask(request, it)
            case "result":
                return RedirectResponse(f"{record_of(request)}/result", 303)

    def _stop(self, request: Request, it: Interview) -> Response:
        found = it.recommendation
        rows = lines(it.expert, list(found.rows())[1:])
        urgent = it.as_read(each for each in it.raised if each.urgency == it.d.urgency)
        return self._view.about(
            request, it, "stop.html", found.sentence, found=found, rows=rows, urgent=urgent
        )

    def _ask(self, request: Request, it: Interview) -> Response:
        screen = it.screen
        assert screen is not None
        numbers = [] if it.audience == "patient" else lines(it.expert, screen.rows())
        back = f"/back/{len(it.state.batches) - 1}" if it.state.batches else "/story"
        if it.state.batches and not it.state.batches[-1].topic:
            back = "/answers"
        title = screen.title if len(screen.questions) > 1 else screen.questions[0].wording
        if screen.topic in MIXTURES and isinstance(screen, TickList):
            title = list_title(it.expert, title, screen.facts)
        more = {"back": back, "first": screen.first, "numbers": numbers}
        return question_page(self._view, request, it, title, screen.questions, screen.topic, **more)

    async def answer(self, request: Request, it: Interview) -> Response:
        """What was answered on a screen."""
        form = await read_form(request)
        if form.one("do") == "later":
            known = [fact for fact in form.all("asked") if fact in it.expert.vocabulary]
            later = tuple(dict.fromkeys([*it.state.later, *known]))
            return self._sealed(replace(it.state, later=later, form=()))
        if form.one("do") in ("untested", "unexamined"):
            facts = [it.expert.vocabulary[each.fact] for each in it.consultation.open_questions()]
            tested = form.one("do") == "untested"
            undone = [fact.id for fact in facts if (fact.is_result if tested else fact.is_examined)]
            return self._sealed(it.state.tell(form.one("topic"), dict.fromkeys(undone)))
        return self._took(it, form, "")

    def _took(self, it: Interview, form: Form, page: str) -> Response:
        found = given(it.expert, form)
        if not found.kept:
            return self._sealed(replace(it.state, form=form.pairs), page)
        return self._sealed(it.state.tell(form.one("topic"), found.answers))

    async def decline(self, request: Request, it: Interview) -> Response:
        """Go on, although it was recommended to stop."""
        return self._sealed(replace(it.state, declined=it.recommendation.state))


def question_page(
    view: View, request: Request, it: Interview, title: str, questions: Any, topic: str, **more: Any
) -> Response:
    """A page with questions, a list to tick or a form: what was typed and refused is there again, with what
    is wrong.
    """
    form = Form(it.state.form)
    errors = given(it.expert, form).errors if it.state.form else {}
    asked, fields = questions[0].fact, {field_name(at): each for at, each in enumerate(questions, 1)}
    several = len(questions) > 1
    summary = {
        field: f"{fields[field].wording} {wrong}" if several and field in fields else wrong
        for field, wrong in errors.items()
    }
    values = {
        "questions": questions,
        "topic": topic,
        "group": it.expert.vocabulary.titles.get(it.expert.vocabulary[asked].group, ""),
        "ticks": is_ticked(topic, [question.kind for question in questions]),
        "tested": it.expert.vocabulary[asked].is_result,
        "examined": it.audience != "patient" and it.expert.vocabulary[asked].is_examined,
        "unit_name": unit_name,
        "errors": errors,
        "summary": summary,
        "ticked": form.all("yes"),
        "unsure": form.all("unsure"),
        "ticked_none": bool(form.one("none")),
        "answers": {each.fact: form.one(field) for field, each in fields.items()},
        "first": "",
        "numbers": [],
        "note": request.query_params.get("note", ""),
        "whole": False,
        "places": places_of(question.fact for question in questions),
    }
    return view.about(request, it, "ask.html", title, **{**values, **more}, wrong=errors)
