"""Weights that cancel each other on the same ground, weights that never count, advice that never stands."""

from __future__ import annotations

from collections.abc import Iterator

from charley.audit.problem import Problem
from charley.audit.subject import Subject
from charley.audit.symbolic.connectives import negated
from charley.rules.rule import Rule, Weigh

__all__ = ["against_itself", "never_counts", "never_stands"]


def against_itself(subject: Subject) -> Iterator[Problem]:
    """A007: what raises a candidate lowers it too, for exactly the same patients."""
    base = subject.base
    for candidate in base.candidates:
        weighing = base.weighing[candidate]
        for rule, effect in weighing:
            if effect.direction != "raise":
                continue
            for other, against in weighing:
                if against.direction != "lower" or rule.id in base.superseded_by.get(other.id, ()):
                    continue
                apart = other.id in base.superseded_by.get(rule.id, ())
                if other.id == rule.id or (not apart and _same_patients(subject, rule, other)):
                    message = (
                        f"`{rule.id}` raises `{candidate}` and `{other.id}` lowers it on the same ground"
                    )
                    if other.id == rule.id:
                        message = f"the rule `{rule.id}` raises `{candidate}` and lowers it"
                    help = "decide which it is"
                    yield subject.problem("A007", other.id, message, help)


def _same_patients(subject: Subject, one: Rule, other: Rule) -> bool:
    first, second = subject.formulas.rule(one.id), subject.formulas.rule(other.id)
    return subject.never(first, negated(second)) and subject.never(second, negated(first))


def never_counts(subject: Subject) -> Iterator[Problem]:
    """A008: a weight that never changes a score, because it is superseded or never the strongest."""
    base, formulas = subject.base, subject.formulas
    for candidate in base.candidates:
        weighing = base.weighing[candidate]
        for at, (rule, effect) in enumerate(weighing):
            if formulas.rule(rule.id) is False or subject.never(formulas.rule(rule.id)):
                continue  # reported as A002
            stronger = [
                other.id
                for n, (other, its) in enumerate(weighing)
                if effect.group is not None and _goes_before(its, n, effect, at)
            ]
            counts = formulas.counts(rule.id)
            if subject.never(counts, *(negated(formulas.counts(other)) for other in stronger)):
                superseders = base.superseded_by.get(rule.id, ())
                because = [f"superseded by: {', '.join(superseders)}"] if superseders else []
                if stronger:
                    because.append(f"in the group `{effect.group}` there are also: {', '.join(stronger)}")
                message = f"the weight of the rule `{rule.id}` for `{candidate}` never counts"
                help = "make it stronger, give it another group, or say why it stays"
                yield subject.problem("A008", rule.id, message, help, because=because)


def never_stands(subject: Subject) -> Iterator[Problem]:
    """A025: advice that is withdrawn whenever its rule fires."""
    for id, by in subject.base.withdrawn_by.items():
        fires = subject.formulas.rule(id)
        if not subject.never(fires) and subject.never(subject.formulas.advised(id)):
            message = f"the advice of the rule `{id}` is never given"
            because = [f"withdrawn by: {', '.join(by)}"]
            help = "remove the advice, or let it stand for somebody"
            yield subject.problem("A025", id, message, help, because=because)


def _goes_before(other: Weigh, n: int, effect: Weigh, at: int) -> bool:
    """Whether the other effect of the group and direction is stronger, or equal and written earlier."""
    if n == at or other.group != effect.group or other.direction != effect.direction:
        return False
    return (-abs(other.weight), n) < (-abs(effect.weight), at)
