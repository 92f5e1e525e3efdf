"""The truth of a claim for one record, by the definition. Every witness is checked here before it is shown.

A claim about standing (who leads, a section, a score, a ranking) is neither true nor false of a patient known
to be outside the scope, because nothing is ranked there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never

from charley.engine.meaning import Kleene, Valuation, atom_values, truth, valuation
from charley.engine.standing import Scoring, Standing
from charley.facts.record import Record
from charley.rules.invariants.claim import Claim, Denied, Event, Known, Of, RanksAbove, Score, Stands, Urgent
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.rule import URGENCIES, Advise, Urgency

__all__ = ["Outcome", "Spurious", "claim_truth", "is_about_standing", "outcome"]


class Spurious(Exception):
    """The solver's answer for a patient differs from the definition's: a fault of Charley."""


@dataclass(frozen=True)
class Outcome:
    """What the definition says of a record. `standings` are in the order of the ranking.

    `ranked` is false for a patient known to be outside the scope; nobody is then shown the standings.
    """

    scoring: Scoring
    record: Record
    found: Valuation
    standings: tuple[Standing, ...]
    urgency: Urgency | None
    ranked: bool

    @property
    def base(self) -> KnowledgeBase:
        """The base that was asked."""
        return self.scoring.base

    @property
    def rules(self) -> Mapping[str, Kleene]:
        """What became of every rule."""
        return self.found.rules

    @property
    def leader(self) -> str | None:
        """The candidate that leads; None where nothing is ranked."""
        return self.standings[0].candidate.id if self.ranked else None

    def standing(self, candidate: str) -> Standing:
        """Where the candidate stands."""
        return next(s for s in self.standings if s.candidate.id == candidate)

    def alerted(self, alert: str) -> bool:
        """Whether the alert is raised."""
        return any(self.rules[rule] is True for rule, _ in self.scoring.alerts[alert])


def outcome(scoring: Scoring, record: Record, found: Valuation | None = None) -> Outcome:
    """What the definition (or the reading that `found` is from) says of the record.

    A fact that the base does not know is passed over.
    """
    base = scoring.base
    mine = {fact: value for fact, value in record.items() if fact in base.vocabulary}
    found = valuation(base, mine) if found is None else found
    standings = scoring.standings(found.rules)
    ranked = base.scope is None or truth(base.scope, atom_values(base, mine, found.findings)) is not False
    urgency = scoring.urgency(standings, found.rules, ranked)
    return Outcome(scoring, mine, found, tuple(standings), urgency, ranked)


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


def claim_truth(claim: Claim, told: Outcome) -> Kleene:
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


def _holds(claim: Known | Event | Stands | Score | RanksAbove | Urgent, told: Outcome) -> bool:
    match claim:
        case Known(condition):
            return truth(condition, atom_values(told.base, told.record, told.found.findings)) is True
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


def _happened(event: Event, told: Outcome) -> bool:
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
