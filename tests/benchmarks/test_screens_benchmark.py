"""The screens benchmark counts what it says it counts."""

from __future__ import annotations

import pytest

import charley
from benchmarks import screens
from benchmarks.screens import dangers, implied, play, raised
from benchmarks.screens_shown import MOST, Played, measured, page
from charley.engine.expert import Expert
from charley.facts.vocabulary import Value
from charley.rules.rule import URGENCIES


@pytest.fixture(scope="module")
def kb() -> Expert:
    return charley.load()


GIVEN: dict[str, Value] = {"unilateral_leg_swelling": True, "cramp_episodes_per_week": 3}


def test_a_case_implies_the_premises_of_what_it_states(kb: Expert) -> None:
    assert implied(kb, GIVEN) == {**GIVEN, "muscle_cramp_episodes": True}


def test_a_case_denies_nothing_that_would_contradict_it(kb: Expert) -> None:
    chills = implied(kb, {"shaking_chills": True})
    assert chills == {"shaking_chills": True, "fever_or_rigors": True}


def test_charley_asks_nothing_without_its_premise_and_a_file_order_may(kb: Expert) -> None:
    found = play(kb, "swelling", GIVEN, "nothing told", "charley")
    assert found.unmet == 0
    assert found.due and found.last_due is not None and found.last_due <= found.stop <= MOST
    assert found.items >= found.stop > found.changes


def test_the_last_due_warning_is_counted_where_it_comes(kb: Expert) -> None:
    found = play(kb, "swelling", GIVEN, "nothing told", "file")
    # In the order of the file the swelling comes with its group; nobody is told to stop.
    assert found.last_due is not None and 0 < found.last_due < found.stop
    assert found.due_at_stop and found.leader_at_stop


def test_what_is_raised_more_urgently_counts_and_less_does_not(kb: Expert) -> None:
    calf = dangers(kb, {"tender_cord_superficial_vein": True})
    both = dangers(kb, {"tender_cord_superficial_vein": True, "chest_pain": True})
    assert raised(calf, both) and not raised(both, calf)
    emergency, soon = URGENCIES.index("emergency"), URGENCIES.index("soon")
    assert raised({"x": soon}, {"x": emergency}) and not raised({"x": emergency}, {"x": soon})


def test_the_summary_is_of_what_was_played() -> None:
    one = Played("a", "tuned", "half told", "charley", True, 2, 8, 50, 4, 0, True, True, False, False, 9.0)
    never = Played(
        "b", "tuned", "half told", "charley", True, None, 10, 60, 5, 1, False, True, True, False, 11.0
    )
    now = Played("c", "tuned", "half told", "charley", True, 1, 1, 9, 0, 0, False, True, False, True, 9.0)
    found = measured([one, never, now])
    assert found["screens to the last due warning, 90th percentile"] == MOST
    assert found["screens to the stop, median"] == 8
    assert found["questions without their premise"] == 1
    assert found["told at the stop to call for help now"] == 1
    assert found["of the others: due warnings there at the stop"] == 0.5
    text = "\n".join(page([one, never], "command", screens.__doc__ or ""))
    assert "`command`" in text and "## Tuned, half told" in text
