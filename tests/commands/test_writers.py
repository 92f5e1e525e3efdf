"""Nothing that we write is unreadable to us: every command that writes YAML, read back by our own reader."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from charley.audit.prove.witness import case_of, record_yaml
from charley.cli import main
from charley.documents.document import Document
from charley.documents.yaml_writer import written
from charley.engine.expert import load
from charley.rules.loading.review.approve import approve
from charley.rules.loading.review.read import read_approvals
from charley.rules.loading.review.signed_log import Kept

RULES = ["danger-mites", "danger-frost", "water-dry", "water-logged"]
day = datetime.date(2026, 1, 2)
said = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cf", "Co", "Cn", "Zl", "Zp")), max_size=40)
words = said.filter(lambda text: bool(text.strip()))
scalars = st.none() | st.booleans() | st.integers(-999, 999) | said | st.just(day)
values: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(words, inside, max_size=4),
    max_leaves=8,
)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@given(
    st.lists(
        st.dictionaries(words, values, min_size=1, max_size=4),
        min_size=1,
        max_size=4,
    )
)
def test_what_is_written_out_is_read_again(value: list[Any]) -> None:
    twice = [*value, value[0]]  # one object in two places, which YAML would write as an anchor
    assert Document("written", written(twice)).value == twice


@settings(suppress_health_check=list(HealthCheck), max_examples=25)
@given(
    rules=st.lists(st.sampled_from(RULES), min_size=1),
    remark=st.none() | words,
    by=st.sampled_from(["Ann Ander", "O'Neill: #1", "- Bo", "Анна", "null", "yes", "[Cy]", "2026-01-01 Q"]),
)
def test_approvals_are_read_again(small: Path, rules: list[str], remark: str | None, by: str) -> None:
    for file in ("reviews.yaml", "signed.jsonl"):
        (small / file).unlink(missing_ok=True)
    base = load(small)
    new = approve(base, [("rule", rule) for rule in rules], by, day, remark=remark)
    assert set(read_approvals(small)) == set(new)
    kept = Kept.read(small)
    assert {each.digest for each in new} == set(kept.layers)
    for approval in new:
        layer = kept.layers[approval.digest]
        assert all(kept.value(layer, name) is not None for name in layer.parts)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import shutil

    folder = tmp_path_factory.mktemp("writers") / "plants"
    shutil.copytree(Path(__file__).parents[1] / "small_base", folder)
    return folder


@given(
    record=st.dictionaries(
        st.sampled_from(["age", "on", "no"]), scalars.filter(lambda v: v is not None), max_size=3
    ),
    comment=said,
)
def test_records_and_cases_of_proofs_are_read_again(record: dict[str, Any], comment: str) -> None:
    assert Document("record", record_yaml(record, comment)).value == record
    (case,) = Document("case", case_of("c", comment or "t", record, {"leader": "x"}, "n")).value
    assert case["given"] == record


def test_every_command_that_writes_leaves_what_check_accepts(
    lay: Callable[..., Path], tmp_path: Path
) -> None:
    base, found = lay(), tmp_path / "found"
    invariants = base / "invariants.yaml"
    text = invariants.read_text()
    assert run("review", "approve", *RULES, "--by", "Ann", "--kb", base).exit_code == 0
    assert run("review", "approve", "--base", "--release", "--by", "Ann", "--kb", base).exit_code == 0
    assert run("audit", base, "--mutate", "--jobs", "1", "--save-cases", base / "cases").exit_code in (0, 1)
    invariants.write_text(text + "\n- {id: no-frost, if: night_temperature < 20, then: not alerted(frost)}\n")
    assert run("prove", base, "--save-case", found).exit_code == 1
    assert run("diagnose", found / "counterexample-no-frost.yaml", "--kb", base).exit_code == 0
    (found / "counterexample-no-frost.case.yaml").rename(base / "cases" / "counterexample.yaml")
    checked = run("check", base)
    assert " error" not in checked.stderr and checked.exit_code in (0, 1), checked.stderr
