"""The effects of the rules of a base, sorted by what they act on."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple, assert_never

from charley.rules.candidate import Candidate
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.rule import Advise, Alert, Clear, Conclude, Flag, Rule, Urgency, Weigh

__all__ = ["Danger", "Effect", "Effects", "Side", "Weighed", "group_of"]


def group_of(effect: Weigh, rule: str, at: int) -> object:
    """The group of an effect, of which only the strongest counts in either direction.

    An effect without a group (number `at` of its rule) is a group of its own.
    """
    return effect.group if effect.group is not None else (rule, at)


class Weighed(NamedTuple):
    """One effect on a candidate's score by a rule that fired.

    `passed_over` names the rule for whose sake it does not count: one of the same group that is at least
    as strong, or one that supersedes it. None when it counts.
    """

    rule: str
    weight: int
    group: str | None
    passed_over: str | None = None
    superseded: bool = False


class Effect(NamedTuple):
    """An effect on a candidate: the `Weighed` of it when it counts, and the rules that supersede it.

    `strength` is the size of its weight in decibans.
    """

    rule: str
    strength: int
    counted: Weighed
    superseders: tuple[str, ...]


class Side(NamedTuple):
    """What raises a candidate in one group, or what lowers it: only the strongest of `effects` counts.

    Where there is just one, and nothing supersedes it, `rule` is its rule. `most` is the strength of the
    strongest.
    """

    rule: str | None
    most: int
    effects: tuple[Effect, ...]
    up: bool

    @classmethod
    def of(cls, effects: Sequence[Effect]) -> Side:
        """The side that these effects of one group and direction are."""
        first, up = effects[0], effects[0].counted.weight > 0
        plain = len(effects) == 1 and not first.superseders
        most = max(effect.strength for effect in effects)
        return cls(first.rule if plain else None, most, tuple(effects), up)


Danger = tuple[str, str, Flag | Alert]
"""The candidate that is flagged, or the alert that is raised; by which rule; and the effect of that."""


class Effects:
    """What the rules of a base do. Made once, used for every record."""

    def __init__(self, base: KnowledgeBase) -> None:
        self.base = base
        self.sides: dict[str, tuple[Side, ...]] = {}
        self.flags: dict[str, list[tuple[str, Flag]]] = {id: [] for id in base.candidates}
        self.clears: dict[str, list[tuple[str, Clear]]] = {id: [] for id in (*base.candidates, *base.alerts)}
        self.alerts: dict[str, list[tuple[str, Alert]]] = {id: [] for id in base.alerts}
        self.advice: list[tuple[str, Advise]] = []
        groups: dict[str, dict[object, list[Effect]]] = {id: {} for id in base.candidates}
        for rule in base.rules.values():
            self._sort(rule, groups)
        for candidate, found in groups.items():
            self.sides[candidate] = tuple(
                Side.of(side)
                for effects in found.values()
                for sign in (1, -1)
                if (side := [effect for effect in effects if effect.counted.weight * sign > 0])
            )
        self.dangers: dict[str, Sequence[tuple[str, Flag | Alert]]] = {**self.flags, **self.alerts}
        """The rules that flag each candidate or raise each alert, with the effect."""
        self.urgencies: dict[str, list[Urgency]] = {}
        for id, raised in (each for effects in self.dangers.values() for each in effects):
            self.urgencies.setdefault(id, []).append(raised.urgency)
        self.withdrawable: dict[str, list[Urgency]] = {}
        """How urgent the advice is that some rule withdraws; no other has to be looked at again."""
        for id, advise in self.advice:
            of = self.withdrawable if id in base.withdrawn_by else self.urgencies
            of.setdefault(id, []).append(advise.urgency)

    def touched(self, candidates: Sequence[Candidate]) -> dict[str, tuple[tuple[int, int], ...]]:
        """What hangs on each rule: the place of a candidate among these, and the number of its side.

        A flag and a clear have the number -1.
        """
        found: dict[str, dict[tuple[int, int], None]] = {}
        for at, candidate in enumerate(candidates):
            for number, side in enumerate(self.sides[candidate.id]):
                for each in side.effects:
                    for rule in (each.rule, *each.superseders):
                        found.setdefault(rule, {})[at, number] = None
            for rule, _ in (*self.flags[candidate.id], *self.clears[candidate.id]):
                found.setdefault(rule, {})[at, -1] = None
        return {rule: tuple(places) for rule, places in found.items()}

    def withdrawing(self, rule: str, fired: Collection[str]) -> tuple[str, ...]:
        """The rules that fire and withdraw what the rule advises; where there is none, that stands."""
        return tuple(by for by in self.base.withdrawn_by.get(rule, ()) if by in fired)

    def _sort(self, rule: Rule, groups: dict[str, dict[object, list[Effect]]]) -> None:
        for at, effect in enumerate(rule.then):
            match effect:
                case Weigh():
                    counted = Weighed(rule.id, effect.weight, effect.group)
                    superseders = self.base.superseded_by.get(rule.id, ())
                    entry = Effect(rule.id, abs(effect.weight), counted, superseders)
                    group = groups[effect.candidate].setdefault(group_of(effect, rule.id, at), [])
                    group.append(entry)
                case Flag():
                    self.flags[effect.candidate].append((rule.id, effect))
                case Clear():
                    self.clears[effect.target].append((rule.id, effect))
                case Alert():
                    self.alerts[effect.alert].append((rule.id, effect))
                case Advise():
                    self.advice.append((rule.id, effect))
                case Conclude():
                    pass  # it acts on no candidate
                case _:
                    assert_never(effect)
