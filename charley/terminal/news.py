"""What changed after an answer. Warnings come first, between bars that stand out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from charley.engine.assessment import applicable
from charley.engine.differential import Cleared, Differential
from charley.engine.explain.justification import contradiction_words
from charley.engine.explain.words import SETTLED, danger_name, lead_words, section_title
from charley.engine.summary.held_back import is_held_back, without_names
from charley.engine.summary.summary import Point, by_leader, summary, urgency_words
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.rule import Urgency, most_urgent
from charley.terminal.text import COLOURS, SIGNS, paint, terminal_width, wrapped

__all__ = ["alarm_box", "news", "warnings_of"]


def news(
    base: KnowledgeBase,
    before: Differential,
    after: Differential,
    warned: Differential | None = None,
    committed: bool = True,
) -> Iterator[str]:
    """The differences between two differentials.

    The warnings of `warned` were shown already, when the answers were read and not confirmed yet. A student
    who has not `committed` reads no diagnosis.
    """
    held = is_held_back(after, committed)
    shown = before if warned is None else warned
    boxed = any(each.urgency == after.urgency for each in _dangers(base, shown, after))
    worse = most_urgent([before.urgency, after.urgency]) != before.urgency
    reason = None if held else by_leader(after)
    if worse and after.urgency is not None and (not boxed or reason is not None):
        sign = SIGNS.get(after.urgency, "")
        said = urgency_words(base, after.urgency, after.audience)
        for line in wrapped(f"Overall urgency now: {said}", f"{sign:<3} ", "    "):
            yield paint(line, COLOURS.get(after.urgency), bold=True)
        if reason is not None:
            yield from wrapped(reason, "    ")
    if before.urgency == "not_known_yet" and after.urgency == "routine":
        yield from wrapped(
            f"Overall urgency now: {urgency_words(base, after.urgency, after.audience)}", "    "
        )
    yield from _raised(base, shown, after, held)
    if not held:
        yield from _answered(base, before, after)
    if warned is not None and any(each.urgency != "routine" for each in _dangers(base, after, warned)):
        yield from wrapped("What was warned of above does not hold without the answers left out.", "  ")
    for contradiction in after.contradictions:
        if contradiction not in before.contradictions:
            yield from (
                paint(line, bold=True) for line in wrapped(contradiction_words(base, contradiction), "??  ")
            )
    if before.scope != after.scope and after.scope == "outside":
        yield from wrapped(f"Outside the scope, so nothing is ranked. {after.scope_note}", "  ")
    if held:
        return
    yield from _lead(before, after)
    if after.audience != "patient":
        yield from _moved(base, before, after)
    yield from _advice(before, after)
    if after.settled and not before.settled:
        yield f"  {SETTLED}"


def warnings_of(
    base: KnowledgeBase, before: Differential, after: Differential, committed: bool = True
) -> Iterator[str]:
    """The warnings that came, were answered or went, the most urgent first."""
    held = is_held_back(after, committed)
    yield from _raised(base, before, after, held)
    if not held:
        yield from _answered(base, before, after)


def _raised(base: KnowledgeBase, before: Differential, after: Differential, held: bool) -> Iterator[str]:
    found = list(_dangers(base, before, after))
    if held:
        found = without_names(base, after, found)
        # What to do is the same in every box, and said in the first.
        first = f"{found[0].action} (`commit A, B, C`)" if found else ""
        urgent = found[0].urgency if found else None
        found = [each._replace(action=first if each.urgency == urgent else "") for each in found]
    yield from _warnings(base, found, after)


def _dangers(base: KnowledgeBase, before: Differential, after: Differential) -> Iterator[Point]:
    """The flags and alerts that are new, or more urgent than they were."""
    old: dict[str, Urgency] = {flag.candidate: flag.urgency for flag in before.flags}
    old |= {alarm.alert: alarm.urgency for alarm in before.alerts}
    for each in summary(base, after).raised:
        if most_urgent([each.urgency, old.get(each.id)]) != old.get(each.id):
            yield each


def _warnings(base: KnowledgeBase, found: Sequence[Point], d: Differential) -> Iterator[str]:
    """A box an urgency; to a patient only the overall urgency has a box, and the rest is a line each."""
    for urgency in dict.fromkeys(each.urgency for each in found):
        here = [each for each in found if each.urgency == urgency]
        if urgency == d.urgency:
            yield from alarm_box(urgency_words(base, d.urgency, d.audience), urgency, d, here)
        elif d.audience == "patient":
            for name in dict.fromkeys(_banner(d, each) for each in here):
                yield from wrapped(f"Tell this to whoever sees you, too: {name}", "  ", "    ")
        else:
            yield from alarm_box(None, urgency, d, here)


def _answered(base: KnowledgeBase, before: Differential, after: Differential) -> Iterator[str]:
    was = _answers(before)
    for id, answers in _answers(after).items():
        for cleared in answers:
            if cleared not in was.get(id, ()):
                name = danger_name(base, id, after.audience)
                yield from wrapped(
                    f"The warning about {name} stays, and is answered: {cleared.note}", "  ", "    "
                )
    raised = {flag.candidate for flag in after.flags} | {alarm.alert for alarm in after.alerts}
    for id in (*(flag.candidate for flag in before.flags), *(alarm.alert for alarm in before.alerts)):
        if id in raised:
            continue
        name = danger_name(base, id, after.audience)
        yield from wrapped(f"No longer warned of, since an answer was taken back: {name}", "  ", "    ")


def _answers(d: Differential) -> dict[str, tuple[Cleared, ...]]:
    """What answers each flag and alert."""
    answers = {flag.candidate: flag.cleared_by for flag in d.flags}
    return answers | {alarm.alert: alarm.cleared_by for alarm in d.alerts}


def _lead(before: Differential, after: Differential) -> Iterator[str]:
    """Who stands first now, in words that say what that rests on."""
    if after.leader is None or (before.leader, before.lead) == (after.leader, after.lead):
        return
    name = after.standing(after.leader).name
    if after.lead == "supported":
        was = ""
        if before.leader is not None and before.lead == "supported":
            was = f" (was {before.standing(before.leader).name})"
        yield from wrapped(f"Now most likely: {name}{was}", "  ", "    ")
    elif before.lead == "supported":
        said = lead_words(after) if after.audience == "patient" else section_title(after, "most_likely")
        yield from wrapped(said, "  ", "    ")


def _banner(d: Differential, point: Point) -> str:
    """What a warning is called: the diagnosis, or to a patient the sign that it comes from."""
    return point.reasons[0] if d.audience == "patient" and point.reasons else point.name


def alarm_box(
    how_soon: str | None, urgency: Urgency, d: Differential, found: Sequence[Point]
) -> Iterator[str]:
    """Warnings between two rules of exclamation marks: they stand out in black and white too.

    How soon is said only where that is the overall urgency, since a second time frame would contradict it.
    What is to be done for two of them is said once.
    """
    sign, width = SIGNS.get(urgency, ""), min(terminal_width(), 78)
    colour = COLOURS.get(urgency)
    bar = (sign * width)[:width]
    yield ""
    yield paint(bar, colour, bold=True)
    if how_soon is not None:
        for line in wrapped(how_soon, f"{sign:<3} "):
            yield paint(line, colour, bold=True)
    for action in dict.fromkeys(each.action for each in found):
        for name in dict.fromkeys(_banner(d, each) for each in found if each.action == action):
            for line in wrapped(name, f"{sign:<3} "):
                yield paint(line, colour, bold=True)
        if action:
            yield from wrapped(action, "    Do: ")
    if urgency == "emergency":
        yield "    The questions can wait: `quit` ends here, and no answer is lost."
    yield paint(bar, colour, bold=True)


def _moved(base: KnowledgeBase, before: Differential, after: Differential) -> Iterator[str]:
    """What moved, by how much; not what only the sex or the age moved, as pregnancy in a man."""
    old = {place.candidate: place.score for place in before.standings}
    moved = [
        (place.score - old[place.candidate], place)
        for place in applicable(base, after)
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
        if after.audience == "patient":
            urgent = urgent and advice.urgency == after.urgency
        if (advice.rule, advice.text) not in old and urgent and not advice.done:
            yield from wrapped(advice.text, "  Advised: ", "    ")
    for gone in after.withdrawn:
        if (gone.rule, gone.text) in old:
            yield from wrapped(gone.text, "  No longer advised, something else takes its place: ", "    ")
