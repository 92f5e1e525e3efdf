"""Under one headline nothing says another time frame: a law over all rules, and over cases of the base."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import charley
from charley.engine.summary.summary import MOST_TOLD, summary
from charley.facts.wording import AUDIENCES
from charley.rules.loading.cases import vignettes
from charley.rules.rule import URGENCY_RANK, Advise, Alert, Flag
from charley.rules.time_frame import time_words, untimed

BASE = charley.load()


def _lesser() -> Iterator[tuple[str, str, str]]:
    """Case, audience and action of everything less urgent than the patient is as a whole."""
    for vignette in vignettes(BASE)[::10]:
        assessment = BASE.assess(vignette.answers)
        for audience in AUDIENCES:
            d = assessment.differential(audience, explain=False)
            if d.urgency is None:
                continue
            for point in summary(BASE, d).points:
                if URGENCY_RANK[point.urgency] > URGENCY_RANK[d.urgency]:
                    yield vignette.case.id, audience, point.action


def test_every_action_can_be_said_without_its_time() -> None:
    for rule in BASE.rules.values():
        for effect in rule.then:
            if isinstance(effect, Flag | Alert | Advise):
                wording = effect.text if isinstance(effect, Advise) else effect.action
                for audience in AUDIENCES:
                    left = untimed(wording.to(audience))
                    said = [each.words for each in time_words(left) if not each.conditional]
                    assert left and not said, (rule.id, audience, left)


def test_what_is_less_urgent_names_no_time_of_its_own() -> None:
    seen = 0
    for case, audience, action in _lesser():
        seen += 1
        said = [each.words for each in time_words(action) if not each.conditional]
        assert action.strip() and not said, (case, audience, action)
    assert seen > 20


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Assess today: Wells score.", "Assess: Wells score."),
        ("Same-day assessment; today if it spreads.", "Assessment; today if it spreads."),
        ("Call emergency services now. It may be a clot.", "It may be a clot."),
        ("See a doctor within two weeks, sooner if worse", "See a doctor, sooner if worse"),
        ("Stretch the calf.", "Stretch the calf."),
    ],
)
def test_a_text_without_its_time(text: str, left: str) -> None:
    assert untimed(text) == left


def test_warnings_and_advice_are_told_apart_and_are_all_that_is_said() -> None:
    kb = charley.load()
    both = 0
    for placed in vignettes(kb):
        for audience in AUDIENCES:
            d = kb.assess(placed.answers).differential(audience)
            said = summary(kb, d)
            warnings, advice = said.raised, said.advised
            assert [each.id for each in warnings if each.kind == "flag"] == [
                each.candidate for each in d.flags
            ]
            assert [each.id for each in warnings if each.kind == "alert"] == [each.alert for each in d.alerts]
            assert [each.id for each in advice] == [each.rule for each in d.advice]
            assert sorted(said.points) == sorted([*warnings, *advice])
            both += bool(warnings and advice)
    assert both > 100


def test_a_reason_that_names_several_things_is_followed_by_what_was_told() -> None:
    """`Chest pain, new shortness of breath or fainting`: which of them?"""
    told = {"dyspnoea": True, "chest_pain": False, "unilateral_leg_swelling": True}
    found = summary(BASE, BASE.diagnose(told, audience="patient"))
    assert any(" or " in reason for reason in found.reasons)
    assert found.told is not None
    assert BASE.vocabulary["dyspnoea"].listed("patient") in found.told
    assert BASE.vocabulary["chest_pain"].listed("patient") not in found.told
    assert summary(BASE, BASE.diagnose(told, audience="clinician")).told is None


def test_a_reason_that_names_one_thing_is_followed_by_nothing() -> None:
    found = summary(BASE, BASE.diagnose({"unilateral_leg_swelling": True}, audience="patient"))
    assert found.reasons and not any(" or " in reason for reason in found.reasons)
    assert found.told is None


def test_what_was_told_behind_the_reasons_is_short() -> None:
    for vignette in vignettes(BASE)[::25]:
        found = summary(BASE, BASE.assess(vignette.answers).differential("patient"))
        assert found.told is None or found.told.count("; ") <= MOST_TOLD
