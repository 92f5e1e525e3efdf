"""What a claim comes to for one record, by the definition: every witness is checked so before it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never

from charley.engine.meaning import Kleene, Valuation, truth, valuation
from charley.engine.standing import Scoring, Standing
from charley.facts.record import Record
from charley.rules.invariants.claim import Claim, Denied, Event, Known, Of, RanksAbove, Score, Stands, Urgent
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.rule import URGENCIES, Advise, Urgency

__all__ = ["Outcome", "Spurious", "outcome", "so"]


class Spurious(Exception):
    """The solver found a patient of whom the definition says something else: a fault of ours."""


@dataclass(frozen=True)
class Outcome:
    """What the definition says of a record. `standings` are in the order of the ranking."""

    scoring: Scoring
    record: Record
    found: Valuation
    standings: tuple[Standing, ...]
    urgency: Urgency | None

    @property
    def base(self) -> KnowledgeBase:
        """The base that was asked."""
        return self.scoring.base

    @property
    def rules(self) -> Mapping[str, Kleene]:
        """What became of every rule."""
        return self.found.rules

    @property
    def leader(self) -> str:
        """Who stands first, inside the scope or not."""
        return self.standings[0].candidate.id

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
    ranked = base.scope is None or truth(base.scope, base, mine, found.findings) is not False
    return Outcome(scoring, mine, found, tuple(standings), scoring.urgency(standings, found.rules, ranked))


def so(claim: Claim, told: Outcome) -> bool:
    """Whether the claim is true of the record."""
    match claim:
        case Known(condition):
            return truth(condition, told.base, told.record, told.found.findings) is True
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
        case Denied(part):
            return not so(part, told)
        case Of(count, parts):
            return sum(so(part, told) for part in parts) >= count
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
