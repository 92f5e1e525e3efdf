"""Play a knowledge base's cases through every reading, and say where expectation and answer differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from charley.engine.assessment import Assessment
from charley.engine.differential import Alarm, Differential, Raised
from charley.engine.meaning import Valuation, valuation
from charley.engine.prepared import Prepared
from charley.engine.reading import Read, differing
from charley.rules.case import Expectation
from charley.rules.loading.cases import PlacedCase

__all__ = ["Played", "differences", "play"]


@dataclass(frozen=True)
class Played:
    """One case, what came out, and the differences: sentences, none where all is as expected.

    `disagreeing` names the readings that did not say what the meaning says; that is a fault of ours.
    """

    placed: PlacedCase
    found: Valuation
    differential: Differential
    differences: tuple[str, ...]
    disagreeing: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether all is as expected, in every reading."""
        return not self.differences and not self.disagreeing


def play(base: Prepared, cases: Iterable[PlacedCase], readings: Mapping[str, Read]) -> Iterator[Played]:
    """Play each case: the expectation is held to the meaning, and every reading to the meaning."""
    for placed in cases:
        found = valuation(base, placed.answers.record)
        said = Assessment(base, placed.answers, found).differential()
        disagreeing = tuple(
            name
            for name, read in readings.items()
            if any(differing(name, read(placed.answers.record), found))
        )
        yield Played(placed, found, said, tuple(differences(placed.case.expect, said)), disagreeing)


def differences(expect: Expectation, d: Differential) -> Iterator[str]:
    """Each way in which the differential is not what was expected, as a sentence."""
    if expect.leader is not None and d.leader != expect.leader:
        yield f"leader: expected {expect.leader}{_at(d, expect.leader)}, got {d.leader}{_at(d, d.leader)}"
    top = [place.candidate for place in d.standings[:3]]
    for candidate in expect.top3:
        if candidate not in top:
            where = [place.candidate for place in d.standings]
            at = f"number {where.index(candidate) + 1}" if candidate in where else "not ranked"
            yield f"top3: expected {candidate}{_at(d, candidate)}, which is {at}; got {', '.join(top)}"
    for candidate, section in expect.sections.items():
        got = next((p.section for p in d.standings if p.candidate == candidate), None)
        if got != section:
            yield f"section of {candidate}: expected {section}, got {got}"
    for candidate, score in expect.scores.items():
        got_score = next((p.score for p in d.standings if p.candidate == candidate), None)
        if got_score != score:
            said = "no score" if got_score is None else f"{got_score:+d} db"
            yield f"score of {candidate}: expected {score:+d} db, got {said}"
    flagged = {flag.candidate: flag for flag in d.flags}
    alerted = {alarm.alert: alarm for alarm in d.alerts}
    fired = {firing.rule for firing in d.firings}
    cleared = {flag.candidate for flag in d.flags if flag.cleared_by}
    yield from (f"flag: {id} is missing" for id in expect.flags if id not in flagged)
    yield from (
        f"flag: {id} should not be there; raised by {', '.join(flagged[id].rules)}"
        for id in expect.not_flags
        if id in flagged
    )
    yield from (f"cleared: the flag on {id} is not answered" for id in expect.cleared if id not in cleared)
    yield from (f"alert: {id} is missing" for id in expect.alerts if id not in alerted)
    yield from (
        f"alert: {id} should not be there; raised by {', '.join(alerted[id].rules)}"
        for id in expect.not_alerts
        if id in alerted
    )
    if expect.urgency is not None and d.urgency != expect.urgency:
        yield f"urgency: expected {expect.urgency}, got {d.urgency}{_cause(d)}"
    yield from (f"rule {id} did not fire" for id in expect.fires if id not in fired)
    yield from (f"rule {id} fired" for id in expect.not_fires if id in fired)


def _at(d: Differential, candidate: str | None) -> str:
    score = next((p.score for p in d.standings if p.candidate == candidate), None)
    return "" if score is None else f" ({score:+d} db)"


def _cause(d: Differential) -> str:
    raised: list[Raised | Alarm] = [*d.alerts, *d.flags]
    rules = [rule for each in raised if each.urgency == d.urgency for rule in each.rules]
    return f", from {', '.join(rules)}" if rules else ", from the leader's disposition"
