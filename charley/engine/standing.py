"""From what fires to who stands where: scores, intervals, standing. Written once, for every reading.

All numbers are whole decibans. What is fired, by whichever reading, comes in; the same numbers come out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from charley.engine.meaning import Kleene
from charley.rules.candidate import Candidate, Section
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.rule import URGENCIES, Alert, Clear, Flag, Rule, Urgency, Weigh

__all__ = ["Scoring", "Standing", "Weighed", "most_urgent", "section_of"]

NEAR = 10
"""Decibans below the leader within which a candidate still counts as likely."""


_RANK = {urgency: rank for rank, urgency in enumerate(URGENCIES)}


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


class _Effect(NamedTuple):
    """An effect on a candidate, with what is said of it when it counts, and the rules that supersede it."""

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
        self.kept: dict[str, object] = {}
        """What others have worked out about the base once, by their own key."""
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

    def _sort(self, rule: Rule, groups: dict[str, dict[object, list[_Effect]]]) -> None:
        for at, effect in enumerate(rule.then):
            match effect:
                case Weigh():
                    # An effect without a group is a group of its own.
                    key: object = effect.group if effect.group is not None else (rule.id, at)
                    counted = Weighed(rule.id, effect.weight, effect.group)
                    superseders = self.base.superseded_by.get(rule.id, ())
                    entry = _Effect(rule.id, effect.weight, counted, superseders)
                    groups[effect.candidate].setdefault(key, []).append(entry)
                case Flag():
                    self.flags[effect.candidate].append((rule.id, effect))
                case Clear():
                    self.clears[effect.candidate].append((rule.id, effect))
                case Alert():
                    self.alerts[effect.alert].append((rule.id, effect))

    def standings(self, rules: Mapping[str, Kleene]) -> list[Standing]:
        """Every candidate, highest score first, with its section."""
        found = [self._place(candidate, rules) for candidate in self.base.candidates.values()]
        found.sort(key=lambda place: (-place[1], -place[0].prior, place[0].id))
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
        """The candidate with its score, the interval of it, and everything weighed."""
        weighed: list[Weighed] = []
        score = low = high = candidate.prior
        for side in self._sides[candidate.id]:
            counting: _Effect | None = None
            fired: list[tuple[_Effect, str | None]] = []
            certain = possible = 0  # what the side adds at least, and at most, over all completions
            for effect in side:
                state = rules[effect.rule]
                if state is False:
                    continue
                superseder, safe = None, True
                for by in effect.superseders:
                    if rules[by] is True:
                        superseder = by
                        break
                    safe = safe and rules[by] is False
                if state:
                    fired.append((effect, superseder))
                if superseder is not None:
                    continue
                weight = effect.weight
                if abs(weight) > abs(possible):
                    possible = weight
                if state:
                    if counting is None or abs(weight) > abs(counting.weight):
                        counting = effect
                    if safe and abs(weight) > abs(certain):
                        certain = weight
            if fired:
                weighed += _weighed(fired, counting)
            if counting is not None:
                score += counting.weight
            low += min(certain, possible)
            high += max(certain, possible)
        return candidate, score, (low, high), tuple(weighed)

    def is_settled(self, standings: list[Standing], rules: Mapping[str, Kleene]) -> bool:
        """Whether no completion of the record can change the leader or raise a further flag or alert.

        A flag of a greater urgency than the candidate's present one counts as a further flag.
        """
        leader = standings[0]
        for other in standings[1:]:
            best = (other.interval[1], other.candidate.prior)
            worst = (leader.interval[0], leader.candidate.prior)
            if best > worst or (best == worst and other.candidate.id < leader.candidate.id):
                return False
        return not any(self.open_dangers(rules))

    def open_dangers(self, rules: Mapping[str, Kleene]) -> list[tuple[str, Flag | Alert]]:
        """The open rules that would raise a further or more urgent flag or alert."""
        further: list[tuple[str, Flag | Alert]] = []
        for effects in self._dangers():
            open_ = [(rule, effect) for rule, effect in effects if rules[rule] is None]
            if open_:
                present = min((_RANK[e.urgency] for rule, e in effects if rules[rule]), default=len(_RANK))
                further += [(rule, effect) for rule, effect in open_ if _RANK[effect.urgency] < present]
        return further

    def _dangers(self) -> Iterator[Sequence[tuple[str, Flag | Alert]]]:
        """The flags of each candidate, then the rules of each alert."""
        yield from self.flags.values()
        yield from self.alerts.values()

    def urgency(self, standings: list[Standing], rules: Mapping[str, Kleene], ranked: bool) -> Urgency | None:
        """The most urgent of all flags, alerts and (where there is a ranking) the leader's disposition."""
        found: list[Urgency | None] = [
            effect.urgency for effects in self._dangers() for rule, effect in effects if rules[rule] is True
        ]
        return most_urgent([*found, standings[0].candidate.disposition if ranked else None])


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


def most_urgent(urgencies: Iterable[Urgency | None]) -> Urgency | None:
    """The most urgent, or None of none."""
    return min((u for u in urgencies if u is not None), key=URGENCIES.index, default=None)
