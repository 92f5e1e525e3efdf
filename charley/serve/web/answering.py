"""The interview itself: who reads, the story, one screen a page, changes, and when to stop."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from charley.engine.explain.words import urgency_words
from charley.engine.summary.instruction import points
from charley.facts.vocabulary import Value
from charley.facts.wording import AUDIENCES
from charley.serve.service import Problem
from charley.serve.web.forms import MOST_LETTERS, Form, given, read_form
from charley.serve.web.interview import Interview, places_of
from charley.serve.web.state import State
from charley.serve.web.views import Sealed, View, lines, record_of

__all__ = ["Answering"]

OPENING = {
    "patient": "In your own words, what is the trouble?",
    "student": "In your own words, what is the case?",
    "clinician": "What is the history?",
}


class Answering:
    """The pages on which answers are given. Each POST leads on to the page of a new state, so that Back,
    reload and a second tab show what was there.
    """

    def __init__(self, view: View, sealed: Sealed) -> None:
        self._view, self._sealed = view, sealed

    def shown(self) -> Iterable[tuple[str, Any]]:
        """What is looked at."""
        return (
            ("", self.step),
            ("/story", self.story),
            ("/where", self.where),
            ("/answers", self.answers),
            ("/change/{at:int}", self.change),
            ("/back/{at:int}", self.back),
        )

    def taken(self) -> Iterable[tuple[str, Any]]:
        """What is sent."""
        return (
            ("", self.answer),
            ("/story", self.tell_story),
            ("/confirm", self.confirm),
            ("/stop", self.decline),
            ("/change/{at:int}", self.answer_again),
            ("/back/{at:int}", self.answer_again),
            ("/where", self.answer_again),
        )

    # Beginning

    async def start(self, request: Request) -> Response:
        """Who are you?"""
        base = self._view.service.base(request.query_params.get("base"))
        wrong = "Choose who is reading" if "choose" in request.query_params else ""
        return self._view.page("start.html", base.about.title, base, wrong=wrong)

    async def begin(self, request: Request) -> Response:
        """The first page of a new consultation."""
        form = await read_form(request)
        base = self._view.service.base(form.one("base") or None)
        audience = next((each for each in AUDIENCES if each == form.one("audience")), None)
        if audience is None:
            return RedirectResponse(f"/?base={base.id}&choose", 303)
        return self._sealed(State(base.id, audience))

    # One page a step

    async def step(self, request: Request, it: Interview) -> Response:
        """The page of this state."""
        match it.step:
            case "story":
                return await self.story(request, it)
            case "confirm":
                return self._confirm(request, it)
            case "stop":
                return self._stop(request, it)
            case "ask":
                return self._ask(request, it)
            case "result":
                return RedirectResponse(f"{record_of(request)}/result", 303)

    async def story(self, request: Request, it: Interview) -> Response:
        """The story in one's own words."""
        title = OPENING[it.audience]
        return self._view.about(
            request, it, "story.html", title, most=MOST_LETTERS, wrong=dict(it.state.form)
        )

    def _confirm(self, request: Request, it: Interview) -> Response:
        reading = it.reading()
        supposed = it.consultation.supposed(it.expert.vocabulary.written(reading.facts))
        known = {(each.id, each.urgency) for each in it.raised}
        warned = [
            each
            for each in points(it.expert, supposed)
            if each.kind != "advice" and (each.id, each.urgency) not in known
        ]
        unread = [" ".join(reading.text[start:end].split()) for start, end in reading.not_understood]
        title = "Is this right?"
        return self._view.about(
            request,
            it,
            "confirm.html",
            title,
            reading=reading,
            warned=warned,
            supposed=supposed,
            urgency_then=urgency_words(it.expert, supposed.urgency, it.audience),
            unread=unread,
        )

    def _stop(self, request: Request, it: Interview) -> Response:
        found = it.recommendation
        rows = lines(it.expert, list(found.rows())[1:])
        urgent = [each for each in it.raised if each.urgency == it.d.urgency]
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
        title = screen.title if screen.is_ticks else screen.questions[0].wording
        more = {"back": back, "first": screen.first, "numbers": numbers}
        return self._questions(request, it, title, screen.questions, screen.topic, **more)

    def _questions(
        self, request: Request, it: Interview, title: str, questions: Any, topic: str, **more: Any
    ) -> Response:
        """A page with questions: what was typed and refused is there again, with what is wrong."""
        form = Form(it.state.form)
        errors = given(it.expert, form).errors if it.state.form else {}
        asked = questions[0].fact
        values = {
            "questions": questions,
            "topic": topic,
            "group": it.expert.vocabulary.titles.get(it.expert.vocabulary[asked].group, ""),
            "fact": it.expert.vocabulary[asked],
            "errors": errors,
            "ticked": form.all("yes"),
            "unsure": form.all("unsure"),
            "ticked_none": bool(form.one("none")),
            "answer": form.one("answer"),
            "first": "",
            "numbers": [],
            "note": request.query_params.get("note", ""),
            "whole": False,
            "places": places_of(question.fact for question in questions),
        }
        return self._view.about(request, it, "ask.html", title, **{**values, **more}, wrong=errors)

    async def answer(self, request: Request, it: Interview) -> Response:
        """What was answered on a screen."""
        form = await read_form(request)
        if form.one("do") == "later":
            known = [fact for fact in form.all("asked") if fact in it.expert.vocabulary]
            later = tuple(dict.fromkeys([*it.state.later, *known]))
            return self._sealed(replace(it.state, later=later, form=()))
        return self._took(it, form, "")

    def _took(self, it: Interview, form: Form, page: str) -> Response:
        found = given(it.expert, form)
        if not found.kept:
            return self._sealed(replace(it.state, form=form.pairs), page)
        return self._sealed(it.state.tell(form.one("topic"), found.answers))

    async def decline(self, request: Request, it: Interview) -> Response:
        """Go on, although it was recommended to stop."""
        return self._sealed(replace(it.state, declined=it.recommendation.state))

    async def where(self, request: Request, it: Interview) -> Response:
        """All places of a leg at once, beside a picture of it. A base that asks for none has no such page."""
        if not it.places:
            raise Problem(404, "these rules ask for no places on the leg")
        questions = [it.question(fact) for fact in it.places]
        back = "" if it.state.batches or it.state.stage == "ask" else "/story"
        topic = it.expert.vocabulary[it.places[0]].group
        return self._again(request, it, "Where does it hurt?", questions, topic, back, whole=True)

    # The story

    async def tell_story(self, request: Request, it: Interview) -> Response:
        """What was told in one's own words."""
        form = await read_form(request)
        text = form.one("text").strip()[:MOST_LETTERS]
        if form.one("do") == "skip":
            return self._sealed(replace(it.state, stage="ask", text="", form=()))
        if not text:
            wrong = (("text", "Write a few words, or go straight to the questions"),)
            return self._sealed(replace(it.state, form=wrong), "/story")
        told = replace(it.state, text=text, form=())
        reading = Interview(it.expert, told).reading()
        if not (reading.taken or reading.doubtful):
            return self._sealed(replace(told, stage="ask", text=""), "?note=nothing")
        return self._sealed(replace(told, stage="confirm"))

    async def confirm(self, request: Request, it: Interview) -> Response:
        """What of it is right."""
        form = await read_form(request)
        reading = it.reading()
        told: dict[str, Value | None] = {}
        for name, found in (("taken", reading.taken), ("doubtful", reading.doubtful)):
            right = set(form.all(name))
            told |= {each.fact: each.value for at, each in enumerate(found) if str(at) in right}
        written = it.expert.vocabulary.written({fact: v for fact, v in told.items() if v is not None})
        return self._sealed(it.state.tell("", written))

    # Changes

    async def answers(self, request: Request, it: Interview) -> Response:
        """Check your answers."""
        return self._view.about(request, it, "answers.html", "Check your answers")

    async def change(self, request: Request, it: Interview) -> Response:
        """One answer, to be changed."""
        told = list(it.state.told)
        at = request.path_params["at"]
        if not 0 <= at < len(told):
            raise Problem(404, "there is no such answer")
        question = it.question(told[at])
        return self._again(request, it, question.wording, [question], "", "/answers")

    async def back(self, request: Request, it: Interview) -> Response:
        """A screen that was answered, to be changed."""
        at = request.path_params["at"]
        if not 0 <= at < len(it.state.batches):
            raise Problem(404, "there is no such screen")
        batch = it.state.batches[at]
        questions = [it.question(fact) for fact in batch.answers]
        title = {"warnings": "Warning signs", "further_warnings": "Further warning signs"}.get(
            batch.topic, it.expert.vocabulary.titles.get(batch.topic, "Check your answers")
        )
        if len(questions) == 1:
            title = questions[0].wording
        back = f"/back/{at - 1}" if at and it.state.batches[at - 1].topic else "/answers" if at else "/story"
        return self._again(request, it, title, questions, batch.topic, back)

    def _again(
        self,
        request: Request,
        it: Interview,
        title: str,
        questions: Any,
        topic: str,
        back: str,
        **more: Any,
    ) -> Response:
        known = it.state.told
        told = {question.fact: known[question.fact] for question in questions if question.fact in known}
        filled: dict[str, Any] = {}
        if told and not it.state.form:
            only = next(iter(told.values()))
            filled = {
                "ticked": [fact for fact, value in told.items() if value is True],
                "unsure": [fact for fact, value in told.items() if value is None],
                "ticked_none": len(told) == len(questions) and not any(v is not False for v in told.values()),
                "answer": "unsure"
                if only is None
                else {True: "yes", False: "no"}.get(only, str(only))
                if isinstance(only, bool)
                else str(only),
            }
        return self._questions(request, it, title, questions, topic, back=back, again=True, **filled, **more)

    async def answer_again(self, request: Request, it: Interview) -> Response:
        """What was answered instead; where that cannot be taken, the same page says why."""
        form = await read_form(request)
        page = request.url.path.removeprefix(record_of(request))
        if form.one("do") == "forget":
            return self._sealed(it.state.forget(form.all("asked")), "/answers")
        found = given(it.expert, form)
        if not found.kept:
            return self._sealed(replace(it.state, form=form.pairs), page)
        told = it.state.tell(form.one("topic"), found.answers)
        return self._sealed(told, "/answers" if page.startswith("/change") else "")
