"""Which question comes before which: premises, what may spare a question, and gates."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property

from charley.engine.ask.asking import Asking
from charley.engine.assessment import Assessment

__all__ = ["Precedence"]


class Precedence:
    """The order in which the open `facts` of a record may be asked for.

    A fact that may spare a question is asked for before it (the sex before a pregnancy). So is the premise of
    a question (the cramps before the length of a cramp), and the gate that names it among others (any
    medicines before a statin). `matter` are the facts that could still matter, most at stake first. A fact
    `later`, which was put off, spares no question.
    """

    def __init__(
        self, assessment: Assessment, facts: Collection[str], matter: Sequence[str], later: Collection[str]
    ) -> None:
        self._assessment, self._facts, self._later = assessment, facts, later
        self.matter, self._asking = matter, assessment.base.part(Asking)
        self._lacking: dict[str, bool] = {}

    def lacks_premise(self, fact: str) -> bool:
        """Whether it is not known yet that the question makes sense (`ask_when`)."""
        premise = self._asking.wants.get(fact)
        if premise is None:
            return False
        lacking = self._lacking.get(premise)
        if lacking is None:  # several facts have one premise
            holds = self._assessment.truth(self._asking.premises[fact])
            lacking = self._lacking[premise] = holds is not True
        return lacking

    def before(self, fact: str) -> str:
        """The fact that is asked for before this one, followed as far as it goes; else the fact itself."""
        waiting, seen = self._asking.waiting, [fact]
        while fact in waiting and (earlier := self._right_before(fact)) is not None:
            fact = earlier
            if fact in seen:
                break
            seen.append(fact)
        return fact

    def _right_before(self, fact: str) -> str | None:
        """The first open fact of its premise, else one that may spare it, else its gate where that opens
        several facts that matter. What stands behind a gate waits for the gate alone.
        """
        asking, facts = self._asking, self._facts
        if fact in asking.wants and self.lacks_premise(fact):
            for id in asking.premise_facts[fact]:
                if id in facts:
                    return id
        gate = asking.gates.get(fact)
        for id in asking.excused_by.get(fact, ()) if gate is None else ():
            if id in facts and id not in self._later:
                return id
        opens = gate is not None and gate in facts and len(self.opened_by[gate]) > 1
        return gate if opens else None

    def spared_by(self, fact: str) -> list[str]:
        """The facts that matter whose questions an answer to this one may spare, most at stake first."""
        return [id for id in self.matter if fact in self._asking.excused_by.get(id, ())]

    @cached_property
    def opened_by(self) -> dict[str, list[str]]:
        """The facts that matter behind each gate, most at stake first."""
        gates = self._asking.gates
        found: dict[str, list[str]] = {gate: [] for gate in self._asking.opens}
        for id in self.matter:
            if id in gates:
                found[gates[id]].append(id)
        return found
