"""Thresholds: a condition that names one means the number, shows both, and changes with it everywhere."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from charley.audit.mutation.mutants import mutants
from charley.authoring.editor.names import defined, in_conditions, used
from charley.authoring.editor.words import meaning
from charley.cli import main
from charley.engine.expert import load
from charley.rules.invariants.parse import read_claim, read_written_claim
from charley.rules.language.condition import Atom, Condition, atoms
from charley.rules.language.parse import parse, parse_written
from charley.rules.language.reader import Unreadable
from charley.rules.language.threshold import with_numbers
from charley.rules.loading.check import check
from charley.rules.loading.invariants import read_invariants
from charley.rules.loading.read import read, read_all
from charley.rules.signoff.layers import Layers
from tests.bases import conditions

Lay = Callable[..., Path]

THRESHOLDS = """\
- {id: dry_spell, value: 7, unit: d, because: A week without water is long, citations: [ALMANAC]}
- {id: cold_night, value: 10, unit: Cel, because: Leaves freeze below}
- {id: dry_enough, value: 2, because: Two signs}
"""
NAMED = {
    "instruments.yaml": [
        ("days_dry >= 7", "days_dry >= dry_spell"),
        ("dry: dryness >= 2, moist: dryness < 2", "dry: dryness >= dry_enough, moist: dry_enough > dryness"),
    ],
    "rules/dangers.yaml": [("night_temperature < 10", "night_temperature < cold_night")],
    "rules/water.yaml": [("when: dryness >= 2", "when: dryness >= dry_enough")],
    "invariants.yaml": [("night_temperature < 10", "cold_night > night_temperature")],
}
"""Where the small base has a number, and the name that stands there instead."""


@pytest.fixture
def named(lay: Lay) -> Path:
    """The small base, with its numbers named."""
    folder = lay()
    (folder / "thresholds.yaml").write_text(THRESHOLDS)
    for file, changes in NAMED.items():
        text = (folder / file).read_text()
        for before, after in changes:
            assert before in text
            text = text.replace(before, after)
        (folder / file).write_text(text)
    return folder


def run(*arguments: object, input: str | None = None) -> str:
    result = CliRunner().invoke(main, list(map(str, arguments)), input=input)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.output


# What a name means.


def as_written(condition: Condition) -> tuple[str, dict[str, float | int]]:
    """The condition as an author writes it, without the numbers; and the numbers."""
    known = {each.named: each.value for each in atoms(condition) if each.named}
    text = re.sub(r"(limit_\w+) \([^()]*\)", r"\1", str(condition))
    return text, known  # type: ignore[return-value]


@given(conditions())
def test_a_name_means_its_number_and_is_printed_with_it(condition: Condition) -> None:
    text, known = as_written(condition)
    written = parse_written(text, known)
    assert written.condition == condition
    resolved = with_numbers(text, written.thresholds, known)
    assert resolved == str(condition)
    alone = parse(resolved).condition
    assert alone == condition
    assert [each.named for each in atoms(alone)] == [each.named for each in atoms(condition)]
    assert str(alone) == str(condition)


@given(conditions())
def test_a_claim_reads_names_as_a_condition_does(condition: Condition) -> None:
    text, known = as_written(condition)
    written = read_written_claim(text, known)
    assert written.claim == read_claim(str(condition)).claim
    assert with_numbers(text, written.thresholds, known) == str(condition)


@given(conditions(), st.sampled_from(("n", "score")))
def test_the_name_of_a_number_changes_neither_equality_nor_hash(condition: Condition, name: str) -> None:
    bare = parse(re.sub(r"limit_\w+ \(([^()]*)\)", r"\1", str(condition))).condition
    assert (bare, hash(bare)) == (condition, hash(condition))
    assert Atom(name, "<", 3, "low") == Atom(name, "<", 3)


def test_a_base_with_names_means_the_same_as_the_base_with_numbers(named: Path, tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    shutil.copytree(Path(__file__).parents[1] / "small_base", plain)
    one, other = load(named), load(plain)
    assert {id: rule.condition for id, rule in one.rules.items()} == {
        id: rule.condition for id, rule in other.rules.items()
    }
    pairs = zip(one.instruments.values(), other.instruments.values(), strict=True)
    assert all([i.condition for i in a.items] == [i.condition for i in b.items] for a, b in pairs)
    premises = [[each.premise for each in read_invariants(base)] for base in (one, other)]
    assert premises[0] == premises[1]
    record = {"plastic": False, "wilting": True, "days_dry": 9, "soil_wet": False, "night_temperature": 6}
    mine, theirs = (
        base.diagnose(record).model_dump(exclude={"knowledge_base", "firings", "scores"})
        for base in (one, other)
    )
    assert mine == theirs
    assert one.digest != other.digest
    assert check(named) == []


# What is seen of it.


def test_people_see_the_name_and_the_number(named: Path) -> None:
    assert load(named).rules["danger-frost"].when == "night_temperature < cold_night (10) or swing > 20"
    cold = "night_temperature: 6"
    assert "cold_night (10)" in run("rules", "danger-frost", "--kb", named)
    assert "cold night (10)" in run("explain", "-", "--how", "frost", "--kb", named, input=cold)
    assert "night_temperature < cold_night (10)" in run("diagnose", "-", "--json", "--kb", named, input=cold)
    assert "dryness at least 2 (dry enough)" in run(
        "explain", "-", "--how", "dryness", "--kb", named, input="plastic: no\nwilting: yes"
    )
    out = named.parent / "report.md"
    run("audit", named, "--out", out)
    assert "less than 10 °C (cold night)" in out.read_text()


def test_two_atoms_that_differ_in_the_name_alone_are_each_shown_as_written(lay: Lay) -> None:
    folder = lay()
    (folder / "thresholds.yaml").write_text("- {id: cold, value: 10, unit: Cel, because: Made up}\n")
    rules = folder / "rules" / "dangers.yaml"
    text = rules.read_text()
    rules.write_text(
        text
        + text[text.index("- id: danger-frost") :]
        .replace("danger-frost", "danger-cold")
        .replace("night_temperature < 10 or swing > 20", "night_temperature < cold")
    )
    firings = load(folder).diagnose({"night_temperature": 6}).firings
    assert [[each.atom for each in firing.support] for firing in firings] == [
        ["night_temperature < 10"],
        ["night_temperature < cold (10)"],
    ]


def test_an_editor_finds_completes_explains_and_renames_it(named: Path) -> None:
    contents = read_all(named)[1]
    assert "dry_spell" in in_conditions(contents)
    assert "7 days" in meaning(defined(contents)["dry_spell"][0])
    places = used(named, "cold_night")
    assert sorted(Path(place.file).name for place in places) == [
        "dangers.yaml",
        "invariants.yaml",
        "thresholds.yaml",
    ]
    for place in places:
        lines = Path(place.file).read_text().split("\n")
        line, at = lines[place.line - 1], place.column - 1
        assert line[at : at + place.length] == "cold_night"
        lines[place.line - 1] = f"{line[:at]}frosty{line[at + place.length :]}"
        Path(place.file).write_text("\n".join(lines))
    assert check(named) == []
    assert "frosty (10)" in read(named).rules["danger-frost"].when


# What a change of it changes.


def test_a_changed_number_lapses_every_rule_that_uses_it_and_says_so(named: Path) -> None:
    def digests() -> dict[str, str]:
        base = read(named)
        layers = Layers(base)
        return {rule: layers.rule(rule).digest for rule in base.rules}

    before = digests()
    for rule in before:
        run("review", "approve", rule, "--by", "Ann Ander", "--kb", named, "--date", "2026-03-01")
    file = named / "thresholds.yaml"
    file.write_text(file.read_text().replace("value: 7", "value: 8"))
    after = digests()
    changed = [rule for rule in before if before[rule] != after[rule]]
    assert changed == ["water-dry", "water-wilting"]  # by its score, and superseded by what uses it
    messages = [each.message for each in check(named) if each.code == "A019"]
    assert len(messages) == len(changed)
    assert all("threshold dry_spell, value: was `7`, is `8`" in message for message in messages)


def test_diff_says_that_a_threshold_changed_and_for_whom(named: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    shutil.copytree(named, new)
    file = new / "thresholds.yaml"
    file.write_text(
        file.read_text().replace("value: 10", "value: 9").replace("Leaves freeze", "Roots freeze")
    )
    said = run("diff", named, new)
    assert "threshold cold_night" in said
    assert "lost-alert" in said
    assert "- when night_temperature < cold_night (10)" in said


def test_mutation_moves_the_number_behind_a_name(named: Path) -> None:
    mistakes = [mutant.mistake for mutant in mutants(read(named).rules["danger-frost"])]
    assert "`night_temperature < cold_night (10)` → `night_temperature < 11`" in mistakes


@pytest.mark.parametrize(
    ("text", "message", "help"),
    [
        ("n < lo", "`<` compares numbers, `lo` is not one", "did you mean `low`?"),
        ("n < low (3)", "a number stands behind `low`", "write `low` alone"),
        ("low and a", "`low` is a threshold, and no fact is compared with it", "write `fact < low`"),
        ("low < 3", "`low` is a threshold, and no fact is compared with it", "write `fact < low`"),
        ("low < high", "`high` is a threshold, and no fact is compared with it", "write `fact < high`"),
    ],
)
def test_what_stands_where_no_threshold_can(text: str, message: str, help: str) -> None:
    with pytest.raises(Unreadable) as refused:
        parse_written(text, {"low": 3, "high": 5})
    assert str(refused.value) == message
    assert refused.value.help.startswith(help)
