"""The utility of an open rule firing: the numbers by which a question is chosen.

A further flag or alert is worth `DANGER`, another candidate in the lead `LEAD`, in one unit. What a fact
costs as a question, for every audience, stands here too. The numbers that are not given by a reason were
tuned like those in `graph`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

from charley.engine.ask.ways import Worth
from charley.engine.meaning import Kleene
from charley.engine.standing import NEAR, Standing
from charley.facts.vocabulary import Burden
from charley.facts.wording import AUDIENCES, Audience
from charley.rules.knowledge_base import KnowledgeBase
from charley.rules.language.condition import Condition, atoms
from charley.rules.language.parse import parse
from charley.rules.rule import Alert, Clear, Flag, Urgency, Weigh

__all__ = ["DANGER", "EFFORT", "LEAD", "Asking", "of_dangers", "of_the_lead", "target_of"]

DANGER: dict[Urgency, int] = {"emergency": 40, "same_day": 25, "soon": 16, "routine": 4}
"""What it is worth that a further flag or alert is raised."""

_DANGER = {urgency: float(worth) for urgency, worth in DANGER.items()}

LEAD = 25
"""What it is worth to put another candidate first; to come half as near, half as much. It is no
more than a danger to be seen the same day: danger before tidiness.
"""

EFFORT: dict[Burden, float] = {"history": 1, "examination": 1.5, "blood_test": 2.5, "imaging": 4}
"""How much more an answer must promise to be worth this much trouble."""

CORE = 1.3
"""How much more a fact counts of which the knowledge base says that it should be asked early."""

FIRST = 25
"""How much more the first fact of the vocabulary counts, halving with every tenth of it. An interview begins
with the complaint, and so does the file, so the complaint is asked before risks, signs and tests.
"""

FADE = 20
"""Decibans behind the leader over which the interest in putting a candidate first falls to a tenth."""

AGAINST = 0.3
"""What counts of a rule that lowers the leader, or only makes the leader surer, against one that raises
another candidate: a picture is found by what is there.
"""


class Move(NamedTuple):
    """An effect on a candidate's score: what it is counted under, and the goal that it would bring nearer."""

    candidate: str
    up: bool
    strength: int
    counts: tuple[str, str | None, bool]
    goal: tuple[str, bool]

    @classmethod
    def of(cls, effect: Weigh) -> Move:
        id, up = effect.candidate, effect.weight > 0
        return cls(id, up, abs(effect.weight), (id, effect.group, up), (id, up))


class Asking:
    """What is the same for every patient: how much facts count, and whom rules move. Made once for a base."""

    def __init__(self, base: KnowledgeBase) -> None:
        self.early = {
            id: 1 + FIRST * 2 ** (-10 * at / len(base.vocabulary)) for at, id in enumerate(base.vocabulary)
        }
        """How much more every fact counts for its place in the file."""
        self.listed = {id: early**-0.5 for id, early in self.early.items()}
        """How much of its place in the file counts on a list. A list needs the head start of an early fact
        less than a question: the root of it.
        """
        self.factors = dict(_factors(base, self.early))
        """How much every fact counts as a question, whatever is known."""
        self.asked: dict[Audience, tuple[str, ...]] = {
            audience: tuple(id for id, fact in base.vocabulary.items() if fact.question(audience) is not None)
            for audience in AUDIENCES
        }
        """The facts that an audience is asked for."""
        self.order = {id: at for at, id in enumerate(base.vocabulary)}
        """The place of every fact in the file."""
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
        for id, rule in base.rules.items():
            if moves := tuple(map(Move.of, rule.effects(Weigh))):
                self.moves[id] = moves
            undoes = tuple((by, e) for by in rule.supersedes for e in base.rules[by].effects(Weigh))
            if undoes:
                self.undoes[id] = undoes
            if clears := tuple(clear.target for clear in rule.effects(Clear)):
                self.clears[id] = clears


def _factors(base: KnowledgeBase, early: Mapping[str, float]) -> Iterator[tuple[str, float]]:
    for id, fact in base.vocabulary.items():
        core = CORE if fact.priority == "core" else 1.0
        yield id, early[id] * core / EFFORT[fact.burden]


def of_dangers(dangers: Iterable[tuple[str, Flag | Alert]]) -> Iterator[Worth]:
    """What the rules that could raise a further flag or alert are worth, however unlikely their candidate."""
    for rule, effect in dangers:
        target = effect.candidate if isinstance(effect, Flag) else effect.alert
        yield target, rule, _DANGER[effect.urgency]


def target_of(effect: Flag | Alert) -> str:
    """The candidate that is flagged, or the alert that is raised."""
    return effect.candidate if isinstance(effect, Flag) else effect.alert


def of_the_lead(
    asking: Asking,
    superseded_by: Mapping[str, tuple[str, ...]],
    states: Mapping[str, Kleene],
    contenders: Mapping[str, Standing],
    target: str | None,
) -> Iterator[Worth]:
    """What the open rules are worth that move candidates who may lead, the leader first; or the `target`."""
    if not contenders:
        return
    leader = next(iter(contenders))
    # How far everybody is behind the leader, in decibans.
    behind = {id: contenders[leader].score - standing.score for id, standing in contenders.items()}
    # What each candidate's groups count already; what is weaker would not count.
    counted: dict[tuple[str, str | None, bool], int] = {
        (id, weighed.group, weighed.weight > 0): abs(weighed.weight)
        for id, standing in contenders.items()
        for weighed in standing.weighed
        if weighed.passed_over is None and weighed.group is not None
    }
    # At least 1: it takes an answer to overtake.
    next_best = max(1, min((gap for id, gap in behind.items() if id != leader), default=0))

    @cache  # many rules move a candidate by as much
    def share(id: str, by: float) -> float:
        """How much of the way to the lead, or from it, so many decibans are."""
        if target is not None:
            return min(1.0, abs(by) / NEAR)
        if id == leader:
            return AGAINST * min(1.0, by / NEAR if by > 0 else -by / next_best)
        interest = float(10 ** (-behind[id] / FADE))
        if by < 0:
            return AGAINST**2 * interest * min(1.0, -by / NEAR)
        return interest * min(1.0, by / max(behind[id], 1))

    for rule, moves in asking.moves.items():
        if states[rule] is None:
            if rule in superseded_by and True in [states[by] for by in superseded_by[rule]]:
                continue
            for id, up, strength, counts, goal in moves:
                if id in contenders:
                    more = strength - counted.get(counts, 0)
                    if more > 0:
                        yield goal, rule, LEAD * share(id, more if up else -more)
    for rule, undone in asking.undoes.items():
        if states[rule] is None:
            for other, effect in undone:
                id = effect.candidate
                if id in contenders and states[other] is not False:
                    # Half: it may not have counted, or something else of its group counts instead.
                    yield (id, effect.weight < 0), rule, LEAD * share(id, -effect.weight / 2)
    for rule, cleared in asking.clears.items():
        if states[rule] is None and target in cleared:
            yield "clear", rule, float(LEAD)
