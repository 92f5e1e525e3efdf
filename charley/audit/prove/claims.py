"""The truth of a claim for one record, by the definition. Every witness is checked here before it is shown.

A claim about standing (who leads, a section, a score, a ranking) is neither true nor false of a patient known
to be outside the scope, because nothing is ranked there.
"""

from __future__ import annotations

from typing import assert_never

from charley.engine.assessment import Assessment
from charley.engine.meaning import Kleene, Valuation, valuation
from charley.engine.prepared import Prepared
from charley.facts.record import Answers, Record
from charley.rules.invariants.claim import Claim, Denied, Event, Known, Of, RanksAbove, Score, Stands, Urgent
from charley.rules.rule import URGENCIES, Advise

__all__ = ["Spurious", "claim_truth", "is_about_standing", "outcome"]


class Spurious(Exception):
    """The solver's answer for a patient differs from the definition's: a fault of Charley."""


def outcome(base: Prepared, record: Record, found: Valuation | None = None) -> Assessment:
    """What the definition (or the reading that `found` is from) makes of the record.

    A fact that the base does not know is passed over.
    """
    mine = {fact: value for fact, value in record.items() if fact in base.vocabulary}
    return Assessment(base, Answers(mine), valuation(base, mine) if found is None else found)


def is_about_standing(claim: Claim) -> bool:
    """Whether the claim, which is no compound, is about the ranking."""
    match claim:
        case Event(what):
            return what == "leads"
        case Stands() | Score() | RanksAbove():
            return True
        case Known() | Urgent() | Denied() | Of():
            return False
        case _:
            assert_never(claim)


def claim_truth(claim: Claim, told: Assessment) -> Kleene:
    """Whether the claim is true of the record; None where it is about standing and nothing is ranked."""
    match claim:
        case Denied(part):
            inner = claim_truth(part, told)
            return None if inner is None else not inner
        case Of(count, parts):
            values = [claim_truth(part, told) for part in parts]
            if values.count(True) >= count:
                return True
            return False if len(values) - values.count(False) < count else None
        case _:
            return None if is_about_standing(claim) and not told.ranked else _holds(claim, told)


def _holds(claim: Known | Event | Stands | Score | RanksAbove | Urgent, told: Assessment) -> bool:
    match claim:
        case Known(condition):
            return told.truth(condition) is True
        case Event():
            return _happened(claim, told)
        case Stands(candidate, sections):
            return told.standing(candidate).section in sections
        case Score(candidate, least):
            return told.standing(candidate).score >= least
        case RanksAbove(first, second):
            order = [standing.candidate.id for standing in told.standings]
            return order.index(first) < order.index(second)
        case Urgent(urgency):
            return told.urgency is not None and URGENCIES.index(told.urgency) <= URGENCIES.index(urgency)
        case _:
            assert_never(claim)


def _happened(event: Event, told: Assessment) -> bool:
    match event.what:
        case "flagged":
            return bool(told.standing(event.name).flags)
        case "cleared":
            return bool(told.standing(event.name).clears)
        case "alerted":
            return told.alerted(event.name)
        case "advised":
            return told.rules[event.name] is True and bool(told.base.rules[event.name].effects(Advise))
        case "fired":
            return told.rules[event.name] is True
        case "leads":
            return told.leader == event.name
        case _:
            assert_never(event.what)
