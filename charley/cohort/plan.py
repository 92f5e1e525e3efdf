"""What a cohort is to be told, as a program: the columns that are wanted, each as planes.

Nothing here needs numpy or pyarrow; it is worked out once for a base and a choice of columns.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from charley.cohort.code import Code, code
from charley.cohort.inputs import Input, drawn, inputs
from charley.cohort.outcome import URGENCY_CODES, Outcome
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


@dataclass(frozen=True)
class Column:
    """A column of the result, from the planes at `results[first:first + count]` of the code.

    Planes are the digits of a number, the lowest first: of the place of a label, or, without labels, of a
    signed score. A `truth` has one plane, and `fired` one for each rule that it packs. `valid` is the place
    of the plane without which the column says nothing (None: it always does).
    """

    name: str
    group: str
    kind: str
    first: int
    count: int
    labels: tuple[str, ...] = ()
    valid: int | None = None


@dataclass(frozen=True)
class _Drawn:
    name: str
    group: str
    kind: str
    planes: Sequence[Wire]
    labels: tuple[str, ...] = ()
    ranked: bool = False


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
        wires: list[Wire] = []
        self.columns: list[Column] = []
        wanted = _checked(names, [*_names(base), REFUSED])
        self.counts_refused = wanted is None or bool({REFUSED} & wanted)
        ranked = outcome.outside ^ circuit.ones
        for each in _drawn(outcome):
            if wanted is not None and not {each.name, each.group} & wanted:
                continue
            valid = None
            if each.ranked or each.name == "urgency":
                valid = len(wires)
                wires.append(ranked if each.ranked else outcome.has_urgency)
            column = Column(
                each.name, each.group, each.kind, len(wires), len(each.planes), each.labels, valid
            )
            self.columns.append(column)
            wires += each.planes
        self.code: Code = code(circuit, wires)
        self.inputs: dict[Input, int] = {possible[at]: place for at, place in self.code.inputs.items()}
        bounds = [outcome.bounds(candidate) for candidate in base.candidates]
        self.score_bits = 8 if all(low >= -128 and high < 128 for low, high in bounds) else 16


def _drawn(outcome: Outcome) -> Iterator[_Drawn]:
    base = outcome.base
    leaders = tuple(reversed(outcome.order))
    yield _Drawn("leader", "leader", "label", outcome.leader_code, leaders, ranked=True)
    yield _Drawn("urgency", "urgency", "label", outcome.urgency_code, URGENCY_CODES)
    yield _Drawn("settled", "settled", "truth", [outcome.settled])
    for id in base.candidates:
        yield _Drawn(f"score_{id}", "scores", "score", outcome.score(id).digits, ranked=True)
    for id in base.candidates:
        yield _Drawn(f"section_{id}", "sections", "label", outcome.section_code(id), SECTIONS, ranked=True)
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
