"""A program of gates with a place in memory for every plane: what the numpy way and the numba way both run.

A place is used again as soon as the plane in it is not needed any more, so that a block of patients takes as
little memory as it can.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from charley.engine.kernel.circuit import Circuit, Program, Wire

__all__ = ["ONES", "OPS", "ZERO", "Code", "code"]

OPS = "&|^"
"""The operations, by their number in a step."""

ZERO, ONES = 0, 1


@dataclass(frozen=True)
class Code:
    """`steps` are (operation, place, place, place of the result); places 0 and 1 hold no lane and every lane.

    `inputs` says for each input that is needed where it is put, `results` where each result is found.
    """

    steps: tuple[tuple[int, int, int, int], ...]
    inputs: dict[int, int]
    results: tuple[int, ...]
    places: int


def code(circuit: Circuit, wires: Sequence[Wire]) -> Code:
    """What it takes to compute these wires."""
    program = Program(circuit, wires)
    gates = program.gates
    last = {number: at for at, (op, a, b) in enumerate(gates) if op in OPS for number in (a, b)}
    last.update(dict.fromkeys((ZERO, ONES, *program.results), len(gates)))
    place: dict[int, int] = {ZERO: ZERO, ONES: ONES}
    inputs: dict[int, int] = {}
    for at, (op, a, _) in enumerate(gates):
        if op == "in":
            inputs[a] = place[at] = len(place)
    free: list[int] = []
    places = len(place)
    steps: list[tuple[int, int, int, int]] = []
    for at, (op, a, b) in enumerate(gates):
        if op not in OPS:
            continue
        if free:
            place[at] = free.pop()
        else:
            place[at], places = places, places + 1
        # Not before: a loop whose result lies where an operand does is not made of vectors.
        free += [place[number] for number in {a, b} if last[number] == at]
        steps.append((OPS.index(op), place[a], place[b], place[at]))
    return Code(tuple(steps), inputs, tuple(place[number] for number in program.results), places)
