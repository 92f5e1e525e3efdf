"""The kinds of edits, by what a field is about. By its kind an edit can be looked for or forbidden."""

from __future__ import annotations

__all__ = ["EDITS", "kind_of"]

EDITS: dict[str, str] = {
    "rule": "what a rule looks at, does or supersedes",
    "action": "what a flag or an alert says to do",
    "advice": "what an advice says, or what it would tell",
    "note": "a note: beside an answered flag or alert, or of a fact, candidate, number or score",
    "disposition": "how soon a candidate that leads needs a clinician",
    "next-step": "the tests and next steps of a candidate",
    "unit": "the unit of a number, or what converts into it",
    "range": "the plausible range of a number",
    "choice": "the choices of a fact",
    "fact": "a fact: whether it is there, and what kind it is of",
    "asking": "who is asked for a fact, when and in which order",
    "phrase": "how a fact is said in free text",
    "candidate": "a candidate or alert: whether it is there, tier, prior",
    "number": "a derived number or a score: items, points, bands",
    "threshold": "a threshold: its number, and why it is so",
    "finding": "a finding: whether it is there, and what it means",
    "scope": "for whom the base is meant",
    "wording": "a name, title, description or question",
    "reason": "the reason that a rule gives",
    "evidence": "the evidence of a rule or score",
    "citation": "a reference",
    "code": "a code of a fact, candidate or alert",
    "review": "how far review has come",
    "about": "what is said of the base as a whole",
    "invariant": "an invariant",
    "case": "a case",
    "hazard": "a hazard, its controls or its owner",
}
"""Every kind of edit, those nearest to a patient first, and what it is about."""

_KINDS: dict[tuple[str, str], str] = {
    **dict.fromkeys(
        (("rule", name) for name in ("id", "when", "then", "supersedes", "withdraws_advice_of")), "rule"
    ),
    ("rule", "title"): "wording",
    ("rule", "because"): "reason",
    ("rule", "evidence"): "evidence",
    ("rule", "review"): "review",
    **dict.fromkeys((("fact", name) for name in ("id", "kind", "fixed", "since")), "fact"),
    **dict.fromkeys(
        (("fact", name) for name in ("unit", "molar_mass", "charge", "conversions", "annotations")), "unit"
    ),
    **dict.fromkeys(
        (
            ("fact", name)
            for name in ("answered_by", "burden", "priority", "ask_unless", "ask_when", "opens", "group")
        ),
        "asking",
    ),
    **dict.fromkeys(
        (
            ("fact", name)
            for name in (
                *("said_as", "answered_as", "when_past", "within_days", "side"),
                *("shares_words_with", "said_beside", "said_unless"),
            )
        ),
        "phrase",
    ),
    ("fact", "wording"): "wording",
    ("fact", "plausible_range"): "range",
    ("fact", "choices"): "choice",
    ("fact", "codes"): "code",
    **dict.fromkeys(
        (("candidate", name) for name in ("id", "prefix", "tier", "beyond_source", "prior")), "candidate"
    ),
    **dict.fromkeys((("candidate", name) for name in ("name", "description")), "wording"),
    **dict.fromkeys((("candidate", name) for name in ("icd10cm", "icd10cm_related")), "code"),
    **dict.fromkeys((("candidate", name) for name in ("tests", "next_steps")), "next-step"),
    ("candidate", "disposition"): "disposition",
    **dict.fromkeys(
        ((sort, name) for sort in ("candidate", "alert") for name in ("said_as", "shares_words_with")),
        "phrase",
    ),
    **dict.fromkeys((("alert", name) for name in ("id", "prefix")), "candidate"),
    ("alert", "name"): "wording",
    ("alert", "icd10cm"): "code",
    **dict.fromkeys(((sort, "note") for sort in ("fact", "candidate", "derived", "score")), "note"),
    ("derived", "title"): "wording",
    ("derived", "unit"): "unit",
    ("threshold", "unit"): "unit",
    ("threshold", "because"): "reason",
    ("threshold", "citations"): "evidence",
    ("score", "title"): "wording",
    ("score", "evidence"): "evidence",
    ("about", "scope"): "scope",
    ("about", "review"): "review",
}
"""The kind of edit for each field of each sort of item; see `_OF_SORT` for all others."""

_OF_SORT = {
    "derived": "number",
    "score": "number",
    "threshold": "threshold",
    "finding": "finding",
    "citation": "citation",
    "about": "about",
    "group": "asking",
    "invariant": "invariant",
    "case": "case",
    "hazard": "hazard",
    "rule": "rule",
    "fact": "fact",
    "candidate": "candidate",
    "alert": "candidate",
}
"""The kind of edit where an item is new or gone, and for the fields that `_KINDS` does not name."""

_OF_EFFECT = {
    ("flag", "action"): "action",
    ("alert", "action"): "action",
    ("clear", "note"): "note",
    ("advise", "text"): "advice",
    ("advise", "urgency"): "advice",
    ("advise", "gives"): "advice",
}


def kind_of(sort: str, path: tuple[str, ...]) -> str:
    """The kind of an edit to the field at `path` of such an item."""
    if sort == "rule" and len(path) > 2 and path[0] == "then":
        return _OF_EFFECT.get((path[1].partition(" ")[0], path[2]), "rule")
    return _KINDS.get((sort, path[0]) if path else (sort, ""), _OF_SORT[sort])
