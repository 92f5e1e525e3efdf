"""What was answered before, to be changed: one answer, a screen, or the places of a leg."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from charley.engine.ask.next_screen import title_of
from charley.facts.vocabulary import Value
from charley.serve.service import Problem
from charley.serve.web.forms import UNSURE, given, read_form
from charley.serve.web.interview import Interview
from charley.serve.web.pages.answering import question_page
from charley.serve.web.views import Sealed, View, record_of

__all__ = ["Changing"]


class Changing:
    """The pages on which an answer is given once more."""

    def __init__(self, view: View, sealed: Sealed) -> None:
        self._view, self._sealed = view, sealed

    def shown(self) -> Iterable[tuple[str, Any]]:
        """What is looked at."""
        return (
            ("/answers", self.answers),
            ("/change/{at:int}", self.change),
            ("/back/{at:int}", self.back),
            ("/where", self.where),
        )

    def taken(self) -> Iterable[tuple[str, Any]]:
        """What is sent."""
        return tuple((page, self.answer_again) for page in ("/change/{at:int}", "/back/{at:int}", "/where"))

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
        title = title_of(it.expert, batch.topic, "Check your answers")
        if len(questions) == 1:
            title = questions[0].wording
        back = f"/back/{at - 1}" if at and it.state.batches[at - 1].topic else "/answers" if at else "/story"
        return self._again(request, it, title, questions, batch.topic, back)

    async def where(self, request: Request, it: Interview) -> Response:
        """All places of a leg at once, beside a picture of it. A base that asks for none has no such page."""
        if not it.places:
            raise Problem(404, "these rules ask for no places on the leg")
        questions = [it.question(fact) for fact in it.places]
        back = "" if it.state.batches or it.state.stage == "ask" else "/story"
        topic = it.expert.vocabulary[it.places[0]].group
        return self._again(request, it, "Where does it hurt?", questions, topic, back, whole=True)

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
            filled = {
                "ticked": [fact for fact, value in told.items() if value is True],
                "unsure": [fact for fact, value in told.items() if value is None],
                "ticked_none": len(told) == len(questions) and not any(v is not False for v in told.values()),
                "answers": {fact: _typed(value) for fact, value in told.items()},
            }
        return question_page(
            self._view, request, it, title, questions, topic, back=back, again=True, **filled, **more
        )

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


def _typed(value: Value | None) -> str:
    """An answer as it stands in its field."""
    if value is None:
        return UNSURE
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)
