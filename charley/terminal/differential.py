"""A differential in the terminal: warnings first, then the ranking with its reasons."""

from __future__ import annotations

from collections.abc import Iterator

from charley.engine.ask.question import OpenFact
from charley.engine.differential import Cleared, Differential, Place, Support
from charley.engine.explain.how import Reason, reasons
from charley.engine.explain.justification import answers_behind
from charley.engine.explain.words import (
    NOTHING_RAISED,
    PURPOSE,
    SECTION_TITLES,
    SETTLED,
    URGENCY_NAMES,
    by_leader,
    name_of,
    open_signs,
    section_title,
    urgency_words,
)
from charley.facts.vocabulary import words
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.rule import URGENCY_RANK, Urgency
from charley.terminal import patient
from charley.terminal.text import COLOURS, SIGNS, heading, paint, wrapped

__all__ = ["footer", "show", "standing_line", "urgent"]


def show(base: KnowledgeBase, d: Differential, matters: list[OpenFact]) -> Iterator[str]:
    """The whole differential. `matters` are the unknown facts with most at stake."""
    yield from _title(d)
    if d.as_told:
        each = (f"{base.vocabulary[id].label} {base.vocabulary[id].show(d.record[id])} (told as {text})"
                for id, text in d.as_told.items())  # fmt: skip
        yield from wrapped("; ".join(each), "Numbers as they were told: ")
    yield ""
    yield from urgent(base, d)
    if d.scope != "within" and d.scope_note:
        yield ""
        word = "Outside the scope, so nothing is ranked" if d.scope == "outside" else "Assumed"
        yield from wrapped(d.scope_note, f"{word}: ")
    if d.scope != "outside":
        for section in SECTION_TITLES:
            if d.sections[section]:
                yield ""
                yield heading(section_title(d, section))
                for candidate in d.sections[section]:
                    yield from _candidate(base, d, candidate)
    yield from _passed_over(base, d)
    yield from _advice(d)
    yield from _unknown(base, d, matters)
    yield from _sources(base, d)
    yield ""
    yield from footer(base, d)


def _title(d: Differential) -> Iterator[str]:
    kb = d.knowledge_base
    yield paint(kb.title, bold=True)
    status = f"rules {kb.review_status.replace('_', ' ')}, updated {kb.updated}"
    yield from wrapped(f"{kb.id} {kb.version} ({kb.digest[:12]}), {status}, worded for a {d.audience}")
    yield from wrapped(d.disclaimer)


def urgent(base: KnowledgeBase, d: Differential) -> Iterator[str]:
    """Alerts and flags, most urgent first, each with what to do, how soon and why."""
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
    if (signs := open_signs(base, d)) is not None:
        yield from wrapped(signs, "    ")
    alarms: list[tuple[Urgency, str, str, tuple[str, ...], tuple[Cleared, ...]]]
    alarms = [(a.urgency, f"ALERT {a.name}", a.action, a.rules, ()) for a in d.alerts]
    flags = ((f, name_of(base, f.candidate, d.audience)) for f in d.flags)
    alarms += [(f.urgency, f"FLAG {name}", f.action, f.rules, f.cleared_by) for f, name in flags]
    if not alarms:
        yield from wrapped(NOTHING_RAISED, "  ")
        return
    for urgency, name, action, rules, cleared in sorted(alarms, key=lambda alarm: URGENCY_RANK[alarm[0]]):
        for line in wrapped(f"{name}  [{URGENCY_NAMES[urgency]}]", f"{SIGNS.get(urgency, ''):>3} "):
            yield paint(line, COLOURS.get(urgency), bold=True)
        yield from wrapped(action, "      Do: ")
        if d.audience == "patient":
            said = patient.what_they_said(base, d, answers_behind(base, d, list(rules)))
            yield from wrapped("; ".join(said), "      You said: ", "        ")
        else:
            for rule in rules:
                yield from wrapped(_because(base, d, rule), "      Why: ", "           ")
        for note in cleared:
            yield from wrapped(f"{note.note} [{note.rule}]", "      Answered, and still shown: ", "        ")


def _told(base: KnowledgeBase, d: Differential, support: Support) -> str:
    """One of the answers that cannot all be right."""
    if support.name not in d.record:
        return support.atom
    fact = base.vocabulary[support.name]
    label = fact.wording.to("patient").rstrip() if d.audience == "patient" else f"{fact.label}:"
    return f"{label} {fact.show(d.record[support.name])}"


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
    if d.audience == "patient":
        yield from patient.shown_to_patient(base, d, place)
        return
    for line in wrapped(standing_line(place), "  ", "    "):
        yield paint(line, bold=place.section == "most_likely")
    because = list(reasons(base, d, candidate))
    if not because:
        return
    yield f"      {place.prior:+4d}  before anything was known"
    for reason in because:
        yield from _reason(base, reason)
    if place.section == "most_likely":
        for step in base.candidates[candidate].next_steps.to(d.audience):
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
    passed = [(p, c) for p in d.standings for c in p.contributions if not c.counted]
    if not passed or d.audience == "patient":
        return
    yield ""
    yield heading("Passed over as double evidence")
    for place, c in passed:
        why = "replaced by" if c.superseded else "measures the same as"
        yield from wrapped(
            f"{base.rules[c.rule].title} [{c.rule}] for {place.name}: {why} {c.passed_over_for}",
            f"  ({c.weight:+d})  ",
        )


def _advice(d: Differential) -> Iterator[str]:
    if not d.advice:
        return
    yield ""
    yield heading("Advised")
    for advice in d.advice:
        done = " (done)" if advice.done else ""
        rule = "" if d.audience == "patient" else f" [{advice.rule}]"
        yield from wrapped(f"{advice.text}{done}{rule}", f"  {words(advice.urgency):>9}  ")


def _unknown(base: KnowledgeBase, d: Differential, matters: list[OpenFact]) -> Iterator[str]:
    yield ""
    if d.settled:
        yield SETTLED
        return
    asked = [each for each in matters if base.vocabulary[each.fact].question(d.audience)][:6]
    if not asked:
        return
    yield heading("Still unknown, and would matter most")
    for each in asked:
        fact = base.vocabulary[each.fact]
        names = [name_of(base, id, d.audience) for id in each.dangers[:2]]
        could = f" (could raise: {'; '.join(names)})" if names else ""
        id = "" if d.audience == "patient" else f" [{each.fact}]"
        yield from wrapped(f"{fact.question(d.audience)}{could}{id}", "  ? ")


def _sources(base: KnowledgeBase, d: Differential) -> Iterator[str]:
    if d.audience == "patient":
        return
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


def footer(base: KnowledgeBase, d: Differential) -> Iterator[str]:
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
    if d.audience != "patient":
        yield from wrapped("Scores are in decibans (db) and order the list; they are not probabilities.")
    yield paint(PURPOSE, bold=True)
