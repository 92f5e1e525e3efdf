"""What is urgent when told alone is as urgent beside any full story of an ordinary complaint.

Flags, alerts and advice never go away, but the urgency of whatever leads does: the next answer may put
another candidate first. So each answer that is urgent alone is added to each story of `full_stories.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from charley.engine.expert import Expert
from charley.rules.language.condition import atoms

STORIES = {
    story["leads"]: story["told"]
    for story in yaml.safe_load((Path(__file__).parent / "full_stories.yaml").read_text())
}
ORDER = ("routine", "not_known_yet", "soon", "same_day", "emergency")


def urgency(kb: Expert, record: Mapping[str, Any]) -> int:
    """How urgent a record is; outside the scope it is not urgent."""
    said = kb.diagnose(record, explain=False).urgency
    return 0 if said is None else ORDER.index(said)


def answers(kb: Expert) -> Iterator[tuple[str, Any]]:
    """Every answer but the age; of a number the ends of its range and what rules compare it with."""
    compared: dict[str, set[float]] = {}
    for rule in kb.rules.values():
        for atom in atoms(rule.condition):
            if isinstance(atom.value, int | float) and not isinstance(atom.value, bool):
                compared.setdefault(atom.name, set()).add(atom.value)
    for fact in kb.vocabulary.values():
        if fact.id == "age":
            continue
        if fact.kind == "boolean":
            values: set[Any] = {True, False}
        elif fact.kind == "choice":
            values = set(fact.choices)
        elif fact.kind == "number":
            low, high = fact.plausible_range
            values = {low, high} | {value for value in compared.get(fact.id, ()) if low <= value <= high}
        else:
            values = set()
        yield from ((fact.id, value) for value in sorted(values))


@pytest.fixture(scope="module")
def urgent(bundled: Expert) -> dict[tuple[str, Any], int]:
    """The answers that are urgent when nothing else is told."""
    alone = {(fact, value): urgency(bundled, {fact: value}) for fact, value in answers(bundled)}
    return {answer: how for answer, how in alone.items() if how >= ORDER.index("soon")}


def test_many_answers_are_urgent_alone(urgent: Mapping[tuple[str, Any], int]) -> None:
    assert len(urgent) > 100
    assert {ORDER[how] for how in urgent.values()} == {"soon", "same_day", "emergency"}


@pytest.mark.parametrize("leads", STORIES)
def test_each_story_is_full(leads: str, bundled: Expert) -> None:
    found = bundled.diagnose(STORIES[leads])
    assert (found.leader, found.lead) == (leads, "supported")
    assert ORDER.index(found.urgency or "") <= ORDER.index("soon")


@pytest.mark.parametrize("leads", STORIES)
def test_no_sign_is_less_urgent_beside_a_story(
    leads: str, urgent: Mapping[tuple[str, Any], int], bundled: Expert
) -> None:
    less = {
        (fact, value): (ORDER[alone], ORDER[beside])
        for (fact, value), alone in urgent.items()
        if (beside := urgency(bundled, {**STORIES[leads], fact: value})) < alone
    }
    assert less == {}


@pytest.mark.parametrize("urgency", ["emergency", "same_day"])
def test_what_is_urgent_today_does_not_rest_on_who_leads(urgency: str, bundled: Expert) -> None:
    """What stays is a flag, an alert or advice; who leads may change with the next answer."""
    assert [each.id for each in bundled.candidates.values() if each.disposition == urgency] == []
