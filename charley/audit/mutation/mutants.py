"""Mutants: small mistakes that an author could make in a rule, each as a changed rule."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import assert_never

from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.language.condition import And, AtLeast, Atom, Condition, Not, Operator, Or
from charley.rules.rule import STRENGTHS, Clear, Rule, Weigh

__all__ = ["OPERATORS", "Mutant", "mutants"]

OPERATORS = (
    "drop atom",
    "negate atom",
    "move threshold",
    "swap and/or",
    "at_least ±1",
    "strength ±1",
    "drop rule",
    "drop group",
    "drop supersede",
    "drop withdrawal",
    "drop clear",
)
_BOUNDARY: dict[Operator, Operator] = {">=": ">", ">": ">=", "<=": "<", "<": "<="}


@dataclass(frozen=True)
class Mutant:
    """A rule with one mistake in it; `made` is None where the whole rule is left out."""

    rule: str
    operator: str
    mistake: str
    made: Rule | None

    @property
    def id(self) -> str:
        """A name that is the same as long as the rule is."""
        return f"{self.rule}: {self.mistake}"

    def base(self, base: KnowledgeBase) -> dict[str, Rule]:
        """All rules, with this mistake."""
        rules = {id: self.made if id == self.rule else rule for id, rule in base.rules.items()}
        return {id: rule for id, rule in rules.items() if rule is not None}


def mutants(rule: Rule) -> Iterator[Mutant]:
    """Every mistake that is tried on a rule."""
    yield Mutant(rule.id, "drop rule", "the rule is left out", None)
    seen = {str(rule.condition)}
    for operator, mistake, condition in _conditions(rule.condition):
        if str(condition) not in seen:
            seen.add(str(condition))
            made = rule.model_copy(update={"when": str(condition)})
            made.__dict__.pop("condition", None)
            yield Mutant(rule.id, operator, mistake, made)
    for at, effect in enumerate(rule.then):
        if isinstance(effect, Weigh):
            yield from _weights(rule, at, effect)
        if isinstance(effect, Clear):
            yield Mutant(rule.id, "drop clear", f"it does not answer {effect.target}", _without(rule, at))
    for superseded in rule.supersedes:
        left = tuple(other for other in rule.supersedes if other != superseded)
        made = rule.model_copy(update={"supersedes": left})
        yield Mutant(rule.id, "drop supersede", f"it does not supersede {superseded}", made)
    for withdrawn in rule.withdraws_advice_of:
        left = tuple(other for other in rule.withdraws_advice_of if other != withdrawn)
        made = rule.model_copy(update={"withdraws_advice_of": left})
        yield Mutant(rule.id, "drop withdrawal", f"it does not withdraw the advice of {withdrawn}", made)


def _without(rule: Rule, at: int) -> Rule | None:
    left = (*rule.then[:at], *rule.then[at + 1 :])
    return rule.model_copy(update={"then": left}) if left else None


def _weights(rule: Rule, at: int, effect: Weigh) -> Iterator[Mutant]:
    def with_effect(**how: object) -> Rule:
        given = {**effect.model_dump(), **how}
        then = (*rule.then[:at], Weigh.model_validate(given), *rule.then[at + 1 :])
        return rule.model_copy(update={"then": then})

    about = f"{effect.direction} {effect.candidate}"
    if effect.strength is not None:
        steps = list(STRENGTHS)
        here = steps.index(effect.strength)
        for there in (here - 1, here + 1):
            if 0 <= there < len(steps):
                mistake = f"{about}: {effect.strength} → {steps[there]}"
                yield Mutant(rule.id, "strength ±1", mistake, with_effect(strength=steps[there]))
    elif effect.lr is not None:
        for factor in (0.5, 2.0):
            lr = effect.lr * factor
            if lr != 1 and (lr > 1) == (effect.lr > 1):
                mistake = f"{about}: {effect.lr:g} → {lr:g}"
                yield Mutant(rule.id, "strength ±1", mistake, with_effect(lr=lr))
    if effect.group is not None:
        yield Mutant(rule.id, "drop group", f"{about}: not in {effect.group}", with_effect(group=None))


def _conditions(condition: Condition) -> Iterator[tuple[str, str, Condition]]:
    """Each change of the condition: the operator, the mistake in words, and the condition."""
    match condition:
        case Atom():
            yield from _atoms(condition)
        case Not(part):
            if isinstance(part, Atom):
                yield "negate atom", f"`not {part}` → `{part}`", part
                yield from ((op, mistake, Not(c)) for op, mistake, c in _atoms(part) if op != "negate atom")
            else:
                yield from (
                    (operator, mistake, Not(changed)) for operator, mistake, changed in _conditions(part)
                )
        case And(parts):
            yield "swap and/or", f"`{condition}` → or", Or(parts)
            yield from _parts(parts, lambda left: And(left))
        case Or(parts):
            yield "swap and/or", f"`{condition}` → and", And(parts)
            yield from _parts(parts, lambda left: Or(left))
        case AtLeast(count, parts):
            for other in (count - 1, count + 1):
                if 1 <= other <= len(parts):
                    yield "at_least ±1", f"at_least {count} → {other}", AtLeast(other, parts)
            yield from _parts(parts, lambda left: AtLeast(min(count, len(left)), left))
        case _:
            assert_never(condition)


def _parts(parts: tuple[Condition, ...], joined: object) -> Iterator[tuple[str, str, Condition]]:
    assert callable(joined)
    for at, part in enumerate(parts):
        left = (*parts[:at], *parts[at + 1 :])
        if isinstance(part, Atom) or (isinstance(part, Not) and isinstance(part.part, Atom)):
            yield "drop atom", f"without `{part}`", left[0] if len(left) == 1 else joined(left)
        for operator, mistake, changed in _conditions(part):
            yield operator, mistake, joined((*parts[:at], changed, *parts[at + 1 :]))


def _atoms(atom: Atom) -> Iterator[tuple[str, str, Condition]]:
    yield "negate atom", f"`{atom}` → `not {atom}`", Not(atom)
    if isinstance(atom.value, bool | str | tuple):
        return
    if atom.op in _BOUNDARY:
        moved = Atom(atom.name, _BOUNDARY[atom.op], atom.value)
        yield "move threshold", f"`{atom}` → `{moved}`", moved
    written = Decimal(str(atom.value))
    exponent = written.as_tuple().exponent
    step = Decimal(1).scaleb(min(0, exponent if isinstance(exponent, int) else 0))
    for value in (written - step, written + step):
        moved = Atom(atom.name, atom.op, int(value) if value == int(value) else float(value))
        yield "move threshold", f"`{atom}` → `{moved}`", moved
