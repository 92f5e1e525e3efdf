"""Sign-off is bound to what a rule means: other ways to write it keep an approval, other meanings end it."""

import shutil
from dataclasses import replace

import pytest
from click.testing import CliRunner

from charley.cli import main
from charley.engine.expert import load
from charley.facts.conversion import Conversion
from charley.facts.vocabulary import Fact, Vocabulary
from charley.facts.wording import Wording
from charley.rules.loading.reviews import approved, read_approvals
from charley.rules.signoff import MEANS, rule_digest

KB = load()
RULE = "dvt-persistent-calf-pain"


@pytest.fixture
def base(tmp_path):
    folder = tmp_path / "kb"
    shutil.copytree(KB.path, folder)
    return folder


def run(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def approve(base, *rules, by="Ann Ander"):
    return run("review", "approve", *rules, "--by", by, "--kb", base, "--date", "2026-11-20")


def edit(base, before, after):
    """Replace something in the rule's own file, which is there."""
    file = base / "rules" / "deep_vein_thrombosis.yaml"
    head, rule, rest = file.read_text().partition(f"- id: {RULE}")
    assert before in rest
    file.write_text(head + rule + rest.replace(before, after, 1))


def test_an_approval_makes_a_rule_approved_and_names_the_reviewer(base):
    assert approve(base, RULE).stdout == f"{RULE}: approved\n"
    review = load(base).rules[RULE].review
    assert (review.status, review.reviewers, str(review.reviewed)) == (
        "approved",
        ("Ann Ander",),
        "2026-11-20",
    )
    assert [rule for rule, it in load(base).rules.items() if it.review.status == "approved"] == [RULE]
    assert list(load(base, only="approved").rules) == [RULE]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "symptom_course in {persistent, steadily_worsening, recurs_at_same_place}",
            "symptom_course in {steadily_worsening, persistent, recurs_at_same_place}",
        ),
        ("(deep_vein_tenderness\n    or family_history_vte)", "(family_history_vte or deep_vein_tenderness)"),
        ("(deep_vein_tenderness\n    or", "not (not deep_vein_tenderness\n    and not"),
        ("  title: Persistent", "  # a comment\n  title: Lasting"),
    ],
)
def test_another_way_to_write_it_keeps_the_approval(base, before, after):
    approve(base, RULE)
    edit(base, before, after)
    assert load(base).rules[RULE].review.status == "approved"


def test_another_file_keeps_the_approval(base):
    approve(base, RULE)
    (base / "rules" / "deep_vein_thrombosis.yaml").rename(base / "rules" / "clots.yaml")
    assert load(base).rules[RULE].review.status == "approved"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("or family_history_vte", "or fever_or_rigors"),
        ("urgency: same_day", "urgency: soon"),
        ("See a doctor today.", "See a doctor."),
        ("citations: [", "citations: [WELLS2003, "),
    ],
)
def test_another_meaning_ends_it_and_check_says_so(base, before, after):
    approve(base, RULE)
    edit(base, before, after)
    assert load(base).rules[RULE].review.status == "submitted"
    said = run("check", base)
    assert f"A019 warning: `{RULE}` means something else than when Ann Ander approved it" in said.stderr
    status = run("review", "status", base)
    assert status.exit_code == 1 and "A019" in status.stdout


def test_a_moved_threshold_and_another_strength_are_another_meaning():
    rule = KB.rules["dvt-three-points"]
    moved = rule.model_copy(update={"when": "wells_dvt_score >= 4"})
    moved.__dict__.pop("condition", None)
    weight = rule.then[0].model_copy(update={"lr": 4.0})
    weight.__dict__.pop("weight", None)
    weaker = rule.model_copy(update={"then": (weight,)})
    assert len({rule_digest(each, KB) for each in (rule, moved, weaker)}) == 3


@pytest.mark.parametrize("field", sorted(Fact.model_fields))
def test_an_approval_lapses_where_the_meaning_of_a_fact_changes(field):
    """Each field of a fact that the rule reaches is changed; where its meaning lies, the approval ends."""
    other = {
        "kind": "choice", "wording": Wording(clinician="Other"), "unit": "g/L", "plausible_range": (11, 12),
        "molar_mass": 2.5, "charge": 7, "conversions": (Conversion(unit="g", slope=3, source="s"),),
        "annotations": ("XYZ",), "choices": ("one", "two"), "note": "Another note.",
    }  # fmt: skip
    rule = KB.rules["dvt-raised-d-dimer"]
    assert "d_dimer" in KB.facts_of(rule.condition)
    for id, lapses in (("d_dimer", field in MEANS), ("tsh", False)):
        fact = KB.vocabulary[id].model_copy(update={field: other.get(field, "other")})
        facts = [fact if each.id == id else each for each in KB.vocabulary.values()]
        if field == "id":
            continue  # a rule that names another fact is another rule
        changed = replace(KB, vocabulary=Vocabulary(facts))
        assert (rule_digest(rule, changed) != rule_digest(rule, KB)) is lapses, id


def test_a_new_unit_in_the_file_ends_the_approval(base):
    approve(base, "dvt-raised-d-dimer")
    assert load(base).rules["dvt-raised-d-dimer"].review.status == "approved"
    facts = base / "facts.yaml"
    facts.write_text(facts.read_text().replace("unit: ug/L{FEU}", "unit: mg/L{FEU}"))
    assert load(base).rules["dvt-raised-d-dimer"].review.status == "submitted"
    assert "A019" in run("check", base).stderr


@pytest.mark.parametrize("again", ["Dr A", "dr a", " Dr  A ", "DR A", "Dr\u00a0A", "\uff24r A"])
def test_one_reviewer_in_other_letters_is_one(lay, again):
    base, rule = lay(), "danger-clean-leaves"
    approve(base, rule, by="Dr A")
    assert approve(base, rule, by=again).stdout == f"{rule}: one more reviewer is needed\n"
    assert load(base).rules[rule].review.status == "under_review"
    assert len(read_approvals(base)) == 1
    assert approve(base, rule, by="Dr B").stdout == f"{rule}: approved\n"


def test_what_is_written_for_several_rules_is_read_again(lay):
    base = lay()
    assert approve(base, "danger-mites", "danger-frost").exit_code == 0
    assert {each.rule for each in read_approvals(base)} == {"danger-mites", "danger-frost"}


def test_what_answers_a_flag_needs_two_reviewers(base):
    clears = next(rule.id for rule in KB.rules.values() if any(e.kind == "clear" for e in rule.then))
    assert approve(base, clears).stdout == f"{clears}: one more reviewer is needed\n"
    assert load(base).rules[clears].review.status == "under_review"
    assert "A020" in run("check", base).stderr
    assert approve(base, clears).stdout == f"{clears}: one more reviewer is needed\n"
    assert approve(base, clears, by="Bo Berg").stdout == f"{clears}: approved\n"
    assert len(approved(load(base), read_approvals(base))[clears]) == 2
    assert run("review", "status", base).exit_code == 0


def test_an_approval_of_a_rule_that_is_gone_is_said(base):
    approve(base, RULE)
    file = base / "reviews.yaml"
    file.write_text(file.read_text().replace(RULE, "dvt-persistent-calf-pains"))
    said = run("check", base).stderr
    assert "A018" in said and f"did you mean `{RULE}`?" in said


@pytest.mark.parametrize(
    "text", ["approved: yes", "- rule: x", "- {rule: a, by: b, date: 2026-01-01, digest: q}"]
)
def test_a_broken_file_of_reviews_is_said_at_its_place(base, text):
    (base / "reviews.yaml").write_text(text)
    said = run("check", base)
    assert "reviews.yaml:1:" in said.stderr and said.exit_code == 2


def test_bad_usage_exits_2(base):
    assert "did you mean" in approve(base, RULE + "s").stderr
    assert approve(base, RULE, by="  ").exit_code == 2
