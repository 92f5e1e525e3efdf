"""What was found, in the two formats that other people's tools read: SARIF and JUnit."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from charley.audit.report.report import Report

__all__ = ["junit", "sarif"]


def sarif(report: Report, version: str) -> dict[str, Any]:
    """The findings as a SARIF 2.1.0 log."""
    levels = {"error": "error", "warning": "warning", "note": "note"}
    results = []
    for problem in report.problems:
        place = problem.diagnostic
        result: dict[str, Any] = {
            "ruleId": problem.code,
            "level": levels[problem.severity],
            "message": {"text": "; ".join([place.message, *problem.because])},
            "partialFingerprints": {"about": f"{problem.code}/{problem.about}"},
        }
        if place.line:
            region = {"startLine": place.line, "startColumn": place.column}
            where = {"artifactLocation": {"uri": _here(place.file)}, "region": region}
            result["locations"] = [{"physicalLocation": where}]
        if problem.allowed:
            result["suppressions"] = [{"kind": "inSource", "justification": problem.allowed}]
        results.append(result)
    codes = sorted({problem.code for problem in report.problems})
    driver = {"name": "charley", "version": version, "rules": [{"id": code} for code in codes]}
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }


def _here(file: str) -> str:
    """The file as seen from the working folder, where it is below it: that is how a pull request names it."""
    path, here = Path(file).resolve(), Path.cwd()
    return (path.relative_to(here) if path.is_relative_to(here) else Path(file)).as_posix()


def junit(report: Report) -> str:
    """A test for each invariant and each finding; a finding that is open fails."""
    cases = []
    for proof in report.proofs:
        name = f'    <testcase classname="invariant" name={quoteattr(proof.invariant.id)}'
        if proof.holds:
            cases.append(f"{name}/>")
        else:
            said = "" if proof.witness is None else str(dict(proof.witness))
            inner = f"<failure message={quoteattr(proof.verdict)}>{escape(said)}</failure>"
            cases.append(f"{name}>{inner}</testcase>")
    open_ = [problem for problem in report.open_problems if problem.code not in ("A001", "A016", "A017")]
    for problem in open_:
        name = f"    <testcase classname={quoteattr(problem.code)} name={quoteattr(problem.about)}"
        inner = f"<failure message={quoteattr(problem.diagnostic.message)}/>"
        cases.append(f"{name}>{inner}</testcase>")
    failed = sum(not proof.holds for proof in report.proofs) + len(open_)
    head = f'  <testsuite name={quoteattr(report.base.id)} tests="{len(cases)}" failures="{failed}">'
    opening = '<?xml version="1.0" encoding="UTF-8"?>'
    return "\n".join([opening, "<testsuites>", head, *cases, "  </testsuite>", "</testsuites>"]) + "\n"
