"""Questions that people put themselves: in their own words, and what if."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from charley.documents.diagnostic import Faulty
from charley.engine.follow_up.answer import ask
from charley.facts.answer import NotUnderstood
from charley.facts.answering.spoken import understood
from charley.serve.service import Problem
from charley.serve.web.forms import MOST_TYPED, read_form
from charley.serve.web.interview import Interview
from charley.serve.web.views import Sealed, View, lines

__all__ = ["Questioning"]

MOST_ASKED = 500
"""Letters of a question that are read."""


class Questioning:
    """The box for questions under a result, and the page that supposes an answer."""

    def __init__(self, view: View, sealed: Sealed) -> None:
        self._view, self._sealed = view, sealed

    def shown(self) -> Iterable[tuple[str, Any]]:
        """What is looked at."""
        return (("/what-if", self.what_if), ("/answer", self.asked))

    def taken(self) -> Iterable[tuple[str, Any]]:
        """What is sent."""
        return (("/ask", self.ask), ("/note", self.note), ("/what-if", self.suppose))

    async def ask(self, request: Request, it: Interview) -> Response:
        """A question in one's own words."""
        text = (await read_form(request)).one("question").strip()[:MOST_ASKED]
        return self._sealed(replace(it.state, text=text), "/answer" if text else "/result")

    async def asked(self, request: Request, it: Interview) -> Response:
        """Its answer."""
        found = ask(it.consultation, it.state.text)
        told = [it.in_words(fact, value) for fact, value in found.told.items()]
        return self._view.about(
            request, it, "asked.html", "Your question", found=found, rows=lines(it.expert, found.said),
            first=lines(it.expert, found.first), whole=lines(it.expert, found.whole), told=told,
        )  # fmt: skip

    async def note(self, request: Request, it: Interview) -> Response:
        """What the question told is noted as answers."""
        found = ask(it.consultation, it.state.text)
        return self._sealed(it.state.tell("", it.expert.vocabulary.written(found.told)), "/result")

    async def what_if(self, request: Request, it: Interview) -> Response:
        """Before and after, if something else were so."""
        rows: list[Any] = []
        found = None
        wrong = dict(it.state.form)
        if it.state.supposed:
            found = it.consultation.what_if(dict(it.state.supposed))
            rows = lines(it.expert, found.rows(numbers=False))
        rules = [] if found is None or it.audience == "patient" else [*found.fired, *found.unfired]
        facts = [
            (fact.id, fact.question(it.audience) or fact.label, fact.expected())
            for fact in it.expert.vocabulary.values()
            if it.audience != "patient" or fact.question("patient") is not None
        ]
        return self._view.about(
            request, it, "what_if.html", "What if", rows=rows, found=found, rules=rules, facts=facts,
            supposed=dict(it.state.supposed), wrong=wrong,
        )  # fmt: skip

    async def suppose(self, request: Request, it: Interview) -> Response:
        """An answer that is supposed."""
        form = await read_form(request)
        fact = it.expert.vocabulary.get(form.one("fact"))
        text = form.one("value").strip()[:MOST_TYPED]
        if fact is None:
            raise Problem(400, "this form contains no question of these rules")
        try:
            text = understood(it.expert.vocabulary, fact, text, datetime.date.today()).text
            it.consultation.supposed({fact.id: text})
        except (NotUnderstood, Faulty):
            wrong = (("value", f"Write {fact.expected()}"), ("typed", text), ("fact", fact.id))
            return self._sealed(replace(it.state, form=wrong, supposed=()), "/what-if")
        return self._sealed(replace(it.state, form=(), supposed=((fact.id, text),)), "/what-if")
