"""The whole differential in the terminal: every candidate, every reason, what is unknown, the sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from charley.engine.ask.prospect import Prospect
from charley.engine.assessment import applicable
from charley.engine.differential import Differential
from charley.engine.explain.words import PURPOSE, SECTION_TITLES, SETTLED, name_of, section_title
from charley.engine.summary.reasons import Reason, reasons
from charley.engine.summary.summary import summary
from charley.rules.knowledge_base import KnowledgeBase
from charley.terminal.result import patient
from charley.terminal.result.differential import scope, standing_line, urgent
from charley.terminal.text import SIGNS, heading, paint, wrapped

__all__ = ["whole"]


def whole(base: KnowledgeBase, d: Differential, ahead: Prospect | None, ids: bool = False) -> Iterator[str]:
    """The differential in the sections of its source, after the warnings.

    `ahead` is what can still come of the record; None leaves out what would matter most. With `ids`, what is
    still unknown stands there with the id that a record has for it.
    """
    if d.audience == "patient":
        yield from patient.screen(base, d, ahead, full=True)
        return
    yield from _title(base, d)
    if d.as_told:
        each = (f"{base.vocabulary[id].label} {base.vocabulary[id].show(d.record[id])} (told as {text})"
                for id, text in d.as_told.items())  # fmt: skip
        yield from wrapped("; ".join(each), "Numbers as they were told: ")
    yield ""
    said = summary(base, d)
    yield from urgent(base, d, said)
    yield from scope(d)
    if d.scope != "outside":
        applying = applicable(base, d)
        for section in SECTION_TITLES:
            if here := [place.candidate for place in applying if place.section == section]:
                yield ""
                yield heading(section_title(d, section))
                for candidate in here:
                    yield from _candidate(base, d, candidate, said.steps if candidate == d.leader else ())
        if apart := [place.name for place in d.standings if place not in applying]:
            yield from ["", *wrapped(f"Does not apply to this person: {'; '.join(apart)}", "", "  ")]
    yield from _passed_over(base, d)
    yield from _advice(d)
    yield from _unknown(base, d, ahead, ids)
    yield from _sources(base, d)
    yield ""
    yield from _footer(base, d)


def _title(base: KnowledgeBase, d: Differential) -> Iterator[str]:
    kb = d.knowledge_base
    yield paint(kb.title, bold=True)
    status = f"rules {kb.review_status.replace('_', ' ')}, updated {kb.updated}"
    worded = f"worded for {base.about.a_reader(d.audience)}"
    yield from wrapped(f"{kb.id} {kb.version} ({kb.digest[:12]}), {status}, {worded}")
    yield from wrapped(d.disclaimer)


def _candidate(base: KnowledgeBase, d: Differential, candidate: str, steps: Iterable[str]) -> Iterator[str]:
    place = d.standing(candidate)
    for line in wrapped(standing_line(place), "  ", "    "):
        yield paint(line, bold=place.section == "most_likely")
    because = list(reasons(base, d, candidate))
    if not because:
        return
    yield f"      {place.prior:+4d}  before anything was known"
    for reason in because:
        yield from _reason(base, reason)
    for step in steps:
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


def _unknown(base: KnowledgeBase, d: Differential, ahead: Prospect | None, ids: bool) -> Iterator[str]:
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
        id = f" [{each.fact}]" if ids else ""
        yield from wrapped(f"{fact.question(d.audience)}{could}{id}", "  ? ")


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
