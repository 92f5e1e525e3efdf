"""The sets of answers by which a rule could still fire: the loops of looking ahead, over plain numbers.

A node is the number of a literal or a `Threshold` (`graph.py`), and `chances` and `signs` have an entry for
every node.
"""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heapify, heappop, heappush
from typing import NamedTuple

__all__ = ["LEAST", "Besides", "Threshold", "Utility", "lead_through", "promised", "work_out"]

LEAST = 1e-60
"""The least chance of a set of answers that is possible: the product of very many chances is no smaller."""

FEW = 8
"""A threshold of no more parts than this is tried in every combination. Of more parts, those with the highest
chance for their weight are taken.
"""


class Threshold(NamedTuple):
    """A condition that holds when parts of it (numbers of other conditions) weigh `needed` together.

    `takes` says how many parts that is, where it is `any` one of them or `all` of them; else `some`.
    """

    needed: int
    parts: tuple[int, ...]
    weights: tuple[int, ...]
    takes: str


Utility = tuple[object, str, float]
"""The utility of a rule that fires: its goal, the rule, the utility. Rules with one goal have one effect."""

Besides = tuple[list[tuple[tuple[str, ...], float]], list[tuple[int, float]]]
"""For the open parts of a threshold the chance of the other answers that it takes besides, where there are
such: first its literals, by their facts and with their own chance, then its thresholds, by their numbers.
"""

Part = tuple[int, float, int]
"""An open part of a threshold: its number, its chance and its weight."""


def work_out(
    thresholds: Sequence[Threshold | None],
    wholes: Sequence[tuple[int, ...]],
    chances: list[float],
    signs: list[bool],
    others: dict[int, Besides],
    these: set[int],
) -> None:
    """Work out these thresholds and every one that changes with them, parts before wholes.

    The entries of `others` for them, which `lead_through` made, are dropped.
    """
    waiting = sorted(these)
    heapify(waiting)
    while waiting:
        number = heappop(waiting)
        node = thresholds[number]
        if node is None:
            continue
        others.pop(number, None)
        chance = _likeliest(node, chances)
        sign = False
        if chance >= 1:
            for part in node.parts:
                if signs[part]:
                    sign = True
                    break
        if chance != chances[number] or sign != signs[number]:
            chances[number] = chance
            signs[number] = sign
            for whole in wholes[number]:
                if whole not in these:
                    these.add(whole)
                    heappush(waiting, whole)


def lead_through(
    thresholds: Sequence[Threshold | None],
    facts_of: Sequence[tuple[str, ...]],
    chances: list[float],
    signs: list[bool],
    others: dict[int, Besides],
    root: int,
    under: Sequence[int],
    new: float,
    open_facts: frozenset[str],
) -> dict[str, float]:
    """From a rule's condition down to the open facts, through the thresholds `under` it: `Lookahead.through`.

    For a node, `rest` is the chance of all other answers that the rule takes besides this node. It is lower
    by the factor `new` until the walk has passed a whole with a sign among its parts (`begun`). `others`
    keeps the result of `_others` for every threshold.
    """
    found: dict[str, float] = {}
    if not 0 < chances[root] < 1:
        return found
    if not under:  # a rule that is one literal
        return {fact: max(new * chances[root], LEAST) for fact in facts_of[root] if fact in open_facts}
    rest: dict[int, float] = {root: new}
    begun: dict[int, bool] = {root: False}
    for number in under:
        here = rest.get(number)
        if here is None:
            continue
        node = thresholds[number]
        assert node is not None
        goes_on = begun[number]
        if not goes_on:
            for part in node.parts:
                if signs[part]:
                    goes_on = True
                    here = here / new
                    break
        besides = others.get(number)
        if besides is None:
            besides = others[number] = [], []
            for part, chance in _others(node, chances):
                if chance > 0.0 and thresholds[part] is None:
                    besides[0].append((facts_of[part], chance * chances[part]))
                elif chance > 0.0:
                    besides[1].append((part, chance))
        for facts, chance in besides[0]:  # a way ends at the facts of a literal
            whole = here * chance
            if whole < LEAST:
                whole = LEAST
            for fact in facts:
                if fact in open_facts and whole > found.get(fact, 0.0):
                    found[fact] = whole
        for part, chance in besides[1]:
            way = here * chance
            if way > rest.get(part, 0.0):
                rest[part] = way
                begun[part] = goes_on
    return found


def promised(utilities: Sequence[Utility], through: dict[str, dict[str, float]]) -> dict[str, float]:
    """The expected utility of asking for each fact: the best rule of each goal counts, and goals add up."""
    best: dict[object, dict[str, float]] = {}
    for goal, rule, utility in utilities:
        if utility <= 0.0:
            continue
        found = best.get(goal)
        if found is None:
            best[goal] = {fact: utility * chance for fact, chance in through[rule].items()}
            continue
        for fact, chance in through[rule].items():
            promise = utility * chance
            if promise > found.get(fact, 0.0):
                found[fact] = promise
    together: dict[str, float] = {}
    for found in best.values():
        for fact, here in found.items():
            together[fact] = together.get(fact, 0.0) + here
    return together


def _likeliest(node: Threshold, chances: list[float]) -> float:
    """The chance of the likeliest set of answers for a threshold; exactly 0 or 1 where it is decided."""
    if node.takes == "any" and node.needed > 0:
        most = 0.0
        for part in node.parts:
            most = max(most, chances[part])
        return most
    if node.takes == "all":
        whole = 1.0
        possible = True
        for part in node.parts:
            whole *= chances[part]
            possible = possible and chances[part] > 0.0
        # What is open stays apart from what cannot be any more, however many answers it takes.
        return whole if whole > LEAST or not possible else LEAST
    lacks, parts = _open_parts(node, chances)
    if lacks <= 0:
        return 1.0
    if sum([weight for _, _, weight in parts]) < lacks:
        return 0.0
    return max(_reach(lacks, sorted(parts, key=_cheapest), -1), LEAST)


def _open_parts(node: Threshold, chances: list[float]) -> tuple[int, list[Part]]:
    """The weight that a threshold still lacks, and its open parts."""
    lacks = node.needed
    found: list[Part] = []
    weights = node.weights
    for at, part in enumerate(node.parts):
        chance = chances[part]
        if chance >= 1:
            lacks -= weights[at]
        elif chance > 0:
            found.append((part, chance, weights[at]))
    return lacks, found


def _cheapest(part: Part) -> float:
    """The key that sorts parts by their chance for each unit of weight, the highest first."""
    return -float(part[1] ** (1 / part[2]))


def _reach(lacks: int, parts: list[Part], but: int) -> float:
    """The chance of the likeliest parts, in this order and without `but`, that have the weight `lacks`.

    It is 0 where all parts together are too light.
    """
    if lacks <= 0:
        return 1.0
    parts = [part for part in parts if part[0] != but]
    if len(parts) <= FEW:
        best: dict[int, float] = {lacks: 1.0}  # by what is still lacking
        for _, chance, weight in parts:
            for missing, so_far in list(best.items()):
                left = max(0, missing - weight)
                if missing and so_far * chance > best.get(left, 0.0):
                    best[left] = so_far * chance
        return best.get(0, 0.0)
    alone = 0.0
    for _, chance, weight in parts:
        if weight >= lacks:
            alone = max(alone, chance)
    together = 1.0
    for _, chance, weight in parts:
        together *= chance
        lacks -= weight
        if lacks <= 0:
            return max(alone, together)
    return 0.0


def _others(node: Threshold, chances: list[float]) -> list[tuple[int, float]]:
    """For every open part of a threshold the chance of the other answers that the threshold takes besides."""
    lacks, parts = _open_parts(node, chances)
    if node.takes == "any":
        return [(part, 1.0) for part, _, _ in parts]
    if node.takes == "all":
        found = []
        for at, (part, _, _) in enumerate(parts):
            product = 1.0
            for other, (_, chance, _) in enumerate(parts):
                if other != at:
                    product *= chance
            found.append((part, product))
        return found
    ordered = sorted(parts, key=_cheapest)
    return [(part, _reach(lacks - weight, ordered, part)) for part, _, weight in parts]
