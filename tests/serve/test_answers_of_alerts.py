"""Interfaces give the answer of an alert beside it, as the pages do."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest
from plants import ANSWER_OF_FROST, answered_frost

from charley.engine.expert import load

pytest.importorskip("starlette", reason="the extra `serve` is not installed")

from charley.serve.api.outcome import outcome
from charley.serve.fhir.writing.conclusions import Concluded, detected_issue


def test_api_and_fhir_give_the_answer_with_the_alert(lay: Callable[..., Path]) -> None:
    plants = load(answered_frost(lay()))
    assessment = plants.assess({"night_temperature": 6, "spots": False})
    (raised,) = outcome(plants, assessment, "clinician", "short").raised
    assert raised.answered == (ANSWER_OF_FROST,)
    now = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    concluded = Concluded(plants, assessment.differential(), None, now)
    issue = detected_issue(concluded, concluded.summary.raised[0])
    assert issue["mitigation"] == [{"action": {"text": f"answered, and still shown: {ANSWER_OF_FROST}"}}]
