"""What a base makes of one record: everything that is decided about a patient is decided here, once.

The valuation says which rules fire, by whichever reading. From it follow the standing of the candidates,
whether the base is meant for the patient, the overall urgency, and whether anything can still change. Each is
worked out when it is first asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property
from itertools import islice
from typing import Literal

from charley.documents.model import ReadOnlyDict
from charley.engine.compose.composer import Composers, Firings
from charley.engine.differential import Differential, Lead, Place
from charley.engine.loops.counters import Patient
from charley.engine.loops.decided import Decided, decided
from charley.engine.meaning import Kleene, Valuation, truth
from charley.engine.prepared import Known, Prepared, known_in
from charley.engine.scores.fill import ScoreSheets
from charley.engine.standing import NEAR, Standing
from charley.facts.record import Answers, Record
from charley.facts.wording import Audience
from charley.rules.candidate import SECTIONS, Section
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.language.condition import Condition
from charley.rules.rule import Advise, OverallUrgency

__all__ = ["Assessment", "applicable", "assess"]


class Assessment:
    """A base's view of one record."""

    def __init__(self, base: Prepared, answers: Answers, found: Valuation | Decided) -> None:
        self.base, self.answers, self._found = base, answers, found
        self.record: Record = answers.record
        """What is known."""
        self.decided = found if isinstance(found, Decided) else decided(found)
        """The rules and findings that are true or false."""

    @cached_property
    def valuation(self) -> Valuation:
        """What is so of every rule and finding, derived value and score."""
        return self._found if isinstance(self._found, Valuation) else self.decided.valuation(self.base)

    @property
    def rules(self) -> Mapping[str, Kleene]:
        """What became of every rule: it fires, it cannot fire any more, or it is open."""
        return self.valuation.rules

    @cached_property
    def fired(self) -> Collection[str]:
        """The rules that fire, in the order of the base."""
        return {rule: True for rule, fires in self.decided.rules.items() if fires}

    @cached_property
    def known(self) -> Known:
        """What is known, with the value of every atom."""
        return known_in(self.base, self.record, self.decided)

    def truth(self, condition: Condition) -> Kleene:
        """The value of a condition for this record."""
        return truth(condition, self.known.look)

    @cached_property
    def scope(self) -> Literal["within", "outside", "unknown"]:
        """Whether the patient is one the base is meant for."""
        known = True if self.base.scope is None else truth(self.base.scope, self.known.look)
        return "unknown" if known is None else "within" if known else "outside"

    @property
    def ranked(self) -> bool:
        """Whether there is a ranking: there is none for a patient known to be outside the scope."""
        return self.scope != "outside"

    @cached_property
    def standings(self) -> tuple[Standing, ...]:
        """Every candidate in the order of the ranking, also where nobody is to be shown one."""
        return tuple(self.base.scoring.standings(self.decided.rules))

    @property
    def leader(self) -> str | None:
        """Who stands first; None where nothing is ranked."""
        return self.standings[0].candidate.id if self.ranked else None

    @cached_property
    def pointed_to(self) -> tuple[str, ...]:
        """The candidate that the story points to, and another one that has support and is near it."""
        first = self.standings[0].score
        near = (each for each in self.standings if each.is_supported and first - each.score < NEAR)
        return tuple([each.candidate.id for each in islice(near, 2)]) if self.ranked else ()

    def standing(self, candidate: str) -> Standing:
        """Where the candidate stands. Raises `KeyError`."""
        for standing in self.standings:
            if standing.candidate.id == candidate:
                return standing
        raise KeyError(candidate)

    def alerted(self, alert: str) -> bool:
        """Whether the alert is raised."""
        return any(rule in self.fired for rule, _ in self.base.scoring.alerts[alert])

    def cleared(self, danger: str) -> bool:
        """Whether something answers the candidate's flag, or the alert, raised or not."""
        return any(rule in self.fired for rule, _ in self.base.scoring.clears[danger])

    def advised(self, rule: str) -> bool:
        """Whether the rule advises something, and that stands."""
        gives = rule in self.fired and bool(self.base.rules[rule].effects(Advise))
        return gives and not self.base.scoring.withdrawing(rule, self.fired)

    @cached_property
    def lead(self) -> Lead | None:
        """What the leader rests on; None where nothing is ranked."""
        if not self.ranked:
            return None
        if self.standings[0].is_supported:
            return "supported"
        weighed = [standing for standing in self.standings if standing.weighed]
        if any(standing.is_supported for standing in weighed):
            return "undecided"
        return "fits_none" if weighed else "nothing_known"

    @cached_property
    def _open_minimum(self) -> list[tuple[str, ...]]:
        """The facts behind every condition of the minimum that is not decided yet."""
        look, known = self.known.look, self.record.keys()
        return [
            facts
            for condition, facts, is_open in self.base.open_minimum
            if (is_open if known.isdisjoint(facts) else truth(condition, look) is None)
        ]

    @cached_property
    def unanswered(self) -> tuple[str, ...]:
        """The facts on which the minimum still waits, in the order of the base."""
        record = self.record
        return tuple(
            dict.fromkeys([fact for facts in self._open_minimum for fact in facts if fact not in record])
        )

    @cached_property
    def urgency(self) -> OverallUrgency | None:
        """How urgent the patient is as a whole (`Scoring.urgency`)."""
        return self.base.scoring.urgency(self.standings, self.fired, self.ranked, not self._open_minimum)

    @cached_property
    def settled(self) -> bool:
        """Whether no further answer can change the leader or raise a further flag or alert."""
        return self.base.scoring.settled(self.standings, self.decided.rules)

    def differential(
        self, audience: Audience = "clinician", *, explain: bool = True, others: bool = True
    ) -> Differential:
        """What is said of the record. Without `explain`, firings, contributions and the items of scores
        are left out; without `others`, the leader alone has a standing.
        """
        base, found, known, record = self.base, self.decided, self.known, self.record
        told, unknown = self.answers.told, self.answers.unknown
        composer = base.part(Composers)[audience]
        says, ranking = composer.says, self.standings if self.ranked else ()
        advice, withdrawn = composer.advice(record, self.fired)
        sections: dict[Section, list[str]] = {section: [] for section in SECTIONS}
        for standing in ranking:
            sections[standing.section].append(standing.candidate.id)
        return Differential.made(
            format="charley.differential.v2",
            knowledge_base=says.identity,
            audience=audience,
            record=ReadOnlyDict({id: record[id] for id in sorted(record, key=says.order.__getitem__)}),
            as_told=ReadOnlyDict({id: told[id] for id in says.facts if id in told} if told else {}),
            unknown=tuple([id for id in says.facts if id in unknown]) if unknown else (),
            scope=self.scope,
            scope_note=says.scope_note,
            leader=self.leader,
            sections=ReadOnlyDict({section: tuple(candidates) for section, candidates in sections.items()}),
            standings=composer.places(ranking if others else ranking[:1], explain),
            flags=composer.flags(self.standings),
            alerts=composer.alerts(self.fired),
            urgency=self.urgency,
            lead=self.lead,
            unanswered=self.unanswered,
            contradictions=composer.contradictions(known),
            advice=advice,
            withdrawn=withdrawn,
            firings=base.part(Firings).of(self.fired, known) if explain else (),
            findings=ReadOnlyDict(found.findings),
            instruments=ReadOnlyDict(
                {
                    id: (score.show(found.scores[id][0]), score.show(found.scores[id][1]))
                    for id, score in base.instruments.items()
                    if found.gates[id] is True
                }
            ),
            scores=base.part(ScoreSheets).filled(known) if explain else (),
            settled=self.settled,
            always_say=says.always_say,
            editorial_policy=base.about.editorial_policy,
            disclaimer=base.about.disclaimer,
        )


def assess(base: Prepared, answers: Answers) -> Assessment:
    """What the base makes of a record, evaluated by the kernel."""
    return Assessment(base, answers, Patient(base.kernel, answers.record).decided())


def applicable(base: KnowledgeBase, d: Differential) -> tuple[Place, ...]:
    """The standings without candidates for which only a fact could speak that this person is not asked."""
    if not d.standings or not isinstance(base, Prepared):
        return tuple(d.standings)
    look = assess(base, Answers(d.record)).known.look
    excused = {
        id: False
        for id, condition in base.excused.items()
        if id not in d.record and base.vocabulary[id].kind == "boolean" and truth(condition, look) is True
    }
    if not excused:
        return tuple(d.standings)
    without = assess(base, Answers({**d.record, **excused}))
    best = {each.candidate.id: each.interval[1] for each in without.standings}
    return tuple(
        place
        for place in d.standings
        if place.flagged
        or place.score > place.prior
        or best[place.candidate] > place.prior
        or place.interval[1] <= place.prior
    )
