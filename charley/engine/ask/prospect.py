"""What can still come of a record: the open facts, and what asking for each of them promises.

An open rule fires when some set of answers is given (`ahead/lookahead.py`). Asking for a fact promises
the utility of such a rule (`policy`), times the chance of the likeliest set with an answer to this fact, over
the effort of answering. A fact that no completion can make matter is never asked for.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from charley.engine.ask.ahead.graph import Graph
from charley.engine.ask.ahead.lookahead import Lookahead
from charley.engine.ask.ahead.ways import Utility, promised
from charley.engine.ask.askable import NOBODY, askable
from charley.engine.ask.asking import Asking
from charley.engine.ask.policy import of_dangers, of_the_lead
from charley.engine.ask.precedence import Precedence
from charley.engine.ask.promise import Promise, Stake, little, promises
from charley.engine.assessment import Assessment
from charley.engine.effects import Danger
from charley.engine.meaning import Kleene
from charley.engine.standing import Standing
from charley.facts.wording import Audience
from charley.rules.rule import URGENCIES, Urgency

if TYPE_CHECKING:
    from charley.engine.ask.single_answers import SingleAnswers

__all__ = ["OpenFact", "Prospect", "prospect"]


@dataclass(frozen=True, slots=True)
class OpenFact:
    """An unknown fact that could still matter.

    `stake` is what asking promises: `danger` and `separation`, over the effort of answering. `rules` are the
    open rules behind it, the one with most at stake first; `dangers` what they could raise.
    """

    fact: str
    stake: float
    danger: float
    separation: float
    rules: tuple[str, ...]
    dangers: tuple[str, ...]


class Prospect:
    """What can still come of a record if just `facts` of the unknown ones can be answered.

    `ahead` is the lookahead of the record by these facts. With a `target`, only what bears on that candidate
    or alert matters; `short`, only what could raise a further flag or alert. The facts `later` were put off.
    """

    def __init__(
        self,
        assessment: Assessment,
        facts: Collection[str],
        ahead: Lookahead,
        target: str | None = None,
        short: bool = False,
        later: Collection[str] = (),
    ) -> None:
        base = self.base = assessment.base
        self.assessment, self.ahead = assessment, ahead
        self.facts, self.later, self.ranked = facts, frozenset(later), assessment.ranked
        self._graph, self._asking = base.part(Graph), base.part(Asking)
        self.states: dict[str, Kleene] = ahead.states
        self.standings = base.scoring.standings(self.states)
        self._target, self._short = target, short

    @cached_property
    def dangers(self) -> list[Danger]:
        """What could still raise a further flag or alert, or a more urgent one."""
        found, target = list(self.base.scoring.open_dangers(self.states)), self._target
        return found if target is None else [each for each in found if each[0] == target]

    @cached_property
    def contenders(self) -> dict[str, Standing]:
        """The candidates among whom the lead is still open, the leader first; none when it is decided."""
        leader = self.standings[0]
        if self._short or not self.ranked:
            return {}
        if self._target is not None:
            aimed = [s for s in self.standings if s.candidate.id == self._target]
            return {s.candidate.id: s for s in aimed if s.interval[0] < s.interval[1]}
        others = [standing for standing in self.standings[1:] if standing.could_overtake(leader)]
        return {s.candidate.id: s for s in [leader, *others]} if others else {}

    @property
    def nothing_matters(self) -> bool:
        """Whether no answer to these facts can change the leader or raise a further flag or alert."""
        return not self.dangers and not self.contenders

    @cached_property
    def opens(self) -> list[OpenFact]:
        """The facts that could matter, most at stake first."""
        return [self.open_fact(*stake) for stake in self.stakes]

    @cached_property
    def stakes(self) -> list[Stake]:
        """The facts with what asking them promises of either kind, most first."""
        danger, separation = (promised(each, self._ways) for each in self._utilities)
        factors, found = self._asking.factors, []
        least: list[int] = []
        for id in sorted({**danger, **separation}, key=self._asking.order.__getitem__):
            factor = factors[id]
            one, other = danger.get(id, 0.0) * factor, separation.get(id, 0.0) * factor
            found.append((id, one, other))
            # Rounded, so that the order does not hang on the last bit; then the order of the file.
            least.append(-round((one + other) * 1e6))
        return [found[at] for at in sorted(range(len(found)), key=least.__getitem__)]

    @cached_property
    def precedence(self) -> Precedence:
        """Which of these facts is asked for before which other one."""
        matter = [id for id, danger, separation in self.stakes if danger + separation > 0]
        return Precedence(self.assessment, self.facts, matter, self.later)

    @cached_property
    def promises(self) -> list[Promise]:
        """What every fact promises that can be asked for now, most first."""
        return promises(self._asking, self.assessment.answers, self.stakes, self.precedence)

    def open_fact(self, id: str, danger: float, separation: float) -> OpenFact:
        """What asking for a fact promises, with the rules behind it."""
        utility_of, ways, at_stake = self.utility_of, self._ways, dict[str, float]()
        for rule in self._graph.rules_of.get(id, ()):
            if rule in utility_of:
                chance = ways[rule].get(id)
                if chance is not None:
                    at_stake[rule] = -chance * utility_of[rule]
        rules = sorted(at_stake, key=at_stake.__getitem__)
        raised_by, targets = self._raised_by, dict[str, None]()
        for rule in rules:
            if rule in raised_by:
                targets.update(raised_by[rule])
        return OpenFact(id, danger + separation, danger, separation, tuple(rules), tuple(targets))

    @cached_property
    def _raised_by(self) -> dict[str, dict[str, None]]:
        """What every open rule would flag or raise."""
        found: dict[str, dict[str, None]] = {}
        for target, rule, _ in self.dangers:
            found.setdefault(rule, {})[target] = None
        return found

    @cached_property
    def _utilities(self) -> tuple[list[Utility], list[Utility]]:
        """The utility of the open rules that raise dangers, and of those that move who may lead."""
        superseded_by = self.base.superseded_by
        lead = of_the_lead(self._asking, superseded_by, self.states, self.contenders, self._target)
        advises = self._asking.advises if self._target is None else {}
        dangers = of_dangers(self.dangers, advises, self.states, self.assessment.urgency)
        return list(dangers), list(lead)

    @cached_property
    def _ways(self) -> dict[str, dict[str, float]]:
        """The chance of the likeliest set of answers, by fact, for every rule with a utility."""
        return {rule: self.ahead.through(rule) for rule in self.utility_of}

    @cached_property
    def utility_of(self) -> dict[str, float]:
        """The utility of every open rule, over all its effects."""
        found: dict[str, float] = {}
        for _, rule, utility in chain(*self._utilities):
            found[rule] = found.get(rule, 0.0) + utility
        return found

    @cached_property
    def criteria(self) -> list[Promise]:
        """What every fact that can be asked for now promises of bearing out, or not, the candidate that the
        story points to, most first; where another one is near, of either.

        Who leads already is not overtaken, so `promises` has little of it.
        """
        standings = {each.candidate.id: each for each in self.standings}
        found: list[Utility] = []
        everything = self._target is None and not self._short
        for id in self.assessment.pointed_to if everything else ():
            only = {id: standings[id]}
            found += of_the_lead(self._asking, self.base.superseded_by, self.states, only, id)
        ways = {rule: self.ahead.through(rule) for _, rule, _ in found}
        factors = self._asking.factors
        bears = [(id, 0.0, worth * factors[id]) for id, worth in promised(found, ways).items()]
        return promises(self._asking, self.assessment.answers, bears, self.precedence)

    def little_left(self, but: Collection[str] = ()) -> bool:
        """Whether all of the facts together promise little, and no single answer could raise a warning.

        The facts `but` these are left out.
        """
        left = [each for each in self.promises if each.fact not in but]
        return little(left) and self.raising <= frozenset(but)

    @cached_property
    def _single(self) -> SingleAnswers:
        """Every answer to these facts tried by itself."""
        from charley.engine.ask.single_answers import (
            SingleAnswers,  # a record that is diagnosed needs no planes
        )

        return SingleAnswers(self.base, self.assessment.record, () if self.nothing_matters else self.facts)

    @cached_property
    def raising(self) -> frozenset[str]:
        """The facts of which one answer alone would raise a further flag or alert, or a more urgent one."""
        return self._single.raising()

    def hastening(self, urgency: Urgency) -> frozenset[str]:
        """The facts of which one answer alone would raise something more urgent than `urgency`."""
        return self._single.raising(urgency)

    @cached_property
    def leading(self) -> frozenset[str]:
        """The facts of which one answer alone would put another candidate first."""
        return self._single.leading() if self.contenders else frozenset()

    @cached_property
    def decisive(self) -> frozenset[str]:
        """What is asked for before anybody is told to stop: the history and the plain signs of which one
        answer alone would raise a warning as urgent as what is known, or more so; and the history that would
        put another candidate first, unless the person is to be seen today.
        """
        plain, examined = self._asking.plain, self._asking.examined
        match self.assessment.urgency:
            case "emergency" | "same_day" as urgency:
                return self._single.raising(URGENCIES[URGENCIES.index(urgency) + 1]) & plain
            case "soon":
                raising = self._single.raising("routine")
            case _:
                raising = self.raising
        return (raising & plain) | (self.leading - examined)


def prospect(
    assessment: Assessment,
    audience: Audience,
    not_these: Collection[str] = (),
    *,
    target: str | None = None,
    short: bool = False,
    later: Collection[str] = (),
    gates: bool = False,
    ahead: Lookahead | None = None,
    alone: bool = False,
) -> Prospect:
    """What can still come of a record by the facts that this audience can answer.

    With `gates`, it can be asked for several facts by one question. The lookahead follows `ahead`, that of a
    record that is mostly the same, or the one that the base keeps for this audience. A record that stands
    `alone`, with none before and none after it, is worked out by itself, in half of the time.
    """
    base, facts = assessment.base, askable(assessment, audience, not_these, gates=gates)
    if alone:
        here = Lookahead(base.part(Graph), assessment.record, facts)
    else:
        here = (ahead or base.part(NOBODY[audience])).follow(assessment.record, facts)
    return Prospect(assessment, facts, here, target, short, later)
