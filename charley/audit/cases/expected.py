"""What a case can expect of a record, and where what follows differs from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from charley.engine.assessment import Assessment
from charley.rules.case import Expectation
from charley.rules.rule import Advise, Alert, Flag

__all__ = ["combined", "differences", "everything", "misses"]


def everything(assessed: Assessment, quiet: Iterable[str] = ()) -> Expectation:
    """Everything that follows and that a case can expect; and that the rules `quiet` do not fire."""
    standings = assessed.standings
    base = assessed.base
    return Expectation(
        leader=assessed.leader,
        flags=tuple(sorted(s.candidate.id for s in standings if s.flags)),
        cleared=(
            *sorted(s.candidate.id for s in standings if s.flags and s.clears),
            *(alert for alert in base.alerts if assessed.alerted(alert) and assessed.cleared(alert)),
        ),
        alerts=tuple(alert for alert in base.alerts if assessed.alerted(alert)),
        urgency=assessed.urgency,
        fires=tuple(rule for rule, state in assessed.rules.items() if state is True),
        not_fires=tuple(dict.fromkeys(quiet)),
        scores={s.candidate.id: s.score for s in standings if s.weighed} if assessed.ranked else {},
    )


def combined(several: Iterable[Expectation]) -> Expectation:
    """All expectations of several cases with the same record, as one."""
    found: dict[str, Any] = {}
    for expect in several:
        for key, value in vars(expect).items():
            if value is None:
                continue
            if isinstance(value, tuple):
                value = tuple(dict.fromkeys((*(found.get(key) or ()), *value)))
            elif isinstance(value, Mapping):
                value = {**found.get(key, {}), **value}
            found[key] = value
    return Expectation(**found)


def differences(expect: Expectation, assessed: Assessment) -> Iterator[str]:
    """Each way in which what follows is not what was expected, as a sentence."""
    yield from _ranking(expect, assessed)
    yield from _dangers(expect, assessed)
    yield from _urgency(expect, assessed)
    yield from _firings(expect, assessed)


def misses(expect: Expectation, assessed: Assessment) -> bool:
    """Whether there is any difference. The cheapest expectations are compared first."""
    parts = (_firings, _dangers, _ranking, _urgency)
    return any(True for part in parts for _ in part(expect, assessed))


def _ranking(expect: Expectation, assessed: Assessment) -> Iterator[str]:
    if not (expect.leader or expect.top3 or expect.sections or expect.scores):
        return
    standings = {s.candidate.id: s for s in assessed.standings} if assessed.ranked else {}
    leader, order = assessed.leader, list(standings)

    def at(candidate: str | None) -> str:
        return f" ({standings[candidate].score:+d} db)" if candidate in standings else ""

    if expect.leader is not None and leader != expect.leader:
        yield f"leader: expected {expect.leader}{at(expect.leader)}, got {leader}{at(leader)}"
    for candidate in expect.top3:
        if candidate not in order[:3]:
            where = f"number {order.index(candidate) + 1}" if candidate in order else "not ranked"
            got = ", ".join(order[:3])
            yield f"top3: expected {candidate}{at(candidate)}, which is {where}; got {got}"
    for candidate, section in expect.sections.items():
        got_section = standings[candidate].section if candidate in standings else None
        if got_section != section:
            yield f"section of {candidate}: expected {section}, got {got_section}"
    for candidate, score in expect.scores.items():
        if candidate not in standings or standings[candidate].score != score:
            reached = f"{standings[candidate].score:+d} db" if candidate in standings else "no score"
            yield f"score of {candidate}: expected {score:+d} db, got {reached}"


def _dangers(expect: Expectation, assessed: Assessment) -> Iterator[str]:
    scoring, rules = assessed.base.scoring, assessed.rules

    def fired(effects: Mapping[str, Sequence[tuple[str, object]]], id: str) -> list[str]:
        return [rule for rule, _ in effects.get(id, ()) if rules[rule] is True]

    def unwanted(id: str, by: list[str]) -> str:
        return f"{id} should not be there; raised by {', '.join(by)}"

    yield from (f"flag: {id} is missing" for id in expect.flags or () if not fired(scoring.flags, id))
    if expect.flags == ():
        yield from (f"flag: {unwanted(id, by)}" for id in scoring.flags if (by := fired(scoring.flags, id)))
    for id in expect.not_flags:
        if by := fired(scoring.flags, id):
            yield f"flag: {unwanted(id, by)}"
    yield from _answers(expect, assessed)
    yield from (f"alert: {id} is missing" for id in expect.alerts or () if not fired(scoring.alerts, id))
    if expect.alerts == ():
        yield from (
            f"alert: {unwanted(id, by)}" for id in scoring.alerts if (by := fired(scoring.alerts, id))
        )
    for id in expect.not_alerts:
        if by := fired(scoring.alerts, id):
            yield f"alert: {unwanted(id, by)}"


def _answers(expect: Expectation, assessed: Assessment) -> Iterator[str]:
    scoring, rules = assessed.base.scoring, assessed.rules
    raised: dict[str, Sequence[tuple[str, object]]] = {**scoring.flags, **scoring.alerts}

    def answering(id: str) -> list[str]:
        """The rules that fire and answer what is raised."""
        if not any(rules[rule] is True for rule, _ in raised.get(id, ())):
            return []
        return [rule for rule, _ in scoring.clears[id] if rules[rule] is True]

    def named(id: str) -> str:
        return f"the alert {id}" if id in scoring.alerts else f"the flag on {id}"

    if expect.cleared == ():
        yield from (
            f"cleared: {named(id)} is answered by {by[0]}" for id in scoring.clears if (by := answering(id))
        )
    for id in expect.cleared or ():
        if not answering(id):
            yield f"cleared: {named(id)} is not answered"


def _urgency(expect: Expectation, assessed: Assessment) -> Iterator[str]:
    if expect.urgency is not None and assessed.urgency != expect.urgency:
        scoring, rules = assessed.base.scoring, assessed.rules
        effects: list[tuple[str, Alert | Flag | Advise]] = [*chain(*scoring.alerts.values())]
        effects += [*chain(*scoring.flags.values())]
        effects += [(rule, advise) for rule, advise in scoring.advice if assessed.advised(rule)]
        raising = [rule for rule, e in effects if rules[rule] is True and e.urgency == assessed.urgency]
        cause = ", ".join(dict.fromkeys(raising)) or "the leader's disposition"
        calm = assessed.urgency in (None, "routine", "not_known_yet")
        yield f"urgency: expected {expect.urgency}, got {assessed.urgency}{'' if calm else f', from {cause}'}"


def _firings(expect: Expectation, assessed: Assessment) -> Iterator[str]:
    rules = assessed.rules
    yield from (f"rule {id} did not fire" for id in expect.fires or () if rules.get(id) is not True)
    if expect.fires == ():
        yield from (f"rule {id} fired" for id, state in rules.items() if state is True)
    yield from (f"rule {id} fired" for id in expect.not_fires if rules.get(id) is True)
