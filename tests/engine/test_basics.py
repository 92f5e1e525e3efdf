"""The basics: on one form, after the complaint or the warning signs, and before it is enough."""

from __future__ import annotations

import random

import pytest

import charley
from charley.engine.ask.asking import Asking
from charley.engine.ask.draft import WARNINGS
from charley.engine.ask.question import worded
from charley.engine.ask.shapes.basics import basics
from charley.engine.ask.shapes.screen import BASICS, Form, Screen, TickList
from charley.engine.consult.consultation import Consultation
from charley.engine.consult.recommend import screens_answered
from charley.engine.expert import Expert
from charley.facts.wording import AUDIENCES, Audience


@pytest.fixture(scope="module", params=["nocturnal_leg_pain", "sore_throat"])
def base(request: pytest.FixtureRequest) -> Expert:
    return charley.load(request.param)


@pytest.fixture(scope="module")
def kb() -> Expert:
    return charley.load()


def asked(kb: Expert, audience: Audience = "patient", **told: object) -> Consultation:
    return kb.consult(told, engine="kernel", audience=audience, gates=True)


def shown(c: Consultation) -> Screen:
    screen = c.next_screen()
    assert screen is not None
    return screen


def form(c: Consultation, most: int = 9) -> Form:
    """The form with the basics, which comes among the first screens of somebody who denies everything."""
    for _ in range(most):
        screen = shown(c)
        if screen.topic == BASICS:
            assert isinstance(screen, Form)
            return screen
        c.tell(screen.answers([]) if isinstance(screen, TickList) else screen.answers({}))
    raise AssertionError("the basics are not asked")


@pytest.mark.parametrize("audience", AUDIENCES)
def test_who_told_nothing_is_asked_the_basics_right_after_the_complaint(
    base: Expert, audience: Audience
) -> None:
    c = asked(base, audience)
    complaint = shown(c)
    assert isinstance(complaint, TickList)
    c.tell(complaint.answers([]))
    assert shown(c).facts == base.about.basics and shown(c).topic == BASICS


def test_who_told_a_story_is_asked_first_about_the_signs_that_fit_it(kb: Expert) -> None:
    c = asked(kb, unilateral_leg_swelling=True, erythema_warmth_leg=True)
    first = shown(c)
    assert first.topic == WARNINGS
    c.tell(first.answers([]) if isinstance(first, TickList) else {})
    assert form(c).facts == kb.about.basics


def test_instead_of_a_basic_by_itself_comes_the_form(kb: Expert) -> None:
    """Which leg it is decides about much danger of somebody who cannot hold the bladder."""
    c = asked(kb, pain_radiates_below_knee_from_back=True, saddle_anaesthesia=True)
    found = [shown(c)]
    while found[-1].topic != BASICS and len(found) < 9:
        assert not set(found[-1].facts) & set(kb.about.basics)
        c.tell(dict.fromkeys(found[-1].facts))
        found.append(shown(c))
    assert found[-1].facts == kb.about.basics


def test_only_what_is_open_and_could_matter_is_on_the_form(kb: Expert) -> None:
    assert form(asked(kb, age=50)).facts == tuple(id for id in kb.about.basics if id != "age")
    c = asked(kb, age=50)
    c.unknown("pain_laterality")
    assert not {"age", "pain_laterality"} & {*form(c).facts}
    spared = [id for id, by in kb.part(Asking).excused_by.items() if "sex_at_birth" in by]
    assert spared, "the sex spares questions"
    assert "sex_at_birth" not in form(asked(kb, **dict.fromkeys(spared, False))).facts
    assert basics(asked(kb, age=10).prospect("deep_vein_thrombosis")) != []


def test_a_basic_that_is_left_alone_is_an_ordinary_question(kb: Expert) -> None:
    *others, last = kb.about.basics
    c = asked(kb)
    c.unknown(*others)
    c.tell(dict.fromkeys(shown(c).facts, False))
    screen = shown(c)
    assert screen.facts == (last,) and isinstance(screen, Form)
    assert screen.topic == kb.vocabulary[last].group


@pytest.mark.parametrize("seed", range(6))
def test_it_is_never_enough_before_the_basics_are_told(base: Expert, seed: int) -> None:
    draw = random.Random(seed)
    c = asked(base, draw.choice(AUDIENCES))
    number = 0
    while not c.recommendation.stop:
        screen = shown(c)
        number += 1
        if isinstance(screen, TickList):
            c.tell(screen.answers([id for id in screen.facts if draw.random() < 0.04]))
        else:
            c.tell({id: draw.choice([*base.values.of(id), None]) for id in screen.facts})
    assert c.recommendation.state == "emergency" or not basics(c.prospect())
    assert number < 40


def test_an_emergency_waits_for_no_basics(kb: Expert) -> None:
    c = asked(kb, chest_pain=True)
    assert basics(c.prospect()) and c.recommendation.state == "emergency"


def test_what_is_lacking_is_said_once_no_warning_sign_is_open(kb: Expert) -> None:
    c = asked(kb)
    while c.recommendation.unanswered:
        screen = shown(c)
        c.tell(screen.answers([]) if isinstance(screen, TickList) else {})
        c.skip(*kb.about.basics)
    c = kb.consult(c.answers, engine="kernel", audience="patient", gates=True)
    assert "age, sex at birth, side of the symptoms, time since onset" in c.recommendation.sentence


def test_basics_that_were_put_off_come_at_the_end(kb: Expert) -> None:
    c = asked(kb)
    c.tell(dict.fromkeys(shown(c).facts, False))
    c.skip(*shown(c).facts)
    late = []
    for _ in range(40):
        screen = c.next_screen()
        if screen is None:
            break
        late.append(screen.topic)
        c.tell(screen.answers([]) if isinstance(screen, TickList) else screen.answers({}))
    assert BASICS not in late[:-4]


def test_a_field_that_is_left_empty_is_unknown(kb: Expert) -> None:
    found = form(asked(kb))
    first, *rest = found.facts
    assert found.answers({first: 58}) == {first: 58, **dict.fromkeys(rest)}
    with pytest.raises(ValueError, match="chest_pain"):
        found.answers({"chest_pain": True})


def test_why_a_form_is_asked_in_words_and_in_numbers(kb: Expert) -> None:
    found = form(asked(kb))
    assert found.promise == pytest.approx(found.danger + found.separation)
    for number in (found.promise, found.cost, found.value):
        assert f"{number:.2f}" in str(found)
    assert not any(title in str(found).split("next best")[-1] for title in ("About the person",))
    plain = [row.text for row in found.rows(plain=True)]
    assert len(plain) == 1 + len(found.questions) and found.first in plain[0]
    assert not [question.why for question in found.questions if question.why.endswith(": ")]


def test_why_the_sex_is_asked_where_it_only_spares_questions(kb: Expert) -> None:
    there = asked(kb, pregnant=False, postpartum_6_weeks=False).prospect()
    (sex,) = [
        worded(there, there.open_fact(*each), "patient")
        for each in basics(there)
        if each.fact == "sex_at_birth"
    ]
    assert sex.why == f"it may spare a question: {kb.vocabulary['oestrogen_therapy'].label}"


def test_the_form_counts_as_one_screen(kb: Expert) -> None:
    c = asked(kb)
    c.unknown(*kb.about.basics)
    assert screens_answered(c.prospect()) == 1
    c.unknown("onset_tempo")
    assert screens_answered(c.prospect()) == 2


def test_a_screen_that_is_not_answered_comes_again(base: Expert) -> None:
    c = asked(base)
    complaint = shown(c)
    assert shown(c).facts == complaint.facts != base.about.basics
    c.unknown(complaint.facts[0])
    assert shown(c).facts == base.about.basics
