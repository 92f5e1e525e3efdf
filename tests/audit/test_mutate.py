"""Mutation: small mistakes are made, and noticed or not; what is not noticed comes with a case that would."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from plants import patients_for_one_rule

from charley.audit.cases.expected import differences
from charley.audit.cases.typical import typical_values
from charley.audit.mutation.judge import CaseBank, MutantJudge
from charley.audit.mutation.mutants import OPERATORS, mutants
from charley.audit.mutation.mutate import Mutation, bank_of, mutate
from charley.audit.prove.claims import by_definition, claim_truth
from charley.cli import main
from charley.engine.expert import load
from charley.rules.loading.cases import read_cases, vignettes
from charley.rules.loading.invariants import read_invariants
from charley.rules.rule import Rule


@pytest.fixture
def base(lay):
    return load(lay())


def rule(when, *then, **how):
    given = {"id": "r", "title": "r", "because": "so", "evidence": {"kind": "judgement"}}
    return Rule.model_validate({**given, "when": when, "then": list(then), **how})


def made(operator, *arguments, **how):
    """Each mutant of this operator: the condition, or what is done."""
    return [m.made for m in mutants(rule(*arguments, **how)) if m.operator == operator]


CLEAR = {"clear": "c", "note": "no"}
RAISE = {"raise": "c", "strength": "moderate", "group": "g"}


def test_conditions_lose_atoms_are_turned_and_moved():
    text = "a and (b or c >= 2)"
    assert {m.when for m in made("drop atom", text, CLEAR)} == {"b or c >= 2", "a and c >= 2", "a and b"}
    assert "not a and (b or c >= 2)" in {m.when for m in made("negate atom", text, CLEAR)}
    assert {m.when for m in made("swap and/or", text, CLEAR)} == {
        "a or (b or c >= 2)",
        "a and (b and c >= 2)",
    }
    moved = {m.when for m in made("move threshold", "c >= 0.5", CLEAR)}
    assert moved == {"c > 0.5", "c >= 0.4", "c >= 0.6"}
    assert {m.when for m in made("at_least ±1", "at_least(2, a, b, c)", CLEAR)} == {
        "at_least(1, a, b, c)",
        "at_least(3, a, b, c)",
    }


def test_effects_are_stepped_and_left_out():
    assert [m.then[0].strength for m in made("strength ±1", "a", RAISE)] == ["slight", "strong"]
    assert [m.then[0].group for m in made("drop group", "a", RAISE)] == [None]
    assert [len(m.then) for m in made("drop clear", "a", RAISE, CLEAR)] == [1]
    assert made("drop clear", "a", CLEAR) == [None]
    assert [m.supersedes for m in made("drop supersede", "a", RAISE, supersedes=["s", "t"])] == [
        ("t",),
        ("s",),
    ]
    assert [
        m.withdraws_advice_of for m in made("drop withdrawal", "a", RAISE, withdraws_advice_of=["s"])
    ] == [()]
    assert made("drop rule", "a", RAISE) == [None]


def test_no_mutant_is_the_rule_itself_and_none_is_there_twice(base):
    for each in base.rules.values():
        ids = [mutant.id for mutant in mutants(each)]
        assert len(ids) == len(set(ids)) and all(mutant.made != each for mutant in mutants(each))


def test_what_a_verdict_says_is_so(base):
    invariants = read_invariants(base)
    bank = bank_of(base)
    judge = MutantJudge(base, bank, invariants)
    seen = set()
    for each in base.rules.values():
        for mutant in mutants(each):
            verdict = judge.judge(mutant)
            seen.add(verdict.fate)
            changed = replace(base, rules=mutant.base(base))

            def noticed(record, expect, changed=changed):
                return any(differences(expect, by_definition(changed, record)))

            by_case = [name for name, record, expect in bank.cases if noticed(record, expect)]
            match verdict.fate:
                case "killed by case":
                    assert verdict.by in by_case
                case "survived":
                    assert not by_case
                    assert noticed(verdict.witness, verdict.expect)
                case "killed by invariant":
                    assert not by_case and verdict.by in {invariant.id for invariant in invariants}
                case _:
                    assert not by_case
    assert seen >= {"killed by case", "survived", "equivalent"}


def shown(assessed):
    """What a reader of the differential is shown, whichever rules it comes from; and whether anything answers
    each candidate and alert, which an invariant can ask for where nothing is raised, too.
    """
    d = assessed.differential(explain=False)
    return (
        d.urgency,
        [(place.candidate, place.score, place.section) for place in d.standings],
        {(flag.candidate, flag.urgency) for flag in d.flags},
        {id for id in (*assessed.base.candidates, *assessed.base.alerts) if assessed.cleared(id)},
        {(alarm.alert, alarm.urgency) for alarm in d.alerts},
        {(advice.text, advice.urgency) for advice in d.advice},
    )


def test_verdicts_are_those_of_brute_force():
    small = load(Path(__file__).parents[1] / "small_base")
    invariants = read_invariants(small)
    judge = MutantJudge(small, CaseBank(()), invariants)
    everybody = list(patients_for_one_rule(small))
    before = [shown(by_definition(small, record)) for record in everybody]
    seen = set()
    for mutant in (mutant for rule in small.rules.values() for mutant in mutants(rule)):
        verdict = judge.judge(mutant)
        changed = replace(small, rules=mutant.base(small))
        after = [by_definition(changed, record) for record in everybody]
        different = any(shown(assessed) != was for assessed, was in zip(after, before, strict=True))
        broken = {
            invariant.id
            for invariant in invariants
            for assessed in after
            if claim_truth(invariant.premise, assessed) is True
            and claim_truth(invariant.conclusion, assessed) is False
        }
        seen.add(verdict.fate)
        match verdict.fate:
            case "equivalent":
                assert not different and not broken, mutant.id
            case "killed by invariant":
                assert verdict.by in broken, mutant.id
            case "survived":
                assert different and not broken, mutant.id
            case _:
                raise AssertionError(verdict)
    assert seen == {"equivalent", "killed by invariant", "survived"}


def test_without_cases_and_invariants_nothing_is_noticed(base):
    judge = MutantJudge(base, CaseBank(()), ())
    fates = {judge.judge(m).fate for each in base.rules.values() for m in mutants(each)}
    assert fates == {"survived", "equivalent"}


def test_two_processes_say_what_one_says(base):
    def told(jobs):
        return [(v.mutant.id, v.fate, v.by) for v in mutate(base, jobs=jobs)]

    assert told(2) == told(1)


def test_the_ready_cases_notice_everything_that_nothing_noticed(lay):
    folder = lay()
    run = CliRunner().invoke(
        main, ["audit", "plants", "--mutate", "--jobs", "1", "--save-cases", "plants/cases"]
    )
    assert "are noticed" in run.stdout and " cases for " in run.stderr
    files = sorted((folder / "cases").glob("edges_*.yaml"))
    assert {file.name.removeprefix("edges_") for file in files} <= {
        file.name for file in (folder / "rules").glob("*.yaml")
    }
    cases = [case for file in files for case in yaml.safe_load(file.read_text())]
    assert cases and all(case["id"].startswith("edge-") for case in cases)
    assert CliRunner().invoke(main, ["test", "plants"]).exit_code == 0
    after = Mutation(tuple(mutate(load(folder), jobs=1)))
    assert after.survivors == [] and after.percent == 100
    assert sum(sum(row[1:]) for row in after.table()) == len(after.verdicts)
    assert {row[0] for row in after.table()} == set(OPERATORS)
    again = CliRunner().invoke(main, ["audit", "plants", "--mutate", "--jobs", "1"])
    assert "100.0 % of the others are noticed" in again.stdout


def test_only_what_was_edited_is_mutated_again(lay, tmp_path):
    folder = lay()
    before = tmp_path / "before"
    shutil.copytree(folder, before)
    file = folder / "rules" / "dangers.yaml"
    file.write_text(file.read_text().replace("swing > 20", "swing > 21"))
    run = CliRunner().invoke(main, ["audit", "plants", "--mutate", "--jobs", "1", "--since", str(before)])
    count = len(list(mutants(load(folder).rules["danger-frost"])))
    assert f"mutants: {count}," in run.stdout


def test_cases_at_the_edges_stand_for_nobody(lay):
    folder = lay()
    before = vignettes(load(folder)), typical_values(load(folder))
    for _ in range(2):  # what is there already stays, and nothing is left to add
        CliRunner().invoke(
            main, ["audit", "plants", "--mutate", "--jobs", "1", "--save-cases", "plants/cases"]
        )
        edges = (folder / "cases" / "edges_water.yaml").read_text()
    assert edges.count("# cases/edges_water.yaml") == 1 and "not so: " in edges
    base = load(folder)
    assert (vignettes(base), typical_values(base)) == before and len(read_cases(base)) > len(before[0])
