"""Sign-off is bound to what a rule means: other ways to write it keep an approval, other meanings end it."""

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from charley.cli import main
from charley.engine.expert import load
from charley.rules.loading.review.read import read_approvals
from charley.rules.loading.review.valid_approvals import Approvals
from charley.rules.signoff.approval import reviewer
from charley.rules.signoff.layers import Layers

KB = load()
RULE = "water-drowning"


def run(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def approve(base, *rules, by="Ann Ander"):
    return run("review", "approve", *rules, "--by", by, "--kb", base, "--date", "2026-11-20")


def edit(base, before, after):
    """Replace something in the rule's own file, which is there."""
    file = base / "rules" / "water.yaml"
    head, rule, rest = file.read_text().partition(f"- id: {RULE}")
    assert before in rest
    file.write_text(head + rule + rest.replace(before, after, 1))


def test_an_approval_makes_a_rule_approved_and_names_the_reviewer(tmp_path):
    base, rule = tmp_path / "kb", "dvt-persistent-calf-pain"
    shutil.copytree(KB.path, base)
    assert approve(base, rule).stdout == f"{rule}: approved\n"
    after = load(base)
    review = after.rules[rule].review
    assert (review.status, review.reviewers, str(review.reviewed)) == (
        "approved",
        ("Ann Ander",),
        "2026-11-20",
    )
    assert [id for id, it in after.rules.items() if it.review.status == "approved"] == [rule]
    assert list(load(base, only="approved").rules) == [rule]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{yellow, brown}", "{brown, yellow}"),
        ("waterlogged and leaf_colour in {yellow, brown}", "leaf_colour in {yellow, brown} and waterlogged"),
        (
            "waterlogged and leaf_colour in {yellow, brown}",
            "not (not waterlogged or leaf_colour not in {yellow, brown})",
        ),
        ("  title: Roots", "  # a comment\n  title: Roots"),
    ],
)
def test_another_way_to_write_it_keeps_the_approval(lay, before, after):
    base = lay()
    approve(base, RULE)
    edit(base, before, after)
    assert load(base).rules[RULE].review.status == "approved"


def test_another_file_keeps_the_approval(lay):
    base = lay()
    approve(base, RULE)
    (base / "rules" / "water.yaml").rename(base / "rules" / "wet.yaml")
    assert load(base).rules[RULE].review.status == "approved"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("waterlogged and", "soil_wet and"),
        ("urgency: same_day", "urgency: soon"),
        ("Let it drain", "Let it stand"),
        ("citations: [", "citations: [NEIGHBOUR, "),
        ("  title: Roots", "  title: Feet"),
    ],
)
def test_another_meaning_ends_it(lay, before, after):
    base = lay()
    approve(base, RULE)
    assert load(base).rules[RULE].review.status == "approved"
    edit(base, before, after)
    assert load(base).rules[RULE].review.status == "submitted"


def test_check_and_status_say_what_ended_it(lay):
    base = lay()
    approve(base, "danger-mites")
    file = base / "rules" / "dangers.yaml"
    file.write_text(file.read_text().replace("urgency: soon", "urgency: emergency"))
    said = "A019 warning: `danger-mites` means something else than when Ann Ander approved it"
    assert (
        f"{said}: rule danger-mites, then flag mites urgency: was `soon`, is `emergency`"
        in run("check", base).stderr
    )
    status = run("review", "status", base, "--changes")
    assert status.exit_code == 1 and said in status.stdout
    assert "then: flag mites: urgency\n      - soon\n      + emergency\n" in status.stdout
    lapsed = json.loads(run("review", "status", base, "--json").stdout)["lapsed"]
    assert lapsed[0]["changes"][0]["part"] == "rule danger-mites"


def test_a_moved_threshold_and_another_strength_are_another_meaning():
    rule = KB.rules["dvt-three-points"]
    moved = rule.model_copy(update={"when": "wells_dvt_score >= 4"})
    weaker = rule.model_copy(update={"then": (rule.then[0].model_copy(update={"lr": 4.0}),)})
    found = {
        Layers(replace(KB, rules={**KB.rules, rule.id: each})).rule(rule.id).digest
        for each in (rule, moved, weaker)
    }
    assert len(found) == 3


@pytest.mark.parametrize(
    "again",
    [
        "Dr A",
        "dr a",
        " Dr  A ",
        "DR A",
        "Dr\u00a0A",
        "\uff24r A",
        "Dr. A",
        "A, Dr",
        "Prof. Dr. A",
        "Dr \u00c1",
    ],
)
def test_one_reviewer_in_other_letters_is_one(lay, again):
    base, rule = lay(), "danger-clean-leaves"
    approve(base, rule, by="Dr A")
    assert approve(base, rule, by=again).stdout == f"{rule}: still needed: a clinician\n"
    assert load(base).rules[rule].review.status == "under_review"
    assert len(read_approvals(base)) == 1
    assert approve(base, rule, by="Dr B").stdout == f"{rule}: approved\n"


@pytest.mark.parametrize("name", ["D\u0440 A", "Dr A\u200b", "Dr \u0391nn", "  ", "...", "x" * 200])
def test_a_name_that_looks_like_another_is_refused(lay, name):
    base = lay()
    assert approve(base, "danger-mites", by=name).exit_code == 2
    assert not (base / "reviews.yaml").exists()


def test_names_of_other_alphabets_are_names():
    names = ["Анна Смирнова", "田中 花子", "José Ñandú", "Åsa Öberg", "O'Neill-Smith", "محمد علي"]
    assert len(set(map(reviewer, names))) == len(names)


def test_what_is_written_for_several_rules_is_read_again(lay):
    base = lay()
    assert approve(base, "danger-mites", "danger-frost").exit_code == 0
    assert {each.rule for each in read_approvals(base)} == {"danger-mites", "danger-frost"}


def test_what_answers_a_flag_needs_two_reviewers(lay):
    base, rule = lay(), "danger-clean-leaves"
    assert approve(base, rule).stdout == f"{rule}: still needed: a clinician\n"
    assert load(base).rules[rule].review.status == "under_review"
    assert "A020" in run("check", base).stderr
    assert approve(base, rule, by="Bo Berg").stdout == f"{rule}: approved\n"
    assert len(Approvals.of(load(base)).held["rule", rule]) == 2
    assert run("review", "status", base).exit_code == 0


def test_another_role_does_not_take_the_place_of_a_clinician(lay):
    base, rule = lay(), "danger-mites"
    said = run("review", "approve", rule, "--by", "Cy", "--role", "informatician", "--kb", base)
    assert said.stdout == f"{rule}: still needed: a clinician\n"
    assert "is not approved by a clinician yet" in run("check", base).stderr


def test_the_base_and_the_release_are_approved_by_those_who_must(lay):
    base = lay()
    assert run("review", "approve", "--by", "Ann", "--kb", base).exit_code == 2
    for by, role, said in (
        ("Ann", "clinician", "base ailing_plant: still needed: a clinical safety officer\n"),
        ("Ann", "clinical_safety", "base ailing_plant: still needed: a clinician\n"),
        ("Bo", "clinician", "base ailing_plant: approved\n"),
    ):
        run_ = run("review", "approve", "--base", "--by", by, "--role", role, "--kb", base)
        assert (run_.exit_code, run_.stdout) == (0, said)
    assert load(base).about.review.status == "under_review"
    for by, role in (("Ann", "clinical_safety"), ("Bo", "clinician"), ("Cy", "board")):
        run("review", "approve", "--release", "--by", by, "--role", role, "--kb", base, "--remark", "Fine")
    assert load(base).about.review.status == "under_review"  # its rules are not approved
    for by in ("Ann", "Bo"):
        approve(base, *load(base).rules, by=by)
    about = load(base).about.review
    assert about.status == "approved" and set(about.reviewers) == {"Ann", "Bo", "Cy"}
    told = json.loads(run("review", "status", base, "--json").stdout)
    assert told["still_needed"] == {"base": [], "release": []} and told["problems"] == []


def test_nobody_approves_in_the_future(lay):
    base = lay()
    said = run("review", "approve", "danger-mites", "--by", "Ann", "--kb", base, "--date", "2999-01-01")
    assert said.exit_code == 2 and "A030" in said.stderr and not (base / "reviews.yaml").exists()
    approve(base, "danger-mites")
    file = base / "reviews.yaml"
    file.write_text(
        file.read_text().replace("2026-11-20", str((datetime.now(UTC) + timedelta(days=3)).date()))
    )
    assert load(base).rules["danger-mites"].review.status == "submitted"
    assert "A030 warning:" in run("check", base).stderr


@pytest.mark.parametrize(
    "date", ["2026-02-30", "20261120", "last week", "2026-11-20T10:00:00", "1795000000", "[]"]
)
def test_what_is_no_date_is_refused(lay, date):
    base = lay()
    approve(base, "danger-mites")
    file = base / "reviews.yaml"
    file.write_text(file.read_text().replace("2026-11-20", date))
    said = run("check", base)
    assert (said.exit_code == 2 and "`date` is a date" in said.stderr) or "reviews.yaml:7" in said.stderr


def test_an_approval_is_of_one_thing(lay):
    base = lay()
    approve(base, "danger-mites")
    file = base / "reviews.yaml"
    text = file.read_text()
    file.write_text(text.replace("- rule: danger-mites", "- rule: danger-mites\n  base: ailing_plant"))
    assert "`rule` and `base` are both given" in run("check", base).stderr
    file.write_text(text.replace("- rule: danger-mites\n  by", "- by"))
    assert "nothing says what was approved" in run("check", base).stderr


def test_an_approval_copied_to_another_rule_does_not_hold(lay):
    base = lay()
    approve(base, "danger-mites")
    file = base / "reviews.yaml"
    file.write_text(file.read_text().replace("rule: danger-mites", "rule: danger-frost"))
    assert {rule.review.status for rule in load(base).rules.values()} == {"submitted"}


def test_what_an_approval_covers_can_be_read(lay):
    said = run("review", "show", "water-drowning", "--kb", lay())
    for part in ("rule water-drowning", "other rule water-logged", "fact soil_wet", "citation ALMANAC"):
        assert f"\n{part}  [" in "\n" + said.stdout
    assert run("review", "show", "water-drownin").exit_code == 2


def test_an_approval_of_a_rule_that_is_gone_is_said(lay):
    base = lay()
    approve(base, "danger-mites")
    file = base / "reviews.yaml"
    file.write_text(file.read_text().replace("danger-mites", "danger-mite"))
    said = run("check", base).stderr
    assert "A018" in said and "did you mean `danger-mites`?" in said


@pytest.mark.parametrize(
    "text", ["approved: yes", "- rule: x", "- {rule: a, by: b, date: 2026-01-01, digest: q}"]
)
def test_a_broken_file_of_reviews_is_said_at_its_place(lay, text):
    base = lay()
    (base / "reviews.yaml").write_text(text)
    said = run("check", base)
    assert "reviews.yaml:1:" in said.stderr and said.exit_code == 2


def test_bad_usage_exits_2(lay):
    base = lay()
    assert "did you mean" in approve(base, RULE + "s").stderr
    assert approve(base, RULE, by="  ").exit_code == 2
