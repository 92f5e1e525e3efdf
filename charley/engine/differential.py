"""The differential, as models: what is said of one record, enough to recompute every score from it."""

import datetime
from typing import Literal

from charley.documents.model import Frozen, ReadOnly
from charley.engine.explanation import Shown
from charley.engine.scores.sheet import Score
from charley.engine.support import Interval, Support
from charley.facts.vocabulary import Value
from charley.facts.wording import Audience
from charley.rules.candidate import Section, Tier
from charley.rules.rule import OverallUrgency, Urgency

__all__ = [
    "Advice",
    "Alarm",
    "BaseIdentity",
    "Cleared",
    "Contradicted",
    "Contribution",
    "Differential",
    "Effected",
    "Firing",
    "Lead",
    "Place",
    "Raised",
    "Withdrawn",
]

Lead = Literal["supported", "undecided", "fits_none", "nothing_known"]
"""What the leader rests on."""


class BaseIdentity(Frozen):
    """Which base said this, and how far its review has come."""

    id: str
    title: str
    version: str
    digest: str
    updated: datetime.date
    review_status: Literal["submitted", "under_review", "approved"]


class Contribution(Frozen):
    """One weight of evidence, in decibans. Not `counted`: passed over for `passed_over_for`."""

    rule: str
    weight: int
    counted: bool
    group: str | None
    citations: tuple[str, ...]
    passed_over_for: str | None = None
    superseded: bool = False

    @property
    def why_not_counted(self) -> str:
        """`replaced by RULE` or `measures the same as RULE`; empty where it counts."""
        why = "replaced by" if self.superseded else "measures the same as"
        return "" if self.counted else f"{why} {self.passed_over_for}"


class Place(Frozen):
    """Where one candidate stands. `score` is `prior` and everything counted; `interval` is over all
    completions of the record.
    """

    candidate: str
    name: str
    tier: Tier
    section: Section
    beyond_source: bool
    prior: int
    score: int
    interval: tuple[int, int]
    flagged: bool
    urgency: Urgency | None
    cleared: bool
    contributions: tuple[Contribution, ...]

    @property
    def counting(self) -> list[Contribution]:
        """What counts of it, the strongest first."""
        return sorted((c for c in self.contributions if c.counted), key=lambda c: -abs(c.weight))

    @property
    def has_reason(self) -> bool:
        """Whether it is flagged, or a rule that counts speaks for it."""
        return self.flagged or any(c.counted and c.weight > 0 for c in self.contributions)


class Cleared(Frozen):
    """What answers a flag or an alert, beside it."""

    rule: str
    note: str


class Raised(Frozen):
    """A flagged candidate: the greatest urgency, its action, and every rule that flags it."""

    candidate: str
    urgency: Urgency
    action: str
    rules: tuple[str, ...]
    cleared_by: tuple[Cleared, ...]


class Alarm(Frozen):
    """A danger that is not ranked, and what answers it."""

    alert: str
    name: str
    urgency: Urgency
    action: str
    rules: tuple[str, ...]
    cleared_by: tuple[Cleared, ...] = ()


class Advice(Frozen):
    """A test or an action. `done` when every fact it would give is known."""

    rule: str
    text: str
    urgency: Urgency
    gives: tuple[str, ...]
    done: bool


class Withdrawn(Frozen):
    """Advice of a rule that fires, which does not stand: the rules `by` fire, too, and withdraw it."""

    rule: str
    text: str
    urgency: Urgency
    by: tuple[str, ...]


EffectKind = Literal["raise", "lower", "flag", "clear", "alert", "conclude", "advise"]
"""The word of the rule file for an effect."""


class Effected(Frozen):
    """What a firing did: `kind` is the word of the rule (`raise`, `flag` ...), `target` what it acts on."""

    kind: EffectKind
    target: str
    weight: int | None = None
    urgency: Urgency | None = None


class Firing(Frozen):
    """A rule whose condition is known true."""

    rule: str
    title: str
    support: tuple[Support, ...]
    effects: tuple[Effected, ...]


class Contradicted(Frozen):
    """Answers that cannot all be right, and what to ask about them."""

    note: str
    support: tuple[Support, ...]


class Differential(Frozen, Shown):
    """What a knowledge base says of a record. Frozen; `model_dump_json()` is what `--json` prints.

    `scope` says whether the patient is one the base is meant for; `outside`, nothing is ranked (no leader,
    empty sections, no standings) and flags, alerts and firings are still here. `unknown` are the facts of
    which somebody said "I don't know"; `as_told` are numbers with their unit as they were told, where that is
    not how the `record` writes them. Scores order the list and are not probabilities.

    `urgency` is `not_known_yet` while nothing urgent was found and the facts in `unanswered`, the least that
    must be known before anybody is called routine, are still open. `lead` says what the leader rests on:
    `supported`, a rule that counts speaks for it; `undecided`, rules speak for others only; `fits_none`,
    rules only speak against; `nothing_known`, it is just the most common before anything is known.
    """

    format: Literal["charley.differential.v2"] = "charley.differential.v2"
    knowledge_base: BaseIdentity
    audience: Audience
    record: ReadOnly[str, Value]
    as_told: ReadOnly[str, str]
    unknown: tuple[str, ...]
    scope: Literal["within", "outside", "unknown"]
    scope_note: str
    leader: str | None
    sections: ReadOnly[Section, tuple[str, ...]]
    standings: tuple[Place, ...]
    flags: tuple[Raised, ...]
    alerts: tuple[Alarm, ...]
    urgency: OverallUrgency | None
    lead: Lead | None
    unanswered: tuple[str, ...]
    contradictions: tuple[Contradicted, ...]
    advice: tuple[Advice, ...]
    withdrawn: tuple[Withdrawn, ...] = ()
    firings: tuple[Firing, ...]
    findings: ReadOnly[str, bool]
    instruments: ReadOnly[str, Interval]
    scores: tuple[Score, ...]
    settled: bool
    always_say: str
    editorial_policy: str
    disclaimer: str

    def __repr__(self) -> str:
        kb, warned = self.knowledge_base, len(self.flags) + len(self.alerts)
        return (
            f"<Differential by {kb.id} {kb.version}: {len(self.record)} facts known, urgency {self.urgency}, "
            f"{warned} flags and alerts, leader {self.leader}>"
        )

    __str__ = __repr__

    @property
    def leader_name(self) -> str | None:
        """The name of the leader; None where nothing is ranked."""
        return None if self.leader is None else self.standing(self.leader).name

    def standing(self, candidate: str) -> Place:
        """Where this candidate stands. Raises `KeyError`."""
        for place in self.standings:
            if place.candidate == candidate:
                return place
        raise KeyError(candidate)
