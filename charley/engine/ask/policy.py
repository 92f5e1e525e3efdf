"""The utility of an open rule firing: the numbers by which a question is chosen.

A further flag or alert has the utility `DANGER`, another candidate in the lead `LEAD`, in one unit. The cost
of a question about each fact stands here too. The numbers without a reason were tuned like those in
`ahead/graph.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from charley.engine.ask.ahead.ways import Utility
from charley.engine.effects import Danger
from charley.engine.meaning import Kleene
from charley.engine.standing import NEAR, Standing
from charley.facts.fields import Burden
from charley.facts.wording import AUDIENCES, Audience
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.language.condition import Atom, Condition, Not, atoms
from charley.rules.language.parse import parse
from charley.rules.rule import (
    URGENCY_RANK,
    Advise,
    Clear,
    OverallUrgency,
    Urgency,
    Weigh,
)

__all__ = ["DANGER", "EFFORT", "LEAD", "Asking", "of_dangers", "of_the_lead"]

DANGER: dict[Urgency, int] = {"emergency": 40, "same_day": 32, "soon": 24, "routine": 4}
"""The utility of a further flag or alert."""

AT_ONCE: tuple[Urgency, ...] = ("emergency", "same_day")
"""The urgency of advice that is asked for although no flag and no alert has it."""

_DANGER = {urgency: float(worth) for urgency, worth in DANGER.items()}

LEAD = 25
"""The utility of another candidate in the lead; half of it for half of the way there. It is less than that of
a danger to be seen the same day: danger before tidiness.
"""

EFFORT: dict[Burden, float] = {"history": 1, "examination": 1.5, "blood_test": 2.5, "imaging": 4}
"""The effort of an answer, by which its promise is divided."""

CORE = 1.3
"""How much more a fact counts that the knowledge base marks as one to ask early (`priority: core`)."""

FIRST = 25
"""How much more the first fact of the vocabulary counts; the factor halves with every tenth of the
vocabulary. An interview begins with the complaint. So does the file, so the complaint comes before risks,
signs and tests.
"""

FADE = 20
"""The decibans behind the leader at which the utility of putting a candidate first is a tenth."""

AGAINST = 0.3
"""The share that counts of a rule that lowers the leader, or makes the leader surer, against a rule that
raises another candidate: a picture is found by the signs that are there.
"""


class Move(NamedTuple):
    """An effect on a candidate's score, with the group that it is counted in and the goal that it serves."""

    candidate: str
    up: bool
    strength: int
    counts: str
    goal: str

    @classmethod
    def of(cls, effect: Weigh) -> Move:
        """The move that an effect makes."""
        id, up = effect.candidate, effect.weight > 0
        # Texts, which are hashed once, and tuples each time that they are looked up.
        return cls(id, up, abs(effect.weight), f"{id} {up} {effect.group}", f"{id} {up}")


class Asking:
    """The part of asking that is the same for every patient: how facts count, and which scores rules move.

    It is made once for a base.
    """

    def __init__(self, base: KnowledgeBase) -> None:
        self.early = {
            id: 1 + FIRST * 2 ** (-10 * at / len(base.vocabulary)) for at, id in enumerate(base.vocabulary)
        }
        """How much more every fact counts for its place in the file."""
        self.listed = {id: early**-0.5 for id, early in self.early.items()}
        """The factor of every fact on a list. It takes the root of its place in the file away again: an early
        fact needs less of a head start on a list than as a single question.
        """
        self.factors = dict(_factors(base, self.early))
        """The factor of every fact as a question, whatever is known."""
        self.asked: dict[Audience, tuple[str, ...]] = {
            audience: tuple(id for id, fact in base.vocabulary.items() if fact.question(audience) is not None)
            for audience in AUDIENCES
        }
        """The facts that an audience is asked for."""
        self.order = {id: at for at, id in enumerate(base.vocabulary)}
        """The place of every fact in the file."""
        self.sequence = dict(_sequence(base))
        """The place of every fact on a list of warning signs."""
        self.moves: dict[str, tuple[Move, ...]] = {}
        """The effects of every rule on scores."""
        self.undoes: dict[str, tuple[tuple[str, Weigh], ...]] = {}
        """The effects on scores, with their rules, that every rule would supersede."""
        self.clears: dict[str, tuple[str, ...]] = {}
        """The candidates and alerts that every rule would answer."""
        self.excused: dict[str, Condition] = {
            id: parse(fact.ask_unless).condition
            for id, fact in base.vocabulary.items()
            if fact.ask_unless is not None
        }
        """When a fact need not be asked for (`ask_unless`)."""
        self.excused_by: dict[str, tuple[str, ...]] = {
            id: tuple(atom.name for atom in atoms(condition)) for id, condition in self.excused.items()
        }
        """The facts that may excuse from the question for another one."""
        self.contradicted: dict[str, list[tuple[Condition, frozenset[str]]]] = {}
        """For every fact that can be ticked, the answers that cannot all be right with it, and their facts. A
        sign of the minimum is asked for all the same, or nobody could be called routine.
        """
        minimum = {id for condition in base.minimum for id in base.facts_of(condition)}
        for condition, _ in base.contradictions:
            facts = frozenset(base.facts_of(condition))
            for id in facts:
                if base.vocabulary[id].kind == "boolean" and id not in minimum:
                    self.contradicted.setdefault(id, []).append((condition, facts))
        self.wants = {id: fact.ask_when for id, fact in base.vocabulary.items() if fact.ask_when is not None}
        """What has to be true before a fact is asked for, as it is written (`ask_when`)."""
        parsed = {text: parse(text).condition for text in self.wants.values()}
        self.premises: dict[str, Condition] = {id: parsed[text] for id, text in self.wants.items()}
        """The same as conditions."""
        self.premise_facts: dict[str, tuple[str, ...]] = {
            id: tuple(dict.fromkeys(base.facts_of(condition))) for id, condition in self.premises.items()
        }
        """The facts that decide each premise, in the order of the condition."""
        self.opens = {id: fact.opens for id, fact in base.vocabulary.items() if fact.opens}
        """The facts that the question of each gate names together (`opens`)."""
        self.gates = {id: gate for gate, opened in self.opens.items() for id in opened}
        """The gate of every fact that has one."""
        self.waiting = frozenset((*self.premises, *self.excused_by, *self.gates))
        """The facts before which another one may have to be asked for."""
        self.topic = {id: fact.group for id, fact in base.vocabulary.items()}
        """The group of every fact."""
        self.ticks = frozenset(id for id, fact in base.vocabulary.items() if fact.kind == "boolean")
        """The facts that can be ticked on a list."""
        self.examined = frozenset(id for id, fact in base.vocabulary.items() if fact.answered_by != "patient")
        """The facts that an examination or a test tells."""
        self.measured = frozenset(id for id, fact in base.vocabulary.items() if fact.answered_by == "lab")
        """The facts that a test tells."""
        self.plain = frozenset(
            id for id in base.vocabulary if id not in self.examined or id in self.ticks - self.measured
        )
        """What a person can tell, and the signs that are seen and felt: what needs neither a test nor an
        instrument.
        """
        self.kind_of: dict[str, str] = {
            id: condition.part.name
            for id, condition in self.excused.items()
            if isinstance(condition, Not) and isinstance(condition.part, Atom) and id in self.examined
        }
        """The sign of which each sign is a kind: nobody finds pulses absent who did not feel for them."""
        self.advises: dict[str, Urgency] = {
            id: urgency
            for id, rule in base.rules.items()
            for urgency in (advice.urgency for advice in rule.effects(Advise))
            if urgency in AT_ONCE and self.examined.isdisjoint(base.facts_of_rule[id])
        }
        """The urgency of every rule on the history alone whose advice is for the same day or sooner."""
        for id, rule in base.rules.items():
            if moves := tuple(map(Move.of, rule.effects(Weigh))):
                self.moves[id] = moves
            undoes = tuple((by, e) for by in rule.supersedes for e in base.rules[by].effects(Weigh))
            if undoes:
                self.undoes[id] = undoes
            if clears := tuple(clear.target for clear in rule.effects(Clear)):
                self.clears[id] = clears
        self.goals = frozenset(move.goal for moves in self.moves.values() for move in moves)
        """What the moves are for: to raise or to lower a candidate."""


def _sequence(base: KnowledgeBase) -> Iterator[tuple[str, tuple[int, int]]]:
    """By topic, as one goes through the body: in the order of the minimum, then of the file."""
    vocabulary = base.vocabulary
    minimum = (vocabulary[id].group for condition in base.minimum for id in base.facts_of(condition))
    groups = [*minimum, *(fact.group for fact in vocabulary.values())]
    topics = {topic: at for at, topic in enumerate(dict.fromkeys(groups))}
    for at, (id, fact) in enumerate(vocabulary.items()):
        yield id, (topics[fact.group], at)


def _factors(base: KnowledgeBase, early: Mapping[str, float]) -> Iterator[tuple[str, float]]:
    for id, fact in base.vocabulary.items():
        core = CORE if fact.priority == "core" else 1.0
        yield id, early[id] * core / EFFORT[fact.burden]


def of_dangers(
    dangers: Iterable[Danger],
    advises: Mapping[str, Urgency],
    states: Mapping[str, Kleene],
    now: OverallUrgency | None,
) -> Iterator[Utility]:
    """The utility of rules that could raise a further flag or alert, however unlikely their candidate; and of
    those whose advice would make the patient more urgent than `now`, without a flag or an alert.
    """
    for target, rule, effect in dangers:
        yield target, rule, _DANGER[effect.urgency]
    for rule, urgency in advises.items():
        if states[rule] is None and (now is None or URGENCY_RANK[urgency] < URGENCY_RANK[now]):
            yield rule, rule, _DANGER[urgency]


def of_the_lead(
    asking: Asking,
    superseded_by: Mapping[str, tuple[str, ...]],
    states: Mapping[str, Kleene],
    contenders: Mapping[str, Standing],
    target: str | None,
) -> Iterator[Utility]:
    """The utility of open rules that move a candidate who may lead; with a `target`, that candidate alone.

    Of the `contenders`, the leader stands first.
    """
    if not contenders:
        return
    leader = next(iter(contenders))
    # How far everybody is behind the leader, in decibans.
    behind = {id: contenders[leader].score - standing.score for id, standing in contenders.items()}
    # The strength that each candidate's groups count already; a weaker effect would not count.
    counted = {
        f"{id} {weighed.weight > 0} {weighed.group}": abs(weighed.weight)
        for id, standing in contenders.items()
        for weighed in standing.weighed
        if weighed.passed_over is None and weighed.group is not None
    }
    # How much that counts: who is far behind hardly comes to lead.
    interest = {id: float(10 ** (-gap / FADE)) for id, gap in behind.items()}
    # At least 1: it takes an answer to overtake.
    next_best = max(1, min((gap for id, gap in behind.items() if id != leader), default=0))

    def share(id: str, by: float) -> float:
        """The share of the way to the lead, or away from it, that so many decibans make up."""
        if target is not None:
            return min(1.0, abs(by) / NEAR)
        if id == leader:
            return AGAINST * min(1.0, by / NEAR if by > 0 else -by / next_best)
        if by < 0:
            return AGAINST**2 * interest[id] * min(1.0, -by / NEAR)
        return interest[id] * min(1.0, by / max(behind[id], 1))

    worths: dict[str, dict[int, float]] = {goal: {} for goal in asking.goals}
    """The utilities of every goal by the strength of the effect: many rules move a candidate by as much."""
    for rule, moves in asking.moves.items():
        if states[rule] is None:
            if rule in superseded_by and True in [states[by] for by in superseded_by[rule]]:
                continue
            for id, up, strength, counts, goal in moves:
                if id in contenders:
                    more = strength - counted[counts] if counts in counted else strength
                    if more > 0:
                        worth = worths[goal]
                        if more not in worth:
                            worth[more] = LEAD * share(id, more if up else -more)
                        yield goal, rule, worth[more]
    for rule, undone in asking.undoes.items():
        if states[rule] is None:
            for other, effect in undone:
                id = effect.candidate
                if id in contenders and states[other] is not False:
                    # Half: it may not have counted, or something else of its group counts instead.
                    yield f"{id} {effect.weight < 0}", rule, LEAD * share(id, -effect.weight / 2)
    for rule, cleared in asking.clears.items():
        if states[rule] is None and target in cleared:
            yield "clear", rule, float(LEAD)
