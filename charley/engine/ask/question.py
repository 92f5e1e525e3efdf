"""What to ask next: danger before tidiness, then what could change who leads, for least effort.

An open rule fires when some set of answers is given (`lookahead`). Asking a fact promises what the firing of
such a rule is worth (`policy`), times the chance of the likeliest set with an answer to this fact, over the
effort of answering. What no completion can make matter is never asked.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, islice

from charley.engine.ask.alone import Alone
from charley.engine.ask.askable import NOBODY, askable, nobody
from charley.engine.ask.graph import Graph
from charley.engine.ask.lookahead import Lookahead
from charley.engine.ask.policy import Asking, of_dangers, of_the_lead, target_of
from charley.engine.ask.precedence import Precedence
from charley.engine.ask.ways import Worth, promised
from charley.engine.assessment import Assessment
from charley.engine.explain.words import danger_name
from charley.engine.meaning import Kleene
from charley.engine.standing import Standing
from charley.facts.wording import Audience
from charley.rules.rule import Alert, Flag

__all__ = ["OpenFact", "Prospect", "Question", "prospect"]


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


@dataclass(frozen=True, slots=True)
class Question:
    """A question to put: `fact` is its id, `wording` the words, `why` what hangs on it, `stake` how much."""

    fact: str
    wording: str
    why: str
    kind: str
    choices: tuple[str, ...] = ()
    stake: float = 0.0


class Prospect:
    """What can still come of a record if just `facts` of the unknown ones can be answered.

    With a `target`, only what bears on that candidate or alert matters; `short`, only what could raise a
    further flag or alert. `ahead` is the lookahead of a record that this one is compared with: the nearer the
    two are, the less is worked out anew.
    """

    def __init__(
        self,
        assessment: Assessment,
        facts: Collection[str],
        target: str | None = None,
        short: bool = False,
        ahead: Lookahead | None = None,
    ) -> None:
        base = self.base = assessment.base
        self.assessment = assessment
        self.facts, self.ranked = facts, assessment.ranked
        self._graph, self._asking = base.part(Graph), base.part(Asking)
        record = assessment.record
        self.ahead = (base.part(nobody) if ahead is None else ahead).follow(record, facts)
        self.states: dict[str, Kleene] = self.ahead.states
        self.standings = base.scoring.standings(self.states)
        self._target, self._short = target, short

    @cached_property
    def dangers(self) -> list[tuple[str, Flag | Alert]]:
        """What could still raise a further flag or alert, or a more urgent one, with its rule."""
        found, target = list(self.base.scoring.open_dangers(self.states)), self._target
        return found if target is None else [each for each in found if target_of(each[1]) == target]

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
    def stakes(self) -> list[tuple[str, float, float]]:
        """The facts with what asking them promises of either kind, most first."""
        danger, separation = (promised(each, self._ways) for each in self._worths)
        factors, order = self._asking.factors, self._asking.order
        found = []
        for id in danger | separation:
            factor = factors[id]
            one, other = danger.get(id, 0.0) * factor, separation.get(id, 0.0) * factor
            # Rounded, so that the order does not hang on the last bit; then the order of the file.
            found.append((-round(one + other, 6), order[id], (id, one, other)))
        found.sort()
        return [stake for _, _, stake in found]

    def open_fact(self, id: str, danger: float, separation: float) -> OpenFact:
        """What asking for a fact promises, with the rules behind it."""
        worth_of, ways, worth = self.worth_of, self._ways, dict[str, float]()
        for rule in self._graph.rules_of.get(id, ()):
            if rule in worth_of and id in ways[rule]:
                worth[rule] = -ways[rule][id] * worth_of[rule]
        rules = sorted(worth, key=worth.__getitem__)
        effects = (effect for rule in rules for effect in self._raised_by.get(rule, ()))
        targets = dict.fromkeys(map(target_of, effects))
        return OpenFact(id, danger + separation, danger, separation, tuple(rules), tuple(targets))

    @cached_property
    def _raised_by(self) -> dict[str, list[Flag | Alert]]:
        """What every open rule would raise."""
        found: dict[str, list[Flag | Alert]] = {}
        for rule, effect in self.dangers:
            if rule in found:
                found[rule].append(effect)
            else:
                found[rule] = [effect]
        return found

    @cached_property
    def _worths(self) -> tuple[list[Worth], list[Worth]]:
        """What the open rules are worth: those of dangers, and those that move who may lead."""
        superseded_by = self.base.superseded_by
        lead = of_the_lead(self._asking, superseded_by, self.states, self.contenders, self._target)
        return list(of_dangers(self.dangers)), list(lead)

    @cached_property
    def _ways(self) -> dict[str, dict[str, float]]:
        """By which facts every rule that is worth something could fire."""
        return self.ahead.ways(self.worth_of)

    @cached_property
    def worth_of(self) -> dict[str, float]:
        """What every open rule is worth, all in all."""
        found: dict[str, float] = {}
        for _, rule, worth in chain(*self._worths):
            found[rule] = found.get(rule, 0.0) + worth
        return found

    @cached_property
    def _alone(self) -> Alone:
        """Every answer to these facts tried by itself."""
        return Alone(self.base, self.assessment.record, () if self.nothing_matters else self.facts)

    @cached_property
    def raising(self) -> frozenset[str]:
        """The facts of which one answer alone would raise a further flag or alert, or a more urgent one."""
        return self._alone.raising()

    @cached_property
    def leading(self) -> frozenset[str]:
        """The facts of which one answer alone would put another candidate first."""
        return self._alone.leading() if self.contenders else frozenset()

    def question(self, audience: Audience, later: Collection[str] = ()) -> Question | None:
        """The question with most at stake, those put off until `later` last; None when nothing matters.

        What may excuse from a question is asked before it (the sex before a pregnancy), and so is what it
        takes for granted (the cramps before the length of a cramp).
        """
        if self.nothing_matters:
            return None
        ranked = [stake for stake in self.stakes if stake[1] + stake[2] > 0]
        # What waits for a question that was put off is put off with it.
        now = (stake for stake in ranked if self.before(stake[0], later) not in later)
        first = next(now, ranked[0] if ranked else None)
        if first is None:
            return None
        before = self.before(first[0], later)
        if before == first[0]:
            return self.put(self.open_fact(*first), audience)
        stake = next((each for each in self.stakes if each[0] == before), (before, 0.0, 0.0))
        if before in self._asking.opens:
            return self.put(self.open_fact(*stake), audience)
        label = self.base.vocabulary[first[0]].label
        why = (
            f"it opens a question: {label}"
            if self._precedence.lacks_premise(first[0])
            else f"it may spare a question: {label}"
        )
        return replace(self.put(self.open_fact(*stake), audience), why=why)

    def before(self, fact: str, later: Collection[str] = ()) -> str:
        """The fact that is to be asked for before this one, what it is asked before in turn; else itself."""
        return self._precedence.before(fact, later)

    @cached_property
    def _precedence(self) -> Precedence:
        matter = [id for id, danger, separation in self.stakes if danger + separation > 0]
        return Precedence(self.assessment, self.facts, matter)

    def put(self, each: OpenFact, audience: Audience) -> Question:
        """An open fact as a question."""
        base, fact = self.base, self.base.vocabulary[each.fact]
        names = [danger_name(base, id, audience).rstrip(".") for id in each.dangers[:3]]
        if fact.opens:
            opened = self._precedence.opened_by[fact.id] or fact.opens
            more = len(opened)
            why = f"a no spares {'a further question' if more == 1 else f'{more} further questions'}"
            if audience != "patient":
                why += ": " + "; ".join(base.vocabulary[id].label for id in opened[:3])
        elif names:
            why = "it could raise a warning: " + "; ".join(names)
        else:
            moves = self._asking.moves
            weighed = dict.fromkeys(move.candidate for rule in each.rules for move in moves.get(rule, ()))
            named = [base.candidates[id].name.to(audience) for id in islice(weighed, 3)]
            why = "it weighs on: " + "; ".join(named)
        wording = fact.question(audience) or fact.wording.to(audience)
        return Question(fact.id, wording, why, fact.kind, fact.choices, round(each.stake, 2))


def prospect(
    assessment: Assessment,
    audience: Audience,
    not_these: Collection[str] = (),
    *,
    target: str | None = None,
    short: bool = False,
    gates: bool = False,
    ahead: Lookahead | None = None,
    alone: bool = False,
) -> Prospect:
    """What can still come of a record by what this audience can answer, by way of `gates` or fact by fact.

    It is worked out from `ahead`, or from the lookahead that the base keeps for this audience. A record that
    stands `alone`, with none before and none after it, is worked out by itself, in half of the time.
    """
    base, facts = assessment.base, askable(assessment, audience, not_these, gates=gates)
    if alone:
        ahead = Lookahead(base.part(Graph), assessment.record, facts)
    return Prospect(assessment, facts, target, short, ahead or base.part(NOBODY[audience]))
