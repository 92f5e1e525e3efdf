"""What changed after an answer. Warnings come first, between bars that stand out."""

from __future__ import annotations

from collections.abc import Iterator

from charley.engine.differential import Differential
from charley.engine.explain.words import SETTLED, by_leader, name_of, urgency_words
from charley.engine.standing import most_urgent
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.rule import URGENCY_RANK, Urgency
from charley.terminal.text import COLOURS, SIGNS, paint, terminal_width, wrapped

__all__ = ["alarm_box", "news", "warnings_of"]


def news(base: KnowledgeBase, before: Differential, after: Differential) -> Iterator[str]:
    """The differences between two differentials."""
    raised = list(warnings_of(base, before, after))
    worse = most_urgent([before.urgency, after.urgency]) != before.urgency
    reason = by_leader(after)
    if worse and after.urgency is not None and (not raised or reason is not None):
        sign = SIGNS.get(after.urgency, "")
        said = urgency_words(base, after.urgency, after.audience)
        yield paint(f"{sign:<3} Overall urgency now: {said}", COLOURS.get(after.urgency), bold=True)
        if raised and reason is not None:
            yield from wrapped(reason, "    ")
    if before.urgency == "not_known_yet" and after.urgency == "routine":
        yield f"    Overall urgency now: {urgency_words(base, after.urgency, after.audience)}"
    yield from raised
    for contradiction in after.contradictions:
        if contradiction not in before.contradictions:
            yield from (paint(line, bold=True) for line in wrapped(contradiction.note, "??  "))
    if before.scope != after.scope and after.scope == "outside":
        yield from wrapped(f"Outside the scope, so nothing is ranked. {after.scope_note}", "  ")
    if before.leader != after.leader and after.leader is not None:
        was = "" if before.leader is None else f" (was {before.standing(before.leader).name})"
        yield from wrapped(f"Now most likely: {after.standing(after.leader).name}{was}", "  ", "    ")
    if after.audience != "patient":
        yield from _moved(before, after)
    yield from _advice(before, after)
    if after.settled and not before.settled:
        yield f"  {SETTLED}"


def warnings_of(base: KnowledgeBase, before: Differential, after: Differential) -> Iterator[str]:
    """The warnings that came, were answered or went, the most urgent first."""
    old: dict[str, Urgency] = {flag.candidate: flag.urgency for flag in before.flags}
    old |= {alarm.alert: alarm.urgency for alarm in before.alerts}
    now: list[tuple[str, str, Urgency, str]] = [
        (alarm.alert, alarm.name, alarm.urgency, alarm.action) for alarm in after.alerts
    ]
    now += [
        (flag.candidate, name_of(base, flag.candidate, after.audience), flag.urgency, flag.action)
        for flag in after.flags
    ]
    now.sort(key=lambda each: URGENCY_RANK[each[2]])
    for id, name, urgency, action in now:
        if most_urgent([urgency, old.get(id)]) != old.get(id):
            yield from alarm_box(urgency_words(base, urgency, after.audience), urgency, name, action)
    for flag in after.flags:
        was = next((each.cleared_by for each in before.flags if each.candidate == flag.candidate), ())
        for cleared in flag.cleared_by:
            if cleared.rule not in {each.rule for each in was}:
                name = name_of(base, flag.candidate, after.audience)
                yield from wrapped(
                    f"The warning about {name} stays, and is answered: {cleared.note}", "  ", "    "
                )
    gone = [id for id in old if id not in {each[0] for each in now}]
    for id in gone:
        name = name_of(base, id, after.audience)
        yield from wrapped(f"No longer warned of, since an answer was taken back: {name}", "  ", "    ")


def alarm_box(how_soon: str, urgency: Urgency, name: str, action: str) -> Iterator[str]:
    """A warning between two rules of exclamation marks: it stands out in black and white too."""
    sign, width = SIGNS.get(urgency, ""), min(terminal_width(), 78)
    colour = COLOURS.get(urgency)
    bar = (sign * width)[:width]
    yield ""
    yield paint(bar, colour, bold=True)
    for line in wrapped(how_soon, f"{sign:<3} "):
        yield paint(line, colour, bold=True)
    for line in wrapped(name, f"{sign:<3} "):
        yield paint(line, colour, bold=True)
    yield from wrapped(action, "    Do: ")
    if urgency == "emergency":
        yield "    The questions can wait: `quit` ends here, and no answer is lost."
    yield paint(bar, colour, bold=True)


def _moved(before: Differential, after: Differential) -> Iterator[str]:
    old = {place.candidate: place.score for place in before.standings}
    moved = [
        (place.score - old[place.candidate], place)
        for place in after.standings
        if place.candidate in old and place.score != old[place.candidate]
    ]
    moved.sort(key=lambda each: -abs(each[0]))
    for by, place in moved[:4]:
        yield from wrapped(f"{place.name}, now {place.score:+d}", f"  {by:+4d} db  ")
    if len(moved) > 4:
        yield f"           and {len(moved) - 4} more moved"


def _advice(before: Differential, after: Differential) -> Iterator[str]:
    old = {(advice.rule, advice.text) for advice in before.advice}
    for advice in after.advice:
        urgent = advice.urgency in ("emergency", "same_day")
        if (advice.rule, advice.text) not in old and urgent and not advice.done:
            yield from wrapped(advice.text, f"  Advised ({advice.urgency.replace('_', ' ')}): ", "    ")
