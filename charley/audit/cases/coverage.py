"""What the cases of a base have shown of it: which rules fire, and of which atoms they show that they matter.

A rule is *seen* true (it fires), false (no further answer can make it fire) and unknown; so is every atom of
its condition: a comparison of a fact, of a derived value or of a score, or a finding. A finding is one atom
of the rules that use it; what it consists of is looked at in the rules that conclude it.

*Shown to matter* is modified condition/decision coverage, in its masking form, under Kleene's logic. The
decision is whether the rule fires; unknown and false are both "it does not". A pair of cases shows that an
atom matters when

1. the rule fires in one and not in the other,
2. the atom's value (true, false or unknown) is not the same in both,
3. the firing case would not fire if this atom alone had the value that it has in the other case, and
4. the other case would fire if this atom alone had the value that it has in the firing case.

The other atoms may differ between the two cases, since 3 and 4 see to it that the difference is not theirs.
An atom that stands in a condition more than once is changed everywhere; others that look at the same fact
keep their value.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from charley.audit.cases.atom_values import AtomValues
from charley.engine.meaning import Kleene, truth
from charley.facts.record import Record
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.language.condition import Atom, atoms
from charley.rules.rule import Alert, Conclude, Flag, Rule

__all__ = ["Coverage", "Observed", "Pair", "Seen", "Share", "is_danger"]

KLEENE: tuple[Kleene, ...] = (True, False, None)
Pair = tuple[str, str]
"""The names of a case in which the rule fires and of one in which it does not."""


@dataclass(frozen=True)
class Seen:
    """In how many cases something was true, false and unknown."""

    true: int = 0
    false: int = 0
    unknown: int = 0

    @classmethod
    def of(cls, values: Iterable[Kleene]) -> Seen:
        """The counts."""
        found = list(values)
        return cls(*(sum(value is each for value in found) for each in KLEENE))

    @property
    def never(self) -> tuple[str, ...]:
        """The values that it had in no case."""
        return tuple(name for name in ("true", "false", "unknown") if not getattr(self, name))


@dataclass(frozen=True)
class Share:
    """A part of a whole, as a count and in percent."""

    part: int
    whole: int

    @property
    def percent(self) -> float | None:
        """In percent. None where there is nothing of which it could be a part."""
        return 100 * self.part / self.whole if self.whole else None

    def __str__(self) -> str:
        return f"{self.part} of {self.whole}" + (
            "" if self.percent is None else f", {rounded_down(self.percent)} %"
        )


def rounded_down(percent: float) -> float:
    """Rounded down to one decimal, so that what is shown never reaches a threshold that was missed."""
    return int(percent * 10) / 10


def is_danger(rule: Rule) -> bool:
    """Whether the rule flags a candidate or raises an alert."""
    return bool(rule.effects(Flag) or rule.effects(Alert))


class Observed:
    """What cases have made of one rule: the values of its atoms, each combination with the first case."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.atoms = tuple(dict.fromkeys(atoms(rule.condition)))
        self._at = {atom: at for at, atom in enumerate(self.atoms)}
        self.cases: dict[tuple[Kleene, ...], str] = {}
        self._outcomes: dict[tuple[Kleene, ...], Kleene] = {}

    def add(self, case: str, values: tuple[Kleene, ...]) -> Kleene:
        """Add one more case, with the values of the atoms in it; returns the rule's value."""
        self.cases.setdefault(values, case)
        return self.outcome(values)

    def values(self, atoms_of: AtomValues) -> tuple[Kleene, ...]:
        """The values of the atoms for a record."""
        return tuple(map(atoms_of.atom, self.atoms))

    def outcome(self, values: tuple[Kleene, ...]) -> Kleene:
        """The rule's value for these values of its atoms."""
        if values not in self._outcomes:  # most cases do not touch most rules, so few combinations occur
            self._outcomes[values] = truth(self.rule.condition, lambda atom: values[self._at[atom]])
        return self._outcomes[values]

    def fires(self, values: tuple[Kleene, ...], atom: int | None = None, value: Kleene = None) -> bool:
        """Whether the rule fires on these values, perhaps with one of them changed."""
        if atom is not None:
            values = (*values[:atom], value, *values[atom + 1 :])
        return self.outcome(values) is True

    def firing(self, atom: int) -> dict[tuple[Kleene, Kleene], str]:
        """For the atom's (value here, another value): a case that fires, and would not with the other."""
        return {
            (values[atom], other): case
            for values, case in reversed(self.cases.items())
            if self.fires(values)
            for other in KLEENE
            if other is not values[atom] and not self.fires(values, atom, other)
        }

    def waiting(self, atom: int) -> dict[tuple[Kleene, Kleene], str]:
        """For the atom's (another value, value here): a case that does not fire, and would with the other."""
        return {
            (other, values[atom]): case
            for values, case in reversed(self.cases.items())
            if not self.fires(values)
            for other in KLEENE
            if other is not values[atom] and self.fires(values, atom, other)
        }

    def pair(self, atom: int) -> Pair | None:
        """Two cases that show that the atom matters; see the module's first lines."""
        waiting = self.waiting(atom)
        return next(((case, waiting[key]) for key, case in self.firing(atom).items() if key in waiting), None)


class Coverage:
    """A base, and what the cases that were added show of it."""

    def __init__(self, base: KnowledgeBase) -> None:
        self.base = base
        self.observed = {id: Observed(rule) for id, rule in base.rules.items()}
        self.records: dict[str, Record] = {}
        self._atoms: dict[Atom, list[Kleene]] = {
            atom: [] for observed in self.observed.values() for atom in observed.atoms
        }
        place = {atom: at for at, atom in enumerate(self._atoms)}
        self._places = {id: [place[atom] for atom in each.atoms] for id, each in self.observed.items()}
        self._rules: dict[str, list[Kleene]] = {id: [] for id in base.rules}

    def copy(self) -> Coverage:
        """A copy that can be extended without changing this one."""
        copy = Coverage(self.base)
        copy.records = dict(self.records)
        copy._atoms = {atom: values[:] for atom, values in self._atoms.items()}
        copy._rules = {id: values[:] for id, values in self._rules.items()}
        for id, observed in self.observed.items():
            copy.observed[id].cases = dict(observed.cases)
        return copy

    def add(self, case: str, record: Record) -> None:
        """Add one more case: its name and its record."""
        atoms_of = AtomValues(self.base, record)
        self.records[case] = record
        now = [atoms_of.atom(atom) for atom in self._atoms]
        for values, value in zip(self._atoms.values(), now, strict=True):
            values.append(value)
        for id, observed in self.observed.items():
            self._rules[id].append(observed.add(case, tuple(map(now.__getitem__, self._places[id]))))

    def rule(self, id: str) -> Seen:
        """What the rule was seen as."""
        return Seen.of(self._rules[id])

    def atom(self, atom: Atom) -> Seen:
        """What the atom was seen as."""
        return Seen.of(self._atoms[atom])

    @property
    def fired(self) -> Share:
        """Rules that fire in some case."""
        return Share(sum(any(v is True for v in values) for values in self._rules.values()), len(self._rules))

    @property
    def both_ways(self) -> Share:
        """Atoms of rules that are true in some case and false in some case."""
        seen = {atom: {True, False} <= set(values) for atom, values in self._atoms.items()}
        all_ = [seen[atom] for observed in self.observed.values() for atom in observed.atoms]
        return Share(sum(all_), len(all_))

    def shown(self, rules: Iterable[Rule]) -> Share:
        """Atoms of these rules that cases show to matter."""
        found = [
            observed.pair(at) is not None
            for observed in (self.observed[rule.id] for rule in rules)
            for at in range(len(observed.atoms))
        ]
        return Share(sum(found), len(found))

    @cached_property
    def dangers(self) -> list[Rule]:
        """The rules that flag or alert."""
        return list(filter(is_danger, self.base.rules.values()))

    @cached_property
    def concluding(self) -> list[Rule]:
        """The rules that conclude a finding."""
        return [rule for rule in self.base.rules.values() if rule.effects(Conclude)]
