"""The hand-over as a page of HTML that stands by itself: no script, nothing fetched, one page in print."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from charley.engine.explain.words import NOTHING_RAISED, PURPOSE, SETTLED
from charley.pages.handover import REASONED, Alarm, Handover, Row
from charley.pages.standings_chart import bars, short_name

__all__ = ["as_html"]

TABLE = 16
"""Answers that are shown one a line."""

STYLE = """
@page { size: A4; margin: 9mm 12mm }
:root { color-scheme: light }
* { box-sizing: border-box }
body { font: 8.3pt/1.24 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; color: #14181d; background: #fff;
  max-width: 190mm; margin: 6mm auto; padding: 0 4mm }
h1 { font-size: 14pt; margin: 0 }
h2 { font-size: 8pt; letter-spacing: .06em; text-transform: uppercase; margin: 6pt 0 2pt;
  border-bottom: .6pt solid #9aa3ad; padding-bottom: 1pt }
p, ul, dl { margin: 2pt 0 }
ul { padding-left: 12pt }
.meta, .small { color: #4a535d; font-size: 7.4pt }
.urgency { border: 1.6pt solid #14181d; padding: 3pt 8pt; margin: 4pt 0 3pt; font-size: 11pt;
  font-weight: 700 }
.emergency { border-width: 4pt; border-color: #a00010 }
.same_day { border-width: 3pt; border-color: #8a3c00 }
.alarm { border-left: 3pt solid #14181d; padding-left: 7pt; margin: 4pt 0; break-inside: avoid }
.alarm.emergency { border-left: 6pt double #a00010 }
.alarm b { display: block }
.columns { display: grid; grid-template-columns: 1.2fr 1fr; gap: 0 14pt }
svg { width: 92%; height: auto; display: block }
table { border-collapse: collapse; width: 100% }
td { padding: 0 6pt 0 0; vertical-align: top }
td.db { text-align: right; white-space: nowrap; width: 26pt; font-variant-numeric: tabular-nums }
td.value { font-weight: 600; white-space: nowrap }
code { font-size: 7pt; color: #4a535d }
footer { margin-top: 8pt; border-top: .6pt solid #9aa3ad; padding-top: 3pt }
@media print { body { margin: 0; padding: 0; max-width: none } }
"""


def as_html(page: Handover) -> str:
    """The page, whole."""
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en"><head><meta charset="utf-8">',
            f"<title>{escape(page.d.knowledge_base.title)}: hand-over</title>",
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<style>{STYLE}</style></head><body>",
            *_body(page),
            "</body></html>",
            "",
        ]
    )


def _body(page: Handover) -> Iterator[str]:
    d = page.d
    kb = d.knowledge_base
    yield f"<h1>{escape(kb.title)}: hand-over</h1>"
    yield (
        f'<p class="meta">Written {page.written} · rules {escape(kb.id)} {escape(kb.version)} '
        f"of {kb.updated}, digest {kb.digest[:16]} · review status: {kb.review_status.replace('_', ' ')}</p>"
    )
    yield f'<p class="small"><b>{escape(PURPOSE)}</b> {escape(page.disclaimer)}</p>'
    yield f'<p class="urgency {d.urgency or ""}">Overall urgency: {escape(page.urgency)}</p>'
    if page.by_leader is not None:
        yield f"<p>{escape(page.by_leader)}</p>"
    for alarm in page.alarms:
        yield from _alarm(alarm)
    if not page.alarms:
        yield f"<p>{NOTHING_RAISED}</p>"
    yield "<h2>Differential</h2>"
    if d.scope == "outside":
        yield f"<p>Outside the scope, so nothing is ranked. {escape(d.scope_note)}</p>"
    else:
        yield from _differential(page)
    yield '<div class="columns"><section>'
    yield from _reasons(page.rows)
    yield from _list(
        "Unknown, and would matter most", [escape(", ".join(page.matters))] if page.matters else []
    )
    yield "</section><section>"
    yield from _told(page)
    yield from _list("Asked and not known", [escape(", ".join(page.not_known))] if page.not_known else [])
    if d.settled:
        yield f"<p>{SETTLED}</p>"
    yield from _list("Advised", (f"<b>{escape(urgency)}</b> {escape(text)}" for urgency, text in page.advice))
    yield "</section></div>"
    yield "<footer>"
    if page.sources:
        more = f" and {page.more_sources} more" if page.more_sources else ""
        yield f'<p class="small"><b>Sources.</b> {escape(" · ".join(page.sources))}{more}</p>'
    scores = "Scores are in decibans, order the list and are not probabilities."
    yield f'<p class="small">{escape(d.always_say)} {scores}</p>'
    yield "</footer>"


def _told(page: Handover) -> Iterator[str]:
    """A table while it is short; a long list runs on, so that the page stays one."""
    yield "<h2>Told</h2>"
    if len(page.told) > TABLE:
        yield f"<p>{'; '.join(f'{escape(n)}: <b>{escape(v)}</b>' for n, v in page.told)}</p>"
        return
    yield "<table>"
    for name, value in page.told:
        yield f'<tr><td>{escape(name)}</td><td class="value">{escape(value)}</td></tr>'
    yield "</table>"


def _alarm(alarm: Alarm) -> Iterator[str]:
    soon = alarm.urgency.replace("_", " ").upper()
    yield f'<div class="alarm {alarm.urgency}"><b>{alarm.kind}: {escape(alarm.name)} [{soon}]</b>'
    yield f"{escape(alarm.action)}"
    for why in alarm.why:
        yield f'<div class="small">Because: {escape(why)}</div>'
    for note in alarm.answered:
        yield f'<div class="small">Answered, and still shown: {escape(note)}</div>'
    yield "</div>"


def _differential(page: Handover) -> Iterator[str]:
    yield bars([row.place for row in page.rows])
    yield (
        '<p class="small">Bar: from where the candidate stood before anything was known to its score. '
        "Thin line: scores still possible. ! flagged.</p>"
    )
    if page.rest:
        yield f'<p class="small">Also considered: {escape(", ".join(page.rest))}.</p>'
    if page.d.scope == "unknown":
        yield f'<p class="small">Assumed: {escape(page.d.scope_note)}</p>'


def _reasons(rows: tuple[Row, ...]) -> Iterator[str]:
    told = [row for row in rows if row.reasons][:REASONED]
    if not told:
        return
    yield "<h2>Reasons</h2>"
    for row in told:
        yield f"<p><b>{escape(short_name(row.place.name, 60))}</b> {row.place.score:+d} db</p><table>"
        before = '<td class="small">before anything was known</td>'
        yield f'<tr><td class="db">{row.place.prior:+d}</td>{before}</tr>'
        for reason in row.reasons:
            yield (
                f'<tr><td class="db">{reason.effect}</td><td>{escape(reason.because)} '
                f"<code>{escape(reason.rule)}</code></td></tr>"
            )
        if row.more:
            yield f'<tr><td></td><td class="small">and {row.more} more</td></tr>'
        yield "</table>"


def _list(title: str, items: Iterable[str]) -> Iterator[str]:
    found = list(items)
    if found:
        yield f"<h2>{title}</h2><ul>"
        yield from (f"<li>{item}</li>" for item in found)
        yield "</ul>"
