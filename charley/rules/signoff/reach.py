"""What a rule reaches: every part of the base on which its meaning rests.

Its own words, condition and effects; the facts, numbers, scores, findings and thresholds that its condition
comes down to, and those that decide whether they are asked; the rules that conclude the findings; what it
acts on; its sources; and the other rules that act on what it does: those of its groups, those that supersede
it or that it supersedes, those that withdraw its advice or whose advice it withdraws, those that answer its
flags and alerts or whose flags and alerts it answers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import TypeVar

from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.language.condition import Condition, atoms
from charley.rules.language.parse import parse
from charley.rules.rule import Advise, Alert, Clear, Conclude, Effect, Flag, Rule, Weigh

__all__ = ["Reach"]

K = TypeVar("K")


class Reach:
    """The parts that each rule of a base reaches, by name."""

    def __init__(self, base: KnowledgeBase) -> None:
        self.base = base

    def of(self, rule: Rule) -> tuple[str, ...]:
        """The names of all parts, in order."""
        found = {f"rule {rule.id}"}
        for effect in rule.then:
            found |= self._effect(effect)
        found |= {f"citation {key}" for key in rule.evidence.citations}
        found |= self._condition(rule.condition)
        for other in self._acting_on(rule):
            if other != rule.id:
                found |= {f"other rule {other}"} | self._condition(self.base.rules[other].condition)
        return tuple(sorted(found - {f"other rule {rule.id}"}))

    def _effect(self, effect: Effect) -> set[str]:
        match effect:
            case Weigh(candidate=id) | Flag(candidate=id):
                return {f"candidate {id}"}
            case Clear(target=id):
                return {f"alert {id}" if id in self.base.alerts else f"candidate {id}"}
            case Alert(alert=id):
                return {f"alert {id}"}
            case Conclude(finding=id):
                return {f"finding {id}"}
            case Advise(gives=facts):
                return {f"fact {fact}" for fact in facts}

    def _condition(self, *conditions: Condition) -> set[str]:
        """What names in conditions come down to."""
        found: set[str] = set()
        waiting = _names(conditions)
        seen: set[str] = set()
        while waiting:
            name = waiting.pop()
            if name in self.base.thresholds:
                threshold = self.base.thresholds[name]
                found |= {f"threshold {name}", *(f"citation {key}" for key in threshold.citations)}
            if name in seen:
                continue
            seen.add(name)
            parts, further = self._name(name)
            found |= parts
            waiting += further
        return found

    def _name(self, name: str) -> tuple[set[str], list[str]]:
        """The parts that one name stands for, and the names that they come down to."""
        base = self.base
        match base.kind_of(name):
            case "fact":
                fact = base.vocabulary[name]
                asked = [parse(text).condition for text in (fact.ask_unless, fact.ask_when) if text]
                date = {f"fact {fact.since}"} if fact.since in base.vocabulary.dates else set()
                gates = [id for id, each in base.vocabulary.items() if name in each.opens]
                return {f"fact {name}"} | date, [*_names(asked), *gates]
            case "derived":
                return {f"number {name}"}, list(base.derived[name].of)
            case "instrument":
                score = base.instruments[name]
                cited = score.evidence.citations if score.evidence is not None else ()
                conditions = [item.condition for item in score.items]
                conditions += [] if score.gate is None else [score.gate]
                conditions += [parse(band).condition for band in score.bands.values()]
                return {f"score {name}", *(f"citation {key}" for key in cited)}, _names(conditions)
            case "finding":
                rules = base.concluded_by[name]
                return (
                    {f"finding {name}", *(f"other rule {rule.id}" for rule in rules)},
                    _names(rule.condition for rule in rules),
                )
            case None:
                return set(), []

    def _acting_on(self, rule: Rule) -> set[str]:
        """The rules that decide whether what this rule does counts."""
        found = {*rule.supersedes, *rule.withdraws_advice_of} & set(self.base.rules)
        found.update(self.base.withdrawn_by.get(rule.id, ()))
        waiting = [rule.id]
        while waiting:  # what supersedes it, and what supersedes that
            above = [each for each in self.base.superseded_by.get(waiting.pop(), ()) if each not in found]
            found.update(above)
            waiting += above
        for effect in rule.effects(Weigh):
            if effect.group is not None:
                for other in self._in_group.get((effect.candidate, effect.group), ()):
                    found |= {other, *self.base.superseded_by.get(other, ())}
        for raised in _raised(rule):
            found.update(self._clearing.get(raised, ()))
        for clear in rule.effects(Clear):
            found.update(self._raising.get(clear.target, ()))
        return found

    @cached_property
    def _in_group(self) -> Mapping[tuple[str, str], list[str]]:
        return _by(
            ((effect.candidate, effect.group), rule.id)
            for rule in self.base.rules.values()
            for effect in rule.effects(Weigh)
            if effect.group is not None
        )

    @cached_property
    def _clearing(self) -> Mapping[str, list[str]]:
        return _by((e.target, rule.id) for rule in self.base.rules.values() for e in rule.effects(Clear))

    @cached_property
    def _raising(self) -> Mapping[str, list[str]]:
        return _by((id, rule.id) for rule in self.base.rules.values() for id in _raised(rule))


def _raised(rule: Rule) -> list[str]:
    """The candidates that the rule flags, and the alerts that it raises."""
    flagged = [effect.candidate for effect in rule.effects(Flag)]
    return [*flagged, *(effect.alert for effect in rule.effects(Alert))]


def _names(conditions: Iterable[Condition]) -> list[str]:
    """The names in the conditions, those of thresholds included: all of them are of one namespace."""
    found = [(atom.name, atom.named) for condition in conditions for atom in atoms(condition)]
    return [name for pair in found for name in pair if name is not None]


def _by(pairs: Iterator[tuple[K, str]]) -> dict[K, list[str]]:
    found: dict[K, list[str]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found
