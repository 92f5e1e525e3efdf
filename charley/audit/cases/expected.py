"""What a case can expect of a record, and whether it came out so: for many rules at a time, and quickly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from charley.engine.assessment import Assessment
from charley.engine.meaning import Kleene
from charley.engine.standing import Scoring
from charley.rules.case import Expectation

__all__ = ["combined", "everything", "misses"]


def everything(told: Assessment, quiet: Iterable[str] = ()) -> Expectation:
    """All that is said of the record and that a case can expect; and that the rules `quiet` do not fire."""
    standings = told.standings
    base = told.base
    return Expectation(
        leader=told.leader,
        flags=tuple(sorted(s.candidate.id for s in standings if s.flags)),
        cleared=tuple(sorted(s.candidate.id for s in standings if s.flags and s.clears)),
        alerts=tuple(alert for alert in base.alerts if told.alerted(alert)),
        urgency=told.urgency,
        fires=tuple(rule for rule, state in told.rules.items() if state is True),
        not_fires=tuple(dict.fromkeys(quiet)),
        scores={s.candidate.id: s.score for s in standings if s.weighed} if told.ranked else {},
    )


def combined(several: Iterable[Expectation]) -> Expectation:
    """All that any of them expects, of one and the same patient."""
    found: dict[str, Any] = {}
    for expect in several:
        for key, value in vars(expect).items():
            if value is None:
                continue
            if isinstance(value, tuple):
                value = tuple(dict.fromkeys((*found.get(key, ()), *value)))
            elif isinstance(value, Mapping):
                value = {**found.get(key, {}), **value}
            found[key] = value
    return Expectation(**found)


def misses(expect: Expectation, scoring: Scoring, told: Assessment, rules: Mapping[str, Kleene]) -> bool:
    """Whether something is not as expected when these rules came out so, for the patient of `told`."""
    if any(rules.get(rule) is not True for rule in expect.fires):
        return True
    if any(rules.get(rule) is True for rule in expect.not_fires):
        return True

    def fired(effects: Iterable[tuple[str, object] | str]) -> bool:
        return any(rules[e if isinstance(e, str) else e[0]] is True for e in effects)

    if not all(fired(scoring.flags[c]) for c in expect.flags) or any(
        fired(scoring.flags[c]) for c in expect.not_flags
    ):
        return True
    if not all(fired(scoring.alerts[a]) for a in expect.alerts) or any(
        fired(scoring.alerts[a]) for a in expect.not_alerts
    ):
        return True
    if not all(fired(scoring.flags[c]) and fired(scoring.clears[c]) for c in expect.cleared):
        return True
    if not (expect.leader or expect.top3 or expect.sections or expect.urgency or expect.scores):
        return False
    standings = scoring.standings(rules)
    ranked = told.ranked
    order = [standing.candidate.id for standing in standings] if ranked else []
    if expect.leader is not None and order[:1] != [expect.leader]:
        return True
    if any(candidate not in order[:3] for candidate in expect.top3):
        return True
    sections = {s.candidate.id: s.section for s in standings} if ranked else {}
    if any(sections.get(candidate) != section for candidate, section in expect.sections.items()):
        return True
    scores = {s.candidate.id: s.score for s in standings} if ranked else {}
    if any(scores.get(candidate) != score for candidate, score in expect.scores.items()):
        return True
    return expect.urgency is not None and scoring.urgency(standings, rules, ranked) != expect.urgency
