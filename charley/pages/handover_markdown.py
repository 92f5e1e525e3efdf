"""The hand-over as Markdown, which is readable as it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator

from charley.engine.explain.words import NOTHING_RAISED, PURPOSE
from charley.pages.handover import REASONED, Handover
from charley.pages.standings_chart import text_bars

__all__ = ["as_markdown"]


def as_markdown(page: Handover) -> str:
    """The page, whole."""
    return "\n".join(_lines(page)) + "\n"


def _lines(page: Handover) -> Iterator[str]:
    d = page.d
    kb = d.knowledge_base
    yield f"# {kb.title}: hand-over"
    yield ""
    yield f"Written {page.written}; rules {kb.id} {kb.version} of {kb.updated}, digest {kb.digest[:16]};"
    yield f"review status: {kb.review_status.replace('_', ' ')}."
    yield ""
    yield f"**{PURPOSE}** {_plain(page.disclaimer)}"
    yield ""
    yield f"## Overall urgency: {page.urgency}"
    yield ""
    if page.by_leader is not None:
        yield _plain(page.by_leader)
        yield ""
    for alarm in page.alarms:
        soon = alarm.urgency.replace("_", " ").upper()
        yield f"- **{alarm.kind}: {_plain(alarm.name)} [{soon}]** {_plain(alarm.action)}"
        yield from (f"  - because: {_plain(why)}" for why in alarm.why)
        yield from (f"  - answered, and still shown: {_plain(note)}" for note in alarm.answered)
    if not page.alarms:
        yield NOTHING_RAISED
    yield ""
    yield "## Differential"
    yield ""
    if d.scope == "outside":
        yield f"Outside the scope, so nothing is ranked. {_plain(d.scope_note)}"
    else:
        yield "```"
        yield from text_bars([row.place for row in page.rows])
        yield "```"
        yield ""
        yield "`O` score in decibans, `=` from where it stood before anything was known, `-` still possible,"
        yield "`!` flagged."
        if page.rest:
            yield ""
            yield f"Also considered: {', '.join(map(_plain, page.rest))}."
    yield from _reasons(page)
    yield from _section("Advised", [f"{urgency}: {text}" for urgency, text in page.advice])
    yield from _section("Told", [f"{name}: {value}" for name, value in page.told])
    yield from _section("Asked and not known", page.not_known)
    yield from _section("Unknown, and would matter most", page.matters)
    yield from _section("Sources", page.sources)
    yield ""
    yield f"{_plain(d.always_say)} Scores order the list and are not probabilities."


def _reasons(page: Handover) -> Iterator[str]:
    told = [row for row in page.rows if row.reasons][:REASONED]
    if told:
        yield ""
        yield "## Reasons"
    for row in told:
        yield ""
        place = row.place
        yield f"**{_plain(place.name)}** {place.score:+d} db, {place.prior:+d} before anything was known"
        yield ""
        yield from (f"- {r.effect} {_plain(r.because)} `{r.rule}`" for r in row.reasons)
        if row.more:
            yield f"- and {row.more} more"


def _section(title: str, items: tuple[str, ...] | list[str]) -> Iterator[str]:
    if items:
        yield ""
        yield f"## {title}"
        yield ""
        yield from (f"- {_plain(item)}" for item in items)


def _plain(text: str) -> str:
    """Text in which nothing is taken for markup."""
    return re.sub(r"([\\`*_<>\[\]])", r"\\\1", " ".join(text.split()))
