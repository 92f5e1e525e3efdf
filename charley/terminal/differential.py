"""A differential in the terminal: warnings first, then the ranking with its reasons."""

from __future__ import annotations

from collections.abc import Iterator

from charley.engine.ask.question import Prospect
from charley.engine.differential import Differential, Place
from charley.engine.explain.how import Reason, reasons
from charley.engine.explain.justification import answers_behind
from charley.engine.explain.words import (
    NOTHING_RAISED,
    PURPOSE,
    SECTION_TITLES,
    SETTLED,
    by_leader,
    name_of,
    open_signs,
    section_title,
    short_name,
    urgency_words,
)
from charley.engine.summary.instruction import leader_steps, points
from charley.engine.support import Support
from charley.rules.candidate import Section
from charley.rules.knowledge_base import KnowledgeBase
from charley.terminal import patient
from charley.terminal.text import COLOURS, SIGNS, heading, paint, wrapped

__all__ = ["show", "standing_line", "urgent"]

REASONS, STEPS, NAMES, SIGNS_NAMED = 3, 2, 4, 6
"""What fits on a screen: reasons and next steps of the leader, names in a list, open warning signs."""

OTHER_SECTIONS: tuple[Section, ...] = ("do_not_miss", "likely", "rare", "less_likely")


def show(base: KnowledgeBase, d: Differential, ahead: Prospect | None, full: bool = True) -> Iterator[str]:
    """The differential: `full`, or what fits on a screen.

    `ahead` is what can still come of the record; None leaves out what would matter most.
    """
    if d.audience == "patient":
        yield from patient.screen(base, d, ahead, full)
    elif full:
        yield from _whole(base, d, ahead)
    else:
        yield from _screenful(base, d, ahead)


def _whole(base: KnowledgeBase, d: Differential, ahead: Prospect | None) -> Iterator[str]:
    yield from _title(base, d)
    if d.as_told:
        each = (f"{base.vocabulary[id].label} {base.vocabulary[id].show(d.record[id])} (told as {text})"
                for id, text in d.as_told.items())  # fmt: skip
        yield from wrapped("; ".join(each), "Numbers as they were told: ")
    yield ""
    yield from urgent(base, d)
    yield from _scope(d)
    if d.scope != "outside":
        for section in SECTION_TITLES:
            if d.sections[section]:
                yield ""
                yield heading(section_title(d, section))
                for candidate in d.sections[section]:
                    yield from _candidate(base, d, candidate)
    yield from _passed_over(base, d)
    yield from _advice(d)
    yield from _unknown(base, d, ahead)
    yield from _sources(base, d)
    yield ""
    yield from _footer(base, d)


def _screenful(base: KnowledgeBase, d: Differential, ahead: Prospect | None) -> Iterator[str]:
    """The warnings whole, the leader with its strongest reasons, the others by name."""
    yield paint(f"{d.knowledge_base.title} ({d.knowledge_base.version})", bold=True)
    yield from urgent(base, d, brief=True)
    # What is advised as soon as the patient as a whole is to be seen.
    now = [advice.text for advice in d.advice if advice.urgency == d.urgency and not advice.done]
    for text in now[:STEPS]:
        yield from wrapped(text, "    Advised: ")
    if len(now) > STEPS:
        yield f"    and {len(now) - STEPS} more advised"
    yield from _scope(d)
    if d.leader is not None:
        yield from map(heading, wrapped(section_title(d, "most_likely")))
        place = d.standings[0]
        yield from (paint(line, bold=True) for line in wrapped(standing_line(place), "  ", "    "))
        for c in place.counting[:REASONS]:
            yield from wrapped(f"{base.rules[c.rule].because} [{c.rule}]", f"      {c.weight:>+4d}  ")
        if len(place.counting) > REASONS:
            yield f"            and {len(place.counting) - REASONS} more"
        for step in leader_steps(base, d)[:STEPS]:
            yield from wrapped(step, "      next  ")
        yield from _by_name(d)
    if d.settled:
        yield from wrapped(SETTLED)
    elif ahead is not None and ahead.stakes:
        named = "; ".join(base.vocabulary[id].label for id, *_ in ahead.stakes[:NAMES])
        yield from wrapped(f"Would matter most: {named}", "", "  ")
    yield from wrapped(d.always_say, "", "  ")
    yield from wrapped("Everything: --full, or `all`.")
    yield paint(PURPOSE, bold=True)


def _by_name(d: Differential) -> Iterator[str]:
    for section in OTHER_SECTIONS:
        places = [place for place in d.standings if place.section == section]
        if places:
            shown = [
                f"{short_name(each.name)} {each.score:+d}{'!' if each.flagged else ''}" for each in places
            ]
            named = shown if section == "do_not_miss" else shown[:NAMES]
            more = f", and {len(shown) - len(named)} more" if len(shown) > len(named) else ""
            yield from wrapped(f"{SECTION_TITLES[section]}: {', '.join(named)}{more}", "  ", "    ")


def _scope(d: Differential) -> Iterator[str]:
    if d.scope != "within" and d.scope_note:
        yield ""
        word = "Outside the scope, so nothing is ranked" if d.scope == "outside" else "Assumed"
        yield from wrapped(d.scope_note, f"{word}: ")


def _title(base: KnowledgeBase, d: Differential) -> Iterator[str]:
    kb = d.knowledge_base
    yield paint(kb.title, bold=True)
    status = f"rules {kb.review_status.replace('_', ' ')}, updated {kb.updated}"
    worded = f"worded for {base.about.a_reader(d.audience)}"
    yield from wrapped(f"{kb.id} {kb.version} ({kb.digest[:12]}), {status}, {worded}")
    yield from wrapped(d.disclaimer)


def urgent(base: KnowledgeBase, d: Differential, brief: bool = False) -> Iterator[str]:
    """The overall urgency, said once; then alerts and flags, most urgent first, with what to do and why.

    In `brief`, of those that are less urgent than the patient is as a whole only what to do.
    """
    if d.audience == "patient":
        yield from patient.how_urgent(base, d, full=not brief)
        return
    for contradiction in d.contradictions:
        told = "; ".join(_told(base, d, each) for each in contradiction.support)
        for line in wrapped(f"{contradiction.note} (told: {told})", "??  "):
            yield paint(line, bold=True)
    overall = urgency_words(base, d.urgency, d.audience)
    mark = SIGNS.get(d.urgency, "") if d.urgency else ""
    colour = COLOURS.get(d.urgency) if d.urgency else None
    yield paint(f"{mark} Overall urgency: {overall}".strip(), colour, bold=True)
    if (reason := by_leader(d)) is not None:
        yield from wrapped(reason, "    ")
    if (signs := open_signs(base, d, SIGNS_NAMED if brief else None)) is not None:
        yield from wrapped(signs, "    ")
    raised = [each for each in points(base, d) if each.kind != "advice"]
    if not raised:
        yield from wrapped(NOTHING_RAISED, "  ")
    for point in raised:
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


def _candidate(base: KnowledgeBase, d: Differential, candidate: str) -> Iterator[str]:
    place = d.standing(candidate)
    for line in wrapped(standing_line(place), "  ", "    "):
        yield paint(line, bold=place.section == "most_likely")
    because = list(reasons(base, d, candidate))
    if not because:
        return
    yield f"      {place.prior:+4d}  before anything was known"
    for reason in because:
        yield from _reason(base, reason)
    if candidate == d.leader:
        for step in leader_steps(base, d):
            yield from wrapped(step, "      next  ")


def _reason(base: KnowledgeBase, reason: Reason) -> Iterator[str]:
    effect = reason.effect if reason.counted else f"({reason.effect})"
    note = f" {reason.note}" if reason.note else ""
    evidence = base.rules[reason.rule].evidence
    cited = ", ".join(evidence.citations)
    source = f"{cited}, {evidence.kind}" if cited else evidence.kind
    yield from wrapped(f"{reason.because}{note} [{reason.rule}; {source}]", f"      {effect:>4}  ")
    for line in reason.support:
        depth = len(line) - len(line.lstrip())
        yield from wrapped(line.strip(), " " * (14 + depth), " " * (16 + depth))


def _because(base: KnowledgeBase, d: Differential, rule: str) -> str:
    behind = answers_behind(base, d, [rule])
    known = [(base.vocabulary[id], d.record[id]) for id in behind]
    facts = "; ".join(f"{fact.label}: {fact.show(value)}" for fact, value in known)
    cited = ", ".join(base.rules[rule].evidence.citations)
    return f"{base.rules[rule].because} ({facts}) [{rule}{'; ' + cited if cited else ''}]"


def _passed_over(base: KnowledgeBase, d: Differential) -> Iterator[str]:
    found = [(p, c) for p in d.standings for c in p.contributions if not c.counted]
    if not found:
        return
    yield ""
    yield heading("Passed over as double evidence")
    for place, c in found:
        passed = f"{base.rules[c.rule].title} [{c.rule}] for {place.name}: {c.why_not_counted}"
        yield from wrapped(passed, f"  ({c.weight:+d})  ")


def _advice(d: Differential) -> Iterator[str]:
    if not d.advice and not d.withdrawn:
        return
    yield ""
    yield heading("Advised")
    for advice in d.advice:
        done = " (done)" if advice.done else ""
        yield from wrapped(f"{advice.text}{done} [{advice.rule}]", f"  {SIGNS.get(advice.urgency, ''):>3} ")
    for gone in d.withdrawn:
        by = ", ".join(gone.by)
        yield from wrapped(f"{gone.text} [{gone.rule}] Not advised: withdrawn by {by}.", "   ()  ")


def _unknown(base: KnowledgeBase, d: Differential, ahead: Prospect | None) -> Iterator[str]:
    yield ""
    if d.settled:
        yield SETTLED
        return
    if ahead is None or not ahead.stakes:
        return
    yield heading("Still unknown, and would matter most")
    for each in ahead.opens[:6]:
        fact = base.vocabulary[each.fact]
        names = [name_of(base, id, d.audience) for id in each.dangers[:2]]
        could = f" (could raise: {'; '.join(names)})" if names else ""
        yield from wrapped(f"{fact.question(d.audience)}{could} [{each.fact}]", "  ? ")


def _sources(base: KnowledgeBase, d: Differential) -> Iterator[str]:
    keys: dict[str, None] = {}
    for firing in d.firings:
        keys.update(dict.fromkeys(base.rules[firing.rule].evidence.citations))
    if not keys:
        return
    yield ""
    yield heading("Sources")
    for key in base.citations:
        if key in keys:
            citation = base.citations[key]
            yield from wrapped(f"{citation} ({citation.seen})", f"  {key}  ", "      ")


def _footer(base: KnowledgeBase, d: Differential) -> Iterator[str]:
    """The closing lines: follow-up, state of review, purpose."""
    if d.always_say:
        yield from wrapped(d.always_say)
    if base.about.follow_up is not None:
        yield from wrapped(base.about.follow_up.to(d.audience))
    kb = d.knowledge_base
    yield from wrapped(
        f"Review status: {kb.review_status.replace('_', ' ')}. Last updated: {kb.updated}. "
        f"Editorial policy: {d.editorial_policy.split('. ')[0].rstrip('.')} (all of it: `charley about`)."
    )
    yield from wrapped("Scores are in decibans (db) and order the list; they are not probabilities.")
    yield paint(PURPOSE, bold=True)
