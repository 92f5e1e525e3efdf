"""Complaints that no rule responds to when they are the only thing known."""

from __future__ import annotations

from collections.abc import Iterator

from charley.audit.problem import Problem
from charley.audit.subject import Subject
from charley.audit.symbolic.connectives import disjunction, negated
from charley.rules.rule import Advise, Alert, Flag, Weigh

__all__ = ["gaps"]


def gaps(subject: Subject) -> Iterator[Problem]:
    """A014: something that a patient tells, for which no candidate is raised, nothing flagged or advised.

    Notes, the most ordinary first: what is asked early, and what no other answer has to come with.
    """
    base, formulas = subject.base, subject.formulas
    saying = [
        rule.id
        for rule in base.rules.values()
        if any(
            isinstance(effect, Flag | Alert | Advise)
            or (isinstance(effect, Weigh) and effect.direction == "raise")
            for effect in rule.then
        )
    ]
    silent = negated(disjunction(map(formulas.rule, saying)))
    complaints = [
        fact
        for fact in base.vocabulary.values()
        if fact.kind == "boolean" and fact.answered_by == "patient" and not fact.fixed
    ]
    for fact in sorted(complaints, key=lambda fact: fact.priority != "core"):
        alone = formulas.patient.is_(fact.id, True)
        others = [negated(formulas.patient.known(id)) for id in base.vocabulary if id != fact.id]
        if not subject.never(alone, silent, *others):
            message = f"a patient who tells only of `{fact.id}` hears nothing about it"
            help = "is there something to say, or to ask next?"
            record = {fact.id: True}
            yield subject.problem("A014", fact.id, message, help, witness=record, severity="note")
