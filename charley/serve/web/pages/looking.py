"""What comes of it: the result, and every explanation that can be asked for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from charley.engine.assessment import applicable
from charley.engine.differential import Place
from charley.engine.explain.justification import contradiction_words
from charley.engine.explain.words import SECTION_TITLES, danger_name, name_of, rule_reasons, section_title
from charley.engine.explanation import Row
from charley.engine.scores.table import started_scores
from charley.engine.summary.reasons import Sides, counting, sides
from charley.pages.standings_chart import bars
from charley.pages.take_home import take_home
from charley.serve.service import Problem
from charley.serve.web.interview import Interview
from charley.serve.web.pages.committing import commit_page, commits_first, compared
from charley.serve.web.views import Line, View, lines

__all__ = ["Looking"]

MOST_DISTANCES = 12


@dataclass(frozen=True, slots=True)
class Section:
    """Candidates under one title, each with its number in the address of its page."""

    title: str
    places: tuple[tuple[int, Place], ...]


class Looking:
    """Pages that say what is made of the record. Each is one click from the result."""

    def __init__(self, view: View) -> None:
        self._view = view

    def shown(self) -> Iterable[tuple[str, Any]]:
        """What is looked at."""
        return (
            ("/result", self.result),
            ("/cause/{at:int}", self.cause),
            ("/compare", self.compare),
            ("/scores", self.scores),
            ("/dangers", self.dangers),
            ("/chart", self.chart),
        )

    async def result(self, request: Request, it: Interview) -> Response:
        """How urgent, what to do, what speaks for what, when to come back."""
        if commits_first(it):
            return commit_page(self._view, request, it)
        base, d = it.expert, it.d
        ordered = {id: at for at, id in enumerate(_targets(it))}
        contradictions = [contradiction_words(base, each) for each in d.contradictions]
        if it.audience == "patient":
            page = take_home(base, d)
            names = {
                base.candidates[p.candidate].name.to("patient"): ordered[p.candidate] for p in d.standings
            }
            return self._view.about(
                request, it, "result_patient.html", "Your result", page=page, ordered=names,
                contradictions=contradictions, going_on=it.screen is not None,
            )  # fmt: skip
        applying = applicable(base, d)
        placed = {s: [place for place in applying if place.section == s] for s in SECTION_TITLES}
        sections = [
            Section(section_title(d, s), tuple((ordered[place.candidate], place) for place in places))
            for s, places in placed.items()
            if places
        ]
        matter = [each.wording for each in it.consultation.open_questions()[:6]]
        leading = [] if d.leader is None else counting(base, d, d.leader)
        return self._view.about(
            request, it, "result.html", "Result", sections=sections, matter=matter, leading=leading,
            advice=it.summary.advised, steps=it.summary.steps, scores=started_scores(base, d),
            contradictions=contradictions,
            going_on=it.screen is not None, ordered=ordered, chosen=compared(it),
        )  # fmt: skip

    async def cause(self, request: Request, it: Interview) -> Response:
        """How and why not for one candidate or alert, and what separates it from another one."""
        targets = _targets(it)
        at = request.path_params["at"]
        if not 0 <= at < len(targets):
            raise Problem(404, "there is no such diagnosis")
        id, base, d, c = targets[at], it.expert, it.d, it.consultation
        plain = it.audience == "patient"
        candidate = base.candidates.get(id)
        parts: list[tuple[str, Any]] = []
        if plain:
            parts.append(("What speaks for it and against it", _for_patient(it, id)))
        else:
            parts.append(("How it came to stand here", lines(base, list(c.how(id).rows())[1:])))
        flagged = any(each.id == id for each in it.raised)
        if not (id == d.leader and flagged) and (candidate is None or d.standings):
            parts.append(
                ("Why not more, and what would change it", lines(base, c.why_not(id).rows(rules=not plain)))
            )
        others = [each for each in d.standings if each.candidate != id]
        if candidate is not None and others and not plain:
            first = others[0].candidate
            parts.append(("Beside the next one", lines(base, c.contrast(id, first).rows())))
        return self._view.about(
            request, it, "cause.html", name_of(base, id, it.audience), id=id, candidate=candidate,
            parts_=parts, place=d.standing(id) if candidate is not None and d.standings else None, number=at,
            raised=[each for each in it.raised if each.id == id], others=self._names(it),
        )  # fmt: skip

    async def compare(self, request: Request, it: Interview) -> Response:
        """What separates two candidates."""
        ids = list(it.expert.candidates)
        chosen = [request.query_params.get(name, "") for name in ("a", "b")]
        numbers = [int(each) for each in chosen if each.isascii() and each.isdecimal() and len(each) < 4]
        rows: list[Any] = []
        wrong = ""
        if len(numbers) == 2 and all(each < len(ids) for each in numbers):
            first, second = (ids[each] for each in numbers)
            if first == second:
                wrong = "Choose two different ones"
            elif not it.d.standings:
                wrong = "Nothing is ranked: this person is outside the scope of the rules"
            elif it.audience == "patient":
                for each in (first, second):
                    rows.append(Line(0, "", Markup.escape(name_of(it.expert, each, "patient"))))
                    rows += [replace(line, depth=1) for line in _for_patient(it, each)]
            else:
                rows = lines(it.expert, it.consultation.contrast(first, second).rows())
        return self._view.about(
            request, it, "compare.html", "Compare two", rows=rows, names=self._names(it), chosen=numbers,
            error=wrong,
        )  # fmt: skip

    async def scores(self, request: Request, it: Interview) -> Response:
        """Every clinical score, item by item."""
        tables = [it.consultation.score(each.id) for each in it.d.scores]
        tables.sort(key=lambda each: not each.score.started)
        return self._view.about(request, it, "scores.html", "Clinical scores", tables=tables)

    async def dangers(self, request: Request, it: Interview) -> Response:
        """Which answers would raise a warning."""
        found = it.consultation.distances(answerable=it.audience == "patient")
        named = [(danger_name(it.expert, each.target, it.audience), each) for each in found[:MOST_DISTANCES]]
        more = max(0, len(found) - MOST_DISTANCES)
        return self._view.about(request, it, "dangers.html", "How far from danger", found=named, more=more)

    async def chart(self, request: Request, it: Interview) -> Response:
        """Every score with the range that is still possible; and which published figure the lead hangs on."""
        fragility = it.consultation.fragility() if it.audience != "patient" else None
        robust = [] if fragility is None else lines(it.expert, fragility.rows())
        stop = lines(it.expert, it.consultation.stop().rows())
        picture = bars(it.d.standings)
        title = "Scores and what is still possible"
        return self._view.about(request, it, "chart.html", title, picture=picture, robust=robust, stop=stop)

    def _names(self, it: Interview) -> list[tuple[int, str]]:
        return [(at, name_of(it.expert, id, it.audience)) for at, id in enumerate(it.expert.candidates)]


def _targets(it: Interview) -> list[str]:
    """What has a page of its own, in the order of their numbers."""
    return [*it.expert.candidates, *it.expert.alerts]


def _for_patient(it: Interview, id: str) -> list[Line]:
    """What speaks for and against a candidate or an alert, as sentences."""
    base, d = it.expert, it.d
    if id in base.candidates and d.standings:
        found = sides(base, d, d.standing(id))
    else:
        rules = [rule for each in d.alerts if each.alert == id for rule in each.rules]
        found = Sides(rule_reasons(base, rules, "patient"), ())
    rows = [Row("for  ", each) for each in found.in_favour] + [
        Row("against  ", each) for each in found.against
    ]
    return lines(base, rows or [Row("", "Nothing that you said speaks for it or against it.")])
