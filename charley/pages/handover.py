"""The hand-over: one page that a clinician can read in a minute and file.

Its content is put together here, once; `write` lays it out by templates. It is worded for a clinician,
even after a consultation in other words, unless another audience is asked for.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from charley.engine.ask.question import what_matters
from charley.engine.assessment import assess
from charley.engine.differential import Differential, Place
from charley.engine.explain.how import Reason, reasons
from charley.engine.explain.words import by_leader, open_signs, short_name, urgency_words
from charley.engine.prepared import Prepared
from charley.engine.scores.table import ScoreTable, started_scores
from charley.facts.record import Answers
from charley.facts.vocabulary import words
from charley.rules.rule import URGENCY_RANK, Urgency

__all__ = ["Alarm", "Handover", "Row", "handover"]

ROWS, REASONED, REASONS, ADVICE, SOURCES = 8, 3, 3, 4, 6
"""What fits on a page: candidates in the picture, those with reasons, reasons each, advice, sources."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """A flag or an alert: what, how soon, what to do, and why."""

    kind: str
    name: str
    urgency: Urgency
    action: str
    why: tuple[str, ...]
    answered: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A candidate in the picture, with the reasons that are told."""

    place: Place
    reasons: tuple[Reason, ...]
    more: int


@dataclass(frozen=True)
class Handover:
    """Everything on the page."""

    d: Differential
    disclaimer: str
    written: str
    urgency: str
    by_leader: str | None
    open_signs: str | None
    contradictions: tuple[str, ...]
    alarms: tuple[Alarm, ...]
    rows: tuple[Row, ...]
    rest: tuple[str, ...]
    told: tuple[tuple[str, str], ...]
    not_known: tuple[str, ...]
    matters: tuple[str, ...]
    advice: tuple[tuple[str, str], ...]
    scores: tuple[ScoreTable, ...]
    sources: tuple[str, ...]
    more_sources: int
    warnings: tuple[str, ...] = ()
    """What must be read first: answers left out, an urgency that is lower than it was."""

    @property
    def reasoned(self) -> tuple[Row, ...]:
        """The first candidates of whom there is a reason to show."""
        return tuple(row for row in self.rows if row.reasons)[:REASONED]


def _told(base: Prepared, d: Differential, id: str) -> str:
    """A value, and beside it the number and unit as they were told."""
    shown = base.vocabulary[id].show(d.record[id])
    return f"{shown} (told as {d.as_told[id]})" if id in d.as_told else shown


def handover(
    base: Prepared, d: Differential, now: datetime.datetime | None = None, warnings: Sequence[str] = ()
) -> Handover:
    """What stands on the page for a differential."""
    vocabulary = base.vocabulary
    shown = [p for at, p in enumerate(d.standings) if at < ROWS - 2 or p.flagged][:ROWS]
    rows = tuple(_row(base, d, place) for place in shown)
    assessment = assess(base, Answers(d.record, frozenset(d.unknown)))
    keys = [c for row in rows for reason in row.reasons for c in reason.citations]
    raised = [rule for flag in d.flags for rule in flag.rules] + [r for a in d.alerts for r in a.rules]
    keys += [c for rule in raised for c in base.rules[rule].evidence.citations]
    cited = [key for key in base.citations if key in keys]
    moment = now or datetime.datetime.now(datetime.UTC)
    return Handover(
        d=d,
        # It begins with the purpose, which stands on the page already.
        disclaimer=_sentence(d.disclaimer.split(": ", 1)[-1]),
        written=moment.strftime("%Y-%m-%d %H:%M UTC"),
        urgency=urgency_words(base, d.urgency, d.audience),
        open_signs=open_signs(base, d),
        contradictions=tuple(each.note for each in d.contradictions),
        by_leader=by_leader(d),
        alarms=tuple(_alarms(base, d)),
        rows=rows,
        rest=tuple(short_name(p.name, 80) for p in d.standings if p not in shown),
        told=tuple((vocabulary[id].label, _told(base, d, id)) for id in d.record),
        not_known=tuple(vocabulary[id].label for id in d.unknown),
        matters=tuple(
            vocabulary[each.fact].label
            for each in what_matters(assessment, d.audience)[:8]
            if each.fact not in d.unknown and not d.settled
        ),
        advice=tuple((words(a.urgency), a.text + (" (done)" if a.done else "")) for a in d.advice[:ADVICE]),
        scores=started_scores(base, d),
        sources=tuple(f"{key}: {_short(str(base.citations[key]))}" for key in cited[:SOURCES]),
        more_sources=max(0, len(cited) - SOURCES),
        warnings=tuple(warnings),
    )


def _row(base: Prepared, d: Differential, place: Place) -> Row:
    weights = [r for r in reasons(base, d, place.candidate) if r.effect[0] in "+-"]
    counted = [reason for reason in weights if reason.counted]
    return Row(place, tuple(counted[:REASONS]), len(counted) - len(counted[:REASONS]))


def _alarms(base: Prepared, d: Differential) -> list[Alarm]:
    alarms = [Alarm("Alert", a.name, a.urgency, a.action, _why(base, a.rules), ()) for a in d.alerts]
    for flag in d.flags:
        name = base.candidates[flag.candidate].name.to(d.audience)
        answered = tuple(cleared.note for cleared in flag.cleared_by)
        alarms.append(Alarm("Flag", name, flag.urgency, flag.action, _why(base, flag.rules), answered))
    return sorted(alarms, key=lambda alarm: URGENCY_RANK[alarm.urgency])


def _why(base: Prepared, rules: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{base.rules[rule].because} [{rule}]" for rule in rules[:1])


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _short(citation: str) -> str:
    return citation if len(citation) <= 80 else citation[:77] + "..."
