"""Conditions and effects of rules in words."""

from __future__ import annotations

from typing import assert_never

from charley.engine.explain.words import name_of
from charley.facts.units import unit_name
from charley.facts.vocabulary import words
from charley.facts.wording import Audience
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.language.condition import And, AtLeast, Atom, Condition, Not, Or
from charley.rules.rule import Advise, Alert, Clear, Conclude, Effect, Flag, Weigh

__all__ = ["comparison_words", "condition_words", "constant_words", "effect_summary", "effect_words"]

_OPS = {">=": "at least", ">": "more than", "<=": "at most", "<": "less than", "==": "exactly"}


def condition_words(condition: Condition, base: KnowledgeBase) -> str:
    """The condition as a sentence part, brackets where they are needed."""
    match condition:
        case Atom():
            return _atom(condition, base)
        case Not(Atom(name, _, str() | tuple() as value)):
            choices = list(map(words, value)) if isinstance(value, tuple) else [words(value)]
            none = choices[0] if len(choices) == 1 else f"any of {', '.join(choices)}"
            return f"{words(name)} is known to be other than {none}"
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
    return f"{name} {'is ' if isinstance(atom.value, str | tuple) else ''}{constant_words(atom, base)}"


def constant_words(atom: Atom, base: KnowledgeBase) -> str:
    """What an atom compares with: `left only or right only`, `at least 60 years`."""
    if isinstance(atom.value, tuple):
        return " or ".join(map(words, atom.value))
    if isinstance(atom.value, str):
        return words(atom.value)
    fact, derived = base.vocabulary.get(atom.name), base.derived.get(atom.name)
    unit = unit_name(fact.unit if fact else derived.unit if derived else None)
    named = f" ({words(atom.named)})" if atom.named else ""
    return f"{_OPS[atom.op]} {atom.value:g} {unit}".rstrip() + named


def comparison_words(atom: Atom) -> str:
    """What the atom compares with, in short: `>= 3`, or `< low_potassium (3.5)`."""
    return str(atom).removeprefix(f"{atom.name} ")


def effect_words(effect: Effect, base: KnowledgeBase) -> str:
    """What an effect does."""
    match effect:
        case Weigh(candidate=id, direction=direction, group=group):
            counted = f", counted once with group {words(group)}" if group else ""
            return f"{direction}s {base.candidates[id].name.clinician} by {effect.weight:+d} db{counted}"
        case Flag(candidate=id, urgency=urgency, action=action):
            return f"flags {base.candidates[id].name.clinician}, {words(urgency)}: {action.clinician}"
        case Clear(target=id, note=note):
            what = "alert" if id in base.alerts else "flag of"
            return f"answers the {what} {name_of(base, id, 'clinician')}: {note.clinician}"
        case Alert(alert=id, urgency=urgency, action=action):
            return f"alerts: {base.alerts[id].name.clinician}, {words(urgency)}: {action.clinician}"
        case Conclude(finding=id):
            return f"concludes: {words(id)}"
        case Advise(text=text, urgency=urgency):
            return f"advises, {words(urgency)}: {text.clinician}"
        case _:
            assert_never(effect)


def effect_summary(effect: Effect, base: KnowledgeBase, audience: Audience) -> str:
    """What an effect does, in a few words for this reader."""
    match effect:
        case Weigh(candidate=id):
            return f"{name_of(base, id, audience)} {effect.weight:+d} db"
        case Flag(candidate=id, urgency=urgency):
            return f"flags {name_of(base, id, audience)} ({words(urgency)})"
        case Clear(target=id):
            what = "alert" if id in base.alerts else "flag on"
            return f"answers the {what} {name_of(base, id, audience)}"
        case Alert(alert=id, urgency=urgency):
            return f"alerts {name_of(base, id, audience)} ({words(urgency)})"
        case Conclude():
            return "concludes a finding"
        case Advise():
            return "advises a next step"
        case _:
            assert_never(effect)
