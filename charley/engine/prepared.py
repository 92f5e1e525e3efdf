"""A knowledge base with what every question to it needs, each part made once.

What asks, explains and keeps a consultation takes a `Prepared` base. `Expert`, which a user loads, adds only
the questions that can be put to it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple, Self, TypeVar

from charley.engine.kernel.network import Network
from charley.engine.kernel.representatives import Representatives
from charley.engine.kernel.trial import Trial
from charley.engine.loops.decided import Decided
from charley.engine.meaning import Kleene, Look, Valuation, truth
from charley.engine.standing import Scoring
from charley.facts.record import Record
from charley.rules.interval import Interval, compare, holds
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.language.condition import Atom, Condition

__all__ = ["Known", "Prepared", "known_in", "values_in"]

T = TypeVar("T")


@dataclass(frozen=True, repr=False, eq=False)
class Prepared(KnowledgeBase):
    """A `KnowledgeBase` that keeps what is made of it."""

    NOT_KEPT = ("facts_of_rule",)

    @classmethod
    def of(cls, base: KnowledgeBase) -> Self:
        """The same base, keeping what is made of it from now on."""
        prepared = cls(**{field.name: getattr(base, field.name) for field in fields(KnowledgeBase)})
        # What the base has already worked out (strata, parsed scope) is still true of it.
        prepared.__dict__.update(base.__dict__)
        return prepared

    @cached_property
    def scoring(self) -> Scoring:
        """Its effects, sorted by what they act on."""
        return Scoring(self)

    @cached_property
    def kernel(self) -> Network:
        """Its rules as counters; `kernel.start()` is a patient to tell answers to."""
        return Network(self)

    @cached_property
    def values(self) -> Representatives:
        """One value of every fact for each way in which the rules tell its values apart."""
        return Representatives(self)

    @cached_property
    def open_minimum(self) -> tuple[tuple[Condition, tuple[str, ...], bool], ...]:
        """Every condition of the minimum, its facts, and whether it is open while none of them is known."""
        nothing = values_in(self, {}, self.kernel.nobody)
        return tuple((*each, truth(each[0], nothing) is None) for each in self.facts_of_minimum)

    def trial(self, record: Record) -> Trial:
        """A patient with this record, on whom further answers are tried."""
        return Trial(self.kernel, self.scoring, record)

    def part(self, make: Callable[[Self], T]) -> T:
        """What `make` makes of this base. It is made when it is first asked for, and kept.

        So a higher room keeps its own part (the graph of the next question, a session's productions) with
        the base, and this file does not import the room.
        """
        parts: dict[Any, Any] = self._parts
        if make not in parts:
            parts[make] = make(self)
        made: T = parts[make]
        return made

    @cached_property
    def _parts(self) -> dict[Any, Any]:
        return {}


class Known(NamedTuple):
    """What is known of one patient.

    `names` are the facts and findings of which something is known; what is a no is there as `not NAME`.
    """

    record: Record
    found: Decided
    look: Look
    names: frozenset[str]


def known_in(base: KnowledgeBase, record: Record, found: Decided) -> Known:
    """A record with what is decided of it."""
    told = {**record, **found.findings}
    names = [f"not {name}" if value is False else name for name, value in told.items()]
    return Known(record, found, values_in(base, record, found), frozenset(names))


def values_in(base: KnowledgeBase, record: Record, found: Valuation | Decided) -> Look:
    """The value of an atom where it is known what is so of findings, derived values and scores."""
    findings, derived, scores, gates = found.findings, found.derived, found.scores, found.gates

    def look(atom: Atom) -> Kleene:
        name, op, value = atom.name, atom.op, atom.value
        if name in record:
            return holds(op, record[name], value)
        if name in base.findings:
            return findings.get(name)
        if name in derived:
            between = derived[name]
        elif name in scores and gates[name] is True:
            unit = 10 ** base.instruments[name].decimals
            between = Interval(*(Fraction(points, unit) for points in scores[name]))
        else:
            return None
        assert isinstance(value, int | float)
        return compare(between, op, value)

    return look
