"""What every peer of a cohort has to say, taken from a workload: rules in layers, sums, and who leads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import reduce
from itertools import combinations
from typing import Any, TypeVar

from benchmarks.workload import Workload
from charley.engine.standing import rank
from charley.rules.language.condition import And, AtLeast, Atom, Condition, Not, Or
from charley.rules.rule import Flag

__all__ = ["PLACES", "Results", "keys", "layers", "leaders", "sides", "written"]

T = TypeVar("T")

Results = dict[str, Any]
"""Columns of the result as numpy arrays: `r-0` ... (fired), `score_c0` ..., `flag_c0` ..., `leader`."""

PLACES = 32
"""A score times this, with the candidate's place added, is a number by which the highest leads."""


def sides(work: Workload) -> dict[str, dict[str, list[tuple[str, int]]]]:
    """What each candidate's score and flag are made of: rules with weights, and rules that flag."""
    scores: dict[str, list[tuple[str, int]]] = {id: [] for id in work.base.candidates}
    flags: dict[str, list[tuple[str, int]]] = {id: [] for id in work.base.candidates}
    names = list(work.base.candidates)
    for id, effects in work.effects.items():
        for candidate, weight in effects.weights:
            scores[names[candidate]].append((id, weight))
        for flag in work.base.rules[id].effects(Flag):
            flags[flag.candidate].append((id, 1))
    return {"score": scores, "flag": flags}


def leaders(work: Workload) -> list[str]:
    """The candidates, those first that lose to the others with equal scores."""
    ranked = sorted(work.base.candidates.values(), key=lambda each: rank(each, 0), reverse=True)
    assert len(ranked) <= PLACES
    return [candidate.id for candidate in ranked]


def keys(work: Workload) -> list[tuple[str, int]]:
    """The column of each score, with the place of its candidate in `leaders`."""
    return [(f"score_{id}", place) for place, id in enumerate(leaders(work))]


def layers(work: Workload) -> Iterator[dict[str, Condition]]:
    """The rules in an order in which findings are there when they are used."""
    rules = {id: rule.condition for id, rule in work.base.rules.items()}
    ids = list(rules)
    concluding = sum(bool(effects.findings) for effects in work.effects.values())
    for part in (ids[: concluding // 2], ids[concluding // 2 : concluding], ids[concluding:]):
        yield {id: rules[id] for id in part}


def written(
    condition: Condition,
    atom: Callable[[Atom, bool], T],
    both: Callable[[T, T], T],
    either: Callable[[T, T], T],
) -> T:
    """The condition in another language; an atom is told whether it is wanted."""

    def all_of(parts: Any) -> T:
        return reduce(both, [written(part, atom, both, either) for part in parts])

    match condition:
        case Atom():
            return atom(condition, True)
        case Not(Atom() as part):
            return atom(part, False)
        case And(parts):
            return all_of(parts)
        case Or(parts):
            return reduce(either, [written(part, atom, both, either) for part in parts])
        case AtLeast(count, parts):
            return reduce(either, [all_of(some) for some in combinations(parts, count)])
        case _:
            raise AssertionError(condition)
