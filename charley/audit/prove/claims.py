"""The truth of a claim for one record, by the definition. Every witness is checked here before it is shown.

A claim about standing (who leads, a section, a score, a ranking) is neither true nor false of a patient known
to be outside the scope, because nothing is ranked there.
"""

from __future__ import annotations

from typing import assert_never

from charley.documents.diagnostic import CharleyError
from charley.engine.assessment import Assessment
from charley.engine.meaning import Kleene, valuation
from charley.engine.prepared import Prepared
from charley.facts.record import Answers, Record
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
from charley.rules.rule import URGENCIES

__all__ = ["Spurious", "by_definition", "claim_truth", "is_about_standing"]


class Spurious(CharleyError):
    """The solver's answer for a patient differs from the definition's: a fault of Charley."""


def by_definition(base: Prepared, record: Record) -> Assessment:
    """What the definition makes of the record. A fact that the base does not know is left out."""
    mine = {fact: value for fact, value in record.items() if fact in base.vocabulary}
    return Assessment(base, Answers(mine), valuation(base, mine))


def is_about_standing(claim: Claim) -> bool:
    """Whether an atomic claim is about the ranking."""
    match claim:
        case Event(what):
            return what == "leads"
        case Stands() | Score() | RanksAbove():
            return True
        case Known() | Urgent() | Denied() | CountOf():
            return False
        case _:
            assert_never(claim)


def claim_truth(claim: Claim, assessed: Assessment) -> Kleene:
    """Whether the claim is true of the record; None where it is about standing and nothing is ranked."""
    match claim:
        case Denied(part):
            inner = claim_truth(part, assessed)
            return None if inner is None else not inner
        case CountOf(count, parts):
            values = [claim_truth(part, assessed) for part in parts]
            if values.count(True) >= count:
                return True
            return False if len(values) - values.count(False) < count else None
        case _:
            return None if is_about_standing(claim) and not assessed.ranked else _holds(claim, assessed)


def _holds(claim: Known | Event | Stands | Score | RanksAbove | Urgent, assessed: Assessment) -> bool:
    match claim:
        case Known(condition):
            return assessed.truth(condition) is True
        case Event():
            return _happened(claim, assessed)
        case Stands(candidate, sections):
            return assessed.standing(candidate).section in sections
        case Score(candidate, least):
            return assessed.standing(candidate).score >= least
        case RanksAbove(first, second):
            order = [standing.candidate.id for standing in assessed.standings]
            return order.index(first) < order.index(second)
        case Urgent(urgency):
            return assessed.urgency in URGENCIES[: URGENCIES.index(urgency) + 1]
        case _:
            assert_never(claim)


def _happened(event: Event, assessed: Assessment) -> bool:
    match event.what:
        case "flagged":
            return bool(assessed.standing(event.name).flags)
        case "cleared":
            return assessed.cleared(event.name)
        case "alerted":
            return assessed.alerted(event.name)
        case "advised":
            return assessed.advised(event.name)
        case "fired":
            return assessed.rules[event.name] is True
        case "leads":
            return assessed.leader == event.name
        case _:
            assert_never(event.what)
