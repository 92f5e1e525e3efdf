"""Scores as sums: what is added to a candidate's prior, and when.

The strongest of a group is not a sum, but its steps are: of weights 3, 7 and 10 in a group, 3 is added
when any of the three counts, 4 more when one of the last two does, and 3 more when the last does. So a
score is the prior plus the weights of the terms that hold, and each term can come and go by itself.
"""

from __future__ import annotations

from typing import NamedTuple

from charley.engine.effects import group_of
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.rule import Weigh

__all__ = ["Term", "terms"]


class Term(NamedTuple):
    """Adds `weight` to the candidate when one of the rules fires and nothing that supersedes it does.

    `counts` pairs each rule with the rules that supersede it; `candidate` is the number of the candidate.
    """

    candidate: int
    weight: int
    counts: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def plain(self) -> bool:
        """Whether nothing in it can be superseded."""
        return not any(superseders for _, superseders in self.counts)


def terms(base: KnowledgeBase) -> list[Term]:
    """All terms of all candidates' scores."""
    numbers = {id: at for at, id in enumerate(base.candidates)}
    sides: dict[tuple[str, object, bool], list[tuple[str, int]]] = {}
    for rule in base.rules.values():
        for at, effect in enumerate(rule.then):
            if isinstance(effect, Weigh) and effect.weight:
                side = (effect.candidate, group_of(effect, rule.id, at), effect.weight > 0)
                sides.setdefault(side, []).append((rule.id, effect.weight))
    found: list[Term] = []
    for (candidate, _, up), effects in sides.items():
        step = 0
        for size in sorted({abs(weight) for _, weight in effects}):
            rules = dict.fromkeys(rule for rule, weight in effects if abs(weight) >= size)
            counts = tuple((rule, base.superseded_by.get(rule, ())) for rule in rules)
            found.append(Term(numbers[candidate], (size - step) * (1 if up else -1), counts))
            step = size
    return found
