"""How a page is made: the layout around it, rows of explanations, and links to rules."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from charley.engine.expert import Expert
from charley.engine.explain.words import URGENCY_NAMES
from charley.engine.explanation import Row
from charley.facts.wording import AUDIENCES
from charley.pages.templating import render
from charley.rules.knowledge_base import KnowledgeBase
from charley.serve.service import Service
from charley.serve.web.interview import Interview

__all__ = ["Line", "Sealed", "View", "lines", "linked", "record_of"]

Sealed = Callable[..., Response]
"""Leads on to the page of a state: `sealed(state, "/answers")`."""

TEMPLATES = Path(__file__).parent / "templates"
_ID = re.compile(r"\[([a-z][a-z0-9]*(?:-[a-z0-9]+)+)((?:; [^\]]*)?)\]")
_ANSWER = re.compile(r"(\?) ((?:(?! and [A-Z])(?:[^?.]|\.(?=\d))){1,60})(?= and [A-Z]|$)")
_BEFORE = re.compile(r"(?<=\S)  +(?=\S)")


@dataclass(frozen=True, slots=True)
class Line:
    """A row of an explanation as a page shows it: how far in, what stands before it, and the text."""

    depth: int
    mark: str
    text: Markup


def linked(base: KnowledgeBase, text: str) -> Markup:
    """The text with each rule in brackets a link to its page."""

    def link(found: re.Match[str]) -> str:
        if found[1] not in base.rules:
            return found[0]
        return f'[<a class="rule" href="/kb/{base.id}/rules/{found[1]}">{found[1]}</a>{found[2]}]'

    return Markup(_ID.sub(link, str(escape(text))))


def answered(text: str) -> Markup:
    """The text with the answer to each question set off from the question."""
    return Markup(_ANSWER.sub(r"\1 <strong>\2</strong>", str(escape(text))))


def lines(base: KnowledgeBase, rows: Iterable[Row]) -> list[Line]:
    """Rows of an explanation, none of them empty."""
    found = []
    for margin, text in rows:
        if text.strip():
            inside = len(margin) - len(margin.lstrip()) if margin.strip() else len(margin)
            mark, shown = " ".join(margin.split()), _BEFORE.sub(" ", text.strip()).replace(" -> ", " → ")
            if not mark and shown.startswith("! "):
                mark, shown = "!", shown[2:]
            if not mark:
                shown = shown[:1].upper() + shown[1:]
            mark = "•" if mark in ("*", "-") else mark
            found.append(Line(min(inside // 4, 4), mark, answered(linked(base, shown))))
    return found


@dataclass(frozen=True)
class View:
    """What pages of one server have in common."""

    service: Service

    def page(
        self,
        template: str,
        title: str,
        expert: Expert | None = None,
        *,
        status: int = 200,
        headers: dict[str, str] | None = None,
        **values: Any,
    ) -> HTMLResponse:
        """The page that a template makes, about a base (the default one where none is named)."""
        base = expert or self.service.default
        text = render(
            template,
            folder=TEMPLATES,
            title=title,
            kb=base,
            bases=self.service.bases,
            audit=self.service.settings.audit_report is not None,
            AUDIENCES=AUDIENCES,
            URGENCY_NAMES=URGENCY_NAMES,
            linked=lambda text: linked(base, text),
            answered=answered,
            **{"wrong": {}, **values},
        )
        return HTMLResponse(text, status, headers)

    def about(
        self, request: Request, it: Interview, template: str, title: str, **values: Any
    ) -> HTMLResponse:
        """A page about a record."""
        shown = {
            "it": it,
            "d": it.d,
            "at": record_of(request),
            "urgency": it.summary.urgency,
            "by_leader": it.summary.by_leader,
            "open_signs": it.summary.open_signs(),
        }
        return self.page(template, title, it.expert, **{**shown, **values})


def record_of(request: Request) -> str:
    """The address of the record that a page is about."""
    return f"/c/{request.path_params['token']}"
