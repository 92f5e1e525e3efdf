"""What asking for a fact promises on a list, where several facts are asked for together.

A fact that waits for another one passes on to it what it promises.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import NamedTuple

from charley.engine.ask.asking import Asking
from charley.engine.ask.precedence import Precedence
from charley.facts.record import Answers

__all__ = [
    "BY_NAME",
    "ENOUGH",
    "ENOUGH_DANGER",
    "OPENED",
    "SPARING",
    "Promise",
    "Stake",
    "little",
    "promises",
]

SPARING = 0.25
"""What counts of what a fact promises for the one that is asked first because it may spare the question. So
much also counts of it behind a gate of which somebody is not sure.
"""

OPENED = 6
"""How much more a fact promises of which somebody said that it, or another of its gate, is so."""

BY_NAME = 8
"""A fact that promises so much danger is asked for by name, and its gate is not asked before it. That much is
promised by an emergency that a yes would raise, and of which a sign is there already.

These numbers were tuned coarsely on half of the cases of the bundled base (`benchmarks/screens.py`).
"""

ENOUGH, ENOUGH_DANGER = 10, 3
"""What all that could be asked may still promise together, and what of it may be danger, to be little. Tuned
likewise.
"""

Stake = tuple[str, float, float]
"""A fact, with what asking for it promises of danger and of telling the leading candidates apart."""


class Promise(NamedTuple):
    """What a line of a list promises, of either kind."""

    fact: str
    danger: float
    separation: float

    @property
    def whole(self) -> float:
        """Both kinds together."""
        return self.danger + self.separation


_NONE = (0.0, 0.0)
_promise = partial(tuple.__new__, Promise)  # at half the time that the class takes


def promises(
    asking: Asking, answers: Answers, stakes: Iterable[Stake], precedence: Precedence
) -> list[Promise]:
    """What every fact promises that can be asked for now, most first."""
    listed, waiting, gates, excused_by = asking.listed, asking.waiting, asking.gates, asking.excused_by
    found: dict[str, tuple[float, float]] = {}
    for id, danger, separation in stakes:
        if danger + separation <= 0:
            continue
        factor, before = listed[id], id
        if id in waiting:
            before = precedence.before(id)
            gate = gates.get(id)
            if gate is not None and answers.record.get(gate) is True:
                factor *= OPENED
            elif gate in answers.unknown:
                factor *= SPARING
            if before != id:
                if before == gate and danger * factor >= BY_NAME:
                    before = id
                elif before in excused_by.get(id, ()):
                    factor *= SPARING
        so_far, apart = found.get(before, _NONE)
        found[before] = so_far + danger * factor, apart + separation * factor
    most = sorted(found, key={id: -(danger + apart) for id, (danger, apart) in found.items()}.__getitem__)
    return list(map(_promise, [(id, *found[id]) for id in most]))


def little(promises: Iterable[Promise]) -> bool:
    """Whether so little is promised together that it need not be asked for."""
    danger = separation = 0.0
    for each in promises:
        danger += each.danger
        separation += each.separation
    return danger + separation <= ENOUGH and danger <= ENOUGH_DANGER
