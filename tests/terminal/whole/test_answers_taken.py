"""What people type when a question stands alone is taken as it was meant, by the terminal as a whole."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
import yaml
from people import HERE

import charley
from charley.terminal.conversation.talk import Talk

KB = charley.load()
ANSWERS = yaml.safe_load((HERE / "answers_taken.yaml").read_text())
"""What is meant by each line, by the fact that is asked for, and what is `not_yet` taken."""

CASES = [
    pytest.param(fact, line, meant, id=f"{fact}: {line}", marks=marks)
    for part, marks in (("taken", ()), ("not_yet", pytest.mark.xfail(strict=True, reason="not yet taken")))
    for fact, lines in ANSWERS[part].items()
    for line, meant in lines.items()
]


class Monday(datetime.date):
    @classmethod
    def today(cls) -> Monday:
        return cls(2026, 11, 30)


@pytest.mark.parametrize(("fact", "line", "meant"), CASES)
def test_a_usual_answer(monkeypatch: pytest.MonkeyPatch, fact: str, line: str, meant: Any) -> None:
    monkeypatch.setattr(datetime, "date", Monday)
    talk = Talk(
        KB.consult(engine="kernel", audience="patient"),
        None,
        screens=True,
        read_text=lambda text, audience: KB.read_text(text, audience=audience),
    )
    talk.story, talk.again = False, fact
    list(talk.ask())
    shown = list(talk.take_line(line))
    known = talk.consultation.answers
    if meant is None:
        assert fact in known.unknown, shown
    elif isinstance(meant, list):
        assert fact in known.record and meant[0] <= float(known.record[fact]) <= meant[1], shown
    else:
        assert known.record.get(fact) == meant, shown
