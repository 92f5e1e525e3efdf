"""The values of the atoms of one record, by the definition and only as far as they are asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from charley.engine.meaning import Kleene, atom_values, truth
from charley.facts.record import Record
from charley.rules.knowledge_base import KnowledgeBase, needs
from charley.rules.language.condition import Atom, Condition
from charley.rules.order import bottom_up

__all__ = ["AtomValues"]


class AtomValues:
    """A record of a base, asked about single conditions and atoms; nothing is worked out twice."""

    def __init__(self, base: KnowledgeBase, record: Record) -> None:
        self.base = base
        self.record = record
        self._look = atom_values(base, record, _Findings(self))
        self._atoms: dict[Atom, Kleene] = {}

    def truth(self, condition: Condition) -> Kleene:
        """The value of a condition."""
        return truth(condition, self.atom)

    def atom(self, atom: Atom) -> Kleene:
        """The value of an atom."""
        if atom not in self._atoms:
            self._atoms[atom] = self._look(atom)
        return self._atoms[atom]


class _Findings(Mapping[str, Kleene]):
    """The findings of a record, each worked out when it is first looked at. None depends on itself."""

    def __init__(self, values: AtomValues) -> None:
        self._values = values
        self._found: dict[str, Kleene] = {}

    def __getitem__(self, finding: str) -> Kleene:
        if finding not in self._found:
            definitions = self._values.base.definitions
            if finding not in definitions:
                raise KeyError(finding)
            # What it rests on comes first, since chains can be long.
            for each in bottom_up(finding, self._rests_on):
                self._found[each] = self._values.truth(definitions[each])
        return self._found[finding]

    def _rests_on(self, finding: str) -> Iterator[str]:
        """The findings not decided yet that this one rests on."""
        base = self._values.base
        for name in needs([base.definitions[finding]], base.instruments):
            if name in base.definitions and name not in self._found:
                yield name

    def __iter__(self) -> Iterator[str]:
        return iter(self._values.base.definitions)

    def __len__(self) -> int:
        return len(self._values.base.definitions)
