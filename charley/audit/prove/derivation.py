"""Why a claim is false for one record, in words: the rules that fired, or did not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

from charley.audit.prove.claims import claim_truth
from charley.engine.assessment import Assessment
from charley.engine.compose.supports import support
from charley.facts.vocabulary import words
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
from charley.rules.language.condition import atoms

__all__ = ["derivation", "in_words"]

NEAREST = 3
"""Of the rules that might have fired, how many are shown."""


def derivation(claim: Claim, assessed: Assessment) -> list[str]:
    """Why the claim is false, from its parts down to the rules."""
    return list(dict.fromkeys(_broken(claim, assessed, True)))


def _broken(claim: Claim, assessed: Assessment, wanted: bool) -> Iterator[str]:
    if claim_truth(claim, assessed) is not (not wanted):
        return
    match claim:
        case Denied(part):
            yield from _broken(part, assessed, not wanted)
        case CountOf(_, parts):
            for part in parts:
                yield from _broken(part, assessed, wanted)
        case Known(condition):
            yield f"`{condition}` is {'not ' if wanted else ''}known to be so"
        case Event("leads", candidate):
            yield f"`{assessed.leader}` leads" if wanted else f"`{candidate}` leads"
            yield from _scores(assessed, dict.fromkeys(filter(None, [assessed.leader, candidate])))
        case Event():
            yield f"{in_words(claim)} {'is not' if wanted else 'is'} so"
            yield from _rules(claim, assessed, wanted)
        case Score(candidate, _):
            yield from _scores(assessed, [candidate])
        case RanksAbove(first, second):
            yield from _scores(assessed, [first, second])
        case Stands(candidate, _):
            yield f"`{candidate}` is in the section `{assessed.standing(candidate).section}`"
            yield from _scores(assessed, dict.fromkeys(filter(None, [candidate, assessed.leader])))
        case Urgent():
            yield f"the overall urgency is {words(assessed.urgency or 'none')}"
        case _:
            assert_never(claim)


def _rules(event: Event, assessed: Assessment, wanted: bool) -> Iterator[str]:
    """The rules that fired and should not have; or those that came nearest to firing."""
    scoring = assessed.base.scoring
    could: dict[str, list[str]] = {
        "flagged": [rule for rule, _ in scoring.flags.get(event.name, ())],
        "cleared": [rule for rule, _ in scoring.clears.get(event.name, ())],
        "alerted": [rule for rule, _ in scoring.alerts.get(event.name, ())],
    }
    rules = could.get(event.what, [event.name])
    if event.what == "advised" and wanted and assessed.rules[event.name] is True:
        by = [rule for rule in assessed.base.withdrawn_by[event.name] if assessed.rules[rule] is True]
        yield f"{event.name} fired, and its advice is withdrawn by {', '.join(by)}"
        return
    if not wanted:
        for rule in rules:
            if assessed.rules[rule] is True:
                yield f"{rule} fired: {_support(rule, assessed)}"
        return
    named = {rule: set(assessed.base.facts_of(assessed.base.rules[rule].condition)) for rule in rules}
    rules.sort(key=lambda rule: -len(named[rule] & set(assessed.record)) / (1 + len(named[rule])))
    for rule in rules[:NEAREST]:
        state = "cannot fire" if assessed.rules[rule] is False else "has not fired"
        yield f"{rule} {state}: when {assessed.base.rules[rule].when}"


def _support(rule: str, assessed: Assessment) -> str:
    return ", ".join(map(str, support(assessed.base.rules[rule].condition, assessed.known.look)))


def _scores(assessed: Assessment, candidates: Iterable[str]) -> Iterator[str]:
    for candidate in candidates:
        standing = assessed.standing(candidate)
        counted = [f"{w.weight:+d} {w.rule}" for w in standing.weighed if w.passed_over is None]
        terms = ", ".join([f"{standing.candidate.prior:+d} before anything was known", *counted])
        yield f"`{candidate}` has {standing.score:+d}: {terms}"


def in_words(claim: Claim) -> str:
    """The claim as a person would say it."""
    match claim:
        case Known(condition):
            return str(condition) if len(list(atoms(condition))) == 1 else f"({condition})"
        case Event(what, name):
            return f'{what}("{name}")' if what in ("fired", "advised") else f"{what}({name})"
        case Stands(candidate, (section,)):
            return f"section({candidate}) == {section}"
        case Stands(candidate, sections):
            return f"section({candidate}) in {{{', '.join(sections)}}}"
        case Score(candidate, least):
            return f"score({candidate}) >= {least}"
        case RanksAbove(first, second):
            return f"ranks_above({first}, {second})"
        case Urgent(urgency):
            return f"urgency >= {urgency}"
        case Denied(part):
            return f"not {in_words(part)}"
        case CountOf(0, ()):
            return "true"
        case CountOf(count, parts):
            claims = [
                f"({in_words(p)})" if isinstance(p, CountOf) and p.parts else in_words(p) for p in parts
            ]
            if count == len(parts):
                return " and ".join(claims)
            return " or ".join(claims) if count == 1 else f"at_least({count}, {', '.join(claims)})"
        case _:
            assert_never(claim)
