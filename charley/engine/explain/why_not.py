"""Why not: what each rule that could raise or flag a candidate still lacks, and the smallest change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from charley.engine.assessment import Assessment
from charley.engine.explain.lacking import Lacking, lacking
from charley.engine.explain.smallest_change import Smallest, movable_facts, smallest_to_fire, smallest_to_lead
from charley.engine.explain.words import answers_words, name_of
from charley.engine.explanation import Explanation, Row
from charley.engine.meaning import Kleene
from charley.facts.record import Record
from charley.facts.wording import Audience
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.rule import Advise, Alert, Clear, Conclude, Flag, Weigh

__all__ = ["Missed", "WhyNot", "why_not"]


@dataclass(frozen=True, slots=True)
class Missed:
    """A rule that would raise or flag the candidate and does not fire."""

    rule: str
    effect: str
    because: str
    state: Kleene
    lacking: tuple[Lacking, ...]


@dataclass(frozen=True, slots=True, repr=False)
class WhyNot(Explanation):
    """Why a candidate is not flagged, or does not lead; why an alert is not raised.

    `to_flag` and `to_lead` are the smallest changes of answers that would do it; None for `to_lead` of an
    alert, and for `to_flag` of a candidate that no rule flags.
    """

    id: str
    name: str
    audience: Audience
    flagged: bool
    leads: bool
    missed: tuple[Missed, ...]
    to_flag: Smallest | None
    to_lead: Smallest | None
    ways_to_flag: tuple[str, ...]
    ways_to_lead: tuple[str, ...]
    is_alert: bool = False

    def rows(self, most: int = 12, rules: bool = True) -> Iterator[Row]:
        """What it would take; of the rules the `most` that weigh most, or none."""
        raised = "raised" if self.is_alert else "flagged"
        state = [f"is {raised} already" if self.flagged else f"is not {raised}"]
        if not self.is_alert:
            state.append("it stands first already" if self.leads else "it does not stand first")
        yield Row("", f"{self.name}: {'; '.join(state)}.")
        if self.to_flag is None and not self.flagged:
            yield Row("  ", "No rule flags it.")
        elif self.to_flag is not None and not self.flagged:
            yield from self._smallest(f"to have it {raised}", self.to_flag, self.ways_to_flag)
        if self.to_lead is not None and not self.leads:
            yield from self._smallest("to put it first", self.to_lead, self.ways_to_lead)
        if not rules:
            return
        if self.missed:
            yield Row("", "Rules that speak for it and do not fire:")
        for each in self.missed[:most]:
            verdict = "cannot fire any more" if each.state is False else "is open"
            yield Row(f"  {each.effect:>5}  ", f"{each.because}  [{each.rule}] {verdict}")
            for lack in each.lacking:
                mark = "no" if lack.state is False else "? "
                yield Row(f"           {'   ' * lack.depth}{mark} ", lack.text)
        if len(self.missed) > most:
            yield Row("  ", f"and {len(self.missed) - most} more")

    def _smallest(self, what: str, smallest: Smallest, ways: tuple[str, ...]) -> Iterator[Row]:
        if not smallest.possible:
            none = "there is none"
            if self.audience == "patient":
                none = "nothing that you can tell; only an examination or a test could"
            yield Row("  ", f"The smallest change {what}: {none}.")
            return
        if not ways:
            yield Row("  ", f"The smallest change {what}: {smallest.at_least} answers or more.")
            return
        size = smallest.size
        proof = "proved smallest" if smallest.proved else f"not proved smallest; at least {smallest.at_least}"
        yield Row("  ", f"The smallest change {what}: {size} answer{'s' if size != 1 else ''} ({proof})")
        for way in ways[:4]:
            yield Row("      ", way)
        if len(ways) > 4:
            yield Row("      ", f"or one of {len(ways) - 4} more")


def why_not(
    assessment: Assessment,
    target: str,
    audience: Audience = "clinician",
    fixed: bool = False,
) -> WhyNot:
    """Why a candidate or an alert is not there. With `fixed`, facts that cannot change (age) may change, too.

    Raises `KeyError` for a target that is neither.
    """
    base, record, found = assessment.base, assessment.record, assessment.valuation
    scoring, alert = base.scoring, target in base.alerts
    dangers = scoring.alerts[target] if alert else scoring.flags[target]
    flagged = any(found.rules[rule] is True for rule, _ in dangers)
    # Whoever told a result may suppose another; nobody is offered an answer that they cannot give.
    movable = frozenset(
        id
        for id in movable_facts(base, record, known=True, fixed=fixed)
        if id in record or base.vocabulary[id].question(audience) is not None
    )
    to_flag = smallest_to_fire(base, record, [rule for rule, _ in dangers], movable) if dangers else None
    to_lead = None if alert else smallest_to_lead(base, record, target, movable)
    leads = not alert and assessment.standings[0].candidate.id == target
    missed = sorted(_missed(assessment, target), key=lambda each: (-_size(each), each.state is False))
    return WhyNot(
        id=target,
        name=name_of(base, target, audience),
        audience=audience,
        flagged=flagged,
        leads=leads,
        missed=tuple(missed),
        to_flag=to_flag,
        to_lead=to_lead,
        ways_to_flag=_ways(base, to_flag, record, audience),
        ways_to_lead=_ways(base, to_lead, record, audience),
        is_alert=alert,
    )


def _size(missed: Missed) -> int:
    return 1000 if not missed.effect.startswith("+") else int(missed.effect)


def _missed(assessment: Assessment, target: str) -> Iterator[Missed]:
    for rule in assessment.base.rules.values():
        state = assessment.rules[rule.id]
        if state is True:
            continue
        for effect in rule.then:
            match effect:
                case Weigh(direction="raise", candidate=id) if id == target:
                    word = f"{effect.weight:+d}"
                case Flag(candidate=id) if id == target:
                    word = "flag"
                case Alert(alert=id) if id == target:
                    word = "alert"
                case Weigh() | Flag() | Clear() | Alert() | Conclude() | Advise():
                    continue
                case _:
                    assert_never(effect)
            yield Missed(rule.id, word, rule.because, state, tuple(lacking(assessment, rule.condition)))
            break


def _ways(
    base: KnowledgeBase, smallest: Smallest | None, record: Record, audience: Audience
) -> tuple[str, ...]:
    if smallest is None:
        return ()
    # Ways that differ only in the value of a number say the same twice.
    seen: dict[tuple[tuple[str, object], ...], str] = {}
    for way in smallest.ways:
        if way:
            key = tuple((f, None if base.vocabulary[f].kind == "number" else value) for f, value in way)
            seen.setdefault(key, answers_words(base, way, record, audience))
    return tuple(seen.values())
