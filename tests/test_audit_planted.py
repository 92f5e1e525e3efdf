"""Forty faults planted in the bundled base: each that breaks an invariant is shown by a patient."""

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner

from charley.audit.mutants import mutants
from charley.audit.prove import Prover
from charley.audit.replay import outcome, so
from charley.audit.witness import record_yaml
from charley.cli import main
from charley.engine.expert import load
from charley.rules.invariant import read_invariants
from charley.rules.read_cases import read_cases

KB = load()
INVARIANTS = [i for i in read_invariants(KB) if "fired(" not in i.if_ + i.then and "advised(" not in i.then]


def planted():
    """Forty, spread over the rules that flag or alert: dropped, narrowed, and less urgent."""
    dangers = [rule for rule in KB.rules.values() if any(e.kind in ("flag", "alert") for e in rule.then)]
    found = []
    for at, rule in enumerate(dangers):
        some = [m for m in mutants(rule) if m.operator in ("drop rule", "swap and/or", "negate atom")]
        found.append(some[at % len(some)])
    step = max(1, len(found) // 40)
    return found[::step][:40]


FAULTS = planted()


def test_there_are_forty_faults_in_as_many_rules():
    assert len({fault.rule for fault in FAULTS}) == 40


@pytest.fixture(scope="module")
def broken():
    """For each fault, the proofs that failed."""
    return {fault.id: failing(fault) for fault in FAULTS}


def failing(fault):
    changed = replace(KB, rules=fault.base(KB))
    prover = Prover(changed)
    return changed, [p for p in prover.prove_all(relevant(fault)) if p.verdict == "broken"]


def relevant(fault):
    """The invariants that speak of what the rule does."""
    names = {getattr(e, "candidate", getattr(e, "alert", None)) for e in KB.rules[fault.rule].then}
    return [i for i in INVARIANTS if any(f"({name})" in i.then for name in names)]


def test_many_of_them_break_an_invariant_and_every_witness_shows_it(broken):
    shown = [id for id, (_, proofs) in broken.items() if proofs]
    assert len(shown) >= 12
    for base, proofs in broken.values():
        for proof in proofs:
            told = outcome(base.scoring, proof.witness)
            assert so(proof.invariant.premise, told) and not so(proof.invariant.conclusion, told)
            right = outcome(KB.scoring, proof.witness)
            assert so(proof.invariant.conclusion, right)


def test_no_case_that_breaks_an_invariant_goes_unseen_by_the_proofs(broken):
    records = [placed.answers.record for placed in read_cases(KB)[::12]]
    for fault in FAULTS:
        base, proofs = broken[fault.id]
        seen = {proof.invariant.id for proof in proofs}
        for told in (outcome(base.scoring, record) for record in records):
            for invariant in relevant(fault):
                if so(invariant.premise, told) and not so(invariant.conclusion, told):
                    assert invariant.id in seen


def test_the_command_reproduces_a_witness(broken, tmp_path):
    proof = next(proofs[0] for _, proofs in broken.values() if proofs)
    (tmp_path / "witness.yaml").write_text(record_yaml(proof.witness))
    run = CliRunner().invoke(main, ["diagnose", str(tmp_path / "witness.yaml"), "--json"])
    assert run.exit_code == 0
    assert json.loads(run.stdout)["record"] == proof.witness
