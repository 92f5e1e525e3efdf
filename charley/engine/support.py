"""Why a condition is true (or false): the signed atoms that make it so, and what each of them met."""

from __future__ import annotations

from collections.abc import Hashable
from fractions import Fraction
from typing import NamedTuple, assert_never

from charley.documents.model import Frozen
from charley.engine.meaning import Kleene, Look, Valuation, truth
from charley.facts.record import Record
from charley.facts.vocabulary import Value
from charley.rules import interval
from charley.rules.interval import compare, holds
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.language.condition import And, AtLeast, Atom, Condition, Not, Or, atoms

__all__ = ["Interval", "Signed", "Support", "Supports", "support", "support_of_what_holds", "values_in"]

Interval = tuple[float | int, float | int]
"""The lowest and the highest value of a number, as it is shown."""


class Support(Frozen):
    """An atom that made a rule fire, as written, and the value it met; a range for a score."""

    atom: str
    name: str
    value: Value | Interval


class Signed(NamedTuple):
    """An atom, or (where it is not `wanted`) its negation, as the author wrote it."""

    atom: Atom
    wanted: bool

    @property
    def condition(self) -> Condition:
        """The atom with its sign."""
        return self.atom if self.wanted else Not(self.atom)


def support(condition: Condition, look: Look, wanted: bool = True) -> list[Signed]:
    """The signed atoms that make the condition known true (or, unwanted, known false).

    Each stands there once and in the order of writing. Of several alternatives all that hold are given,
    none that does not. There are none where the condition is not known to be so.
    """
    return support_of_what_holds(condition, look, wanted) if truth(condition, look) is wanted else []


def support_of_what_holds(condition: Condition, look: Look, wanted: bool = True) -> list[Signed]:
    """The same for a condition that is known to be so: the condition of a rule that fires."""
    found: list[Signed] = []
    _collect(condition, look, wanted, found)
    if len({signed.atom.name for signed in found}) == len(found):
        return found  # nearly always, and names are compared much faster than atoms
    return list(dict.fromkeys(found))


def _collect(condition: Condition, look: Look, wanted: bool, found: list[Signed]) -> None:
    match condition:
        case Atom():
            found.append(Signed(condition, wanted))
            return
        case Not(part):
            _collect(part, look, not wanted, found)
            return
        case And(parts):
            count = len(parts)
        case Or(parts):
            count = 1
        case AtLeast(count, parts):
            pass
        case _:
            assert_never(condition)
    # All are false (or all are true) where one that is not would decide otherwise; else each is asked.
    all_are = count == (len(parts) if wanted else 1)
    for part in parts:
        if isinstance(part, Atom):  # handled here, without a call, since nearly all parts are atoms
            if all_are or look(part) is wanted:
                found.append(Signed(part, wanted))
        elif all_are or truth(part, look) is wanted:
            _collect(part, look, wanted, found)


def values_in(base: KnowledgeBase, record: Record, found: Valuation) -> Look:
    """The value of an atom where a valuation says what is so of findings, derived values and scores."""
    findings, derived, scores, gates = found.findings, found.derived, found.scores, found.gates

    def look(atom: Atom) -> Kleene:
        name, op, value = atom.name, atom.op, atom.value
        if name in record:
            return holds(op, record[name], value)
        if name in findings:
            return findings[name]
        if name in derived:
            between = derived[name]
        elif name in scores and gates[name] is True:
            unit = 10 ** base.instruments[name].decimals
            between = interval.Interval(*(Fraction(points, unit) for points in scores[name]))
        else:
            return None
        assert isinstance(value, int | float)
        return compare(between, op, value)

    return look


class _Leaf(NamedTuple):
    """A signed atom with its text, and how it is shown where that is the same for everybody."""

    atom: Atom
    wanted: bool
    text: str
    shown: Support | None


class _Group(NamedTuple):
    """A part of a condition, and the parts of it; `every` one is so where it is itself, or only some are."""

    condition: Condition
    wanted: bool
    every: bool
    parts: tuple[_Leaf | _Group, ...]


def _walk(group: _Group, look: Look, met: list[_Leaf]) -> None:
    """Add the leaves by which a part that is known to be so is so."""
    every = group.every
    for part in group.parts:
        if isinstance(part, _Leaf):
            if every or look(part.atom) is part.wanted:
                met.append(part)
        elif every or truth(part.condition, look) is part.wanted:
            _walk(part, look, met)


class Supports:
    """What the conditions of a base rest on, as it is shown. Made once for a base."""

    def __init__(self, base: KnowledgeBase) -> None:
        self._base = base
        self.alike = frozenset(id for id, rule in base.rules.items() if _alike(rule.condition))
        """The rules that rest on the same whoever they fire for."""
        self._plans: dict[tuple[Hashable, bool], _Group] = {}
        self._texts: dict[tuple[object, ...], str] = {}
        self._decided: dict[tuple[str, bool], Support] = {}
        """A yes or no, and its opposite: what it met is what was wanted, so it is the same for everybody."""
        conditions = [rule.condition for rule in base.rules.values()]
        conditions += [item.condition for score in base.instruments.values() for item in score.items]
        conditions += [condition for condition, _ in base.contradictions]
        for atom in (atom for condition in conditions for atom in atoms(condition)):
            for signed in (Signed(atom, True), Signed(atom, False)):
                text = str(signed.condition)
                self._texts[atom.name, atom.op, atom.value, atom.named, signed.wanted] = text
                if atom.value is True:
                    self._decided[atom.name, signed.wanted] = Support.made(
                        atom=text, name=atom.name, value=signed.wanted
                    )

    def of(
        self,
        key: Hashable,
        condition: Condition,
        look: Look,
        record: Record,
        found: Valuation,
        wanted: bool = True,
    ) -> tuple[Support, ...]:
        """What a condition that is known to be so rests on (`support_of_what_holds`).

        `key` is its name: what can be worked out of it for everybody is worked out once.
        """
        plan = self._plans.get((key, wanted))
        if plan is None:
            plan = self._plans[key, wanted] = self._planned(condition, wanted)
        met: list[_Leaf] = []
        _walk(plan, look, met)
        if len({leaf.atom.name for leaf in met}) < len(met):  # names are compared much faster than atoms
            once: dict[tuple[Atom, bool], _Leaf] = {}
            for leaf in met:
                once.setdefault((leaf.atom, leaf.wanted), leaf)
            met = list(once.values())
        return tuple([leaf.shown or self._met(leaf, record, found) for leaf in met])

    def _planned(self, condition: Condition, wanted: bool) -> _Group:
        """The atoms of a condition as they will be asked; parts that must all be so, with the whole."""
        match condition:
            case Atom(name, op, value, named):
                text = self._texts[name, op, value, named, wanted]
                leaf = _Leaf(condition, wanted, text, self._decided[name, wanted] if value is True else None)
                return _Group(condition, wanted, True, (leaf,))
            case Not(part):
                return self._planned(part, not wanted)
            case And(parts):
                count = len(parts)
            case Or(parts):
                count = 1
            case AtLeast(count, parts):
                pass
            case _:
                assert_never(condition)
        # All are false (or all are true) where one that is not would decide otherwise; else each is asked.
        every = count == (len(parts) if wanted else 1)
        asked: list[_Leaf | _Group] = []
        for group in (self._planned(part, wanted) for part in parts):
            alone = isinstance(group.condition, Atom)
            asked += group.parts if group.every and (every or alone) else (group,)
        return _Group(condition, wanted, every, tuple(asked))

    def _met(self, leaf: _Leaf, record: Record, found: Valuation) -> Support:
        """The value of a fact, or what a derived value or a score can still be."""
        name = leaf.atom.name
        value: Value | Interval
        if name in record:
            value = record[name]
        else:
            if name in found.derived:
                low, high = (float(f"{float(end):.6g}") for end in found.derived[name])
            else:
                low, high = map(self._base.instruments[name].show, found.scores[name])
            value = low if low == high else (low, high)
        return Support.made(atom=leaf.text, name=name, value=value)


def _alike(condition: Condition) -> bool:
    """Whether a condition rests on the same for everybody: all its atoms have to hold, each a yes or a no."""
    try:
        return all(atom.value is True for atom, _ in support_of_what_holds(condition, _not_looking))
    except _Looked:
        return False


class _Looked(Exception):
    """Somebody wanted to know the value of an atom."""


def _not_looking(atom: Atom) -> Kleene:
    raise _Looked
