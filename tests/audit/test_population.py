"""The report shows what a change of the rules does to a cohort, from the counts that were kept of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

pytest.importorskip("pyarrow", reason="a cohort needs charley[cohort]")

from charley.cli import main
from charley.engine.expert import load


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, list(map(str, arguments)))


@pytest.fixture
def kept(lay: object, tmp_path: Path) -> Path:
    """What `cohort --compare` wrote of a base in which flags became more urgent."""
    assert callable(lay)
    new = lay()
    old = tmp_path / "old"
    for file in new.rglob("*"):
        if file.is_file():
            target = old / file.relative_to(new)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(file.read_text().replace("urgency: same_day", "urgency: soon"))
    done = run("cohort", "--compare", old, new, "--synthetic", 3000, "--json")
    assert done.exit_code == 0, done.stderr
    (tmp_path / "kept.json").write_text(done.stdout)
    return tmp_path / "kept.json"


def test_the_report_shows_the_flow(kept: Path, tmp_path: Path) -> None:
    said = json.loads(kept.read_text())
    moved = next(f["count"] for f in said["urgency"] if (f["old"], f["new"]) == ("soon", "same_day"))
    for name in ("report.html", "report.md", "report.json"):
        run("audit", "plants", "--cohort", kept, "--out", name)
    page, markdown = ((tmp_path / name).read_text() for name in ("report.html", "report.md"))
    assert "What the change does to a cohort" in page and "What the change does to a cohort" in markdown
    assert "3,000 patients" in page and f"{said['same']:,} have the same result" in page
    assert page.count(f">{moved:,}</td>") >= 1 and f"| soon | same day | {moved:,} |" in markdown
    after = sum(flow["count"] for flow in said["urgency"] if flow["new"] == "same_day")
    assert f">same day  {after:,}</text>" in page  # in the picture
    told = json.loads((tmp_path / "report.json").read_text())["population"]
    assert told == {key: value for key, value in said.items() if key not in ("format", "old", "new")}
    run("audit", "plants", "--out", "report.html")
    assert "cohort</h2>" not in (tmp_path / "report.html").read_text()


def test_flags_won_and_lost_are_named(kept: Path, tmp_path: Path) -> None:
    said = json.loads(kept.read_text())
    kept.write_text(json.dumps({**said, "won": {"flag_drowning": 1234}, "lost": {"flag_drowning": 5}}))
    run("audit", "plants", "--cohort", kept, "--out", "report.md")
    (line,) = (line for line in (tmp_path / "report.md").read_text().splitlines() if "1,234" in line)
    name = load(tmp_path / "plants").candidates["drowning"].name.to("clinician")
    assert line == f"| {name} | 1,234 | 5 |"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"rows": -1}, "F004"),
        ({"rowz": 1}, "did you mean `rows`"),
        ({"new": "0" * 64}, "A021 this compares with 00000000"),
        ({"format": "other"}, "F004"),
    ],
)
def test_what_is_no_comparison_of_this_base_is_refused(
    kept: Path, tmp_path: Path, change: dict[str, object], told: str
) -> None:
    kept.write_text(json.dumps({**json.loads(kept.read_text()), **change}, indent=1))
    done = run("audit", "plants", "--cohort", kept, "--out", "report.html")
    assert done.exit_code == 2 and told in done.stderr and "kept.json:" in done.stderr, done.stderr
    assert not (tmp_path / "report.html").exists()
