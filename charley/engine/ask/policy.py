"""The utility of an open rule firing: the numbers by which a question is chosen.

A further flag or alert has the utility `DANGER`, another candidate in the lead `LEAD`, in one unit. The cost
of a question is in `asking.py`. The numbers without a reason were tuned like those in `ahead/graph.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from charley.engine.ask.ahead.ways import Utility
from charley.engine.ask.asking import Asking
from charley.engine.effects import Danger
from charley.engine.meaning import Kleene
from charley.engine.standing import NEAR, Standing
from charley.rules.rule import (
    URGENCY_RANK,
    OverallUrgency,
    Urgency,
)

__all__ = ["DANGER", "LEAD", "of_dangers", "of_the_lead"]

DANGER: dict[Urgency, int] = {"emergency": 40, "same_day": 32, "soon": 24, "routine": 4}
"""The utility of a further flag or alert."""

_DANGER = {urgency: float(worth) for urgency, worth in DANGER.items()}

LEAD = 25
"""The utility of another candidate in the lead; half of it for half of the way there. It is less than that of
a danger to be seen the same day: danger before tidiness.
"""

FADE = 20
"""The decibans behind the leader at which the utility of putting a candidate first is a tenth."""

AGAINST = 0.3
"""The share that counts of a rule that lowers the leader, or makes the leader surer, against a rule that
raises another candidate: a picture is found by the signs that are there.
"""


def of_dangers(
    dangers: Iterable[Danger],
    advises: Mapping[str, Urgency],
    states: Mapping[str, Kleene],
    now: OverallUrgency | None,
) -> Iterator[Utility]:
    """The utility of rules that could raise a further flag or alert, however unlikely their candidate; and of
    those whose advice would make the patient more urgent than `now`, without a flag or an alert.
    """
    for target, rule, effect in dangers:
        yield target, rule, _DANGER[effect.urgency]
    for rule, urgency in advises.items():
        if states[rule] is None and (now is None or URGENCY_RANK[urgency] < URGENCY_RANK[now]):
            yield rule, rule, _DANGER[urgency]


def of_the_lead(
    asking: Asking,
    superseded_by: Mapping[str, tuple[str, ...]],
    states: Mapping[str, Kleene],
    contenders: Mapping[str, Standing],
    target: str | None,
) -> Iterator[Utility]:
    """The utility of open rules that move a candidate who may lead; with a `target`, that candidate alone.

    Of the `contenders`, the leader stands first.
    """
    if not contenders:
        return
    leader = next(iter(contenders))
    # How far everybody is behind the leader, in decibans.
    behind = {id: contenders[leader].score - standing.score for id, standing in contenders.items()}
    # The strength that each candidate's groups count already; a weaker effect would not count.
    counted = {
        f"{id} {weighed.weight > 0} {weighed.group}": abs(weighed.weight)
        for id, standing in contenders.items()
        for weighed in standing.weighed
        if weighed.passed_over is None and weighed.group is not None
    }
    # How much that counts: who is far behind hardly comes to lead.
    interest = {id: float(10 ** (-gap / FADE)) for id, gap in behind.items()}
    # At least 1: it takes an answer to overtake.
    next_best = max(1, min((gap for id, gap in behind.items() if id != leader), default=0))

    def share(id: str, by: float) -> float:
        """The share of the way to the lead, or away from it, that so many decibans make up."""
        if target is not None:
            return min(1.0, abs(by) / NEAR)
        if id == leader:
            return AGAINST * min(1.0, by / NEAR if by > 0 else -by / next_best)
        if by < 0:
            return AGAINST**2 * interest[id] * min(1.0, -by / NEAR)
        return interest[id] * min(1.0, by / max(behind[id], 1))

    worths: dict[str, dict[int, float]] = {goal: {} for goal in asking.goals}
    """The utilities of every goal by the strength of the effect: many rules move a candidate by as much."""
    for rule, moves in asking.moves.items():
        if states[rule] is None:
            if rule in superseded_by and True in [states[by] for by in superseded_by[rule]]:
                continue
            for id, up, strength, counts, goal in moves:
                if id in contenders:
                    more = strength - counted[counts] if counts in counted else strength
                    if more > 0:
                        worth = worths[goal]
                        if more not in worth:
                            worth[more] = LEAD * share(id, more if up else -more)
                        yield goal, rule, worth[more]
    for rule, undone in asking.undoes.items():
        if states[rule] is None:
            for other, effect in undone:
                id = effect.candidate
                if id in contenders and states[other] is not False:
                    # Half: it may not have counted, or something else of its group counts instead.
                    yield f"{id} {effect.weight < 0}", rule, LEAD * share(id, -effect.weight / 2)
    for rule, cleared in asking.clears.items():
        if states[rule] is None and target in cleared:
            yield "clear", rule, float(LEAD)
