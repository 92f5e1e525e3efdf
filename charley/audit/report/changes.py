"""What changed since an older version, and for whom: for each kind of change the smallest patient."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from charley.audit.diff.comparison import KINDS, Change, Comparison
from charley.audit.diff.edit_kinds import EDITS
from charley.audit.diff.versions import opened
from charley.audit.problem import record_words
from charley.engine.assessment import Assessment
from charley.engine.expert import Expert
from charley.engine.explain.words import URGENCY_NAMES
from charley.rules.knowledge_base import KnowledgeBase

__all__ = ["Changes", "Row", "changes_since"]


@dataclass(frozen=True)
class Row:
    """One kind of change: what it is about, the smallest patient who sees it, what is said before and now."""

    kind: str
    means: str
    about: tuple[str, ...]
    patient: tuple[str, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]
    rules: tuple[str, ...]

    @property
    def decided(self) -> bool:
        """Whether the solver came to an answer in time."""
        return bool(self.patient)


@dataclass(frozen=True)
class Changes:
    """What changed since another version of the base."""

    version: str
    digest: str
    rows: tuple[Row, ...]
    edited: tuple[str, ...]
    written: tuple[tuple[str, int], ...]

    @property
    def sentence(self) -> str:
        """The changes in a sentence."""
        if not self.rows and not self.written:
            return "Nothing has changed."
        for_whom = (
            f"{len(self.rows)} kinds of change can be seen by some patient"
            if self.rows
            else "no patient sees another differential, urgency, flag or advice"
        )
        fields = sum(count for _, count in self.written)
        edited = len(self.edited)
        rules = "no rule" if not edited else "one rule" if edited == 1 else f"{edited} rules"
        return f"{rules} and {fields} fields are written otherwise; {for_whom}.".capitalize()


def changes_since(old: str, name: str, base: Expert, seconds: float) -> Changes:
    """The changes since the version that `old` names. Raises `Faulty` where there is none."""
    with opened(old, beside=name) as before:
        comparison = Comparison(before, base, seconds)
        kinds = Counter(edit.kind for edit in comparison.written)
        return Changes(
            before.version,
            before.digest,
            tuple(_row(change, comparison) for change in comparison.changes()),
            comparison.edited,
            tuple((EDITS[kind], kinds[kind]) for kind in EDITS if kinds[kind]),
        )


def _row(change: Change, comparison: Comparison) -> Row:
    if change.witness is None:
        return Row(change.kind, KINDS[change.kind], (), (), (), (), ())
    assert change.old is not None and change.new is not None
    vocabulary = {**comparison.old.vocabulary, **comparison.new.vocabulary}
    return Row(
        change.kind,
        KINDS[change.kind],
        tuple(_named(what, comparison.new, comparison.old) for what in change.what),
        tuple(record_words(change.witness, vocabulary)),  # type: ignore[arg-type]
        tuple(_state(change.old)),
        tuple(_state(change.new)),
        change.edits,
    )


def _named(id: str, *bases: KnowledgeBase) -> str:
    """The name of a candidate or an alert, or the title of a rule, in the first version that has it."""
    for base in bases:
        found = base.candidates.get(id) or base.alerts.get(id)
        if found is not None:
            return found.name.clinician
        if id in base.rules:
            return base.rules[id].title
    return id


def _state(assessed: Assessment) -> Iterator[str]:
    """What is said of a patient, in a few lines."""
    base = assessed.base
    yield f"urgency: {'not judged' if assessed.urgency is None else URGENCY_NAMES[assessed.urgency]}"
    if assessed.leader is not None:
        yield f"first: {base.candidates[assessed.leader].name.clinician}"
    flagged = [each.candidate.name.clinician for each in assessed.standings if each.flags]
    raised = [base.alerts[alert].name.clinician for alert in base.alerts if assessed.alerted(alert)]
    if flagged:
        yield f"flagged: {'; '.join(flagged)}"
    if raised:
        yield f"alerts: {'; '.join(raised)}"
