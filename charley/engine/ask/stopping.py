"""When to stop: settled, with a certificate; exhausted; or open, with the answers that could still matter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from charley.engine.ask.prospect import Prospect
from charley.engine.explain.words import SETTLED
from charley.engine.explanation import Explanation, Row
from charley.engine.kernel.hypotheticals import hypothetical_program
from charley.engine.standing import Standing, rank
from charley.facts.record import Record
from charley.facts.wording import Audience

__all__ = ["Stop", "stop"]


@dataclass(frozen=True, slots=True)
class Stop(Explanation):
    """How far the consultation has come.

    `settled`: no answer by anybody can change the leader or raise a further flag or alert. `exhausted`:
    nothing more that this person can answer would, though others might know. `open`: something would.
    `leads` and `raises` are the facts of which one answer alone could change the leader, or raise a flag or
    an alert, `labels` what they are called; `others` how many more could together with further answers.
    """

    state: Literal["settled", "exhausted", "open"]
    certificate: str
    leads: tuple[str, ...]
    raises: tuple[str, ...]
    others: int
    beyond: int
    labels: Mapping[str, str] = field(default_factory=dict)

    def rows(self) -> Iterator[Row]:
        """The verdict, and what it rests on."""
        match self.state:
            case "settled":
                yield Row("", SETTLED)
                yield Row("  ", f"{self.certificate}")
            case "exhausted":
                nothing = "Nothing more that you can answer would matter"
                yield Row("", f"{nothing}. That is not the same as settled:")
                yield Row(
                    "  ", f"{self.beyond} facts that you did not know or are not asked for could change it."
                )
            case "open":
                yield Row("", "Not settled.")
                if self.raises:
                    could = f"{_these(self.raises)} could raise a flag or an alert"
                    yield Row("  ", f"{could}: {self._listed(self.raises)}")
                if self.leads:
                    could = f"{_these(self.leads)} could change the leader"
                    yield Row("  ", f"{could}: {self._listed(self.leads)}")
                if self.others:
                    yield Row("  ", f"{self.others} more could, together with further answers")

    def _listed(self, facts: tuple[str, ...], most: int = 6) -> str:
        more = f"; and {len(facts) - most} more" if len(facts) > most else ""
        return "; ".join(self.labels[fact] for fact in facts[:most]) + more


def _these(facts: tuple[str, ...]) -> str:
    return "this one answer" if len(facts) == 1 else f"any one of these {len(facts)} answers"


def stop(theirs: Prospect, everybody: Prospect, record: Record, audience: Audience) -> Stop:
    """How far it has come, by what this person can answer (`theirs`) and by what `everybody` could."""
    if everybody.nothing_matters:
        return Stop("settled", _certificate(everybody, audience), (), (), 0, 0)
    beyond = sum(each.stake > 0 for each in everybody.opens)
    if theirs.nothing_matters:
        return Stop("exhausted", "", (), (), 0, beyond)
    opens = [each.fact for each in theirs.opens if each.stake > 0]
    leads, raises = _alone(theirs, opens, record)
    others = len([fact for fact in opens if fact not in leads and fact not in raises])
    labels = {fact: everybody.base.vocabulary[fact].label for fact in (*leads, *raises)}
    return Stop("open", "", tuple(leads), tuple(raises), others, beyond, labels)


def _alone(prospect: Prospect, facts: Sequence[str], record: Record) -> tuple[list[str], list[str]]:
    """The facts of which one answer alone could change the leader, and those that could raise something."""
    base = prospect.base
    tried = [(fact, value) for fact in facts for value in base.values.of(fact, record)]
    found = base.part(hypothetical_program).suppose(record, [{fact: value} for fact, value in tried])
    leads: dict[str, None] = {}
    raises: dict[str, None] = {}
    for (fact, _), after in zip(tried, found, strict=True):
        if after.further(found.now):
            raises[fact] = None
        if prospect.ranked and after.leader != found.now.leader:
            leads[fact] = None
    return list(leads), list(raises)


def _certificate(everybody: Prospect, audience: Audience) -> str:
    leader, rest = everybody.standings[0], everybody.standings[1:]
    dangers = "no open rule would raise a further flag or alert"
    if not everybody.ranked:
        return f"Nothing is ranked, and {dangers}."
    if not rest:
        return f"There is one candidate, and {dangers}."
    best = min(rest, key=lambda standing: rank(standing.candidate, standing.interval[1]))
    return (
        f"{_name(leader, audience)} is at {leader.interval[0]:+d} db or more, no other above "
        f"{best.interval[1]:+d} ({_name(best, audience)}); {dangers}."
    )


def _name(standing: Standing, audience: Audience) -> str:
    return standing.candidate.name.to(audience)
