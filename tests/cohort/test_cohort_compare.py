"""Two bases over one cohort: every count is held to `diagnose`; made-up patients are the same for a seed."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

pytest.importorskip("pyarrow", reason="a cohort needs charley[cohort]")

import pyarrow as pa
import pyarrow.parquet as pq
from bases import bases, records
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from patients import TYPES, table

from charley.cli import main
from charley.cohort.compare import add
from charley.cohort.comparison import NOTHING, Comparison
from charley.cohort.evaluation import Cohort
from charley.cohort.files.synthetic import Synthetic
from charley.engine.expert import Expert
from charley.facts.vocabulary import Value

Told = dict[str, Value]


@settings(max_examples=30)
@given(bases(), bases(), st.lists(records(), min_size=1, max_size=5))
def test_every_count_is_what_diagnose_says_of_both(old: Expert, new: Expert, patients: list[Told]) -> None:
    given = table(patients, lambda fact: next(iter(TYPES[fact.kind].values())))
    (batch,) = given.drop(["row"]).to_batches()
    kinds = ("leader", "urgency", "sections", "flags", "alerts", "settled")
    results = [pa.Table.from_batches(Cohort(b).map_batches([batch], columns=kinds)) for b in (old, new)]
    found = Comparison()
    add(found, *(result.combine_chunks().to_batches()[0] for result in results))
    urgency: Counter[tuple[str, str]] = Counter()
    leader: Counter[tuple[str, str]] = Counter()
    sections: Counter[tuple[str, str]] = Counter()
    won: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    for record in patients:
        before, after = old.diagnose(record), new.diagnose(record)
        urgency[before.urgency or NOTHING, after.urgency or NOTHING] += 1
        leader[before.leader or NOTHING, after.leader or NOTHING] += 1
        there, then = ({p.candidate: p.section for p in d.standings} for d in (before, after))
        sections.update((there.get(id, NOTHING), then.get(id, NOTHING)) for id in old.candidates)
        flags, alerts = (
            [{f"flag_{f.candidate}" for f in d.flags} for d in (before, after)],
            [{f"alert_{a.alert}" for a in d.alerts} for d in (before, after)],
        )
        for one, other in (flags, alerts):
            won.update(other - one)
            lost.update(one - other)
    assert (found.rows, found.urgency, found.leader) == (len(patients), urgency, leader)
    assert (found.sections, found.won, found.lost) == (sections, won, lost)
    same = Comparison()
    add(same, *(results[0].combine_chunks().to_batches()[0] for _ in range(2)))
    assert same.same == len(patients) and not same.won and not same.lost


def test_made_up_patients_are_the_same_for_a_seed(bundled: Expert) -> None:
    def made(rows: int, seed: int) -> pa.Table:
        found = Synthetic.of(rows, seed).opened(bundled)
        return pa.Table.from_batches(found.batches, found.schema)

    few, many = made(10, 3), made(131_073, 3)
    assert len(few) == 10 and len(many) == 131_073
    assert many.slice(0, 10).equals(few)
    assert not made(10, 4).equals(few)
    for fact in bundled.vocabulary.values():
        share = many[fact.id].null_count / len(many)
        assert abs(share - (0.75 if fact.kind == "number" else 0.5)) < 0.02
    counts = bundled.cohort().evaluate(many, columns=["refused"])["refused"]
    assert set(counts.to_pylist()) == {0}  # nobody is made up whom `diagnose` would not take


def test_made_up_patients_evaluated(tmp_path: Path) -> None:
    out = tmp_path / "out.parquet"
    done = CliRunner().invoke(
        main, ["cohort", "--synthetic", "100", "--seed", "5", str(out), "--only", "leader"]
    )
    assert done.exit_code == 0 and "100 patients" in done.stdout
    assert pq.read_table(out)["patient"].to_pylist() == list(range(100))


def test_the_command_compares(tmp_path: Path, lay: object, bundled: Expert) -> None:
    assert callable(lay)
    old = lay()
    new = tmp_path / "new"
    new.mkdir()
    for file in old.rglob("*"):
        target = new / file.relative_to(old)
        if file.is_dir():
            target.mkdir(exist_ok=True)
        else:
            target.write_text(file.read_text().replace("urgency: soon", "urgency: emergency"))
    options = ["cohort", "--compare", str(old), str(new), "--synthetic", "500"]
    done = CliRunner().invoke(main, [*options, "--picture", "flow.svg"])
    assert done.exit_code == 0, done.stderr
    assert "500 patients" in done.stdout and "old, new" in done.stdout
    assert "review" in done.stdout
    picture = (tmp_path / "flow.svg").read_text()
    assert picture.startswith("<svg") and "pending human review" in picture and "500 patients" in picture
    told = json.loads(CliRunner().invoke(main, [*options, "--json"]).stdout)
    assert told["rows"] == 500 == sum(flow["count"] for flow in told["urgency"])
    assert sum(flow["count"] for flow in told["urgency"] if flow["old"] == flow["new"]) < 500


def test_how_it_is_called(tmp_path: Path) -> None:
    for arguments, said in (
        (["one"], "takes IN and OUT"),
        (["--synthetic", "5"], "takes OUT"),
        (["--compare", "a", "b"], "takes IN"),
        (["--compare", "a", "b", "--synthetic", "5", "x"], "takes no file"),
        (["a", "b", "--picture", "x.svg"], "--picture draws what --compare finds"),
    ):
        done = CliRunner().invoke(main, ["cohort", *arguments])
        assert done.exit_code == 2 and said in done.stderr


def test_what_is_told_fits_a_narrow_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    one = ["cohort", "--synthetic", "300", str(tmp_path / "out.parquet")]
    two = ["cohort", "--synthetic", "300", "--compare", "nocturnal_leg_pain", "sore_throat"]
    for arguments in (one, two):
        told = CliRunner().invoke(main, arguments).stdout.splitlines()
        assert len(told) > 10 and max(len(line) for line in told if str(tmp_path) not in line) <= 80
