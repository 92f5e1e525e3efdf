"""The rules that an invariant can depend on: no other rule changes what is true of it, for anybody."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from plants import patients

from charley.audit.prove.claims import by_definition, claim_truth
from charley.audit.prove.dependencies import dependencies, names
from charley.audit.symbolic.standing import Formulas
from charley.engine.assessment import Assessment
from charley.engine.expert import load
from charley.rules.invariants.invariant import Invariant

SMALL = load(Path(__file__).parents[1] / "small_base")
FORMULAS = Formulas(SMALL)
WATER = {"water-drowning", "water-dry", "water-wilting", "water-logged"}
SCORES = {*WATER, "danger-mites"}


def invariant(then: str, given: str = "true") -> Invariant:
    return Invariant.model_validate({"id": "one", "if": given, "then": then})


@pytest.mark.parametrize(
    ("then", "expected"),
    [
        ("score(thirst) >= 0", WATER),
        ("score(drowning) >= 0", {"water-drowning", "water-logged"}),
        ("score(mites) >= 0", {"danger-mites"}),
        ("ranks_above(drowning, mites)", {"water-drowning", "water-logged", "danger-mites"}),
        ("section(mites) == do_not_miss", SCORES),
        ("leads(mites)", SCORES),
        ("flagged(mites)", {"danger-mites"}),
        ("cleared(mites)", {"danger-clean-leaves"}),
        ("alerted(frost)", {"danger-frost"}),
        ('fired("water-dry")', {"water-dry"}),
        ('advised("water-dry")', {"water-dry"}),
        ("urgency >= soon", {"danger-mites", "water-drowning", "water-logged", "danger-frost", "water-dry"}),
        ("waterlogged", {"water-logged"}),
        ("dryness >= 2", set()),
        ("not (flagged(mites) and score(drowning) >= 0)", {"danger-mites", "water-drowning", "water-logged"}),
    ],
)
def test_the_rules_that_an_invariant_can_depend_on(then: str, expected: set[str]) -> None:
    assert dependencies(invariant(then), FORMULAS) == expected
    assert dependencies(invariant("true", then), FORMULAS) == expected


@cache
def everybody(missing: str | None) -> list[Assessment]:
    """Every patient, assessed without one of the rules."""
    base = replace(SMALL, rules={id: rule for id, rule in SMALL.rules.items() if id != missing})
    return [by_definition(base, record) for record in patients(SMALL)]


CLAIMS = [
    "score(thirst) >= 0",
    "score(drowning) >= 0",
    "ranks_above(drowning, mites)",
    "section(mites) == do_not_miss",
    "section(thirst) in {likely, less_likely}",
    "leads(drowning)",
    "cleared(mites)",
    "alerted(frost)",
    "waterlogged",
]


@pytest.mark.parametrize("then", CLAIMS)
def test_without_any_other_rule_the_invariant_is_as_true_as_before(then: str) -> None:
    claim = invariant(then).conclusion
    before = [claim_truth(claim, assessed) for assessed in everybody(None)]
    assert len(set(before)) > 1  # some patients make it true, and others do not
    for other in set(SMALL.rules) - dependencies(invariant(then), FORMULAS):
        assert [claim_truth(claim, assessed) for assessed in everybody(other)] == before, other


def test_an_invariant_names_the_rules_whose_firing_or_advice_it_speaks_of() -> None:
    assert names(invariant('not fired("water-dry")'), "water-dry")
    assert names(invariant("true", 'advised("water-dry")'), "water-dry")
    assert not names(invariant("flagged(mites)"), "danger-mites")
