"""What a patient reads: how urgent, what to do, what it probably is and why, what to watch for.

No scores, no rule names and no medical terms. Reasons are the sentences of the rules. Only candidates that
something speaks for are named; the others are counted. What does not fit on a screen stands behind `all`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from charley.engine.ask.prospect import Prospect
from charley.engine.differential import Differential, Place
from charley.engine.explain.words import (
    LEAD_TITLES,
    PURPOSE,
    SETTLED,
    WATCH,
    answer_words,
    danger_name,
    in_a_row,
    lead_words,
    others_considered,
    to_watch_for,
)
from charley.engine.summary.reasons import Sides, sides, speaks_for
from charley.engine.summary.summary import Point, Summary, suits_urgency, summary
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.rule import URGENCY_RANK
from charley.terminal.text import COLOURS, SIGNS, heading, paint, terminal_width, wrapped

__all__ = ["ALL", "STEPS", "how_urgent", "screen"]


@dataclass(frozen=True, slots=True)
class Most:
    """How many of each are shown; None for all.

    `others` are the other causes and the lesser dangers, `counted` says how many are left out, `whole` adds
    what each cause is and a heading for each part.
    """

    reasons: int | None = None
    actions: int | None = None
    signs: int | None = None
    in_favour: int | None = None
    against: int | None = None
    others: bool = True
    counted: bool = True
    told: bool = True
    whole: bool = False


ALL = Most(whole=True)

LINES = 15
"""A screen that is read at a glance."""

STEPS = (
    Most(2, 4, 15, 2, 1),
    Most(2, 3, 9, 2, 1),
    Most(1, 3, 7, 2, 1),
    Most(1, 2, 6, 1, 1),
    Most(1, 2, 6, 1, 0),
    Most(1, 2, 6, 1, 0, counted=False),
    Most(1, 1, 6, 1, 0, counted=False),
    Most(1, 1, 4, 1, 0, counted=False),
    Most(1, 1, 4, 1, 0, others=False, counted=False),
    Most(1, 1, 3, 1, 0, others=False, counted=False),
    Most(1, 1, 3, 1, 0, others=False, counted=False, told=False),
)
"""What is left out first where a screen is longer than `LINES`; the last is shown at any length."""

UNDECIDED = 2
"""Where no cause stands out, so many are named."""


def screen(base: KnowledgeBase, d: Differential, ahead: Prospect | None, full: bool) -> Iterator[str]:
    """Everything that a patient is told at the end: whole, or as much as fits on `LINES`."""
    said = summary(base, d)
    if full:
        yield from _parts(base, d, said, ALL)
        yield from _open_questions(base, d, ahead)
        yield from ["", *wrapped(d.disclaimer)]
        return
    # One after the other: leaving a reason out above can make it appear below, and be a line longer there.
    for most in STEPS:
        lines = [*_parts(base, d, said, most), paint(PURPOSE, bold=True)]
        if len(lines) <= LINES:
            break
    yield from lines


def _parts(base: KnowledgeBase, d: Differential, said: Summary, most: Most) -> Iterator[str]:
    yield from how_urgent(base, d, said, most)
    yield from _probably(base, d, said, most)
    yield from _watch_for(base, d, most)


def how_urgent(base: KnowledgeBase, d: Differential, said: Summary, most: Most = STEPS[-1]) -> Iterator[str]:
    """The one time frame, with its reason, and what to do."""
    for contradiction in d.contradictions:
        yield from (paint(line, bold=True) for line in wrapped(contradiction.note, "??  "))
        told = [
            answer_words(base, each.name, d.record[each.name], "patient")
            for each in contradiction.support
            if each.name in d.record
        ]
        yield from wrapped("You said: " + "; ".join(told), "    ")
    mark = SIGNS.get(d.urgency, "") if d.urgency else ""
    colour = COLOURS.get(d.urgency) if d.urgency else None
    said_first = f"{mark} How urgent? {said.urgency}".strip()
    yield from (paint(line, colour, bold=True) for line in wrapped(said_first, "", "    "))
    yield from _some(said.reasons, most.reasons, "    ", most)
    if said.told is not None and most.told:
        yield from wrapped(said.told, "    ")
    signs = said.open_signs(most.signs)
    if signs is not None:
        yield from wrapped(signs, "    ")
    if said.actions:
        yield heading("What to do")
        yield from _some(said.actions, most.actions, "  - ", most)
    for note in (note for point in said.first for note in point.answered):
        yield from wrapped(note, "    ")
    yield from _also(d, said.others, most)


def _also(d: Differential, others: Iterable[Point], most: Most) -> Iterator[str]:
    """What else was raised: the sign, without a time frame of its own. Advice without urgency is for calm."""
    calm = d.urgency in ("routine", "soon")
    raised = [each for each in others if each.urgency != "routine"]
    later = [each for each in others if each.urgency == "routine" and calm and not each.done]
    told = list(dict.fromkeys(reason for each in raised for reason in each.reasons))
    if told and most.whole:
        yield heading("Tell this to whoever sees you, too")
        yield from _some(told, None, "  - ", most)
    elif told and most.others:
        first = f"Tell whoever sees you, too: {told[0]}"
        yield from _some([first, *told[1:]], 1, "  - ", most)
    if later and most.whole:
        yield heading("Also")
        yield from _some([each.action for each in later], None, "  - ", most)
    elif later and d.urgency == "routine":
        yield from _some([each.action for each in later], 1, "  - ", most)


def _probably(base: KnowledgeBase, d: Differential, said: Summary, most: Most) -> Iterator[str]:
    if d.scope == "outside":
        return
    shown, known = speaks_for(d), () if most.whole else said.reasons[: most.reasons]
    yield heading(lead_words(d))
    if d.lead == "nothing_known" and d.leader is not None:
        name = d.standing(d.leader).name
        yield from wrapped(f"{LEAD_TITLES['nothing_known']}: {name}", "  ", "    ")
    told = shown if most.whole else shown[: 1 if d.lead == "supported" else UNDECIDED]
    for place in told:
        yield from _shown(base, d, place, most, known)
    rest = shown[len(told) :]
    if rest and most.others:
        yield f"  {_names(rest, terminal_width() - 2)}"
    counted = others_considered(d)
    if counted is not None and most.others and not rest:
        yield from wrapped(counted, "  ")


def _names(places: Sequence[Place], width: int) -> str:
    """The names of others, on one line: flagged ones first, since they are the ones to know of."""
    names = [
        each.name
        for each in sorted(places, key=lambda p: (not p.flagged, URGENCY_RANK[p.urgency or "routine"]))
    ]
    for shown in range(len(names), 0, -1):
        more = f"; and {len(names) - shown} more" if shown < len(names) else ""
        said = f"Something also speaks for: {'; '.join(names[:shown])}{more}."
        if len(said) <= width:
            return said
    return f"Something also speaks for {len(names)} other{'s' if len(names) > 1 else ''}."


def _shown(
    base: KnowledgeBase, d: Differential, place: Place, most: Most = ALL, said: Collection[str] = ()
) -> Iterator[str]:
    """One candidate: its name, what it is, and what speaks for and against it beside what was `said`."""
    mark = "  (needs looking at)" if place.flagged else ""
    first = place.candidate == d.leader
    yield from (paint(line, bold=first) for line in wrapped(f"{place.name}{mark}", "  ", "    "))
    if most.whole and suits_urgency(base, d, place.candidate):
        yield from wrapped(base.candidates[place.candidate].description.to("patient"), "      ")
    found: Sides = sides(base, d, place)
    further = [reason for reason in found.in_favour if reason not in said]
    if not further and most.counted:
        further = list(found.in_favour)
    yield from _some(further, most.in_favour, "    + ", most)
    yield from _some(found.against, most.against, "    - against: ", most)


def _watch_for(base: KnowledgeBase, d: Differential, most: Most) -> Iterator[str]:
    watched = to_watch_for(base, d)
    if not most.whole and d.urgency == "soon":
        # Those that are not answered are named above.
        still_open = {base.vocabulary[id].listed("patient") for id in d.unanswered}
        watched = tuple(each for each in watched if each not in still_open)
    if watched:
        yield heading(WATCH)
        shown = watched[: most.signs]
        yield from wrapped(in_a_row(shown) + _more(watched, shown), "  ")
    if d.always_say and d.urgency not in ("emergency", "same_day"):
        if most.whole or not watched:
            yield heading("When to come back")
        yield from wrapped(d.always_say, "  ")


def _open_questions(base: KnowledgeBase, d: Differential, ahead: Prospect | None) -> Iterator[str]:
    if d.settled:
        yield from ["", SETTLED]
        return
    if ahead is None or not ahead.stakes:
        return
    yield from ["", heading("Not answered yet, and would matter most")]
    for each in ahead.opens[:6]:
        names = [danger_name(base, id, "patient") for id in each.dangers[:2]]
        could = f" (it could be a sign of: {'; '.join(names)})" if names else ""
        yield from wrapped(f"{base.vocabulary[each.fact].question('patient')}{could}", "  ? ")


def _some(texts: Sequence[str], number: int | None, margin: str, most: Most) -> Iterator[str]:
    """The texts, each after the margin; all of them, or the first and how many more there are."""
    shown = texts[:number]
    for at, text in enumerate(shown, 1):
        more = _more(texts, shown) if most.counted and at == len(shown) else ""
        yield from wrapped(text + more, margin)


def _more(texts: Sequence[str], shown: Sequence[str]) -> str:
    return f" (and {len(texts) - len(shown)} more)" if len(texts) > len(shown) else ""
