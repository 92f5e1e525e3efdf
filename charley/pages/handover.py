"""The hand-over: one page that a clinician can read in a minute and file.

What stands on it is put together here, once; `handover_html` and `handover_markdown` lay it out. It is
worded for a clinician, whoever was asked, unless another audience is wanted.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path

from charley.documents.atomic import write_whole
from charley.documents.diagnostic import Diagnostic, Faulty
from charley.engine.ask.question import what_matters
from charley.engine.consult.consultation import Consultation
from charley.engine.differential import Differential, Place, differential
from charley.engine.explain.how import Reason, how
from charley.engine.explain.words import URGENCY_WORDS, by_leader
from charley.engine.prepared import Prepared
from charley.facts.vocabulary import words
from charley.facts.wording import Audience
from charley.pages.standings_chart import short_name
from charley.rules.rule import Urgency

__all__ = ["Alarm", "Handover", "Row", "handover", "write_report"]

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
    alarms: tuple[Alarm, ...]
    rows: tuple[Row, ...]
    rest: tuple[str, ...]
    told: tuple[tuple[str, str], ...]
    not_known: tuple[str, ...]
    matters: tuple[str, ...]
    advice: tuple[tuple[str, str], ...]
    sources: tuple[str, ...]
    more_sources: int


def handover(base: Prepared, d: Differential, now: datetime.datetime | None = None) -> Handover:
    """What stands on the page for a differential."""
    vocabulary = base.vocabulary
    shown = [p for at, p in enumerate(d.standings) if at < ROWS - 2 or p.flagged][:ROWS]
    rows = tuple(_row(base, d, place) for place in shown)
    found = base.kernel.start(d.record).valuation()
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
        urgency=URGENCY_WORDS[d.urgency] if d.urgency else "none",
        by_leader=by_leader(d),
        alarms=tuple(_alarms(base, d)),
        rows=rows,
        rest=tuple(short_name(p.name, 80) for p in d.standings if p not in shown),
        told=tuple((vocabulary[id].label, vocabulary[id].show(value)) for id, value in d.record.items()),
        not_known=tuple(vocabulary[id].label for id in d.unknown),
        matters=tuple(
            vocabulary[each.fact].label
            for each in what_matters(base, d.record, found, d.audience)[:8]
            if each.fact not in d.unknown and not d.settled
        ),
        advice=tuple((words(a.urgency), a.text + (" (done)" if a.done else "")) for a in d.advice[:ADVICE]),
        sources=tuple(f"{key}: {_short(str(base.citations[key]))}" for key in cited[:SOURCES]),
        more_sources=max(0, len(cited) - SOURCES),
    )


def _row(base: Prepared, d: Differential, place: Place) -> Row:
    reasons = [r for r in how(base, d, place.candidate, deep=False).reasons if r.effect[0] in "+-"]
    counted = [reason for reason in reasons if reason.counted]
    return Row(place, tuple(counted[:REASONS]), len(counted) - len(counted[:REASONS]))


def _alarms(base: Prepared, d: Differential) -> list[Alarm]:
    alarms = [Alarm("Alert", a.name, a.urgency, a.action, _why(base, a.rules), ()) for a in d.alerts]
    for flag in d.flags:
        name = base.candidates[flag.candidate].name.to(d.audience)
        answered = tuple(cleared.note for cleared in flag.cleared_by)
        alarms.append(Alarm("Flag", name, flag.urgency, flag.action, _why(base, flag.rules), answered))
    order = list(URGENCY_WORDS)
    return sorted(alarms, key=lambda alarm: order.index(alarm.urgency))


def _why(base: Prepared, rules: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"{base.rules[rule].because} [{rule}]" for rule in rules[:1])


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _short(citation: str) -> str:
    return citation if len(citation) <= 80 else citation[:77] + "..."


def write_report(consultation: Consultation, file: Path, audience: Audience = "clinician") -> None:
    """Write the hand-over of a consultation; the ending of the file says how. Raises `Faulty`."""
    base = consultation.base
    d = differential(base.scoring, consultation.answers, consultation.valuation, audience)
    match file.suffix.lower():
        case ".html" | ".htm":
            from charley.pages.handover_html import as_html

            data = as_html(handover(base, d)).encode()
        case ".md":
            from charley.pages.handover_markdown import as_markdown

            data = as_markdown(handover(base, d)).encode()
        case ".pdf":
            from charley.pages.handover_html import as_html

            data = _pdf(file, as_html(handover(base, d)))
        case ending:
            what = f"no report ends in `{ending}`" if ending else "the file has no ending"
            raise _refused(file, what, "write to .html, .md or .pdf")
    _write(file, data)


def _pdf(file: Path, html: str) -> bytes:
    try:
        import weasyprint
    except (ImportError, OSError) as error:
        # OSError: the package is there, and a library of the system that it needs is not.
        missing = "WeasyPrint" if isinstance(error, ImportError) else f"a library of WeasyPrint's ({error})"
        help = 'install it with `pip install "charley[pdf]"`, or write .html and print that'
        raise _refused(file, f"a PDF needs {_short(missing)}, which is not here", help) from None
    data = weasyprint.HTML(string=html).write_pdf()
    assert isinstance(data, bytes)
    return data


def _write(file: Path, data: bytes) -> None:
    try:
        write_whole(file, data, private=True)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise _refused(file, f"cannot be written: {reason}", "choose another place") from None


def _refused(file: Path, message: str, help: str) -> Faulty:
    return Faulty([Diagnostic(str(file), 0, 0, "F001", message, help)])
