"""The rules that an invariant can depend on: its cone of influence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

from charley.audit.symbolic.standing import Formulas
from charley.rules.invariants.claim import (
    Claim,
    CountOf,
    Denied,
    Event,
    Known,
    RanksAbove,
    Score,
    Stands,
    Urgent,
)
from charley.rules.invariants.invariant import Invariant
from charley.rules.knowledge_base import needs
from charley.rules.language.condition import Condition

__all__ = ["atomic_claims", "dependencies", "names"]


def dependencies(invariant: Invariant, formulas: Formulas) -> set[str]:
    """Every rule that the invariant can depend on; of an urgency, those that flag, alert and advise."""
    base = formulas.base
    rules: set[str] = set()
    waiting: list[Condition] = []
    for part in _parts(invariant):
        if isinstance(part, Known):
            waiting.append(part.condition)
        else:
            rules.update(_acting(part, formulas))
    looked: set[str] = set()
    waiting += [base.rules[rule].condition for rule in rules]
    while waiting:
        for name in needs([waiting.pop()], base.instruments):
            if name not in looked:
                looked.add(name)
                for rule in base.concluded_by.get(name, ()):
                    rules.add(rule.id)
                    waiting.append(rule.condition)
    return rules


def names(invariant: Invariant, rule: str) -> bool:
    """Whether the invariant names this rule."""
    return any(
        isinstance(part, Event) and part.what in ("advised", "fired") and part.name == rule
        for part in _parts(invariant)
    )


def _parts(invariant: Invariant) -> Iterator[Claim]:
    yield from atomic_claims(invariant.premise)
    yield from atomic_claims(invariant.conclusion)


def atomic_claims(claim: Claim) -> Iterator[Claim]:
    """The atomic claims of a claim."""
    match claim:
        case Denied(part):
            yield from atomic_claims(part)
        case CountOf(_, parts):
            for part in parts:
                yield from atomic_claims(part)
        case Known() | Event() | Stands() | Score() | RanksAbove() | Urgent():
            yield claim
        case _:
            assert_never(claim)


def _acting(claim: Claim, formulas: Formulas) -> Iterator[str]:
    """The rules whose effects make the claim true or false."""
    base = formulas.base
    match claim:
        case Event():
            yield from _doing(claim, formulas)
        case Urgent():
            for flags in formulas.flags.values():
                yield from (rule for rule, _ in flags)
            for alerts in formulas.alerts.values():
                yield from (rule for rule, _ in alerts)
            for rule, _ in formulas.advice:
                yield from (rule, *base.withdrawn_by.get(rule, ()))
        case Score(candidate):
            yield from _weighing([candidate], formulas)
        case RanksAbove(first, second):
            yield from _weighing([first, second], formulas)
        case Stands(candidate):
            yield from (rule for rule, _ in formulas.flags[candidate])
            yield from _weighing(base.candidates, formulas)
        case Known() | Denied() | CountOf():
            pass  # conditions have no effects, and compounds are looked at part by part
        case _:
            assert_never(claim)


def _doing(event: Event, formulas: Formulas) -> Iterator[str]:
    """The rules that make the event happen, or that decide it together."""
    match event.what:
        case "flagged":
            yield from (rule for rule, _ in formulas.flags[event.name])
        case "cleared":
            yield from formulas.clears[event.name]
        case "alerted":
            yield from (rule for rule, _ in formulas.alerts[event.name])
        case "advised":
            yield from (event.name, *formulas.base.withdrawn_by.get(event.name, ()))
        case "fired":
            yield event.name
        case "leads":
            yield from _weighing(formulas.base.candidates, formulas)
        case _:
            assert_never(event.what)


def _weighing(candidates: Iterable[str], formulas: Formulas) -> Iterator[str]:
    base = formulas.base
    for candidate in candidates:
        for rule, _ in base.weighing[candidate]:
            yield rule.id
            yield from base.superseded_by.get(rule.id, ())
