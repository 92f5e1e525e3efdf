"""The interview benchmark counts what it says it counts, and its page claims no more than was measured."""

from __future__ import annotations

from pathlib import Path

import pytest

import charley
from benchmarks.interview import LookingAhead, in_order, leader, play
from benchmarks.interview_played import Played, half, summary
from benchmarks.interview_shown import write
from charley.engine.expert import Expert
from charley.facts.vocabulary import Value


@pytest.fixture(scope="module")
def kb() -> Expert:
    return charley.load()


GIVEN: dict[str, Value] = {"unilateral_leg_swelling": True, "dyspnoea": True}


def test_a_fixed_order_takes_as_many_questions_as_its_facts_stand_before_the_last(kb: Expert) -> None:
    order = ["age", "dyspnoea", "smoking_status", "unilateral_leg_swelling", "statin"]
    right = leader(kb, GIVEN)
    found = play(kb, "swelling", GIVEN, right, "fixed", in_order(kb, "clinician", order))
    assert (found.flags, found.leader, found.stop) == (4, 4, 5)
    assert found.decided["flags"] == "unilateral_leg_swelling"


def test_an_answer_excuses_every_order_alike(kb: Expert) -> None:
    order = ["sex_at_birth", "pregnant", "age"]
    given: dict[str, Value] = {"sex_at_birth": "male", "age": 50}
    found = play(kb, "a man", given, leader(kb, given), "fixed", in_order(kb, "clinician", order))
    assert found.stop == 2


def test_looking_ahead_tells_everything_that_is_due_and_cases_do_not_touch_each_other(kb: Expert) -> None:
    ahead = LookingAhead(kb, "clinician")
    right = leader(kb, GIVEN)
    first = play(kb, "swelling", GIVEN, right, "look-ahead", ahead.case())
    assert first.flags is not None
    assert first.leader is not None
    other: dict[str, Value] = {"muscle_cramp_episodes": True}
    play(kb, "cramp", other, leader(kb, other), "look-ahead", ahead.case())
    assert play(kb, "swelling", GIVEN, right, "look-ahead", ahead.case()) == first


def played(case: str, ahead: int | None, fixed: int) -> list[Played]:
    return [
        Played(case, half(case), "look-ahead", ahead, ahead, 90, 1, {}),
        Played(case, half(case), "fixed", fixed, fixed, 100, 1, {"flags": "age", "leader": "age"}),
        Played(case, half(case), "random", fixed, fixed, 100, 1, {}),
    ]


def test_a_flag_that_never_comes_is_longer_than_any_order() -> None:
    found = summary([*played("one", None, 20), *played("two", 10, 60), *played("three", 12, 40)], "flags")
    assert found is not None
    assert found.longer == ("one",)
    assert found.ratio == 12 / 40


@pytest.mark.parametrize("questions, said", [(10, " reached"), (39, "**not reached**")])
def test_the_page_says_not_reached_where_it_is_not(
    kb: Expert, tmp_path: Path, questions: int, said: str
) -> None:
    write([each for n in range(20) for each in played(f"c{n}", questions, 40)], kb, tmp_path, "command")
    page = (tmp_path / "interview.md").read_text()
    targets = [line for line in page.splitlines() if "median at most" in line]
    assert len(targets) == 2
    assert all(said in line and line.count(" reached") + line.count("not reached") for line in targets)
    assert "</svg>" in (tmp_path / "interview.svg").read_text()
