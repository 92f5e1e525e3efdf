"""Why a condition is true (or false): the signed atoms that make it so, and what each of them met.

What of that can be worked out before any patient comes is kept as a plan, so that of forty alternatives only
those are asked of which something is known.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from typing import Literal, NamedTuple, assert_never, get_args

from charley.engine.meaning import Look, truth
from charley.engine.prepared import Known
from charley.engine.support import Interval, Support
from charley.facts.vocabulary import Value
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.language.condition import And, AtLeast, Atom, Condition, Not, Or, atoms

__all__ = ["Bearing", "Leaf", "Plans", "Signed", "Supports", "support"]

FEW = 6
"""Alternatives up to this number are asked one after the other, whatever is known."""


class Signed(NamedTuple):
    """An atom, or (where it is not `wanted`) its negation."""

    atom: Atom
    wanted: bool

    def __str__(self) -> str:
        """As the author wrote it."""
        return str(self.atom if self.wanted else Not(self.atom))


Met = Literal["the same", "a choice", "a number"]
"""What a value is that an atom meets."""


class Leaf(NamedTuple):
    """A signed atom in a plan, with its number.

    `met` is the value that it met where it is so: the same for everybody, a choice or any number. Where it is
    the same, the atom is so if `name` is among `Known.names`.
    """

    signed: Signed
    atom: Atom
    wanted: bool
    number: int
    name: str
    met: Met


class _Group(NamedTuple):
    """A part of a condition, and the parts of it; `every` one is so where it is itself, or only some are.

    Unless it is `free`, it is so only where one of the `names` is among `Known.names`. Of many parts of which
    only some are so, `by_name` has the numbers of those that wait for a name, and `others` of the free ones.
    """

    condition: Condition
    wanted: bool
    every: bool
    parts: tuple[Leaf | _Group, ...]
    names: frozenset[str]
    free: bool
    by_name: Mapping[str, list[int]] | None = None
    others: tuple[int, ...] = ()


class Bearing(NamedTuple):
    """What of a record decides which atoms of a condition are met: which of `same` are among `Known.names`,
    the values of `choices`, and those of `numbers` where one is known. With None, more than the record does.
    """

    same: frozenset[str]
    choices: tuple[str, ...]
    numbers: frozenset[str] | None


class _Plan(NamedTuple):
    """A condition as it is asked."""

    group: _Group
    bearing: Bearing


class Plans:
    """The atoms of conditions, in the order in which they are asked.

    `open_names` are names of which something can be so before anything of them is known: a derived value or
    a score may be high enough whatever is answered.
    """

    def __init__(self, open_names: Collection[str] = ()) -> None:
        self._open_names = open_names
        self._plans: dict[tuple[Hashable, bool], _Plan] = {}
        self._leaves: dict[tuple[Atom, str | None, bool], Leaf] = {}

    def met(
        self,
        key: Hashable,
        condition: Condition,
        look: Look,
        known: frozenset[str] | None = None,
        wanted: bool = True,
    ) -> list[Leaf]:
        """The atoms that make a condition so of which it is known that it is (unwanted: that it is not).

        Each stands there once and in the order of writing. Of several alternatives all that hold are given,
        none that does not. `key` is the name of the condition: what can be worked out of it for everybody is
        worked out once. `known` are the names in `Known`; without them every alternative is asked for its
        value.
        """
        plan = self.plan(key, condition, wanted)
        met: list[Leaf] = []
        _walk(plan.group, look, known, met)
        if len(met) < 2 or len({leaf.atom.name for leaf in met}) == len(met):
            return met  # nearly always, and names are compared much faster than atoms
        once: dict[Signed, Leaf] = {}
        for leaf in met:
            once.setdefault(leaf.signed, leaf)
        return list(once.values())

    def waits_for(self, key: Hashable, condition: Condition) -> frozenset[str] | None:
        """Names of which one is among `Known.names` wherever the condition is true; None where there may be
        none.
        """
        group = self.plan(key, condition, True).group
        return None if group.free else group.names

    def plan(self, key: Hashable, condition: Condition, wanted: bool) -> _Plan:
        """How the condition is asked, worked out when it is first needed."""
        plan = self._plans.get((key, wanted))
        if plan is not None:
            return plan
        found: dict[Met, set[str]] = {"the same": set(), "a choice": set(), "a number": set()}
        groups = [self._planned(condition, wanted)]
        for group in groups:  # the list grows while it is walked
            for part in group.parts:
                if isinstance(part, Leaf):
                    found[part.met].add(part.name)
                else:
                    groups.append(part)
        same, choices, numbers = (frozenset(found[met]) for met in get_args(Met))
        recorded = numbers.isdisjoint(self._open_names)
        bearing = Bearing(same, tuple(sorted(choices)), numbers if recorded else None)
        plan = self._plans[key, wanted] = _Plan(groups[0], bearing)
        return plan

    def _planned(self, condition: Condition, wanted: bool) -> _Group:
        match condition:
            case Atom(name, _, value, named):
                met: Met = "a number"
                if isinstance(value, bool):
                    met = "the same"
                elif isinstance(value, str | tuple):
                    met = "a choice"
                told = f"not {name}" if met == "the same" and value is not wanted else name
                leaf = Leaf(Signed(condition, wanted), condition, wanted, len(self._leaves), told, met)
                leaf = self._leaves.setdefault((condition, named, wanted), leaf)
                return _Group(condition, wanted, True, (leaf,), frozenset([told]), name in self._open_names)
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
        planned = [self._planned(part, wanted) for part in parts]
        waits = [group.names for group in planned if not group.free]
        asked: list[Leaf | _Group] = []
        by_name: dict[str, list[int]] = {}
        others: list[int] = []
        for group in planned:
            # Parts that must all be so are asked with the whole.
            alone = isinstance(group.condition, Atom)
            inside = group.parts if group.every and (every or alone) else (group,)
            numbers = range(len(asked), len(asked) + len(inside))
            asked += inside
            if group.free:
                others += numbers
            else:
                for name in group.names:
                    by_name.setdefault(name, []).extend(numbers)
        whole = _Group(
            condition,
            wanted,
            every,
            tuple(asked),
            # Where all parts must be so, waiting for one of them is enough.
            names=min(waits, key=len, default=frozenset()) if every else frozenset(by_name),
            free=not waits or (bool(others) and not every),
        )
        many = not every and len(asked) > FEW
        return whole._replace(by_name=by_name, others=tuple(others)) if many else whole


class Supports(Plans):
    """What the conditions of a base rest on, as it is shown. Made once for a base.

    What an atom says that met a yes, a no or a choice is kept: there are few of these, they come from the
    vocabulary, and no patient is known by one of them. A number that somebody has is not kept.
    """

    def __init__(self, base: KnowledgeBase) -> None:
        super().__init__({*base.derived, *base.instruments})
        self._instruments = base.instruments
        conditions = [rule.condition for rule in base.rules.values()]
        conditions += [item.condition for score in base.instruments.values() for item in score.items]
        conditions += [condition for condition, _ in base.contradictions]
        self._texts = {
            (atom.name, atom.op, atom.value, atom.named, wanted): str(Signed(atom, wanted))
            for condition in conditions
            for atom in atoms(condition)
            for wanted in (True, False)
        }
        self._kept: dict[tuple[int, Value], Support] = {}

    def of(
        self, key: Hashable, condition: Condition, known: Known, wanted: bool = True
    ) -> tuple[Support, ...]:
        """What a condition rests on of which it is known that it is so (unwanted: that it is not): its atoms,
        each with the value of its fact, or with what a derived value or score can still be.
        """
        kept, record, found, made = self._kept, known.record, known.found, []
        for leaf in self.met(key, condition, known.look, known.names, wanted):
            _, atom, so, number, _, met = leaf
            name = atom.name
            text = self._texts[name, atom.op, atom.value, atom.named, so]
            if met != "a number":
                value = atom.value is so if met == "the same" else record[name]
                if (number, value) not in kept:
                    kept[number, value] = Support.made(atom=text, name=name, value=value)
                made.append(kept[number, value])
                continue
            met_number: Value | Interval
            if name in record:
                met_number = record[name]
            else:
                if name in found.derived:
                    low, high = (float(f"{float(end):.6g}") for end in found.derived[name])
                else:
                    low, high = map(self._instruments[name].show, found.scores[name])
                met_number = low if low == high else (low, high)
            made.append(Support.made(atom=text, name=name, value=met_number))
        return tuple(made)


def support(condition: Condition, look: Look, wanted: bool = True) -> list[Signed]:
    """The signed atoms that make the condition known true (or, unwanted, known false).

    There are none where the condition is not known to be so.
    """
    if truth(condition, look) is not wanted:
        return []
    return [leaf.signed for leaf in Plans().met(None, condition, look, None, wanted)]


def _walk(group: _Group, look: Look, known: frozenset[str] | None, met: list[Leaf]) -> None:
    """Add the leaves by which a part that is known to be so is so."""
    _, _, every, parts, names, _, by_name, others = group
    if by_name is not None and known is not None:
        asked = [*others, *[number for name in names & known for number in by_name[name]]]
        parts = tuple([parts[number] for number in (sorted(set(asked)) if len(asked) > 1 else asked)])
    for part in parts:
        if isinstance(part, Leaf):
            if every or (
                part.name in known
                if part.met == "the same" and known is not None
                else look(part.atom) is part.wanted
            ):
                met.append(part)
        elif every or truth(part.condition, look) is part.wanted:
            _walk(part, look, known, met)
