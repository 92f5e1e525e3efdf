"""The report as one HTML page that needs nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from charley.audit.problem import Problem, told_record
from charley.audit.report.report import Report
from charley.audit.report.rules import inventory, pictures, rule_in_words
from charley.audit.report.source import source_sheet
from charley.facts.vocabulary import words
from charley.pages import charts
from charley.pages.html import listed, page, table, text
from charley.rules.signoff import approvals_needed

__all__ = ["report_html"]


def report_html(report: Report) -> str:
    """The page."""
    about = report.base.about
    parts = [
        ("summary", "Summary", _summary(report)),
        ("signoff", "Sign-off", _signoff(report)),
        ("source", "Source attributes", source_sheet(report)),
        ("proofs", "Proofs", _proofs(report)),
        ("findings", "Findings of the audit", _findings(report)),
        ("tests", "Coverage and mutation", _tests(report)),
        ("inventory", "Rule inventory", inventory(report)),
        ("pictures", "Pictures of the rules", "".join(pictures(report))),
        (
            "rules",
            "Every rule in words",
            "".join(rule_in_words(rule, report) for rule in report.base.rules.values()),
        ),
        ("references", "References", _references(report)),
    ]
    if report.influence is not None:
        parts.insert(6, ("influence", "What moves leaders and flags", _influence(report)))
    if report.agreement is not None:
        parts.insert(6, ("readings", "Readings held to each other", _readings(report)))
    head = (
        f"<p class='soft'>Rule-audit report</p><h1>{text(about.title)}</h1>"
        f"<p>Version {text(report.base.version)}, last updated {text(about.updated)}. Review status: "
        f"<strong>{text(words(about.review.status))}</strong>.<br>Digest "
        f"<code>{text(report.base.digest)}</code></p>"
        f'<p class="banner">{text(about.disclaimer)}</p>'
    )
    return page(f"{about.title} {report.base.version}: rule audit", head, parts)


def _references(report: Report) -> str:
    return listed(
        f'<code id="ref-{text(key)}">{text(key)}</code> ({text(citation.seen)}): {text(citation)}'
        for key, citation in report.base.citations.items()
    )


def _summary(report: Report) -> str:
    base, proved = report.base, sum(proof.holds for proof in report.proofs)
    kinds = [rule.evidence.kind for rule in base.rules.values()]
    rows = [
        ("Rules", str(len(base.rules))),
        ("Facts", str(len(base.vocabulary))),
        ("Candidates and alerts", f"{len(base.candidates)} and {len(base.alerts)}"),
        ("Invariants proved for every possible patient", f"{proved} of {len(report.proofs)}"),
        ("Findings that are open", str(len(report.open_problems))),
        ("Evidence of the rules", ", ".join(f"{kinds.count(k)} {k}" for k in dict.fromkeys(sorted(kinds)))),
        (
            "Rules approved by their reviewers",
            str(sum(r.review.status == "approved" for r in base.rules.values())),
        ),
    ]
    if report.coverage is not None:
        rows.append(("Rules that fire in some case", str(report.coverage.fired)))
    if report.mutation is not None:
        rows.append(("Mutants noticed, of those that change anything", f"{report.mutation.percent:.1f} %"))
    return table("", ["What", "Count"], [(text(a), text(b)) for a, b in rows])


def _signoff(report: Report) -> str:
    base = report.base
    rows = []
    named = {id: each.name.clinician for id, each in base.candidates.items()}
    named |= {id: each.name.clinician for id, each in base.alerts.items()}
    for candidate, name in named.items():
        rules = report.rules_about(candidate)
        held = sum(rule.review.status == "approved" for rule in rules)
        names = dict.fromkeys(a.by for rule in rules for a in report.approvals.get(rule.id, ()))
        two = sum(approvals_needed(rule) == 2 for rule in rules)
        rows.append(
            (
                text(name),
                str(len(rules)),
                str(held),
                str(two),
                text(", ".join(names) or "–"),
                "",
                "",
            )
        )
    heads = ["Candidate", "Rules", "Approved", "Need two", "Approved by", "Signature", "Date"]
    return (
        "<p>By signing, a reviewer says that the rules listed under a candidate were read, with their "
        "evidence, as they stand in the version with the digest above. A rule that answers a flag needs two "
        "reviewers. Approvals recorded with <code>charley review approve</code> are bound to what each rule "
        "means and lapse when that changes.</p>"
        + table("Sign-off by candidate", heads, rows, numbers=(1, 2, 3), spaced=(5, 6))
    )


def _proofs(report: Report) -> str:
    rows = []
    for proof in report.proofs:
        said = text(proof.verdict) if proof.holds else f'<span class="error">{text(proof.verdict)}</span>'
        if proof.witness is not None:
            said += "<br>" + "<br>".join(map(text, told_record(proof.witness, report.base.vocabulary)))
        i = proof.invariant
        claim = f"if <code>{text(i.if_)}</code><br>then <code>{text(i.then)}</code>"
        took = [f"{proof.seconds * 1000:.0f} ms"] if report.times else []
        rows.append((text(i.id), claim + (f"<br>{text(i.why)}" if i.why else ""), said, *took))
    heads = ["Invariant", "Claim", "Verdict", *(["Time"] if report.times else [])]
    return (
        "<p>Each holds for all answers, all gaps, and contradictory or hostile records, by a solver; a "
        "counterexample would be the smallest patient, replayed through the definition of the rules. "
        "What was not decided in time is not counted as proved.</p>"
        + table("Invariants", heads, rows, numbers=(3,))
    )


def _findings(report: Report) -> str:
    notes: dict[str, list[Problem]] = {}
    rows = []
    for problem in sorted(report.problems, key=lambda p: (p.severity == "note", p.code)):
        if problem.severity == "note" and not problem.allowed:
            notes.setdefault(problem.code, []).append(problem)
            continue
        d = problem.diagnostic
        because = "".join(f"<br>{text(reason)}" for reason in problem.because)
        if problem.witness is not None:
            because += "<br>" + "; ".join(map(text, told_record(problem.witness, report.base.vocabulary)))
        if problem.allowed:
            because += f"<br>allowed: {text(problem.allowed)}"
        place = f"{d.file.rsplit('/', 1)[-1]}:{d.line}" if d.line else ""
        rows.append((text(problem.code), text(problem.severity), text(place), text(d.message) + because))
    heads = ["Code", "Severity", "Place", "What was found"]
    return (table("Findings", heads, rows) if rows else "<p>None.</p>") + _notes(notes)


def _notes(notes: Mapping[str, Sequence[Problem]]) -> str:
    """Notes of one code in one paragraph; of unnoticed mistakes there is a list elsewhere."""
    said = []
    for code, (first, *rest) in notes.items():
        more = ", ".join(f"<code>{text(problem.about)}</code>" for problem in rest)
        if code == "A023":
            more = '<a href="#tests">all of them</a>' if rest else ""
        likewise = f"; likewise: {more}" if more else ""
        said.append(f"<code>{code}</code> {text(first.diagnostic.message)}{likewise}.")
    return f"<h3>Notes</h3>{listed(said)}" if said else ""


def _tests(report: Report) -> str:
    body = ""
    if report.coverage is not None:
        coverage = report.coverage
        rows = [
            ("Cases", str(len(coverage.records))),
            ("Rules that fire in some case", str(coverage.fired)),
            ("Comparisons seen true and false", str(coverage.both_ways)),
            ("Comparisons of flags and alerts shown to matter", str(coverage.shown(coverage.dangers))),
        ]
        body += table("Coverage by the cases", ["What", "Share"], [(text(a), text(b)) for a, b in rows])
    if report.mutation is None:
        return body + "<p>Mutation was not asked for (<code>charley audit --mutate</code>).</p>"
    mutation = report.mutation
    heads = ["Mistake", "Noticed by a case", "By an invariant", "Changes nothing (proved)", "Unnoticed"]
    rows_ = [(text(name), *map(str, counts)) for name, *counts in mutation.table()]
    body += f"<p>{mutation.percent:.1f} % of the mistakes that change anything are noticed.</p>"
    body += table("Mutation", heads, rows_, numbers=(1, 2, 3, 4))
    if mutation.survivors:
        body += "<h3>Unnoticed mistakes</h3>" + listed(text(v.mutant.id) for v in mutation.survivors)
    return body


def _influence(report: Report) -> str:
    found = report.influence
    assert found is not None
    body = (
        f"<p>Over {found.patients} patients drawn from the base's cases and priors. They are not real: this "
        "says how the rules work together, not how often anything occurs.</p>"
    )
    pictures = (
        ("Rules without which another candidate would lead", found.leaders_by_rule),
        ("Rules without which other flags would be raised", found.flags_by_rule),
        ("Facts without which another candidate would lead", found.leaders_by_fact),
        ("Facts without which other flags would be raised", found.flags_by_fact),
    )
    for title, counts in pictures:
        rows = [(name, float(n), f"{n}") for name, n in list(counts.items())[:20]]
        body += f"<h3>{text(title)}</h3><figure>{charts.bars(title, rows)}</figure>"
    title = "Decibans moved by each weight, on average over all patients"
    most = [(name, n, f"{n:.2f}") for name, n in list(found.decibans_by_weight.items())[:20]]
    return body + f"<h3>{title}</h3><figure>{charts.bars(title, most)}</figure>"


def _readings(report: Report) -> str:
    found = report.agreement
    assert found is not None
    body = f"<p>{found.records} random records of this base through {', '.join(found.readings)}: "
    if not found.disagreements:
        return body + "all say what the definition says.</p>"
    shown = (
        f"{text(d.reading)}: {text(dict(d.record))}: {text(', '.join(d.rules))}" for d in found.disagreements
    )
    return body + "not all agree.</p>" + listed(shown)
