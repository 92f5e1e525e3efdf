"""`charley diff`: proved equivalent, or for each kind of change the smallest patient who sees it."""

import json
import shutil
import subprocess
from dataclasses import replace

import pytest
from bases import bases
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from test_symbolic import small_records

from charley.audit.diff.comparison import KINDS, Comparison
from charley.audit.diff.observed import observed
from charley.audit.prove.claims import by_definition
from charley.cli import main
from charley.engine.expert import load

KB = load()


@settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
@given(bases(), bases())
def test_every_change_is_seen_and_by_nobody_smaller(old, new):
    found = {change.kind: change for change in Comparison(old, new).changes()}
    smallest = {}
    for record in small_records(1):
        told = by_definition(old, record), by_definition(new, record)
        for kind in KINDS:
            if kind not in smallest and any(observed(kind, *told)):
                smallest[kind] = len(record)
    for kind, size in smallest.items():
        assert len(found[kind].witness) == size
    for kind, change in found.items():
        assert list(observed(kind, change.old, change.new))
        assert kind in smallest or len(change.witness) > 1


@settings(deadline=None, max_examples=15, suppress_health_check=list(HealthCheck))
@given(bases())
def test_a_base_is_equivalent_to_itself_in_another_order(base):
    turned = replace(base, rules=dict(reversed(base.rules.items())))
    assert not {change.kind for change in Comparison(base, turned).changes()}


def edited(id, **how):
    rule = KB.rules[id].model_copy(update=how)
    rule.__dict__.pop("condition", None)
    return replace(KB, rules={**KB.rules, id: rule})


def test_a_weaker_flag_in_the_bundled_base_is_traced_to_its_edit():
    flag = KB.rules["dvt-one-swollen-leg"].then[0].model_copy(update={"urgency": "soon"})
    comparison = Comparison(KB, edited("dvt-one-swollen-leg", then=(flag,)))
    found = {change.kind: change for change in comparison.changes()}
    assert {"lower-urgency", "flag-less-urgent"} <= set(found) <= {"lower-urgency", "flag-less-urgent"}
    change = found["lower-urgency"]
    assert change.what == ("same_day → soon",)
    assert change.edits == comparison.edited == ("dvt-one-swollen-leg",)


def test_another_wording_of_a_condition_changes_nothing():
    rule = KB.rules["dvt-persistent-calf-pain"]
    comparison = Comparison(KB, edited(rule.id, when=f"not (not ({rule.when}))"))
    assert comparison.edited == (rule.id,)
    assert list(comparison.changes()) == []


@pytest.fixture
def repository(tmp_path):
    """A repository with the bundled base in it, and a flag taken out since."""
    folder = tmp_path / "kb"
    shutil.copytree(KB.path, folder)
    for command in (
        ["init", "-q"],
        ["add", "."],
        ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"],
    ):
        subprocess.run(["git", "-C", str(tmp_path), *command], check=True)
    file = folder / "rules" / "rhabdomyolysis.yaml"
    before, rule, after = file.read_text().partition("- id: rha-dark-urine-flag\n")
    file.write_text(before + rule + after.replace("urgency: emergency", "urgency: same_day", 1))
    return folder


def test_the_command_compares_with_a_revision_and_forbids(repository):
    arguments = ["diff", "HEAD", str(repository), "--forbid", "lower-urgency,lost-flag"]
    run = CliRunner().invoke(main, arguments)
    assert run.exit_code == 1
    assert "lower-urgency: the overall urgency is lower: emergency → same_day" in run.stdout
    assert "dark urine: yes" in run.stdout
    assert "by the edit of: rha-dark-urine-flag" in run.stdout
    run = CliRunner().invoke(main, [*arguments[:3], "--only", "lost-flag,lost-alert"])
    assert run.exit_code == 0
    assert "no patient sees any change of the kinds looked for" in run.stdout


def test_the_command_for_programs():
    run = CliRunner().invoke(main, ["diff", str(KB.path), str(KB.path), "--json"])
    told = json.loads(run.stdout)
    assert run.exit_code == 0
    assert told["equivalent"] and told["changes"] == [] and told["old"] == told["new"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere"], "is no folder, no bundled base, and no git revision"),
        ([str(KB.path), "--forbid", "lost-flags"], "did you mean `lost-flag`?"),
    ],
)
def test_bad_usage_exits_2(arguments, said):
    run = CliRunner().invoke(main, ["diff", *arguments])
    assert run.exit_code == 2
    assert said in run.stderr
