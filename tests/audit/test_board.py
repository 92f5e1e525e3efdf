"""What a board reads and signs: complete, in words, and true to the base."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from charley.audit.report.board import Board
from charley.audit.report.changes import changes_since
from charley.audit.report.claim_words import Statement, claim_in_words, condition_in_words
from charley.audit.report.report import Report
from charley.cli import main
from charley.engine.expert import Expert, load
from charley.rules.governance.hazard import LIKELIHOODS, RISKS, SEVERITIES, risk_of
from charley.rules.invariants.parse import read_claim
from charley.rules.language.parse import parse

HERE = Path(__file__).parents[1]
WILTS, SPOTS, WET = "It is wilting", "Spots on the leaves: yes", "The soil is wet: yes"


def audit(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["audit", *map(str, arguments)])


@pytest.fixture
def plants(lay: Callable[..., Path]) -> Path:
    """The small base with every field and a hazard log."""
    base = lay()
    shutil.copytree(HERE / "signed_base", base, dirs_exist_ok=True)
    return base


class Texts(HTMLParser):
    """What a page shows, without its marks."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.shown = ""
        self.feed(page.partition("</style>")[2])

    def handle_data(self, data: str) -> None:
        self.shown += f" {data}"


def shown(file: Path) -> str:
    return " ".join(Texts(file.read_text()).shown.split())


def test_page_one_says_what_was_audited_by_whom_and_with_which_result(plants: Path, tmp_path: Path) -> None:
    audit(plants, "--board", "--by", "A. Auditor", "--date", "2026-11-20", "--out", tmp_path / "b.html")
    text = shown(tmp_path / "b.html")
    base = load(plants)
    for said in (
        base.digest,
        "A. Auditor, 2026-11-20",
        "z3 ",
        "2 of 2",
        "5 of 5",
        f"0 of {len(base.rules)}",
        "A frost is not seen",
    ):
        assert said in text, said
    assert "A frost is not seen" in text
    assert "Every rule in words" not in text and "danger-mites" not in text
    for role in ("Clinician", "Second clinician", "Clinical safety officer", "Board"):
        assert f"{role} signs for" in text


def test_without_a_name_there_is_no_date_and_the_bytes_are_the_same(plants: Path, tmp_path: Path) -> None:
    for name in ("1.html", "2.html"):
        audit(plants, "--out", tmp_path / name)
    assert (tmp_path / "1.html").read_bytes() == (tmp_path / "2.html").read_bytes()


def test_a_verdict_is_not_good_where_something_does_not_hold(
    lay: Callable[..., Path], tmp_path: Path
) -> None:
    base = lay()
    cases = base / "cases" / "plants.yaml"
    cases.write_text(cases.read_text().replace("leader: drowning", "leader: mites"))
    audit(base, "--out", tmp_path / "b.html")
    text = shown(tmp_path / "b.html")
    assert "Not ready to sign This does not hold" in text
    audit(base, "--out", tmp_path / "b.json")
    assert json.loads((tmp_path / "b.json").read_text())["cases"] == {"played": 2, "failed": ["drowned"]}


def test_every_rule_is_on_one_line_to_sign(bundled: Expert) -> None:
    lines = Board(Report(bundled, (), ())).lines
    rules = [rule.id for line in lines for rule in line.rules]
    assert sorted(rules) == sorted(bundled.rules) and len(rules) == len(set(rules))


def test_every_danger_is_listed(bundled: Expert) -> None:
    found = Board(Report(bundled, (), ())).dangers
    raised = {c for c, rules in bundled.scoring.flags.items() if rules}
    raised |= {a for a, rules in bundled.scoring.alerts.items() if rules}
    names = {(bundled.candidates.get(id) or bundled.alerts[id]).name.clinician for id in raised}
    assert {danger.name for danger in found} == names


def test_conditions_are_in_the_words_of_the_vocabulary(bundled: Expert) -> None:
    for rule in bundled.rules.values():
        said = str(condition_in_words(rule.condition, bundled))
        assert not [word for word in said.split() if "_" in word], said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("wilting", f"{WILTS}: yes"),
        ("not wilting", f"{WILTS}: no"),
        ("leaf_colour == yellow", "Which colour are the leaves? yellow"),
        ("leaf_colour in {yellow, brown}", "Which colour are the leaves? yellow or brown"),
        ("not leaf_colour == yellow", "Which colour are the leaves? not yellow"),
        ("night_temperature < 10", "Temperature by night: less than 10 °C"),
        ("waterlogged", "Water stands around the roots: yes"),
        ("dryness >= 2", "Dryness score: at least 2"),
        ("swing > 20", "Day against night: more than 20 °C"),
        ("wilting and (spots or soil_wet)", f"all of these: {WILTS}: yes; (any of these: {SPOTS}; {WET})"),
        ("at_least(2, wilting, spots, soil_wet)", f"at least 2 of these: {WILTS}: yes; {SPOTS}; {WET}"),
        ("not (wilting and spots)", f"not so: (all of these: {WILTS}: yes; {SPOTS})"),
    ],
)
def test_a_condition_in_words(lay: Callable[..., Path], text: str, said: str) -> None:
    assert str(condition_in_words(parse(text).condition, load(lay()))) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("flagged(mites)", "Mites is flagged"),
        ("not flagged(mites)", "Mites is not flagged"),
        ("cleared(mites)", "the flag of Mites is answered"),
        ("cleared(frost)", "the alert “Frost” is answered"),
        ("alerted(frost)", "the alert “Frost” is raised"),
        ('advised("water-dry")', "the advice “Water it” is given"),
        ('fired("water-dry")', "the rule “A dry pot” fires"),
        ("leads(thirst)", "Thirst stands first"),
        ("section(thirst) == rare", "Thirst stands under “Rare”"),
        ("score(thirst) >= 3", "Thirst has +3 decibans or more"),
        ("ranks_above(thirst, mites)", "Thirst stands above Mites"),
        ("urgency >= soon", "the overall urgency is SOON or more urgent"),
        ("urgency == emergency", "the overall urgency is EMERGENCY"),
        ("true", "anybody"),
        ("flagged(mites) and leads(thirst)", "all of these: Mites is flagged; Thirst stands first"),
    ],
)
def test_a_claim_in_words(lay: Callable[..., Path], text: str, said: str) -> None:
    assert str(claim_in_words(read_claim(text).claim, load(lay()))) == said


def test_no_heading_stands_over_nothing(bundled: Expert) -> None:
    from charley.rules.loading.invariants import read_invariants

    def walk(said: Statement) -> Iterator[Statement]:
        yield said
        for part in said.parts:
            yield from walk(part)

    for invariant in read_invariants(bundled):
        for claim in (invariant.premise, invariant.conclusion):
            for said in walk(claim_in_words(claim, bundled)):
                assert bool(said.parts) is said.text.endswith(":"), said


def test_changes_are_shown_with_the_smallest_patient(lay: Callable[..., Path], tmp_path: Path) -> None:
    new = lay()
    old = tmp_path / "old"
    shutil.copytree(new, old)
    file = new / "rules" / "dangers.yaml"
    file.write_text(
        file.read_text().replace(
            "when: night_temperature < 10 or swing > 20", "when: night_temperature < 5.5"
        )
    )
    found = changes_since(str(old), "plants", load(new), 30.0)
    lost = next(row for row in found.rows if row.kind == "lost-alert")
    assert lost.about == ("Frost",) and len(lost.patient) == 1 and "alerts: Frost" in lost.before
    assert "alerts: Frost" not in lost.after and found.edited == ("danger-frost",)
    audit(new, "--board", "--against", old, "--out", tmp_path / "b.html")
    assert "an alert is no longer raised" in shown(tmp_path / "b.html")
    assert changes_since(str(new), "plants", load(new), 30.0).sentence == "Nothing has changed."


def test_a_hazard_is_open_until_its_acceptance_is_signed(plants: Path) -> None:
    from charley.rules.loading.hazards import read_hazards
    from charley.rules.loading.invariants import read_invariants

    def open_hazards() -> list[str]:
        base = load(plants)
        hazards = read_hazards(base, read_invariants(base))
        return [hazard.id for hazard in Board(Report(base, (), (), hazards=hazards)).log.open]

    assert open_hazards() == ["frost-missed"]
    for by, role in (("Ann", "clinician"), ("Bo", "clinical_safety")):
        said = CliRunner().invoke(
            main, ["review", "approve", "--base", "--by", by, "--role", role, "--kb", str(plants)]
        )
        assert said.exit_code == 0, said.output
    assert open_hazards() == []


def test_risk_rises_with_severity_and_likelihood() -> None:
    grid = [[RISKS.index(risk_of(s, p)) for p in LIKELIHOODS] for s in SEVERITIES]
    for line in (*grid, *map(list, zip(*grid, strict=True))):
        assert line == sorted(line)
    assert risk_of("negligible", "improbable") == "low" and risk_of("catastrophic", "frequent") == "high"


def test_the_report_as_pdf(plants: Path, tmp_path: Path) -> None:
    pytest.importorskip("weasyprint", reason="a PDF needs charley[pdf]")
    audit(plants, "--board", "--out", tmp_path / "b.pdf")
    assert (tmp_path / "b.pdf").read_bytes().startswith(b"%PDF")


def test_a_changed_hazard_is_an_edit(plants: Path, tmp_path: Path) -> None:
    old = tmp_path / "old"
    shutil.copytree(plants, old)
    file = plants / "hazards.yaml"
    file.write_text(file.read_text().replace("owner: A Gardener", "owner: Another"))
    said = CliRunner().invoke(main, ["diff", str(old), str(plants), "--forbid", "hazard"])
    assert said.exit_code == 1 and "hazard frost-missed: owner" in said.stdout
