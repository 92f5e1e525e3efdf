"""Sensitivity of the leader: which likelihood ratio, moved within its uncertainty, changes who leads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from charley.engine.differential import Contribution, Differential, Place
from charley.engine.explanation import Explanation, Row
from charley.rules.governance.evidence import Evidence
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.rule import STRENGTHS, Weigh, decibans

__all__ = ["Fragility", "Moved", "fragility"]

LADDER = (0, *(decibans(ratio) for ratio in STRENGTHS.values()))
"""The named strengths in decibans, from none."""


@dataclass(frozen=True, slots=True)
class Moved:
    """One weight, moved to either end of its doubt.

    `low` and `high` are the ends in decibans, `published` whether they are the interval that the source gives
    (else one strength step either way). `margins` are the leader's lead over the best of the others at
    either end, negative where another one leads, who is in `leaders`.
    """

    rule: str
    because: str
    candidate: str
    weight: int
    low: int
    high: int
    published: bool
    margins: tuple[int, int]
    leaders: tuple[str, str]

    @property
    def swing(self) -> int:
        """How far the lead moves between the ends, in decibans."""
        return abs(self.margins[1] - self.margins[0])


@dataclass(frozen=True, slots=True, repr=False)
class Fragility(Explanation):
    """Every weight in the differential, widest swing first. `robust` when none flips the leader.

    `names` are the names of the candidates.
    """

    leader: str
    name: str
    lead: int
    moved: tuple[Moved, ...]
    names: Mapping[str, str]

    @property
    def flips(self) -> tuple[Moved, ...]:
        """The weights that put another candidate first somewhere within their doubt."""
        return tuple(each for each in self.moved if set(each.leaders) != {self.leader})

    @property
    def robust(self) -> bool:
        """Whether no single weight flips the leader."""
        return not self.flips

    def rows(self) -> Iterator[Row]:
        """The verdict, and every weight that flips the leader."""
        yield Row("", f"{self.name} leads by {self.lead} db.")
        if self.robust:
            yield Row(
                "", "Robust: no single likelihood ratio, moved within its doubt, puts another one first."
            )
        for each in self.flips:
            other = next(id for id in each.leaders if id != self.leader)
            source = "its published interval" if each.published else "one strength step"
            moved = f"{each.weight:+d} db, moved within {source} to {each.low:+d} or {each.high:+d}"
            said = f"{each.because} ({moved}) would put {self.names[other]} first."
            yield Row("", f"Fragile: {said} [{each.rule}]")


def fragility(base: KnowledgeBase, d: Differential) -> Fragility | None:
    """How fragile the leader is; None where nothing is ranked, or there is only one candidate."""
    if d.leader is None or len(d.standings) < 2:
        return None
    places = {place.candidate: place for place in d.standings}
    moved = []
    for place in d.standings:
        for at, c in enumerate(place.contributions):
            ends, published = _ends(base, c, place.candidate)
            tried = [_standing(places, place, at, weight, d.leader) for weight in ends]
            moved.append(
                Moved(
                    rule=c.rule,
                    because=base.rules[c.rule].because,
                    candidate=place.candidate,
                    weight=c.weight,
                    low=ends[0],
                    high=ends[1],
                    published=published,
                    margins=(tried[0][0], tried[1][0]),
                    leaders=(tried[0][1], tried[1][1]),
                )
            )
    moved.sort(key=lambda each: (-each.swing, -abs(each.weight)))
    lead = places[d.leader].score - max(p.score for p in d.standings if p.candidate != d.leader)
    names = {id: place.name for id, place in places.items()}
    return Fragility(d.leader, names[d.leader], lead, tuple(moved), names)


def _ends(base: KnowledgeBase, c: Contribution, candidate: str) -> tuple[tuple[int, int], bool]:
    """The lowest and the highest that a weight may be."""
    rule = base.rules[c.rule]
    effect = next(e for e in rule.effects(Weigh) if e.candidate == candidate and e.weight == c.weight)
    interval = _published(effect, rule.evidence)
    if interval is not None:
        return (decibans(interval[0]), decibans(interval[1])), True
    size, sign = abs(c.weight), 1 if c.weight > 0 else -1
    weaker = max((step for step in LADDER if step < size), default=0)
    stronger = min((step for step in LADDER if step > size), default=size)
    low, high = sorted((sign * weaker, sign * stronger))
    return (low, high), False


def _published(effect: Weigh, evidence: Evidence) -> tuple[float, float] | None:
    """The interval, where it is about the likelihood ratio that the effect uses."""
    if effect.lr is None or evidence.interval is None or evidence.interval[0] <= 0:
        return None
    low, high = evidence.interval
    return (low, high) if low <= effect.lr <= high else None


def _standing(places: dict[str, Place], moved: Place, at: int, weight: int, leader: str) -> tuple[int, str]:
    """The leader's margin, and who leads, when one contribution has another weight."""
    scores = {id: place.score for id, place in places.items()}
    scores[moved.candidate] = _score(moved, at, weight)
    first = min(places, key=lambda id: (-scores[id], -places[id].prior, id))
    best_other = max(score for id, score in scores.items() if id != leader)
    return scores[leader] - best_other, first


def _score(place: Place, at: int, weight: int) -> int:
    """The score with one weight changed: the strongest of every group on either side, nothing superseded."""
    sides: dict[object, int] = {}
    for number, c in enumerate(place.contributions):
        if c.superseded:
            continue
        value = weight if number == at else c.weight
        side = (c.group if c.group is not None else number, c.weight > 0)
        # A weight moved across zero counts on its own side still: it is the same evidence.
        if side not in sides or abs(value) > abs(sides[side]):
            sides[side] = value
    return place.prior + sum(sides.values())
