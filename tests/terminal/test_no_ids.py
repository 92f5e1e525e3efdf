"""Nobody in a consultation reads an id where there is a word."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import charley
from charley.engine.expert import Expert
from charley.facts.wording import AUDIENCES, Audience
from charley.terminal.conversation.consult import consult
from charley.terminal.conversation.story import show_understood
from charley.terminal.conversation.talk import Talk

_SNAKE = re.compile(r"\b[a-z0-9]+(?:_[a-z0-9]+)+\b")
_RULE = re.compile(r"\b[a-z]{3}-[a-z0-9]+(?:-[a-z0-9]+)*\b")

RECORD = {
    "age": 58,
    "sex_at_birth": "male",
    "muscle_cramp_episodes": True,
    "pain_site_calf": True,
    "unilateral_leg_swelling": True,
    "thiazide_diuretic": True,
    "symptom_duration_days": 20,
    "serum_potassium": 3.1,
    "pain_laterality": "left_only",
}

LINES = {
    "explain": [
        "why",
        "why 2",
        "why 1",
        "why side of the symptoms",
        "how",
        "how nerves",
        "how dvt",
        "how wells",
    ],
    "compare": ["why not rls", "what if fever or rigors=yes", "contrast dvt with nlc", "robust", "dangers"],
    "show": [
        "status",
        "all",
        "answers",
        "scores",
        "score wells dvt",
        "find swelling",
        "find nerve",
        "?",
        "handover",
    ],
    "refuse": [
        "tell swelling=yes",
        "tell age=300",
        "tell tempo of onset=xyz",
        "tell gibberish=3",
        "change nerve",
    ],
    "refuse names": ["about nerve", "how gout", "contrast nerve with clot", "why not sciatca", "score abc"],
    "tell": [
        "tell d-dimer=3000",
        "tell arterial imaging=normal",
        "back",
        "no tests",
        "short",
        "full",
        "group",
    ],
    "ask": [
        "is it serious?",
        "could it be a clot?",
        "what if the ABPI is low?",
        "my chest hurts, should I wait?",
    ],
    "ask more": [
        "what else could it be?",
        "what tests do I need?",
        "why did you ask about a cast?",
        "what next?",
    ],
    "story": [
        "both calves cramp at night, I have a temperature of 38.5 and my elbow clicks",
        "not 1",
        "commit dvt, gout",
    ],
}


@pytest.fixture(scope="module")
def kb() -> Expert:
    return charley.load()


@pytest.mark.parametrize("lines", LINES.values(), ids=list(LINES))
@pytest.mark.parametrize("audience", AUDIENCES)
def test_no_id_is_shown_where_there_is_a_word(
    kb: Expert, tmp_path: Path, audience: Audience, lines: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    talk = Talk(
        kb.consult(RECORD, engine="kernel", audience=audience),
        tmp_path / "c.yaml",
        screens=True,
        read_text=lambda text, audience: kb.read_text(text, audience=audience),
    )
    typed = iter([*lines, "done", "dvt, nerve, gout", "skip", "all", "quit"])
    consult(talk, lambda: next(typed))
    shown = capsys.readouterr().out.replace(str(tmp_path), "")
    ids = {*kb.vocabulary, *kb.candidates, *kb.alerts, *kb.findings, *kb.instruments, *kb.derived}
    assert sorted(set(_SNAKE.findall(shown)) & ids) == []
    if audience == "patient":
        assert sorted(set(_RULE.findall(shown)) & set(kb.rules)) == []


def test_a_time_is_confirmed_as_it_was_told(kb: Expert) -> None:
    c = kb.consult(engine="kernel")
    shown = " ".join(
        show_understood(c, kb.read_text("cramps in both calves for 2 years", audience="clinician"))
    )
    assert "began: 2 years" in shown and "730" not in shown
