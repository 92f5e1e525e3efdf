"""The exact checks: each finds the fault that was planted for it, and nothing where there is none."""

import json

import pytest
from bases import VOCABULARY
from click.testing import CliRunner

from charley.audit.checks import check_all, deep_check
from charley.audit.subject import Subject
from charley.cli import main
from charley.engine.expert import Expert, load
from charley.facts.vocabulary import Fact, Vocabulary
from charley.rules.candidate import AlertName, Candidate
from charley.rules.governance.about import About
from charley.rules.governance.evidence import Citation, Review
from charley.rules.instrument import Derived, Finding, Instrument
from charley.rules.rule import Rule


def small(*rules, path, findings=(), scores=(), vocabulary=VOCABULARY, priors=(0, 0, 0)):
    """A base of these rules: `(id, when, effect, ...)`."""
    made = {
        id: Rule(id=id, title=id, when=when, then=effects, because="so", evidence={"kind": "judgement"})
        for id, when, *effects in rules
    }
    tiers = ("most_likely", "rare", "do_not_miss")
    return Expert(
        about=About(
            id="small", title="Small", version="1", updated="2026-01-01", source="none", authors=["nobody"],
            purpose="tests", intended_use="tests", misuse="else", editorial_policy="none", disclaimer="none",
            funding="none", review=Review(),
        ),
        vocabulary=vocabulary,
        candidates={
            id: Candidate(
                id=id, prefix=id, name=id, description=id, tier=tier, prior=prior, disposition="soon"
            )
            for id, tier, prior in zip(("cold", "flu", "plague"), tiers, priors, strict=True)
        },
        alerts={"danger": AlertName(id="danger", prefix="d", name="Danger")},
        derived={"total": Derived(id="total", kind="sum", of=("n", "m"))},
        instruments={score.id: score for score in scores},
        findings={id: Finding(id=id, meaning=id) for id in findings},
        citations={"BOOK": Citation(key="BOOK", source="A book", seen="recalled")},
        rules=made,
        digest="0" * 64,
        path=path,
    )  # fmt: skip


def raises(candidate, strength="moderate", group=None):
    return {"raise": candidate, "strength": strength, "group": group}


def lowers(candidate, strength="moderate", group=None):
    return {"lower": candidate, "strength": strength, "group": group}


def flags(candidate, urgency="soon"):
    return {"flag": candidate, "urgency": urgency, "action": "act"}


ALERT = {"alert": "danger", "urgency": "soon", "action": "act"}
QUIET = (("danger", "a", ALERT),)
"""An alert that is never raised would be a finding of its own."""

PLANTED = {
    "a rule whose bounds clash": ("A002", "r", [("r", "n < 2 and b and n > 3", raises("cold"))], {}),
    "a rule that clashes through a finding": (
        "A002", "r",
        [("f", "n < 2", {"conclude": "f"}), ("r", "f and n > 3", raises("cold"))], {"findings": ("f",)},
    ),
    "a rule on a sum that cannot be": ("A002", "r", [("r", "total > 15 and n < 5", raises("cold"))], {}),
    "an atom that the rest implies": ("A003", "r", [("r", "n > 3 and n > 2", raises("cold"))], {}),
    "an atom that the rest never needs": ("A003", "r", [("r", "b or (b and c)", raises("cold"))], {}),
    "a fact that makes nothing fire": ("A004", "b", [("r", "(b and not b) or c", raises("cold"))], None),
    "a rule inside a wider one": (
        "A005", "r", [("r", "b and c", flags("cold")), ("s", "b", flags("cold"))], {}
    ),
    "a rule inside one in a finding": (
        "A005", "r",
        [("f", "b or c", {"conclude": "f"}), ("r", "c", flags("flu")), ("s", "f", flags("flu", "same_day"))],
        {"findings": ("f",)},
    ),
    "two rules that are one": (
        "A006", "s", [("r", "b and c", flags("flu")), ("s", "not (not c or not b)", flags("flu"))], {}
    ),
    "up and down on one ground": (
        "A007", "s", [("r", "not (b or c)", raises("flu")), ("s", "not b and not c", lowers("flu"))], {}
    ),
    "one rule that raises and lowers": (
        "A007", "r", [("r", "b", raises("flu"), lowers("flu", group="g"))], {}
    ),
    "a weight below one that always fires too": (
        "A008", "r",
        [("r", "b and c", raises("flu", group="g"), raises("cold")),
         ("s", "b", raises("flu", "strong", group="g"))], {},
    ),
    "a candidate without support": ("A009", "plague", [("r", "b", raises("cold"))], {"priors": (0, 0, -30)}),
    "a flag that nobody gets": ("A010", "flu", [("r", "n > 3 and n < 1", flags("flu"))], {}),
    "an alert without a rule that can fire": ("A010", "danger", [("r", "b", raises("cold"))], None),
    "a flag that nothing answers": (
        "A011", "flu",
        [("r", "n > 3", flags("flu")), ("s", "n < 2", {"clear": "flu", "note": "no"})], {},
    ),
    "a band beyond the points": (
        "A012", "scale", [("r", "scale >= 1", raises("cold"))],
        {"scores": (Instrument(id="scale", title="S", items=({"when": "n < 2", "points": 1},
                                                             {"when": "n > 3", "points": 1}),
                               bands={"full": "scale >= 2"}),)},
    ),
    "a question asked only in vain": (
        "A013", "b", [("r", "b and c", raises("cold"))],
        {"vocabulary": Vocabulary([
            *(fact for fact in VOCABULARY.values() if fact.id != "b"),
            Fact(id="b", kind="boolean", wording="b", answered_by="patient", ask_unless="c"),
        ])},
    ),
    "a complaint that nobody takes up": ("A014", "d", [("r", "b and c and d", raises("cold"))], {}),
    "a section that is never entered": ("A015", "flu", [("r", "b", raises("flu"))], {"priors": (0, 5, 0)}),
}  # fmt: skip


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_found(fault, tmp_path):
    code, about, rules, how = PLANTED[fault]
    base = small(*(QUIET if how is not None else ()), *rules, path=tmp_path, **(how or {}))
    found = [problem for problem in check_all(Subject(base)) if problem.code == code]
    assert about in {problem.about for problem in found}


def test_the_parts_that_clash_are_named_and_no_others(tmp_path):
    base = small(*QUIET, ("r", "n < 2 and b and (c or d) and n > 3", raises("cold")), path=tmp_path)
    (found,) = (problem for problem in check_all(Subject(base)) if problem.code == "A002")
    assert found.because == ("`n < 2` and `n > 3` cannot be true together",)
    assert found.severity == "error"


def test_a_base_without_faults_has_no_findings_but_notes(tmp_path):
    rules = [
        ("cold", "b", raises("cold")),
        ("flu", "c and not b", raises("flu"), flags("flu")),
        ("plague", "n > 3 and k == red", raises("plague", "strong")),
        ("answer", "m > 2", {"clear": "flu", "note": "no"}),
        ("less", "d", lowers("cold", "strong")),
        ("less-flu", "k == blue", lowers("flu", "decisive")),
    ]
    assert {problem.severity for problem in check_all(Subject(small(*QUIET, *rules, path=tmp_path)))} <= {
        "note"
    }


def test_a_reason_in_the_file_allows_a_finding(tmp_path):
    (tmp_path / "rules").mkdir()
    text = "# audit: allow A005, kept for its citation\n- id: r\n- id: s\n  # audit: allow A005\n"
    (tmp_path / "rules" / "some.yaml").write_text(text)
    rules = [("r", "b and c", flags("cold")), ("s", "b", flags("cold")), ("t", "b or d", flags("cold"))]
    found = [p for p in check_all(Subject(small(*QUIET, *rules, path=tmp_path))) if p.code == "A005"]
    assert [(p.about, p.severity, p.allowed) for p in found] == [
        ("r", "note", "kept for its citation"),
        ("s", "warning", None),  # without a reason nothing is allowed
    ]


def test_check_deep_says_what_the_audit_says(lay, monkeypatch):
    folder = lay()
    assert CliRunner().invoke(main, ["check", "plants"]).exit_code == 0
    rules = folder / "rules" / "dangers.yaml"
    rules.write_text(rules.read_text().replace("swing > 20", "swing > 20 and swing > 10"))
    shallow, deep = (CliRunner().invoke(main, ["check", "plants", *more]) for more in ([], ["--deep"]))
    assert (shallow.exit_code, deep.exit_code) == (0, 1)
    assert "A003 warning: `swing > 10` makes no difference" in deep.stderr
    assert "= because: `swing > 10` is true whenever `swing > 20` is" in deep.stderr
    told = CliRunner().invoke(main, ["check", "plants", "--deep", "--json"]).stdout.splitlines()
    assert ("A003", "danger-frost") in {(each["code"], each.get("about")) for each in map(json.loads, told)}
    monkeypatch.setattr("charley.audit.symbolic.installed.find_spec", lambda name: None)
    without = CliRunner().invoke(main, ["check", "plants", "--deep"])
    assert without.exit_code == 2 and "A000" in without.stderr


def test_the_bundled_base_has_no_finding():
    assert deep_check(load()) == []
