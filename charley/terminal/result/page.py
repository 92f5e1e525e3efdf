"""The hand-over, and the page to take home, as `report` shows them in a terminal.

`pages/` chooses what stands on them. Lines to fill in by hand are on paper only.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from charley.engine.explain.words import NOTHING_RAISED, PURPOSE, WATCH, in_a_row
from charley.facts.vocabulary import words
from charley.pages.handover import Handover
from charley.pages.standings_chart import text_bars
from charley.pages.take_home import TakeHome
from charley.terminal.text import heading, paint, terminal_width, wrapped

__all__ = ["show_page"]

BARS, BESIDE = 40, 48
"""How wide the bars of the differential are at most, and what stands beside them on a line."""

Part = tuple[str, Iterable[str]]
"""A heading and the lines under it."""


def show_page(page: Handover | TakeHome) -> Iterator[str]:
    """The lines of the page. A part without lines is left out, with its heading."""
    for title, lines in _hand_over(page) if isinstance(page, Handover) else _take_home(page):
        if shown := list(lines):
            yield from map(heading, wrapped(title))
            yield from shown
            yield ""


def _hand_over(page: Handover) -> Iterator[Part]:
    d, kb = page.d, page.d.knowledge_base
    rules = f"rules {kb.id} {kb.version} of {kb.updated}, digest {kb.digest[:16]}"
    status = f"review status: {words(kb.review_status)}"
    yield f"{kb.title}: hand-over", _opening(page, f"Written {page.written}; {rules}; {status}.")
    yield f"Overall urgency: {page.urgency}", _urgency(page)
    for title, text in page.note:
        yield title, wrapped(text)
    yield "Differential", _differential(page)
    yield "Reasons", _reasons(page)
    yield "Scores", _scores(page)
    yield "Plan", _listed(page.plan)
    yield "Sources", _listed(page.sources)
    yield "What this is", wrapped(f"{d.always_say} Scores order the list and are not probabilities.".strip())


def _opening(page: Handover | TakeHome, written: str) -> Iterator[str]:
    for warning in page.warnings:
        yield from _bold(warning, "!! ")
    yield from wrapped(written)
    yield from _bold(PURPOSE)
    yield from wrapped(page.disclaimer)


def _urgency(page: Handover) -> Iterator[str]:
    for text in (page.summary, page.by_leader, page.open_signs):
        if text is not None:
            yield from wrapped(text)
    for note in page.contradictions:
        yield from _bold(note)
    if not page.alarms:
        yield from wrapped(NOTHING_RAISED)
    for alarm in page.alarms:
        yield from _bold(f"{alarm.kind.capitalize()}: {alarm.name}", "- ")
        yield from wrapped(alarm.action, "  ")
        for why in alarm.reasons:
            yield from wrapped(f"because: {why}", "  - ")
        yield from wrapped(f"by {', '.join(alarm.rules)}", "  - ")
        for note in alarm.answered:
            yield from wrapped(f"answered, and still shown: {note}", "  - ")


def _differential(page: Handover) -> Iterator[str]:
    if page.d.scope == "outside":
        yield from wrapped(f"Outside the scope, so nothing is ranked. {page.d.scope_note}")
        return
    yield from text_bars([row.place for row in page.rows], min(BARS, terminal_width() - BESIDE))
    yield from wrapped(
        "`O` score in decibans, `=` from where it stood before anything was known, `-` still possible, "
        "`!` flagged."
    )
    if page.rest:
        yield from wrapped(f"Also considered: {', '.join(page.rest)}.")


def _reasons(page: Handover) -> Iterator[str]:
    for place, reasons in ((row.place, row.reasons) for row in page.reasoned):
        yield from _bold(f"{place.name} {place.score:+d} db, {place.prior:+d} before anything was known")
        yield from _listed([f"{each.effect} {each.because} [{each.rule}]" for each in reasons])


def _scores(page: Handover) -> Iterator[str]:
    for score in page.scores:
        yield from _bold(f"{score.score.title}: {score.total}")
        listed = {state: score.listed(state) for state in ("yes", "no", "open")}
        yield from _listed([f"{state}: {items}" for state, items in listed.items() if items])
        yield from _listed(score.bands)


def _take_home(page: TakeHome) -> Iterator[Part]:
    yield f"{page.d.knowledge_base.title}: to take home", _opening(page, f"Written {page.written}.")
    signs = [] if page.open_signs is None else wrapped(page.open_signs)
    told = [] if page.told_behind is None else wrapped(page.told_behind)
    contradictions = [line for note in page.contradictions for line in _bold(note)]
    yield f"How urgent? {page.urgency}", [*contradictions, *_listed(page.reasons), *told, *signs]
    yield "What to do", _listed(page.actions)
    yield "Tell this to whoever sees you, too", _listed(page.tell_too)
    yield page.lead, _causes(page)
    yield WATCH, _listed(page.watch_for)
    yield "When to come back", _listed([page.come_back] if page.come_back is not None else [])
    story = wrapped(f"“{page.story}”") if page.story else []
    answers = _listed([f"{question} {answer}" for question, answer in page.told])
    denied = wrapped(f"You answered no to: {in_a_row(page.denied)}") if page.denied else []
    unsure = wrapped(f"You were not sure of: {in_a_row(page.unsure)}") if page.unsure else []
    yield "What you said", [*story, *answers, *denied, *unsure]


def _causes(page: TakeHome) -> Iterator[str]:
    if page.most_common is not None:
        yield from wrapped(page.most_common)
    for cause in page.causes:
        yield from _bold(cause.name)
        if cause.description:
            yield from wrapped(cause.description, "  ")
        yield from _listed([f"for it: {reason}" for reason in cause.sides.in_favour])
        yield from _listed([f"against it: {reason}" for reason in cause.sides.against])
    if page.considered is not None:
        yield from wrapped(page.considered)


def _listed(texts: Sequence[str]) -> Iterator[str]:
    for text in texts:
        yield from wrapped(text, "- ")


def _bold(text: str, margin: str = "") -> Iterator[str]:
    return (paint(line, bold=True) for line in wrapped(text, margin))
