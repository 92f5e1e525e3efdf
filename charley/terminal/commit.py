"""A student commits first: their own diagnoses, where they stand, and the rules that separate them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from charley.engine.consult.consultation import Consultation
from charley.engine.differential import Differential
from charley.engine.explain.contrast import Contrast
from charley.engine.explain.justification import answers_behind
from charley.engine.explain.words import name_of
from charley.engine.explanation import Row
from charley.engine.follow_up import plainly
from charley.facts.wording import Audience
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.names import NotNamed, resolve
from charley.terminal.refusals import not_named
from charley.terminal.result.differential import standing_line
from charley.terminal.text import laid_out, paint, wrapped

__all__ = ["COMMIT_FIRST", "NONE_NAMED", "committed", "named", "unknown"]

MOST = 3
"""Diagnoses that are named."""

ROWS = 9
"""Lines of what separates two diagnoses; `contrast` shows all."""

COMMIT_FIRST = (
    f"Commit first: your {MOST} diagnoses, the likeliest first, with commas between. Enter shows it at once."
)

NONE_NAMED = "`skip` shows it without a list of yours; `quit` leaves."


def named(base: KnowledgeBase, line: str) -> tuple[str, ...]:
    """The candidates that are named, each once. Raises `NotNamed` where none is, or one could be several."""
    found: dict[str, None] = {}
    refused: NotNamed | None = None
    for part in _parts(line):
        try:
            found[resolve(base, part, "candidate")] = None
        except NotNamed as error:
            if error.could_be:
                raise
            refused = error
    if not found:
        raise refused or NotNamed("write `commit A, B, C`, such as `commit dvt, sciatica, cramps`")
    return tuple(found)[:MOST]


def unknown(base: KnowledgeBase, line: str, audience: Audience) -> Iterator[str]:
    """What of the line is none of the diagnoses here."""
    for part in _parts(line):
        try:
            resolve(base, part, "candidate")
        except NotNamed as error:
            yield from wrapped(f"Left out: {not_named(base, error, audience)}", "  ", "    ")


def _parts(line: str) -> list[str]:
    return [part for part in re.split(r"\s*[,;]\s*|\s+(?:and|then)\s+", line.strip(" .")) if part]


def committed(c: Consultation, chosen: tuple[str, ...]) -> Iterator[str]:
    """Where the chosen diagnoses stand, what is missing among them, and the rules that separate."""
    base, d = c.base, c.differential
    if not d.standings:
        yield from wrapped(f"Nothing is ranked. {d.scope_note}".strip(), "  ")
        return
    yield ""
    yield paint("Your list, and where it stands", bold=True)
    places = {place.candidate: at for at, place in enumerate(d.standings, 1)}
    for at, id in enumerate(chosen, 1):
        line = f"{standing_line(d.standing(id))}: number {places[id]} of {len(places)}"
        yield from wrapped(line, f"  {at}  ", "     ")
    yield from _missing(base, d, chosen)
    first, other = _pair(d, chosen)
    yield ""
    yield paint("The rules that separate them", bold=True)
    patient = c.audience == "patient"
    rows = list(plainly.contrasted(c, first, other) if patient else _separating(c, c.contrast(first, other)))
    yield from laid_out(islice(rows, ROWS))
    if len(rows) > ROWS:
        names = f"{base.candidates[first].prefix} with {base.candidates[other].prefix}"
        yield f"  and {len(rows) - ROWS} more: `contrast {names}`"


def _separating(c: Consultation, found: Contrast) -> Iterator[Row]:
    """What separates two, by the answers behind each rule; why they count is said in the result."""
    yield from islice(found.rows(), 2)  # how far they are apart, and what was so before anything was known
    for each in found.separations:
        behind = answers_behind(c.base, c.differential, [each.rule])
        told = ", ".join(c.base.vocabulary[fact].label for fact in behind) or "what was told"
        yield Row(
            f"  {each.difference:+5d}  ", f"{told} ({each.first:+d} against {each.second:+d}) [{each.rule}]"
        )


def _missing(base: KnowledgeBase, d: Differential, chosen: tuple[str, ...]) -> Iterator[str]:
    """The leader and the flagged diagnoses that were not named."""
    if d.leader is not None and d.leader not in chosen:
        yield from wrapped(
            f"Not on your list, and first: {name_of(base, d.leader, d.audience)}.", "  ", "    "
        )
    flagged = [place.name for place in d.standings if place.flagged and place.candidate not in chosen]
    if flagged:
        yield from wrapped(f"Flagged, and not on your list: {'; '.join(flagged)}.", "  ", "    ")


def _pair(d: Differential, chosen: tuple[str, ...]) -> tuple[str, str]:
    """The leader and your first; where they are the same, your first and the next in the ranking."""
    first = d.standings[0].candidate
    if chosen[0] != first:
        return first, chosen[0]
    others = (*chosen[1:], *(place.candidate for place in d.standings[1:]))
    return first, others[0]
