"""Rules that can never fire, and rules that another rule makes redundant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from charley.audit.problem import Problem
from charley.audit.subject import Subject
from charley.audit.symbolic.connectives import negated
from charley.rules.language.condition import And, Condition
from charley.rules.rule import URGENCIES, Alert, Clear, Conclude, Effect, Flag, Rule, Weigh

__all__ = ["contained", "never_fires"]


def never_fires(subject: Subject) -> Iterator[Problem]:
    """A002: a rule whose condition no patient can meet, with the parts that clash."""
    for rule in subject.base.rules.values():
        if subject.never(subject.formulas.rule(rule.id)):
            message, help = (
                f"the rule `{rule.id}` can never fire",
                "correct the condition, or remove the rule",
            )
            yield subject.problem(
                "A002", rule.id, message, help, because=[_clash(subject, rule)], severity="error"
            )


def _clash(subject: Subject, rule: Rule) -> str:
    parts = list(_parts(rule.condition))
    core = subject.search.core({str(part): subject.formulas.condition(part) for part in parts})
    named = " and ".join(f"`{part}`" for part in core)
    return f"{named} can never be true" if len(core) == 1 else f"{named} cannot be true together"


def _parts(condition: Condition) -> Iterator[Condition]:
    if isinstance(condition, And):
        for part in condition.parts:
            yield from _parts(part)
    else:
        yield condition


def contained(subject: Subject) -> Iterator[Problem]:
    """A005 and A006: whenever a rule fires another does, and does at least the same; or each the other."""
    rules = subject.base.rules
    doing: dict[object, list[str]] = defaultdict(list)
    for rule in rules.values():
        for target in {_target(effect) for effect in rule.then} - {None}:
            doing[target].append(rule.id)
    beside = {
        id: dict.fromkeys(other for ids in doing.values() if id in ids for other in ids) for id in rules
    }
    for id in rules:
        fires = subject.formulas.rule(id)
        likely = [other for other in beside[id] if other != id and _covers(rules[other], rules[id])]
        if not likely or subject.never(fires):
            continue
        wider = [other for other in likely if subject.never(fires, negated(subject.formulas.rule(other)))]
        same = [
            other
            for other in wider
            if _covers(rules[id], rules[other])
            and subject.never(subject.formulas.rule(other), negated(fires))
        ]
        earlier = [other for other in same if list(rules).index(other) < list(rules).index(id)]
        if earlier:
            message = f"the rules `{earlier[0]}` and `{id}` fire for the same patients and do the same"
            yield subject.problem("A006", id, message, "keep one of them")
        elif set(wider) - set(same):
            others = [other for other in wider if other not in same]
            message = f"whenever the rule `{id}` fires, `{others[0]}` fires too and does at least the same"
            because = [f"{each}: {rules[each].when}" for each in (id, *others)]
            help = "remove it, give it something of its own to do, or say why it stays"
            yield subject.problem("A005", id, message, help, because=because)


def _target(effect: Effect) -> object:
    """What two effects must share for one to replace the other; None for an effect that none replaces."""
    match effect:
        case Flag(candidate=candidate):
            return "flag", candidate
        case Clear(target=target):
            return "clear", target
        case Alert(alert=alert):
            return "alert", alert
        case Conclude(finding=finding):
            return "conclude", finding
        case Weigh(candidate=candidate, group=group, direction=direction) if group is not None:
            return "weigh", candidate, group, direction
        case _:
            return None


def _covers(wide: Rule, narrow: Rule) -> bool:
    """Whether the wide rule does all that the narrow one does, as strongly, and supersedes and withdraws as
    much.
    """
    supersedes = set(narrow.supersedes) <= {*wide.supersedes, wide.id}
    withdraws = set(narrow.withdraws_advice_of) <= set(wide.withdraws_advice_of)
    return (supersedes and withdraws) and all(
        any(_as_strong(other, effect) for other in wide.then) for effect in narrow.then
    )


def _as_strong(wide: Effect, narrow: Effect) -> bool:
    if _target(wide) is None or _target(wide) != _target(narrow):
        return False
    match wide, narrow:
        case (Flag(urgency=more), Flag(urgency=less)) | (Alert(urgency=more), Alert(urgency=less)):
            return URGENCIES.index(more) <= URGENCIES.index(less)
        case Weigh(), Weigh():
            return abs(wide.weight) >= abs(narrow.weight)
        case _:
            return True
