"""Results that no patient can have: leaders, sections, flags, score bands, contradictions."""

from __future__ import annotations

from collections.abc import Iterator

from charley.audit.problem import Problem
from charley.audit.subject import Subject
from charley.audit.symbolic.connectives import conjunction, disjunction
from charley.rules.candidate import Section
from charley.rules.language.condition import And
from charley.rules.language.parse import parse

__all__ = ["bands", "contradictions", "flags", "leaders", "sections"]


def leaders(subject: Subject) -> Iterator[Problem]:
    """A009: a candidate that leads for no patient."""
    for candidate in subject.base.candidates:
        if subject.never(subject.formulas.ranked(), subject.formulas.leads(candidate)):
            prior, points = subject.formulas.score(candidate)
            most = prior + sum(weight for weight, _ in points if weight > 0)
            message = f"the candidate `{candidate}` can never lead"
            because = [f"its rules take it to {most:+d} at most"]
            help = "give it rules that speak for it, or a higher prior"
            yield subject.problem("A009", candidate, message, help, because=because)


def sections(subject: Subject) -> Iterator[Problem]:
    """A015: a section that a candidate's tier and flags leave open, and that it never enters."""
    for candidate in subject.base.candidates.values():
        if candidate.tier == "do_not_miss":
            continue  # always in that section, or leading
        open_: list[Section] = ["likely", "rare" if candidate.tier == "rare" else "less_likely"]
        for section in open_:
            if subject.never(subject.formulas.ranked(), subject.formulas.section(candidate.id, section)):
                message = f"the candidate `{candidate.id}` can never stand in the section `{section}`"
                yield subject.problem("A015", candidate.id, message, "look at its prior and its weights")


def flags(subject: Subject) -> Iterator[Problem]:
    """A010 and A011: a flag or alert that no patient has, and one that nothing can answer."""
    formulas = subject.formulas
    for candidate, raising in formulas.flags.items():
        if not raising:
            continue
        flagged, cleared = formulas.flagged(candidate), formulas.cleared(candidate)
        if subject.never(flagged):
            message = f"the candidate `{candidate}` is never flagged"
            yield subject.problem("A010", candidate, message, "correct its rules", severity="error")
        elif formulas.clears[candidate] and subject.never(conjunction([flagged, cleared])):
            message = f"no flag of `{candidate}` is ever answered, though there are rules to clear it"
            yield subject.problem("A011", candidate, message, "correct the rules that clear it")
    for alert, effects in formulas.alerts.items():
        raised = disjunction(formulas.rule(rule) for rule, _ in effects)
        if subject.never(raised):
            message = f"the alert `{alert}` is never raised"
            yield subject.problem("A010", alert, message, "give it a rule that can fire", severity="error")
        elif formulas.clears[alert] and subject.never(conjunction([raised, formulas.cleared(alert)])):
            message = f"the alert `{alert}` is never answered, though there are rules to clear it"
            yield subject.problem("A011", alert, message, "correct the rules that clear it")


def bands(subject: Subject) -> Iterator[Problem]:
    """A012: a band of a score that no patient reaches."""
    for score in subject.base.instruments.values():
        for band, when in score.bands.items():
            if subject.never(subject.formulas.condition(parse(when).condition)):
                message = f"no patient reaches the band `{band}` of `{score.id}`: {when}"
                help = "correct the band or the points"
                yield subject.problem("A012", score.id, message, help, path=("bands", band))


def contradictions(subject: Subject) -> Iterator[Problem]:
    """A024: answers that `cannot_both` names and no record can hold, together or one of them by itself."""
    base, formulas = subject.base, subject.formulas
    for at, (condition, each) in enumerate(base.contradictions):
        parts = condition.parts if isinstance(condition, And) else ()
        alone = next((part for part in parts if subject.never(formulas.condition(part))), None)
        if alone is not None or subject.never(formulas.condition(condition)):
            what = "is never seen" if alone is None else f"holds a part that no record meets: `{alone}`"
            message = f"the contradiction `{each.when}` {what}"
            help = "name answers that can be given together, though they cannot both be right"
            yield subject.problem("A024", base.id, message, help, path=("cannot_both", at, "when"))
