"""Stories played to the recommended stop: what is asked by when, before what, and what is not asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

import charley
from charley.engine.expert import Expert
from charley.facts.wording import Audience

STORIES: list[dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_suffix("").with_name("asked_in_order.yaml").read_text()
)
PLAYED = [
    pytest.param(story, audience, id=f"{story['story']}, {audience}")
    for story in STORIES
    for audience in story["audiences"]
]
MOST = 40


@pytest.fixture(scope="module")
def kb() -> Expert:
    return charley.load()


def asked(kb: Expert, story: dict[str, Any], audience: Audience) -> list[tuple[str, ...]]:
    """The facts of every screen until it is recommended to stop."""
    c = kb.consult(story["told"], engine="kernel", audience=audience, gates=True)
    screens: list[tuple[str, ...]] = []
    unsure = story.get("rest") == "unsure"
    while not c.recommendation.stop and len(screens) < MOST:
        screen = c.next_screen()
        assert screen is not None
        screens.append(screen.facts)
        for id in screen.facts:
            fact = kb.vocabulary[id]
            denied = fact.kind == "boolean" and fact.answered_by == "patient" and not unsure
            c.tell({id: story["answers"].get(id, False if denied else None)})
    return screens


@pytest.mark.parametrize(("story", "audience"), PLAYED)
def test_a_story_is_asked_about_in_a_good_order(
    kb: Expert, story: dict[str, Any], audience: Audience
) -> None:
    screens = asked(kb, story, audience)
    at = {id: number for number, facts in reversed([*enumerate(screens, 1)]) for id in facts}
    for number, facts in story.get("within", {}).items():
        late = {id: at.get(id) for id in facts if at.get(id, MOST) > number}
        assert not late, f"by screen {number}: {late}"
    for id, others in story.get("before", {}).items():
        assert not [other for other in others if at.get(other, MOST) < at[id]]
    assert not {*story.get("never", ())} & at.keys()
    assert len(screens) <= story["stop_by" if audience == "patient" else "examined_by"]
