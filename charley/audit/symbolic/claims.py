"""Claims as z3 formulas over every possible patient."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from charley.audit.symbolic.connectives import Formula, at_least, conjunction, negated
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

__all__ = ["claim_formula"]


def claim_formula(of: Formulas, claim: Claim, wanted: bool = True, disposition: bool = True) -> Formula:
    """The claim is true; or, unwanted, false. A claim about standing is neither where nothing is ranked.

    Without `disposition` the formula is stronger than the claim where that is cheaper: an urgency is
    then asked of the flags and alerts alone.
    """
    match claim:
        case Known(condition):
            return _signed(of.condition(condition), wanted)
        case Event(what, name):
            happened: dict[str, Callable[[str], Formula]] = {
                "flagged": of.flagged,
                "cleared": of.cleared,
                "alerted": of.alerted,
                "advised": of.advised,
                "fired": of.rule,
                "leads": of.leads,
            }
            formula = _signed(happened[what](name), wanted)
            return conjunction([of.ranked(), formula]) if what == "leads" else formula
        case Stands(candidate, sections):
            return conjunction([of.ranked(), _signed(of.stands(candidate, sections), wanted)])
        case Score(candidate, least):
            return conjunction([of.ranked(), _signed(of.score_reaches(candidate, least), wanted)])
        case RanksAbove(first, second):
            return conjunction([of.ranked(), _signed(of.ranks_above(first, second), wanted)])
        case Urgent(urgency):
            return _signed(of.urgent(urgency, disposition or not wanted), wanted)
        case Denied(part):
            return claim_formula(of, part, not wanted, disposition)
        case CountOf(count, parts):
            needed = count if wanted else len(parts) - count + 1
            return at_least(needed, [(1, claim_formula(of, part, wanted, disposition)) for part in parts])
        case _:
            assert_never(claim)


def _signed(formula: Formula, wanted: bool) -> Formula:
    return formula if wanted else negated(formula)
