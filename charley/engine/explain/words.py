"""The words that all faces share: answers, names, sections, tiers, urgencies."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import assert_never

from charley.engine.differential import Differential, Lead
from charley.engine.meaning import Kleene
from charley.facts.record import Record
from charley.facts.vocabulary import Value
from charley.facts.wording import Audience
from charley.rules.candidate import Section, Tier
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.rule import OverallUrgency

__all__ = [
    "LEAD_TITLES",
    "NOTHING_RAISED",
    "PURPOSE",
    "SECTION_TITLES",
    "SETTLED",
    "TIER_TITLES",
    "URGENCY_NAMES",
    "WATCH",
    "answer_words",
    "answers_words",
    "asked_words",
    "danger_name",
    "finding_words",
    "in_a_row",
    "lead_words",
    "list_title",
    "name_of",
    "others_considered",
    "range_words",
    "rule_reasons",
    "section_title",
    "short_name",
    "to_watch_for",
    "yes_or_no",
]

PURPOSE = "Educational purpose only, pending human review."
"""What every face says."""

NOTHING_RAISED = "No flag and no alert: nothing that was told raises one. What was not told could."

WATCH = "Get help sooner if one of these begins"
"""What stands over the warning signs that are not there."""

SETTLED = "Settled: no further answer can change the leader or raise a further flag or alert."

SECTION_TITLES: dict[Section, str] = {
    "most_likely": "Single most likely",
    "likely": "Other likely",
    "do_not_miss": "Do not miss",
    "rare": "Rare",
    "less_likely": "Less likely now",
}
"""The sections in the order in which they are shown."""

TIER_TITLES: dict[Tier, str] = {
    "most_likely": "Single most likely",
    "other_likely": "Other likely",
    "do_not_miss": "Do not miss",
    "rare": "Rare",
}

LEAD_TITLES: dict[Lead, str] = {
    "supported": SECTION_TITLES["most_likely"],
    "undecided": "Undecided: nothing told speaks for the one that stands first",
    "fits_none": "This fits none of them well: what was told only speaks against",
    "nothing_known": "Most common before anything is known",
}
"""What stands over the leader, by what it rests on."""

URGENCY_NAMES: dict[OverallUrgency, str] = {
    "emergency": "EMERGENCY",
    "same_day": "SAME DAY",
    "soon": "SOON",
    "routine": "ROUTINE",
    "not_known_yet": "NOT KNOWN YET",
}


def name_of(base: KnowledgeBase, id: str, audience: Audience) -> str:
    """The name of a candidate, an alert or a score for this reader."""
    if id in base.instruments:
        return base.instruments[id].title
    return (base.candidates.get(id) or base.alerts[id]).name.to(audience)


def danger_name(base: KnowledgeBase, id: str, audience: Audience) -> str:
    """The name of a danger in a list; to a patient, an alert is its sign without what to do about it."""
    name = name_of(base, id, audience)
    return name.split(": ")[0].rstrip(".") if audience == "patient" and id in base.alerts else name


def rule_reasons(base: KnowledgeBase, rules: Iterable[str], audience: Audience) -> tuple[str, ...]:
    """What the rules say of themselves to this reader, each sentence once."""
    found = [base.rules[rule] for rule in rules]
    if audience == "patient":
        return tuple(dict.fromkeys([rule.because_patient or rule.because for rule in found]))
    return tuple(dict.fromkeys([rule.because for rule in found]))


def short_name(name: str) -> str:
    """A name without what stands in brackets or after a colon. It is never cut: half a name names another."""
    return re.sub(r" \([^)]*\)", "", name).split(":")[0]


def section_title(d: Differential, section: Section) -> str:
    """What stands over a section; over the leader, what it rests on."""
    return LEAD_TITLES[d.lead] if section == "most_likely" and d.lead else SECTION_TITLES[section]


def lead_words(d: Differential) -> str:
    """What stands over the ranking for a patient."""
    match d.lead:
        case "supported":
            return "What it probably is"
        case "undecided":
            return "No single cause stands out so far"
        case "fits_none":
            return "What was told fits none of the causes well"
        case "nothing_known":
            return "Too little is told to name a cause"
        case None:
            return "No cause is named"
        case _:
            assert_never(d.lead)


def others_considered(d: Differential) -> str | None:
    """How many candidates nothing speaks for; None where there is none of them."""
    number = sum(not place.has_reason for place in d.standings) - (d.lead == "nothing_known")
    if number <= 0:
        return None
    named = d.lead == "nothing_known" or any(place.has_reason for place in d.standings)
    what = "other" if named else "cause"
    were, them = ("s were", "them") if number > 1 else (" was", "it")
    return f"{number} {what}{were} considered; nothing told speaks for {them}."


def to_watch_for(base: KnowledgeBase, d: Differential) -> tuple[str, ...]:
    """The warning signs of the minimum that are not there, to look out for; none in an emergency."""
    if d.urgency not in ("same_day", "soon", "routine"):
        return ()
    facts = dict.fromkeys(fact for condition in base.minimum for fact in base.facts_of(condition))
    absent = [fact for fact in facts if d.record.get(fact, False) is False]
    return tuple(base.vocabulary[fact].listed(d.audience) for fact in absent)


def list_title(base: KnowledgeBase, title: str, facts: Iterable[str]) -> str:
    """What stands over a list to tick that comes from several topics: whether it is examined or tested."""
    burdens = {base.vocabulary[fact].burden for fact in facts}
    if burdens == {"examination"}:
        return f"{title}: on examination"
    return f"{title}: examination and tests" if "history" not in burdens else title


def in_a_row(texts: Sequence[str]) -> str:
    """Signs or questions one after the other: questions end by themselves, signs are set apart."""
    return (" " if all(text.endswith("?") for text in texts) else "; ").join(texts)


def answer_words(
    base: KnowledgeBase, fact: str, value: Value | None, audience: Audience = "clinician"
) -> str:
    """An answer as a person says it: `age: 67 years`; for a patient with the question in their words."""
    known = base.vocabulary[fact]
    shown = "not known" if value is None else known.show(value)
    if audience != "patient" or known.question("patient") is None:
        return f"{known.label}: {shown}"
    asked = asked_words(base, fact)
    return f"{asked} {shown}" if asked.endswith("?") else f"{asked}: {shown}"


def asked_words(base: KnowledgeBase, fact: str) -> str:
    """What a patient was asked, as it stands beside the answer: without what helped to give it."""
    asked = base.vocabulary[fact].wording.to("patient")
    question, mark, _ = asked.rpartition("?")
    return question + mark if mark else asked


def answers_words(
    base: KnowledgeBase,
    answers: tuple[tuple[str, Value], ...],
    record: Record,
    audience: Audience = "clinician",
) -> str:
    """Trial answers, with what was told instead: `age: 67 years (told: 40 years) and smoking: yes`."""
    parts = []
    for fact, value in answers:
        told = f" (told: {base.vocabulary[fact].show(record[fact])})" if fact in record else ""
        parts.append(answer_words(base, fact, value, audience) + told)
    return " and ".join(parts)


def finding_words(base: KnowledgeBase, finding: str, holds: Kleene) -> str:
    """A finding with its state: `Pain in one leg only: yes`."""
    return f"{base.findings[finding].meaning.rstrip('.')}: {yes_or_no(holds)}"


def yes_or_no(value: Kleene) -> str:
    """A truth value as an answer."""
    return "not known" if value is None else "yes" if value else "no"


def range_words(low: float, high: float) -> str:
    """A number that is known within bounds: `2`, or `2 to 5`."""
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"
