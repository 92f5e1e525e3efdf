"""Contradictions can be told, and one that cannot is found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import charley
from charley.audit.checks.reach import contradictions
from charley.audit.subject import Subject
from charley.engine.expert import Expert
from charley.facts.wording import Wording
from charley.rules.governance.about import Contradiction


def test_every_contradiction_of_the_bundled_base_can_be_told(bundled: Expert) -> None:
    assert bundled.contradictions
    assert list(contradictions(Subject(bundled))) == []


@pytest.mark.parametrize(
    ("when", "found"),
    [
        ("soil_wet and days_dry >= 30", ""),
        ("spots and not spots", "is never seen"),
        ("wilting and (spots and not spots)", "`spots and not spots`"),
    ],
)
def test_one_that_cannot_be_told_is_found(lay: Callable[..., Path], when: str, found: str) -> None:
    lay()
    base = charley.load("plants")
    said = Contradiction(when=when, wording=Wording(clinician="Which?"))
    about = base.about.model_copy(update={"cannot_both": (said,)})
    problems = list(contradictions(Subject(Expert.of(replace(base, about=about)))))
    assert [problem.code for problem in problems] == (["A024"] if found else [])
    assert all(found in problem.diagnostic.message for problem in problems)
