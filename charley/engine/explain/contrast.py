"""Contrast: the rules that separate two candidates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from charley.engine.differential import Differential, Place
from charley.engine.explanation import Explanation, Row
from charley.rules.knowledge_base import KnowledgeBase

__all__ = ["Contrast", "Separation", "contrast"]


@dataclass(frozen=True, slots=True)
class Separation:
    """A rule with what it counts for each of the two; `difference` is in favour of the first."""

    rule: str
    because: str
    first: int
    second: int

    @property
    def difference(self) -> int:
        """How far the rule moves the first ahead of the second, in decibans."""
        return self.first - self.second


@dataclass(frozen=True, slots=True, repr=False)
class Contrast(Explanation):
    """Why one candidate stands so far ahead of (or behind) another.

    The difference of the scores is the difference of the priors and the sum of the separations, exactly.
    """

    first: Place
    second: Place
    separations: tuple[Separation, ...]
    alike: tuple[Separation, ...]

    def rows(self) -> Iterator[Row]:
        """The difference of the scores, term by term."""
        gap = self.first.score - self.second.score
        side = "ahead of" if gap > 0 else "behind" if gap < 0 else "level with"
        yield Row(
            "",
            f"{self.first.name} ({self.first.score:+d} db) is {abs(gap)} db {side} "
            f"{self.second.name} ({self.second.score:+d} db)",
        )
        priors = self.first.prior - self.second.prior
        sides = f"{self.first.prior:+d} against {self.second.prior:+d}"
        yield Row(f"  {priors:+5d}  ", f"before anything was known ({sides})")
        for each in self.separations:
            sides = f"{each.first:+d} against {each.second:+d}"
            yield Row(f"  {each.difference:+5d}  ", f"{each.because} ({sides}) [{each.rule}]")
        for each in self.alike:
            yield Row(f"  {0:+5d}  ", f"{each.because} (the same for both) [{each.rule}]")
        yield Row(f"  {gap:+5d}  ", "in all")


def contrast(base: KnowledgeBase, d: Differential, first: str, second: str) -> Contrast:
    """What separates two candidates. Raises `KeyError` for one that is not ranked."""
    one, other = d.standing(first), d.standing(second)
    counts = [_counted(one), _counted(other)]
    found = [
        Separation(rule, base.rules[rule].because, counts[0].get(rule, 0), counts[1].get(rule, 0))
        for rule in base.rules
        if rule in counts[0] or rule in counts[1]
    ]
    apart = sorted((each for each in found if each.difference), key=lambda each: -abs(each.difference))
    return Contrast(one, other, tuple(apart), tuple(each for each in found if not each.difference))


def _counted(place: Place) -> dict[str, int]:
    found: dict[str, int] = {}
    for c in place.contributions:
        if c.counted:
            found[c.rule] = found.get(c.rule, 0) + c.weight
    return found
