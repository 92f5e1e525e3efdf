"""What to ask next: danger before tidiness, then what tells the leading candidates apart, for least effort.

All completions of the record by answers that this person can give are looked at together (`outlook`). An
open rule that could raise a flag or an alert is worth `DANGER`; an open rule that could move a candidate who
may still lead is worth the weight that it would add. A question is worth what its answers are expected to
move of that, over the effort of answering it. What no completion can make matter is never asked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from charley.engine.boundary import holds
from charley.engine.meaning import Kleene, Valuation, truth
from charley.engine.outlook import Outlook
from charley.engine.score import NEAR, Standing, Weighed
from charley.facts.record import Record
from charley.facts.vocabulary import Burden, Fact
from charley.facts.wording import Audience
from charley.rules.condition import parse
from charley.rules.core import Literal
from charley.rules.rule import Alert, Clear, Flag, Urgency, Weigh

if TYPE_CHECKING:
    from charley.engine.expert import Expert

__all__ = ["Open", "Prospect", "Question", "askable", "prospect", "what_matters"]

DANGER: dict[Urgency, int] = {"emergency": 40, "same_day": 25, "soon": 16, "routine": 0}
"""What a further flag or alert is worth, in the unit of weights (decibans)."""

EFFORT: dict[Burden, float] = {"history": 1, "examination": 1.5, "blood_test": 2.5, "imaging": 4}
"""How much more an answer must promise to be worth this much trouble."""

CORE = 1.6
"""How much more a fact counts of which the knowledge base says that it should be asked early."""

FIRST = 1.0
"""How much more the first fact of the vocabulary counts, halving with every tenth of it: an interview begins
with the complaint, and so does the file.
"""

SEPARATION = 4.0
"""What a deciban between candidates who may lead is worth against `DANGER`."""

LIKELY = 25
"""Decibans behind the leader over which a candidate's picture is a tenth as likely to be the patient's."""

FADE = 30
"""Decibans behind the leader over which the interest in a candidate falls to a tenth."""


@dataclass(frozen=True, slots=True)
class Open:
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
    further flag or alert.
    """

    def __init__(
        self,
        base: Expert,
        record: Record,
        found: Valuation,
        facts: Collection[str],
        target: str | None = None,
        short: bool = False,
    ) -> None:
        self.base, self.facts = base, facts
        now = base.scoring.standings(found.rules)
        likely = {s.candidate.id: 10 ** ((s.score - now[0].score) / LIKELY) for s in now}
        whole = sum(likely.values())
        plausible = {id: part / whole for id, part in likely.items()}
        self.outlook: Outlook = base.graph.outlook(record, facts, plausible)
        self.states: dict[str, Kleene] = {
            id: True if state is True else self.outlook.state(id) for id, state in found.rules.items()
        }
        self.standings = base.scoring.standings(self.states)
        self._target, self._short = target, short
        outside = base.scope is not None and truth(base.scope, base, record, found.findings) is False
        self.ranked = not outside

    @cached_property
    def dangers(self) -> dict[str, Flag | Alert]:
        """The rules that could still raise a further flag or alert, or a more urgent one."""
        found = dict(self.base.scoring.open_dangers(self.states))
        if self._target is not None:
            found = {rule: effect for rule, effect in found.items() if _target(effect) == self._target}
        return found

    @cached_property
    def contenders(self) -> dict[str, Standing]:
        """The candidates among whom the lead is still open, the leader first; none when it is decided."""
        leader = self.standings[0]
        if self._short or not self.ranked:
            return {}
        if self._target is not None:
            aimed = [s for s in self.standings if s.candidate.id == self._target]
            return {s.candidate.id: s for s in aimed if s.interval[0] < s.interval[1]}
        floor = (leader.interval[0], leader.candidate.prior)
        others = [
            s
            for s in self.standings[1:]
            if (s.interval[1], s.candidate.prior) > floor
            or ((s.interval[1], s.candidate.prior) == floor and s.candidate.id < leader.candidate.id)
        ]
        return {s.candidate.id: s for s in [leader, *others]} if others else {}

    @property
    def nothing_matters(self) -> bool:
        """Whether no answer to these facts can change the leader or raise a further flag or alert."""
        return not self.dangers and not self.contenders

    @cached_property
    def opens(self) -> list[Open]:
        """The facts that could matter, most at stake first."""
        return [self._open(*stake) for stake in self._stakes]

    @cached_property
    def _worths(self) -> dict[str, tuple[float, float]]:
        """What every open rule is worth: as a danger, and between the leading candidates."""
        danger, separation = self._danger_worth(), self._separation_worth()
        return {rule: (danger.get(rule, 0.0), separation.get(rule, 0.0)) for rule in {**danger, **separation}}

    @cached_property
    def _stakes(self) -> list[tuple[str, float, float]]:
        """The facts with what asking them promises of either kind, most first."""
        shares = self.outlook.shares(self._worths)
        found = []
        for at, (id, fact) in enumerate(self.base.vocabulary.items()):
            if id in shares:
                factor = (CORE if fact.priority == "core" else 1.0) / EFFORT[fact.burden]
                factor *= 1 + FIRST * 2 ** (-10 * at / len(self.base.vocabulary))
                danger, separation = self._expected(fact, shares[id])
                # Rounded, so that the order does not hang on the last bit; then the order of the file.
                found.append(
                    (-round((danger + separation) * factor, 6), at, id, danger * factor, separation * factor)
                )
        return [(id, danger, separation) for _, _, id, danger, separation in sorted(found)]

    def _open(self, id: str, danger: float, separation: float) -> Open:
        worth = {rule: sum(self._worths[rule]) for rule in self._rules_of.get(id, ()) if rule in self._worths}
        rules = sorted(worth, key=lambda rule: -worth[rule])
        raised = dict.fromkeys(_target(self.dangers[rule]) for rule in rules if rule in self.dangers)
        return Open(id, danger + separation, danger, separation, tuple(rules), tuple(raised))

    def _expected(self, fact: Fact, literals: Mapping[Literal, tuple[float, float]]) -> tuple[float, float]:
        """By how much an answer is expected to move what will be worth in the end, of either kind.

        What one answer would raise and another one lower or raise elsewhere adds up: both would be learnt.
        """
        graph, yes = self.base.graph, self.outlook.yes
        danger = separation = 0.0
        values = graph.values.of(fact.id)
        for literal, (one, other) in literals.items():
            if literal.name != fact.id:  # a derived value: the answer may decide it either way
                spread = 0.25
            else:
                likely = graph.chance(literal, yes)
                if fact.kind == "boolean":
                    spread = 2 * likely * (1 - likely)
                else:
                    holding = sum(holds(literal, value) for value in values) / len(values)
                    spread = holding * (1 - likely) + (1 - holding) * likely
            danger += spread * abs(one)
            separation += spread * abs(other)
        return danger, separation

    @cached_property
    def _rules_of(self) -> dict[str, list[str]]:
        """The open rules by the facts that they come down to."""
        found: dict[str, list[str]] = {}
        for rule, state in self.states.items():
            if state is None:
                for fact in self.base.facts_of_rule[rule]:
                    found.setdefault(fact, []).append(rule)
        return found

    def _danger_worth(self) -> dict[str, float]:
        lead = self.standings[0].score
        behind = {s.candidate.id: lead - s.score for s in self.standings}
        worth = {}
        for rule, effect in self.dangers.items():
            # A danger that what is known speaks against is looked for later, but looked for.
            gap = behind[effect.candidate] if isinstance(effect, Flag) else 0
            worth[rule] = DANGER[effect.urgency] * max(0.3, 10 ** (-gap / 30))
        return worth

    def _separation_worth(self) -> dict[str, float]:
        """What each open rule could add between candidates who may lead, less for those far behind."""
        worth: dict[str, float] = {}
        lead = self.standings[0].score
        interest = {id: 10 ** (-(lead - s.score) / FADE) for id, s in self.contenders.items()}
        if self._target is not None:
            interest = dict.fromkeys(self.contenders, 1.0)
        counted: dict[tuple[str, str | None, bool], Weighed] = {
            (id, w.group, w.weight > 0): w
            for id, s in self.contenders.items()
            for w in s.weighed
            if w.passed_over is None and w.group is not None
        }
        for rule, state in self.states.items():
            if state is not None:
                continue
            moved = dict.fromkeys(self.contenders, 0.0) if len(self.contenders) < 2 else {}
            for effect in self.base.rules[rule].effects(Weigh):
                if effect.candidate in self.contenders:
                    more = self._more(rule, effect, counted)
                    moved[effect.candidate] = (
                        moved.get(effect.candidate, 0.0) + more * interest[effect.candidate]
                    )
            for superseded in self.base.rules[rule].supersedes:
                for effect in self.base.rules[superseded].effects(Weigh) if superseded in self.states else ():
                    if effect.candidate in self.contenders and self.states[superseded] is not False:
                        less = -min(abs(effect.weight), NEAR) * interest[effect.candidate] / 2
                        moved[effect.candidate] = moved.get(effect.candidate, 0.0) + less
            if self._target is not None and any(
                clear.candidate == self._target for clear in self.base.rules[rule].effects(Clear)
            ):
                worth[rule] = worth.get(rule, 0.0) + NEAR
            sides = [*moved.values(), *([0.0] if len(moved) < len(self.contenders) or len(moved) < 2 else [])]
            apart = max(sides, default=0.0) - min(sides, default=0.0)
            if apart:
                worth[rule] = worth.get(rule, 0.0) + apart * SEPARATION
        return worth

    def _more(
        self, rule: str, effect: Weigh, counted: Mapping[tuple[str, str | None, bool], Weighed]
    ) -> float:
        """What a rule would add to a score, signed: nothing where as strong a one of its group counts."""
        if any(self.states[by] is True for by in self.base.superseded_by.get(rule, ())):
            return 0.0
        weight = max(-NEAR, min(NEAR, effect.weight))
        there = counted.get((effect.candidate, effect.group, effect.weight > 0))
        if there is not None:
            size = abs(there.weight)
            if size >= abs(effect.weight):
                return 0.0
            weight = max(-NEAR, min(NEAR, (abs(effect.weight) - size) * (1 if effect.weight > 0 else -1)))
        return float(weight)

    def question(self, audience: Audience, later: Collection[str] = ()) -> Question | None:
        """The question with most at stake, those put off until `later` last; None when nothing matters."""
        if self.nothing_matters:
            return None
        ranked = [stake for stake in self._stakes if stake[1] + stake[2] > 0]
        first = next((stake for stake in ranked if stake[0] not in later), ranked[0] if ranked else None)
        return None if first is None else self.put(self._open(*first), audience)

    def put(self, each: Open, audience: Audience) -> Question:
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


def askable(
    base: Expert, record: Record, found: Valuation, audience: Audience, not_these: Collection[str] = ()
) -> frozenset[str]:
    """The unknown facts that this audience can be asked for."""
    return frozenset(
        id
        for id, fact in base.vocabulary.items()
        if id not in record
        and id not in not_these
        and fact.question(audience) is not None
        and not _excused(base, fact, record, found)
    )


def _excused(base: Expert, fact: Fact, record: Record, found: Valuation) -> bool:
    if fact.ask_unless is None:
        return False
    return truth(parse(fact.ask_unless).condition, base, record, found.findings) is True


def prospect(
    base: Expert,
    record: Record,
    found: Valuation,
    audience: Audience,
    not_these: Collection[str] = (),
    *,
    target: str | None = None,
    short: bool = False,
) -> Prospect:
    """What can still come of a record by what this audience can answer."""
    facts = askable(base, record, found, audience, not_these)
    return Prospect(base, record, found, facts, target, short)


def what_matters(
    base: Expert, record: Record, found: Valuation, audience: Audience = "clinician"
) -> list[Open]:
    """The unknown facts that could still change something, most at stake first."""
    return prospect(base, record, found, audience).opens


def _target(effect: Flag | Alert) -> str:
    return effect.candidate if isinstance(effect, Flag) else effect.alert
