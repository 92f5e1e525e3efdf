"""From the rules that fire to the ranking: scores, their intervals, sections, urgency.

Every reading that says which rules fire, cannot fire or are open comes through here, so the ranking is
written once. All numbers are whole decibans.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import NamedTuple

from charley.engine.effects import Danger, Effect, Effects, Weighed
from charley.engine.meaning import Kleene
from charley.rules.candidate import Candidate, Section
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.rule import URGENCY_RANK, OverallUrgency

__all__ = ["NEAR", "Scoring", "Standing", "rank"]

NEAR = 10
"""Decibans below the leader within which a candidate still counts as likely."""


def rank(candidate: Candidate, score: int) -> tuple[int, int, str]:
    """The key of the ranking, the first smallest: the higher score, then the higher prior, then the id."""
    return -score, -candidate.prior, candidate.id


class Standing(NamedTuple):
    """Where one candidate is."""

    candidate: Candidate
    score: int
    interval: tuple[int, int]
    weighed: tuple[Weighed, ...]
    flags: tuple[str, ...]
    clears: tuple[str, ...]
    section: Section
    is_supported: bool
    """Whether something speaks for the candidate: a rule that raises it fires and counts."""
    alike: int | None = None
    """The number of a standing that is the same for all who have it."""

    def could_overtake(self, other: Standing) -> bool:
        """Whether further answers could put this candidate before the other one."""
        mine, theirs = self.interval[1], other.interval[0]
        # The scores nearly always decide; only equal ones need the rest of the ranking.
        return mine >= theirs and rank(self.candidate, mine) < rank(other.candidate, theirs)


class _Place(NamedTuple):
    """A standing before its section is known.

    Where no rule has touched the candidate, `alike` has how it stands as the leader, near the leader, and
    farther off.
    """

    candidate: Candidate
    score: int
    interval: tuple[int, int]
    weighed: tuple[Weighed, ...]
    flags: tuple[str, ...]
    clears: tuple[str, ...]
    is_supported: bool = False
    alike: tuple[Standing, ...] = ()


class Scoring(Effects):
    """Where the candidates stand, and how urgent that is. Made once for a base, used for every record."""

    def __init__(self, base: KnowledgeBase) -> None:
        super().__init__(base)
        self._ranked = sorted(base.candidates.values(), key=lambda candidate: rank(candidate, 0))
        self._untouched = [self._widest(at, candidate) for at, candidate in enumerate(self._ranked)]
        """Where everybody stands while no rule is decided, in the order of equal scores."""
        self._touches = self.touched(self._ranked)

    def standings(self, rules: Mapping[str, Kleene]) -> list[Standing]:
        """Every candidate, highest score first, with its section. A rule that is missing is open."""
        touches, untouched = self._touches, self._untouched
        touched: defaultdict[int, list[int]] = defaultdict(list)
        for rule, state in rules.items():
            if state is not None and rule in touches:
                for at, number in touches[rule]:
                    touched[at].append(number)
        places = untouched.copy()
        for at, numbers in touched.items():
            in_order = numbers if len(numbers) == 1 else sorted(set(numbers))
            places[at] = self._place(untouched[at], rules, in_order)
        # Of equal scores the order stays, which is that of the ranking.
        places.sort(key=_score, reverse=True)
        leads, leading_score = True, places[0].score
        least = leading_score - NEAR
        standings = []
        for candidate, score, interval, weighed, flags, clears, supported, alike in places:
            if alike:
                standings.append(alike[0 if leads else 1 if score >= least else 2])
            else:
                section = _section(candidate, score, bool(flags), leads, leading_score)
                standings.append(
                    Standing(candidate, score, interval, weighed, flags, clears, section, supported)
                )
            leads = False
        return standings

    def _place(self, untouched: _Place, rules: Mapping[str, Kleene], touched: Iterable[int]) -> _Place:
        """The candidate with its score, the interval of it, and everything weighed.

        Whatever the answers still to come are, a side counts at least `lasting`, and at most `possible`. The
        sides that no decided rule has `touched` count as where nobody is touched.
        """
        candidate, score, (low, high), _, flags, clears, supported, _ = untouched
        sides = self.sides[candidate.id]
        weighed: list[Weighed] = []
        for number in touched:
            if number < 0:
                flags = tuple([rule for rule, _ in self.flags[candidate.id] if rules.get(rule) is True])
                clears = tuple([rule for rule, _ in self.clears[candidate.id] if rules.get(rule) is True])
                continue
            rule, most, effects, up = sides[number]
            if rule is not None:
                counts = lasting = possible = 0
                if rules.get(rule) is True:
                    weighed.append(effects[0].counted)
                    counts = lasting = possible = most
            else:
                counts, lasting, possible = _counting(effects, rules, weighed)
            if up:
                score += counts
                low += lasting
                high += possible - most
                supported = supported or counts > 0
            else:
                score -= counts
                low -= possible - most
                high -= lasting
        return _Place(candidate, score, (low, high), tuple(weighed), flags, clears, supported)

    def _widest(self, at: int, candidate: Candidate) -> _Place:
        """Where a candidate stands while no rule is decided: everything may count, and nothing has to."""
        most = [side.most if side.up else -side.most for side in self.sides[candidate.id]]
        score = candidate.prior
        down, up = (sum(each for each in most if each * sign > 0) for sign in (-1, 1))
        interval = score + down, score + up
        alike = []
        for number, leader in enumerate([(True, score), (False, score), (False, score + NEAR + 1)]):
            section = _section(candidate, score, False, *leader)
            alike.append(Standing(candidate, score, interval, (), (), (), section, False, 3 * at + number))
        return _Place(candidate, score, interval, (), (), (), False, tuple(alike))

    def open_dangers(self, rules: Mapping[str, Kleene]) -> Iterator[Danger]:
        """The open rules that would raise a further flag or alert, or raise one with greater urgency, each
        with the candidate or alert and its effect.

        A rule that is missing is open.
        """
        for target, effects in self.dangers.items():
            fired = [URGENCY_RANK[effect.urgency] for rule, effect in effects if rules.get(rule) is True]
            for rule, effect in effects:
                if rules.get(rule) is None and (not fired or URGENCY_RANK[effect.urgency] < min(fired)):
                    yield target, rule, effect

    def settled(self, standings: Sequence[Standing], rules: Mapping[str, Kleene]) -> bool:
        """Whether no further answer can change the leader or raise a further flag or alert."""
        leader, *others = standings
        least = leader.interval[0]
        reach = [other for other in others if other.interval[1] >= least]
        if any(other.interval[1] > least or other.could_overtake(leader) for other in reach):
            return False
        return next(self.open_dangers(rules), None) is None

    def urgency(
        self, standings: Sequence[Standing], fired: Collection[str], ranked: bool, minimum_met: bool
    ) -> OverallUrgency | None:
        """How urgent the patient is as a whole: the most urgent of everything that is said.

        That is every flag, every alert, advice that stands, and the disposition of the leader where something
        speaks for it.
        A patient of whom nothing urgent is said is routine only once the minimum is known; until then the
        urgency is not known yet. Where nothing is ranked and nothing urgent is said, there is none.
        """
        urgencies = self.urgencies
        found = [urgency for rule in fired if rule in urgencies for urgency in urgencies[rule]]
        for rule, advised in self.withdrawable.items():
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


_score = attrgetter("score")


def _counting(
    effects: Iterable[Effect], rules: Mapping[str, Kleene], weighed: list[Weighed]
) -> tuple[int, int, int]:
    """What a side of a group counts now, for certain, and perhaps; what fired is added to `weighed`.

    The strongest effect counts of those whose rule fires while no rule that supersedes it does. For certain
    it is the strongest that fires and that nothing can supersede any more; perhaps, the strongest that fires
    or could, and that nothing supersedes yet.
    """
    counting: Effect | None = None
    lasting = possible = 0
    fired: list[tuple[Effect, str | None]] = []
    for effect in effects:
        rule, strength, _, superseders = effect
        state = rules.get(rule)
        if state is False:
            continue
        if state is None and not superseders:  # most are open
            if strength > possible:
                possible = strength
            continue
        superseder, could_be_superseded = None, False
        if superseders:
            states = [rules.get(by) for by in superseders]
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
            weighed.append(Weighed(*effect.counted[:3], superseder, True))
        else:
            assert counting is not None
            weighed.append(Weighed(*effect.counted[:3], counting.rule))
    return 0 if counting is None else counting.strength, lasting, possible


def _section(candidate: Candidate, score: int, flagged: bool, leads: bool, leading_score: int) -> Section:
    """The first section that applies."""
    if leads:
        return "most_likely"
    if flagged or candidate.tier == "do_not_miss":
        return "do_not_miss"
    if score >= leading_score - NEAR:
        return "likely"
    return "rare" if candidate.tier == "rare" else "less_likely"
