"""Conditions and effects in the words of a reader."""

from __future__ import annotations

from typing import assert_never

from charley.facts.units import unit_name
from charley.facts.vocabulary import words
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.language.condition import And, AtLeast, Atom, Condition, Not, Or
from charley.rules.rule import Advise, Alert, Clear, Conclude, Effect, Flag, Weigh

__all__ = ["condition_words", "effect_words"]

_OPS = {">=": "at least", ">": "more than", "<=": "at most", "<": "less than", "==": "exactly"}


def condition_words(condition: Condition, base: KnowledgeBase) -> str:
    """The condition as a sentence part, brackets where they are needed."""
    match condition:
        case Atom():
            return _atom(condition, base)
        case Not(Atom() as atom):
            said = _atom(atom, base)
            return f"not {said}" if atom.value is True else f"not ({said})"
        case Not(part):
            return f"not ({condition_words(part, base)})"
        case And(parts):
            return " and ".join(_inside(part, base) for part in parts)
        case Or(parts):
            return " or ".join(_inside(part, base) for part in parts)
        case AtLeast(count, parts):
            return f"at least {count} of: " + "; ".join(_inside(part, base) for part in parts)
        case _:
            assert_never(condition)


def _inside(part: Condition, base: KnowledgeBase) -> str:
    said = condition_words(part, base)
    return f"({said})" if isinstance(part, And | Or | AtLeast) else said


def _atom(atom: Atom, base: KnowledgeBase) -> str:
    name = words(atom.name)
    if atom.value is True:
        return name
    if isinstance(atom.value, tuple):
        return f"{name} is {' or '.join(map(words, atom.value))}"
    if isinstance(atom.value, str):
        return f"{name} is {words(atom.value)}"
    fact, derived = base.vocabulary.get(atom.name), base.derived.get(atom.name)
    unit = unit_name(fact.unit if fact else derived.unit if derived else None)
    return f"{name} {_OPS[atom.op]} {atom.value:g} {unit}".rstrip()


def effect_words(effect: Effect, base: KnowledgeBase) -> str:
    """What an effect does."""
    match effect:
        case Weigh(candidate=id, direction=direction, group=group):
            counted = f", counted once with group {words(group)}" if group else ""
            return f"{direction}s {base.candidates[id].name.clinician} by {effect.weight:+d} db{counted}"
        case Flag(candidate=id, urgency=urgency, action=action):
            return f"flags {base.candidates[id].name.clinician}, {words(urgency)}: {action.clinician}"
        case Clear(candidate=id, note=note):
            return f"answers the flag of {base.candidates[id].name.clinician}: {note.clinician}"
        case Alert(alert=id, urgency=urgency, action=action):
            return f"alerts: {base.alerts[id].name.clinician}, {words(urgency)}: {action.clinician}"
        case Conclude(finding=id):
            return f"concludes: {words(id)}"
        case Advise(text=text, urgency=urgency):
            return f"advises, {words(urgency)}: {text.clinician}"
        case _:
            assert_never(effect)
