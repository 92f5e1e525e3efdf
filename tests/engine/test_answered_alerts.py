"""An alert that is answered stays, and the answer is shown beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from plants import ANSWER_OF_FROST, answered_frost

from charley.engine.expert import Expert, load
from charley.engine.explain.how import how
from charley.pages.objects.view import view
from charley.terminal.news import warnings_of
from charley.terminal.result.whole import whole

COLD = {"night_temperature": 6}
SEEN = {**COLD, "spots": False}


@pytest.fixture
def plants(lay: Callable[..., Path]) -> Expert:
    return load(answered_frost(lay()))


def test_the_alert_stays_with_its_urgency_and_the_answer(plants: Expert) -> None:
    for record in (COLD, SEEN):
        d = plants.diagnose(record)
        (alarm,) = d.alerts
        assert (alarm.alert, alarm.urgency, d.urgency) == ("frost", "emergency", "emergency")
        assert [each.note for each in alarm.cleared_by] == ([ANSWER_OF_FROST] if record is SEEN else [])


def test_without_the_alert_there_is_nothing_to_answer(plants: Expert) -> None:
    assert plants.diagnose({"spots": False}).alerts == ()


def test_how_says_what_answers_it_or_would(plants: Expert) -> None:
    before, after = (str(how(plants, plants.diagnose(record), "frost")) for record in (COLD, SEEN))
    assert "would be answered by: not spots [danger-looked-after]" in before
    assert "would be answered by" not in after
    assert "clear" in after and "Frost shows on the leaves." in after


def test_terminal_and_pages_show_the_answer(plants: Expert) -> None:
    d = plants.diagnose(SEEN)
    said = "\n".join(whole(plants, d, None))
    assert f"Answered, and still shown: {ANSWER_OF_FROST}" in said
    rows = [row.text for part in view(d).parts for row in part.rows]
    assert f"Answered, and still shown: {ANSWER_OF_FROST}" in rows


def test_the_answer_is_news_once(plants: Expert) -> None:
    cold, seen = plants.diagnose(COLD), plants.diagnose(SEEN)
    assert f"The warning about Frost stays, and is answered: {ANSWER_OF_FROST}" in " ".join(
        " ".join(warnings_of(plants, cold, seen)).split()
    )
    assert not list(warnings_of(plants, seen, seen))


def test_a_question_about_it_is_told_the_answer(plants: Expert) -> None:
    assert ANSWER_OF_FROST in str(plants.ask(SEEN, "what should I do?"))
    assert ANSWER_OF_FROST in str(plants.ask(SEEN, "tell me about frost"))
