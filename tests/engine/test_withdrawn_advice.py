"""Advice that another rule withdraws: no longer said, and shown as withdrawn to whoever reads the rules."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from charley.engine.expert import Expert, load
from charley.engine.summary.summary import summary
from charley.pages.objects.view import view
from charley.terminal.news import news
from charley.terminal.result.whole import whole

DRY = {"days_dry": 40, "wilting": True, "soil_wet": False, "plastic": False, "leaf_colour": "green"}
SPOTS = {**DRY, "spots": True}
RULE = """
- id: water-dry-spots
  title: A dry pot, and spots
  when: dryness >= 2 and spots
  then:
    - advise: Stand it in water
      urgency: soon
  because: What is that dry takes no water from above.
  evidence: {kind: judgement}
  withdraws_advice_of: [water-dry]
"""


@pytest.fixture
def plants(lay: Callable[..., Path]) -> Expert:
    base = lay()
    with (base / "rules" / "water.yaml").open("a") as file:
        file.write(RULE)
    return load(base)


def test_it_is_not_said_any_more_and_its_rule_still_fires(plants: Expert) -> None:
    before, after = plants.diagnose(DRY), plants.diagnose(SPOTS)
    assert ([a.rule for a in before.advice], before.withdrawn) == (["water-dry"], ())
    assert [a.rule for a in after.advice] == ["water-dry-spots"]
    (gone,) = after.withdrawn
    assert (gone.rule, gone.text, gone.urgency, gone.by) == (
        "water-dry", "Water it", "soon", ("water-dry-spots",),
    )  # fmt: skip
    assert "water-dry" in {firing.rule for firing in after.firings}
    score = {place.candidate: place.score for place in after.standings}
    assert score["thirst"] == {place.candidate: place.score for place in before.standings}["thirst"]


def test_to_do_is_what_stands_and_the_rest_is_marked(plants: Expert) -> None:
    d = plants.diagnose(SPOTS)
    assert "Water it" not in {point.action for point in summary(plants, d).points}
    shown = "\n".join(whole(plants, d, None))
    assert "Water it [water-dry] Not advised: withdrawn by water-dry-spots." in shown
    rows = [row.text for part in view(d).parts for row in part.rows]
    assert "Water it (withdrawn by water-dry-spots)" in rows


def test_a_patient_is_told_what_stands_alone(plants: Expert) -> None:
    d = plants.diagnose(SPOTS, audience="patient")
    rows = [row.text for part in view(d).parts for row in part.rows]
    assert "Stand it in water" in rows and not [row for row in rows if "Water it" in row]


def test_whoever_was_told_is_told_that_it_was_replaced(plants: Expert) -> None:
    said = " ".join(news(plants, plants.diagnose(DRY), plants.diagnose(SPOTS)))
    assert "No longer advised, something else takes its place: Water it" in " ".join(said.split())


def test_an_older_differential_without_the_field_still_reads(plants: Expert) -> None:
    d = plants.diagnose(DRY)
    written = d.model_dump(mode="json")
    del written["withdrawn"]
    assert type(d).model_validate(written) == d
