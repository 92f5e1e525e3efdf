"""Looking ahead: through open facts only, to all that is possible, and following a record loses nothing."""

from __future__ import annotations

import brute
import pytest
from bases import VOCABULARY, bases, records
from hypothesis import given, settings
from hypothesis import strategies as st

import charley
from charley.engine.ask.ahead.lookahead import Lookahead
from charley.engine.ask.prospect import prospect
from charley.engine.ask.question import next_question
from charley.engine.expert import Expert
from charley.engine.meaning import valuation
from charley.facts.record import Record
from charley.facts.vocabulary import Value

open_facts = st.sets(st.sampled_from(sorted(VOCABULARY)))

BRUTE = settings(max_examples=max(12, settings.default.max_examples // 5))
"""Trying everything takes long: fewer examples, in proportion."""


def look(base: Expert, record: Record, facts: set[str]) -> Lookahead:
    return Lookahead(base.graph, record, facts)


@given(bases(), st.lists(st.tuples(records(), open_facts), min_size=1, max_size=5))
def test_following_a_record_is_the_same_as_looking_at_it_anew(
    base: Expert, steps: list[tuple[Record, set[str]]]
) -> None:
    kept = [look(base, {}, set())]
    for number, (record, facts) in enumerate(steps):
        for rule in list(base.rules)[number::2]:
            kept[-1].through(rule)  # some of it is worked out before the next answer, and kept
        kept.append(kept[-1].follow(record, facts))
    for ahead, step in zip(kept[1:], steps, strict=True):  # an earlier one is not changed by what followed
        anew = look(base, *step)
        assert ahead.states == anew.states
        assert all(ahead.through(rule) == anew.through(rule) for rule in base.rules)


@given(bases(), records())
def test_a_record_that_stands_alone_has_the_same_questions(base: Expert, record: Record) -> None:
    assessment = base.assess(record)
    by_itself, kept = prospect(assessment, "clinician", alone=True), prospect(assessment, "clinician")
    assert by_itself.stakes == kept.stakes
    assert next_question(by_itself, "clinician") == next_question(kept, "clinician")
    assert base.consult(record, engine="kernel").next_question() == next_question(by_itself, "clinician")


@given(bases(), records(), open_facts)
@BRUTE
def test_what_no_answers_bring_about_is_said_to_be_out_of_reach_only_then(
    base: Expert, record: Record, facts: set[str]
) -> None:
    found = look(base, record, facts)
    can = {rule: state is not False for rule, state in found.states.items()}
    for each in brute.completions(record, facts):
        fired = valuation(base, each).rules
        assert all(can[rule] for rule, state in fired.items() if state is True)
    now = valuation(base, record).rules
    assert {id for id, state in found.states.items() if state is True} == {
        id for id, state in now.items() if state is True
    }


@given(bases(), records(), open_facts)
def test_ways_lead_through_open_facts_of_open_rules(base: Expert, record: Record, facts: set[str]) -> None:
    found = look(base, record, facts)
    for rule in base.rules:
        through = found.through(rule)
        assert (found.states[rule] is None) == bool(through)
        assert set(through) <= (facts - set(record)) & set(base.facts_of_rule[rule])
        assert all(0 < chance <= 1 for chance in through.values())


@given(bases(), records(), st.sampled_from(sorted(VOCABULARY)))
def test_a_question_that_nobody_answers_makes_no_way_likelier(
    base: Expert, record: Record, fact: str
) -> None:
    whole = look(base, record, set(VOCABULARY))
    less = look(base, record, set(VOCABULARY) - {fact})
    for rule in base.rules:
        assert all(c <= whole.through(rule)[other] for other, c in less.through(rule).items())


@pytest.fixture(scope="module")
def kb() -> Expert:
    return charley.load()


def test_a_picture_of_which_one_part_is_seen_is_followed_up(kb: Expert) -> None:
    """Pain in the forefoot at rest: whether hanging the leg down eases it is what makes it a picture."""
    c = kb.consult(engine="kernel")
    before = {each.fact: each.stake for each in c.what_matters()}
    c.tell(pain_forefoot_at_rest=True)
    after = {each.fact: each.stake for each in c.what_matters()}
    assert after["relieved_by_dangling_leg"] > 5 * before["relieved_by_dangling_leg"]
    assert list(after).index("relieved_by_dangling_leg") < 10


def stakes(kb: Expert, **told: Value) -> dict[str, float]:
    return {each.fact: each.stake for each in kb.consult(told, engine="kernel").what_matters()}


def test_what_everybody_has_begins_no_picture(kb: Expert) -> None:
    """A side or an age makes what is about them nearer, but only a sign is followed up."""
    nothing = stakes(kb)
    side = stakes(kb, pain_laterality="left_only")
    sign = stakes(kb, unilateral_leg_swelling=True)
    age = stakes(kb, age=67)
    assert max(*side.values(), *age.values()) < 1.5 * max(nothing.values()) < max(sign.values())


def test_a_danger_that_has_begun_comes_before_the_story(kb: Expert) -> None:
    """With nothing told the story is asked for; with a swollen calf on one side, what makes it a clot."""
    c = kb.consult(engine="kernel")
    place = {fact: at for at, fact in enumerate(kb.vocabulary)}
    story = [each.fact for each in c.what_matters()[:10]]
    assert max(place[fact] for fact in story) < len(place) / 4
    c.tell(pain_laterality="left_only", pain_site_calf=True, unilateral_leg_swelling=True)
    assert c.what_matters()[0].danger > c.what_matters()[0].separation


def test_a_consultation_asks_what_one_begun_anew_would_ask(kb: Expert) -> None:
    """The ways are kept from question to question; short mode and targets look at the same ones."""
    c = kb.consult({"pain_laterality": "left_only"}, engine="kernel", audience="patient")
    for _ in range(8):
        c.next_question(short=True)
        c.next_question("deep_vein_thrombosis")
        question = c.next_question()
        anew = kb.consult(c.answers, engine="kernel", audience="patient")
        assert question == anew.next_question()
        assert question is not None
        if question.kind == "boolean":
            c.tell({question.fact: True})
        else:
            c.unknown(question.fact)
    c.retract("pain_laterality")
    anew = kb.consult(c.answers, engine="kernel", audience="patient")
    assert c.next_question() == anew.next_question()


def test_danger_is_worth_more_the_more_urgent_it_is(kb: Expert) -> None:
    from charley.engine.ask.policy import DANGER
    from charley.rules.rule import URGENCIES

    worths = [DANGER[urgency] for urgency in URGENCIES]
    assert worths == sorted(worths, reverse=True)
    assert min(worths) > 0


def test_why_shows_the_ways_that_chose_the_question(kb: Expert) -> None:
    c = kb.consult({"pain_laterality": "left_only", "age": 67}, engine="kernel")
    assert c.next_question() is not None
    why = c.why()
    assert why.ways
    for does, worth, chance in why.ways:
        assert f"{worth:.1f} x {chance:.3f}: {does}" in "\n".join(map(str, why.rows(2)))
