"""A comparison as it is shown: for each kind of change the patient, and both versions side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from charley.audit.diff.comparison import KINDS, Change, Comparison
from charley.audit.diff.edit_kinds import EDITS
from charley.audit.diff.edits import Edit
from charley.audit.diff.level import RequiredLevel, next_version, rises_enough
from charley.audit.problem import record_words
from charley.engine.assessment import Assessment
from charley.facts.wording import AUDIENCES
from charley.rules.rule import Rule

__all__ = ["as_json", "show_change", "show_edit", "show_level", "show_written"]

TOP = 3
"""How many candidates of each ranking are shown, besides those that the change is about."""


def show_change(change: Change, comparison: Comparison) -> Iterator[str]:
    """One kind of change."""
    if change.witness is None:
        yield f"{change.kind}: not decided in time ({KINDS[change.kind]}?)"
        return
    assert change.old is not None and change.new is not None
    yield f"{change.kind}: {KINDS[change.kind]}: {', '.join(change.what)}"
    vocabulary = {**comparison.old.vocabulary, **comparison.new.vocabulary}
    for line in record_words(change.witness, vocabulary):  # type: ignore[arg-type]
        yield f"    {line}"
    rows = [
        ("", "old", "new"),
        ("urgency", *(assessed.urgency or "none" for assessed in (change.old, change.new))),
    ]
    rows += [("leads", change.old.leader or "none", change.new.leader or "none")]
    for candidate in _shown(change):
        rows.append((candidate, _place(change.old, candidate), _place(change.new, candidate)))
    for alert in dict.fromkeys([*change.old.base.alerts, *change.new.base.alerts]):
        states = [_alert(assessed, alert) for assessed in (change.old, change.new)]
        if set(states) != {"-"}:
            rows.append((alert, *states))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        mark = " " if row[1] == row[2] or row == rows[0] else "≠"
        cells = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield f"  {mark} {cells}".rstrip()
    yield f"    by the edit of: {', '.join(change.edits) or 'something other than a rule'}"


def _shown(change: Change) -> Iterator[str]:
    assert change.old is not None and change.new is not None
    names: dict[str, None] = {}
    for assessed in (change.old, change.new):
        names.update(dict.fromkeys(standing.candidate.id for standing in assessed.standings[:TOP]))
    every = {*change.old.base.candidates, *change.new.base.candidates}
    names.update(dict.fromkeys(each for each in change.what if each in every))
    yield from names


def _place(assessed: Assessment, candidate: str) -> str:
    if candidate not in assessed.base.candidates:
        return "-"
    standing = assessed.standing(candidate)
    flags = [
        flag.urgency for rule, flag in assessed.base.scoring.flags[candidate] if assessed.rules[rule] is True
    ]
    order = ("emergency", "same_day", "soon")
    flagged = f", flagged {min(flags, key=order.index)}" if flags else ""
    cleared = ", answered" if standing.clears else ""
    stands = f"{standing.score:+d} {standing.section}" if assessed.ranked else "not ranked"
    return f"{stands}{flagged}{cleared}"


def _alert(assessed: Assessment, alert: str) -> str:
    if alert not in assessed.base.alerts or not assessed.alerted(alert):
        return "-"
    return "raised, answered" if assessed.cleared(alert) else "raised"


def show_edit(rule: str, old: Rule | None, new: Rule | None) -> Iterator[str]:
    """The edit of a rule's condition and effects."""
    if old is None or new is None:
        yield f"  {'+' if old is None else '-'} {rule}: {(new or old).when}"  # type: ignore[union-attr]
        return
    yield f"  ~ {rule}"
    if old.when != new.when:
        yield f"      - when {old.when}"
        yield f"      + when {new.when}"
    before, after = ([_effect(effect.model_dump()) for effect in each.then] for each in (old, new))
    yield from (f"      - {line}" for line in before if line not in after)
    yield from (f"      + {line}" for line in after if line not in before)
    if old.supersedes != new.supersedes:
        yield f"      - supersedes {', '.join(old.supersedes) or 'nothing'}"
        yield f"      + supersedes {', '.join(new.supersedes) or 'nothing'}"
    if old.withdraws_advice_of != new.withdraws_advice_of:
        yield f"      - withdraws the advice of {', '.join(old.withdraws_advice_of) or 'nothing'}"
        yield f"      + withdraws the advice of {', '.join(new.withdraws_advice_of) or 'nothing'}"


def _effect(effect: dict[str, Any]) -> str:
    kept = {k: v for k, v in effect.items() if v is not None and k not in ("action", "note", "text", "gives")}
    return ", ".join(f"{key} {value}" for key, value in kept.items())


def show_written(found: Sequence[Edit]) -> Iterator[str]:
    """The edited fields, kind by kind."""
    for kind, means in EDITS.items():
        of_kind = [edit for edit in found if edit.kind == kind]
        if of_kind:
            yield f"{kind}: {means}"
        together: dict[tuple[str, str | None, str | None], list[str]] = {}
        for edit in of_kind:
            field, _, last = edit.field.rpartition(": ")
            audience = last in AUDIENCES
            about = f"{edit.sort} {edit.id}".strip() + (
                f": {field if audience else edit.field}" if edit.field else ""
            )
            together.setdefault((about, edit.old, edit.new), []).extend([last] if audience else [])
        for (about, old, new), audiences in together.items():
            yield f"  {'+' if old is None else '-' if new is None else '~'} {about}" + (
                f" ({', '.join(audiences)})" if audiences and len(audiences) < len(AUDIENCES) else ""
            )
            yield from [f"      - {' '.join(old.split())}"] if old is not None else []
            yield from [f"      + {' '.join(new.split())}"] if new is not None else []


def show_level(comparison: Comparison, found: RequiredLevel) -> Iterator[str]:
    """How far the version must rise, with the first reasons."""
    if found.level == "none":
        return
    shown = ", ".join(found.because[:TOP])
    more = f" and {len(found.because) - TOP} more" if len(found.because) > TOP else ""
    old, new = comparison.old.version, comparison.new.version
    yield f"by what changed this is a {found.level} version ({shown}{more})"
    least = next_version(old, found.level)
    if least is not None:
        enough = "that is enough" if rises_enough(old, new, found.level) else f"its version is {new}"
        yield f"  after {old} it is at least {least}; {enough}"


def as_json(
    comparison: Comparison, changes: list[Change], written: Sequence[Edit], rise: RequiredLevel | None
) -> dict[str, Any]:
    """The comparison for a program to read. `rise` is None where not everything was compared."""
    return {
        "format": "charley.diff.v1",
        **{
            side: {"id": base.id, "version": base.version, "digest": base.digest}
            for side, base in (("old", comparison.old), ("new", comparison.new))
        },
        "equivalent": not changes and not written,
        **({} if rise is None else {"level": rise.level}),
        "edited_rules": list(comparison.edited),
        "changes": [
            {
                "kind": change.kind,
                "decided": change.witness is not None,
                "what": list(change.what),
                "witness": None if change.witness is None else dict(change.witness),
                "edits": list(change.edits),
                **{
                    side: _assessment_json(assessed)
                    for side, assessed in (("old", change.old), ("new", change.new))
                    if assessed
                },
            }
            for change in changes
        ],
        "edits": [asdict(edit) for edit in written],
    }


def _assessment_json(assessed: Assessment) -> dict[str, Any]:
    return {
        "leader": assessed.leader,
        "urgency": assessed.urgency,
        "standings": [
            {"candidate": s.candidate.id, "score": s.score, "section": s.section, "flagged": bool(s.flags)}
            for s in (assessed.standings if assessed.ranked else ())
        ],
        "alerts": [alert for alert in assessed.base.alerts if assessed.alerted(alert)],
        "fires": [rule for rule, state in assessed.rules.items() if state is True],
    }
