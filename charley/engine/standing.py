"""From the rules that fire to the ranking: scores, their intervals, sections, urgency.

Every reading that says which rules fire, cannot fire or are open comes through here, so the ranking is
written once. All numbers are whole decibans.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, assert_never, overload

from charley.engine.meaning import Kleene
from charley.rules.candidate import Candidate, Section
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.rule import (
    URGENCY_RANK,
    Advise,
    Alert,
    Clear,
    Conclude,
    Flag,
    OverallUrgency,
    Rule,
    Urgency,
    Weigh,
)

__all__ = ["Scoring", "Standing", "Weighed", "group_of", "most_urgent", "rank", "section_of"]

NEAR = 10
"""Decibans below the leader within which a candidate still counts as likely."""


def rank(candidate: Candidate, score: int) -> tuple[int, int, str]:
    """The key of the ranking, the first smallest: the higher score, then the higher prior, then the id."""
    return -score, -candidate.prior, candidate.id


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


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one candidate is."""

    candidate: Candidate
    score: int
    interval: tuple[int, int]
    weighed: tuple[Weighed, ...]
    flags: tuple[str, ...]
    clears: tuple[str, ...]
    section: Section = "less_likely"

    @property
    def is_supported(self) -> bool:
        """Whether something speaks for the candidate: a rule that raises it fires and counts."""
        return any(each.weight > 0 and each.passed_over is None for each in self.weighed)

    def could_overtake(self, other: Standing) -> bool:
        """Whether further answers could put this candidate before the other one."""
        return rank(self.candidate, self.interval[1]) < rank(other.candidate, other.interval[0])


class _Effect(NamedTuple):
    """An effect on a candidate: the `Weighed` of it when it counts, and the rules that supersede it."""

    rule: str
    weight: int
    counted: Weighed
    superseders: tuple[str, ...]


_Side = tuple[_Effect, ...]
"""What raises a candidate in one group, or what lowers it: only the strongest counts."""


class Scoring:
    """The effects of a knowledge base, sorted by what they act on. Built once, used for every record."""

    def __init__(self, base: KnowledgeBase) -> None:
        self.base = base
        self._sides: dict[str, tuple[_Side, ...]] = {}
        self.flags: dict[str, list[tuple[str, Flag]]] = {id: [] for id in base.candidates}
        self.clears: dict[str, list[tuple[str, Clear]]] = {id: [] for id in base.candidates}
        self.alerts: dict[str, list[tuple[str, Alert]]] = {id: [] for id in base.alerts}
        self.advice: list[tuple[str, Advise]] = []
        groups: dict[str, dict[object, list[_Effect]]] = {id: {} for id in base.candidates}
        for rule in base.rules.values():
            self._sort(rule, groups)
        for candidate, found in groups.items():
            self._sides[candidate] = tuple(
                side
                for effects in found.values()
                for sign in (1, -1)
                if (side := tuple(effect for effect in effects if effect.weight * sign > 0))
            )
        self._dangers: list[Sequence[tuple[str, Flag | Alert]]] = [
            *self.flags.values(),
            *self.alerts.values(),
        ]
        """The rules that flag one candidate or raise one alert, each with its effect."""

    def _sort(self, rule: Rule, groups: dict[str, dict[object, list[_Effect]]]) -> None:
        for at, effect in enumerate(rule.then):
            match effect:
                case Weigh():
                    counted = Weighed(rule.id, effect.weight, effect.group)
                    superseders = self.base.superseded_by.get(rule.id, ())
                    entry = _Effect(rule.id, effect.weight, counted, superseders)
                    group = groups[effect.candidate].setdefault(group_of(effect, rule.id, at), [])
                    group.append(entry)
                case Flag():
                    self.flags[effect.candidate].append((rule.id, effect))
                case Clear():
                    self.clears[effect.candidate].append((rule.id, effect))
                case Alert():
                    self.alerts[effect.alert].append((rule.id, effect))
                case Advise():
                    self.advice.append((rule.id, effect))
                case Conclude():
                    pass  # it acts on no candidate
                case _:
                    assert_never(effect)

    def standings(self, rules: Mapping[str, Kleene]) -> list[Standing]:
        """Every candidate, highest score first, with its section."""
        found = [self._place(candidate, rules) for candidate in self.base.candidates.values()]
        found.sort(key=lambda place: rank(place[0], place[1]))
        leader, leading_score, *_ = found[0]
        standings = []
        for candidate, score, interval, weighed in found:
            flags = tuple([rule for rule, _ in self.flags[candidate.id] if rules[rule] is True])
            clears = tuple([rule for rule, _ in self.clears[candidate.id] if rules[rule] is True])
            section = section_of(candidate, score, bool(flags), leader, leading_score)
            standings.append(Standing(candidate, score, interval, weighed, flags, clears, section))
        return standings

    def _place(
        self, candidate: Candidate, rules: Mapping[str, Kleene]
    ) -> tuple[Candidate, int, tuple[int, int], tuple[Weighed, ...]]:
        """The candidate with its score, the interval of it, and everything weighed.

        Of a side the strongest effect counts. An effect counts if its rule fires and no rule that supersedes
        it does. Whatever the answers still to come are, the side counts at least as much as `lasting`, its
        strongest effect that fires and that nothing can supersede any more; and at most as much as
        `possible`, its strongest effect that fires or could, and that nothing supersedes yet.
        """
        weighed: list[Weighed] = []
        score = low = high = candidate.prior
        for side in self._sides[candidate.id]:
            counting: _Effect | None = None
            lasting = possible = 0
            fired: list[tuple[_Effect, str | None]] = []
            for effect in side:
                state, weight = rules[effect.rule], effect.weight
                if state is False:
                    continue
                superseder, could_be_superseded = None, False
                if effect.superseders:
                    states = [rules[by] for by in effect.superseders]
                    could_be_superseded = None in states
                    if True in states:
                        superseder = effect.superseders[states.index(True)]
                if state is True:
                    fired.append((effect, superseder))
                if superseder is not None:
                    continue
                if abs(weight) > abs(possible):
                    possible = weight
                if state is True:
                    if counting is None or abs(weight) > abs(counting.weight):
                        counting = effect
                    if not could_be_superseded and abs(weight) > abs(lasting):
                        lasting = weight
            if fired:
                weighed += _weighed(fired, counting)
            if counting is not None:
                score += counting.weight
            # Of a side that lowers, `possible` is the lower end.
            low += min(lasting, possible)
            high += max(lasting, possible)
        return candidate, score, (low, high), tuple(weighed)

    def open_dangers(self, rules: Mapping[str, Kleene]) -> list[tuple[str, Flag | Alert]]:
        """The open rules that would raise a further flag or alert, or raise one with greater urgency."""
        further: list[tuple[str, Flag | Alert]] = []
        for effects in self._dangers:
            open_ = [(rule, effect) for rule, effect in effects if rules[rule] is None]
            if open_:
                fired = [URGENCY_RANK[effect.urgency] for rule, effect in effects if rules[rule] is True]
                present = min(fired, default=len(URGENCY_RANK))
                further += [each for each in open_ if URGENCY_RANK[each[1].urgency] < present]
        return further

    def urgency(
        self, standings: Sequence[Standing], rules: Mapping[str, Kleene], ranked: bool, minimum_met: bool
    ) -> OverallUrgency | None:
        """How urgent the patient is as a whole: the most urgent of everything that is said.

        That is every flag, alert and advice, and the disposition of the leader where something speaks for it.
        A patient of whom nothing urgent is said is routine only once the minimum is known; until then the
        urgency is not known yet. Where nothing is ranked and nothing urgent is said, there is none.
        """
        found: list[Urgency] = [
            effect.urgency
            for effects in (*self._dangers, self.advice)
            for rule, effect in effects
            if rules[rule] is True
        ]
        if ranked and standings[0].is_supported:
            found.append(standings[0].candidate.disposition)
        worst = most_urgent(found)
        if worst is not None and worst != "routine":
            return worst
        if not ranked:
            return None
        return "routine" if minimum_met else "not_known_yet"


def _weighed(fired: Iterable[tuple[_Effect, str | None]], counting: _Effect | None) -> Iterator[Weighed]:
    """What fired on one side of a group, each with its superseder if any; only one of them counts."""
    for effect, superseder in fired:
        if effect is counting:
            yield effect.counted
        elif superseder is not None:
            yield effect.counted._replace(passed_over=superseder, superseded=True)
        else:
            assert counting is not None
            yield effect.counted._replace(passed_over=counting.rule)


def section_of(
    candidate: Candidate, score: int, flagged: bool, leader: Candidate, leading_score: int
) -> Section:
    """The first section that applies."""
    if candidate.id == leader.id:
        return "most_likely"
    if flagged or candidate.tier == "do_not_miss":
        return "do_not_miss"
    if score >= leading_score - NEAR:
        return "likely"
    return "rare" if candidate.tier == "rare" else "less_likely"


@overload
def most_urgent(urgencies: Iterable[Urgency | None]) -> Urgency | None: ...
@overload
def most_urgent(urgencies: Iterable[OverallUrgency | None]) -> OverallUrgency | None: ...
def most_urgent(urgencies: Iterable[OverallUrgency | None]) -> OverallUrgency | None:
    """The most urgent, or None of none."""
    return min((u for u in urgencies if u is not None), key=URGENCY_RANK.__getitem__, default=None)
