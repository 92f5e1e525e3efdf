"""Governance: what nobody has reviewed is not taken for reviewed, and a review that has run out is told."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

import charley
from charley.cli import main
from charley.documents.diagnostic import Faulty
from charley.rules.loading.check import check

Lay = Callable[..., Path]
BASE = charley.load()


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, [*arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.stdout, result.stderr


def reviewed(base: Path, review: str) -> Path:
    """The small base with this review on the rule `danger-mites`, in line 13 of its file."""
    file = base / "rules" / "dangers.yaml"
    evidence = "  evidence: {kind: recalled, citations: [NEIGHBOUR]}\n"
    file.write_text(file.read_text().replace(evidence, evidence + f"  review: {review}\n"))
    return base


def approved(base: Path) -> Path:
    """The small base with an approval of the rule `danger-mites`."""
    assert run("review", "approve", "danger-mites", "--by", "A Gardener", "--kb", str(base))[0] == 0
    return base


YESTERDAY = datetime.date.today() - datetime.timedelta(days=1)


# Reviews that have run out.


def test_an_expired_review_of_a_base_is_reported(lay: Lay) -> None:
    file = lay() / "knowledge_base.yaml"
    file.write_text(file.read_text().replace("2999-01-01", str(YESTERDAY)))
    status, _, err = run("check", "plants")
    assert status == 1
    assert f"R101 warning: the review of this base was due by {YESTERDAY}" in err
    line = 1 + [text[:7] for text in file.read_text().splitlines()].index("review:")
    assert err.startswith(f"plants/knowledge_base.yaml:{line}:")


def test_an_expired_review_of_a_rule_is_reported(lay: Lay) -> None:
    reviewed(lay(), f"{{status: submitted, review_by: {YESTERDAY}}}")
    status, _, err = run("check", "plants")
    assert status == 1
    assert f"R101 warning: the review of `danger-mites` was due by {YESTERDAY}" in err
    assert err.startswith("plants/rules/dangers.yaml:13:")


def test_a_review_holds_to_its_last_day(lay: Lay) -> None:
    reviewed(lay(), f"{{status: submitted, review_by: {datetime.date.today()}}}")
    assert run("check", "plants")[0] == 0


def test_an_expired_review_does_not_stop_anybody(lay: Lay) -> None:
    base = reviewed(lay(), f"{{status: submitted, review_by: {YESTERDAY}}}")
    assert charley.load(base).diagnose({"spots": True}).flags


# Approval.


@pytest.mark.parametrize(
    ("review", "said"),
    [
        ("{status: approved}", "approved"),
        ("{status: approved, reviewers: [A Gardener], reviewed: 2026-02-01}", "approved"),
        ("{status: under_review, reviewers: [A Gardener]}", "reviewers"),
        ("{reviewed: 2026-02-01}", "reviewed"),
    ],
)
def test_an_approval_that_is_written_by_hand_is_refused(lay: Lay, review: str, said: str) -> None:
    base = reviewed(lay(), review)
    with pytest.raises(Faulty, match=f"R018 `{said}` is not written by hand"):
        charley.load(base)
    assert run("check", "plants")[0] == 2


def test_an_approval_of_the_base_that_is_written_by_hand_is_refused(lay: Lay) -> None:
    about = lay() / "knowledge_base.yaml"
    about.write_text(about.read_text().replace("review: {", "review: {reviewers: [Me], "))
    assert "R018 `reviewers`" in run("check", "plants")[2]


def test_a_status_that_does_not_exist_is_refused(lay: Lay) -> None:
    base = reviewed(lay(), "{status: aproved}")
    with pytest.raises(Faulty, match="did you mean `approved`"):
        charley.load(base)


def test_only_approved_rules_fire_when_only_they_are_wanted(lay: Lay) -> None:
    base = approved(lay())
    told = {"spots": True, "wilting": True, "night_temperature": 6}
    everything = {firing.rule for firing in charley.load(base).diagnose(told).firings}
    only = charley.load(base, only="approved")
    assert set(only.rules) == {"danger-mites"}
    assert {firing.rule for firing in only.diagnose(told).firings} == {"danger-mites"} < everything
    assert only.digest != charley.load(base).digest


def test_under_review_includes_approved(lay: Lay) -> None:
    base = approved(lay())
    assert set(charley.load(base, only="under_review").rules) == {"danger-mites"}


# The bundled base: no clinician has reviewed it, and it never says otherwise.


def test_every_bundled_rule_is_submitted_and_so_is_the_base() -> None:
    assert {rule.review.status for rule in BASE.rules.values()} == {"submitted"}
    assert {reviewer for rule in BASE.rules.values() for reviewer in rule.review.reviewers} == set()
    assert (BASE.about.review.status, BASE.about.review.reviewers) == ("submitted", ())
    assert BASE.about.review.author and BASE.about.review.date and BASE.about.review.review_by


@pytest.mark.parametrize("record", [{}, {"age": 67, "unilateral_leg_swelling": True, "dark_urine": True}])
def test_restricted_to_approved_rules_it_fires_none_and_still_answers(record: dict[str, object]) -> None:
    d = charley.load(only="approved").diagnose(record)
    assert (d.firings, d.flags, d.alerts, d.advice) == ((), (), (), ())
    assert [place.candidate for place in d.standings] == [p.candidate for p in BASE.diagnose({}).standings]
    assert all(place.score == BASE.candidates[place.candidate].prior for place in d.standings)
    assert "pending human review" in d.disclaimer


@pytest.mark.parametrize(
    ("status", "rules"), [("submitted", [*BASE.rules]), ("under_review", []), ("approved", [])]
)
def test_rules_by_status(status: str, rules: list[str]) -> None:
    code, out, _ = run("rules", "--status", status, "--json")
    assert (code, [rule["id"] for rule in json.loads(out)]) == (0, rules)
    assert run("rules", "--status", status)[1].splitlines()[-1].startswith(f"{len(rules)} rules")


def test_about_says_what_must_be_known_before_trusting_it() -> None:
    code, out, _ = run("about", "--json")
    told = json.loads(out)
    assert code == 0
    for part in ("purpose", "intended_use", "misuse", "editorial_policy", "disclaimer", "funding", "source"):
        assert told[part].strip(), part
    assert told["scope"]["when"] == "age >= 18"
    assert len(told["limits"]) >= 10
    assert told["review"]["status"] == "submitted" and told["review"]["review_by"]
    shown = " ".join(run("about")[1].split())
    for text in (BASE.about.purpose, BASE.about.misuse, BASE.about.editorial_policy, *BASE.about.limits):
        assert " ".join(text.split()) in shown


def test_the_bundled_base_has_nothing_to_complain_of() -> None:
    """Its reviews included: when their date has passed, somebody has to look again."""
    assert [str(problem) for problem in check() if problem.code != "R101"] == []
