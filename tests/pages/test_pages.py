"""The pages follow from the base alone, hold all there is of a candidate, and their links lead somewhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

import charley
from charley.cli import main
from charley.engine.expert import Expert
from charley.pages.evidence_chart import Bar, evidence_chart, strength_chart
from charley.pages.index import pages_of
from charley.rules.governance.evidence import Evidence
from charley.rules.rule import Advise, Alert, Clear

COMMITTED = Path(__file__).parents[2] / "docs" / "candidates"
BASE = charley.load()
PAGES = pages_of(BASE)


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, ["pages", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.stdout, result.stderr


def test_the_committed_pages_are_those_of_the_rules() -> None:
    found = {file.name: file.read_text(encoding="utf-8") for file in COMMITTED.iterdir()}
    stale = sorted(name for name in {*PAGES, *found} if PAGES.get(name) != found.get(name))
    assert stale == [], (
        "run `charley pages --out docs/candidates`, delete what it no longer writes, and commit"
    )


def test_a_page_and_a_picture_for_each_candidate_and_an_index() -> None:
    wanted = {f"{id}.{end}" for id in BASE.candidates for end in ("md", "svg")} | {"index.md"}
    assert set(PAGES) == wanted


@pytest.mark.parametrize("name", [name for name in PAGES if name.endswith(".md")])
def test_every_page_says_what_it_is_not_and_how_far_review_has_come(name: str) -> None:
    text = PAGES[name]
    assert text.splitlines()[2].endswith("Educational purpose only, pending human review.*")
    assert "\nStatus: submitted. Rules " in text
    assert "approved" not in text.partition("\nStatus:")[2].partition("\n")[0]
    assert text.endswith(BASE.about.disclaimer.strip() + "\n")
    assert "\u2014" not in text


@pytest.mark.parametrize("name", [name for name in PAGES if name.endswith(".md")])
def test_links_lead_somewhere(name: str) -> None:
    anchors = set(re.findall(r'<a id="([^"]+)">', PAGES[name]))
    for target in re.findall(r"\]\(([^)]+)\)", PAGES[name]):
        assert target.removeprefix("#") in anchors if target.startswith("#") else target in PAGES, target


@pytest.mark.parametrize("id", BASE.candidates)
def test_every_rule_about_a_candidate_is_on_its_page(id: str) -> None:
    page = PAGES[f"{id}.md"]
    for rule in BASE.rules.values():
        for effect in rule.then:
            target = effect.target if isinstance(effect, Clear) else getattr(effect, "candidate", None)
            if target == id:
                assert f"(`{rule.id}`)" in page
                assert rule.evidence.marks.capitalize() in page
                assert all(f"[{key}](#{key.lower()})" in page for key in rule.evidence.citations)
            if isinstance(effect, Advise) and rule.id.startswith(f"{BASE.candidates[id].prefix}-"):
                assert effect.text.clinician.split(".")[0] in " ".join(page.split())
    for part in ("raises", "lowers", "flags"):
        assert f"## What {part} it\n" in page


def test_every_alert_rule_is_in_the_index() -> None:
    alerting = [rule.id for rule in BASE.rules.values() if rule.effects(Alert)]
    assert alerting and all(f"(`{id}`)" in PAGES["index.md"] for id in alerting)


@pytest.mark.parametrize("id", BASE.candidates)
def test_a_picture_has_a_bar_for_each_weight(id: str) -> None:
    picture = PAGES[f"{id}.svg"]
    root = ElementTree.fromstring(picture)
    bars = root.findall("{http://www.w3.org/2000/svg}rect")
    legend = 3
    assert len(bars) == len(BASE.weighing[id]) + legend
    assert all(f">{effect.weight:+d}</text>" in picture for _, effect in BASE.weighing[id])


# The picture by itself.


def test_the_strongest_stands_first_and_length_is_strength() -> None:
    bars = [
        Bar("a", -3, "recalled"),
        Bar("b", 3, "seen"),
        Bar("c", 10, "judgement", "g"),
        Bar("d", -10, "seen"),
    ]
    root = ElementTree.fromstring(strength_chart("It", bars))
    drawn = root.findall("{http://www.w3.org/2000/svg}rect")[3:]
    assert [rect.get("class") for rect in drawn] == [
        "raise judgement",
        "raise seen",
        "lower seen",
        "lower recalled",
    ]
    assert [float(rect.get("width") or 0) for rect in drawn] == [80, 24, 80, 24]
    assert strength_chart("It", bars[::-1]) == strength_chart("It", bars)


def test_words_of_a_rule_cannot_break_the_picture() -> None:
    title = 'Pressure < 30 & "more" <script>'
    picture = strength_chart(title, [Bar(title, 3, "seen"), Bar("long " * 40, -100, "recalled")])
    assert ElementTree.fromstring(picture).tag.endswith("svg")
    assert escape(title) in picture and "<script>" not in picture
    widths = [float(each) for each in re.findall(r'<rect class="lower recalled".* width="([\d.]+)"', picture)]
    assert widths == [136]


# The command.


def test_pages_are_written_and_written_again_the_same(lay: Callable[..., Path], tmp_path: Path) -> None:
    lay()
    assert run("plants", "--out", "out/pages") == (0, "7 files in out/pages\n", "")
    first = {file.name: file.read_bytes() for file in (tmp_path / "out" / "pages").iterdir()}
    assert {"index.md", "mites.md", "mites.svg"} < set(first)
    assert run("plants", "--out", "out/pages")[0] == 0
    assert {file.name: file.read_bytes() for file in (tmp_path / "out" / "pages").iterdir()} == first
    assert b"| Loved too much (`drowned`) | leads, flagged |" in first["drowning.md"]
    assert b"Nothing in these rules." in first["thirst.md"]


def test_a_folder_that_cannot_be_written_to_is_bad_input(lay: Callable[..., Path], tmp_path: Path) -> None:
    lay()
    (tmp_path / "file").write_text("here")
    status, out, err = run("plants", "--out", "file/pages")
    assert (status, out) == (2, "")
    assert "file/pages: F001 cannot be written" in err
    assert run("nowhere", "--out", "pages")[0] == 2


def test_a_bar_is_solid_only_where_the_number_was_seen(bundled: Expert) -> None:
    """That a claim was seen in its source says nothing of the size of its weight."""
    for candidate in bundled.candidates.values():
        solid = str(evidence_chart(bundled, candidate)).count('class="raise seen"') - 1  # one in the legend
        raising = [rule for rule, effect in bundled.weighing[candidate.id] if effect.weight > 0]
        assert solid == sum(rule.evidence.number == "seen" for rule in raising)


def test_claim_and_number_are_shown_apart() -> None:
    claim = Evidence(kind="verified", number="judgement")
    assert claim.marks == "claim seen, number judgement"
    assert claim.number_seen == "judgement"
    assert Evidence(kind="verified").number_seen == "judgement"
    assert Evidence(kind="recalled").number_seen == "recalled"
    assert Evidence(kind="recalled", number="seen").number_seen == "seen"
