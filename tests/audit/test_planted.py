"""Faults planted in a base: each is reported, and a broken invariant shows a patient in whom it is seen.

`planted/invariants.yaml` and `planted/checks.yaml` list them. Those that break an invariant are planted in
the bundled base in memory, which takes a tenth of the time; one of each way of planting also stands in its
files, and the command line shows it.
"""

import json
import shutil
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from charley.audit.cases.atom_values import AtomValues
from charley.audit.checks import check_all
from charley.audit.mutation.mutants import mutants
from charley.audit.prove.prove import Prover
from charley.audit.subject import Subject
from charley.cli import main
from charley.engine.expert import Expert, load
from charley.rules.invariants.claim import CountOf, Denied, Event, Known, RanksAbove, Score, Stands, Urgent
from charley.rules.loading.invariants import read_invariants
from charley.rules.rule import URGENCIES, Clear, Rule

PLANTED = Path(__file__).parents[1] / "planted"
BREAKING = yaml.safe_load((PLANTED / "invariants.yaml").read_text())
FOUND = yaml.safe_load((PLANTED / "checks.yaml").read_text())
WAYS = ("mistake", "urgency", "without", "prior", "rules")
KB = load()
INVARIANTS = {invariant.id: invariant for invariant in read_invariants(KB)}


def test_there_are_more_than_forty_and_every_kind_is_there():
    assert len(BREAKING) >= 40 and len(FOUND) >= 10
    faults = [each["fault"] for each in BREAKING + FOUND]
    assert len(faults) == len(set(faults))
    kinds = {mutant.operator for each in BREAKING if (mutant := mistake(each)) is not None}
    assert kinds >= {"drop rule", "drop atom", "negate atom", "swap and/or", "at_least ±1", "move threshold"}
    assert kinds >= {"strength ±1", "drop supersede"}
    assert all(any(way in each for each in BREAKING) for way in WAYS)


# Planting.


def mistake(fault):
    """The mistake in a rule that the fault names, or None where it is of another kind."""
    if "mistake" not in fault:
        return None
    return next(m for m in mutants(KB.rules[fault["rule"]]) if m.mistake == fault["mistake"])


def plant(fault, folder):
    """Write the fault into the files of the base."""
    for file in sorted((folder / "rules").glob("*.yaml")):
        if f"id: {fault.get('rule')}\n" in file.read_text():
            rules = yaml.safe_load(file.read_text())
            at = next(n for n, rule in enumerate(rules) if rule["id"] == fault["rule"])
            rules[at : at + 1] = faulty(fault, rules[at])
            file.write_text(yaml.safe_dump(rules, sort_keys=False, allow_unicode=True))
    if "rules" in fault:
        (folder / "rules" / "planted.yaml").write_text(yaml.safe_dump(more(fault)))
    for candidate, prior in fault.get("prior", {}).items():
        file = folder / "candidates.yaml"
        told = yaml.safe_load(file.read_text())
        next(each for each in told["candidates"] if each["id"] == candidate)["prior"] = prior
        file.write_text(yaml.safe_dump(told, sort_keys=False, allow_unicode=True))


def more(fault):
    """The rules that are added, with what every rule has to say."""
    return [
        {"title": rule["id"], "because": "so", "evidence": {"kind": "judgement"}, **rule}
        for rule in fault.get("rules", ())
    ]


def faulty(fault, rule):
    """What stands in the rule's place."""
    if "when" in fault:
        return [{**rule, "when": fault["when"]}]
    if "urgency" in fault:
        return [{**rule, "then": [{**e, **({"urgency": fault["urgency"]} if "urgency" in e else {})}
                                  for e in rule["then"]]}]  # fmt: skip
    if "without" in fault:
        left = [effect for effect in rule["then"] if fault["without"] not in effect]
        return [{**rule, "then": left}] if left else []
    made = mistake(fault).made
    if made is None:
        return []
    then = []
    for effect, now in zip(rule["then"], made.then, strict=True):
        strength = {"strength": now.strength} if "strength" in effect else {}
        then.append({**effect, **strength})
    return [{**rule, "when": made.when, "then": then, "supersedes": list(made.supersedes)}]


@cache
def written(id):
    """A rule of the bundled base as it stands in its file, its named thresholds as numbers."""
    file = next(file for file in (KB.path / "rules").glob("*.yaml") if f"id: {id}\n" in file.read_text())
    rule = next(rule for rule in yaml.load(file.read_text(), yaml.CSafeLoader) if rule["id"] == id)
    return {**rule, "when": KB.rules[id].when}


def planted(fault):
    """The bundled base with the fault, in memory."""
    rules = {}
    for id, rule in KB.rules.items():
        put = [rule] if id != fault.get("rule") else map(Rule.model_validate, faulty(fault, written(id)))
        rules |= {each.id: each for each in put}
    rules |= {each["id"]: Rule.model_validate(each) for each in more(fault)}
    priors = {id: {"prior": prior} for id, prior in fault.get("prior", {}).items()}
    candidates = {id: each.model_copy(update=priors.get(id, {})) for id, each in KB.candidates.items()}
    return Expert.of(replace(KB, rules=rules, candidates=candidates))


# Faults that break an invariant.


@pytest.mark.parametrize("fault", BREAKING, ids=lambda fault: fault["fault"])
def test_the_invariant_breaks_and_a_patient_shows_it(fault):
    base, invariant = planted(fault), INVARIANTS[fault["breaks"]]
    proof = Prover(base).prove(invariant)
    assert proof.verdict == "broken"
    for_a_program = [each.diagnose(proof.witness).model_dump_json() for each in (base, KB)]
    check_seen(invariant, base, *map(json.loads, for_a_program))


def check_seen(invariant, base, d, without):
    """What is diagnosed with the fault breaks the invariant, and what is diagnosed without it does not."""
    assert seen(invariant.premise, d, base) and not seen(invariant.conclusion, d, base)
    assert not seen(invariant.premise, without, KB) or seen(invariant.conclusion, without, KB)


def test_the_command_line_shows_what_stands_in_the_files(tmp_path):
    """A fault of each way of planting, all in one copy of the base: they are about different diseases."""
    faults = [next(each for each in BREAKING if way in each) for way in WAYS]
    folder, found = tmp_path / "base", tmp_path / "found"
    shutil.copytree(KB.path, folder, ignore=shutil.ignore_patterns("cases"))
    for fault in faults:
        plant(fault, folder)
    only = [word for fault in faults for word in ("--only", fault["breaks"])]
    proved, base = run("prove", str(folder), *only, "--save-case", str(found)), load(folder)
    assert proved.exit_code == 1
    for fault in faults:
        id = fault["breaks"]
        assert f"A001 the invariant `{id}` does not hold" in proved.stdout
        witness = str(found / f"counterexample-{id}.yaml")
        check_seen(INVARIANTS[id], base, *(diagnosed(witness, kb) for kb in (str(folder), KB.id)))
        in_memory = planted(fault)
        assert {id: base.rules.get(id) for id in changed(in_memory)} == changed(in_memory)
        assert all(base.candidates[id] == in_memory.candidates[id] for id in fault.get("prior", ()))


def changed(base):
    """The rules that are not those of the bundled base, and None for those that are left out."""
    ids = dict.fromkeys([*KB.rules, *base.rules])
    return {id: base.rules.get(id) for id in ids if base.rules.get(id) != KB.rules.get(id)}


def run(*arguments):
    return CliRunner().invoke(main, list(arguments))


def diagnosed(file, kb):
    """What `charley diagnose` prints for a program."""
    told = run("diagnose", file, "--kb", kb, "--json")
    assert told.exit_code == 0
    return json.loads(told.stdout)


def seen(claim, d, base):
    """Whether the claim is true, by what `charley diagnose` says of the patient."""
    standings = {standing["candidate"]: standing for standing in d["standings"]}
    flags = {flag["candidate"]: flag for flag in d["flags"]}
    fired = {firing["rule"] for firing in d["firings"]}
    match claim:
        case Denied(part):
            return not seen(part, d, base)
        case CountOf(count, parts):
            return sum(seen(part, d, base) for part in parts) >= count
        case Known(condition):
            return AtomValues(base, d["record"]).truth(condition) is True
        case Event("flagged", name):
            return name in flags
        case Event("cleared", name):
            return any(effect.target == name for id in fired for effect in base.rules[id].effects(Clear))
        case Event("alerted", name):
            return name in {alert["alert"] for alert in d["alerts"]}
        case Event("advised" | "fired", name):
            return name in fired
        case Event("leads", name):
            return d["leader"] == name
        case Stands(candidate, sections):
            return standings[candidate]["section"] in sections
        case Score(candidate, least):
            return standings[candidate]["score"] >= least
        case RanksAbove(first, second):
            return list(standings).index(first) < list(standings).index(second)
        case Urgent(urgency):
            return d["urgency"] in URGENCIES[: URGENCIES.index(urgency) + 1]


# Faults that a check finds.


@cache
def found_without():
    """What the checks find in the small base as it is."""
    return {(p.code, p.about) for p in check_all(Subject(load(Path(__file__).parents[1] / "small_base")))}


@pytest.mark.parametrize("fault", FOUND, ids=lambda fault: fault["fault"])
def test_the_check_finds_it(fault, lay):
    plant(fault, lay())
    told = run("check", "plants", "--deep", "--json")
    found = {(each["code"], each.get("about")) for each in map(json.loads, told.stdout.splitlines())}
    assert told.exit_code == 1 and tuple(fault["finds"]) in found - found_without()
