"""What a patient reads: how urgent, what to do, what it probably is and why, what to watch for.

No scores, no rule names and no medical terms. Reasons are the sentences of the rules. Only candidates that
something speaks for are named; the others are counted. `full` shows everything of this at its length.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from charley.engine.ask.prospect import Prospect
from charley.engine.differential import Differential, Place
from charley.engine.explain.words import (
    LEAD_TITLES,
    PURPOSE,
    SETTLED,
    danger_name,
    lead_words,
    open_signs,
    others_considered,
    to_watch_for,
    urgency_words,
)
from charley.engine.summary.instruction import Point, instruction, suits_urgency
from charley.engine.summary.reasons import Sides, sides, speaks_for
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.rule import URGENCY_RANK
from charley.terminal.text import COLOURS, SIGNS, heading, paint, wrapped

__all__ = ["how_urgent", "screen", "shown_to_patient"]

REASONS, ACTIONS, SIGNS_NAMED, FOR, AGAINST, NAMES, UNDECIDED = 1, 2, 3, 1, 1, 3, 2
"""What fits on some fifteen lines; `full` shows the rest."""


def screen(base: KnowledgeBase, d: Differential, ahead: Prospect | None, full: bool) -> Iterator[str]:
    """Everything that a patient is told at the end."""
    yield from how_urgent(base, d, full)
    yield from _probably(base, d, full)
    yield from _watch_for(base, d, full)
    if full:
        yield from _open_questions(base, d, ahead)
        yield from ["", *wrapped(d.disclaimer)]
    yield paint(PURPOSE, bold=True)


def how_urgent(base: KnowledgeBase, d: Differential, full: bool = False) -> Iterator[str]:
    """The one time frame, with its reason, and what to do."""
    for contradiction in d.contradictions:
        yield from (paint(line, bold=True) for line in wrapped(contradiction.note, "??  "))
        said = [
            f"{base.vocabulary[each.name].wording.to('patient')} "
            f"{base.vocabulary[each.name].show(d.record[each.name])}"
            for each in contradiction.support
            if each.name in d.record
        ]
        yield from wrapped("You said: " + "; ".join(said), "    ")
    mark = SIGNS.get(d.urgency, "") if d.urgency else ""
    colour = COLOURS.get(d.urgency) if d.urgency else None
    said_first = f"{mark} How urgent? {urgency_words(base, d.urgency, d.audience)}".strip()
    yield from (paint(line, colour, bold=True) for line in wrapped(said_first, "", "    "))
    found = instruction(base, d)
    yield from _some(found.reasons, None if full else REASONS, "    ")
    signs = open_signs(base, d, None if full else SIGNS_NAMED)
    if signs is not None:
        yield from wrapped(signs, "    ")
    if found.actions:
        yield heading("What to do")
        yield from _some(found.actions, None if full else ACTIONS, "  - ")
    for note in (note for point in found.first for note in point.answered):
        yield from wrapped(note, "    ")
    yield from _also(d, found.others, full)


def _also(d: Differential, others: Iterable[Point], full: bool) -> Iterator[str]:
    """What else was raised: the sign, without a time frame of its own. Advice without urgency is for calm."""
    calm = d.urgency in ("routine", "soon")
    raised = [each for each in others if each.urgency != "routine"]
    later = [each for each in others if each.urgency == "routine" and calm and not each.done]
    told = list(dict.fromkeys(reason for each in raised for reason in each.reasons))
    if told:
        yield heading("Tell this to whoever sees you, too")
        yield from _some(told, None if full else REASONS, "  - ")
    if later and (full or d.urgency == "routine"):
        yield heading("Also")
        yield from _some([each.action for each in later], None if full else REASONS, "  - ")


def _probably(base: KnowledgeBase, d: Differential, full: bool) -> Iterator[str]:
    if d.scope == "outside":
        return
    shown, said = speaks_for(d), () if full else instruction(base, d).reasons[:REASONS]
    yield heading(lead_words(d))
    if d.lead == "nothing_known" and d.leader is not None:
        name = d.standing(d.leader).name
        yield from wrapped(f"{LEAD_TITLES['nothing_known']}: {name}", "  ", "    ")
    elif d.lead == "supported":
        first, *shown = shown
        yield from shown_to_patient(base, d, first, full, said)
    told = shown if full else shown[:UNDECIDED] if d.lead != "supported" else []
    for place in told:
        yield from shown_to_patient(base, d, place, full, said)
    rest = shown[len(told) :]
    others = [f"Something also speaks for: {_names(rest)}."] if rest else []
    if (counted := others_considered(d)) is not None:
        others.append(counted)
    if others:
        yield from wrapped(" ".join(others), "  ")


def _names(places: Sequence[Place]) -> str:
    """The names of a few: flagged ones first, since they are the ones to know of."""
    sorted_ = sorted(places, key=lambda each: (not each.flagged, URGENCY_RANK[each.urgency or "routine"]))
    more = len(sorted_) - NAMES
    return "; ".join(each.name for each in sorted_[:NAMES]) + (f"; and {more} more" if more > 0 else "")


def shown_to_patient(
    base: KnowledgeBase, d: Differential, place: Place, full: bool = True, said: Collection[str] = ()
) -> Iterator[str]:
    """One candidate: its name, what it is, and what speaks for and against it beside what was `said`."""
    mark = "  (needs looking at)" if place.flagged else ""
    first = place.candidate == d.leader
    yield from (paint(line, bold=first) for line in wrapped(f"{place.name}{mark}", "  ", "    "))
    if full and suits_urgency(base, d, place.candidate):
        yield from wrapped(base.candidates[place.candidate].description.to("patient"), "      ")
    found: Sides = sides(base, d, place)
    further = [reason for reason in found.in_favour if reason not in said] or found.in_favour
    yield from _some(further, None if full else FOR, "    + ")
    yield from _some(found.against, None if full else AGAINST, "    - against: ")


def _watch_for(base: KnowledgeBase, d: Differential, full: bool) -> Iterator[str]:
    watched = to_watch_for(base, d)
    if watched:
        yield heading("Go back sooner if one of these begins")
        shown = watched if full else watched[:SIGNS_NAMED]
        yield from wrapped(" ".join(shown) + _more(watched, shown), "  ")
    if d.always_say and d.urgency not in ("emergency", "same_day"):
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


def _some(texts: Sequence[str], most: int | None, margin: str) -> Iterator[str]:
    """The texts, each after the margin; all of them, or the first and how many more there are."""
    shown = texts if most is None else texts[:most]
    for at, text in enumerate(shown, 1):
        yield from wrapped(text + (_more(texts, shown) if at == len(shown) else ""), margin)


def _more(texts: Sequence[str], shown: Sequence[str]) -> str:
    return f" (and {len(texts) - len(shown)} more)" if len(texts) > len(shown) else ""
