"""What a cohort is to be told, as a program: the columns that are wanted, each as planes.

Nothing here needs numpy or pyarrow; it is worked out once for a base and a choice of columns.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from charley.cohort.code import ONES, Code, code
from charley.cohort.inputs import Input, drawn, inputs
from charley.cohort.outcome import URGENCY_CODES, Outcome
from charley.cohort.outputs import Digits, Output, Outputs
from charley.documents.diagnostic import Diagnostic, Faulty, nearest
from charley.engine.expert import Expert
from charley.engine.kernel.circuit import Circuit, Wire
from charley.rules.candidate import SECTIONS

__all__ = ["GROUPS", "REFUSED", "Column", "Plan"]

GROUPS = ("leader", "urgency", "settled", "scores", "sections", "flags", "alerts", "fired", "refused")
"""Names for the columns of one kind; a column may also be named by itself."""
REFUSED = "refused"
"""The column that counts the values of a row that were refused. It is not computed by the rules."""
WORD = 64
KINDS = {"truth": "bit", "label": "byte", "fired": "word"}
"""The kind of output of a kind of column; that of scores depends on how wide they can be."""


@dataclass(frozen=True)
class Column:
    """A column of the result: the numbers of its output.

    A `label` is the place of one among `labels`, a `score` a signed number, a `truth` one bit; `fired` has a
    bit for each of the rules in `labels`. `valid` are the bits without which the column says nothing (None:
    it always does).
    """

    name: str
    group: str
    kind: str
    output: Output
    labels: tuple[str, ...] = ()
    valid: Digits | None = None


@dataclass(frozen=True)
class _Drawn:
    """A column as wires: of its digits, or of what is `summed` for these candidates."""

    name: str
    group: str
    kind: str
    planes: Sequence[Wire] = ()
    labels: tuple[str, ...] = ()
    valid: Wire | None = None
    summed: tuple[str, ...] = ()


class Plan:
    """A base with the columns that are wanted of it: all of them, or those in `names` (columns or `GROUPS`).

    `inputs` are the planes that have to be read, with their places in `code`. Raises `Faulty` for a name that
    no column has.
    """

    def __init__(self, base: Expert, names: Collection[str] | None = None) -> None:
        self.base = base
        literals = base.planes.literals
        possible = tuple(inputs(base, literals))
        circuit = Circuit(len(possible))
        look = dict(zip(possible, circuit.inputs, strict=True)).__getitem__
        held = base.planes.run(
            [drawn(base, literal, look, circuit.ones) for literal in literals], circuit.ones
        )
        outcome = Outcome(base.planes, held, circuit.ones)
        wanted = _checked(names, [*_names(base), REFUSED])
        self.counts_refused = wanted is None or bool({REFUSED} & wanted)
        told = [each for each in _drawn(outcome) if wanted is None or {each.name, each.group} & wanted]
        summands = {
            id: outcome.summands(id) for id in dict.fromkeys(id for each in told for id in each.summed)
        }
        wires = {
            wire.number: wire for each in told for wire in (*each.planes, each.valid) if wire is not None
        }
        wires.update((wire.number, wire) for planes in summands.values() for wire, _ in planes)
        self.code: Code = code(circuit, list(wires.values()))
        self.inputs: dict[Input, int] = {possible[at]: place for at, place in self.code.inputs.items()}
        bounds = [outcome.bounds(candidate) for candidate in base.candidates]
        self.score_bits = 8 if all(low >= -128 and high < 128 for low, high in bounds) else 16
        self.outputs = Outputs()
        self._place = dict(zip(wires, self.code.results, strict=True))
        self._valid: dict[int, Digits] = {}
        self._sums = {
            id: self.outputs.sum(
                "byte" if self.score_bits == 8 else "short",
                base.candidates[id].prior,
                [(self._place[wire.number], weight) for wire, weight in planes],
            )
            for id, planes in summands.items()
        }
        self.columns = [self._column(each) for each in told]

    def _column(self, drawn: _Drawn) -> Column:
        valid = None
        if drawn.valid is not None and drawn.valid.number != ONES:
            number = drawn.valid.number
            if number not in self._valid:
                self._valid[number] = self.outputs.digits("bit", [self._place[number]])
            valid = self._valid[number]
        output: Output
        sums = [self._sums[id] for id in drawn.summed]
        if not sums:
            output = self.outputs.digits(
                KINDS[drawn.kind], [self._place[wire.number] for wire in drawn.planes]
            )
        elif drawn.kind == "score":
            (output,) = sums
        else:
            output = self.outputs.highest(sums)
        return Column(drawn.name, drawn.group, drawn.kind, output, drawn.labels, valid)


def _drawn(outcome: Outcome) -> Iterator[_Drawn]:
    base, ranked = outcome.base, outcome.outside ^ outcome.ones
    leaders = tuple(reversed(outcome.order))
    yield _Drawn("leader", "leader", "label", labels=leaders, valid=ranked, summed=leaders)
    yield _Drawn("urgency", "urgency", "label", outcome.urgency_code, URGENCY_CODES, outcome.has_urgency)
    yield _Drawn("settled", "settled", "truth", [outcome.settled])
    for id in base.candidates:
        yield _Drawn(f"score_{id}", "scores", "score", valid=ranked, summed=(id,))
    for id in base.candidates:
        yield _Drawn(f"section_{id}", "sections", "label", outcome.section_code(id), SECTIONS, ranked)
    for id in base.candidates:
        yield _Drawn(f"flag_{id}", "flags", "truth", [outcome.flagged(id)])
    for id in base.alerts:
        yield _Drawn(f"alert_{id}", "alerts", "truth", [outcome.alerted(id)])
    ids = tuple(base.rules)
    for at, rules in enumerate(ids[first : first + WORD] for first in range(0, len(ids), WORD)):
        yield _Drawn(f"fired_{at}", "fired", "fired", [outcome.fires(rule) for rule in rules], rules)


def _names(base: Expert) -> list[str]:
    words = range(-(-len(base.rules) // WORD))
    return [
        *("leader", "urgency", "settled"),
        *(f"score_{id}" for id in base.candidates),
        *(f"section_{id}" for id in base.candidates),
        *(f"flag_{id}" for id in base.candidates),
        *(f"alert_{id}" for id in base.alerts),
        *(f"fired_{at}" for at in words),
    ]


def _checked(names: Collection[str] | None, known: list[str]) -> set[str] | None:
    if names is None:
        return None
    problems = []
    for name in names:
        if name not in known and name not in GROUPS:
            help = nearest(name, [*GROUPS, *known]) or "there are " + ", ".join(GROUPS)
            message = f"there is no column `{name[:60]}` in the result"
            problems.append(Diagnostic("columns", 0, 0, "C002", message, help))
    if problems:
        raise Faulty(problems)
    return set(names)
