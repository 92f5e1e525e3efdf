"""What a reading of the rules is, and the readings there are, by name.

A reading is a way of working out what follows from a record. The definition (`engine.meaning`) is the one
that the others are held to: by `charley test` on the cases, by `charley audit --readings` on random records,
and by the laws. All three take their lists from here, so that no reading is forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from importlib.util import find_spec
from typing import Literal, Protocol, get_args

from charley.documents.diagnostic import Diagnostic, Faulty, one_of
from charley.engine.kernel.lanes import evaluate
from charley.engine.kernel.planes import Planes
from charley.engine.meaning import Valuation
from charley.engine.prepared import Prepared
from charley.facts.record import Record
from charley.facts.vocabulary import Value

__all__ = [
    "HAS_EXPERTA",
    "Engine",
    "Live",
    "Read",
    "Reading",
    "differing",
    "live",
    "prepared",
    "readings",
    "register",
]

Engine = Literal["experta", "kernel"]
ENGINES: tuple[Engine, ...] = get_args(Engine)
"""What a consultation runs on: the experta session, or the kernel's network."""

HAS_EXPERTA = find_spec("experta") is not None
"""Whether experta is installed. `charley-core` does without it."""

Read = Callable[[Record], Valuation]
"""A reading of one base: what follows from a record."""

WHOLE = tuple(field.name for field in fields(Valuation))


@dataclass(frozen=True)
class Reading:
    """A way of working out what follows from a record.

    `prepare` is called once for a base. `says` are the parts of a valuation that the reading speaks of; the
    others are empty. A reading that is not `quick` takes a good part of a second for a record.
    """

    name: str
    prepare: Callable[[Prepared], Read]
    says: tuple[str, ...] = WHOLE
    quick: bool = True


class Live(Protocol):
    """A reading of one patient, kept up answer by answer: the experta session, or the network."""

    def tell(self, fact: str, value: Value) -> None:
        """Make a fact known, or change it."""

    def retract(self, fact: str) -> None:
        """Make a fact unknown again."""

    def valuation(self) -> Valuation:
        """What follows from what is known."""


_READINGS: dict[str, Reading] = {}


def register(reading: Reading) -> None:
    """Add a reading to the list; one of the same name is replaced."""
    _READINGS[reading.name] = reading


def readings(names: Iterable[str] | None = None) -> Mapping[str, Reading]:
    """The readings of these names; by default all that are registered. Raises `KeyError`."""
    return {name: _READINGS[name] for name in (_READINGS if names is None else names)}


def prepared(base: Prepared, names: Iterable[str] | None = None) -> Mapping[str, Read]:
    """The same, each ready to read records of this base."""
    return {name: reading.prepare(base) for name, reading in readings(names).items()}


def differing(name: str, found: Valuation, meaning: Valuation) -> Iterator[tuple[str, str]]:
    """What the reading says otherwise than the definition, as (part of the valuation, id)."""
    known = _READINGS.get(name)
    for part in WHOLE if known is None else known.says:
        mine, theirs = getattr(found, part), getattr(meaning, part)
        for id in {**theirs, **mine}:
            if id not in mine or id not in theirs or mine[id] != theirs[id]:
                yield part, id


def live(base: Prepared, engine: Engine | None = None) -> Live:
    """A reading of one patient with an empty record: on experta by default, where it is installed.

    Raises `Faulty` where experta is asked for and is not installed.
    """
    engine = ("experta" if HAS_EXPERTA else "kernel") if engine is None else one_of(engine, "engine", ENGINES)
    if engine == "kernel":
        return base.kernel.start()
    if not HAS_EXPERTA:
        help = "`pip install experta==1.9.4 frozendict==1.2` brings it; the kernel says the same without it"
        raise Faulty([Diagnostic("engine", 0, 0, "F010", "experta is not installed", help)])
    # Imported here, so that `charley diagnose` does not load experta.
    from charley.engine.session.session import Session, SessionProgram

    return Session(base.part(SessionProgram))


def _session(base: Prepared) -> Read:
    from charley.engine.session.session import Session, SessionProgram

    session = Session(base.part(SessionProgram))

    def read(record: Record) -> Valuation:
        session.restart(record)
        return session.valuation()

    return read


def _network(base: Prepared) -> Read:
    return lambda record: base.kernel.start(record).valuation()


def _planes(base: Prepared) -> Read:
    planes = base.part(Planes)
    # Lane 0 is somebody of whom nothing is known, so that more than one lane is run.
    return lambda record: evaluate(planes, [{}, record]).valuation(1)


if HAS_EXPERTA:
    register(Reading("session", _session))
register(Reading("network", _network))
register(Reading("planes", _planes))
