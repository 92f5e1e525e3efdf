"""What people type to a question or a list is taken as it was meant, by the terminal as a whole."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
import yaml
from people import HERE, SAID

import charley
from charley.terminal.conversation.talk import Talk

KB = charley.load()
ANSWERS = yaml.safe_load((HERE / "answers_taken.yaml").read_text())
LISTS = ANSWERS.pop("lists")
"""What is meant by each line: by the fact that is asked for, and to a list."""

ALONE = [(fact, line, meant) for fact, lines in ANSWERS.items() for line, meant in lines.items()]
MEANT = {"yes": True, "no": False, "unknown": None}
SAID_ALONE = [
    (fact, line, value)
    for meant, value in MEANT.items()
    for fact in (("chest_pain", "onset_tempo", "age", "abi_left") if value is None else ("chest_pain",))
    for line in SAID[meant]
]
"""What the people of `people.yaml` answer, to a question of each kind."""


class Monday(datetime.date):
    @classmethod
    def today(cls) -> Monday:
        return cls(2026, 11, 30)


def asked(**record: Any) -> Talk:
    """A talk with a patient after the story."""
    talk = Talk(
        KB.consult(record, engine="kernel", audience="patient"),
        None,
        screens=True,
        read_text=lambda text, audience: KB.read_text(text, audience=audience),
    )
    talk.story = False
    return talk


@pytest.mark.parametrize(("line", "meant"), LISTS.items())
def test_a_usual_answer_to_a_list(line: str, meant: str) -> None:
    talk = asked(age=54, muscle_cramp_episodes=True)
    list(talk.ask())
    assert talk.screen is not None
    facts = talk.screen.facts
    assert len(facts) == 9
    shown = list(talk.take_line(line))
    known = talk.consultation.answers
    ticked = [str(at) for at, fact in enumerate(facts, 1) if known.record.get(fact)]
    unsure = [f"?{at}" for at, fact in enumerate(facts, 1) if fact in known.unknown]
    assert " ".join([*ticked, *unsure]) == meant and known.record.keys() | known.unknown >= set(facts), shown


@pytest.mark.parametrize(("fact", "line", "meant"), [*ALONE, *SAID_ALONE])
def test_a_usual_answer(monkeypatch: pytest.MonkeyPatch, fact: str, line: str, meant: Any) -> None:
    monkeypatch.setattr(datetime, "date", Monday)
    talk = asked()
    talk.again = fact
    list(talk.ask())
    shown = list(talk.take_line(line))
    known = talk.consultation.answers
    if meant is None:
        assert fact in known.unknown, shown
    elif isinstance(meant, list):
        assert fact in known.record and meant[0] <= float(known.record[fact]) <= meant[1], shown
    else:
        assert known.record.get(fact) == meant, shown
