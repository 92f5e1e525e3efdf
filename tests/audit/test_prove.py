"""`charley prove`: the bundled base's invariants hold, and what breaks one is the smallest patient."""

import json
import shutil
from pathlib import Path

import pytest
import yaml
import z3
from click.testing import CliRunner

from charley.audit.prove.claims import Spurious, by_definition, claim_truth
from charley.audit.prove.prove import Prover
from charley.cli import main
from charley.engine.expert import load
from charley.rules.invariants.invariant import Invariant
from charley.rules.loading.invariants import read_invariants

KB = load()
PROVER = Prover(KB)


def invariant(given, then):
    return Invariant.model_validate({"id": "one", "if": given, "then": then})


def test_every_invariant_of_the_bundled_base_is_proved():
    proofs = list(PROVER.prove_all(read_invariants(KB)))
    assert [proof.invariant.id for proof in proofs if proof.verdict != "proved"] == []
    assert len(proofs) >= 112


@pytest.mark.parametrize(
    ("given", "then", "facts"),
    [
        ("true", "urgency >= routine", 0),  # nothing is known, so nobody is reassured
        ("age >= 18", "not flagged(deep_vein_thrombosis)", 2),
        ("dark_urine", "urgency >= emergency", 1),
        ("unilateral_leg_swelling", "leads(deep_vein_thrombosis)", 2),
        ("wells_dvt_score >= 2", "score(deep_vein_thrombosis) >= 0", 3),
    ],
)
def test_what_does_not_hold_is_shown_by_its_smallest_patient(given, then, facts):
    proof = PROVER.prove(invariant(given, then))
    assert proof.verdict == "broken"
    assert len(proof.witness) == facts
    told = by_definition(KB, proof.witness)
    assert claim_truth(proof.invariant.premise, told) is True
    assert claim_truth(proof.invariant.conclusion, told) is False


def test_an_if_that_nobody_meets_is_said_to_be_vacuous():
    assert PROVER.prove(invariant("age < 20 and age > 30", "flagged(cellulitis)")).verdict == "vacuous"


@pytest.mark.parametrize(
    ("given", "then", "verdict"),
    [
        ("true", "leads(thirst) or leads(drowning) or leads(mites)", "proved"),
        ("plastic", "not leads(thirst)", "vacuous"),
        ("plastic", "score(mites) >= 40", "vacuous"),
        ("plastic", "score(mites) >= 40 or flagged(mites)", "proved"),
        ("plastic and spots", "leads(thirst) and flagged(mites)", "proved"),
        ("plastic", "leads(thirst) and flagged(mites)", "broken"),
        ("leads(thirst) and plastic", "flagged(mites)", "vacuous"),
        ("true", "score(mites) >= 0", "broken"),
    ],
)
def test_a_claim_about_standing_is_about_those_who_are_ranked(given, then, verdict):
    small = load(str(Path(__file__).parents[1] / "small_base"))
    proof = Prover(small).prove(invariant(given, then))
    assert proof.verdict == verdict
    if proof.witness is not None:
        shown = small.diagnose(proof.witness)
        assert (shown.leader is None) is (proof.assessed.leader is None)
        assert {place.candidate for place in shown.standings} == (
            {standing.candidate.id for standing in proof.assessed.standings}
            if proof.assessed.ranked
            else set()
        )


@pytest.mark.parametrize("text", [None, "", "[]\n"])
def test_nothing_to_prove_is_not_a_success(tmp_path, text):
    folder = tmp_path / "base"
    shutil.copytree(Path(__file__).parents[1] / "small_base", folder)
    (folder / "invariants.yaml").unlink()
    if text is not None:
        (folder / "invariants.yaml").write_text(text)
    for command in ("prove", "audit"):
        run = CliRunner().invoke(main, [command, str(folder)])
        assert run.exit_code == 1
        assert "has no invariants" in run.stderr


def test_what_says_nothing_is_not_counted_as_proved(tmp_path):
    folder = tmp_path / "base"
    shutil.copytree(Path(__file__).parents[1] / "small_base", folder)
    said = "- {id: nobody, if: plastic and not plastic, then: flagged(mites)}\n"
    (folder / "invariants.yaml").write_text(said)
    run = CliRunner().invoke(main, ["prove", str(folder)])
    assert run.exit_code == 1
    assert "0 proved, 0 broken, 0 not decided, 1 that say nothing" in run.stdout


def test_what_is_not_decided_in_time_is_not_proved(monkeypatch):
    def tired(make=z3.SimpleSolver):
        solver = make()
        solver.set("rlimit", 1)
        return solver

    monkeypatch.setattr("charley.audit.symbolic.solver.z3.SimpleSolver", tired)
    proof = Prover(KB).prove(invariant("age >= 18", "not leads(rhabdomyolysis)"))
    assert proof.verdict == "not decided" and not proof.holds


def test_a_witness_that_the_meaning_does_not_confirm_fails_loudly():
    prover = Prover(KB)
    prover.formulas.flags["rhabdomyolysis"] = []
    with pytest.raises(Spurious):
        prover.prove(invariant("dark_urine", "flagged(rhabdomyolysis)"))


@pytest.fixture
def broken(tmp_path):
    """The bundled base with a flag that a varicose vein takes away."""
    folder = tmp_path / "base"
    shutil.copytree(KB.path, folder)
    file = folder / "rules" / "deep_vein_thrombosis.yaml"
    before, rule, after = file.read_text().partition("- id: dvt-one-swollen-leg")
    narrowed = after.replace(
        "when: unilateral_leg_swelling", "when: unilateral_leg_swelling and pain_site_calf", 1
    )
    file.write_text(before + rule + narrowed)
    return folder


def test_the_command_shows_the_patient_and_saves_a_case_and_a_record(broken, tmp_path):
    others = [each.id for each in read_invariants(KB) if each.id.startswith("rha-")]
    only = [word for id in ("dvt-swelling-flags", "clear-keeps-flag", *others) for word in ("--only", id)]
    run = CliRunner().invoke(main, ["prove", str(broken), *only, "--save-case", str(tmp_path / "found")])
    assert run.exit_code == 1
    assert "A001 the invariant `dvt-swelling-flags` does not hold" in run.stdout
    assert "unilateral leg swelling: yes" in run.stdout
    assert "the overall urgency is not known yet" in run.stdout
    assert f"{len(others)} proved, 2 broken, 0 not decided" in run.stdout and others
    found = (tmp_path / "found" / "counterexample-dvt-swelling-flags.case.yaml").read_text()
    (case,) = yaml.safe_load(found)
    assert case["expect"]["flags"] == ["deep_vein_thrombosis"] and case["expect"]["urgency"] == "same_day"
    record = tmp_path / "found" / "counterexample-dvt-swelling-flags.yaml"
    told = CliRunner().invoke(main, ["diagnose", str(record), "--kb", str(broken), "--json"])
    assert json.loads(told.stdout)["flags"] == []
    assert json.loads(told.stdout)["record"] == case["given"]


def test_the_command_for_programs(broken):
    run = CliRunner().invoke(main, ["prove", str(broken), "--only", "dvt-swelling-flags", "--json"])
    told = json.loads(run.stdout)
    assert [proof["verdict"] for proof in told["proofs"]] == ["broken"]
    assert told["problems"][0]["code"] == "A001" and told["problems"][0]["line"] > 0


def test_bad_usage_exits_2_with_a_message():
    run = CliRunner().invoke(main, ["prove", "--only", "dvt-swelling-flag"])
    assert run.exit_code == 2
    assert "did you mean `dvt-swelling-flags`?" in run.stderr


def test_without_the_solver_the_command_says_how_to_get_it(monkeypatch):
    monkeypatch.setattr("charley.audit.symbolic.installed.find_spec", lambda name: None)
    run = CliRunner().invoke(main, ["prove"])
    assert run.exit_code == 2
    assert "pip install 'charley[audit]'" in run.stderr
