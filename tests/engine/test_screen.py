"""Screens and the end: lists of one topic, no question whose premise is not told, and exact certificates."""

from __future__ import annotations

import random
from itertools import groupby, product

import brute
import pytest
from bases import VOCABULARY, bases, records
from hypothesis import assume, given, settings

import charley
from charley.engine.ask.askable import askable
from charley.engine.ask.asking import Asking
from charley.engine.ask.draft import FURTHER, MIXTURES, MOST_LINES, MOST_TOPICS, WARNINGS
from charley.engine.ask.question import BESIDES, worded
from charley.engine.ask.shapes.screen import BASICS, Form, Screen, TickList
from charley.engine.consult.consultation import Consultation
from charley.engine.consult.recommend import PATIENCE
from charley.engine.expert import Expert
from charley.engine.meaning import Valuation, valuation
from charley.facts.record import Record
from charley.facts.wording import Audience
from charley.rules.rule import URGENCIES, URGENCY_RANK

BRUTE = settings(max_examples=max(12, settings.default.max_examples // 5))
THEIRS = [id for id, fact in VOCABULARY.items() if fact.question("patient") is not None]


@pytest.fixture(scope="module")
def kb() -> Expert:
    return charley.load()


def raised(base: Expert, found: Valuation) -> dict[str, int]:
    """The urgency of every flag and alert that is raised, the most urgent lowest."""
    dangers = [*base.scoring.flags.items(), *base.scoring.alerts.items()]
    ranks = {
        id: [URGENCIES.index(e.urgency) for rule, e in effects if found.rules[rule] is True]
        for id, effects in dangers
    }
    return {id: min(each) for id, each in ranks.items() if each}


@given(bases(), records())
@BRUTE
def test_no_k_answers_raise_anything_where_it_is_k_robust(base: Expert, record: Record) -> None:
    c = base.consult(record, engine="kernel", audience="patient")
    assume(c.differential.scope != "outside")
    robust = c.recommendation.robust
    before = raised(base, valuation(base, record))

    def further(found: Valuation) -> bool:
        return any(rank < before.get(id, len(URGENCIES)) for id, rank in raised(base, found).items())

    movable = [fact for fact in THEIRS if fact not in record]
    fewest = brute.fewest(base, record, further, movable, 3, ())
    match robust.dangers:
        case None:
            assert fewest is None
        case 2:  # the certificate looks no further
            assert fewest is None or fewest > 2
        case k:
            assert fewest == k + 1
    alone = {
        fact
        for fact in movable
        for value in brute.every(fact)
        if further(valuation(base, {**record, fact: value}))
    }
    assert set(robust.raising) == alone


@given(bases(), records())
@BRUTE
def test_what_would_be_more_urgent_is_found_by_single_answers(base: Expert, record: Record) -> None:
    prospect = base.consult(record, engine="kernel", audience="patient").prospect()
    worst = {
        fact: min(
            min(raised(base, valuation(base, {**record, fact: value})).values(), default=len(URGENCIES))
            for value in brute.every(fact)
        )
        for fact in THEIRS
        if fact not in record
    }
    before = raised(base, valuation(base, record))
    for rank, urgency in enumerate(URGENCIES):
        if rank <= min(before.values(), default=len(URGENCIES)):
            assert prospect.hastening(urgency) == {fact for fact, found in worst.items() if found < rank}


@given(bases(), records())
@BRUTE
def test_no_answer_changes_the_leader_where_it_is_robust_for_the_leader(base: Expert, record: Record) -> None:
    c = base.consult(record, engine="kernel", audience="patient")
    assume(c.differential.scope != "outside")
    robust = c.recommendation.robust
    now = brute.said(base, valuation(base, record))[0]
    alone = {
        fact
        for fact in THEIRS
        if fact not in record
        for value in brute.every(fact)
        if brute.said(base, valuation(base, {**record, fact: value}))[0] != now
    }
    assert set(robust.leading) == alone
    if robust.leader is None:
        for each in brute.completions(record, THEIRS):
            assert brute.said(base, valuation(base, each))[0] == now
    else:
        assert robust.leader == (0 if alone else 1)


@given(bases(), records())
@BRUTE
def test_there_is_a_screen_while_there_is_a_question(base: Expert, record: Record) -> None:
    c = base.consult(record, engine="kernel", audience="patient")
    assert (c.next_screen() is None) == (c.next_question() is None)
    assert (c.recommendation.state == "nothing") == (c.next_question() is None) or (
        c.recommendation.state == "emergency"
    )


def played(c: Consultation, draw: random.Random) -> list[Screen]:
    """Every screen of an interview with a patient who ticks at random."""
    screens = []
    asking, asked = c.base.part(Asking), set(c.record)
    while (screen := c.next_screen()) is not None and len(screens) < 60:
        for fact in screen.facts:
            assert fact not in asked
            premise = asking.premises.get(fact)
            assert premise is None or c.assessment.truth(premise) is True, fact
        asked |= set(screen.facts)
        screens.append(screen)
        if isinstance(screen, TickList):
            ticked = [fact for fact in screen.facts if draw.random() < 0.1]
            unsure = [fact for fact in screen.facts if fact not in ticked and draw.random() < 0.05]
            c.tell(screen.answers(ticked, unsure))
        else:
            assert isinstance(screen, Form)
            c.tell(screen.answers({id: draw.choice(list(c.base.values.of(id))) for id in screen.facts}))
    assert len(screens) < 60
    return screens


@pytest.mark.parametrize("seed", range(4))
def test_an_interview_ends_and_asks_nothing_twice_nor_without_its_premise(kb: Expert, seed: int) -> None:
    c = kb.consult(engine="kernel", audience="patient")
    screens = played(c, random.Random(seed))
    assert c.next_question() is None
    for screen in screens:
        assert 1 <= len(screen.questions) <= MOST_LINES
        groups = {kb.vocabulary[fact].group for fact in screen.facts}
        if screen.topic == BASICS:
            assert screen.facts == tuple(id for id in kb.about.basics if id in screen.facts)
            continue
        assert screen.topic in MIXTURES or groups == {screen.topic}
        assert isinstance(screen, Form) or {question.kind for question in screen.questions} == {"boolean"}
        topics = [kb.vocabulary[fact].group for fact in screen.facts]
        assert [topic for topic, _ in groupby(topics)] == [*dict.fromkeys(topics)]  # none comes back
        assert screen.topic in (WARNINGS, FURTHER) or len(groups) <= MOST_TOPICS
        for topic in groups:
            places = [
                list(kb.vocabulary).index(id) for id in screen.facts if kb.vocabulary[id].group == topic
            ]
            assert places == sorted(places)


def test_a_list_of_warning_signs_goes_through_the_body_in_the_order_of_the_minimum(kb: Expert) -> None:
    """Breath and chest first; what is no sign of the minimum follows in the order of the file."""
    minimum = [kb.vocabulary[id].group for condition in kb.minimum for id in kb.facts_of(condition)]
    order = [*dict.fromkeys([*minimum, *kb.vocabulary.titles])]
    for told in ({"muscle_cramp_episodes": True}, {"unilateral_leg_swelling": True}, {"low_back_pain": True}):
        c = kb.consult(told, engine="kernel", audience="patient", gates=True)
        lists = [screen for screen in played(c, random.Random(4)) if screen.topic in (WARNINGS, FURTHER)]
        assert len(lists) > 2
        for screen in lists:
            places = [order.index(kb.vocabulary[fact].group) for fact in screen.facts]
            assert places == sorted(places)


def test_the_warning_signs_come_right_after_the_complaint_and_the_basics(kb: Expert) -> None:
    c = kb.consult(engine="kernel", audience="patient", gates=True)
    topics = []
    while c.recommendation.unanswered:
        screen = c.next_screen()
        assert screen is not None
        topics.append(screen.topic)
        c.tell(screen.answers([]) if isinstance(screen, TickList) else dict.fromkeys(screen.facts))
    assert topics[1] == BASICS and set(topics[2:]) == {WARNINGS} and len(topics) <= 6
    assert c.differential.urgency != "not_known_yet"


def test_a_choice_on_which_a_danger_hangs_comes_before_the_other_warning_signs(kb: Expert) -> None:
    """How it began decides about a cold leg; who only has cramps ticks the warning signs first."""

    def second(**told: object) -> Screen:
        c = kb.consult(told, engine="kernel", audience="patient", gates=True)
        c.tell(dict.fromkeys(first(c.next_screen()).facts, False))
        assert c.recommendation.unanswered
        return first(c.next_screen())

    assert isinstance(second(muscle_cramp_episodes=True), TickList)
    screen = second(limb_cool=True, age=70)
    assert screen.facts == ("onset_tempo",) and screen.first in str(screen)


def test_no_list_has_a_sign_and_the_question_that_names_it_among_others(kb: Expert) -> None:
    gates = kb.part(Asking).gates
    for told in ({"low_back_pain": True}, {"acute_sensory_loss_limb": True, "atrial_fibrillation": True}):
        c = kb.consult(told, engine="kernel", audience="patient", gates=True)
        for screen in played(c, random.Random(2)):
            assert not {gates.get(fact) for fact in screen.facts} & {*screen.facts}


def test_a_screen_takes_ticks_unsure_lines_and_none(kb: Expert) -> None:
    screen = kb.consult({"pain_site_calf": True}, engine="kernel", audience="patient").next_screen()
    assert isinstance(screen, TickList)
    first, second, *rest = screen.facts
    assert screen.answers([first], [second]) == {first: True, second: None, **dict.fromkeys(rest, False)}
    assert set(screen.answers([]).values()) == {False}
    with pytest.raises(ValueError, match="age"):
        screen.answers(["age"])


@pytest.mark.parametrize("audience", ["clinician", "student"])
def test_history_and_tests_never_share_a_list(kb: Expert, audience: str) -> None:
    """ "None of these" must not record tests as normal that nobody made."""
    screens = played(kb.consult(engine="kernel", audience=audience), random.Random(3))
    kinds = [{kb.vocabulary[fact].answered_by == "patient" for fact in screen.facts} for screen in screens]
    assert all(len(each) == 1 for each in kinds) and {True} in kinds and {False} in kinds


def test_why_a_screen_adds_up(kb: Expert) -> None:
    screen = kb.consult({"age": 67}, engine="kernel", audience="clinician").next_screen()
    assert screen is not None
    assert screen.promise == pytest.approx(screen.danger + screen.separation)
    shown = str(screen)
    for number in (screen.promise, screen.cost, screen.value):
        assert f"{number:.2f}" in shown
    assert screen.value >= max((value for _, value in screen.others), default=0) or screen.first


def test_an_emergency_is_a_full_stop_and_a_warning_sign_left_open_is_none(kb: Expert) -> None:
    c = kb.consult({"chest_pain": True}, engine="kernel", audience="patient")
    assert c.recommendation.stop and c.recommendation.state == "emergency"
    c = kb.consult({"muscle_cramp_episodes": True}, engine="kernel", audience="patient")
    assert not c.recommendation.stop and c.recommendation.unanswered


def examined_to_the_stop(kb: Expert, audience: Audience, told: Record) -> Consultation:
    """Nothing else is so, and nothing is measured or tested; tests are not asked for before the stop."""
    c = kb.consult(told, engine="kernel", audience=audience, gates=True)
    while not c.recommendation.stop:
        screen = first(c.next_screen())
        assert kb.part(Asking).measured.isdisjoint(screen.facts)
        c.tell(dict.fromkeys(screen.facts, False if isinstance(screen, TickList) else None))
    return c


@pytest.mark.parametrize("audience", ["clinician", "student"])
@pytest.mark.parametrize(("told", "state"), [({}, "enough"), ({"dysphagia": True}, "act")], ids=str)
def test_who_examines_is_told_to_stop_when_no_sign_could_make_it_as_urgent(
    kb: Expert, audience: Audience, told: Record, state: str
) -> None:
    """The pulses are felt before that, also where the history alone says `soon`."""
    c = examined_to_the_stop(kb, audience, told)
    found, asked = c.recommendation, {*c.record, *c.answers.unknown}
    assert found.state == state and not found.unanswered
    assert {"pedal_pulse_abnormal", "objective_weakness"} <= asked
    worst, signs = c.differential.urgency, kb.part(Asking).plain - asked
    for fact in signs & {each.fact for each in c.what_matters()}:
        for value in kb.values.of(fact):
            after = c.supposed({fact: value})
            new = {(e.candidate, e.urgency) for e in after.flags} - {
                (e.candidate, e.urgency) for e in c.differential.flags
            }
            assert all(URGENCY_RANK[urgency] > URGENCY_RANK[worst] for _, urgency in new), fact
    left = {*found.robust.raising} - kb.part(Asking).plain
    assert left and f"any of {len(left)} measurements and results could" in found.certificate


@pytest.mark.parametrize("audience", ["clinician", "student"])
def test_tests_come_after_the_signs(kb: Expert, audience: Audience) -> None:
    c = examined_to_the_stop(kb, audience, {})
    kinds = [kb.vocabulary[id].answered_by for id in (*c.record, *c.answers.unknown)]
    assert "clinician" in kinds and "lab" not in kinds
    number = 0
    while (screen := c.next_screen()) is not None and number < 40:
        number += 1
        kinds += [kb.vocabulary[id].answered_by for id in screen.facts]
        c.unknown(*screen.facts)
    assert "lab" in kinds


@pytest.mark.parametrize("told", [{}, {"pain_site_calf": True}, {"muscle_cramp_episodes": True}], ids=str)
def test_nobody_is_told_to_stop_while_one_answer_would_put_another_first(kb: Expert, told: Record) -> None:
    """Unless somebody is to be seen today: the cause is found there."""
    examined = kb.part(Asking).examined
    for seed in range(3):
        draw = random.Random(seed)
        c = kb.consult(told, engine="kernel", audience="patient", gates=True)
        while not c.recommendation.stop:
            screen = first(c.next_screen())
            ticks = isinstance(screen, TickList)
            c.tell({id: draw.random() < 0.05 if ticks else None for id in screen.facts})
        if c.differential.urgency in ("emergency", "same_day"):
            continue
        for each in c.what_matters():
            if each.fact not in examined:
                for value in kb.values.of(each.fact):
                    leader = c.supposed({each.fact: value}).leader  # none of a child
                    assert leader in (None, c.differential.leader), each.fact


@pytest.mark.parametrize("audience", ["patient", "clinician"])
def test_whoever_is_tired_is_told_so_by_screens_and_not_by_lines(kb: Expert, audience: Audience) -> None:
    """Nine lines that were ticked off are one screen, a number or a choice is one by itself."""
    c = kb.consult(engine="kernel", audience=audience, gates=True)
    number = 0
    while not c.recommendation.stop:
        screen = first(c.next_screen())
        number += 1
        c.tell(dict.fromkeys(screen.facts))
    assert number <= PATIENCE + 4
    if f"some {PATIENCE} screens" in c.recommendation.sentence:
        assert number >= PATIENCE


def test_what_the_premise_opens_is_asked_only_behind_it(kb: Expert) -> None:
    c = kb.consult({"statin": False}, engine="kernel", audience="patient")
    assert not {"statin_weeks_since_start", "statin_stopped"} & {each.fact for each in c.what_matters()}
    c = kb.consult(engine="kernel", audience="patient")
    c.unknown("statin")
    assert "statin_stopped" not in {each.fact for each in c.what_matters()}


def test_a_gate_is_asked_before_what_it_opens_which_a_no_spares(kb: Expert) -> None:
    behind = set(kb.vocabulary["medicines_taken"].opens)

    def asked(c: Consultation) -> set[str]:
        return {each.fact for each in c.what_matters()}

    c = kb.consult({"muscle_cramp_episodes": True}, engine="kernel", audience="patient", gates=True)
    while "medicines_taken" not in (facts := first(c.next_screen()).facts):
        assert behind.isdisjoint(facts)
        c.tell(dict.fromkeys(facts, False) if len(facts) > 1 else dict.fromkeys(facts))
    assert "thiazide_diuretic" in asked(c)
    c.tell(medicines_taken=False)
    assert behind.isdisjoint(asked(c)) and not c.record.keys() & behind
    c.tell(medicines_taken=True)
    assert "thiazide_diuretic" in asked(c)
    c.unknown("medicines_taken")
    assert behind.isdisjoint(asked(c))


def test_nothing_that_a_gate_spares_is_named_as_a_danger_of_one_answer(kb: Expert) -> None:
    """A no to a question for several things is a no to each, where it is said what would be more urgent."""
    gates = kb.part(Asking).opens
    spared: set[str] = set()
    for gate, opened in gates.items():
        c = kb.consult(engine="kernel", audience="patient")
        before = {fact for each in c.distances(answerable=True) for way in each.ways for fact, _ in way}
        c.tell({gate: False})
        after = {fact for each in c.distances(answerable=True) for way in each.ways for fact, _ in way}
        spared |= before.intersection(opened)
        assert after.isdisjoint(opened), gate
    assert spared


def test_a_gate_of_which_somebody_is_not_sure_opens_what_would_be_urgent_by_itself(kb: Expert) -> None:
    for gate, opened in kb.part(Asking).opens.items():
        c = kb.consult({"pain_site_calf": True}, engine="kernel", audience="patient", gates=True)
        c.unknown(gate)
        urgent = {
            id
            for id in opened
            for value in kb.values.of(id)
            for found in (c.supposed({id: value}),)
            if {each.urgency for each in (*found.flags, *found.alerts)} & {"emergency", "same_day"}
        }
        assert urgent == {each.fact for each in c.what_matters()} & {*opened}


def test_a_sign_that_is_urgent_by_advice_alone_is_asked_about(kb: Expert) -> None:
    c = kb.consult(
        {"pain_site_calf": True, "skin_trouble_or_wound": True}, engine="kernel", audience="patient"
    )
    before, after = c.differential, c.supposed({"rash_blisters_in_strip": True})
    assert after.urgency == "same_day" != before.urgency
    assert (after.flags, after.alerts) == (before.flags, before.alerts)
    found = next(each for each in c.prospect().opens if each.fact == "rash_blisters_in_strip")
    assert found.danger > 0
    assert "more urgent" in worded(c.prospect(), found, "patient").why


@pytest.mark.parametrize("told", [{"smoking_status": "current"}, {"heavy_alcohol_use": True}])
def test_a_gate_is_not_asked_once_something_behind_it_was_told(kb: Expert, told: Record) -> None:
    (gate,) = {gate for gate, opened in kb.part(Asking).opens.items() if told.keys() <= set(opened)}
    before, after = (kb.consult(record, engine="kernel") for record in ({}, told))
    assert gate in askable(before.assessment, "patient", gates=True)
    assert gate not in askable(after.assessment, "patient", gates=True)


def test_what_the_story_points_to_is_asked_by_name_and_not_behind_its_gate(kb: Expert) -> None:
    gate = next(gate for gate, opened in kb.part(Asking).opens.items() if "foot_ulcer_or_gangrene" in opened)
    c = kb.consult({"diabetes_mellitus": True}, engine="kernel", audience="patient", gates=True)
    assert "foot_ulcer_or_gangrene" in first(c.next_screen()).facts
    c = kb.consult({"muscle_cramp_episodes": True}, engine="kernel", audience="patient", gates=True)
    asked: set[str] = set()
    while gate not in asked:
        facts = first(c.next_screen()).facts
        asked |= set(facts)
        c.tell(dict.fromkeys(facts, False) if len(facts) > 1 else dict.fromkeys(facts))
    assert "foot_ulcer_or_gangrene" not in asked


def test_a_question_for_several_things_says_that_it_is_for_what_was_not_asked(kb: Expert) -> None:
    opens, begins = kb.part(Asking).opens, set()
    for told in ({"weakness_reported": True}, {"diabetes_mellitus": True}, {"muscle_cramp_episodes": True}):
        c = kb.consult(told, engine="kernel", audience="patient", gates=True)
        while (screen := c.next_screen()) is not None:
            answered = {*c.record, *c.answers.unknown}
            for question in screen.questions:
                if question.fact in opens:
                    some = not answered.isdisjoint(opens[question.fact])
                    assert question.wording.startswith(BESIDES) is some
                    begins.add(some)
            c.tell(dict.fromkeys(screen.facts, False if isinstance(screen, TickList) else None))
    assert begins == {True, False}


def test_promises_are_kept_until_something_is_told_or_put_off(kb: Expert) -> None:
    c = kb.consult(engine="kernel", audience="patient", gates=True)
    facts = set(first(c.next_screen()).facts)
    kept = c.prospect()
    assert c.recommendation.promised and c.prospect() is kept
    c.skip(*facts)
    assert c.prospect() is not kept and facts.isdisjoint(first(c.next_screen()).facts)
    skipped = c.prospect()
    c.tell({"age": 60})
    assert c.prospect() not in (kept, skipped)


def test_who_told_what_a_gate_names_is_not_asked_the_gate(kb: Expert) -> None:
    c = kb.consult({"statin": True}, engine="kernel", audience="patient", gates=True)
    for screen in played(c, random.Random(5)):
        assert "medicines_taken" not in screen.facts


def test_a_program_is_asked_fact_by_fact_and_no_gate_spares_anything(kb: Expert) -> None:
    gates = kb.part(Asking).opens
    c = kb.consult(dict.fromkeys(gates, False), engine="kernel", audience="patient")
    assert "thiazide_diuretic" in {each.fact for each in c.what_matters()}
    c = kb.consult(engine="kernel", audience="patient")
    for screen in played(c, random.Random(5)):
        assert gates.keys().isdisjoint(screen.facts)


def first(screen: Screen | None) -> Screen:
    assert screen is not None
    return screen


@given(bases(), records())
@BRUTE
def test_it_is_enough_where_two_answers_raise_nothing_and_one_changes_no_leader(
    base: Expert, record: Record
) -> None:
    found = base.consult(record, engine="kernel", audience="patient").recommendation
    certain = found.robust.dangers in (None, 2) and found.robust.leader != 0
    assert found.stop or not certain or found.unanswered


@pytest.mark.parametrize("gates", [True, False])
def test_no_other_list_comes_while_an_answer_could_raise_a_warning(kb: Expert, gates: bool) -> None:
    opens, draw = kb.part(Asking).opens, random.Random(1)
    c = kb.consult({"age": 60}, engine="kernel", audience="patient", gates=gates)
    while (screen := c.next_screen()) is not None:
        found = c.recommendation
        if not found.unanswered and found.robust.raising:
            behind = {id for fact in screen.facts for id in (fact, *opens.get(fact, ()))}
            asking = c.base.part(Asking)
            before = (*asking.premise_facts.values(), *asking.excused_by.values())
            assert behind & {*found.robust.raising, *(id for each in before for id in each)}
        answers = {fact: draw.random() < 0.1 for fact in screen.facts}
        c.tell(answers if screen.questions[0].kind == "boolean" else dict.fromkeys(answers))


KINDS = {
    "pedal_pulse_abnormal": ("pedal_pulses_absent", "doppler_arterial_signal_absent"),
    "objective_weakness": ("proximal_weakness_legs", "proximal_weakness_arms", "neck_flexor_weakness"),
    "fever_or_rigors": ("shaking_chills",),
    "muscle_cramp_episodes": ("muscle_hardening_during_episode",),
    "chronic_kidney_disease": ("on_dialysis",),
    "umn_signs": ("umn_lmn_same_region",),
    "straight_leg_raise_positive": ("crossed_slr_positive",),
}


@pytest.mark.parametrize(("general", "kinds"), KINDS.items(), ids=KINDS)
def test_what_was_denied_is_not_asked_for_as_a_kind_of_it(
    kb: Expert, general: str, kinds: tuple[str, ...]
) -> None:
    open_, denied = (
        askable(kb.consult(told, engine="kernel").assessment, "clinician", gates=True)
        for told in (
            {"muscle_cramp_episodes": True} if general != "muscle_cramp_episodes" else {},
            {general: False},
        )
    )
    assert set(kinds) <= open_ and denied.isdisjoint(kinds)


SIGNS = [
    general for general, kinds in KINDS.items() if general in ("pedal_pulse_abnormal", "objective_weakness")
]


@pytest.mark.parametrize("general", SIGNS)
def test_what_nobody_looked_for_is_not_asked_for_as_a_kind_of_it(kb: Expert, general: str) -> None:
    c = kb.consult({}, engine="kernel", audience="clinician", gates=True)
    c.unknown(general)
    assert askable(c.assessment, "clinician", gates=True).isdisjoint(KINDS[general])


@pytest.mark.parametrize(
    ("denied", "told", "warns"),
    [
        (
            "muscle_cramp_episodes",
            {"medicines_taken": True, "new_medicine_before_onset": True},
            "cramps_elsewhere",
        ),
        (
            "weakness_reported",
            {"odd_movements": True, "fasciculations": True, "strength_trouble": True},
            "progressive_weakness",
        ),
    ],
)
def test_a_no_does_not_spare_the_question_for_a_warning(
    kb: Expert, denied: str, told: Record, warns: str
) -> None:
    """Whose legs do not cramp may have cramps of the hands; who denies weak legs told lost strength."""
    c = kb.consult({denied: False, **told}, engine="kernel", audience="patient", gates=True)
    before, after = c.differential, c.supposed({warns: True})
    assert len(after.flags) > len(before.flags)
    assert warns in {each.fact for each in c.what_matters()}


@pytest.mark.parametrize("name", ["nocturnal_leg_pain", "sore_throat"])
def test_nothing_is_asked_whose_yes_would_contradict_what_was_told(name: str) -> None:
    base = charley.load(name)
    asking, tried = base.part(Asking), 0
    minimum = {id for condition in base.minimum for id in base.facts_of(condition)}
    for condition, _ in base.contradictions:
        facts = list(base.facts_of(condition))
        for values in product(*(base.values.of(fact) for fact in facts)):
            told = dict(zip(facts, values, strict=True))
            if base.assess(told).truth(condition) is not True:
                continue
            for fact in facts:
                rest = {id: value for id, value in told.items() if id != fact}
                if told[fact] is True and fact in asking.ticks and fact not in minimum and rest:
                    tried += 1
                    assert fact not in askable(base.assess(rest), "clinician", gates=True)
    assert tried or not base.contradictions


def test_a_man_is_not_asked_for_oestrogen(kb: Expert) -> None:
    for sex, asked in (("male", False), ("female", True)):
        c = kb.consult({"sex_at_birth": sex, "medicines_taken": True}, engine="kernel", gates=True)
        assert ("oestrogen_therapy" in askable(c.assessment, "patient", gates=True)) is asked
