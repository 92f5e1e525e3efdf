"""Invariants, proved over all records or refuted by the smallest counterexample."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from charley.audit.prove.claims import Spurious, by_definition, claim_truth, is_about_standing
from charley.audit.prove.dependencies import atomic_claims
from charley.audit.subject import Subject
from charley.audit.symbolic.claims import claim_formula
from charley.audit.symbolic.connectives import Formula, conjunction, same
from charley.audit.symbolic.solver import NotDecided
from charley.engine.assessment import Assessment
from charley.facts.record import Record
from charley.rules.invariants.invariant import Invariant

__all__ = ["Proof", "Prover"]

Verdict = Literal["proved", "broken", "not decided", "vacuous"]


@dataclass(frozen=True)
class Proof:
    """The result for one invariant.

    `vacuous`: no patient makes the `if` true; or the conclusion is about standing only, and every patient who
    does is outside the scope, where nothing is ranked. A `witness` is the smallest record that breaks the
    invariant; `assessed` is what the definition says of that record.
    """

    invariant: Invariant
    verdict: Verdict
    seconds: float
    witness: Record | None = None
    assessed: Assessment | None = None

    @property
    def holds(self) -> bool:
        """Whether no patient breaks it. A vacuous invariant holds, too."""
        return self.verdict in ("proved", "vacuous")


class Prover(Subject):
    """Proves invariants of one base, one after the other."""

    def prove_all(self, invariants: Iterable[Invariant]) -> Iterator[Proof]:
        """The proofs, as they are found."""
        return map(self.prove, invariants)

    def prove(self, invariant: Invariant) -> Proof:
        """The proof of one invariant, or its smallest counterexample. Raises `Spurious`."""
        started = time.perf_counter()

        def proof(verdict: Verdict, assessed: Assessment | None = None) -> Proof:
            witness = None if assessed is None else assessed.record
            return Proof(invariant, verdict, time.perf_counter() - started, witness, assessed)

        try:
            premise = claim_formula(self.formulas, invariant.premise)
            if all(map(is_about_standing, atomic_claims(invariant.conclusion))):
                premise = conjunction([premise, self.formulas.ranked()])
            if not self.search.possible(premise):
                return proof("vacuous")
            # Nearly every invariant holds by its flags alone, and that is much cheaper to see.
            by_flags = self._broken(invariant, disposition=False)
            if not self.search.possible(by_flags):
                return proof("proved")
            broken = [self._broken(invariant)]
            if not same(by_flags, broken[0]):
                broken.append(self.formulas.someone_leads())
            if not self.search.possible(*broken):
                return proof("proved")
            witness = self.search.smallest(*broken)
        except NotDecided:
            return proof("not decided")
        assert witness is not None
        assessed = by_definition(self.base, witness)
        if (
            claim_truth(invariant.premise, assessed) is not True
            or claim_truth(invariant.conclusion, assessed) is not False
        ):
            raise Spurious(f"`{invariant.id}` holds for {dict(witness)}")
        return proof("broken", assessed)

    def _broken(self, invariant: Invariant, disposition: bool = True) -> Formula:
        premise = claim_formula(self.formulas, invariant.premise, True, disposition)
        return conjunction([premise, claim_formula(self.formulas, invariant.conclusion, False, disposition)])
