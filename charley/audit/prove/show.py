"""Proofs as they are shown and saved."""

from __future__ import annotations

from pathlib import Path

from charley.audit.places import Places
from charley.audit.problem import Problem, record_words
from charley.audit.prove.claims import is_about_standing
from charley.audit.prove.dependencies import atomic_claims
from charley.audit.prove.derivation import derivation, in_words
from charley.audit.prove.prove import Proof
from charley.audit.prove.witness import case_of, expectation, record_yaml
from charley.documents.atomic import write_whole
from charley.rules.knowledge_base import KnowledgeBase

__all__ = ["proof_problem", "save_witness"]


def proof_problem(base: KnowledgeBase, proof: Proof, places: Places | None = None) -> Problem | None:
    """The problem that a proof shows; None where the invariant is proved."""
    id = proof.invariant.id
    because: list[str] = []
    match proof.verdict:
        case "proved":
            return None
        case "broken":
            code, message = "A001", f"the invariant `{id}` does not hold for every patient"
            help = "mend the rules, or the invariant; `charley diagnose` takes the patient as a record"
            assert proof.assessed is not None
            because = [f"expected: {in_words(proof.invariant.conclusion)}"]
            because += derivation(proof.invariant.conclusion, proof.assessed)
        case "vacuous":
            code, message = "A017", f"no patient makes the `if` of `{id}` true, so it says nothing"
            help = "correct the `if`"
            if (
                all(map(is_about_standing, atomic_claims(proof.invariant.conclusion)))
                and base.scope is not None
            ):
                message = f"no patient who is ranked makes the `if` of `{id}` true, so it says nothing"
                help = "correct the `if`; outside the scope nothing is ranked"
        case _:
            code, message = "A016", f"`{id}` was not decided in time"
            help = "give more time with `--timeout`; until then it is not proved"
    severity = "warning" if proof.verdict == "vacuous" else "error"
    place = (places or Places(base)).at(id, code, message, help, kind="invariant", severity=severity)
    return Problem(place, id, tuple(because), proof.witness)


def save_witness(folder: Path, base: KnowledgeBase, proof: Proof) -> list[Path]:
    """The counterexample as a case that fails, and as a record; the files written."""
    assert proof.witness is not None and proof.assessed is not None
    id = f"counterexample-{proof.invariant.id}"
    comment = "\n".join([f"The smallest patient for whom `{proof.invariant.id}` does not hold in {base.id}.",
                      *record_words(proof.witness, base.vocabulary)])  # fmt: skip
    expect = expectation(proof.invariant.conclusion, proof.assessed)
    record = base.vocabulary.written(proof.witness)
    case_file, record_file = folder / f"{id}.case.yaml", folder / f"{id}.yaml"
    folder.mkdir(parents=True, exist_ok=True)
    write_whole(record_file, record_yaml(record, comment))
    if not expect:  # a claim that no case can make
        return [record_file]
    write_whole(
        case_file, case_of(id, f"Breaks {proof.invariant.id}", record, expect, "found by charley prove")
    )
    return [case_file, record_file]
