"""Playing cases: every expectation is looked at, and every reading is held to the meaning."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bases import bases, records
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import charley
from charley.audit.cases.expected import everything
from charley.audit.cases.play import Played, play
from charley.cli import main
from charley.engine.expert import Expert
from charley.engine.meaning import valuation
from charley.engine.reading import prepared, readings
from charley.facts.record import Answers, Record, answers
from charley.rules.case import Case, Expectation
from charley.rules.loading.cases import MAY_BE_NONE, PlacedCase, read_cases

Lay = Callable[..., Path]


@pytest.mark.parametrize("field", Expectation.model_fields)
@pytest.mark.parametrize("value", [None, [], {}], ids=str)
def test_an_expectation_of_nothing_is_none_or_refused(field: str, value: Any, lay: Lay) -> None:
    """Each field of an expectation with each empty value: it says that there is none, or it is refused."""
    base = lay()
    (base / "cases" / "nothing.yaml").write_text(
        json.dumps([{"id": "nothing", "title": "N", "given": {}, "expect": {field: value}}])
    )
    refused = not (field in MAY_BE_NONE and value == [])
    result = CliRunner().invoke(main, ["test", "plants", "--case", "nothing"])
    assert result.exit_code == (2 if refused else 0)
    assert ("F004" in result.stderr) is refused


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("flags", {"soil_wet": True, "drained": False, "leaf_colour": "yellow"}),
        ("cleared", {"spots": True, "leaf_colour": "green", "soil_wet": True, "drained": False}),
        ("alerts", {"night_temperature": 6}),
        ("fires", {"wilting": True, "days_dry": 9}),
    ],
)
def test_none_means_that_there_is_none(field: str, given: dict[str, Any], lay: Lay) -> None:
    base = charley.load(str(lay()))
    everything_there = everything(base.assess(given))
    there = getattr(everything_there, field)
    found = played(base, given, {field: []}).differences
    assert bool(found) is bool(there)
    assert played(base, {}, {field: []}).differences == ()


def placed(record: Answers, expect: dict[str, Any]) -> PlacedCase:
    case = Case.model_validate({"id": "one", "title": "One", "given": {}, "expect": expect})
    return PlacedCase(case, record, "cases/one.yaml", 1)


def played(base: Expert, given: dict[str, Any], expect: dict[str, Any]) -> Played:
    (found,) = play(base, [placed(answers(given, base.vocabulary), expect)], prepared(base, ["network"]))
    return found


WET = {"soil_wet": True, "drained": False, "leaf_colour": "yellow"}
CLEAN = {"spots": False, "leaf_colour": "green"}


@pytest.mark.parametrize(
    ("given", "right", "wrong", "said"),
    [
        (WET, {"leader": "drowning"}, {"leader": "mites"}, "leader: expected mites (-10 db), got drowning"),
        ({}, {"top3": ["mites"]}, {}, ""),
        (
            WET,
            {"sections": {"mites": "do_not_miss"}},
            {"sections": {"mites": "rare"}},
            "section of mites: expected rare, got do_not_miss",
        ),
        (WET, {"flags": ["drowning"]}, {"flags": ["mites"]}, "flag: mites is missing"),
        (
            WET,
            {"not_flags": ["mites"]},
            {"not_flags": ["drowning"]},
            "flag: drowning should not be there; raised by water-drowning",
        ),
        ({"spots": True}, {}, {"cleared": ["mites"]}, "cleared: the flag on mites is not answered"),
        ({"night_temperature": 6}, {"alerts": ["frost"]}, {}, ""),
        (WET, {"not_alerts": ["frost"]}, {"alerts": ["frost"]}, "alert: frost is missing"),
        (
            {"night_temperature": 6},
            {},
            {"not_alerts": ["frost"]},
            "alert: frost should not be there; raised by danger-frost",
        ),
        (
            WET,
            {"urgency": "same_day"},
            {"urgency": "routine"},
            "urgency: expected routine, got same_day, from water-drowning",
        ),
        ({}, {"urgency": "routine"}, {"urgency": "soon"}, "urgency: expected soon, got routine"),
        (WET, {"fires": ["water-logged"]}, {"fires": ["water-dry"]}, "rule water-dry did not fire"),
        (WET, {"not_fires": ["water-dry"]}, {"not_fires": ["water-logged"]}, "rule water-logged fired"),
    ],
)
def test_what_was_expected_and_is_not_so_is_said(
    lay: Lay, given: Record, right: dict[str, Any], wrong: dict[str, Any], said: str
) -> None:
    base = charley.load(lay())
    assert played(base, dict(given), right).passed
    if wrong:
        found = played(base, dict(given), wrong)
        assert not found.passed
        assert said in "\n".join(found.differences)


def test_a_candidate_that_is_not_among_the_first_three_is_named_with_its_place(lay: Lay) -> None:
    base = lay()
    file = base / "candidates.yaml"
    rot = "- {id: rot, prefix: rot, name: R, description: R, tier: rare, prior: -9, disposition: soon}"
    file.write_text(file.read_text().replace("- id: mites", f"{rot}\n- id: mites"))
    found = played(charley.load(base), {}, {"top3": ["mites"]})
    assert found.differences == (
        "top3: expected mites (-10 db), which is number 4; got thirst, drowning, rot",
    )


def test_a_reading_that_says_something_else_is_named(lay: Lay) -> None:
    base = charley.load(lay())
    case = placed(answers(WET, base.vocabulary), {"leader": "drowning"})
    (found,) = play(base, [case], {"deaf": lambda record: valuation(base, {})})
    assert (found.differences, found.disagreeing, found.passed) == ((), ("deaf",), False)


@settings(max_examples=15)
@given(bases(), st.lists(records(), min_size=1, max_size=4))
def test_one_case_leaves_nothing_behind_for_the_next(base: Expert, patients: list[Record]) -> None:
    held = prepared(base, [name for name, reading in readings().items() if reading.quick])
    assert {"session", "network", "planes"} <= set(held)
    for patient in patients:
        for read in held.values():
            assert read(patient) == valuation(base, patient)


# The command.


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, ["test", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.stdout, result.stderr


def test_cases_that_are_as_expected(lay: Lay) -> None:
    lay()
    assert run("plants") == (0, "2 of 2 cases as expected\n", "")
    assert run("plants", "--case", "drow")[1] == "1 of 1 cases as expected\n"


def test_a_difference_is_shown_with_its_place(lay: Lay) -> None:
    file = lay() / "cases" / "plants.yaml"
    file.write_text(file.read_text().replace("leader: thirst", "leader: mites"))
    status, out, _ = run("plants")
    assert status == 1
    assert out.splitlines()[0] == "plants/cases/plants.yaml:2: forgotten: Forgotten over the holidays"
    assert "  leader: expected mites" in out
    assert out.endswith("1 of 2 cases as expected\n")


def test_one_line_a_case_for_a_program(lay: Lay) -> None:
    lay()
    status, out, _ = run("plants", "--json")
    told = [json.loads(line) for line in out.splitlines()]
    assert (status, [each["case"] for each in told]) == (0, ["forgotten", "drowned"])
    assert all(each["passed"] and not each["differences"] for each in told)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["plants", "--case", "nothing"], "no case of `plants` has an id that starts with `nothing`"),
        (["nowhere"], "there is no knowledge base of this name or path"),
        (["plants", "--reading", "tea-leaves"], "tea-leaves"),
        (["plants", "--threshold", "101"], "101"),
    ],
)
def test_what_cannot_be_played_is_bad_input(lay: Lay, arguments: list[str], said: str) -> None:
    lay()
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert said in err


def test_a_base_without_cases(lay: Lay) -> None:
    (lay() / "cases" / "plants.yaml").unlink()
    status, _, err = run("plants")
    assert status == 2 and "`plants` has no cases" in err


# The bundled base.


def test_the_bundled_cases_are_as_expected(bundled: Expert) -> None:
    """Through the kernel all of them; experta takes its time, so here it plays every fortieth.

    `charley test` plays all of them through both, and CI runs it.
    """
    cases = read_cases(bundled)
    assert len(cases) >= 2500
    played = [*play(bundled, cases, prepared(bundled, ["network"]))]
    played += play(bundled, cases[::40], prepared(bundled, ["session"]))
    assert {each.placed.case.id: each.differences for each in played if not each.passed} == {}


def test_every_candidate_is_expected_in_eight_cases(bundled: Expert) -> None:
    told: dict[str, int] = dict.fromkeys(bundled.candidates, 0)
    for each in read_cases(bundled):
        expect = each.case.expect
        about = {expect.leader, *expect.top3, *(expect.flags or ())}
        for candidate in about & set(told):
            told[candidate] += 1
    assert {candidate: count for candidate, count in told.items() if count < 8} == {}
