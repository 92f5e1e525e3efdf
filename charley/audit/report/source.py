"""The source-attribute sheet: what certified US systems must be able to show of a decision support."""

from __future__ import annotations

from charley.audit.report.report import Report
from charley.pages.html import listed, table, text

__all__ = ["source_sheet"]


def source_sheet(report: Report) -> str:
    """Citation, developer, funding, dates, purpose, limits, and which patient attributes are used."""
    about, base = report.base.about, report.base
    review = about.review
    rows = [
        ("Bibliographic citation of the intervention", about.source),
        ("Developers", ", ".join(about.authors)),
        ("Funding", about.funding),
        ("Release", f"{base.version}, {about.updated}"),
        ("Last revision", str(about.updated)),
        ("Last review, and next due", f"{review.reviewed or 'not yet'}, {review.review_by or '–'}"),
        ("Purpose", about.purpose),
        ("Intended use", about.intended_use),
        ("Not for", about.misuse),
        ("Scope", "–" if about.scope is None else f"{about.scope.wording.clinician} ({about.scope.when})"),
        ("Editorial policy", about.editorial_policy),
    ]
    used = []
    for attribute in report.attributes:
        if attribute.name == "health status and history":
            facts = sum(bool(rules) for rules in report.looked_at_by.values())
            used.append((text(attribute.name), f"{facts} facts, all listed in the rules below", ""))
            continue
        said = ", ".join(f"<code>{text(fact)}</code>" for fact in attribute.facts) or "not an input"
        rules = attribute.rules
        shown = ", ".join(f'<a href="#rule-{text(r)}">{text(r)}</a>' for r in rules)
        used.append((text(attribute.name), said, f"{len(rules)}: {shown}" if rules else "none"))
    inputs = "Patient attributes used as input, computed from the conditions"
    return (
        table("What is known of the source", ["Attribute", "Value"], [(text(a), text(b)) for a, b in rows])
        + table(inputs, ["Attribute", "Facts", "Rules"], used)
        + "<h3>Known limits</h3>"
        + listed(text(limit) for limit in about.limits)
    )
