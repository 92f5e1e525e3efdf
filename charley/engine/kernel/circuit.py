"""A straight-line program of `&`, `|` and `^` over planes: drawn once, run on any number of lanes.

Equal gates are drawn once and constants disappear while drawing. A program is the gates that its results
need, as data (so that they can be run in another way) and as a Python function that keeps few planes
at a time. The function's text is made of numbers alone; no name from a knowledge base enters it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

__all__ = ["Circuit", "Gate", "Program", "Wire"]

P = TypeVar("P")

Gate = tuple[str, int, int]
"""`&`, `|` or `^` of two earlier numbers; an input is `("in", its number, 0)`."""

ZERO, ONES = 0, 1


class Circuit:
    """Gates by number; 0 is no lane and 1 is every lane."""

    def __init__(self, inputs: int) -> None:
        self.gates: list[Gate] = [("const", 0, 0), ("const", 1, 1)]
        self._known: dict[Gate, int] = {}
        self.ones = Wire(self, ONES)
        self.inputs = tuple(self._new(("in", number, 0)) for number in range(inputs))

    def _new(self, gate: Gate) -> Wire:
        self.gates.append(gate)
        return Wire(self, len(self.gates) - 1)

    def gate(self, op: str, one: int, other: int) -> Wire:
        """The wire out of a gate; it is drawn where it is new."""
        a, b = min(one, other), max(one, other)
        same, low, high = a == b, a == ZERO, a == ONES
        match op:
            case "&" if same or low or high:
                return Wire(self, b if high else a)
            case "|" if same or low or high:
                return Wire(self, b if low else a)
            case "^" if same or low:
                return Wire(self, ZERO if same else b)
        key = (op, a, b)
        number = self._known.get(key)
        if number is None:
            number = self._known[key] = len(self.gates)
            self.gates.append(key)
        return Wire(self, number)


class Wire:
    """The result of a gate, to draw further gates with."""

    __slots__ = ("_circuit", "number")

    def __init__(self, circuit: Circuit, number: int) -> None:
        self._circuit = circuit
        self.number = number

    def __and__(self, other: Wire) -> Wire:
        return self._circuit.gate("&", self.number, other.number)

    def __or__(self, other: Wire) -> Wire:
        return self._circuit.gate("|", self.number, other.number)

    def __xor__(self, other: Wire) -> Wire:
        return self._circuit.gate("^", self.number, other.number)


class Program:
    """What it takes to compute some wires, and nothing else.

    `gates` are numbered by their place; the first two are the constants. `results` are places.
    """

    def __init__(self, circuit: Circuit, wires: Iterable[Wire]) -> None:
        wanted = [wire.number for wire in wires]
        needed = bytearray(len(circuit.gates))
        for number in (ZERO, ONES, *wanted):
            needed[number] = 1
        for number in range(len(circuit.gates) - 1, ONES, -1):
            if needed[number] and circuit.gates[number][0] != "in":
                _, a, b = circuit.gates[number]
                needed[a] = needed[b] = 1
        place: dict[int, int] = {}
        self.gates: list[Gate] = []
        for number, (op, a, b) in enumerate(circuit.gates):
            if needed[number]:
                place[number] = len(self.gates)
                self.gates.append((op, a, b) if op in ("in", "const") else (op, place[a], place[b]))
        self.results = tuple(place[number] for number in wanted)
        self._run: Callable[[Sequence[Any], Any, Any], tuple[Any, ...]] | None = None

    def run(self, inputs: Sequence[P], ones: P) -> tuple[P, ...]:
        """The results. `ones` is the plane of every lane."""
        if self._run is None:
            self._run = self._compiled()
        found: tuple[P, ...] = self._run(inputs, ones ^ ones, ones)  # type: ignore[operator]
        return found

    def _compiled(self) -> Callable[[Sequence[Any], Any, Any], tuple[Any, ...]]:
        """The gates as a Python function, a variable being used again once its plane is no longer needed."""
        last = {number: at for at, (op, a, b) in enumerate(self.gates) if op in "&|^" for number in (a, b)}
        last.update(dict.fromkeys(self.results, len(self.gates)))
        name: dict[int, str] = {ZERO: "zero", ONES: "ones"}
        free: list[str] = []
        lines = ["def run(inputs, zero, ones):"]
        for at, (op, a, b) in enumerate(self.gates):
            if op == "const":
                continue
            text = f"inputs[{a}]" if op == "in" else f"{name[a]} {op} {name[b]}"
            if op != "in":
                free += [name[number] for number in {a, b} if last[number] == at and number > ONES]
            name[at] = free.pop() if free else f"v{at}"
            lines.append(f" {name[at]} = {text}")
        lines.append(f" return ({''.join(f'{name[number]}, ' for number in self.results)})")
        made: dict[str, Any] = {}
        exec(compile("\n".join(lines), "<the rules as planes>", "exec"), made)
        run: Callable[[Sequence[Any], Any, Any], tuple[Any, ...]] = made["run"]
        return run
