"""A consultation: answers given one at a time, the differential at any time, and what to ask next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from charley.engine.ask.ahead.lookahead import Lookahead
from charley.engine.ask.askable import askable, nobody
from charley.engine.ask.next_screen import next_screen
from charley.engine.ask.prospect import OpenFact, Prospect, prospect
from charley.engine.ask.question import Question, next_question, worded
from charley.engine.ask.shapes.screen import Screen
from charley.engine.ask.stopping import Stop, stop
from charley.engine.consult.answered import faulty
from charley.engine.consult.explained import Explained
from charley.engine.consult.recommend import Recommendation, recommend
from charley.engine.explain.why import Why, why
from charley.engine.prepared import Prepared
from charley.engine.reading import Engine
from charley.engine.scores.questions import score_questions
from charley.facts.record import Answers
from charley.facts.wording import Audience
from charley.rules.names import NotNamed, resolve

if TYPE_CHECKING:
    from charley.engine.session.extension import PythonRules, Remark

__all__ = ["Consultation"]


class Consultation(Explained):
    """One patient's consultation, on experta (the default, where it is installed) or on the kernel.

    Both engines say the same.

    Every method that takes the name of a fact, a candidate or an alert raises `Faulty` for one that does not
    exist, with the nearest name. It changes nothing then.

    With `gates`, a person is asked about many things at once ("any medicines?"), and for each of them only
    after a yes. A program that answers fact by fact would deny by a gate what its record says, so the
    default is to ask for every fact by itself.
    """

    def __init__(
        self,
        base: Prepared,
        record: Mapping[str, Any] | Answers | None = None,
        *,
        engine: Engine | None = None,
        audience: Audience = "clinician",
        gates: bool = False,
        extend: type[PythonRules] | None = None,
    ) -> None:
        super().__init__(base, record, engine, audience)
        self.gates = gates
        self._extension = None if extend is None else extend()
        self._asked: str | None = None
        self._screen: Screen | None = None
        self._topic: str | None = None
        """What the last screen was about that was answered at least in part."""
        self._ahead: Lookahead | None = None
        self._seen: dict[tuple[object, ...], Prospect] = {}
        """The prospects of the present record, each by what else it depends on."""

    def __repr__(self) -> str:
        about = self.base.about
        return f"<Consultation on {about.id} {about.version}: {len(self._record)} facts known>"

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """The remarks of the rules in Python (`extend`). Nobody has proved them; they change nothing else."""
        return () if self._extension is None else self._extension.remarks_on(self.assessment)

    def next_question(self, target: str | None = None, *, short: bool = False) -> Question | None:
        """What to ask next; None when nothing that this audience can answer would matter.

        With a `target`, only what would rule that candidate or alert in or out, or finish that score. With
        `short`, only what could raise a further flag or alert. Nothing is asked twice. Raises `Faulty`.
        """
        if target is not None and target in self.base.instruments:
            found = next(iter(self._score_questions(target)), None)
            self._asked = found.fact if found is not None else None
            return found
        if target is not None:
            target = self._target(target)
        found = next_question(self.prospect(target, short), self.audience)
        self._asked = found.fact if found is not None else None
        return found

    def next_screen(self, target: str | None = None, *, short: bool = False) -> Screen | None:
        """What to ask next: a `TickList` of yes-or-no questions, or a `Form`; None as for `next_question`.

        `tell(screen.answers(ticked, unsure))` takes what was ticked, `tell(screen.answers({fact: value}))`
        what a form says. Raises `Faulty`.
        """
        if target is not None:
            self._target(target)
        answered = {*self._record, *self._unknown, *self._later}
        if self._screen is not None and not answered.isdisjoint(self._screen.facts):
            self._topic = self._screen.topic
        found = self._screen = next_screen(self.prospect(target, short), self.audience, self._topic)
        if found is not None:
            self._asked = found.facts[0]
        return found

    @property
    def recommendation(self) -> Recommendation:
        """Whether to go on asking, and how robust the result is against further answers of this person."""
        return recommend(self.prospect())

    def open_questions(self, target: str | None = None, *, short: bool = False) -> list[Question]:
        """Every question that could still matter, the one with most at stake first. Raises `Faulty`."""
        if target is not None and target in self.base.instruments:
            return self._score_questions(target)
        if target is not None:
            target = self._target(target)
        found = self.prospect(target, short)
        if found.nothing_matters:
            return []
        return [worded(found, each, self.audience) for each in found.opens if each.stake > 0]

    def what_matters(self) -> list[OpenFact]:
        """The unknown facts that could still change something, most at stake first."""
        return self.prospect().opens

    def _score_questions(self, score: str) -> list[Question]:
        facts = askable(self.assessment, self.audience, self._unknown)
        instrument = self.base.instruments[score]
        return score_questions(self.assessment, instrument, facts, self.audience, self._later)

    def why(self, fact: str | None = None) -> Why:
        """Why this fact would be asked for. The default is the last question, or else the next one.

        Raises `Faulty`, also where there is nothing left to ask.
        """
        if fact is None:
            fact = self._asked if self._asked is not None and self._asked not in self._record else None
        if fact is None:
            question = next_question(self.prospect(), self.audience)
            if question is None:
                help = "name a fact, or see `stop()`"
                raise faulty("F010", "nothing is asked: no answer of yours would matter", help)
            fact = question.fact
        try:
            fact = resolve(self.base, fact, "fact")
        except NotNamed as error:
            help = error.help or "`charley facts` lists what can be known"
            raise faulty("F010", error.problem, help) from None
        return why(self.assessment, self.prospect(), fact, self.audience)

    def stop(self, target: str | None = None, *, short: bool = False) -> Stop:
        """Whether it is settled, and what could still change it."""
        if target is not None:
            target = self._target(target)
        everybody = frozenset(id for id in self.base.vocabulary if id not in self._record)
        ahead = self.base.part(nobody).follow(self._record, everybody)
        whole = Prospect(self.assessment, everybody, ahead, target, short)
        return stop(self.prospect(target, short), whole, self._record, self.audience)

    def prospect(self, target: str | None = None, short: bool = False) -> Prospect:
        """What can still come of what is known, by what this audience can answer."""
        known = self.audience, self.gates, target, short, tuple(self._later)
        if any(each.assessment is not self.assessment for each in self._seen.values()):
            self._seen.clear()
        if known not in self._seen:
            found = prospect(
                self.assessment,
                self.audience,
                self._unknown,
                target=target,
                short=short,
                later=self._later,
                gates=self.gates,
                ahead=self._ahead,
            )
            self._ahead = found.ahead
            self._seen[known] = found
        return self._seen[known]
