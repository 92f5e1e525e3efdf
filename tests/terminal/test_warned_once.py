"""A warning is shown once, in one box an urgency, and the line under the prompt fits the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

import charley
from charley.engine.expert import Expert
from charley.facts.text.results import Reading
from charley.facts.wording import Audience
from charley.terminal.conversation.consult import on_one_line
from charley.terminal.conversation.talk import Talk

STORY = "my left calf is swollen and sore since yesterday and I flew home last week"
FOOT = "forefoot pain at night on the right, hanging my leg out of bed eases it, I smoke, 68 year old man"
BAR = "!!!!!!!!"


@pytest.fixture(scope="module")
def kb() -> Expert:
    return charley.load()


def begun(kb: Expert, tmp_path: Path) -> Talk:
    def read(text: str, audience: Audience) -> Reading:
        return kb.read_text(text, audience=audience)

    talk = Talk(
        kb.consult(engine="kernel", audience="patient"), tmp_path / "c.yaml", screens=True, read_text=read
    )
    list(talk.ask())
    return talk


def test_a_warning_is_not_shown_again_after_the_yes(kb: Expert, tmp_path: Path) -> None:
    talk = begun(kb, tmp_path)
    assert BAR in " ".join(talk.take_line(STORY))
    confirmed = " ".join(" ".join(talk.take_line("yes")).split())
    assert BAR not in confirmed
    assert "Overall urgency now: SAME DAY" in confirmed


def test_a_warning_that_rested_on_what_was_wrong_is_taken_back(kb: Expert, tmp_path: Path) -> None:
    talk = begun(kb, tmp_path)
    shown = " ".join(talk.take_line("one leg is swollen and my feet tingle"))
    assert BAR in shown
    swollen = next(at for at, each in enumerate(talk.confirming, 1) if each.fact == "unilateral_leg_swelling")
    assert "does not hold" in " ".join(talk.take_line(f"not {swollen}"))
    assert not talk.differential.flags


def test_warnings_of_one_urgency_share_a_box(kb: Expert, tmp_path: Path) -> None:
    talk = begun(kb, tmp_path)
    assert len([line for line in talk.take_line(FOOT) if line.count(BAR[:2]) > 20]) == 2
    after = talk.consultation.supposed({each.fact: each.value for each in talk.confirming})
    raised = [*after.flags, *after.alerts]
    assert len([each for each in raised if each.urgency == after.urgency]) > 1


@pytest.mark.parametrize("width", [60, 80, 100])
def test_the_line_under_the_prompt_fits(monkeypatch: pytest.MonkeyPatch, width: int) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    urgency = "NOT KNOWN YET: 15 warning signs are not answered"
    for hints in (["12 answers", "? help", "Tab completes"], ["expects " + "one of a long list " * 9]):
        line = on_one_line([urgency, *hints])
        assert len(line) <= width
        assert line.strip()
