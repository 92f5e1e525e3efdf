"""How fragile the leader is: which likelihood ratio, moved within its doubt, would put another one first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from charley.engine.differential import Contribution, Differential, Place
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.rule import STRENGTHS, Evidence, Weigh, decibans

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
        """How far the lead moves between the ends."""
        return abs(self.margins[1] - self.margins[0])


@dataclass(frozen=True, slots=True)
class Fragility:
    """Every weight in the differential, widest swing first. `robust` when none flips the leader."""

    leader: str
    name: str
    lead: int
    moved: tuple[Moved, ...]

    def __str__(self) -> str:
        return "\n".join(self.lines())

    @property
    def flips(self) -> tuple[Moved, ...]:
        """The weights that put another candidate first somewhere within their doubt."""
        return tuple(each for each in self.moved if set(each.leaders) != {self.leader})

    @property
    def robust(self) -> bool:
        """Whether no single weight flips the leader."""
        return not self.flips

    def lines(self, width: int = 79, most: int = 12) -> Iterator[str]:
        """The verdict, then a tornado chart of the leader's lead."""
        yield f"{self.name} leads by {self.lead} db."
        if self.robust:
            yield "Robust: no single likelihood ratio, moved within its doubt, puts another one first."
        for each in self.flips:
            other = next(id for id in each.leaders if id != self.leader)
            source = "its published interval" if each.published else "one strength step"
            yield f"Fragile: {each.because} ({each.weight:+d} db, moved within {source} to {each.low:+d}"
            yield f"  or {each.high:+d}) would put {other.replace('_', ' ')} first. [{each.rule}]"
        shown = [each for each in self.moved if each.swing][:most]
        if shown:
            yield from _chart(shown, self.lead, width)


def fragility(base: KnowledgeBase, d: Differential) -> Fragility | None:
    """How fragile the leader is; None where nothing is ranked, or there is nobody else."""
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
    return Fragility(d.leader, places[d.leader].name, lead, tuple(moved))


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


def _chart(moved: list[Moved], lead: int, width: int) -> Iterator[str]:
    """Bars from the lead at one end of the doubt to the lead at the other, and where the lead is lost."""
    low = min(0, *(min(each.margins) for each in moved))
    high = max(lead, *(max(each.margins) for each in moved))
    label = min(34, max(len(each.rule) for each in moved))
    room = max(10, width - label - 14)

    def column(value: int) -> int:
        return round((value - low) * (room - 1) / max(1, high - low))

    yield f"  {'lead in db, with one weight moved':<{label}}"
    for each in moved:
        start, end = sorted(map(column, each.margins))
        bar = [" "] * room
        bar[start : end + 1] = ["="] * (end - start + 1)
        bar[column(0)] = "0" if column(0) in range(start, end + 1) else ":"
        bar[column(lead)] = "|"
        yield f"  {each.rule[:label]:<{label}} {min(each.margins):>+4d} {''.join(bar)} {max(each.margins):+d}"
