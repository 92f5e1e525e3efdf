"""Conditions and claims in the words of the vocabulary, as a reader of the report sees them.

Facts are named by their wording for clinicians, findings by their meaning, candidates by their name. What has
parts is a heading with its parts below it, so that a long condition is a list and not a line of brackets.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from charley.engine.explain.words import (
    SECTION_TITLES,
    URGENCY_NAMES,
)
from charley.engine.summary.rule_words import constant_words
from charley.facts.vocabulary import words
from charley.rules.invariants.claim import (
    FALSE,
    Claim,
    CountOf,
    Denied,
    Event,
    Known,
    RanksAbove,
    Score,
    Stands,
    Urgent,
)
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.language.condition import And, AtLeast, Atom, Condition, Not, Or
from charley.rules.rule import URGENCIES, Advise

__all__ = ["Statement", "all_of", "claim_in_words", "condition_in_words"]


@dataclass(frozen=True)
class Statement:
    """A statement; or a heading such as `all of these:` with its parts."""

    text: str
    parts: tuple[Statement, ...] = ()

    def __str__(self) -> str:
        """On one line, with brackets."""
        inside = "; ".join(f"({part})" if part.parts else str(part) for part in self.parts)
        return f"{self.text} {inside}".rstrip()


def condition_in_words(condition: Condition, base: KnowledgeBase) -> Statement:
    """The condition in words."""
    match condition:
        case Atom():
            return Statement(_atom(condition, base, True))
        case Not(Atom() as atom):
            return Statement(_atom(atom, base, False))
        case Not(part):
            return Statement("not so:", (condition_in_words(part, base),))
        case And(parts):
            return Statement("all of these:", tuple(condition_in_words(part, base) for part in parts))
        case Or(parts):
            return Statement("any of these:", tuple(condition_in_words(part, base) for part in parts))
        case AtLeast(count, parts):
            return Statement(
                f"at least {count} of these:", tuple(condition_in_words(part, base) for part in parts)
            )
        case _:
            assert_never(condition)


def claim_in_words(claim: Claim, base: KnowledgeBase) -> Statement:
    """The claim in words."""
    match claim:
        case Known(condition):
            return condition_in_words(condition, base)
        case Denied(Event() as event):
            return Statement(_event(event, base, " not"))
        case Denied(Urgent(urgency)):
            return Statement(f"the overall urgency is less than {URGENCY_NAMES[urgency]}")
        case Denied(part):
            return Statement("not so:", (claim_in_words(part, base),))
        case Event():
            return Statement(_event(claim, base, ""))
        case Stands(candidate, sections):
            named = " or ".join(f"“{SECTION_TITLES[section]}”" for section in sections)
            return Statement(f"{_name(candidate, base)} stands under {named}")
        case Score(candidate, least):
            return Statement(f"{_name(candidate, base)} has {least:+d} decibans or more")
        case RanksAbove(first, second):
            return Statement(f"{_name(first, base)} stands above {_name(second, base)}")
        case Urgent(urgency):
            above = "" if urgency == URGENCIES[0] else " or more urgent"
            return Statement(f"the overall urgency is {URGENCY_NAMES[urgency]}{above}")
        case CountOf(count, parts) if count == len(parts):
            inside = tuple(dict.fromkeys(claim_in_words(part, base) for part in all_of(claim)))
            return _together("all of these:", inside) if inside else Statement("anybody")
        case CountOf(count, parts):
            inside = tuple(claim_in_words(part, base) for part in parts)
            return _together("any of these:" if count == 1 else f"at least {count} of these:", inside)
        case _:
            assert_never(claim)


def all_of(claim: Claim) -> Iterator[Claim]:
    """The claims that are claimed together; what is true of everybody is left out."""
    if isinstance(claim, Denied) and claim.part == FALSE:
        return
    if isinstance(claim, CountOf) and claim.count == len(claim.parts):
        for part in claim.parts:
            yield from all_of(part)
    else:
        yield claim


def _together(heading: str, parts: tuple[Statement, ...]) -> Statement:
    return parts[0] if len(parts) == 1 else Statement(heading, parts)


def _event(event: Event, base: KnowledgeBase, no: str) -> str:
    name = event.name
    match event.what:
        case "flagged":
            return f"{_name(name, base)} is{no} flagged"
        case "cleared":
            what = f"alert “{_name(name, base)}”" if name in base.alerts else f"flag of {_name(name, base)}"
            return f"the {what} is{no} answered"
        case "alerted":
            return f"the alert “{_name(name, base)}” is{no} raised"
        case "leads":
            return f"{_name(name, base)} {'stands first' if not no else 'does not stand first'}"
        case "advised":
            advice = base.rules[name].effects(Advise)[0].text.clinician.rstrip(".")
            return f"the advice “{advice}” is{no} given"
        case "fired":
            return f"the rule “{base.rules[name].title}” {'fires' if not no else 'does not fire'}"


def _name(id: str, base: KnowledgeBase) -> str:
    return (base.candidates.get(id) or base.alerts[id]).name.clinician


def _atom(atom: Atom, base: KnowledgeBase, wanted: bool) -> str:
    asked = _asked(atom.name, base)
    join = " " if asked.endswith("?") else ": "
    if atom.value is True or atom.value is False:
        return f"{asked}{join}{'yes' if (atom.value is True) is wanted else 'no'}"
    return f"{asked}{join}{'' if wanted else 'not '}{constant_words(atom, base)}"


def _asked(name: str, base: KnowledgeBase) -> str:
    """What a name in a condition stands for."""
    match base.kind_of(name):
        case "fact":
            return base.vocabulary[name].wording.clinician.strip().rstrip(".")
        case "finding":
            return base.findings[name].meaning.strip().rstrip(".")
        case "instrument":
            return base.instruments[name].title
        case "derived":
            return base.derived[name].title or words(name)
        case None:
            return words(name)
