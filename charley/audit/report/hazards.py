"""The hazard log as a board reads it: the greatest risk first, with what keeps each from happening."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from charley.audit.prove.prove import Proof
from charley.audit.report.claim_words import all_of, claim_in_words
from charley.audit.report.report import Report
from charley.rules.governance.hazard import RISKS, Hazard

__all__ = ["Control", "HazardLog"]


@dataclass(frozen=True)
class Control:
    """What controls a hazard, as a reader knows it, and where it stands in the annex."""

    name: str
    anchor: str


class HazardLog:
    """The hazards of a base."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._proofs: Mapping[str, Proof] = {each.invariant.id: each for each in report.proofs}

    @cached_property
    def every(self) -> list[Hazard]:
        """All, the greatest risk that is left first."""
        return sorted(self._report.hazards, key=lambda h: (-RISKS.index(h.after), -RISKS.index(h.before)))

    @cached_property
    def open(self) -> list[Hazard]:
        """The hazards that are not accepted, or whose acceptance is not signed with the base as a whole."""
        signed = self._report.reviews.approved("base", self._report.base.id)
        return [hazard for hazard in self.every if hazard.status != "accepted" or not signed]

    @property
    def unowned(self) -> int:
        """How many open hazards have no owner."""
        return sum(not hazard.owned for hazard in self.open)

    def state(self, hazard: Hazard) -> str:
        """Whether a hazard is closed."""
        if hazard not in self.open:
            return "accepted"
        return "accepted, not signed" if hazard.status == "accepted" else "open"

    def controls(self, hazard: Hazard) -> list[tuple[str, list[Control]]]:
        """The controls of a hazard: rules by their titles, and what invariants promise, proved or not."""
        base, found = self._report.base, dict[str, list[Control]]()
        for id in hazard.control:
            if id in base.rules:
                found.setdefault("Rules:", []).append(Control(f"“{base.rules[id].title}”", f"rule-{id}"))
        for verdict in dict.fromkeys(self._proofs[id].verdict for id in hazard.control if id in self._proofs):
            heading = "Proved for every patient:" if verdict == "proved" else f"Promised, {verdict}:"
            promised: dict[str, list[str]] = {}
            for id in hazard.control:
                proof = self._proofs.get(id)
                if proof is not None and proof.verdict == verdict:
                    promised.setdefault(self._promise(proof), []).append(id)
            found[heading] = [
                Control(f"{text} ({', '.join(ids)})", f"invariant-{ids[0]}") for text, ids in promised.items()
            ]
        return list(found.items())

    def _promise(self, proof: Proof) -> str:
        """The first thing that an invariant promises, in words; where that is a list, why it is promised."""
        first = next(all_of(proof.invariant.conclusion), proof.invariant.conclusion)
        said = claim_in_words(first, self._report.base)
        return (
            (proof.invariant.why or proof.invariant.id.replace("-", " ")).rstrip(".")
            if said.parts
            else said.text
        )

    def mitigation(self, hazard: Hazard) -> str:
        """What keeps a hazard from happening, in a few words."""
        proved = sum(id in self._proofs and self._proofs[id].verdict == "proved" for id in hazard.control)
        rules = sum(id in self._report.base.rules for id in hazard.control)
        parts = [f"{rules} rule{'s' * (rules > 1)}" if rules else ""]
        parts += [f"{proved} proved invariant{'s' * (proved > 1)}" if proved else ""]
        parts += ["other measures" if hazard.other_controls else ""]
        return ", ".join(filter(None, parts)) or "none"
