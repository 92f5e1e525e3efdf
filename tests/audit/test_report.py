"""The rule-audit report: complete, self-contained, the same bytes every time; and what it is made of."""

import json
import random
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from bases import bases
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings

import charley.audit
from charley.audit.agreement import agreement
from charley.audit.influence import influence, population
from charley.audit.report.sarif_junit import CODES
from charley.cli import main
from charley.engine import reading
from charley.engine.expert import load
from charley.facts.record import answers

AUDIT = Path(charley.audit.__file__).parent


def audit(*arguments):
    return CliRunner().invoke(main, ["audit", "plants", *map(str, arguments)])


@pytest.fixture
def plants(lay):
    return lay()


class Page(HTMLParser):
    """The ids, the links, and whether every element that was opened is closed."""

    EMPTY = ("meta", "br", "line", "rect", "path")

    def __init__(self, text):
        super().__init__()
        self.open, self.ids, self.links, self.outside = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.ids += [given["id"]] if "id" in given else []
        self.links += [given["href"]] if tag == "a" else []
        self.outside += [v for k, v in attrs if k in ("src", "href") and v and not v.startswith("#")]
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in self.EMPTY:
            assert self.open.pop() == tag

    def handle_startendtag(self, tag, attrs):
        pass


def test_the_page_is_whole_needs_nothing_else_and_every_link_leads_somewhere(plants, tmp_path):
    audit("--out", tmp_path / "report.html", "--readings", 5, "--influence", 5)
    text = (tmp_path / "report.html").read_text()
    page = Page(text)
    assert page.open == [] and page.outside == [] and "<script" not in text
    assert len(page.ids) == len(set(page.ids))
    assert {link.removeprefix("#") for link in page.links} <= set(page.ids)
    base = load(plants)
    for rule in base.rules:
        assert f"rule-{rule}" in page.ids
    for said in (base.digest, base.about.disclaimer, "Signature", "Funding", "frost-is-an-emergency"):
        assert said in text


def test_the_same_base_gives_the_same_bytes(plants, tmp_path):
    for kind in ("html", "md", "json"):
        files = [tmp_path / f"{at}.{kind}" for at in (1, 2)]
        for file in files:
            audit("--out", file, "--readings", 3, "--influence", 3)
        assert files[0].read_bytes() == files[1].read_bytes()


def test_times_of_proofs_are_said_where_they_are_asked_for(plants, tmp_path):
    for kind in ("html", "md", "json"):
        said = []
        for more in ([], ["--times"]):
            audit("--out", tmp_path / f"report.{kind}", *more)
            said.append((tmp_path / f"report.{kind}").read_text())
        mark = '"seconds"' if kind == "json" else " ms"
        assert mark not in said[0] and said[1].count(mark) == 2


def test_what_comes_from_a_base_is_escaped(plants, tmp_path):
    file = plants / "rules" / "dangers.yaml"
    file.write_text(
        file.read_text().replace("title: Cold nights", 'title: "<script>alert(1)</script> | *x*"')
    )
    audit("--out", tmp_path / "report.html")
    assert "<script" not in (tmp_path / "report.html").read_text()


def test_the_report_for_programs_has_every_proof_rule_and_attribute(plants, tmp_path):
    audit("--out", tmp_path / "report.json")
    told = json.loads((tmp_path / "report.json").read_text())
    base = load(plants)
    assert told["format"] == "charley.audit.v1" and told["knowledge_base"]["digest"] == base.digest
    assert [rule["id"] for rule in told["rules"]] == list(base.rules)
    assert {proof["verdict"] for proof in told["proofs"]} == {"proved"}
    assert told["source_attributes"]["attributes"]["age"] == {}


def test_age_and_sex_are_traced_to_the_rules_that_use_them(tmp_path):
    from charley.audit.report.report import Report

    attributes = {each.name: each for each in Report(load(), (), ()).attributes}
    base = load()
    age = set(attributes["age"].rules)
    assert age == {r.id for r in base.rules.values() if "age" in base.facts_of(r.condition)} and age
    assert attributes["race"].facts == {} and "pregnant" in attributes["pregnancy"].facts


def test_markdown_names_each_rule_once(plants, tmp_path):
    audit("--out", tmp_path / "report.md")
    text = (tmp_path / "report.md").read_text()
    assert re.findall(r"^### .* \(`(.*)`\)$", text, re.MULTILINE) == list(load(plants).rules)


def test_sarif_and_junit_say_what_was_found(plants):
    file = plants / "rules" / "dangers.yaml"
    file.write_text(file.read_text().replace("when: spots\n", "when: spots and not spots\n"))
    run = audit("--format", "sarif")
    (log,) = json.loads(run.stdout)["runs"]
    dead = next(result for result in log["results"] if result["ruleId"] == "A002")
    assert run.exit_code == 1 and dead["level"] == "error"
    assert dead["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].endswith("rules/dangers.yaml")
    suite = ElementTree.fromstring(audit("--format", "junit").stdout)[0]
    failed = [case.get("name") for case in suite if len(case)]
    assert "danger-mites" in failed and "frost-is-an-emergency" not in failed
    assert int(suite.get("failures")) == len(failed) and int(suite.get("tests")) == len(suite)


def matches(value, schema):
    """That the value is as the schema asks: types, required keys, no other keys, allowed values."""
    match schema:
        case dict():
            needed = {key.rstrip("?"): key.endswith("?") for key in schema}
            assert isinstance(value, dict) and set(value) <= set(needed)
            assert all(optional or key in value for key, optional in needed.items())
            for key, inner in schema.items():
                if key.rstrip("?") in value:
                    matches(value[key.rstrip("?")], inner)
        case [inner]:
            assert isinstance(value, list)
            for each in value:
                matches(each, inner)
        case set():
            assert value in schema
        case re.Pattern():
            assert isinstance(value, str) and schema.fullmatch(value)
        case _:
            assert isinstance(value, schema) and not isinstance(value, bool)


TEXT = {"text": re.compile(r"(?s)\S.*")}
SARIF = {
    "$schema": re.compile("https://.*sarif-2.1.0.*"),
    "version": {"2.1.0"},
    "runs": [
        {
            "tool": {
                "driver": {
                    "name": re.compile("charley"),
                    "version": str,
                    "rules": [
                        {
                            "id": re.compile(r"A\d{3}"),
                            "name": re.compile(r"[A-Z][A-Za-z]+"),
                            "shortDescription": TEXT,
                            "help": TEXT,
                        }
                    ],
                }
            },
            "columnKind": {"utf16CodeUnits", "unicodeCodePoints"},
            "results": [
                {
                    "ruleId": re.compile(r"A\d{3}"),
                    "ruleIndex": int,
                    "level": {"none", "note", "warning", "error"},
                    "message": TEXT,
                    "partialFingerprints": {"about": str},
                    "locations?": [
                        {
                            "physicalLocation": {
                                "artifactLocation": {"uri": re.compile(r"[^\s\\\\]+")},
                                "region": {"startLine": int, "startColumn": int},
                            }
                        }
                    ],
                    "suppressions?": [{"kind": {"inSource", "external"}, "justification": str}],
                }
            ],
        }
    ],
}
"""What of the schema of SARIF 2.1.0 the log uses; the schema allows more, and none of these otherwise."""


def test_the_sarif_log_keeps_to_its_schema(plants):
    file = plants / "rules" / "dangers.yaml"
    file.write_text(file.read_text().replace("when: spots\n", "when: spots and not spots\n"))
    told = json.loads(audit("--format", "sarif").stdout)
    matches(told, SARIF)
    (log,) = told["runs"]
    rules = log["tool"]["driver"]["rules"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in log["results"])
    for result in log["results"]:
        assert result["locations"][0]["physicalLocation"]["region"]["startLine"] > 0


def test_every_code_that_an_audit_finds_has_the_title_of_its_page():
    pages = Path(__file__).parents[2] / "docs" / "diagnostics"
    for code, (_, title) in CODES.items():
        assert (pages / f"{code}.md").read_text().splitlines()[0] == f"# {code}: {title}"
    written = {code for file in AUDIT.rglob("*.py") for code in re.findall(r'"(A\d{3})"', file.read_text())}
    assert written - {"A000", "A021"} == set(CODES)  # those two are about the command line


def test_bad_usage_exits_2(plants, tmp_path):
    run = audit("--out", tmp_path / "report.docx")
    assert run.exit_code == 2 and "A021" in run.stderr


@settings(deadline=None, max_examples=15, suppress_health_check=list(HealthCheck))
@given(bases())
def test_the_readings_agree_on_any_base(base):
    found = agreement(base, 5)
    assert found.disagreements == () and {"session", "network", "planes", "formulas"} <= set(found.readings)


def test_a_reading_at_fault_is_shown_by_a_small_record(plants, monkeypatch):
    def broken(base):
        def read(record):
            return base.kernel.start({f: v for f, v in record.items() if f != "spots"}).valuation()

        return read

    monkeypatch.setitem(reading._READINGS, "network", reading.Reading("network", broken))
    (found,) = agreement(load(plants), 40).disagreements
    assert found.reading == "network" and list(found.record) == ["spots"]


def test_influence_counts_what_leaving_out_changes(plants):
    base = load(plants)
    people = [{"spots": True}, {"spots": True, "night_temperature": 6}, {"soil_wet": True}]
    found = influence(base, people)
    assert found.patients == 3
    assert found.flags_by_rule == {"danger-mites": 2} and found.flags_by_fact == {"spots": 2}
    assert found.decibans_by_weight["danger-mites → mites"] == pytest.approx(2 * 7 / 3)


def test_a_population_can_be_given(plants, tmp_path):
    file = tmp_path / "people.yaml"
    file.write_text("- {spots: yes}\n- {spots: no}\n")
    audit("--population", file, "--out", tmp_path / "report.json")
    told = json.loads((tmp_path / "report.json").read_text())["influence"]
    assert told["patients"] == 2 and told["facts"]["flags"] == {"spots": 1}
    file.write_text("- {spots: perhaps}\n- 3\n")
    run = audit("--population", file)
    assert (
        run.exit_code == 2 and "people.yaml:1:11: F0" in run.stderr and "people.yaml:2:3: F004" in run.stderr
    )


def test_the_drawn_population_is_possible_and_the_same_every_time(plants):
    base = load(plants)
    people = population(base, 30)
    assert people == population(base, 30) != population(base, 30, seed=1)
    for record in random.Random(0).sample(people, 10):
        assert answers(record, base.vocabulary).record == record
