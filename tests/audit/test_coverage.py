"""Coverage: what the cases show of a base, and that the cases it proposes show the rest."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from bases import bases, records
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import charley
from charley.audit.cases.atom_values import AtomValues
from charley.audit.cases.construct import replaced
from charley.audit.cases.coverage import Coverage, Observed, Seen, Share
from charley.audit.cases.show import held_to
from charley.audit.cases.uncovered import Uncovered
from charley.audit.mutation.mutate import Mutation
from charley.cli import main
from charley.engine.expert import Expert
from charley.engine.meaning import Kleene, atom_values, truth, valuation
from charley.facts.record import Record
from charley.rules.language.condition import And, Atom, Condition, Or
from charley.rules.rule import Rule


def covered(base: Expert, patients: list[Record]) -> Coverage:
    coverage = Coverage(base)
    for number, patient in enumerate(patients):
        coverage.add(str(number), patient)
    return coverage


def constant(value: Kleene) -> Condition:
    return Atom("not a name", "==", True) if value is None else And(()) if value else Or(())


def matters(base: Expert, rule: Rule, atom: Atom, fires: Record, waits: Record) -> bool:
    """The definition of a pair, word for word, on the meaning."""

    def value(condition: Condition, record: Record) -> Kleene:
        return truth(condition, atom_values(base, record, valuation(base, record).findings))

    def with_value_of(record: Record, other: Record) -> Kleene:
        return value(replaced(rule.condition, {atom: constant(value(atom, other))}), record)

    return (
        value(rule.condition, fires) is True
        and value(rule.condition, waits) is not True
        and value(atom, fires) is not value(atom, waits)
        and with_value_of(fires, waits) is not True
        and with_value_of(waits, fires) is True
    )


# Patients.

YES, NO = True, False


@pytest.mark.parametrize(
    ("when", "patients", "shown"),
    [
        ("wilting and spots", [{"wilting": YES, "spots": YES}, {"wilting": YES}], ["spots"]),
        ("wilting and spots", [{"wilting": YES, "spots": YES}, {"wilting": YES, "spots": NO}], ["spots"]),
        ("wilting and spots", [{"wilting": YES, "spots": YES}, {}], []),
        ("wilting or spots", [{"wilting": YES}, {}], ["wilting"]),
        ("wilting or spots", [{"wilting": YES, "spots": YES}, {}], []),
        ("wilting and not spots", [{"wilting": YES, "spots": NO}, {"wilting": YES, "spots": YES}], ["spots"]),
        ("wilting and not spots", [{"wilting": YES, "spots": NO}, {"wilting": YES}], ["spots"]),
        ("days_dry >= 7", [{"days_dry": 7}, {"days_dry": 6}], ["days_dry >= 7"]),
        # The two cases need not be alike in everything else: what else differs is masked.
        ("(wilting and drained) or spots", [{"spots": YES}, {"wilting": YES}], ["spots"]),
        (
            "at_least(2, wilting, spots, drained)",
            [{"wilting": YES, "spots": YES}, {"spots": YES}],
            ["wilting"],
        ),
    ],
)
def test_an_atom_matters_when_it_alone_makes_the_difference(
    lay: Callable[..., Path], when: str, patients: list[Record], shown: list[str]
) -> None:
    base = charley.load(lay())
    effect = {"raise": "mites", "strength": "slight"}
    rule = Rule.model_validate(
        {
            "id": "r",
            "title": "r",
            "when": when,
            "then": [effect],
            "because": "so",
            "evidence": {"kind": "judgement"},
        }
    )
    observed = Observed(rule)
    for number, patient in enumerate(patients):
        observed.add(str(number), observed.values(AtomValues(base, patient)))
    found = [str(atom) for at, atom in enumerate(observed.atoms) if observed.pair(at) is not None]
    assert found == shown


def test_what_a_rule_and_an_atom_were_seen_as(lay: Callable[..., Path]) -> None:
    base = charley.load(lay())
    coverage = covered(base, [{"spots": YES}, {"spots": NO}, {}, {}])
    assert coverage.rule("danger-mites") == Seen(true=1, false=1, unknown=2)
    assert coverage.atom(Atom("spots", "==", True)) == Seen(true=1, false=1, unknown=2)
    assert coverage.rule("danger-frost") == Seen(unknown=4)
    assert coverage.rule("danger-frost").never == ("true", "false")


def test_a_share_is_never_rounded_up_to_all() -> None:
    assert str(Share(1999, 2000)) == "1999 of 2000, 99.9 %"


def test_nothing_is_not_covered(lay: Callable[..., Path]) -> None:
    assert Share(0, 0).percent is None and str(Share(0, 0)) == "0 of 0"
    assert Mutation(()).percent is None
    without_rules = charley.load(lay(), only="approved")
    assert held_to(Coverage(without_rules)) == 0


# Laws.


@given(bases(), st.lists(records(), max_size=6))
def test_a_pair_is_found_exactly_where_the_definition_has_one(base: Expert, patients: list[Record]) -> None:
    coverage = covered(base, patients)
    for rule in base.rules.values():
        observed = coverage.observed[rule.id]
        for at, atom in enumerate(observed.atoms):
            pair = observed.pair(at)
            if pair is not None:
                assert matters(base, rule, atom, *(patients[int(case)] for case in pair))
            else:
                assert not any(matters(base, rule, atom, x, y) for x in patients for y in patients)


@settings(max_examples=25)
@given(bases(), st.lists(records(), max_size=3))
def test_a_ready_case_says_what_is_so_and_closes_its_gap(base: Expert, patients: list[Record]) -> None:
    coverage = covered(base, patients)
    gaps = Uncovered(coverage, steps=100).gaps()
    for ready in (ready for gap in gaps for ready in gap.ready):
        case = ready.as_case()
        fired = valuation(base, case["given"]).rules[ready.rule.id] is True
        assert case["expect"].get("fires" if fired else "not_fires") == [ready.rule.id]
        coverage.add(case["id"], ready.record)
    left = {gap.message for gap in Uncovered(coverage, steps=0).gaps()}
    assert left == {gap.message for gap in gaps if not gap.ready and not gap.covered}


@given(bases(), records())
def test_told_says_what_the_valuation_says(base: Expert, record: Record) -> None:
    told, found = AtomValues(base, record), valuation(base, record)
    assert {id: told.truth(rule.condition) for id, rule in base.rules.items()} == found.rules


# The command.


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, ["test", "plants", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.stdout, result.stderr


def test_gaps_are_told_with_file_and_line_and_a_case(lay: Callable[..., Path]) -> None:
    base = lay()
    status, out, _ = run("--coverage")
    assert status == 0
    file = base / "rules" / "dangers.yaml"
    line = 1 + file.read_text().splitlines().index("  when: night_temperature < 10 or swing > 20")
    assert f"rules/dangers.yaml:{line}: `danger-frost` fires in no case" in out
    assert "fires: [danger-frost]" in out and "alerts: [frost]" in out
    assert "2 of 2 cases as expected" in out


def test_the_ready_cases_can_be_added_as_they_are(lay: Callable[..., Path]) -> None:
    base = lay()
    _, out, _ = run("--coverage")
    ready = [
        line[4:]
        for line in out.splitlines()
        if line.startswith("    ") and "a case for another gap" not in line
    ]
    (base / "cases" / "ready.yaml").write_text("\n".join(ready))
    status, out, _ = run("--threshold", "100")
    assert (status, "in no case" in out) == (0, False)


def test_a_threshold_that_is_not_reached_is_a_failure(lay: Callable[..., Path]) -> None:
    lay()
    status, out, err = run("--threshold", "99")
    assert status == 1
    assert "is below 99 %" in err
    assert "2 of 2 cases as expected" in out
    assert run("--threshold", "0")[0] == 0


def test_all_cases_run_before_the_verdict(lay: Callable[..., Path]) -> None:
    base = lay()
    file = base / "cases" / "plants.yaml"
    file.write_text(file.read_text().replace("leader: thirst", "leader: mites"))
    status, out, err = run("--threshold", "99")
    assert status == 1
    assert "leader: expected mites" in out and "1 of 2 cases as expected" in out and "below 99 %" in err


def test_coverage_for_a_program(lay: Callable[..., Path]) -> None:
    lay()
    status, out, _ = run("--coverage", "--json")
    *cases, last = map(json.loads, out.splitlines())
    assert (status, len(cases)) == (0, 2)
    told = last["coverage"]
    assert {"rules_fired", "atoms_both_ways", "dangers_shown", "findings_shown"} == set(told["shares"])
    mites = next(rule for rule in told["rules"] if rule["rule"] == "danger-mites")
    assert mites["seen"] == {"true": 0, "false": 0, "unknown": 2}
    assert mites["never"] == ["true", "false"]
    assert mites["atoms"][0]["pair"] is None
    assert all({"file", "line", "rule", "message", "ready", "covered"} == set(gap) for gap in told["gaps"])
