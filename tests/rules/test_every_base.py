"""Every base that comes with the project: nothing to report, cases as expected, invariants proved.

The first base has tests of its own for its cases and its invariants, because they take longer.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import charley
from charley.audit.cases.play import play
from charley.engine.reading import prepared
from charley.rules.loading.cases import read_cases
from charley.rules.loading.check import check
from charley.rules.loading.find import bundled

EXAMPLES = Path(__file__).parents[2] / "examples"
BASES = {
    **bundled(),
    **{path.parent.name: path.parent for path in sorted(EXAMPLES.glob("*/knowledge_base.yaml"))},
}
SMALL = [name for name in BASES if name != "nocturnal_leg_pain"]


def test_there_are_two_bundled_and_three_for_teaching() -> None:
    assert {"nocturnal_leg_pain", "sore_throat"} == set(bundled())
    assert {"animals", "car_trouble", "moped_trouble"} == set(BASES) - set(bundled())


@pytest.mark.parametrize("name", BASES)
def test_nothing_is_to_be_reported(name: str) -> None:
    assert check(BASES[name]) == []


@pytest.mark.parametrize("name", SMALL)
def test_cases_are_as_expected_in_two_more_readings(name: str) -> None:
    base = charley.load(BASES[name])
    cases = list(read_cases(base))
    played = list(play(base, cases, prepared(base, ["network", "planes"])))
    assert len(played) == len(cases) > 4
    assert [each for each in played if not each.passed] == []


@pytest.mark.parametrize("name", SMALL)
def test_invariants_are_proved(name: str) -> None:
    pytest.importorskip("z3", reason="needs the solver: pip install 'charley[audit]'")
    from charley.audit.prove.prove import Prover
    from charley.rules.loading.invariants import read_invariants

    base = charley.load(BASES[name])
    invariants = read_invariants(base)
    proofs = list(Prover(base).prove_all(invariants))
    assert len(proofs) == len(invariants) > 0
    assert {proof.verdict for proof in proofs} == {"proved"}


@pytest.mark.parametrize("name", ["animals", "car_trouble", "moped_trouble"])
def test_a_teaching_base_is_short(name: str) -> None:
    lines = [line for file in BASES[name].rglob("*.yaml") for line in file.read_text().splitlines()]
    assert len(lines) < 100
    keys = ("answered_by: patient", "audiences: {patient:")  # the format's own words
    assert not [line for line in lines if "patient" in line and not any(key in line for key in keys)]
