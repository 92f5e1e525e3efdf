"""The screen of a differential: warnings first, then who leads and why. `whole.py` lays out everything."""

from __future__ import annotations

from collections.abc import Iterator

from charley.engine.ask.prospect import Prospect
from charley.engine.assessment import applicable
from charley.engine.differential import Differential, Place
from charley.engine.explain.justification import answers_behind
from charley.engine.explain.words import (
    NOTHING_RAISED,
    PURPOSE,
    SECTION_TITLES,
    SETTLED,
    section_title,
    short_name,
)
from charley.engine.summary.summary import Summary, summary
from charley.engine.support import Support
from charley.rules.candidate import Section
from charley.rules.knowledge_base import KnowledgeBase
from charley.terminal.text import COLOURS, SIGNS, heading, paint, wrapped

__all__ = ["scope", "screen", "standing_line", "urgent"]

REASONS, STEPS, NAMES, SIGNS_NAMED = 3, 2, 4, 6
"""What fits on a screen: reasons and next steps of the leader, names in a list, open warning signs."""

OTHER_SECTIONS: tuple[Section, ...] = ("do_not_miss", "likely", "rare", "less_likely")


def screen(base: KnowledgeBase, d: Differential, ahead: Prospect | None) -> Iterator[str]:
    """The warnings whole, the leader with its strongest reasons, the others by name.

    `ahead` is what can still come of the record; None leaves out what would matter most.
    """
    if d.audience == "patient":
        from charley.terminal.result import patient  # most commands are worded for clinicians

        yield from patient.screen(base, d, ahead, full=False)
        return
    yield paint(f"{d.knowledge_base.title} ({d.knowledge_base.version})", bold=True)
    said = summary(base, d)
    yield from urgent(base, d, said, brief=True)
    # What is advised as soon as the patient as a whole is to be seen.
    now = [advice.text for advice in d.advice if advice.urgency == d.urgency and not advice.done]
    for text in now[:STEPS]:
        yield from wrapped(text, "    Advised: ")
    if len(now) > STEPS:
        yield f"    and {len(now) - STEPS} more advised"
    if d.scope != "within":
        yield from scope(d)
    if d.leader is not None:
        yield from map(heading, wrapped(section_title(d, "most_likely")))
        place = d.standings[0]
        yield from (paint(line, bold=True) for line in wrapped(standing_line(place), "  ", "    "))
        for c in place.counting[:REASONS]:
            yield from wrapped(f"{base.rules[c.rule].because} [{c.rule}]", f"      {c.weight:>+4d}  ")
        if len(place.counting) > REASONS:
            yield f"            and {len(place.counting) - REASONS} more"
        for step in said.steps[:STEPS]:
            yield from wrapped(step, "      next  ")
        yield from _by_name(base, d)
    if d.settled:
        yield from wrapped(SETTLED)
    elif ahead is not None and ahead.stakes:
        named = "; ".join(base.vocabulary[id].noted for id, *_ in ahead.stakes[:NAMES])
        yield from wrapped(f"Would matter most: {named}", "", "  ")
    yield from wrapped(d.always_say, "", "  ")
    yield from wrapped("Everything: --full, or `all`.")
    yield paint(PURPOSE, bold=True)


def _by_name(base: KnowledgeBase, d: Differential) -> Iterator[str]:
    applying = applicable(base, d)
    for section in OTHER_SECTIONS:
        places = [place for place in applying if place.section == section]
        if places:
            shown = [
                f"{short_name(each.name)} {each.score:+d}{'!' if each.flagged else ''}" for each in places
            ]
            named = shown if section == "do_not_miss" else shown[:NAMES]
            more = f", and {len(shown) - len(named)} more" if len(shown) > len(named) else ""
            yield from wrapped(f"{SECTION_TITLES[section]}: {', '.join(named)}{more}", "  ", "    ")


def scope(d: Differential) -> Iterator[str]:
    """That the patient is outside of what the base is for, or may be."""
    if d.scope != "within" and d.scope_note:
        yield ""
        word = "Outside the scope, so nothing is ranked" if d.scope == "outside" else "Assumed"
        yield from wrapped(d.scope_note, f"{word}: ")


def urgent(base: KnowledgeBase, d: Differential, said: Summary, brief: bool = False) -> Iterator[str]:
    """The overall urgency, said once; then alerts and flags, most urgent first, with what to do and why.

    In `brief`, of those that are less urgent than the patient is as a whole only what to do.
    """
    if d.audience == "patient":
        from charley.terminal.result import patient

        yield from patient.how_urgent(base, d, said, patient.STEPS[-1] if brief else patient.ALL)
        return
    for contradiction in d.contradictions:
        told = "; ".join(_told(base, d, each) for each in contradiction.support)
        for line in wrapped(f"{contradiction.note} (told: {told})", "??  "):
            yield paint(line, bold=True)
    mark = SIGNS.get(d.urgency, "") if d.urgency else ""
    colour = COLOURS.get(d.urgency) if d.urgency else None
    yield paint(f"{mark} Overall urgency: {said.urgency}".strip(), colour, bold=True)
    if said.by_leader is not None:
        yield from wrapped(said.by_leader, "    ")
    if (signs := said.open_signs(SIGNS_NAMED if brief else None)) is not None:
        yield from wrapped(signs, "    ")
    if not said.raised:
        yield from wrapped(NOTHING_RAISED, "  ")
    for point in said.raised:
        named = f"{point.kind.upper()} {point.name}"
        for line in wrapped(named, f"{SIGNS.get(point.urgency, ''):>3} "):
            yield paint(line, COLOURS.get(point.urgency), bold=True)
        yield from wrapped(point.action, "      Do: ")
        if not brief or point.urgency == d.urgency:
            for rule in point.rules[:1] if brief else point.rules:
                yield from wrapped(_because(base, d, rule), "      Why: ", "           ")
        for note in point.answered:
            yield from wrapped(note, "      Answered, and still shown: ", "        ")


def _told(base: KnowledgeBase, d: Differential, support: Support) -> str:
    """One of the answers that cannot all be right."""
    if support.name not in d.record:
        return support.atom
    fact = base.vocabulary[support.name]
    return f"{fact.label}: {fact.show(d.record[support.name])}"


def standing_line(place: Place) -> str:
    """One candidate on one line: name, score, the range it could still reach."""
    low, high = place.interval
    marks = "".join(
        [
            "  flagged" if place.flagged else "",
            " (answered)" if place.flagged and place.cleared else "",
            "  +added" if place.beyond_source else "",
        ]
    )
    return f"{place.name}  {place.score:+d} db  (could be {low:+d} to {high:+d}){marks}"


def _because(base: KnowledgeBase, d: Differential, rule: str) -> str:
    behind = answers_behind(base, d, [rule])
    known = [(base.vocabulary[id], d.record[id]) for id in behind]
    facts = "; ".join(f"{fact.label}: {fact.show(value)}" for fact, value in known)
    cited = ", ".join(base.rules[rule].evidence.citations)
    return f"{base.rules[rule].because} ({facts}) [{rule}{'; ' + cited if cited else ''}]"
