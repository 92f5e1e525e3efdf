"""Asking: never what cannot matter, never twice, and it stops when brute force says so."""

from __future__ import annotations

import dataclasses
from typing import Any

import brute
import pytest
from bases import VOCABULARY, any_base, bases, records
from hypothesis import assume, given, settings

import charley
from charley.engine.ask.ahead.graph import NEW_DANGER, YES
from charley.engine.ask.ahead.lookahead import Lookahead
from charley.engine.expert import Expert
from charley.engine.meaning import valuation
from charley.facts.record import Record
from charley.facts.vocabulary import Value
from charley.rules.instrument import Instrument
from charley.rules.rule import Rule

BRUTE = settings(max_examples=max(12, settings.default.max_examples // 5))
"""Trying everything takes long: fewer examples, in proportion."""


@given(bases(), records())
@BRUTE
def test_settled_is_what_every_completion_agrees_on(base: Expert, record: Record) -> None:
    c = base.consult(record, engine="kernel")
    assume(c.stop().state == "settled" and c.differential.scope != "outside")
    now = brute.said(base, valuation(base, record))
    whole = brute.completions(record, VOCABULARY)
    assert all(brute.said(base, valuation(base, each)) == now for each in whole)
    assert c.next_question() is None


@given(bases(), records())
@BRUTE
def test_nothing_to_ask_means_that_no_answer_of_theirs_would_matter(base: Expert, record: Record) -> None:
    c = base.consult(record, engine="kernel", audience="patient")
    assume(c.next_question() is None and c.differential.scope != "outside")
    assert c.stop().state != "open"
    now = brute.said(base, valuation(base, record))
    theirs = [id for id, fact in VOCABULARY.items() if fact.question("patient") is not None]
    for each in brute.completions(record, theirs):
        assert brute.said(base, valuation(base, each)) == now


@given(bases(), records())
@BRUTE
def test_the_short_mode_ends_when_nothing_they_can_say_raises_a_flag(base: Expert, record: Record) -> None:
    c = base.consult(record, engine="kernel", audience="patient")
    assume(c.next_question(short=True) is None)
    theirs = [id for id, fact in VOCABULARY.items() if fact.question("patient") is not None]
    now = brute.said(base, valuation(base, record))[1]
    for each in brute.completions(record, theirs):
        assert brute.said(base, valuation(base, each))[1] == now


@given(bases(), records())
def test_nothing_is_asked_twice_and_it_ends(base: Expert, record: Record) -> None:
    c = base.consult(record, engine="kernel")
    asked: list[str] = []
    while (question := c.next_question()) is not None:
        asked.append(question.fact)
        c.unknown(question.fact)
    assert len(set(asked)) == len(asked)
    assert not set(asked) & set(record)
    assert c.stop().state != "open"


@given(bases(), records())
def test_a_question_is_about_something_that_is_open(base: Expert, record: Record) -> None:
    c = base.consult(record, engine="kernel")
    question = c.next_question()
    assume(question is not None)
    assert question is not None
    rules = [id for id, facts in base.facts_of_rule.items() if question.fact in facts]
    assert any(c.valuation.rules[rule] is None for rule in rules)
    assert base.consult(record, engine="kernel").next_question() == question


@given(bases(), records())
@BRUTE
def test_a_target_is_asked_about_until_nothing_bears_on_it(base: Expert, record: Record) -> None:
    c = base.consult(record, engine="kernel")
    while (question := c.next_question("plague")) is not None:
        c.unknown(question.fact)
    left = {id for id in VOCABULARY if id not in record and id not in c.answers.unknown}
    now = c.differential
    assume(now.scope != "outside")
    for each in brute.completions(record, left):
        after = base.diagnose(each)
        if after.scope == "outside":
            continue
        assert after.standing("plague").score == now.standing("plague").score
        assert after.standing("plague").flagged == now.standing("plague").flagged


def with_rules(*rules: dict[str, Any], scale: dict[str, Any]) -> Expert:
    """The vocabulary and candidates of the random bases, with these rules and this score."""
    drawn = any_base()
    evidence = {"title": "a rule", "because": "it is so", "evidence": {"kind": "judgement"}}
    made = [Rule.model_validate({"id": f"r{at}", **evidence, **rule}) for at, rule in enumerate(rules)]
    score = Instrument.model_validate({"id": "scale", "title": "scale", **scale})
    kept = {field.name: getattr(drawn, field.name) for field in dataclasses.fields(drawn)}
    return Expert(**{**kept, "rules": {rule.id: rule for rule in made}, "instruments": {"scale": score}})


def test_a_score_that_cannot_be_reached_is_no_way() -> None:
    half_a_point = {"items": [{"when": "b", "points": 0.5}], "decimals": 1}
    flag = {"flag": "cold", "urgency": "emergency", "action": "act"}
    base = with_rules({"when": "a or scale > 0.5", "then": [flag]}, scale=half_a_point)
    question = base.consult({"b": True}, engine="kernel").next_question(short=True)
    assert question is not None
    assert question.fact == "a"


def test_an_answer_that_counts_twice_is_a_way() -> None:
    flag = {"flag": "cold", "urgency": "emergency", "action": "act"}
    rule = {"when": "at_least(1, a, at_least(2, a, b, b))", "then": [flag]}
    c = with_rules(rule, scale={"items": [{"when": "b", "points": 1}]}).consult(engine="kernel")
    c.unknown("a")
    question = c.next_question()
    assert question is not None
    assert question.fact == "b"


@pytest.mark.parametrize(
    ("when", "told", "begun"),
    [
        ("a", {"a": True}, True),
        ("not a", {"a": False}, False),
        ("k == red", {"k": "red"}, True),
        ("k != red", {"k": "green"}, False),
        ("n >= 1", {"n": 5}, False),
        ("difference >= 1", {"n": 5, "m": 2}, True),
        ("(not a or k == red)", {"a": False, "k": "red"}, True),
        ("(not a or k == red)", {"a": False}, False),
    ],
)
def test_a_picture_is_begun_by_what_is_there_and_not_by_what_is_missing(
    when: str, told: Record, begun: bool
) -> None:
    flag = {"flag": "cold", "urgency": "emergency", "action": "act"}
    rule = {"when": f"{when} and b", "then": [flag]}
    base = with_rules(rule, scale={"items": [{"when": "b", "points": 1}]})
    ahead = Lookahead(base.graph, told, {"b"})
    assert ahead.through("r0")["b"] == pytest.approx(YES if begun else YES * NEW_DANGER)


def test_a_rule_that_raises_two_dangers_is_asked_about_for_either() -> None:
    two = [
        {"flag": "plague", "urgency": "emergency", "action": "act"},
        {"alert": "danger", "urgency": "emergency", "action": "act"},
    ]
    for then in (two, two[::-1]):
        base = with_rules({"when": "a", "then": then}, scale={"items": [{"when": "b", "points": 1}]})
        for target in ("plague", "danger"):
            question = base.consult(engine="kernel").next_question(target)
            assert question is not None
            assert question.fact == "a"


@pytest.fixture(scope="module")
def kb() -> Expert:
    return charley.load()


def test_a_patient_is_asked_only_what_a_patient_can_answer(kb: Expert) -> None:
    c = kb.consult({"muscle_cramp_episodes": True}, engine="kernel", audience="patient")
    for _ in range(40):
        question = c.next_question()
        if question is None:
            break
        assert question.wording == kb.vocabulary[question.fact].question("patient")
        c.unknown(question.fact)


def test_a_skipped_question_comes_back_last(kb: Expert) -> None:
    c = kb.consult(engine="kernel", audience="patient")
    first = c.next_question()
    assert first is not None
    c.skip(first.fact)
    asked = []
    while (question := c.next_question(short=True)) is not None:
        asked.append(question.fact)
        c.unknown(question.fact)
    assert first.fact not in asked[:-1]


def test_nobody_is_asked_what_an_answer_excuses_them_from(kb: Expert) -> None:
    c = kb.consult({"sex_at_birth": "male"}, engine="kernel")
    facts = {each.fact for each in c.prospect().opens}
    assert "pregnant" not in facts
    other: dict[str, Value] = {"sex_at_birth": "female"}
    assert "pregnant" in {each.fact for each in kb.consult(other, engine="kernel").prospect().opens}


def test_the_policy_is_said_in_numbers(kb: Expert) -> None:
    c = kb.consult({"age": 67}, engine="kernel")
    question = c.next_question()
    assert question is not None
    policy = "\n".join(map(str, c.why().rows(2)))
    assert f"{question.stake:.2f}" in policy
    assert "danger" in policy


def test_a_danger_goes_before_tidiness(kb: Expert) -> None:
    """With a swollen leg after surgery, chest symptoms come before anything that only orders the list."""
    c = kb.consult({"unilateral_leg_swelling": True, "pain_site_calf": True}, engine="kernel")
    question = c.next_question()
    assert question is not None
    opened = next(each for each in c.prospect().opens if each.fact == question.fact)
    assert opened.dangers


def test_what_may_excuse_from_a_question_is_asked_before_it(kb: Expert) -> None:
    c = kb.consult({"muscle_cramp_episodes": True}, engine="kernel", audience="patient")
    asked: list[str] = []
    while (question := c.next_question()) is not None and question.fact != "pregnant":
        asked.append(question.fact)
        c.unknown(question.fact)
    assert question is not None
    assert {"sex_at_birth", "age"} <= set(asked)
    assert c.why("sex_at_birth").spares == ("pregnant", "within 6 weeks after delivery", "oestrogen therapy")
    c.tell(sex_at_birth="male")
    assert c.next_question() != question
