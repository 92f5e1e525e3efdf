"""A student commits first: their own diagnoses, before the result, and where these stand in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from charley.engine.differential import Place
from charley.engine.explain.words import name_of
from charley.serve.web.forms import read_form
from charley.serve.web.interview import Interview
from charley.serve.web.views import Line, Sealed, View, lines

__all__ = ["MOST", "Committing", "Compared", "commit_page", "commits_first", "compared"]

MOST = 3
"""Diagnoses that are named."""

ROWS = 9
"""Lines of what separates two of them; the page that compares two shows all."""


@dataclass(frozen=True, slots=True)
class Compared:
    """The diagnoses that were named, each with its place in the ranking; what is missing among them."""

    places: tuple[tuple[int, Place], ...]
    missing: tuple[str, ...]
    first: str
    other: str
    separated: tuple[Line, ...]


def commits_first(it: Interview) -> bool:
    """Whether the result waits for the student's own diagnoses. It never does in an emergency."""
    return it.holds_back(it.d)


def commit_page(view: View, request: Request, it: Interview) -> Response:
    """Ask for them."""
    names = sorted((name_of(it.expert, id, it.audience), id) for id in it.expert.candidates)
    title = "Commit first"
    return view.about(request, it, "commit.html", title, names=names, most=MOST, wrong=dict(it.state.form))


def compared(it: Interview) -> Compared | None:
    """The student's list beside the ranking; None where there is none, or nothing is ranked."""
    chosen, d = it.state.chosen, it.d
    if not chosen or not d.standings:
        return None
    number = {place.candidate: at for at, place in enumerate(d.standings, 1)}
    leader = d.standings[0].candidate
    wanted = [place for place in d.standings if place.candidate == leader or place.flagged]
    others = [*chosen, *(place.candidate for place in d.standings)]
    other = next(id for id in others if id != leader)
    rows = lines(it.expert, it.consultation.contrast(leader, other).rows())
    return Compared(
        tuple((number[id], d.standing(id)) for id in chosen),
        tuple(place.name for place in wanted if place.candidate not in chosen),
        name_of(it.expert, leader, it.audience),
        name_of(it.expert, other, it.audience),
        tuple(rows[:ROWS]),
    )


class Committing:
    """What is sent from the page that asks for them."""

    def __init__(self, sealed: Sealed) -> None:
        self._sealed = sealed

    def taken(self) -> Iterable[tuple[str, Any]]:
        """What is sent."""
        return (("/commit", self.commit),)

    async def commit(self, request: Request, it: Interview) -> Response:
        """Take them, or show the result at once."""
        form = await read_form(request)
        if form.one("do") == "skip":
            return self._sealed(replace(it.state, chosen=(), form=()), "/result")
        chosen = tuple(dict.fromkeys(id for id in form.all("chosen") if id in it.expert.candidates))[:MOST]
        if not chosen:
            wrong = (("chosen-1", "Choose at least one, or see the result at once"),)
            return self._sealed(replace(it.state, form=wrong), "/result")
        return self._sealed(replace(it.state, chosen=chosen, form=()), "/result")
