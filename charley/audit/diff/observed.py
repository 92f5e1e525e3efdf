"""The visible part of a change: how two assessments of one record differ."""

from __future__ import annotations

from collections.abc import Iterator

from charley.engine.assessment import Assessment
from charley.rules.rule import URGENCIES, URGENCY_RANK, OverallUrgency, Urgency

__all__ = ["BACK", "observed"]

BACK = {"new-flag", "new-alert", "higher-urgency", "flag-more-urgent", "answer-new", "advice-new"}
"""The kinds of change that are another kind with the two versions exchanged."""


def observed(kind: str, old: Assessment, new: Assessment) -> Iterator[str]:
    """The candidates, alerts or rules for which this kind of change is visible."""
    before, after = (new, old) if kind in BACK else (old, new)
    standings = {s.candidate.id: s for s in before.standings}
    later = {s.candidate.id: s for s in after.standings}
    match kind:
        case "lost-flag" | "new-flag":
            yield from (c for c, s in standings.items() if s.flags and not (c in later and later[c].flags))
        case "answer-lost" | "answer-new":
            there = {*after.base.candidates, *after.base.alerts}
            yield from (
                id
                for id in (*before.base.candidates, *before.base.alerts)
                if before.cleared(id) and not (id in there and after.cleared(id))
            )
        case "lost-alert" | "new-alert":
            alerts = after.base.alerts
            yield from (
                a for a in before.base.alerts if before.alerted(a) and not (a in alerts and after.alerted(a))
            )
        case "advice-lost" | "advice-new":
            given = filter(before.advised, before.base.rules)
            yield from (rule for rule in given if not (rule in after.base.rules and after.advised(rule)))
        case "lower-urgency" | "higher-urgency":
            if _rank(after.urgency) > _rank(before.urgency):
                yield f"{old.urgency or 'none'} → {new.urgency or 'none'}"
        case "flag-less-urgent" | "flag-more-urgent":
            for c in standings:
                if c in later and later[c].flags and _rank(_flag(after, c)) > _rank(_flag(before, c)):
                    yield c
        case "leader":
            if old.leader != new.leader:
                yield from (old.leader or "none", new.leader or "none")
        case "section":
            if old.ranked and new.ranked:
                yield from (c for c, s in standings.items() if c in later and later[c].section != s.section)
        case _:
            if old.ranked and new.ranked:
                yield from (c for c, s in standings.items() if c in later and later[c].score != s.score)


def _flag(assessed: Assessment, candidate: str) -> Urgency | None:
    fired = [
        flag.urgency for rule, flag in assessed.base.scoring.flags[candidate] if assessed.rules[rule] is True
    ]
    return min(fired, key=URGENCIES.index, default=None)


def _rank(urgency: OverallUrgency | None) -> int:
    return len(URGENCY_RANK) if urgency is None else URGENCY_RANK[urgency]
