"""What the meaning says of one record, worked out only as far as it is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from charley.engine.meaning import Kleene, truth
from charley.facts.record import Record
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.language.condition import Atom, Condition

__all__ = ["Told"]


class Told:
    """A record of a base, asked about single conditions and atoms; nothing is worked out twice."""

    def __init__(self, base: KnowledgeBase, record: Record) -> None:
        self.base = base
        self.record = record
        self._findings = _Findings(base, record)
        self._atoms: dict[Atom, Kleene] = {}

    def truth(self, condition: Condition) -> Kleene:
        """The value of a condition."""
        return truth(condition, self.base, self.record, self._findings)

    def atom(self, atom: Atom) -> Kleene:
        """The value of an atom."""
        if atom not in self._atoms:
            self._atoms[atom] = self.truth(atom)
        return self._atoms[atom]


class _Findings(Mapping[str, Kleene]):
    """The findings of a record, each worked out when it is first looked at; they go round in no circle."""

    def __init__(self, base: KnowledgeBase, record: Record) -> None:
        self._base, self._record = base, record
        self._found: dict[str, Kleene] = {}

    def __getitem__(self, finding: str) -> Kleene:
        if finding not in self._found:
            definition = self._base.definitions[finding]
            self._found[finding] = truth(definition, self._base, self._record, self)
        return self._found[finding]

    def __iter__(self) -> Iterator[str]:
        return iter(self._base.definitions)

    def __len__(self) -> int:
        return len(self._base.definitions)
