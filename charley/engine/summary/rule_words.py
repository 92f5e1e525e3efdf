"""Conditions and effects of rules in words."""

from __future__ import annotations

from typing import Literal, assert_never

from charley.engine.explain.words import name_of
from charley.facts.units import unit_name
from charley.facts.vocabulary import words
from charley.facts.wording import Audience
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.language.condition import And, AtLeast, Atom, Condition, Not, Or
from charley.rules.rule import Advise, Alert, Clear, Conclude, Effect, Flag, Weigh, acts_on

__all__ = ["comparison_words", "condition_words", "constant_words", "effect_words"]

_OPS = {">=": "at least", ">": "more than", "<=": "at most", "<": "less than", "==": "exactly"}


def condition_words(condition: Condition, base: KnowledgeBase) -> str:
    """The condition as a sentence part, brackets where they are needed."""
    match condition:
        case Atom():
            return _atom(condition, base)
        case Not(Atom(name, _, str() | tuple() as value)):
            values = value if isinstance(value, tuple) else (value,)
            choices = [_choice(name, each, base) for each in values]
            none = choices[0] if len(choices) == 1 else f"any of {', '.join(choices)}"
            return f"{_called(name, base)} is known to be other than {none}"
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
    name = _called(atom.name, base)
    if atom.value is True:
        return name
    return f"{name} {'is ' if isinstance(atom.value, str | tuple) else ''}{constant_words(atom, base)}"


def constant_words(atom: Atom, base: KnowledgeBase) -> str:
    """What an atom compares with: `left only or right only`, `at least 60 years`."""
    if isinstance(atom.value, tuple):
        return " or ".join(_choice(atom.name, value, base) for value in atom.value)
    if isinstance(atom.value, str):
        return _choice(atom.name, atom.value, base)
    fact, derived = base.vocabulary.get(atom.name), base.derived.get(atom.name)
    unit = unit_name(fact.unit if fact else derived.unit if derived else None)
    named = f" ({words(atom.named)})" if atom.named else ""
    return f"{_OPS[atom.op]} {atom.value:g} {unit}".rstrip() + named


def _called(name: str, base: KnowledgeBase) -> str:
    fact = base.vocabulary.get(name)
    return words(name) if fact is None else fact.label


def _choice(name: str, value: str, base: KnowledgeBase) -> str:
    fact = base.vocabulary.get(name)
    return words(value) if fact is None else fact.show(value)


def comparison_words(atom: Atom) -> str:
    """What the atom compares with, in short: `>= 3`, or `< low potassium (3.5)`."""
    return words(str(atom).removeprefix(f"{atom.name} "))


Style = Literal["sentence", "short", "ids"]

EFFECTS: dict[Style, dict[str, str]] = {
    "sentence": {
        "weigh": "{direction}s {name} by {weight} db{group}",
        "group": ", counted once with group {0}",
        "flag": "flags {name}, {urgency}: {text}",
        "alert": "alerts: {name}, {urgency}: {text}",
        "answer a flag": "answers the flag of {name}: {text}",
        "answer an alert": "answers the alert {name}: {text}",
        "conclude": "concludes: {words}",
        "advise": "advises, {urgency}: {text}",
    },
    "short": {
        "weigh": "{name} {weight} db",
        "group": "",
        "flag": "flags {name} ({urgency})",
        "alert": "alerts {name} ({urgency})",
        "answer a flag": "answers the flag on {name}",
        "answer an alert": "answers the alert {name}",
        "conclude": "concludes a finding",
        "advise": "advises a next step",
    },
    "ids": {
        "weigh": "{direction} {name} {weight} db ({ratio}{group})",
        "group": ", group {1}",
        "flag": "flag {name}, {urgency}: {text}",
        "alert": "alert {name}, {urgency}: {text}",
        "answer a flag": "answer the flag on {name}: {text}",
        "answer an alert": "answer the alert {name}: {text}",
        "conclude": "conclude {name}: {text}",
        "advise": "advise, {urgency}: {text}",
    },
}
"""How each style says an effect."""


def effect_words(
    effect: Effect, base: KnowledgeBase, style: Style = "sentence", audience: Audience = "clinician"
) -> str:
    """What an effect does: a `sentence`, in `short` without what is to be done, or with `ids` for authors."""
    says = EFFECTS[style]
    name = acts_on(effect) or ""
    if style != "ids" and not isinstance(effect, Conclude | Advise):
        name = name_of(base, name, audience)
    match effect:
        case Weigh(direction=direction):
            group = says["group"].format(words(effect.group), effect.group) if effect.group else ""
            ratio = f"LR {effect.lr:g}" if effect.lr is not None else effect.strength
            weight = f"{effect.weight:+d}"
            return says["weigh"].format(
                name=name, direction=direction, weight=weight, ratio=ratio, group=group
            )
        case Flag() | Alert():
            done, urgency = effect.action.to(audience), words(effect.urgency)
            return says[effect.kind].format(name=name, urgency=urgency, text=done)
        case Clear(target=id, note=note):
            what = "an alert" if id in base.alerts else "a flag"
            return says[f"answer {what}"].format(name=name, text=note.to(audience))
        case Conclude(finding=id):
            return says["conclude"].format(words=words(id), name=id, text=base.findings[id].meaning)
        case Advise(text=text, urgency=urgency):
            return says["advise"].format(urgency=words(urgency), text=text.to(audience))
        case _:
            assert_never(effect)
