"""How a consultation begins: who reads, the story in their own words, and what was understood of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from charley.engine.summary.summary import summary
from charley.facts.vocabulary import Value
from charley.facts.wording import AUDIENCES
from charley.serve.web.forms import MOST_LETTERS, read_form
from charley.serve.web.interview import Interview
from charley.serve.web.state import State
from charley.serve.web.views import Sealed, View

__all__ = ["Beginning"]

OPENING = {
    "patient": "In your own words, what is the trouble?",
    "student": "In your own words, what is the case?",
    "clinician": "What is the history?",
}


class Beginning:
    """The pages before the first question."""

    def __init__(self, view: View, sealed: Sealed) -> None:
        self._view, self._sealed = view, sealed

    def shown(self) -> Iterable[tuple[str, Any]]:
        """What is looked at."""
        return (("/story", self.story),)

    def taken(self) -> Iterable[tuple[str, Any]]:
        """What is sent."""
        return ("/story", self.tell_story), ("/confirm", self.confirm)

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

    async def story(self, request: Request, it: Interview) -> Response:
        """The story in one's own words."""
        title = OPENING[it.audience]
        return self._view.about(
            request, it, "story.html", title, most=MOST_LETTERS, wrong=dict(it.state.form)
        )

    def understood(self, request: Request, it: Interview) -> Response:
        """What was understood of the story, to be confirmed."""
        reading = it.reading()
        supposed = it.consultation.supposed(it.expert.vocabulary.written(reading.facts))
        known = {(each.id, each.urgency) for each in it.raised}
        said = summary(it.expert, supposed)
        warned = [each for each in said.raised if (each.id, each.urgency) not in known]
        unread = [" ".join(reading.text[start:end].split()) for start, end in reading.not_understood]
        title = "Is this right?"
        return self._view.about(
            request,
            it,
            "confirm.html",
            title,
            reading=reading,
            warned=it.as_read(warned, supposed),
            supposed=supposed,
            urgency_then=said.urgency,
            unread=unread,
            others=list(dict.fromkeys(reading.text[start:end] for start, end in reading.of_others)),
        )

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
        state = it.state.in_own_words(it.state.text) if written and form.one("handed") else it.state
        return self._sealed(state.tell("", written))
