"""One consultation as it stands in a state: what is asked next, when it stops, and what is new."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Literal

from charley.engine.ask.next_screen import next_screen
from charley.engine.ask.prospect import Prospect, prospect
from charley.engine.ask.question import Question
from charley.engine.ask.shapes.screen import Screen
from charley.engine.assessment import assess
from charley.engine.consult.consultation import Consultation
from charley.engine.consult.recommend import RANK, Recommendation, recommend
from charley.engine.differential import Differential
from charley.engine.expert import Expert
from charley.engine.explain.words import answer_words
from charley.engine.summary.held_back import is_held_back, without_names
from charley.engine.summary.summary import Point, Summary, summary
from charley.facts.record import Answers, answers
from charley.facts.text.results import Reading
from charley.facts.vocabulary import Value
from charley.serve.web.state import State

__all__ = ["PLACES", "Interview", "Step", "places_of"]

Step = Literal["story", "confirm", "stop", "ask", "result"]


PLACES: Mapping[str, str] = {
    "pain_site_groin_or_hip": "hip",
    "pain_site_buttock": "buttock",
    "pain_site_thigh": "thigh",
    "pain_site_knee": "knee",
    "pain_site_calf": "calf",
    "pain_site_shin": "shin",
    "pain_site_ankle": "ankle",
    "pain_site_heel": "heel",
    "pain_site_foot": "foot",
    "pain_site_toe_joint": "toe",
}
"""For each fact that says where a leg hurts the place on the picture of two legs, from above."""

FEWEST = 2
"""With fewer places to choose from, a picture says less than the question."""


def places_of(facts: Iterable[str]) -> dict[str, int]:
    """For each place its line in a list of facts, counted from 1; empty where they are few."""
    found = {PLACES[fact]: at for at, fact in enumerate(facts, 1) if fact in PLACES}
    return found if len(found) >= FEWEST else {}


class Interview:
    """A consultation of which nothing is kept between two pages. Raises `Faulty` for answers that the rules
    of today do not accept.
    """

    def __init__(self, expert: Expert, state: State) -> None:
        self.expert, self.state = expert, state
        self.audience = state.audience
        self.answers: Answers = answers(state.told, expert.vocabulary)
        self.assessment = assess(expert, self.answers)

    @cached_property
    def d(self) -> Differential:
        """What is said of this patient now."""
        return self.assessment.differential(self.audience)

    @cached_property
    def consultation(self) -> Consultation:
        """What answers questions about it."""
        return self.expert.consult(self.answers, engine="kernel", audience=self.audience, gates=True)

    @cached_property
    def _prospect(self) -> Prospect:
        return prospect(
            self.assessment, self.audience, self.answers.unknown, later=self.state.later, gates=True
        )

    @cached_property
    def screen(self) -> Screen | None:
        """What to ask next."""
        return next_screen(self._prospect, self.audience, self.state.topic)

    @cached_property
    def recommendation(self) -> Recommendation:
        """Whether to go on asking."""
        return recommend(self._prospect)

    @property
    def step(self) -> Step:
        """What the page of this state is."""
        if self.state.stage != "ask":
            return self.state.stage
        found = self.recommendation
        declined = RANK.get(self.state.declined, -1)  # type: ignore[call-overload]
        if found.stop and found.state != "nothing" and RANK[found.state] > declined:
            return "stop"
        return "ask" if self.screen is not None else "result"

    @cached_property
    def summary(self) -> Summary:
        """What is said of it, on every page."""
        return summary(self.expert, self.d)

    @property
    def raised(self) -> tuple[Point, ...]:
        """The flags and alerts, most urgent first."""
        return self.summary.raised

    @cached_property
    def new(self) -> tuple[Point, ...]:
        """Those that were not there, or not as urgent, before the last answers."""
        if not self.state.batches:
            return ()
        before = Interview(self.expert, replace(self.state, batches=self.state.batches[:-1]))
        were = {(each.id, each.urgency) for each in before.raised}
        return tuple(each for each in self.raised if (each.id, each.urgency) not in were)

    def holds_back(self, d: Differential) -> bool:
        """Whether no diagnosis is named yet, since a student is to name theirs first."""
        return is_held_back(d, self.state.chosen is not None)

    def as_read(self, found: Iterable[Point], d: Differential | None = None) -> tuple[Point, ...]:
        """Warnings as this reader sees them before the result: a student by their signs alone."""
        about = d or self.d
        if not self.holds_back(about):
            return tuple(found)
        return tuple(without_names(self.expert, about, tuple(found)))

    def reading(self) -> Reading:
        """What is understood of the text that waits to be confirmed, without what was told already."""
        found = self.expert.read_text(self.state.text, audience=self.audience, today=datetime.date.today())
        known = self.answers.record
        taken = tuple(each for each in found.taken if known.get(each.fact) != each.value)
        return replace(found, taken=taken)

    def question(self, fact: str) -> Question:
        """A fact as a question, whether or not it would be asked now."""
        known = self.expert.vocabulary[fact]
        wording = known.question(self.audience) or known.wording.to(self.audience)
        return Question(fact, wording, "", known.kind, known.choices)

    def said(self, fact: str, value: Value | None) -> str:
        """An answer as a person reads it, a number as it was told."""
        if value is None:
            return "not sure" if self.audience == "patient" else "not known"
        return self.answers.told.get(fact) or self.expert.vocabulary[fact].show(value)

    def lines(self) -> dict[str, list[tuple[int, str, str]]]:
        """Every answer with its number, its question and what was said: what is so, unsure, or not so."""
        found: dict[str, list[tuple[int, str, str]]] = {"so": [], "unsure": [], "not": []}
        for at, fact in enumerate(self.state.told):
            value = self.answers.record.get(fact)
            kind = "unsure" if value is None else "not" if value is False else "so"
            found[kind].append((at, self.question(fact).wording, self.said(fact, value)))
        return found

    @cached_property
    def places(self) -> tuple[str, ...]:
        """The facts of the picture that these rules ask of this audience; none where they are few."""
        known = map(self.expert.vocabulary.get, PLACES)
        found = tuple(fact.id for fact in known if fact and fact.question(self.audience) is not None)
        return found if len(found) >= FEWEST else ()

    def in_words(self, fact: str, value: Value | None) -> str:
        """A fact with an answer."""
        return answer_words(self.expert, fact, value, self.audience)
