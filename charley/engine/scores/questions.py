"""Finishing a clinical score: its open items as questions, whatever hangs on them."""

from __future__ import annotations

from collections.abc import Collection

from charley.engine.ask.asking import EFFORT
from charley.engine.ask.question import Question
from charley.engine.assessment import Assessment
from charley.facts.wording import Audience
from charley.rules.instrument import Instrument

__all__ = ["score_questions"]


def score_questions(
    assessment: Assessment,
    score: Instrument,
    facts: Collection[str],
    audience: Audience,
    later: Collection[str] = (),
) -> list[Question]:
    """The questions among `facts` that an open item of the score waits for, or whether it applies.

    Whether it applies comes first. Then most points for least effort; what was put off stands last. There
    are none where the score is known not to apply.
    """
    base = assessment.base
    gate = True if score.gate is None else assessment.truth(score.gate)
    if gate is False:
        return []
    why: dict[str, tuple[float, str]] = {}
    if gate is None and score.gate is not None:
        for fact in base.facts_of(score.gate):
            why[fact] = (float("inf"), f"it decides whether this applies: {score.title}")
    for item in score.items:
        if assessment.truth(item.condition) is None:
            for fact in base.facts_of(item.condition):
                worth = abs(float(item.points)) / EFFORT[base.vocabulary[fact].burden]
                if fact not in why or worth > why[fact][0]:
                    said = (
                        f"it is an item of {score.title}: {item.label or item.when}, {item.points:+} points"
                    )
                    why[fact] = (worth, said)
    wanted = [fact for fact in why if fact in facts]
    wanted.sort(key=lambda fact: (fact in later, -why[fact][0]))
    return [_put(assessment, fact, why[fact][1], audience) for fact in wanted]


def _put(assessment: Assessment, id: str, why: str, audience: Audience) -> Question:
    fact = assessment.base.vocabulary[id]
    wording = fact.question(audience) or fact.wording.to(audience)
    return Question(fact.id, wording, why, fact.kind, fact.choices)
