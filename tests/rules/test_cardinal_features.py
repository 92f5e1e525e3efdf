"""Three features by which a candidate is introduced bring it into view, and silence never reassures.

Beside each story stand groups of people for whom the sources ask for more care. None lowers an urgency.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from charley.engine.expert import Expert

CARDINAL: dict[str, dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "cardinal_features.yaml").read_text()
)
GROUPS: dict[str, dict[str, Any]] = {
    "pregnant": {"pregnant": True, "sex_at_birth": "female"},
    "of 15": {"age": 15},
    "of 90": {"age": 90},
    "on an anticoagulant": {"anticoagulant": True},
    "with cancer": {"active_cancer": True},
    "on steroids": {"long_term_steroid_or_thin_bones": True},
}
ORDER = ("routine", "not_known_yet", "soon", "same_day", "emergency")


def test_every_candidate_has_three(bundled: Expert) -> None:
    assert set(CARDINAL) == set(bundled.candidates)
    assert {len(told) for told in CARDINAL.values()} == {3}


@pytest.mark.parametrize("candidate", CARDINAL)
def test_three_cardinal_features_bring_it_among_the_first_three(candidate: str, bundled: Expert) -> None:
    ranked = sorted(bundled.diagnose(CARDINAL[candidate]).standings, key=lambda each: -each.score)
    assert candidate in [each.candidate for each in ranked[:3]]


@pytest.mark.parametrize("candidate", CARDINAL)
def test_silence_does_not_reassure(candidate: str, bundled: Expert) -> None:
    """Nobody of whom the warning signs are not told is called routine."""
    assert bundled.diagnose(CARDINAL[candidate], explain=False).urgency != "routine"


@pytest.mark.parametrize("group", GROUPS)
def test_who_needs_more_care_is_never_less_urgent(group: str, bundled: Expert) -> None:
    less = {}
    for candidate, told in CARDINAL.items():
        alone = bundled.diagnose(told, explain=False)
        among = bundled.diagnose({**told, **GROUPS[group]}, explain=False)
        assert {each.candidate for each in alone.flags} <= {each.candidate for each in among.flags}
        if among.urgency is not None and ORDER.index(among.urgency) < ORDER.index(alone.urgency or "routine"):
            less[candidate] = (alone.urgency, among.urgency)
        elif among.urgency is None and alone.urgency not in ("routine", "not_known_yet"):
            less[candidate] = (alone.urgency, None)
    assert less == {}


def test_a_child_is_not_ranked_and_keeps_every_flag(bundled: Expert) -> None:
    among = bundled.diagnose({**CARDINAL["deep_vein_thrombosis"], "age": 15})
    assert among.leader is None
    assert [each.candidate for each in among.flags] == ["deep_vein_thrombosis"]
    assert among.urgency == "same_day"
