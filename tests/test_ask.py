"""Asking: never what cannot matter, never twice, and it stops when brute force says so."""

from __future__ import annotations

import brute
import pytest
from bases import VOCABULARY, bases, records
from hypothesis import given, settings

import charley
from charley.engine.expert import Expert
from charley.engine.meaning import valuation
from charley.facts.record import Record
from charley.facts.vocabulary import Value

BRUTE = settings(max_examples=max(12, settings.default.max_examples // 5))
"""Trying everything takes long: fewer examples, in proportion."""


@given(bases(), records())
@BRUTE
def test_settled_is_what_every_completion_agrees_on(base: Expert, record: Record) -> None:
    c = base.consult(record, engine="kernel")
    if c.stop().state == "settled" and c.differential.scope != "outside":
        now = brute.said(base, valuation(base, record))
        whole = brute.completions(record, VOCABULARY)
        assert all(brute.said(base, valuation(base, each)) == now for each in whole)
        assert c.next_question() is None


@given(bases(), records())
@BRUTE
def test_nothing_to_ask_means_that_no_answer_of_theirs_would_matter(base: Expert, record: Record) -> None:
    c = base.consult(record, engine="kernel", audience="patient")
    if c.next_question() is None and c.differential.scope != "outside":
        assert c.stop().state != "open"
        now = brute.said(base, valuation(base, record))
        theirs = [id for id, fact in VOCABULARY.items() if fact.question("patient") is not None]
        for each in brute.completions(record, theirs):
            assert brute.said(base, valuation(base, each)) == now


@given(bases(), records())
@BRUTE
def test_the_short_mode_ends_when_nothing_they_can_say_raises_a_flag(base: Expert, record: Record) -> None:
    c = base.consult(record, engine="kernel", audience="patient")
    if c.next_question(short=True) is None:
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
    if question is not None:
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
    if now.scope == "outside":
        return
    for each in brute.completions(record, left):
        after = base.diagnose(each)
        if after.scope == "outside":
            continue
        assert after.standing("plague").score == now.standing("plague").score
        assert after.standing("plague").flagged == now.standing("plague").flagged


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
    facts = {each.fact for each in c._prospect().opens}
    assert "pregnant" not in facts
    other: dict[str, Value] = {"sex_at_birth": "female"}
    assert "pregnant" in {each.fact for each in kb.consult(other, engine="kernel")._prospect().opens}


def test_the_policy_is_said_in_numbers(kb: Expert) -> None:
    c = kb.consult({"age": 67}, engine="kernel")
    question = c.next_question()
    assert question is not None
    policy = "\n".join(c.why().lines(2))
    assert f"{question.stake:.2f}" in policy
    assert "danger" in policy


def test_a_danger_goes_before_tidiness(kb: Expert) -> None:
    """With a swollen leg after surgery, chest symptoms come before anything that only orders the list."""
    c = kb.consult({"unilateral_leg_swelling": True, "pain_site_calf": True}, engine="kernel")
    question = c.next_question()
    assert question is not None
    opened = next(each for each in c._prospect().opens if each.fact == question.fact)
    assert opened.dangers
