"""From the rules that fire to the ranking: scores, their intervals, sections, urgency.

Every reading that says which rules fire, cannot fire or are open comes through here, so the ranking is
written once. All numbers are whole decibans.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
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
        mine, theirs = self.interval[1], other.interval[0]
        # The scores nearly always decide; only equal ones need the rest of the ranking.
        return mine >= theirs and rank(self.candidate, mine) < rank(other.candidate, theirs)


class _Effect(NamedTuple):
    """An effect on a candidate: the `Weighed` of it when it counts, and the rules that supersede it."""

    rule: str
    strength: int
    counted: Weighed
    superseders: tuple[str, ...]


class _Side(NamedTuple):
    """What raises a candidate in one group, or what lowers it: only the strongest of `effects` counts.

    Where there is just one, and nothing supersedes it, `rule` is its rule. `most` is the strength of the
    strongest.
    """

    rule: str | None
    most: int
    effects: tuple[_Effect, ...]
    up: bool

    @classmethod
    def of(cls, effects: Sequence[_Effect]) -> _Side:
        first, up = effects[0], effects[0].counted.weight > 0
        plain = len(effects) == 1 and not first.superseders
        most = max(effect.strength for effect in effects)
        return cls(first.rule if plain else None, most, tuple(effects), up)


class _Place(NamedTuple):
    """A standing before its section is known."""

    candidate: Candidate
    score: int
    interval: tuple[int, int]
    weighed: tuple[Weighed, ...]
    flags: tuple[str, ...]
    clears: tuple[str, ...]


class Scoring:
    """The effects of a knowledge base, sorted by what they act on. Built once, used for every record."""

    def __init__(self, base: KnowledgeBase) -> None:
        self.base = base
        self._sides: dict[str, tuple[_Side, ...]] = {}
        self.flags: dict[str, list[tuple[str, Flag]]] = {id: [] for id in base.candidates}
        self.clears: dict[str, list[tuple[str, Clear]]] = {id: [] for id in (*base.candidates, *base.alerts)}
        self.alerts: dict[str, list[tuple[str, Alert]]] = {id: [] for id in base.alerts}
        self.advice: list[tuple[str, Advise]] = []
        groups: dict[str, dict[object, list[_Effect]]] = {id: {} for id in base.candidates}
        for rule in base.rules.values():
            self._sort(rule, groups)
        for candidate, found in groups.items():
            self._sides[candidate] = tuple(
                _Side.of(side)
                for effects in found.values()
                for sign in (1, -1)
                if (side := [effect for effect in effects if effect.counted.weight * sign > 0])
            )
        self._dangers: list[Sequence[tuple[str, Flag | Alert]]] = [
            *self.flags.values(),
            *self.alerts.values(),
        ]
        """The rules that flag one candidate or raise one alert, each with its effect."""
        self._urgencies: dict[str, list[Urgency]] = {}
        for id, raised in (each for effects in self._dangers for each in effects):
            self._urgencies.setdefault(id, []).append(raised.urgency)
        self._withdrawable: dict[str, list[Urgency]] = {}
        """How urgent the advice is that some rule withdraws; no other has to be looked at again."""
        for id, advise in self.advice:
            of = self._withdrawable if id in base.withdrawn_by else self._urgencies
            of.setdefault(id, []).append(advise.urgency)
        ranked = sorted(base.candidates.values(), key=lambda candidate: rank(candidate, 0))
        self._untouched = [self._widest(candidate) for candidate in ranked]
        """Where everybody stands while no rule is decided, in the order of equal scores."""
        self._touches = self._touching()
        self.shared: dict[tuple[str, Section], Standing] = {}
        """The standings of candidates that no rule has touched, by their sections."""

    def _touching(self) -> dict[str, tuple[tuple[str, int], ...]]:
        """The sides that hang on each rule, as (candidate, number); a flag and a clear as (candidate, -1)."""
        found: dict[str, dict[tuple[str, int], None]] = {}
        for id, sides in self._sides.items():
            for number, side in enumerate(sides):
                for each in side.effects:
                    for rule in (each.rule, *each.superseders):
                        found.setdefault(rule, {})[id, number] = None
            for rule, _ in (*self.flags[id], *self.clears[id]):
                found.setdefault(rule, {})[id, -1] = None
        return {rule: tuple(places) for rule, places in found.items()}

    def _sort(self, rule: Rule, groups: dict[str, dict[object, list[_Effect]]]) -> None:
        for at, effect in enumerate(rule.then):
            match effect:
                case Weigh():
                    counted = Weighed(rule.id, effect.weight, effect.group)
                    superseders = self.base.superseded_by.get(rule.id, ())
                    entry = _Effect(rule.id, abs(effect.weight), counted, superseders)
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

    def standings(self, rules: Mapping[str, Kleene]) -> list[Standing]:
        """Every candidate, highest score first, with its section."""
        touches = self._touches
        touched: dict[str, set[int]] = {}
        for places in [
            touches[rule] for rule, state in rules.items() if state is not None and rule in touches
        ]:
            for id, number in places:
                if id in touched:
                    touched[id].add(number)
                else:
                    touched[id] = {number}
        found = [
            self._place(each, rules, sorted(touched[each.candidate.id]))
            if each.candidate.id in touched
            else each
            for each in self._untouched
        ]
        found.sort(
            key=lambda place: -place.score
        )  # of equal scores the order stays, which is that of the ranking
        leader, leading_score, *_ = found[0]
        standings = []
        for place in found:
            candidate, score, interval, weighed, flags, clears = place
            section = section_of(candidate, score, bool(flags), leader, leading_score)
            if candidate.id in touched:
                standings.append(Standing(candidate, score, interval, weighed, flags, clears, section))
            else:
                # The same for everybody, so it is made once.
                known = candidate.id, section
                if known not in self.shared:
                    self.shared[known] = Standing(candidate, score, interval, (), (), (), section)
                standings.append(self.shared[known])
        return standings

    def _place(self, untouched: _Place, rules: Mapping[str, Kleene], touched: Iterable[int]) -> _Place:
        """The candidate with its score, the interval of it, and everything weighed.

        Whatever the answers still to come are, a side counts at least `lasting`, and at most `possible`. The
        sides that no decided rule has `touched` count as where nobody is touched.
        """
        candidate, score, (low, high), _, flags, clears = untouched
        sides = self._sides[candidate.id]
        weighed: list[Weighed] = []
        for number in touched:
            if number < 0:
                flags = tuple([rule for rule, _ in self.flags[candidate.id] if rules[rule] is True])
                clears = tuple([rule for rule, _ in self.clears[candidate.id] if rules[rule] is True])
                continue
            rule, most, effects, up = sides[number]
            if rule is not None:
                counts = lasting = possible = 0
                if rules[rule] is True:
                    weighed.append(effects[0].counted)
                    counts = lasting = possible = most
            else:
                counts, lasting, possible = _counting(effects, rules, weighed)
            if up:
                score += counts
                low += lasting
                high += possible - most
            else:
                score -= counts
                low -= possible - most
                high -= lasting
        return _Place(candidate, score, (low, high), tuple(weighed), flags, clears)

    def _widest(self, candidate: Candidate) -> _Place:
        """Where a candidate stands while no rule is decided: everything may count, and nothing has to."""
        most = [side.most if side.up else -side.most for side in self._sides[candidate.id]]
        low = candidate.prior + sum(each for each in most if each < 0)
        high = candidate.prior + sum(each for each in most if each > 0)
        return _Place(candidate, candidate.prior, (low, high), (), (), ())

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

    def withdrawing(self, rule: str, fired: Collection[str]) -> tuple[str, ...]:
        """The rules that fire and withdraw what the rule advises; where there is none, that stands."""
        return tuple(by for by in self.base.withdrawn_by.get(rule, ()) if by in fired)

    def urgency(
        self, standings: Sequence[Standing], fired: Collection[str], ranked: bool, minimum_met: bool
    ) -> OverallUrgency | None:
        """How urgent the patient is as a whole: the most urgent of everything that is said.

        That is every flag, every alert, advice that stands, and the disposition of the leader where something
        speaks for it.
        A patient of whom nothing urgent is said is routine only once the minimum is known; until then the
        urgency is not known yet. Where nothing is ranked and nothing urgent is said, there is none.
        """
        urgencies = self._urgencies
        found = [urgency for rule in fired if rule in urgencies for urgency in urgencies[rule]]
        for rule, advised in self._withdrawable.items():
            if rule in fired and not self.withdrawing(rule, fired):
                found += advised
        if ranked and standings[0].is_supported:
            found.append(standings[0].candidate.disposition)
        worst = min(found, key=URGENCY_RANK.__getitem__, default=None)
        if worst is not None and worst != "routine":
            return worst
        if not ranked:
            return None
        return "routine" if minimum_met else "not_known_yet"


def _counting(
    effects: Iterable[_Effect], rules: Mapping[str, Kleene], weighed: list[Weighed]
) -> tuple[int, int, int]:
    """What a side of a group counts now, for certain, and perhaps; what fired is added to `weighed`.

    The strongest effect counts of those whose rule fires while no rule that supersedes it does. For certain
    it is the strongest that fires and that nothing can supersede any more; perhaps, the strongest that fires
    or could, and that nothing supersedes yet.
    """
    counting: _Effect | None = None
    lasting = possible = 0
    fired: list[tuple[_Effect, str | None]] = []
    for effect in effects:
        rule, strength, _, superseders = effect
        state = rules[rule]
        if state is False:
            continue
        superseder, could_be_superseded = None, False
        if superseders:
            states = [rules[by] for by in superseders]
            could_be_superseded = None in states
            if True in states:
                superseder = superseders[states.index(True)]
        if state is True:
            fired.append((effect, superseder))
        if superseder is not None:
            continue
        if strength > possible:
            possible = strength
        if state is True:
            if counting is None or strength > counting.strength:
                counting = effect
            if not could_be_superseded and strength > lasting:
                lasting = strength
    for effect, superseder in fired:
        if effect is counting:
            weighed.append(effect.counted)
        elif superseder is not None:
            weighed.append(effect.counted._replace(passed_over=superseder, superseded=True))
        else:
            assert counting is not None
            weighed.append(effect.counted._replace(passed_over=counting.rule))
    return 0 if counting is None else counting.strength, lasting, possible


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
