"""The one form of a condition that is signed means what the condition means, whatever is known."""

from __future__ import annotations

from typing import Any

from bases import bases, records
from hypothesis import HealthCheck, given, settings

from charley.engine.expert import Expert
from charley.engine.meaning import valuation
from charley.rules.language.condition import And, Not, Or
from charley.rules.language.parse import parse
from charley.rules.signoff.normal import normal

quickly = settings(max_examples=40, suppress_health_check=list(HealthCheck), deadline=None)


@quickly
@given(bases(), records())
def test_rules_in_the_form_that_is_signed_fire_for_the_same_records(
    base: Expert, record: dict[str, Any]
) -> None:
    from dataclasses import replace

    rules = {id: rule.model_copy(update={"when": normal(rule.condition)}) for id, rule in base.rules.items()}
    signed = Expert.of(replace(base, rules=rules))
    assert valuation(signed, record).rules == valuation(base, record).rules


@quickly
@given(bases())
def test_the_form_is_one_form(base: Expert) -> None:
    for rule in base.rules.values():
        text = normal(rule.condition)
        assert normal(parse(text).condition) == text
        assert normal(Not(Not(rule.condition))) == text
        assert normal(And((rule.condition, rule.condition))) == text
        assert normal(Or((rule.condition, rule.condition))) == text
