"""The findings in the two formats that other people's tools read: SARIF and JUnit."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

from charley.audit.problem import Problem, record_words
from charley.audit.report.report import Report

__all__ = ["junit", "sarif"]

CODES: dict[str, tuple[str, str]] = {
    "A001": ("BrokenInvariant", "an invariant does not hold"),
    "A002": ("DeadRule", "a rule that can never fire"),
    "A003": ("AtomWithoutEffect", "a comparison that changes nothing"),
    "A004": ("FactWithoutEffect", "a fact that changes nothing"),
    "A005": ("ContainedRule", "a rule contained in another"),
    "A006": ("SameRule", "two rules that are the same"),
    "A007": ("RuleAgainstItself", "raised and lowered on the same ground"),
    "A008": ("WeightNeverCounts", "a weight that never counts"),
    "A009": ("CandidateNeverLeads", "a candidate that can never lead"),
    "A010": ("FlagNeverRaised", "a flag or alert that is never raised"),
    "A011": ("FlagNeverAnswered", "a flag or an alert that nothing can answer"),
    "A012": ("BandNeverReached", "a band of a score that nobody reaches"),
    "A013": ("QuestionInVain", "a question asked only where its answer means nothing"),
    "A014": ("SilentComplaint", "something told about which nothing is said"),
    "A015": ("SectionNeverEntered", "a section that a candidate never enters"),
    "A016": ("NotDecided", "an invariant that was not decided in time"),
    "A017": ("VacuousInvariant", "an invariant that says nothing"),
    "A022": ("ReadingAtFault", "readings that disagree"),
    "A023": ("UnnoticedMistake", "a mistake that nothing would notice"),
    "A024": ("ImpossibleContradiction", "a contradiction that no record can hold"),
    "A025": ("AdviceNeverGiven", "advice that nobody is given"),
}
"""A name for each code that an audit can find, and the title of its page `docs/diagnostics/CODE.md`."""


def sarif(report: Report, version: str) -> dict[str, Any]:
    """The findings as a SARIF 2.1.0 log."""
    codes = sorted({problem.code for problem in report.problems})
    rules = [_rule(code, report.problems) for code in codes]
    driver = {"name": "charley", "version": version, "rules": rules}
    results = [_result(problem, codes.index(problem.code)) for problem in report.problems]
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    }


def _rule(code: str, problems: Iterable[Problem]) -> dict[str, Any]:
    """The description of a code in the log: its name, a sentence, and what to do."""
    name, title = CODES[code]
    helps = dict.fromkeys(p.diagnostic.help for p in problems if p.code == code and p.diagnostic.help)
    todo = "; or: ".join(helps) or "see the page"
    return {
        "id": code,
        "name": name,
        "shortDescription": {"text": f"{title[:1].upper()}{title[1:]}."},
        "help": {"text": f"{todo} (docs/diagnostics/{code}.md in Charley's documentation)"},
    }


def _result(problem: Problem, at: int) -> dict[str, Any]:
    place = problem.diagnostic
    result: dict[str, Any] = {
        "ruleId": problem.code,
        "ruleIndex": at,
        "level": problem.severity,
        "message": {"text": "; ".join([place.message, *problem.because])},
        "partialFingerprints": {"about": f"{problem.code}/{problem.about}"},
    }
    if place.line:
        region = {"startLine": place.line, "startColumn": place.column}
        where = {"artifactLocation": {"uri": _here(place.file)}, "region": region}
        result["locations"] = [{"physicalLocation": where}]
    if problem.allowed:
        result["suppressions"] = [{"kind": "inSource", "justification": problem.allowed}]
    return result


def _here(file: str) -> str:
    """The file as seen from the working folder, where it is below it: that is how a pull request names it."""
    path, here = Path(file).resolve(), Path.cwd()
    return quote((path.relative_to(here) if path.is_relative_to(here) else Path(file)).as_posix())


def junit(report: Report) -> str:
    """A test for each invariant and each finding; a finding that is open fails."""
    suite = ElementTree.Element("testsuite", name=report.base.id)
    for proof in report.proofs:
        case = ElementTree.SubElement(suite, "testcase", classname="invariant", name=proof.invariant.id)
        if not proof.holds:
            failure = ElementTree.SubElement(case, "failure", message=proof.verdict)
            if proof.witness is not None:
                failure.text = "; ".join(record_words(proof.witness, report.base.vocabulary))
    for problem in report.open_problems:
        if problem.code not in ("A001", "A016", "A017"):  # the invariants have said so
            case = ElementTree.SubElement(suite, "testcase", classname=problem.code, name=problem.about)
            ElementTree.SubElement(case, "failure", message=problem.diagnostic.message)
    failures = len(suite.findall("testcase/failure"))
    suite.set("tests", str(len(suite)))
    suite.set("failures", str(failures))
    suites = ElementTree.Element("testsuites")
    suites.append(suite)
    ElementTree.indent(suites)
    text = ElementTree.tostring(suites, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'
