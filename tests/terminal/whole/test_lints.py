"""Every lint finds the stumble that was planted for it, and none in a consultation without one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from lints_of_asking import LINTS as OF_ASKING
from lints_of_words import LINTS as OF_WORDS
from people import Person
from playing import Played, Turn

import charley

KB = charley.load()
LINTS = {lint.__name__: lint for lint in (*OF_WORDS, *OF_ASKING)}

SHE = Person("she", "patient", "My calf cramps at night.", {}, {"muscle_cramp_episodes": True})
TOLD = {
    **dict.fromkeys(("muscle_cramp_episodes", "pain_site_calf"), True),
    "age": 44, "sex_at_birth": "female", "pain_laterality": "left_only", "symptom_duration_days": 90,
}  # fmt: skip


def turns(*given: Turn) -> list[Turn]:
    """These turns, and the offer to somebody who was asked everything: she has cramps, and nothing else."""
    asked = {id: SHE.knows(fact) for id, fact in KB.vocabulary.items() if fact.question("patient")}
    record = {**{id: value for id, value in asked.items() if value is not None}, **TOLD}
    unknown = frozenset(asked.keys() - record.keys())
    offer = Turn("offer", "Enough is known to stop here.", record=record, unknown=unknown)
    return [*given, offer, Turn("end", "How urgent?")]


def ticks(*asked: str, **record: Any) -> list[Turn]:
    return turns(Turn("ticks", "Which of these apply?", asked, record={**TOLD, **record}))


def screen(shown: str, **more: Any) -> list[Turn]:
    return turns(Turn("ticks", shown, ("chest_pain",), record=TOLD, **more))


PLANTED: dict[str, list[Turn]] = {
    "too_wide": screen("x" * 81),
    "shows_ids": screen("  1  pain_site_calf"),
    "shows_machine_words": screen("You take {medicine}."),
    "cuts_short": screen("Chronic exertional compartment…"),
    "contradicts_itself": screen(
        "Enough is known to stop here.\nAn answer to one open question could by itself\nraise a warning."
    ),
    "two_urgencies": screen("Overall urgency now: SOON: see a doctor\n! How urgent? ROUTINE: self-care"),
    "says_a_line_twice": screen(2 * "entire leg swollen: yes is needed; it is not known\n"),
    "refuses": screen("Which of these apply?", typed="none of them apply", refused=True),
    "reads_otherwise": [Turn("confirm", "", read={"muscle_cramp_episodes": False}), *turns()],
    "drops_in_silence": [Turn("story", ""), Turn("confirm", "1  night? yes (from “at night”)"), *turns()],
    "ends_too_long": [*turns()[:-1], Turn("afterwards", "a line\n" * 19)],
    "answers_at_length": [*screen("", typed="could it be a clot?")[:1], *screen("one of these\n" * 25)],
    "asks_again": ticks("pain_site_calf"),
    "asks_the_story_again": ticks("dark_urine"),
    "asks_behind_a_no": ticks("foot_drop", strength_trouble=False),
    "names_again_what_was_answered": ticks("strength_trouble", foot_drop=False),
    "asks_a_kind_of_what_was_denied": ticks("shaking_chills", fever_or_rigors=False),
    "asks_without_premise": ticks("statin_stopped"),
    "asks_what_would_contradict": ticks("pain_continuous", no_pain_when_seated=True),
    "takes_for_granted": ticks("statin_weeks_since_start"),
    "jumps": ticks("chest_pain", "pain_site_foot", "dyspnoea"),
    "mixes_topics": ticks("chest_pain", "pain_site_foot", "varicose_veins"),
    "impossible_of_this_person": ticks("pregnant", sex_at_birth="male"),
    "never_offers_to_stop": [turn for _ in range(21) for turn in screen("")[:1]] + turns(),
    "stops_below_the_truth": [Turn("offer", "", record={"muscle_cramp_episodes": True})],
    "lacks_a_warning": [Turn("offer", "", record={"muscle_cramp_episodes": True})],
    "asks_the_basics_late": [Turn("ticks", "", ("chest_pain",), record={"age": 44})],
    "stops_before_the_essential": [Turn("offer", "", record=TOLD)],
    "answers_nothing": [*screen("", typed="why?")[:1], *screen("These rules cannot answer that.")],
    "advises_about_what_was_denied": [
        *turns()[:-1],
        Turn("end", "Ask if one of your medicines could cause cramps.", record={"medicines_taken": False}),
    ],
}
OF_WHOM: dict[str, Person] = {
    "asks_the_story_again": replace(SHE, says={"dark_urine": True}),
    "stops_below_the_truth": replace(SHE, truth={"chest_pain": True}),
    "lacks_a_warning": replace(SHE, truth={"unilateral_leg_swelling": True, "pain_site_calf": True}),
}


def test_every_lint_has_a_plant() -> None:
    assert PLANTED.keys() == LINTS.keys()


@pytest.mark.parametrize("lint", LINTS)
def test_it_finds_what_was_planted(lint: str) -> None:
    assert list(LINTS[lint](Played(KB, OF_WHOM.get(lint, SHE), PLANTED[lint])))


@pytest.mark.parametrize("lint", LINTS)
def test_it_finds_nothing_where_nothing_is_wrong(lint: str) -> None:
    told = Turn("confirm", "  1  cramps? yes  (from “cramps at night”)", read={"muscle_cramp_episodes": True})
    assert not list(LINTS[lint](Played(KB, SHE, [Turn("story", ""), told, *ticks("chest_pain", "dyspnoea")])))
