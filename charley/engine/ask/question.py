"""What to ask next: danger before tidiness, then what could change who leads, for least effort.

An open rule fires when some set of answers is given (`lookahead`). Asking a fact promises what the firing of
such a rule is worth (`policy`), times the chance of the likeliest set with an answer to this fact, over the
effort of answering. What no completion can make matter is never asked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from charley.engine.ask.graph import Graph
from charley.engine.ask.lookahead import Lookahead
from charley.engine.ask.policy import Asking, Worth, of_dangers, of_the_lead, target_of
from charley.engine.assessment import Assessment
from charley.engine.meaning import Kleene
from charley.engine.standing import Standing
from charley.facts.wording import Audience
from charley.rules.rule import Alert, Flag, Weigh

__all__ = ["OpenFact", "Prospect", "Question", "askable", "prospect", "what_matters"]


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
    further flag or alert. `ahead`, the lookahead of an earlier record, saves work.
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
        self.ahead = Lookahead(self._graph, record, facts) if ahead is None else ahead.follow(record, facts)
        possible = self.ahead.states
        self.states: dict[str, Kleene] = {
            id: True if state is True else possible[id] for id, state in assessment.rules.items()
        }
        self.standings = base.scoring.standings(self.states)
        self._target, self._short = target, short

    @cached_property
    def dangers(self) -> list[tuple[str, Flag | Alert]]:
        """What could still raise a further flag or alert, or a more urgent one, with its rule."""
        found = self.base.scoring.open_dangers(self.states)
        return [each for each in found if self._target in (None, target_of(each[1]))]

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
        danger, separation = self._promised(self._danger_worth), self._promised(self._lead_worth)
        found = []
        for at, (id, factor) in enumerate(self._asking.factors.items()):
            if id in danger or id in separation:
                one, other = danger.get(id, 0.0) * factor, separation.get(id, 0.0) * factor
                # Rounded, so that the order does not hang on the last bit; then the order of the file.
                found.append((-round(one + other, 6), at, id, one, other))
        return [(id, one, other) for _, _, id, one, other in sorted(found)]

    def open_fact(self, id: str, danger: float, separation: float) -> OpenFact:
        """What asking for a fact promises, with the rules behind it."""
        worth = {
            rule: self.ahead.through(rule)[id] * self.worth_of[rule]
            for rule in self._graph.rules_of.get(id, ())
            if rule in self.worth_of and id in self.ahead.through(rule)
        }
        rules = sorted(worth, key=lambda rule: -worth[rule])
        raised = sorted(
            (rules.index(rule), at, target_of(effect))
            for at, (rule, effect) in enumerate(self.dangers)
            if rule in worth
        )
        targets = tuple(dict.fromkeys(target for _, _, target in raised))
        return OpenFact(id, danger + separation, danger, separation, tuple(rules), targets)

    def _promised(self, worths: Iterable[Worth]) -> dict[str, float]:
        """For every fact the worth of asking it: of the rules with one goal the best, all goals together."""
        best: dict[object, dict[str, float]] = {}
        for goal, rule, worth in worths:
            found = best.setdefault(goal, {})
            for fact, chance in self.ahead.through(rule).items():
                found[fact] = max(found.get(fact, 0.0), worth * chance)
        promised: dict[str, float] = {}
        for found in best.values():
            for fact, here in found.items():
                promised[fact] = promised.get(fact, 0.0) + here
        return promised

    @cached_property
    def _danger_worth(self) -> list[Worth]:
        return list(of_dangers(self.dangers))

    @cached_property
    def _lead_worth(self) -> list[Worth]:
        return list(
            of_the_lead(self._asking, self.base.superseded_by, self.states, self.contenders, self._target)
        )

    @cached_property
    def worth_of(self) -> dict[str, float]:
        """What every open rule is worth, all in all."""
        found: dict[str, float] = {}
        for _, rule, worth in (*self._danger_worth, *self._lead_worth):
            found[rule] = found.get(rule, 0.0) + worth
        return found

    @cached_property
    def _tried(self) -> tuple[frozenset[str], frozenset[str]]:
        """Every answer tried by itself: the facts that could raise something, and those that could lead."""
        base, record = self.base, self.assessment.record
        trial = base.trial(record)
        now = trial.sketch()
        raising, leading = set(), set()
        for fact in self.facts if not self.nothing_matters else ():
            for value in base.values.of(fact, record):
                after = trial.sketch([(fact, value)])
                if after.leader != now.leader:
                    leading.add(fact)
                if after.further(now):
                    raising.add(fact)
        return frozenset(raising), frozenset(leading if self.contenders else ())

    @property
    def raising(self) -> frozenset[str]:
        """The facts of which one answer alone would raise a further flag or alert, or a more urgent one."""
        return self._tried[0]

    @property
    def leading(self) -> frozenset[str]:
        """The facts of which one answer alone would put another candidate first."""
        return self._tried[1]

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
        label = self.base.vocabulary[first[0]].label
        why = (
            f"it opens a question: {label}"
            if self.lacks_premise(first[0])
            else f"it may spare a question: {label}"
        )
        return replace(self.put(self.open_fact(*stake), audience), why=why)

    def lacks_premise(self, fact: str) -> bool:
        """Whether it is not known yet that the question makes sense (`ask_when`)."""
        premise = self._asking.premises.get(fact)
        return premise is not None and self.assessment.truth(premise) is not True

    def before(self, fact: str, later: Collection[str] = ()) -> str:
        """The fact that is to be asked for before this one, what it is asked before in turn; else itself."""
        seen: set[str] = set()
        while fact not in seen:
            seen.add(fact)
            premise = self._asking.premise_facts[fact] if self.lacks_premise(fact) else ()
            gates = [id for id in premise if id in self.facts]
            sparing = [
                id for id in self._asking.excused_by.get(fact, ()) if id in self.facts and id not in later
            ]
            fact = next(iter([*gates, *sparing]), fact)
        return fact

    def put(self, each: OpenFact, audience: Audience) -> Question:
        """An open fact as a question."""
        base, fact = self.base, self.base.vocabulary[each.fact]
        names = [(base.candidates.get(id) or base.alerts[id]).name.to(audience) for id in each.dangers[:3]]
        if names:
            why = "it could raise a warning: " + "; ".join(names)
        else:
            weighed = [e.candidate for rule in each.rules for e in base.rules[rule].effects(Weigh)]
            named = [base.candidates[id].name.to(audience) for id in dict.fromkeys(weighed)][:3]
            why = "it weighs on: " + "; ".join(named)
        wording = fact.question(audience) or fact.wording.to(audience)
        return Question(fact.id, wording, why, fact.kind, fact.choices, round(each.stake, 2))


def askable(assessment: Assessment, audience: Audience, not_these: Collection[str] = ()) -> frozenset[str]:
    """The facts that are not known and that this audience can be asked for, now or after another answer."""
    base, record = assessment.base, assessment.record
    asking = base.part(Asking)
    excused = asking.excused
    found = {
        id
        for id, fact in base.vocabulary.items()
        if id not in record
        and id not in not_these
        and fact.question(audience) is not None
        and not (id in excused and assessment.truth(excused[id]) is True)
    }
    # A premise that is not true, and that nobody can be asked for, never comes true.
    while lost := {
        id for id in asking.premises.keys() & found if _never_opens(assessment, asking, id, found)
    }:
        found -= lost
    return frozenset(found)


def _never_opens(assessment: Assessment, asking: Asking, fact: str, open_facts: Collection[str]) -> bool:
    match assessment.truth(asking.premises[fact]):
        case True:
            return False
        case False:
            return True
        case None:
            return not any(id in open_facts for id in asking.premise_facts[fact])


def prospect(
    assessment: Assessment,
    audience: Audience,
    not_these: Collection[str] = (),
    *,
    target: str | None = None,
    short: bool = False,
    ahead: Lookahead | None = None,
) -> Prospect:
    """What can still come of a record by what this audience can answer."""
    return Prospect(assessment, askable(assessment, audience, not_these), target, short, ahead)


def what_matters(assessment: Assessment, audience: Audience = "clinician") -> list[OpenFact]:
    """The unknown facts that could still change something, most at stake first."""
    return prospect(assessment, audience).opens
