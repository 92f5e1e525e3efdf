"""The hand-over: one page that a clinician can read in a minute and file.

Its content is put together here, once; `write` lays it out by templates. It is worded for a clinician,
even after a consultation in other words, unless another audience is asked for.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from charley.engine.ask.prospect import prospect
from charley.engine.assessment import Assessment, applicable, assess
from charley.engine.differential import Differential, Place
from charley.engine.explain.justification import contradiction_words
from charley.engine.explain.words import section_title, short_name
from charley.engine.prepared import Prepared
from charley.engine.scores.table import ScoreTable, started_scores
from charley.engine.summary.reasons import Reason, counting
from charley.engine.summary.summary import Point, Summary, summary
from charley.facts.record import Answers

__all__ = ["Handover", "Row", "after_purpose", "handover"]

ROWS, REASONED = 8, 3
"""Candidates in the picture, and those of whom the reasons are given. Flagged ones are always among them."""


@dataclass(frozen=True, slots=True)
class Row:
    """A candidate in the picture, with its reasons."""

    place: Place
    reasons: tuple[Reason, ...]


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
    summary: str
    alarms: tuple[Point, ...]
    rows: tuple[Row, ...]
    rest: tuple[str, ...]
    note: tuple[tuple[str, str], ...]
    """The parts of the note with what was told: complaint and positives, negatives, examined, tests."""
    scores: tuple[ScoreTable, ...]
    plan: tuple[str, ...]
    sources: tuple[str, ...]
    warnings: tuple[str, ...] = ()
    """What must be read first: answers left out, an urgency that is lower than it was."""

    @property
    def reasoned(self) -> tuple[Row, ...]:
        """The first candidates that have a reason."""
        return tuple(row for row in self.rows if row.reasons)[:REASONED]


def _told(base: Prepared, d: Differential, id: str) -> str:
    """A value, and beside it the number and unit as they were told."""
    shown = base.vocabulary[id].show(d.record[id])
    return f"{shown} (told as {d.as_told[id]})" if id in d.as_told else shown


def handover(
    base: Prepared,
    d: Differential,
    now: datetime.datetime | None = None,
    warnings: Sequence[str] = (),
    story: str = "",
) -> Handover:
    """What stands on the page for a differential. The `story` is what the person told in their own words."""
    applying = applicable(base, d)
    shown = [p for at, p in enumerate(applying) if at < ROWS - 2 or p.flagged]
    rows = tuple(Row(place, tuple(counting(base, d, place.candidate))) for place in shown)
    assessment = assess(base, Answers(d.record, frozenset(d.unknown)))
    said = summary(base, d)
    keys = {c for row in rows for reason in row.reasons for c in reason.citations}
    keys |= {c for each in said.points for rule in each.rules for c in base.rules[rule].evidence.citations}
    cited = [key for key in base.citations if key in keys]
    moment = now or datetime.datetime.now(datetime.UTC)
    return Handover(
        d=d,
        disclaimer=after_purpose(d.disclaimer),
        written=moment.strftime("%Y-%m-%d %H:%M UTC"),
        urgency=said.urgency,
        open_signs=said.open_signs(),
        contradictions=tuple(contradiction_words(base, each) for each in d.contradictions),
        by_leader=said.by_leader,
        summary=_in_one_line(base, d, said),
        alarms=said.raised,
        rows=rows,
        rest=tuple(short_name(p.name) for p in applying if p not in shown),
        note=tuple((title, text) for title, text in _note(base, d, assessment, story) if text),
        scores=started_scores(base, d),
        plan=tuple(_plan(said)),
        sources=tuple(f"{key}: {base.citations[key]}" for key in cited),
        warnings=tuple(warnings),
    )


def _in_one_line(base: Prepared, d: Differential, said: Summary) -> str:
    """The patient in one line, for a list or a telephone."""
    who = [base.vocabulary[id].show(d.record[id]) for id in ("age", "sex_at_birth") if id in d.record]
    parts = [", ".join(who)] if who else []
    names = [each.name for each in said.raised]
    parts.append("raised: " + ", ".join(names) if names else "nothing raised")
    if d.leader is not None:
        parts.append(f"{section_title(d, 'most_likely').lower()}: {short_name(d.standing(d.leader).name)}")
    parts.append(f"{len(d.record)} answers, {len(d.unanswered)} warning signs open")
    return "; ".join(parts) + "."


def _note(base: Prepared, d: Differential, assessment: Assessment, story: str) -> Iterator[tuple[str, str]]:
    """What was told, sorted as a note is."""
    yield "In their own words", f"“{story}”" if story else ""
    facts = base.vocabulary
    history = [id for id in d.record if facts[id].burden == "history"]
    examined = [id for id in d.record if facts[id].burden == "examination"]
    tests = [id for id in d.record if id not in history and id not in examined]
    yield "Complaint and relevant positives", _found(base, d, history)
    yield "Relevant negatives", _absent(base, d, history)
    yield "Examined, and found", _found(base, d, examined)
    yield "Examined, and not found", _absent(base, d, examined)
    yield "Tests", _listed(_answer(base, d, id) for id in tests)
    yield "Asked and not known", _listed(facts[id].noted for id in d.unknown)
    matter = [] if d.settled else [id for id, *_ in prospect(assessment, d.audience).stakes[:8]]
    open_ = dict.fromkeys(id for id in (*d.unanswered, *matter) if id not in d.unknown)
    yield "Not asked, and would matter", _listed(facts[id].noted for id in open_)


def _found(base: Prepared, d: Differential, ids: Sequence[str]) -> str:
    return _listed(_answer(base, d, id) for id in ids if d.record[id] is not False)


def _absent(base: Prepared, d: Differential, ids: Sequence[str]) -> str:
    return _listed(base.vocabulary[id].noted for id in ids if d.record[id] is False)


def _answer(base: Prepared, d: Differential, id: str) -> str:
    noted = base.vocabulary[id].noted
    return noted if d.record[id] is True else f"{noted}: {_told(base, d, id)}"


def _listed(parts: Iterable[str]) -> str:
    return "; ".join(parts)


def _plan(said: Summary) -> Iterator[str]:
    """What is advised, most urgent first, and the next steps of the leader."""
    for each in said.advised:
        yield each.action + (" (done)" if each.done else "")
    yield from said.steps


def after_purpose(disclaimer: str) -> str:
    """The disclaimer without the purpose, with which it begins and which stands on every page by itself."""
    text = disclaimer.split(": ", 1)[-1]
    return text[:1].upper() + text[1:]
