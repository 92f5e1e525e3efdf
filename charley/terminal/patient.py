"""What a patient reads: what to do, how soon, and which of their own answers it rests on.

No scores, no rule names and no medical terms; the sections and the urgency are the same as for a clinician.
"""

from __future__ import annotations

from collections.abc import Iterator

from charley.engine.differential import Differential, Place
from charley.engine.explain.justification import answers_behind
from charley.rules.knowledge_base import KnowledgeBase
from charley.terminal.text import paint, wrapped

__all__ = ["shown_to_patient", "what_they_said"]


def what_they_said(base: KnowledgeBase, d: Differential, facts: list[str]) -> Iterator[str]:
    """The person's own answers, as question and answer."""
    for id in facts:
        fact = base.vocabulary[id]
        yield f"{fact.wording.to('patient').rstrip()} {fact.show(d.record[id])}"


def shown_to_patient(base: KnowledgeBase, d: Differential, place: Place) -> Iterator[str]:
    """One candidate: its name, what it is, and what speaks for and against it."""
    mark = "  (needs looking at)" if place.flagged else ""
    first = place.section == "most_likely"
    yield from (paint(line, bold=first) for line in wrapped(f"{place.name}{mark}", "  ", "    "))
    flags = [rule for flag in d.flags if flag.candidate == place.candidate for rule in flag.rules]
    counted = [c for c in place.contributions if c.counted]
    if not (counted or flags or first):
        return
    candidate = base.candidates[place.candidate]
    yield from wrapped(candidate.description.to("patient"), "      ")
    sides = {
        "You said, and it speaks for it:": [*flags, *(c.rule for c in counted if c.weight > 0)],
        "You said, and it speaks against it:": [c.rule for c in counted if c.weight < 0],
    }
    for heading, rules in sides.items():
        said = list(what_they_said(base, d, answers_behind(base, d, rules)))
        if said:
            yield f"      {heading}"
            for line in said:
                yield from wrapped(line, "      * ")
    if first:
        yield "      What to do:"
        for step in candidate.next_steps.to("patient"):
            yield from wrapped(step, "      - ")
