"""The next question, where facts are asked for one at a time: danger first, then what could change who leads.

The fact with most at stake is asked for (`Prospect.stakes`), or the one that comes before it (`precedence`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice

from charley.engine.ask.asking import Asking
from charley.engine.ask.prospect import OpenFact, Prospect
from charley.engine.explain.words import danger_name
from charley.facts.wording import Audience

__all__ = ["BESIDES", "Question", "next_question", "worded"]


BESIDES = "Besides what was asked: "
"""The beginning of a question for several things of which some were asked for already."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question to put: `fact` is its id, `wording` the words, `why` what hangs on it, `stake` how much."""

    fact: str
    wording: str
    why: str
    kind: str
    choices: tuple[str, ...] = ()
    stake: float = 0.0


def next_question(prospect: Prospect, audience: Audience) -> Question | None:
    """The question with most at stake, those that were put off last; None when nothing matters."""
    if prospect.nothing_matters:
        return None
    base, precedence, later = prospect.base, prospect.precedence, prospect.later
    ranked = [stake for stake in prospect.stakes if stake[1] + stake[2] > 0]
    # A fact that waits for one that was put off is put off with it.
    now = (stake for stake in ranked if precedence.before(stake[0]) not in later)
    first = next(now, ranked[0] if ranked else None)
    if first is None:
        return None
    before = precedence.before(first[0])
    if before == first[0]:
        return worded(prospect, prospect.open_fact(*first), audience)
    stake = next((each for each in prospect.stakes if each[0] == before), (before, 0.0, 0.0))
    found = worded(prospect, prospect.open_fact(*stake), audience)
    if before in base.part(Asking).opens:
        return found
    does = "opens" if precedence.lacks_premise(first[0]) else "may spare"
    return replace(found, why=f"it {does} a question: {base.vocabulary[first[0]].label}")


def worded(prospect: Prospect, each: OpenFact, audience: Audience) -> Question:
    """An open fact as a question.

    A question for several things, of which some were asked for by name, is for the others.
    """
    fact, answers = prospect.base.vocabulary[each.fact], prospect.assessment.answers
    wording = fact.question(audience) or fact.wording.to(audience)
    if any(id in answers.record or id in answers.unknown for id in fact.opens):
        wording = f"{BESIDES}{wording[0].lower()}{wording[1:]}"
    why = _why(prospect, each, audience)
    return Question(fact.id, wording, why, fact.kind, fact.choices, round(each.stake, 2))


def _why(prospect: Prospect, each: OpenFact, audience: Audience) -> str:
    """What hangs on the answer: questions that a no spares, dangers, the urgency, or candidates."""
    base, fact = prospect.base, prospect.base.vocabulary[each.fact]
    if fact.opens:
        opened = prospect.precedence.opened_by[fact.id] or fact.opens
        more = len(opened)
        why = f"a no spares {'a further question' if more == 1 else f'{more} further questions'}"
        if audience == "patient":
            return why
        return f"{why}: " + "; ".join(base.vocabulary[id].label for id in opened[:3])
    if each.dangers:
        names = [danger_name(base, id, audience).rstrip(".") for id in each.dangers[:3]]
        return "it could raise a warning: " + "; ".join(names)
    moves, advises = base.part(Asking).moves, base.part(Asking).advises
    if any(rule in advises for rule in each.rules):
        return "it could make this more urgent"
    weighed = dict.fromkeys(move.candidate for rule in each.rules for move in moves.get(rule, ()))
    if not weighed:
        spared = [base.vocabulary[id].label for id in prospect.precedence.spared_by(fact.id)]
        questions = "a question" if len(spared) == 1 else f"{len(spared)} questions"
        return f"it may spare {questions}: " + "; ".join(spared[:3])
    return "it weighs on: " + "; ".join(base.candidates[id].name.to(audience) for id in islice(weighed, 3))
